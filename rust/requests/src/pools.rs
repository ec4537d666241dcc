//! The requests that wait, sorted twice: by pool for the place, by pool and topic for the listeners.
//!
//! Invariants:
//! - a rank stands in its pool's list and in one bucket of that pool, or in neither;
//! - pools stand at their numbers; buckets of a pool rise by topic, and none is empty.

use crate::merge::{ascending, Listener};
use crate::names::Name;
use crate::rank::Rank;
use crate::rank_list::RankList;

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub pool: Name,
    pub topic: Name,
}

#[derive(Clone, Debug, Default)]
struct Pool {
    ranks: RankList,
    topics: Vec<(Name, RankList)>,
    /// Grows with every change.
    version: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Pools(Vec<Pool>);

impl Pools {
    pub fn enter(&mut self, place: Place, rank: Rank) {
        let at = usize::from(place.pool);
        if at >= self.0.len() {
            self.0.resize_with(at + 1, Pool::default);
        }
        let pool = &mut self.0[at];
        pool.version += 1;
        pool.ranks.insert(rank);
        let bucket = match pool.topics.binary_search_by_key(&place.topic, |(topic, _)| *topic) {
            Ok(at) => at,
            Err(at) => {
                pool.topics.insert(at, (place.topic, RankList::new()));
                at
            }
        };
        pool.topics[bucket].1.insert(rank);
    }

    pub fn leave(&mut self, place: Place, rank: Rank) {
        let Some(pool) = self.0.get_mut(usize::from(place.pool)) else {
            return;
        };
        pool.version += 1;
        pool.ranks.remove(&rank);
        if let Ok(at) = pool.topics.binary_search_by_key(&place.topic, |(topic, _)| *topic) {
            pool.topics[at].1.remove(&rank);
            if pool.topics[at].1.is_empty() {
                pool.topics.remove(at);
            }
        }
    }

    /// How many of this pool go before a rank.
    pub fn before(&self, pool: Name, rank: Rank) -> usize {
        self.get(pool).map_or(0, |pool| pool.ranks.before(&rank))
    }

    /// How many wait in one pool.
    pub fn waiting(&self, pool: Name) -> usize {
        self.get(pool).map_or(0, |pool| pool.ranks.len())
    }

    /// The pools in which somebody waits, with the first rank of each.
    pub fn occupied(&self) -> impl Iterator<Item = (Name, usize, &Rank)> {
        (0..).zip(&self.0).filter_map(|(name, pool)| Some((name, pool.ranks.len(), pool.ranks.first()?)))
    }

    pub fn buckets(&self) -> usize {
        self.0.iter().map(|pool| pool.topics.len()).sum()
    }

    /// Bytes allocated for the lists.
    pub fn bytes(&self) -> usize {
        self.0
            .iter()
            .map(|pool| pool.ranks.bytes() + pool.topics.iter().map(|(_, list)| list.bytes()).sum::<usize>())
            .sum()
    }

    /// All ranks, first to last.
    pub fn ranks(&self) -> impl Iterator<Item = &Rank> {
        ascending(self.0.iter().map(|pool| &pool.ranks).collect())
    }

    /// How many wait whom this listener serves and whose topic they take, whoever it is.
    pub fn waiting_for(&self, listener: &Listener) -> usize {
        let mut count = 0;
        self.for_each_list(listener, |list| count += list.len());
        count
    }

    /// Grows whenever something changes in one of this listener's pools.
    pub fn version(&self, listener: &Listener) -> u64 {
        listener.pools.iter().filter_map(|&pool| self.get(pool)).map(|pool| pool.version).sum()
    }

    /// Calls `each` with the lists that hold all of this listener's pools but the refused topics, and nothing else.
    pub fn for_each_list<'a>(&'a self, listener: &Listener, mut each: impl FnMut(&'a RankList)) {
        for pool in listener.pools.iter().filter_map(|&pool| self.get(pool)) {
            if listener.refused.is_empty() || !pool.topics.iter().any(|(topic, _)| listener.refuses(*topic)) {
                each(&pool.ranks);
            } else {
                pool.topics.iter().filter(|(topic, _)| !listener.refuses(*topic)).for_each(|(_, bucket)| each(bucket));
            }
        }
    }

    fn get(&self, pool: Name) -> Option<&Pool> {
        self.0.get(usize::from(pool))
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    pub fn assert_invariants(&self) {
        for pool in &self.0 {
            pool.ranks.assert_invariants();
            pool.topics.iter().for_each(|(_, bucket)| bucket.assert_invariants());
            assert!(pool.topics.iter().all(|(_, bucket)| !bucket.is_empty()));
            assert!(pool.topics.windows(2).all(|pair| pair[0].0 < pair[1].0));
            assert!(ascending(pool.topics.iter().map(|(_, bucket)| bucket).collect()).eq(pool.ranks.iter()));
        }
    }
}
