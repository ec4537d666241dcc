//! What one listener may take, in rank order.
//!
//! A merge over the heads of the lists that the listener may serve (a whole pool, or its buckets if some topic
//! in it is refused): other pools and refused topics are never entered, so that the cost does not grow with them. Askers whom the listener may not talk
//! to are stepped over one by one: they are few.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter;

use crate::id::{Id, Ids};
use crate::names::Name;
use crate::pools::Place;
use crate::rank::Rank;
use crate::rank_list::RankList;

/// What the caller knows about the person who wants to listen, in the numbers of one queue: see [`crate::RequestQueue::listener`].
#[derive(Clone, Debug, Default)]
pub struct Listener {
    /// The pools this person may serve, rising and without doubles.
    pub(crate) pools: Vec<Name>,
    /// Topics this person does not take, the same way.
    pub(crate) refused: Vec<Name>,
    blocked: Ids,
}

impl Listener {
    pub(crate) fn new(mut pools: Vec<Name>, mut refused: Vec<Name>, blocked: impl IntoIterator<Item = Id>) -> Self {
        pools.sort_unstable();
        pools.dedup();
        refused.sort_unstable();
        refused.dedup();
        Self { pools, refused, blocked: blocked.into_iter().collect() }
    }

    /// The same person, who may not talk to these askers either.
    #[must_use]
    pub fn without(&self, askers: impl IntoIterator<Item = Id>) -> Self {
        let mut fewer = self.clone();
        fewer.blocked.extend(askers);
        fewer
    }

    pub(crate) fn blocks_nobody(&self) -> bool {
        self.blocked.is_empty()
    }

    pub(crate) fn blocks(&self, asker: Id) -> bool {
        self.blocked.contains(&asker)
    }

    pub(crate) fn blocked(&self) -> impl Iterator<Item = Id> + '_ {
        self.blocked.iter().copied()
    }

    pub(crate) fn takes(&self, place: Place) -> bool {
        self.pools.binary_search(&place.pool).is_ok() && !self.refuses(place.topic)
    }

    pub(crate) fn refuses(&self, topic: Name) -> bool {
        self.refused.binary_search(&topic).is_ok()
    }
}

/// The ranks of all these lists as one ascending sequence. Needs O(lists) to start and O(log lists) a step.
pub(crate) fn ascending(lists: Vec<&RankList>) -> impl Iterator<Item = &Rank> {
    let mut tails: Vec<_> = lists.into_iter().map(RankList::iter).collect();
    let mut heads: BinaryHeap<_> =
        tails.iter_mut().enumerate().filter_map(|(at, tail)| tail.next().map(|rank| Reverse((rank, at)))).collect();
    iter::from_fn(move || {
        let Reverse((rank, at)) = heads.pop()?;
        if let Some(next) = tails[at].next() {
            heads.push(Reverse((next, at)));
        }
        Some(rank)
    })
}
