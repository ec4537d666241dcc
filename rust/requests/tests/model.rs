//! The queue against a vector that is sorted for every question.

use std::collections::{BTreeMap, HashSet};

use cups_requests::{AddError, Listener, Rank, RankList, RequestQueue, Waiter};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const POOLS: [&str; 3] = ["adult/en", "adult/nl", "teen/en"];
const TOPICS: [&str; 4] = ["grief", "work", "sleep", ""];
const ASKERS: [&str; 5] = ["ann", "bob", "cem", "dua", "eva"];

#[derive(Clone, Debug)]
struct Row {
    id: String,
    pool: &'static str,
    topic: &'static str,
    asker: &'static str,
    severity: i64,
    first_at: i64,
    fence: u64,
    until: Option<i64>,
}

#[derive(Default)]
struct Model(Vec<Row>);

impl Model {
    fn row(&mut self, id: &str) -> Option<&mut Row> {
        self.0.iter_mut().find(|row| row.id == id)
    }

    fn waiting(&self) -> Vec<&Row> {
        let mut rows: Vec<_> = self.0.iter().filter(|row| row.until.is_none()).collect();
        rows.sort_by_key(|row| (-row.severity, row.first_at, row.id.clone()));
        rows
    }

    fn eligible(&self, who: &Who) -> Vec<String> {
        let may = |row: &&&Row| {
            who.pools.contains(&row.pool) && !who.refused.contains(&row.topic) && !who.blocked.contains(&row.asker)
        };
        self.waiting().iter().filter(may).map(|row| row.id.clone()).collect()
    }

    /// The fence and the end of the lease.
    fn claim(&mut self, id: &str, until: i64) -> Option<(u64, i64)> {
        let row = self.row(id).filter(|row| row.until.is_none())?;
        row.fence += 1;
        row.until = Some(until);
        Some((row.fence, until))
    }
}

#[derive(Clone, Debug)]
struct Who {
    pools: Vec<&'static str>,
    refused: Vec<&'static str>,
    blocked: Vec<&'static str>,
}

impl Who {
    fn listener(&self) -> Listener<'static> {
        Listener {
            pools: self.pools.clone(),
            refused_topics: self.refused.iter().copied().collect(),
            blocked: self.blocked.iter().copied().collect(),
        }
    }
}

#[derive(Clone, Debug)]
enum Act {
    Add {
        id: u8,
        pool: &'static str,
        topic: &'static str,
        asker: &'static str,
        severity: i64,
        first_at: i64,
        fence: u64,
    },
    Remove(u8),
    Candidates(Who, usize),
    ClaimNext(Who, u64),
    Claim(u8, u64),
    /// With a fence that is off by this much.
    Renew(u8, u64, u64),
    Release(u8, u64),
    Expire,
    /// The clock moves; sometimes back.
    Wait(i64),
}

fn who() -> impl Strategy<Value = Who> {
    let pools = prop::collection::vec(select(&POOLS[..]), 0..4);
    let refused = subsequence(&TOPICS[..], 0..=4);
    let blocked = subsequence(&ASKERS[..], 0..=5);
    (pools, refused, blocked).prop_map(|(pools, refused, blocked)| Who { pools, refused, blocked })
}

fn act() -> impl Strategy<Value = Act> {
    let id = 0..40_u8;
    let lease = 1..100_u64;
    let off = prop_oneof![4 => Just(0_u64), 1 => 1..3_u64];
    let add = (id.clone(), select(&POOLS[..]), select(&TOPICS[..]), select(&ASKERS[..]), 0..3_i64, 0..6_i64, 0..4_u64)
        .prop_map(|(id, pool, topic, asker, severity, first_at, fence)| Act::Add {
            id,
            pool,
            topic,
            asker,
            severity,
            first_at,
            fence,
        });
    prop_oneof![
        6 => add,
        1 => id.clone().prop_map(Act::Remove),
        2 => (who(), 0..10_usize).prop_map(|(who, limit)| Act::Candidates(who, limit)),
        3 => (who(), lease.clone()).prop_map(|(who, lease)| Act::ClaimNext(who, lease)),
        2 => (id.clone(), lease.clone()).prop_map(|(id, lease)| Act::Claim(id, lease)),
        2 => (id.clone(), off.clone(), lease).prop_map(|(id, off, lease)| Act::Renew(id, off, lease)),
        2 => (id, off).prop_map(|(id, off)| Act::Release(id, off)),
        1 => Just(Act::Expire),
        2 => (-30..60_i64).prop_map(Act::Wait),
    ]
}

