//! Leases on requests: what their owners see, and in which order they end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::id::Id;

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

/// The moments at which leases end, the first on top.
///
/// A lease that is stopped or extended leaves its old moment behind: the holder says whether a moment still counts. There are
/// never more than twice as many moments as leases, and some. Leases mostly end in the order in which they begin, and then
/// entering one costs no more than appending it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends(BinaryHeap<Reverse<(i64, Id)>>);

const SOME: usize = 1024;

impl Ends {
    pub fn add(&mut self, until: i64, id: Id) {
        self.0.push(Reverse((until, id)));
    }

    /// Takes out the first moment that has passed, whether or not it still counts.
    pub fn pop_passed(&mut self, now: i64) -> Option<(i64, Id)> {
        if self.0.peek()?.0 .0 > now {
            return None;
        }
        self.0.pop().map(|Reverse(end)| end)
    }

    /// Whether so many moments are left behind by `leases` running ones that it is time to sort them out.
    pub fn crowded(&self, leases: usize) -> bool {
        self.0.len() > 2 * leases + SOME
    }

    pub fn retain(&mut self, counts: impl Fn(i64, Id) -> bool) {
        self.0.retain(|&Reverse((until, id))| counts(until, id));
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(i64, Id)>()
    }
}
