//! One rule and the keys that are under way.
//!
//! Invariants:
//! - a key that is absent is at rest; a key that is present is at rest from the moment kept for it on;
//! - no event is counted that would put a key's rest more than the rule's span after the `now` it was told.
//!
//! A wall clock can be set back. Whoever was exhausted before would then wait for as long as the clock went
//! back, so a rest that lies implausibly far ahead ([`JUMP_MS`] beyond what the rule can reach) is brought to
//! a whole span from now: the key counts as exhausted, never as better off. Smaller steps are jitter, and
//! are waited out.

use crate::error::PaceError;
use crate::keys::{Key, Keys, SHARDS};
use crate::rule::Rule;

/// A step back of the clock up to this is waited out.
pub(crate) const JUMP_MS: i64 = 60_000;

#[derive(Clone, Debug)]
pub(crate) struct Meter {
    pub rule: Rule,
    keys: Keys,
}

impl Meter {
    pub fn new(rule: Rule) -> Self {
        Self { rule, keys: Keys::new() }
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// When `cost` events are allowed: `now` itself or later. Counts nothing.
    pub fn allowed_at(&mut self, key: Key, now: i64, cost: u32) -> Result<i64, PaceError> {
        let weight = self.rule.weight(cost)?;
        let rest = self.keys.get_mut(key).map_or(now, |rest| {
            settle(rest, self.rule, now);
            *rest
        });
        Ok(now.max(rest.max(now) + weight - self.rule.span()))
    }

    /// As `allowed_at`; what is allowed now is counted.
    pub fn take(&mut self, key: Key, now: i64, cost: u32) -> Result<i64, PaceError> {
        let weight = self.rule.weight(cost)?;
        let Some(rest) = self.keys.get_mut(key) else {
            // A cost is never more than the burst, so that whoever is at rest is never refused.
            self.keys.insert(key, now + weight);
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
        (0..SHARDS).map(|shard| self.sweep_shard(shard, now)).sum()
    }

    /// As `sweep`, for one part of the keys.
    pub fn sweep_shard(&mut self, shard: usize, now: i64) -> usize {
        let rule = self.rule;
        self.keys.retain(shard, |rest| {
            settle(rest, rule, now);
            *rest > now
        })
    }

    /// How many slots sweeping this part looks at.
    pub fn cost_of(&self, shard: usize) -> usize {
        self.keys.room_of(shard)
    }
}

fn settle(rest: &mut i64, rule: Rule, now: i64) {
    let exhausted = now + rule.span();
    if *rest > exhausted + JUMP_MS {
        *rest = exhausted;
    }
}
