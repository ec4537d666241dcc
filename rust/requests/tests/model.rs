//! The queue against a vector that is sorted for every question.

use std::collections::{BTreeMap, HashSet};

use cups_requests::{AddError, Found, Id, Listener, Rank, RankList, RequestQueue, Waiter};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const POOLS: [&str; 3] = ["adult/en", "adult/nl", "teen/en"];
const TOPICS: [&str; 4] = ["grief", "work", "sleep", ""];
const ASKERS: [&str; 5] = ["ann", "b0b", "cem", "dma", "eva"];
/// Small, so that times and severities outweigh each other now and then.
const HEAD_START: i64 = 2;

#[derive(Clone, Debug)]
struct Row {
    id: String,
    pool: &'static str,
    topic: &'static str,
    asker: &'static str,
    severity: i16,
    first_at: i64,
    fence: u32,
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
        rows.sort_by_key(|row| (row.first_at - HEAD_START * i64::from(row.severity), row.id.clone()));
        rows
    }

    fn eligible(&self, who: &Who) -> Vec<String> {
        let may = |row: &&&Row| {
            who.pools.contains(&row.pool) && !who.refused.contains(&row.topic) && !who.blocked.contains(&row.asker)
        };
        self.waiting().iter().filter(may).map(|row| row.id.clone()).collect()
    }

    /// The fence and the end of the lease.
    fn claim(&mut self, id: &str, until: i64) -> Option<(u32, i64)> {
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
    fn listener(&self, queue: &mut RequestQueue) -> Listener {
        let (early, late) = self.blocked.split_at(self.blocked.len() / 2);
        let listener = queue
            .listener(self.pools.iter().copied(), self.refused.iter().copied(), early.iter().map(|name| id_of(name)))
            .expect("few names");
        listener.without(late.iter().map(|name| id_of(name)))
    }
}

