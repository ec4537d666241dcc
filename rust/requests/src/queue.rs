//! The queue: requests that wait or are claimed.
//!
//! Invariants:
//! - a request is waiting or claimed, never both: a waiting one stands in the pools and in no lease, a
//!   claimed one in the leases and in no pool;
//! - its rank never changes from `add` to `remove`; its fencing token never falls.

use std::collections::HashMap;
use std::sync::Arc;

use crate::claims::{Claim, Holder, Leases};
use crate::error::AddError;
use crate::merge::{ascending, Listener};
use crate::pools::{Place, Pools};
use crate::rank::Rank;
use crate::rank_list::RankList;

/// A request as it enters the queue.
#[derive(Clone, Copy, Debug)]
pub struct Waiter<'a> {
    /// Unique in the queue.
    pub id: &'a str,
    /// Who may serve it.
    pub pool: &'a str,
    /// What it is about.
    pub topic: &'a str,
    /// The person who asks.
    pub asker: &'a str,
    /// Higher goes first.
    pub severity: i64,
    /// Milliseconds since the epoch; earlier goes first.
    pub first_at: i64,
    /// The last fencing token given for it; 0 for a new one.
    pub fence: u64,
}

/// Sizes of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Requests that wait.
    pub waiting: usize,
    /// Requests under a lease.
    pub claimed: usize,
    /// Pools in which somebody waits.
    pub pools: usize,
    /// Pairs of pool and topic in which somebody waits.
    pub buckets: usize,
}

#[derive(Clone, Debug)]
struct Request {
    rank: Rank,
    place: Place,
    asker: Box<str>,
    fence: u64,
    holder: Option<Holder>,
}

/// See the crate.
#[derive(Clone, Debug, Default)]
pub struct RequestQueue {
    requests: HashMap<Arc<str>, Request>,
    pools: Pools,
    leases: Leases,
}

