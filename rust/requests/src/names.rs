//! Names of pools and topics as small numbers, so that a request holds two bytes for each.

use std::collections::HashMap;

use crate::error::AddError;

/// A name's number.
pub(crate) type Name = u16;

/// Numbers are given in the order of first use and never taken back: the names are few.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    numbers: HashMap<Box<str>, Name>,
    texts: Vec<Box<str>>,
}

impl Names {
    pub fn number(&mut self, text: &str) -> Result<Name, AddError> {
        if let Some(&number) = self.numbers.get(text) {
            return Ok(number);
        }
        let number = Name::try_from(self.texts.len()).map_err(|_| AddError::TooManyNames)?;
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        Ok(number)
    }

    pub fn known(&self, text: &str) -> Option<Name> {
        self.numbers.get(text).copied()
    }

    pub fn text(&self, number: Name) -> &str {
        &self.texts[usize::from(number)]
    }
}
