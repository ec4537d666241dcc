//! Leases on requests, by the moment at which they end.
//!
//! Invariant: `ends` holds exactly one entry for every holder, with its `until`.

use std::collections::BTreeSet;

use crate::id::{ById, Id};

/// A lease on one request, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The request.
    pub id: Id,
    /// The fencing token: grows by one with every claim of this request, over its whole life.
    pub fence: u32,
    /// The lease ends at this moment, in milliseconds since the epoch.
    pub until: i64,
}

/// Who holds a request, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person who claimed it.
    pub owner: Id,
    /// When the lease ends.
    pub until: i64,
}

/// All running leases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leases {
    holders: ById<Holder>,
    ends: BTreeSet<(i64, Id)>,
}

impl Leases {
    pub fn len(&self) -> usize {
        self.holders.len()
    }

    pub fn holder(&self, id: Id) -> Option<Holder> {
        self.holders.get(&id).copied()
    }

    pub fn start(&mut self, id: Id, holder: Holder) {
        self.holders.insert(id, holder);
        self.ends.insert((holder.until, id));
    }

    /// False if there was none.
    pub fn stop(&mut self, id: Id) -> bool {
        let Some(holder) = self.holders.remove(&id) else {
            return false;
        };
        self.ends.remove(&(holder.until, id))
    }

    /// A lease only grows: false if there is none.
    pub fn extend(&mut self, id: Id, until: i64) -> bool {
        let Some(holder) = self.holders.get_mut(&id) else {
            return false;
        };
        if until > holder.until {
            self.ends.remove(&(holder.until, id));
            self.ends.insert((until, id));
            holder.until = until;
        }
        true
    }

    /// Takes out one lease that has ended, the oldest first.
    pub fn pop_ended(&mut self, now: i64) -> Option<Id> {
        if self.ends.first()?.0 > now {
            return None;
        }
        let (_, id) = self.ends.pop_first()?;
        self.holders.remove(&id);
        Some(id)
    }

    pub fn assert_invariants(&self) {
        assert!(self.holders.iter().all(|(id, holder)| self.ends.contains(&(holder.until, *id))));
        assert_eq!(self.holders.len(), self.ends.len());
    }
}
