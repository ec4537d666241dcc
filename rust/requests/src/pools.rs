//! The requests that wait, sorted twice: by pool for the place, by pool and topic for the listeners.
//!
//! Invariants:
//! - a rank stands in its pool's list and in one bucket of that pool, or in neither;
//! - no pool without ranks, no bucket without ranks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::merge::ascending;
use crate::rank::Rank;
use crate::rank_list::RankList;

/// Where a request belongs. The names are shared with the pools while anybody waits there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub pool: Arc<str>,
    pub topic: Arc<str>,
}

#[derive(Clone, Debug, Default)]
struct Pool {
    ranks: RankList,
    /// Ordered, so that a merge starts the same way on every machine.
    topics: BTreeMap<Arc<str>, RankList>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Pools(BTreeMap<Arc<str>, Pool>);

impl Pools {
    pub fn place(&self, pool: &str, topic: &str) -> Place {
        let known = self.0.get_key_value(pool);
        let bucket = known.and_then(|(_, pool)| pool.topics.get_key_value(topic));
        Place {
            pool: known.map_or_else(|| pool.into(), |(name, _)| Arc::clone(name)),
            topic: bucket.map_or_else(|| topic.into(), |(name, _)| Arc::clone(name)),
        }
    }

    pub fn enter(&mut self, place: &Place, rank: &Rank) {
        let pool = self.0.entry(Arc::clone(&place.pool)).or_default();
        pool.ranks.insert(rank.clone());
        pool.topics.entry(Arc::clone(&place.topic)).or_default().insert(rank.clone());
    }

    pub fn leave(&mut self, place: &Place, rank: &Rank) {
        let Some(pool) = self.0.get_mut(&place.pool) else {
            return;
        };
        pool.ranks.remove(rank);
        if let Some(bucket) = pool.topics.get_mut(&place.topic) {
            bucket.remove(rank);
            if bucket.is_empty() {
                pool.topics.remove(&place.topic);
            }
        }
        if pool.ranks.is_empty() {
            self.0.remove(&place.pool);
        }
    }

    /// How many of this pool go before a rank.
    pub fn before(&self, place: &Place, rank: &Rank) -> usize {
        self.0.get(&place.pool).map_or(0, |pool| pool.ranks.before(rank))
    }

    /// How many wait in one pool.
    pub fn waiting(&self, pool: &str) -> usize {
        self.0.get(pool).map_or(0, |pool| pool.ranks.len())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn buckets(&self) -> usize {
        self.0.values().map(|pool| pool.topics.len()).sum()
    }

    /// All ranks, first to last.
    pub fn ranks(&self) -> impl Iterator<Item = &Rank> {
        ascending(self.0.values().map(|pool| &pool.ranks).collect())
    }

    /// The lists that hold all of these pools but these topics, and nothing else. A pool named twice counts once.
    pub fn eligible(&self, pools: &[&str], refused: &BTreeSet<&str>) -> Vec<&RankList> {
        let mut pools = pools.to_vec();
        pools.sort_unstable();
        pools.dedup();
        let mut lists = Vec::new();
        for pool in pools.into_iter().filter_map(|pool| self.0.get(pool)) {
            if refused.iter().any(|topic| pool.topics.contains_key(*topic)) {
                let buckets = pool.topics.iter().filter(|(topic, _)| !refused.contains(&***topic));
                lists.extend(buckets.map(|(_, bucket)| bucket));
            } else {
                lists.push(&pool.ranks);
            }
        }
        lists
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    pub fn assert_invariants(&self) {
        for pool in self.0.values() {
            pool.ranks.assert_invariants();
            pool.topics.values().for_each(RankList::assert_invariants);
            assert!(!pool.ranks.is_empty() && pool.topics.values().all(|bucket| !bucket.is_empty()));
            assert!(ascending(pool.topics.values().collect()).eq(pool.ranks.iter()));
        }
    }
}
