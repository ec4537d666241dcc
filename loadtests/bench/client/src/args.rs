//! The command line: a mode, then `--name value` pairs. A name that a mode does not ask for is an error.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use crate::Outcome;

/// The options given, and which of them were asked for.
pub struct Args {
    given: HashMap<String, String>,
    asked: RefCell<HashSet<String>>,
}

impl Args {
    /// The mode and its options.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Outcome<(String, Self)> {
        let mode = words.next().ok_or("a mode is missing: room, pairs, idle, …")?;
        let mut given = HashMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or_else(|| format!("{word} is not an option"))?;
            let value = words.next().ok_or_else(|| format!("--{name} needs a value"))?;
            given.insert(name.to_owned(), value);
        }
        Ok((mode, Self { given, asked: RefCell::default() }))
    }

    /// The value of an option, if it was given.
    pub fn find<T: FromStr>(&self, name: &str) -> Outcome<Option<T>> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.given
            .get(name)
            .map(|text| text.parse().map_err(|_| format!("--{name} cannot be {text}").into()))
            .transpose()
    }

    /// The value of an option, or what it is without.
    pub fn get<T: FromStr>(&self, name: &str, default: T) -> Outcome<T> {
        Ok(self.find(name)?.unwrap_or(default))
    }

    /// A comma list of values, which may be empty.
    pub fn list<T: FromStr>(&self, name: &str, default: &str) -> Outcome<Vec<T>> {
        let text: String = self.get(name, default.to_owned())?;
        let parts = text.split(',').filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| format!("--{name} cannot hold {part}").into())).collect()
    }

    /// Fails if an option was given that nothing has asked for.
    pub fn finish(&self) -> Outcome<()> {
        let asked = self.asked.borrow();
        match self.given.keys().find(|name| !asked.contains(*name)) {
            Some(name) => Err(format!("there is no option --{name} here").into()),
            None => Ok(()),
        }
    }
}