impl RequestQueue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters a waiting request. O(log n).
    ///
    /// # Errors
    /// [`AddError::Present`] if the id is in the queue, waiting or claimed; [`AddError::FenceTooLarge`].
    pub fn add(&mut self, waiter: &Waiter<'_>) -> Result<(), AddError> {
        if self.requests.contains_key(waiter.id) {
            return Err(AddError::Present);
        }
        if i64::try_from(waiter.fence).is_err() {
            return Err(AddError::FenceTooLarge);
        }
        let id: Arc<str> = waiter.id.into();
        let request = Request {
            rank: Rank { severity: waiter.severity, first_at: waiter.first_at, id: Arc::clone(&id) },
            place: self.pools.place(waiter.pool, waiter.topic),
            asker: waiter.asker.into(),
            fence: waiter.fence,
            holder: None,
        };
        self.pools.enter(&request.place, &request.rank);
        self.requests.insert(id, request);
        Ok(())
    }

    /// Takes a request out, whatever its state. False if it was not there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(request) = self.requests.remove(id) else {
            return false;
        };
        match &request.holder {
            Some(holder) => self.leases.stop(&request.rank.id, holder.until),
            None => self.pools.leave(&request.place, &request.rank),
        }
        true
    }

    /// The waiting requests that this listener may take, best rank first.
    pub fn candidates<'q>(&'q self, listener: &'q Listener<'_>) -> impl Iterator<Item = &'q Rank> {
        ascending(self.eligible(listener)).filter(|rank| self.may_talk(listener, rank))
    }

    /// Claims the first in rank that this listener may take, or nothing when nobody eligible waits.
    pub fn claim_next(&mut self, owner: &str, listener: &Listener<'_>, now: i64, lease_ms: u64) -> Option<Claim> {
        // Nearly always the very first will do, and then the merge need not be set up.
        let first = self.eligible(listener).into_iter().filter_map(RankList::first).min()?;
        let rank = if self.may_talk(listener, first) { first } else { self.candidates(listener).next()? };
        let id = Arc::clone(&rank.id);
        self.claim(&id, owner, now, lease_ms)
    }

    /// Claims this very request; nothing if it is not waiting.
    pub fn claim(&mut self, id: &str, owner: &str, now: i64, lease_ms: u64) -> Option<Claim> {
        let request = self.requests.get_mut(id).filter(|request| request.holder.is_none())?;
        let until = now.saturating_add_unsigned(lease_ms);
        request.fence += 1;
        request.holder = Some(Holder { owner: owner.into(), until });
        self.pools.leave(&request.place, &request.rank);
        let id = Arc::clone(&request.rank.id);
        self.leases.start(Arc::clone(&id), until);
        Some(Claim { id, fence: request.fence, until })
    }

    /// Extends a lease, and never shortens it: a clock that was set back ends no lease early. False for a
    /// stale fence. A lease that has ended can be renewed until [`Self::expire`] gives the request back:
    /// nobody else has it.
    pub fn renew(&mut self, id: &str, fence: u64, now: i64, lease_ms: u64) -> bool {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.fence == fence) else {
            return false;
        };
        let Some(holder) = &mut request.holder else {
            return false;
        };
        let until = now.saturating_add_unsigned(lease_ms);
        if until > holder.until {
            self.leases.stop(&request.rank.id, holder.until);
            self.leases.start(Arc::clone(&request.rank.id), until);
            holder.until = until;
        }
        true
    }

    /// Gives a claimed request back at its old rank; false for a stale fence.
    pub fn release(&mut self, id: &str, fence: u64) -> bool {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.fence == fence) else {
            return false;
        };
        let Some(holder) = request.holder.take() else {
            return false;
        };
        self.leases.stop(&request.rank.id, holder.until);
        self.pools.enter(&request.place, &request.rank);
        true
    }

    /// Gives back all requests whose lease ended at `now` or before, at their old rank; the oldest lease first.
    pub fn expire(&mut self, now: i64) -> Vec<Arc<str>> {
        let mut ended = Vec::new();
        while let Some(id) = self.leases.pop_ended(now) {
            if let Some(request) = self.requests.get_mut(&id) {
                request.holder = None;
                self.pools.enter(&request.place, &request.rank);
            }
            ended.push(id);
        }
        ended
    }

    /// 1 for the first in its pool, whatever the topic. Nothing when not waiting. O(log n).
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        let request = self.requests.get(id).filter(|request| request.holder.is_none())?;
        Some(self.pools.before(&request.place, &request.rank) + 1)
    }

    /// Who holds a request: the owner, the fencing token and the end of the lease.
    #[must_use]
    pub fn holder(&self, id: &str) -> Option<(&str, u64, i64)> {
        let request = self.requests.get(id)?;
        let holder = request.holder.as_ref()?;
        Some((&holder.owner, request.fence, holder.until))
    }

    /// How many wait, in one pool or in all.
    #[must_use]
    pub fn waiting(&self, pool: Option<&str>) -> usize {
        match pool {
            Some(pool) => self.pools.waiting(pool),
            None => self.requests.len() - self.leases.len(),
        }
    }

    /// How many requests it knows, waiting or claimed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Whether the request is here, waiting or claimed.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.requests.contains_key(id)
    }

    /// All ids that wait, in rank order over all pools.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.pools.ranks().map(|rank| &*rank.id)
    }

    /// The sizes.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            waiting: self.waiting(None),
            claimed: self.leases.len(),
            pools: self.pools.len(),
            buckets: self.pools.buckets(),
        }
    }

    fn eligible(&self, listener: &Listener<'_>) -> Vec<&RankList> {
        self.pools.eligible(&listener.pools, &listener.refused_topics)
    }

    fn may_talk(&self, listener: &Listener<'_>, rank: &Rank) -> bool {
        listener.blocked.is_empty()
            || !self.requests.get(&rank.id).is_some_and(|request| listener.blocked.contains(&*request.asker))
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    #[doc(hidden)]
    pub fn assert_invariants(&self) {
        self.pools.assert_invariants();
        let held = self.requests.values().filter(|request| request.holder.is_some()).count();
        assert_eq!(held, self.leases.len());
        assert_eq!(self.ids().count() + held, self.requests.len());
    }
}
