//! Leases on requests, by the moment at which they end.
//!
//! Invariant: there is exactly one entry for every claimed request, with the `until` of its holder.

use std::collections::BTreeSet;
use std::sync::Arc;

/// A lease on one request, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The request.
    pub id: Arc<str>,
    /// The fencing token: grows by one with every claim of this request, over its whole life.
    pub fence: u64,
    /// The lease ends at this moment, in milliseconds since the epoch.
    pub until: i64,
}

/// Who holds a request, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub owner: Box<str>,
    pub until: i64,
}

/// All running leases, the first to end first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leases(BTreeSet<(i64, Arc<str>)>);

impl Leases {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn start(&mut self, id: Arc<str>, until: i64) {
        self.0.insert((until, id));
    }

    pub fn stop(&mut self, id: &Arc<str>, until: i64) {
        self.0.remove(&(until, Arc::clone(id)));
    }

    /// Takes out one lease that has ended, the oldest first.
    pub fn pop_ended(&mut self, now: i64) -> Option<Arc<str>> {
        if self.0.first()?.0 > now {
            return None;
        }
        self.0.pop_first().map(|(_, id)| id)
    }
}
