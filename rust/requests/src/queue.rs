//! The queue: requests that wait or are claimed.
//!
//! Invariants:
//! - a request is waiting or claimed, never both: a waiting one stands in the pools, a claimed one has a holder and an end
//!   among `ends`, and stands in no pool; `claimed` counts them;
//! - its rank never changes from `add` to `remove`; its fencing token never falls;
//! - `askers` names for each person the request that was added last.

use crate::claims::{Claim, Ends, Holder};
use crate::error::AddError;
use crate::id::{ById, Id};
use crate::merge::{ascending, Listener};
use crate::names::{Name, Names};
use crate::pools::{Place, Pools};
use crate::rank::Rank;
use crate::rank_list::RankList;

/// The table's column has no more.
const MOST_FENCE: u32 = i32::MAX.unsigned_abs();

/// A request as it enters the queue, and as it is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter<'a> {
    /// Unique in the queue.
    pub id: Id,
    /// Who may serve it.
    pub pool: &'a str,
    /// What it is about.
    pub topic: &'a str,
    /// The person who asks.
    pub asker: Id,
    /// Higher goes first.
    pub severity: i16,
    /// Milliseconds since the epoch; earlier goes first.
    pub first_at: i64,
    /// The last fencing token given for it; 0 for a new one.
    pub fence: u32,
    /// What the caller shows of it to listeners; not looked into here.
    pub shown: &'a [u8],
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
    /// Bytes allocated for all of it.
    pub bytes: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub first_at: i64,
    pub asker: Id,
    pub shown: Box<[u8]>,
    pub fence: u32,
    pub severity: i16,
    pub place: Place,
    /// Who has claimed it. Few are claimed at a time, so that the rest should not have the room for it.
    pub holder: Option<Box<Holder>>,
    /// The pass that last saw it in the table; see `sweep`.
    pub seen: u8,
}

/// See the crate.
#[derive(Clone, Debug)]
pub struct RequestQueue {
    head_start_ms: i64,
    pub(crate) requests: ById<Request>,
    askers: ById<Id>,
    pub(crate) pool_names: Names,
    pub(crate) topic_names: Names,
    pools: Pools,
    ends: Ends,
    claimed: usize,
    /// Bytes of all `shown`.
    shown: usize,
    pub(crate) pass: u8,
}

impl RequestQueue {
    /// An empty queue, in which one class of severity counts as this much time of having waited.
    #[must_use]
    pub fn new(head_start_ms: i64) -> Self {
        Self {
            head_start_ms,
            requests: ById::default(),
            askers: ById::default(),
            pool_names: Names::default(),
            topic_names: Names::default(),
            pools: Pools::default(),
            ends: Ends::default(),
            claimed: 0,
            shown: 0,
            pass: 0,
        }
    }

    /// Enters a waiting request. O(log n).
    ///
    /// # Errors
    /// [`AddError::Present`] if the id is in the queue, waiting or claimed; the others say themselves.
    pub fn add(&mut self, waiter: &Waiter<'_>) -> Result<(), AddError> {
        if self.requests.contains_key(&waiter.id) {
            return Err(AddError::Present);
        }
        if waiter.fence > MOST_FENCE {
            return Err(AddError::FenceTooLarge);
        }
        let place = Place { pool: self.pool_names.number(waiter.pool)?, topic: self.topic_names.number(waiter.topic)? };
        let request = Request {
            first_at: waiter.first_at,
            asker: waiter.asker,
            shown: waiter.shown.into(),
            fence: waiter.fence,
            severity: waiter.severity,
            place,
            holder: None,
            seen: self.pass,
        };
        self.pools.enter(place, self.rank(waiter.id, &request));
        self.shown += waiter.shown.len();
        self.askers.insert(waiter.asker, waiter.id);
        self.requests.insert(waiter.id, request);
        Ok(())
    }

    /// Takes a request out, whatever its state. False if it was not there.
    pub fn remove(&mut self, id: Id) -> bool {
        let Some(request) = self.requests.remove(&id) else {
            return false;
        };
        if request.holder.is_some() {
            self.claimed -= 1;
        } else {
            self.pools.leave(request.place, self.rank(id, &request));
        }
        self.shown -= request.shown.len();
        if self.askers.get(&request.asker) == Some(&id) {
            self.askers.remove(&request.asker);
        }
        true
    }

