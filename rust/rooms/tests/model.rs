//! The fan-out against outboxes that are plain vectors.

use std::collections::{BTreeMap, BTreeSet};

use cups_rooms::{Class, Fanout, FanoutError, Limits, Parcel};
use proptest::prelude::*;
use proptest::sample::select;

const GROUPS: [&str; 3] = ["room:a", "room:b", "board"];
const KEYS: [&str; 3] = ["typing:ann", "seen:bob", "typing:cem"];
const TAGS: [&str; 3] = ["a/1", "a/2", "b/1"];
const PREFIXES: [&str; 4] = ["a/", "b/", "a/1", ""];

#[derive(Clone, Debug, PartialEq)]
struct Row {
    /// Unique, so that order and doubles are seen.
    payload: u64,
    size: usize,
    class: i64,
    key: Option<&'static str>,
    tag: Option<&'static str>,
}

#[derive(Clone, Debug, Default)]
struct Outbox {
    rows: Vec<Row>,
    groups: BTreeSet<&'static str>,
    overflowed: bool,
}

#[derive(Debug, Default)]
struct Model {
    boxes: BTreeMap<u64, Outbox>,
    overflowed: Vec<u64>,
    shed: usize,
    conflated: usize,
    retracted: usize,
}

fn over(rows: &[Row], limits: Limits, part: usize) -> bool {
    let bytes: usize = rows.iter().map(|row| row.size).sum();
    bytes * part > limits.max_bytes || rows.len() * part > limits.max_frames
}

impl Model {
    /// True if the writer must be woken.
    fn queue(&mut self, conn: u64, row: &Row, limits: Limits) -> bool {
        let Some(outbox) = self.boxes.get_mut(&conn).filter(|outbox| !outbox.overflowed) else {
            return false;
        };
        let idle = outbox.rows.is_empty();
        if row.class >= 3 && row.key.is_some() {
            let before = outbox.rows.len();
            outbox.rows.retain(|other| other.class < 3 || other.key != row.key);
            self.conflated += before - outbox.rows.len();
        }
        outbox.rows.push(row.clone());
        for class in [5, 4, 3] {
            if over(&outbox.rows, limits, 2) {
                let before = outbox.rows.len();
                outbox.rows.retain(|other| other.class != class);
                self.shed += before - outbox.rows.len();
            }
        }
        if over(&outbox.rows, limits, 1) {
            outbox.rows.clear();
            outbox.overflowed = true;
            self.overflowed.push(conn);
        }
        idle && !outbox.rows.is_empty()
    }
}

