//! The last messages of people who are writing now, so that what is split over several is found. Bounded; what is idle is forgotten.

use std::collections::VecDeque;

use foldhash::{HashMap, HashMapExt};

use crate::conversation::{Earlier, Kept};
use crate::ruleset::{Ruleset, MOST_ACROSS};

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct WindowLimits {
    /// Messages of one author in one channel,
    pub messages: usize,
    /// their bytes together,
    pub bytes: usize,
    /// and how old they may be, in milliseconds.
    pub age_ms: i64,
    /// Authors in channels; beyond that those silent the longest are forgotten.
    pub keys: usize,
}

impl Default for WindowLimits {
    fn default() -> Self {
        Self { messages: 6, bytes: 600, age_ms: 600_000, keys: 20_000 }
    }
}

#[derive(Debug)]
struct Said {
    name: Box<str>,
    text: Box<str>,
    at: i64,
    kept: Option<Kept>,
}

/// What was said before a message and after it, the oldest first.
#[derive(Default)]
pub(crate) struct Around<'a> {
    pub before: Vec<Earlier<'a>>,
    pub after: Vec<&'a str>,
}

/// What was said lately, by key (an author in a channel).
#[derive(Debug)]
pub struct Window {
    limits: WindowLimits,
    keys: HashMap<Box<str>, VecDeque<Said>>,
}

impl Window {
    /// Empty.
    #[must_use]
    pub fn new(limits: WindowLimits) -> Self {
        Self { limits, keys: HashMap::new() }
    }

    /// What was said around a message, as these rules heard it. One of this name is the same message, said again or changed: it has its place,
    /// and those behind it were said after it. One that was `changed` and is not remembered any more was before all that are.
    pub(crate) fn around(&mut self, key: &str, name: &str, changed: bool, now: i64, rules: &Ruleset) -> Around<'_> {
        let Some(said) = self.keys.get_mut(key) else { return Around::default() };
        let known = said.iter().position(|one| one.name.as_ref() == name);
        let place = known.unwrap_or(if changed { 0 } else { said.len() });
        let oldest = known.map_or(now, |at| said[at].at.min(now)) - self.limits.age_ms;
        let mut words = 0;
        for one in said.range_mut(..place).rev() {
            // What was said since may have become shorter: then phrases reach farther back again.
            let there = |kept: &Kept| kept.is_by(rules) && !(kept.forgot() && words < MOST_ACROSS);
            if !one.kept.as_ref().is_some_and(there) {
                one.kept = Some(rules.keep(rules.hear(&one.text)));
            }
            words += one.kept.as_ref().map_or(0, Kept::words);
        }
        let mut room = self.limits.bytes;
        let mut fits = |text: &str| {
            let fits = text.len() <= room;
            room = room.saturating_sub(text.len());
            fits
        };
        let mut before: Vec<Earlier<'_>> = said
            .range(..place)
            .rev()
            .filter(|one| one.at >= oldest)
            .take(self.limits.messages)
            .filter_map(|one| one.kept.as_ref().map(|kept| Earlier { text: &one.text, kept }))
            .take_while(|one| fits(one.text))
            .collect();
        before.reverse();
        let after = said.range(place + usize::from(known.is_some())..).map(|one| one.text.as_ref());
        // As many as there are: what is remembered is bounded.
        Around { before, after: after.collect() }
    }

    /// Remembers what was said, and `kept`, if somebody heard it already. A long text keeps its end. What is taken back stays
    /// remembered: others have read it. One that was `changed` keeps its place; if it is not remembered any more, that is before all that are.
    pub(crate) fn said(&mut self, key: &str, name: &str, changed: bool, text: &str, now: i64, kept: Option<Kept>) {
        if self.keys.len() >= self.limits.keys && !self.keys.contains_key(key) {
            self.make_room(now);
        }
        let mut from = text.len().saturating_sub(self.limits.bytes / 2);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let kept = kept.filter(|_| from == 0);
        let said = match self.keys.get_mut(key) {
            Some(said) => said,
            None => self.keys.entry(key.into()).or_default(),
        };
        if let Some(known) = said.iter_mut().find(|one| one.name.as_ref() == name) {
            (known.text, known.kept) = (text[from..].into(), kept);
            return;
        }
        let (name, text) = (name.into(), text[from..].into());
        match said.front().filter(|_| changed).map(|first| first.at.min(now)) {
            Some(_) if said.len() >= self.limits.messages.max(1) => return,
            Some(at) => said.push_front(Said { name, text, at, kept }),
            None => {
                while said.len() >= self.limits.messages.max(1) {
                    said.pop_front();
                }
                said.push_back(Said { name, text, at: now, kept });
            }
        }
        let mut words = 0;
        for kept in said.iter_mut().rev().filter_map(|one| one.kept.as_mut()) {
            if words >= MOST_ACROSS {
                kept.forget_words();
            }
            words += kept.words();
        }
    }

    /// Forgets whoever has been silent for longer than anything is remembered; how many.
    pub fn sweep(&mut self, now: i64) -> usize {
        let before = self.keys.len();
        let oldest = now - self.limits.age_ms;
        self.keys.retain(|_, said| said.back().is_some_and(|one| one.at >= oldest));
        self.keys.shrink_to(before / 2);
        before - self.keys.len()
    }

    fn make_room(&mut self, now: i64) {
        if self.sweep(now) > 0 {
            return;
        }
        let mut ages: Vec<i64> = self.keys.values().filter_map(|said| said.back().map(|one| one.at)).collect();
        let middle = ages.len() / 2;
        let (_, &mut half, _) = ages.select_nth_unstable(middle);
        self.keys.retain(|_, said| said.back().is_some_and(|one| one.at > half));
        if self.keys.len() >= self.limits.keys {
            self.keys.clear();
        }
    }

    /// How many authors in channels are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}