#[derive(Clone, Debug)]
enum Act {
    Add {
        id: u8,
        pool: &'static str,
        topic: &'static str,
        asker: &'static str,
        severity: i16,
        first_at: i64,
        fence: u32,
    },
    Remove(u8),
    Candidates(Who, usize),
    ClaimNext(Who, u64),
    Claim(u8, u64),
    /// With a fence that is off by this much.
    Renew(u8, u32, u64),
    Release(u8, u32),
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
    let off = prop_oneof![4 => Just(0_u32), 1 => 1..3_u32];
    let add = (id.clone(), select(&POOLS[..]), select(&TOPICS[..]), select(&ASKERS[..]), 0..3_i16, 0..6_i64, 0..4_u32)
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

fn id_of(name: &str) -> Id {
    Id::parse(&format!("{name:0>26}")).expect("letters of the alphabet")
}

fn name_of(id: Id) -> String {
    id.to_string().trim_start_matches('0').to_owned()
}

fn waiter<'a>(row: &'a Row, shown: &'a str) -> Waiter<'a> {
    Waiter {
        id: id_of(&row.id),
        pool: row.pool,
        topic: row.topic,
        asker: id_of(row.asker),
        severity: row.severity,
        first_at: row.first_at,
        fence: row.fence,
        shown: shown.as_bytes(),
    }
}

fn check_equal(queue: &RequestQueue, model: &Model) {
    queue.assert_invariants();
    let waiting = model.waiting();
    assert!(queue.ids().eq(waiting.iter().map(|row| id_of(&row.id))));
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &waiting {
        let place = places.entry(row.pool).or_default();
        *place += 1;
        assert_eq!(queue.place(id_of(&row.id)), Some(*place));
    }
    for pool in POOLS {
        assert_eq!(queue.waiting(Some(pool)), places.get(pool).copied().unwrap_or(0));
    }
    for row in model.0.iter().filter(|row| row.until.is_some()) {
        assert_eq!(queue.place(id_of(&row.id)), None);
        let holder = queue.holder(id_of(&row.id));
        assert_eq!(holder.map(|(holder, fence)| (fence, Some(holder.until))), Some((row.fence, row.until)));
    }
    let statistics = queue.statistics();
    assert_eq!((statistics.waiting, statistics.claimed), (waiting.len(), model.0.len() - waiting.len()));
    assert_eq!(queue.len(), model.0.len());
    assert_eq!(statistics.pools, places.len());
    let buckets: HashSet<_> = waiting.iter().map(|row| (row.pool, row.topic)).collect();
    assert_eq!(statistics.buckets, buckets.len());
    for row in &model.0 {
        assert_eq!(queue.get(id_of(&row.id)), Some(waiter(row, &row.id)));
    }
    for asker in ASKERS {
        if let Some(id) = queue.of(id_of(asker)) {
            assert!(model.0.iter().any(|row| row.asker == asker && id_of(&row.id) == id));
        }
    }
    let firsts: BTreeMap<_, _> = waiting.iter().rev().map(|row| (row.pool, row.first_at)).collect();
    let occupied: BTreeMap<_, _> = queue.occupied().map(|(pool, _, first_at)| (pool, first_at)).collect();
    assert_eq!(occupied, firsts);
}

#[allow(clippy::too_many_lines)] // One arm for each act; apart, they would only be harder to compare.
fn apply(queue: &mut RequestQueue, model: &mut Model, now: &mut i64, act: Act) {
    match act {
        Act::Add { id, pool, topic, asker, severity, first_at, fence } => {
            let id = name(id);
            let row = Row { id, pool, topic, asker, severity, first_at, fence, until: None };
            let added = queue.add(&waiter(&row, &row.id));
            if model.row(&row.id).is_some() {
                assert_eq!(added, Err(AddError::Present));
            } else {
                assert_eq!(added, Ok(()));
                model.0.push(row);
            }
        }
        Act::Remove(id) => {
            let before = model.0.len();
            model.0.retain(|row| row.id != name(id));
            assert_eq!(queue.remove(id_of(&name(id))), model.0.len() < before);
        }
        Act::Candidates(who, limit) => {
            let expected = model.eligible(&who);
            let listener = who.listener(queue);
            let got: Vec<_> = queue.candidates(&listener).take(limit).map(|rank| name_of(rank.id)).collect();
            assert_eq!(got, expected[..expected.len().min(limit)]);
            for row in &model.0 {
                let suits = who.pools.contains(&row.pool)
                    && !who.refused.contains(&row.topic)
                    && !who.blocked.contains(&row.asker);
                assert_eq!(queue.suits(&listener, id_of(&row.id)), suits);
            }
            // The count is for one request a person, which is what the table allows.
            let unblocked = Who { blocked: Vec::new(), ..who.clone() };
            let listener = unblocked.listener(queue);
            assert_eq!(queue.waiting_for(&listener), model.eligible(&unblocked).len());
        }
        Act::ClaimNext(who, lease) => {
            let until = now.saturating_add_unsigned(lease);
            let first = model.eligible(&who).first().cloned();
            let expected = first.and_then(|id| model.claim(&id, until).map(|(fence, until)| (id, fence, until)));
            let listener = who.listener(queue);
            let version = queue.version(&listener);
            let got = queue.claim_next(id_of("h"), &listener, *now, lease);
            assert_eq!(queue.version(&listener) > version, got.is_some());
            assert_eq!(got.map(|claim| (name_of(claim.id), claim.fence, claim.until)), expected);
        }
        Act::Claim(id, lease) => {
            let expected = model.claim(&name(id), now.saturating_add_unsigned(lease));
            let got = queue.claim(id_of(&name(id)), id_of("h"), *now, lease);
            assert_eq!(got.map(|claim| (claim.fence, claim.until)), expected);
        }
        Act::Renew(id, off, lease) => {
            let row = model.row(&name(id));
            let fence = row.as_ref().map_or(0, |row| row.fence) + off;
            let expected = off == 0 && row.as_ref().is_some_and(|row| row.until.is_some());
            assert_eq!(queue.renew(id_of(&name(id)), fence, *now, lease), expected);
            if let Some(row) = row.filter(|_| expected) {
                row.until = row.until.max(Some(now.saturating_add_unsigned(lease)));
            }
        }
        Act::Release(id, off) => {
            let row = model.row(&name(id));
            let fence = row.as_ref().map_or(0, |row| row.fence) + off;
            let expected = off == 0 && row.as_ref().is_some_and(|row| row.until.is_some());
            assert_eq!(queue.release(id_of(&name(id)), fence), expected);
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
            let got: Vec<_> = queue.expire(*now).into_iter().map(name_of).collect();
            assert_eq!(got, ids);
        }
        Act::Wait(by) => *now += by,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_is_the_sorted_vector(acts in prop::collection::vec(act(), 1..120)) {
        let (mut queue, mut model, mut now) = (RequestQueue::new(HEAD_START), Model::default(), 1_000);
        for act in acts {
            apply(&mut queue, &mut model, &mut now, act);
            check_equal(&queue, &model);
        }
    }

    #[test]
    fn a_rank_list_is_a_sorted_vector(
        changes in prop::collection::vec((any::<bool>(), 0..3_u8, 0..1_500_i64), 1..4_000)
    ) {
        let (mut list, mut model) = (RankList::new(), std::collections::BTreeSet::new());
        for (enters, tie, due) in changes {
            let rank = Rank { due, id: id_of(&name(tie)) };
            if enters {
                prop_assert_eq!(list.insert(rank), model.insert(rank));
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
    let rank = |due: i64| Rank { due, id: id_of("x") };
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

fn row(id: &str, severity: i16, first_at: i64) -> Row {
    Row { id: id.to_owned(), pool: "p", topic: "t", asker: "ann", severity, first_at, fence: 0, until: None }
}

#[test]
fn a_fence_that_could_not_be_stored_is_refused() {
    let row = Row { fence: u32::MAX, ..row("r", 0, 0) };
    assert_eq!(RequestQueue::new(HEAD_START).add(&waiter(&row, "")), Err(AddError::FenceTooLarge));
}

#[test]
fn a_lease_at_the_end_of_time_does_not_wrap() {
    let mut queue = RequestQueue::new(i64::MAX);
    let row = row("r", i16::MIN, i64::MIN);
    assert_eq!(queue.add(&waiter(&row, "")), Ok(()));
    let claim = queue.claim(id_of("r"), id_of("h"), i64::MAX - 1, u64::MAX).expect("it waits");
    assert_eq!(claim.until, i64::MAX);
    assert!(queue.expire(i64::MAX - 1).is_empty());
}

/// The proof of docs/queue.md, with figures: whoever arrives later than all head starts together goes behind.
#[test]
fn nobody_is_overtaken_by_those_who_come_later_than_all_head_starts() {
    let head_start = 1_000;
    let mut queue = RequestQueue::new(head_start);
    queue.add(&waiter(&row("0k", 0, 0), "")).expect("new");
    for (ahead, at) in (1..10_000_u16).enumerate() {
        // A steady stream of the most severe, and one of them is taken for each that comes.
        let id = format!("{at:05}");
        queue.add(&waiter(&row(&id, 2, i64::from(at)), "")).expect("new");
        let listener = queue.listener(["p"], [], []).expect("few names");
        let claim = queue.claim_next(id_of("h"), &listener, 0, 1).expect("somebody waits");
        queue.remove(claim.id);
        if claim.id == id_of("0k") {
            assert!(ahead <= 2_000, "{ahead} went before");
            return;
        }
    }
    panic!("starved");
}

#[test]
fn a_severer_request_goes_first_while_nobody_has_waited_for_the_head_start() {
    let mut queue = RequestQueue::new(1_000);
    for row in [row("1a", 0, 0), row("2b", 1, 999), row("3c", 2, 1_998), row("4d", 1, 1_001)] {
        queue.add(&waiter(&row, "")).expect("new");
    }
    assert_eq!(queue.ids().map(name_of).collect::<Vec<_>>(), ["3c", "2b", "1a", "4d"]);
}

#[test]
fn blocked_people_are_not_counted() {
    let mut queue = RequestQueue::new(HEAD_START);
    for (id, asker, topic) in [("1a", "ann", "t"), ("2b", "b0b", "t"), ("3c", "cem", "grief"), ("4d", "dma", "t")] {
        queue.add(&waiter(&Row { topic, asker, ..row(id, 0, 0) }, "")).expect("new");
    }
    queue.claim(id_of("4d"), id_of("h"), 0, 1).expect("it waits");
    let barred = ["ann", "cem", "dma", "eva"].map(id_of);
    let listener = queue.listener(["p"], ["grief"], barred).expect("few names");
    assert_eq!((queue.waiting_for(&listener), queue.candidates(&listener).count()), (1, 1));
}

#[test]
fn a_pass_finds_what_the_table_does_not_have() {
    let mut queue = RequestQueue::new(HEAD_START);
    let (kept, lost, moved, fresh) = (row("1a", 0, 0), row("2b", 0, 0), row("3c", 0, 0), row("4d", 0, 0));
    for row in [&kept, &lost, &moved] {
        queue.add(&waiter(row, "")).expect("new");
    }
    queue.begin_pass();
    queue.add(&waiter(&fresh, "")).expect("new");
    queue.claim(id_of("1a"), id_of("h"), 0, 1).expect("it waits");
    assert_eq!(queue.compare(&waiter(&kept, "")), Found::Same);
    assert_eq!(queue.compare(&waiter(&Row { pool: "elsewhere", ..moved.clone() }, "")), Found::Different);
    assert_eq!(queue.compare(&waiter(&Row { first_at: 1, ..moved }, "")), Found::Different);
    assert_eq!(queue.compare(&waiter(&row("5e", 0, 0), "")), Found::Missing);
    assert_eq!(queue.unseen(), [id_of("2b")]);
    queue.begin_pass();
    assert_eq!(queue.unseen().len(), 4);
}

#[test]
fn ids_are_their_letters_and_their_order() {
    let texts = ["01kj9zqv3mtest0000000000ab", "01kj9zqv3mtest0000000000ac", "7zzzzzzzzzzzzzzzzzzzzzzzzz"];
    let ids: Vec<_> = texts.iter().map(|text| Id::parse(text).expect("an id")).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(ids.iter().zip(texts).all(|(id, text)| id.to_string() == text));
    for wrong in
        ["", "a", "8zzzzzzzzzzzzzzzzzzzzzzzzz", "01kj9zqv3mtest0000000000aB", "01kj9zqv3mtest0000000000a\u{e4}"]
    {
        assert_eq!(Id::parse(wrong), None, "{wrong}");
    }
}

/// Moments that count no more are sorted out in time, and none of those that count goes with them.
#[test]
fn leases_that_are_taken_and_given_back_again_and_again_leave_nothing_behind() {
    let mut queue = RequestQueue::new(HEAD_START);
    for id in ["1a", "2b"] {
        queue.add(&waiter(&row(id, 0, 0), "")).expect("new");
    }
    let kept = queue.claim(id_of("1a"), id_of("h"), 0, 1_000_000).expect("it waits");
    let before = queue.statistics().bytes;
    for now in 0..100_000 {
        let claim = queue.claim(id_of("2b"), id_of("h"), now, 60_000).expect("it waits");
        assert!(queue.release(claim.id, claim.fence));
    }
    assert!(queue.statistics().bytes < before + 100_000);
    assert!(queue.expire(999_999).is_empty());
    assert_eq!(queue.expire(1_000_000), [kept.id]);
}
