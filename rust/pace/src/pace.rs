//! Limits by name and key.
//!
//! Invariant: a call that refuses or fails counts nothing, for any of its keys.

use std::collections::BTreeMap;

use crate::error::PaceError;
use crate::meter::Meter;
use crate::rule::Rule;

/// The answer to one question. Deliberately no `bool`: a refusal knows when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Allowed.
    Allowed,
    /// Refused; the first moment at which the same will be allowed, in milliseconds since the epoch, if
    /// nothing else is counted for these keys before. Always later than the `now` of the question.
    RefusedUntil(i64),
}

/// See the crate.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// A tree: there are few rules, and comparing a name or two is cheaper than hashing one.
    meters: BTreeMap<Box<str>, Meter>,
}

impl Pace {
    /// No rules yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a rule. Keys under way keep the moment at which they are back at rest; under a
    /// shorter rule they count as exhausted at worst, for one minute more than its span.
    pub fn set_rule(&mut self, name: &str, rule: Rule) {
        if let Some(meter) = self.meters.get_mut(name) {
            meter.rule = rule;
        } else {
            self.meters.insert(name.into(), Meter::new(rule));
        }
    }

    /// Whether `cost` events are allowed at `now`; if so they are counted.
    ///
    /// # Errors
    /// [`PaceError::UnknownRule`], [`PaceError::BadCost`].
    pub fn check(&mut self, rule: &str, key: &str, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let now = clamped(now);
        Ok(verdict(self.meter(rule)?.take(key, now, cost)?, now))
    }

    /// As [`Self::check`], counting nothing.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn peek(&mut self, rule: &str, key: &str, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let now = clamped(now);
        Ok(verdict(self.meter(rule)?.allowed_at(key, now, cost)?, now))
    }

    /// One event for each `(rule, key)`, all or nothing. The same pair named twice costs two.
    /// Refused until the latest of the refusals.
    ///
    /// # Errors
    /// As [`Self::check`]; nothing is counted then.
    pub fn check_all(&mut self, checks: &[(&str, &str)], now: i64) -> Result<Verdict, PaceError> {
        let now = clamped(now);
        let mut latest = now;
        for (at, check) in checks.iter().enumerate() {
            if checks[..at].contains(check) {
                continue;
            }
            let times = checks[at..].iter().filter(|other| *other == check).count();
            let cost = u32::try_from(times).map_err(|_| PaceError::BadCost)?;
            latest = latest.max(self.meter(check.0)?.allowed_at(check.1, now, cost)?);
        }
        let verdict = verdict(latest, now);
        if verdict == Verdict::Allowed {
            for (rule, key) in checks {
                self.meter(rule)?.take(key, now, 1)?;
            }
        }
        Ok(verdict)
    }

    /// Forgets keys that are back at rest, and gives their memory back; how many. O(keys).
    pub fn sweep(&mut self, now: i64) -> usize {
        let now = clamped(now);
        self.meters.values_mut().map(|meter| meter.sweep(now)).sum()
    }

    /// How many keys are remembered, over all rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.meters.values().map(Meter::len).sum()
    }

    /// Whether no key is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn meter(&mut self, rule: &str) -> Result<&mut Meter, PaceError> {
        self.meters.get_mut(rule).ok_or_else(|| PaceError::UnknownRule(rule.to_owned()))
    }
}

fn verdict(allowed_at: i64, now: i64) -> Verdict {
    if allowed_at > now {
        Verdict::RefusedUntil(allowed_at)
    } else {
        Verdict::Allowed
    }
}

/// Keeps every sum inside `i64`: moments more than 140 million years from the epoch are taken for that.
fn clamped(now: i64) -> i64 {
    now.clamp(i64::MIN / 2, i64::MAX / 2)
}