    /// What this queue has to know of somebody who wants to listen: the pools they may serve, the topics they do not take, the
    /// askers they may not talk to, themselves included. Good as long as the queue.
    ///
    /// # Errors
    /// [`AddError::TooManyNames`].
    pub fn listener<'n>(
        &mut self,
        pools: impl IntoIterator<Item = &'n str>,
        refused_topics: impl IntoIterator<Item = &'n str>,
        blocked: impl IntoIterator<Item = Id>,
    ) -> Result<Listener, AddError> {
        let pools = pools.into_iter().map(|name| self.pool_names.number(name)).collect::<Result<_, _>>()?;
        let refused = refused_topics.into_iter().map(|name| self.topic_names.number(name)).collect::<Result<_, _>>()?;
        Ok(Listener::new(pools, refused, blocked))
    }

    /// The waiting requests that this listener may take, best rank first.
    pub fn candidates<'q>(&'q self, listener: &'q Listener) -> impl Iterator<Item = &'q Rank> {
        let mut lists = Vec::new();
        self.pools.for_each_list(listener, |list| lists.push(list));
        ascending(lists).filter(|rank| self.may_talk(listener, rank.id))
    }

    /// Claims the first in rank that this listener may take, or nothing when nobody eligible waits.
    pub fn claim_next(&mut self, owner: Id, listener: &Listener, now: i64, lease_ms: u64) -> Option<Claim> {
        // Nearly always the very first will do, and then the merge need not be set up.
        let mut first: Option<Rank> = None;
        self.pools.for_each_list(listener, |list: &RankList| {
            if let Some(&rank) = list.first() {
                first = Some(first.map_or(rank, |best| best.min(rank)));
            }
        });
        let first = first?.id;
        let id = if self.may_talk(listener, first) { first } else { self.candidates(listener).next()?.id };
        self.claim(id, owner, now, lease_ms)
    }

    /// Claims this very request; nothing if it is not waiting.
    pub fn claim(&mut self, id: Id, owner: Id, now: i64, lease_ms: u64) -> Option<Claim> {
        let head_start = self.head_start_ms;
        let request = self.requests.get_mut(&id).filter(|request| request.holder.is_none())?;
        let until = now.saturating_add_unsigned(lease_ms);
        request.fence = request.fence.saturating_add(1);
        request.holder = Some(Box::new(Holder { owner, until }));
        let claim = Claim { id, fence: request.fence, until };
        self.pools.leave(request.place, Rank::new(request.severity, request.first_at, id, head_start));
        self.claimed += 1;
        self.ends(until, id);
        Some(claim)
    }

    /// Extends a lease, and never shortens it: a clock that was set back ends no lease early. False for a
    /// stale fence. A lease that has ended can be renewed until [`Self::expire`] gives the request back:
    /// nobody else has it.
    pub fn renew(&mut self, id: Id, fence: u32, now: i64, lease_ms: u64) -> bool {
        let until = now.saturating_add_unsigned(lease_ms);
        let Some(holder) = self.held(id, fence) else {
            return false;
        };
        if until > holder.until {
            holder.until = until;
            self.ends(until, id);
        }
        true
    }

    /// Gives a claimed request back at its old rank; false for a stale fence.
    pub fn release(&mut self, id: Id, fence: u32) -> bool {
        let held = self.held(id, fence).is_some();
        if held {
            self.give_back(id);
        }
        held
    }

    /// Gives back all requests whose lease ended at `now` or before, at their old rank; the oldest lease first.
    pub fn expire(&mut self, now: i64) -> Vec<Id> {
        let mut ended = Vec::new();
        while let Some((until, id)) = self.ends.pop_passed(now) {
            if self.ends_then(until, id) {
                self.give_back(id);
                ended.push(id);
            }
        }
        ended
    }

    /// The holder, if this is the fencing token of now.
    fn held(&mut self, id: Id, fence: u32) -> Option<&mut Holder> {
        self.requests.get_mut(&id).filter(|request| request.fence == fence)?.holder.as_deref_mut()
    }

    fn ends_then(&self, until: i64, id: Id) -> bool {
        self.requests.get(&id).and_then(|request| request.holder.as_ref()).is_some_and(|holder| holder.until == until)
    }

    fn ends(&mut self, until: i64, id: Id) {
        self.ends.add(until, id);
        if self.ends.crowded(self.claimed) {
            let mut ends = std::mem::take(&mut self.ends);
            ends.retain(|until, id| self.ends_then(until, id));
            self.ends = ends;
        }
    }

    fn give_back(&mut self, id: Id) {
        let head_start = self.head_start_ms;
        if let Some(request) = self.requests.get_mut(&id) {
            request.holder = None;
            self.claimed -= 1;
            self.pools.enter(request.place, Rank::new(request.severity, request.first_at, id, head_start));
        }
    }

    /// 1 for the first in its pool, whatever the topic. Nothing when not waiting. O(log n).
    #[must_use]
    pub fn place(&self, id: Id) -> Option<usize> {
        let request = self.requests.get(&id).filter(|request| request.holder.is_none())?;
        Some(self.pools.before(request.place.pool, self.rank(id, request)) + 1)
    }

    /// Who holds a request, and the fencing token.
    #[must_use]
    pub fn holder(&self, id: Id) -> Option<(Holder, u32)> {
        let request = self.requests.get(&id)?;
        Some((**request.holder.as_ref()?, request.fence))
    }

    /// The request as it was added, with the fencing token of now.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<Waiter<'_>> {
        let request = self.requests.get(&id)?;
        Some(Waiter {
            id,
            pool: self.pool_names.text(request.place.pool),
            topic: self.topic_names.text(request.place.topic),
            asker: request.asker,
            severity: request.severity,
            first_at: request.first_at,
            fence: request.fence,
            shown: &request.shown,
        })
    }

    /// The request of this person, waiting or claimed.
    #[must_use]
    pub fn of(&self, asker: Id) -> Option<Id> {
        self.askers.get(&asker).copied()
    }

    /// Everyone whose request is here, in no order.
    pub fn askers(&self) -> impl Iterator<Item = Id> + '_ {
        self.askers.keys().copied()
    }

    /// How many wait, in one pool or in all.
    #[must_use]
    pub fn waiting(&self, pool: Option<&str>) -> usize {
        match pool {
            Some(pool) => self.pool_names.known(pool).map_or(0, |pool| self.pools.waiting(pool)),
            None => self.requests.len() - self.claimed,
        }
    }

    /// The pools in which somebody waits: how many, and the `first_at` of the first in rank.
    pub fn occupied(&self) -> impl Iterator<Item = (&str, usize, i64)> {
        self.pools.occupied().map(|(pool, count, rank)| {
            (self.pool_names.text(pool), count, self.requests.get(&rank.id).map_or(0, |request| request.first_at))
        })
    }

    /// How many this listener may take. O(topics) and O(blocked): nobody is walked over.
    #[must_use]
    pub fn waiting_for(&self, listener: &Listener) -> usize {
        let barred = listener.blocked().filter_map(|asker| self.requests.get(self.askers.get(&asker)?));
        let barred = barred.filter(|request| request.holder.is_none() && listener.takes(request.place)).count();
        self.pools.waiting_for(listener) - barred
    }

    /// Grows whenever something changes that this listener could see.
    #[must_use]
    pub fn version(&self, listener: &Listener) -> u64 {
        self.pools.version(listener)
    }

    /// Whether this listener may take this request, as far as pools, topics and blocks go.
    #[must_use]
    pub fn suits(&self, listener: &Listener, id: Id) -> bool {
        self.requests.get(&id).is_some_and(|request| listener.takes(request.place) && !listener.blocks(request.asker))
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
    pub fn contains(&self, id: Id) -> bool {
        self.requests.contains_key(&id)
    }

    /// All ids that wait, in rank order over all pools.
    pub fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.pools.ranks().map(|rank| rank.id)
    }

    /// The sizes.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        // A hash table holds at most 7/8 of its buckets, and a byte of its own for each.
        let table = |capacity: usize, entry: usize| (capacity * 8).div_ceil(7).next_power_of_two() * (entry + 1);
        Statistics {
            waiting: self.waiting(None),
            claimed: self.claimed,
            pools: self.pools.occupied().count(),
            buckets: self.pools.buckets(),
            bytes: self.pools.bytes()
                + self.shown
                + self.ends.bytes()
                + self.claimed * size_of::<Holder>()
                + table(self.requests.capacity(), size_of::<(Id, Request)>())
                + table(self.askers.capacity(), size_of::<(Id, Id)>()),
        }
    }

    fn rank(&self, id: Id, request: &Request) -> Rank {
        Rank::new(request.severity, request.first_at, id, self.head_start_ms)
    }

    pub(crate) fn stands_at(&self, pool: &str, topic: &str) -> Option<(Name, Name)> {
        Some((self.pool_names.known(pool)?, self.topic_names.known(topic)?))
    }

    fn may_talk(&self, listener: &Listener, id: Id) -> bool {
        listener.blocks_nobody() || !self.requests.get(&id).is_some_and(|request| listener.blocks(request.asker))
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    #[doc(hidden)]
    pub fn assert_invariants(&self) {
        self.pools.assert_invariants();
        let held = self.requests.values().filter(|request| request.holder.is_some()).count();
        assert_eq!(held, self.claimed);
        assert_eq!(self.ids().count() + held, self.requests.len());
        assert_eq!(self.shown, self.requests.values().map(|request| request.shown.len()).sum::<usize>());
        assert!(self.askers.iter().all(|(asker, id)| self.requests[id].asker == *asker));
    }
}
