//! The order of all requests, as one comparable value.
//!
//! Invariant: ranks are total and never equal for two different requests, because ids are unique.

use std::cmp::Ordering;
use std::sync::Arc;

/// A request's rank. Less means first: higher severity, then earlier `first_at`, then the smaller id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// How severe; higher goes first.
    pub severity: i64,
    /// When this was first asked, in milliseconds since the epoch; earlier goes first.
    pub first_at: i64,
    /// Breaks ties, so that the order is the same on every machine.
    pub id: Arc<str>,
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .severity
            .cmp(&self.severity)
            .then_with(|| self.first_at.cmp(&other.first_at))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
