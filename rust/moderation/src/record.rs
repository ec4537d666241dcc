//! What is remembered about one person.
//!
//! Invariants:
//! - nothing that is over at the latest `now` is kept once that person is touched;
//! - at most one incident for each room, and one entry for each moderator.
//!
//! Moments further ahead than [`JUMP_MS`] were written by a clock that has been set back since. They are
//! moved to now: otherwise nobody could be warned, or no warning would count, until the clock caught up.

use crate::outcome::Step;
use crate::rules::Rules;

/// A moment that is ahead by no more than this is jitter between callers, and stays.
pub(crate) const JUMP_MS: i64 = 60_000;

#[derive(Clone, Debug)]
struct Counted {
    at: i64,
    room: Box<str>,
}

#[derive(Clone, Debug)]
struct Incident {
    room: Box<str>,
    opener: Box<str>,
    at: i64,
    step: Step,
}

#[derive(Clone, Debug)]
struct Warned {
    moderator: Box<str>,
    at: i64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    counted: Vec<Counted>,
    incidents: Vec<Incident>,
    warned: Vec<Warned>,
}

impl Record {
    /// Brings the record to `now`: moves what lies implausibly far ahead, forgets what is over.
    pub fn settle(&mut self, rules: &Rules, now: i64) {
        for at in self.moments() {
            if *at > now.saturating_add(JUMP_MS) {
                *at = now;
            }
        }
        self.counted.retain(|counted| now < counted.at.saturating_add(rules.fade_ms));
        self.incidents.retain(|incident| now < incident.at.saturating_add(rules.incident_ms));
        self.warned.retain(|warned| now < warned.at.saturating_add(rules.moderator_ms));
    }

    pub fn is_empty(&self) -> bool {
        self.counted.is_empty() && self.incidents.is_empty() && self.warned.is_empty()
    }

    /// When this moderator may warn again, if not now. The record must be settled.
    pub fn refused_until(&self, rules: &Rules, moderator: &str) -> Option<i64> {
        let warned = self.warned.iter().find(|warned| &*warned.moderator == moderator)?;
        Some(warned.at.saturating_add(rules.moderator_ms))
    }

    /// The step of the incident that is running in this room and was opened by another moderator.
    pub fn running(&self, room: &str, moderator: &str) -> Option<Step> {
        let incident = self.incidents.iter().find(|incident| &*incident.room == room)?;
        (&*incident.opener != moderator).then_some(incident.step)
    }

    pub fn note(&mut self, moderator: &str, at: i64) {
        self.warned.retain(|warned| &*warned.moderator != moderator);
        self.warned.push(Warned { moderator: moderator.into(), at });
    }

    /// Counts a warning and opens its incident; the step to which it leads.
    pub fn count(&mut self, rules: &Rules, room: &str, moderator: &str, at: i64) -> Step {
        self.counted.push(Counted { at, room: room.into() });
        let step = rules.step(self.standing(rules, at));
        self.incidents.retain(|incident| &*incident.room != room);
        self.incidents.push(Incident { room: room.into(), opener: moderator.into(), at, step });
        step
    }

    pub fn standing(&self, rules: &Rules, now: i64) -> usize {
        self.unfaded(rules, now).count()
    }

    pub fn standing_in(&self, rules: &Rules, room: &str, now: i64) -> usize {
        self.unfaded(rules, now).filter(|counted| &*counted.room == room).count()
    }

    fn unfaded<'a>(&'a self, rules: &'a Rules, now: i64) -> impl Iterator<Item = &'a Counted> {
        self.counted.iter().filter(move |counted| now < counted.at.saturating_add(rules.fade_ms))
    }

    fn moments(&mut self) -> impl Iterator<Item = &mut i64> {
        let counted = self.counted.iter_mut().map(|counted| &mut counted.at);
        let incidents = self.incidents.iter_mut().map(|incident| &mut incident.at);
        counted.chain(incidents).chain(self.warned.iter_mut().map(|warned| &mut warned.at))
    }
}
