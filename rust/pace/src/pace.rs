//! Limits by name and key.
//!
//! Invariant: a call that refuses or fails counts nothing, for any of its keys.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::error::PaceError;
use crate::keys::{Key, SHARDS};
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

/// A rule found by its name once: good until the next rule is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(usize);

/// See the crate.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// What keys are hashed with: nobody outside can look for two that share a hash.
    secret: RandomState,
    /// By name: there are few rules, and comparing a handful of names is cheaper than hashing one.
    meters: Vec<(Box<str>, Meter)>,
    /// Where the next step of the sweep begins: a rule, and a part of its keys.
    swept: (usize, usize),
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
        match self.place(name) {
            Ok(at) => self.meters[at].1.rule = rule,
            Err(at) => self.meters.insert(at, (name.into(), Meter::new(rule))),
        }
    }

    /// Whether `cost` events are allowed at `now`; if so they are counted.
    ///
    /// # Errors
    /// [`PaceError::UnknownRule`], [`PaceError::BadCost`].
    pub fn check(&mut self, rule: &str, key: &str, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let (rule, key) = (self.find(rule)?, self.key(key));
        self.check_key(rule, key, now, cost)
    }

    /// As [`Self::check`], counting nothing.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn peek(&mut self, rule: &str, key: &str, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let (rule, key) = (self.find(rule)?, self.key(key));
        self.peek_key(rule, key, now, cost)
    }

    /// One event for each `(rule, key)`, all or nothing. The same pair named twice costs two.
    /// Refused until the latest of the refusals.
    ///
    /// # Errors
    /// As [`Self::check`]; nothing is counted then.
    pub fn check_all(&mut self, checks: &[(&str, &str)], now: i64) -> Result<Verdict, PaceError> {
        let found: Result<Vec<_>, _> = checks.iter().map(|(rule, key)| Ok((self.find(rule)?, self.key(key)))).collect();
        self.check_keys(&found?, now)
    }

    /// A rule by its name.
    ///
    /// # Errors
    /// [`PaceError::UnknownRule`].
    pub fn find(&self, rule: &str) -> Result<RuleId, PaceError> {
        self.place(rule).map(RuleId).map_err(|_| PaceError::UnknownRule(rule.to_owned()))
    }

    /// A key, as it is kept.
    #[must_use]
    pub fn key(&self, key: &str) -> Key {
        Key(self.secret.hash_one(key))
    }

    /// As [`Self::check`], for what was found before.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_key(&mut self, rule: RuleId, key: Key, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let now = clamped(now);
        Ok(verdict(self.meter(rule)?.take(key, now, cost)?, now))
    }

    /// As [`Self::peek`], for what was found before.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn peek_key(&mut self, rule: RuleId, key: Key, now: i64, cost: u32) -> Result<Verdict, PaceError> {
        let now = clamped(now);
        Ok(verdict(self.meter(rule)?.allowed_at(key, now, cost)?, now))
    }

    /// As [`Self::check_all`], for what was found before.
    ///
    /// # Errors
    /// As [`Self::check`]; nothing is counted then.
    pub fn check_keys(&mut self, checks: &[(RuleId, Key)], now: i64) -> Result<Verdict, PaceError> {
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
                self.meter(*rule)?.take(*key, now, 1)?;
            }
        }
        Ok(verdict)
    }

    /// Forgets keys that are back at rest, and gives their memory back; how many. O(keys).
    pub fn sweep(&mut self, now: i64) -> usize {
        let now = clamped(now);
        self.meters.iter_mut().map(|(_, meter)| meter.sweep(now)).sum()
    }

    /// A step of a sweep: goes on from where the last step ended, looks at no more than about `most` slots (and at one part of one rule's
    /// keys at least), and ends after one round at the latest. How many keys were forgotten.
    pub fn sweep_some(&mut self, now: i64, most: usize) -> usize {
        let now = clamped(now);
        let (mut looked, mut forgotten) = (0, 0);
        for _ in 0..self.meters.len() * SHARDS {
            let (rule, part) = self.swept;
            let rule = if rule < self.meters.len() { rule } else { 0 };
            let meter = &mut self.meters[rule].1;
            looked += meter.cost_of(part);
            forgotten += meter.sweep_shard(part, now);
            self.swept = if part + 1 < SHARDS { (rule, part + 1) } else { ((rule + 1) % self.meters.len(), 0) };
            if looked >= most {
                break;
            }
        }
        forgotten
    }

    /// The rule of this name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<Rule> {
        self.place(name).ok().map(|at| self.meters[at].1.rule)
    }

    /// How many keys are remembered, over all rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.meters.iter().map(|(_, meter)| meter.len()).sum()
    }

    /// Whether no key is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn meter(&mut self, RuleId(at): RuleId) -> Result<&mut Meter, PaceError> {
        match self.meters.get_mut(at) {
            Some((_, meter)) => Ok(meter),
            None => Err(PaceError::UnknownRule(format!("number {at}"))),
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.meters.binary_search_by(|(known, _)| (**known).cmp(name))
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
