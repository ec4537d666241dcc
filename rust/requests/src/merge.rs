//! What one listener may take, in rank order.
//!
//! A merge over the heads of the lists that the listener may serve (a whole pool, or its buckets if some topic
//! in it is refused): other pools and refused topics are never entered, so that the cost does not grow with them. Askers whom the listener may not talk
//! to are stepped over one by one: they are few.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::iter;

use crate::rank::Rank;
use crate::rank_list::RankList;

/// What the caller knows about the person who wants to listen.
#[derive(Clone, Debug, Default)]
pub struct Listener<'a> {
    /// The pools this person may serve. A pool named twice counts once.
    pub pools: Vec<&'a str>,
    /// Topics this person does not take.
    pub refused_topics: BTreeSet<&'a str>,
    /// Askers this person may not talk to, themselves included.
    pub blocked: BTreeSet<&'a str>,
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
