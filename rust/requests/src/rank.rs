//! The order of all requests, as one comparable value.
//!
//! `due = first_at - severity * head_start`: a class of severity counts as a fixed time of having waited. Less means first, then
//! the smaller id. As long as nobody waits longer than the head start, this is severity first and then time; and because
//! the head start is bounded, whoever waits is overtaken by finitely many (the proof is in docs/queue.md).
//!
//! Invariant: ranks are total and never equal for two different requests, because ids are unique.

use crate::id::Id;

/// A request's rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Milliseconds since the epoch; earlier goes first. See the module.
    pub due: i64,
    /// Breaks ties, so that the order is the same on every machine.
    pub id: Id,
}

impl Rank {
    /// The formula.
    #[must_use]
    pub fn new(severity: i16, first_at: i64, id: Id, head_start_ms: i64) -> Self {
        Self { due: first_at.saturating_sub(i64::from(severity).saturating_mul(head_start_ms)), id }
    }
}