#[derive(Clone, Debug)]
enum Act {
    Connect(u64),
    Disconnect(u64),
    Join(u64, &'static str),
    Leave(u64, &'static str),
    Send(u64, Frame),
    Publish(&'static str, Frame, Option<&'static str>, Option<u64>),
    Retract(&'static str),
    Withdraw(u64, &'static str),
    Drain(u64, usize),
    Overflowed,
}

#[derive(Clone, Debug)]
struct Frame {
    size: usize,
    class: i64,
    key: Option<&'static str>,
}

fn act() -> impl Strategy<Value = Act> {
    let conn = 0..6_u64;
    let frame = (0..12_usize, 0..6_i64, prop::option::of(select(&KEYS[..])));
    let frame = frame.prop_map(|(size, class, key)| Frame { size, class, key });
    let group = select(&GROUPS[..]);
    let tag = prop::option::of(select(&TAGS[..]));
    prop_oneof![
        3 => conn.clone().prop_map(Act::Connect),
        1 => conn.clone().prop_map(Act::Disconnect),
        6 => (conn.clone(), group.clone()).prop_map(|(conn, group)| Act::Join(conn, group)),
        2 => (conn.clone(), group.clone()).prop_map(|(conn, group)| Act::Leave(conn, group)),
        6 => (conn.clone(), frame.clone()).prop_map(|(conn, frame)| Act::Send(conn, frame)),
        16 => (group, frame, tag, prop::option::of(conn.clone()))
            .prop_map(|(group, frame, tag, skip)| Act::Publish(group, frame, tag, skip)),
        2 => select(&TAGS[..]).prop_map(Act::Retract),
        2 => (conn.clone(), select(&PREFIXES[..])).prop_map(|(conn, prefix)| Act::Withdraw(conn, prefix)),
        4 => (conn, 0..40_usize).prop_map(|(conn, bytes)| Act::Drain(conn, bytes)),
        1 => Just(Act::Overflowed),
    ]
}

fn parcel(row: &Row) -> Parcel<'static, u64> {
    let class = Class::try_from(row.class).expect("0 to 5");
    Parcel { payload: row.payload, size: row.size, class, key: row.key, tag: row.tag }
}

fn drained(fanout: &mut Fanout<u64>, conn: u64, max_bytes: usize) -> Vec<u64> {
    let mut payloads = Vec::new();
    fanout.drain(conn, max_bytes, |payload| payloads.push(*payload));
    payloads
}

#[allow(clippy::too_many_lines)] // One arm for each act; apart, they would only be harder to compare.
fn apply(fanout: &mut Fanout<u64>, model: &mut Model, limits: Limits, payload: u64, act: &Act) {
    match act.clone() {
        Act::Connect(conn) => {
            let expected = if model.boxes.contains_key(&conn) { Err(FanoutError::Connected(conn)) } else { Ok(()) };
            assert_eq!(fanout.connect(conn), expected);
            model.boxes.entry(conn).or_default();
        }
        Act::Disconnect(conn) => {
            let gone = model.boxes.remove(&conn).unwrap_or_default();
            model.overflowed.retain(|other| *other != conn);
            assert!(fanout.disconnect(conn).iter().map(|name| &**name).eq(gone.groups));
        }
        Act::Join(conn, group) => {
            let expected = model.boxes.get_mut(&conn).map(|outbox| outbox.groups.insert(group));
            assert_eq!(fanout.join(conn, group), expected.ok_or(FanoutError::UnknownConnection(conn)));
        }
        Act::Leave(conn, group) => {
            let expected = model.boxes.get_mut(&conn).is_some_and(|outbox| outbox.groups.remove(group));
            assert_eq!(fanout.leave(conn, group), expected);
        }
        Act::Send(conn, Frame { size, class, key }) => {
            let row = Row { payload, size, class, key, tag: None };
            assert_eq!(fanout.send(conn, parcel(&row)), model.queue(conn, &row, limits));
        }
        Act::Publish(group, Frame { size, class, key }, tag, skip) => {
            let row = Row { payload, size, class, key, tag };
            let members = model.boxes.iter().filter(|(_, outbox)| outbox.groups.contains(group));
            let members: Vec<_> = members.map(|(conn, _)| *conn).filter(|conn| Some(*conn) != skip).collect();
            let woken: Vec<_> = members.into_iter().filter(|conn| model.queue(*conn, &row, limits)).collect();
            let mut got = fanout.publish(group, parcel(&row), skip);
            got.sort_unstable();
            assert_eq!(got, woken);
        }
        Act::Retract(tag) => {
            let mut outboxes = 0;
            for outbox in model.boxes.values_mut() {
                let before = outbox.rows.len();
                outbox.rows.retain(|row| row.tag != Some(tag));
                model.retracted += before - outbox.rows.len();
                outboxes += usize::from(outbox.rows.len() < before);
            }
            assert_eq!(fanout.retract(tag), outboxes);
            assert_eq!(fanout.retract(tag), 0);
        }
        Act::Withdraw(conn, prefix) => {
            let rows = model.boxes.get_mut(&conn).map(|outbox| &mut outbox.rows);
            let found = rows.map_or(0, |rows| {
                let before = rows.len();
                rows.retain(|row| !row.tag.is_some_and(|tag| tag.starts_with(prefix)));
                before - rows.len()
            });
            model.retracted += found;
            assert_eq!(fanout.withdraw(conn, prefix), found);
        }
        Act::Drain(conn, max_bytes) => {
            let mut expected = Vec::new();
            if let Some(outbox) = model.boxes.get_mut(&conn) {
                let mut bytes = 0;
                while let Some(row) = outbox.rows.first() {
                    bytes += row.size;
                    if !expected.is_empty() && bytes > max_bytes {
                        break;
                    }
                    expected.push(outbox.rows.remove(0).payload);
                }
            }
            assert_eq!(drained(fanout, conn, max_bytes), expected);
        }
        Act::Overflowed => {
            let mut got = fanout.overflowed();
            got.sort_unstable();
            model.overflowed.sort_unstable();
            assert_eq!(got, std::mem::take(&mut model.overflowed));
        }
    }
}

fn check_equal(fanout: &Fanout<u64>, model: &Model) {
    fanout.assert_invariants();
    let mut queued = (0, 0);
    for (conn, outbox) in &model.boxes {
        let depth = (outbox.rows.len(), outbox.rows.iter().map(|row| row.size).sum::<usize>());
        assert_eq!(fanout.depth(*conn), depth);
        assert!(fanout.groups(*conn).iter().map(|name| &**name).eq(outbox.groups.iter().copied()));
        queued = (queued.0 + depth.0, queued.1 + depth.1);
    }
    let mut memberships = 0;
    let mut groups = 0;
    for group in GROUPS {
        let members = model.boxes.iter().filter(|(_, outbox)| outbox.groups.contains(group));
        let members: Vec<_> = members.map(|(conn, _)| *conn).collect();
        assert_eq!(fanout.members(group), members);
        assert_eq!(fanout.count(group), members.len());
        memberships += members.len();
        groups += usize::from(!members.is_empty());
    }
    let statistics = fanout.statistics();
    assert_eq!((statistics.connections, statistics.memberships), (model.boxes.len(), memberships));
    assert_eq!(statistics.groups, groups);
    assert_eq!((statistics.frames_queued, statistics.bytes_queued), queued);
    let losses = (statistics.shed, statistics.conflated, statistics.retracted);
    assert_eq!(losses, (model.shed, model.conflated, model.retracted));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fanout_is_the_vectors(
        max_bytes in 1..200_usize,
        max_frames in 1..40_usize,
        acts in prop::collection::vec(act(), 1..200),
    ) {
        let limits = Limits { max_bytes, max_frames };
        let mut fanout = Fanout::new(limits).expect("good limits");
        let mut model = Model::default();
        for (payload, act) in (0..).zip(acts) {
            apply(&mut fanout, &mut model, limits, payload, &act);
            check_equal(&fanout, &model);
        }
        // What is left comes out in order and once, and then nothing is held.
        for (conn, outbox) in &model.boxes {
            prop_assert!(drained(&mut fanout, *conn, usize::MAX).into_iter().eq(outbox.rows.iter().map(|row| row.payload)));
            prop_assert!(drained(&mut fanout, *conn, usize::MAX).is_empty());
        }
        check_equal(&fanout, &Model { boxes: model.boxes.into_iter().map(|(conn, outbox)| (conn, Outbox { rows: Vec::new(), ..outbox })).collect(), ..model });
    }
}

fn frame(payload: u64, class: Class, key: Option<&'static str>) -> Parcel<'static, u64> {
    Parcel { payload, size: 10, class, key, tag: None }
}

/// Somebody types for a day while the reader sleeps: one frame waits, and the ring does not grow.
#[test]
fn a_storm_of_one_key_stays_one_frame() {
    let mut fanout = Fanout::new(Limits::default()).expect("good limits");
    fanout.connect(1).expect("it is new");
    for payload in 0..100_000 {
        let woken = fanout.send(1, frame(payload, Class::Typing, Some("typing:ann")));
        assert_eq!(woken, payload == 0);
        // A message in between, so that the old place is not simply the last.
        if payload == 5 {
            fanout.send(1, frame(0, Class::Message, None));
        }
    }
    fanout.assert_invariants();
    assert_eq!(fanout.depth(1), (2, 20));
    assert_eq!(drained(&mut fanout, 1, usize::MAX), [0, 99_999]);
}

/// A payload lives as long as an outbox holds it, and no longer.
#[test]
fn a_shared_frame_ends_with_its_last_holder() {
    let payload = std::rc::Rc::new(());
    let mut fanout = Fanout::new(Limits::default()).expect("good limits");
    for conn in 0..3 {
        fanout.connect(conn).expect("it is new");
        fanout.join(conn, "room:a").expect("it is connected");
    }
    let parcel = |tag| Parcel { payload: payload.clone(), size: 1, class: Class::Message, key: None, tag };
    fanout.publish("room:a", parcel(Some("a/1")), None);
    assert_eq!(std::rc::Rc::strong_count(&payload), 2);
    fanout.drain(0, 10, |_| ());
    assert_eq!(std::rc::Rc::strong_count(&payload), 2);
    assert_eq!(fanout.retract("a/1"), 2);
    assert_eq!(std::rc::Rc::strong_count(&payload), 1);
    fanout.publish("nobody here", parcel(None), None);
    fanout.publish("room:a", parcel(None), None);
    for conn in 0..3 {
        fanout.disconnect(conn);
    }
    assert_eq!(std::rc::Rc::strong_count(&payload), 1);
}

#[test]
fn messages_are_never_shed() {
    let limits = Limits { max_bytes: 1_000, max_frames: 10 };
    let mut fanout = Fanout::new(limits).expect("good limits");
    fanout.connect(1).expect("it is new");
    for payload in 0..10 {
        fanout.send(1, frame(payload, Class::Message, None));
        fanout.send(1, frame(100 + payload, Class::Presence, None));
    }
    let waiting = drained(&mut fanout, 1, usize::MAX);
    assert_eq!(waiting, (0..10).collect::<Vec<_>>());
    assert!(fanout.overflowed().is_empty());
}

#[test]
fn caps_of_nothing_are_refused() {
    for limits in [Limits { max_bytes: 0, max_frames: 1 }, Limits { max_bytes: 1, max_frames: 0 }] {
        assert!(matches!(Fanout::<u64>::new(limits), Err(FanoutError::BadLimits)));
    }
}
