//! The ladder over all persons.
//!
//! Invariants:
//! - a warning that is refused changes no count;
//! - within the moderator's window at most one warning by one moderator stands for one person;
//! - a count is the number of counted warnings that have not faded, no more and no less.

use std::collections::HashMap;

use crate::outcome::{Outcome, Recorded};
use crate::record::Record;
use crate::rules::{BadRules, Rules};

/// Who warned whom, where, and when.
#[derive(Clone, Copy, Debug)]
pub struct Warning<'a> {
    /// The person who is warned.
    pub person: &'a str,
    /// The room where it happened.
    pub room: &'a str,
    /// The moderator who warns.
    pub moderator: &'a str,
    /// Milliseconds since the epoch.
    pub at: i64,
}

/// See the crate.
#[derive(Clone, Debug, Default)]
pub struct WarningLadder {
    rules: Rules,
    records: HashMap<Box<str>, Record>,
}

impl WarningLadder {
    /// A ladder by these rules, on which nobody stands.
    ///
    /// # Errors
    /// [`BadRules`].
    pub fn new(rules: Rules) -> Result<Self, BadRules> {
        Ok(Self { rules: rules.checked()?, records: HashMap::new() })
    }

    /// Warns a person.
    pub fn warn(&mut self, warning: &Warning<'_>) -> Outcome {
        let Warning { person, room, moderator, at: now } = *warning;
        let rules = self.rules;
        let record = self.record(person);
        record.settle(&rules, now);
        if let Some(moment) = record.refused_until(&rules, moderator) {
            return Outcome::RefusedUntil(moment);
        }
        record.note(moderator, now);
        let running = record.running(room, moderator);
        let step = running.unwrap_or_else(|| record.count(&rules, room, moderator, now));
        Outcome::Recorded(Recorded {
            counted: running.is_none(),
            count: record.standing(&rules, now),
            room_count: record.standing_in(&rules, room, now),
            step,
        })
    }

    /// Replays one stored warning, which stands whatever the rules say now. Oldest first.
    pub fn restore(&mut self, warning: &Warning<'_>, counted: bool) {
        let Warning { person, room, moderator, at } = *warning;
        let rules = self.rules;
        let record = self.record(person);
        record.settle(&rules, at);
        record.note(moderator, at);
        if counted {
            record.count(&rules, room, moderator, at);
        }
    }

    /// Counted warnings that have not faded, over all rooms.
    #[must_use]
    pub fn standing(&self, person: &str, now: i64) -> usize {
        self.records.get(person).map_or(0, |record| record.standing(&self.rules, now))
    }

    /// Counted warnings that have not faded, in one room.
    #[must_use]
    pub fn standing_in(&self, person: &str, room: &str, now: i64) -> usize {
        self.records.get(person).map_or(0, |record| record.standing_in(&self.rules, room, now))
    }

    /// Forgets persons about whom nothing matters any more, and what has faded about others; how many
    /// persons were forgotten. O(warnings).
    pub fn sweep(&mut self, now: i64) -> usize {
        let before = self.records.len();
        self.records.retain(|_, record| {
            record.settle(&self.rules, now);
            !record.is_empty()
        });
        if self.records.len() * 4 < self.records.capacity() {
            self.records.shrink_to(self.records.len() * 2);
        }
        before - self.records.len()
    }

    /// How many persons are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nobody is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn record(&mut self, person: &str) -> &mut Record {
        self.records.entry(person.into()).or_default()
    }
}
