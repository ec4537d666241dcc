//! One rule and the keys that are under way.
//!
//! Invariants:
//! - a key that is absent is at rest; a key that is present is at rest from `rest_at[key]` on;
//! - no event is counted that would put a key's rest more than the rule's span after the `now` it was told.
//!
//! A wall clock can be set back. Whoever was exhausted before would then wait for as long as the clock went
//! back, so a rest that lies implausibly far ahead ([`JUMP_MS`] beyond what the rule can reach) is brought to
//! a whole span from now: the key counts as exhausted, never as better off. Smaller steps are jitter, and
//! are waited out.

use std::collections::HashMap;

use crate::error::PaceError;
use crate::rule::Rule;

/// A step back of the clock up to this is waited out.
pub(crate) const JUMP_MS: i64 = 60_000;

#[derive(Clone, Debug)]
pub(crate) struct Meter {
    pub rule: Rule,
    rest_at: HashMap<Box<str>, i64>,
}

impl Meter {
    pub fn new(rule: Rule) -> Self {
        Self { rule, rest_at: HashMap::new() }
    }

    pub fn len(&self) -> usize {
        self.rest_at.len()
    }

    /// When `cost` events are allowed: `now` itself or later. Counts nothing.
    pub fn allowed_at(&mut self, key: &str, now: i64, cost: u32) -> Result<i64, PaceError> {
        let weight = self.rule.weight(cost)?;
        let rest = self.rest_at.get_mut(key).map_or(now, |rest| {
            settle(rest, self.rule, now);
            *rest
        });
        Ok(now.max(rest.max(now) + weight - self.rule.span()))
    }

    /// As `allowed_at`; what is allowed now is counted.
    pub fn take(&mut self, key: &str, now: i64, cost: u32) -> Result<i64, PaceError> {
        let weight = self.rule.weight(cost)?;
        let Some(rest) = self.rest_at.get_mut(key) else {
            // A cost is never more than the burst, so that whoever is at rest is never refused.
            self.rest_at.insert(key.into(), now + weight);
            return Ok(now);
        };
        settle(rest, self.rule, now);
        let after = now.max(*rest) + weight;
        let allowed_at = now.max(after - self.rule.span());
        if allowed_at == now {
            *rest = after;
        }
        Ok(allowed_at)
    }

    /// Forgets keys at rest; how many.
    pub fn sweep(&mut self, now: i64) -> usize {
        let before = self.rest_at.len();
        let rule = self.rule;
        self.rest_at.retain(|_, rest| {
            settle(rest, rule, now);
            *rest > now
        });
        // Memory goes back too, unless it would be wanted again at once.
        if self.rest_at.len() * 4 < self.rest_at.capacity() {
            self.rest_at.shrink_to(self.rest_at.len() * 2);
        }
        before - self.rest_at.len()
    }
}

fn settle(rest: &mut i64, rule: Rule, now: i64) {
    let exhausted = now + rule.span();
    if *rest > exhausted + JUMP_MS {
        *rest = exhausted;
    }
}