fn name(id: u8) -> String {
    format!("r{id:02}")
}

fn check_equal(queue: &RequestQueue, model: &Model) {
    queue.assert_invariants();
    let waiting = model.waiting();
    assert!(queue.ids().eq(waiting.iter().map(|row| row.id.as_str())));
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &waiting {
        let place = places.entry(row.pool).or_default();
        *place += 1;
        assert_eq!(queue.place(&row.id), Some(*place));
    }
    for pool in POOLS {
        assert_eq!(queue.waiting(Some(pool)), places.get(pool).copied().unwrap_or(0));
    }
    for row in model.0.iter().filter(|row| row.until.is_some()) {
        assert_eq!(queue.place(&row.id), None);
        assert_eq!(queue.holder(&row.id).map(|(_, fence, until)| (fence, Some(until))), Some((row.fence, row.until)));
    }
    let statistics = queue.statistics();
    assert_eq!((statistics.waiting, statistics.claimed), (waiting.len(), model.0.len() - waiting.len()));
    assert_eq!(queue.len(), model.0.len());
    assert_eq!(statistics.pools, places.len());
    let buckets: HashSet<_> = waiting.iter().map(|row| (row.pool, row.topic)).collect();
    assert_eq!(statistics.buckets, buckets.len());
}

#[allow(clippy::too_many_lines)] // One arm for each act; apart, they would only be harder to compare.
fn apply(queue: &mut RequestQueue, model: &mut Model, now: &mut i64, act: Act) {
    match act {
        Act::Add { id, pool, topic, asker, severity, first_at, fence } => {
            let id = name(id);
            let added = queue.add(&Waiter { id: &id, pool, topic, asker, severity, first_at, fence });
            if model.row(&id).is_some() {
                assert_eq!(added, Err(AddError::Present));
            } else {
                assert_eq!(added, Ok(()));
                model.0.push(Row { id, pool, topic, asker, severity, first_at, fence, until: None });
            }
        }
        Act::Remove(id) => {
            let before = model.0.len();
            model.0.retain(|row| row.id != name(id));
            assert_eq!(queue.remove(&name(id)), model.0.len() < before);
        }
        Act::Candidates(who, limit) => {
            let expected = model.eligible(&who);
            let listener = who.listener();
            let got: Vec<_> = queue.candidates(&listener).take(limit).map(|rank| rank.id.to_string()).collect();
            assert_eq!(got, expected[..expected.len().min(limit)]);
        }
        Act::ClaimNext(who, lease) => {
            let until = now.saturating_add_unsigned(lease);
            let first = model.eligible(&who).first().cloned();
            let expected = first.and_then(|id| model.claim(&id, until).map(|(fence, until)| (id, fence, until)));
            let got = queue.claim_next("owner", &who.listener(), *now, lease);
            assert_eq!(got.map(|claim| (claim.id.to_string(), claim.fence, claim.until)), expected);
        }
        Act::Claim(id, lease) => {
            let expected = model.claim(&name(id), now.saturating_add_unsigned(lease));
            let got = queue.claim(&name(id), "owner", *now, lease);
            assert_eq!(got.map(|claim| (claim.fence, claim.until)), expected);
        }
        Act::Renew(id, off, lease) => {
            let row = model.row(&name(id));
            let fence = row.as_ref().map_or(0, |row| row.fence) + off;
            let expected = off == 0 && row.as_ref().is_some_and(|row| row.until.is_some());
            assert_eq!(queue.renew(&name(id), fence, *now, lease), expected);
            if let Some(row) = row.filter(|_| expected) {
                row.until = row.until.max(Some(now.saturating_add_unsigned(lease)));
            }
        }
        Act::Release(id, off) => {
            let row = model.row(&name(id));
            let fence = row.as_ref().map_or(0, |row| row.fence) + off;
            let expected = off == 0 && row.as_ref().is_some_and(|row| row.until.is_some());
            assert_eq!(queue.release(&name(id), fence), expected);
            if let Some(row) = row.filter(|_| expected) {
                row.until = None;
            }
        }
        Act::Expire => {
            let mut ended: Vec<_> =
                model.0.iter_mut().filter(|row| row.until.is_some_and(|until| until <= *now)).collect();
            ended.sort_by_key(|row| (row.until, row.id.clone()));
            let ids: Vec<_> = ended.iter().map(|row| row.id.clone()).collect();
            for row in ended {
                row.until = None;
            }
            let got: Vec<_> = queue.expire(*now).iter().map(ToString::to_string).collect();
            assert_eq!(got, ids);
        }
        Act::Wait(by) => *now += by,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_is_the_sorted_vector(acts in prop::collection::vec(act(), 1..120)) {
        let (mut queue, mut model, mut now) = (RequestQueue::new(), Model::default(), 1_000);
        for act in acts {
            apply(&mut queue, &mut model, &mut now, act);
            check_equal(&queue, &model);
        }
    }

    #[test]
    fn a_rank_list_is_a_sorted_vector(
        changes in prop::collection::vec((any::<bool>(), 0..3_i64, 0..1_500_i64), 1..4_000)
    ) {
        let (mut list, mut model) = (RankList::new(), std::collections::BTreeSet::new());
        for (enters, severity, first_at) in changes {
            let rank = Rank { severity, first_at, id: "x".into() };
            if enters {
                prop_assert_eq!(list.insert(rank.clone()), model.insert(rank));
            } else {
                prop_assert_eq!(list.remove(&rank), model.remove(&rank));
            }
        }
        list.assert_invariants();
        prop_assert!(list.iter().eq(model.iter()));
        for (place, rank) in model.iter().enumerate() {
            prop_assert_eq!(list.before(rank), place);
        }
    }
}

/// Enough for blocks to split, join and vanish: the property above seldom grows that far.
#[test]
fn blocks_split_and_join() {
    let rank = |first_at: i64| Rank { severity: 0, first_at, id: "x".into() };
    let mut list = RankList::new();
    for step in 0..20_000_i64 {
        assert!(list.insert(rank(step * 7_919 % 20_000)));
    }
    list.assert_invariants();
    assert!(!list.insert(rank(3)));
    for step in 0..19_000_i64 {
        assert!(list.remove(&rank(step * 6_007 % 20_000)));
        if step % 500 == 0 {
            list.assert_invariants();
        }
    }
    list.assert_invariants();
    assert_eq!(list.len(), 1_000);
}

#[test]
fn a_fence_that_could_not_be_stored_is_refused() {
    let waiter = Waiter { id: "r", pool: "p", topic: "t", asker: "a", severity: 0, first_at: 0, fence: u64::MAX };
    assert_eq!(RequestQueue::new().add(&waiter), Err(AddError::FenceTooLarge));
}

#[test]
fn a_lease_at_the_end_of_time_does_not_wrap() {
    let mut queue = RequestQueue::new();
    let waiter =
        Waiter { id: "r", pool: "p", topic: "t", asker: "a", severity: i64::MIN, first_at: i64::MIN, fence: 0 };
    assert_eq!(queue.add(&waiter), Ok(()));
    let claim = queue.claim("r", "o", i64::MAX - 1, u64::MAX).expect("it waits");
    assert_eq!(claim.until, i64::MAX);
    assert!(queue.expire(i64::MAX - 1).is_empty());
}
