//! Outboxes that are written in parts, against plain vectors: every reader gets whole frames, in order.

use std::collections::BTreeMap;

use cups_rooms::{Class, Limits, Parcel, Pushed, Slots};
use proptest::prelude::*;

const READERS: u32 = 3;
const TAGS: [&str; 2] = ["a/1", "a/2"];
const KEYS: [&str; 2] = ["typing:ann", "typing:bob"];

#[derive(Clone, Debug)]
enum Act {
    Publish { size: usize, class: i64, key: Option<usize>, tag: Option<usize>, forms: (bool, bool) },
    Write { reader: u32, bytes: usize },
    Retract(usize),
    Shut { reader: u32, discard: bool },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..20_usize, 0..6_i64, prop::option::of(0..2_usize), prop::option::of(0..2_usize), any::<(bool, bool)>())
            .prop_map(|(size, class, key, tag, forms)| Act::Publish { size, class, key, tag, forms }),
        8 => (0..READERS, 0..50_usize).prop_map(|(reader, bytes)| Act::Write { reader, bytes }),
        1 => (0..2_usize).prop_map(Act::Retract),
        1 => (0..READERS, any::<bool>()).prop_map(|(reader, discard)| Act::Shut { reader, discard }),
    ]
}

#[derive(Clone, Debug)]
struct Row {
    /// The same byte all over, so that the stream shows whose it is.
    name: u8,
    left: usize,
    size: usize,
    class: i64,
    key: Option<usize>,
    tag: Option<usize>,
}

impl Row {
    fn started(&self) -> bool {
        self.left < self.size
    }
}

#[derive(Debug, Default)]
struct Reader {
    rows: Vec<Row>,
    shut: bool,
}

impl Reader {
    fn over(&self, limits: Limits, part: usize) -> bool {
        let bytes: usize = self.rows.iter().map(|row| row.left).sum();
        bytes > limits.max_bytes / part || self.rows.len() > limits.max_frames / part
    }

    /// False if the frame is refused or is too much.
    fn push(&mut self, row: Row, limits: Limits) -> bool {
        if self.shut {
            return false;
        }
        if row.class >= 3 && row.key.is_some() {
            self.rows.retain(|other| other.started() || other.class < 3 || other.key != row.key);
        }
        self.rows.push(row);
        for class in [5, 4, 3] {
            if self.over(limits, 2) {
                self.rows.retain(|other| other.started() || other.class != class);
            }
        }
        if self.over(limits, 1) {
            self.rows.retain(Row::started);
            self.shut = true;
        }
        !self.shut
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_started_is_ended(
        max_bytes in 20..300_usize,
        max_frames in 4..30_usize,
        acts in prop::collection::vec(act(), 1..150),
    ) {
        let limits = Limits { max_bytes, max_frames };
        let mut slots = Slots::new(limits).expect("good limits");
        let mut readers: BTreeMap<u32, Reader> = BTreeMap::new();
        for number in 0..READERS {
            let slot = slots.open(u64::from(number));
            assert_eq!(slot, number);
            slots.assign(slot, u64::from(number), u8::from(number == 2));
            slots.join(slot, "room");
            readers.insert(slot, Reader::default());
        }
        for (step, act) in acts.into_iter().enumerate() {
            match act {
                Act::Publish { size, class, key, tag, forms } => {
                    let name = u8::try_from(step).expect("few steps");
                    let parcel = |size| Parcel {
                        payload: vec![name; size],
                        size,
                        class: Class::try_from(class).expect("0 to 5"),
                        key: key.map(|key| KEYS[key]),
                        tag: tag.map(|tag| TAGS[tag]),
                    };
                    // The second form is longer.
                    let sizes = [size, size + 3];
                    let given = [forms.0, forms.1];
                    let mut expected = 0;
                    for (number, reader) in &mut readers {
                        let lane = usize::from(*number == 2);
                        if given[lane] {
                            let row = Row { name, left: sizes[lane], size: sizes[lane], class, key, tag };
                            expected += usize::from(reader.push(row, limits));
                        }
                    }
                    let forms = [given[0].then(|| parcel(sizes[0])), given[1].then(|| parcel(sizes[1]))];
                    prop_assert_eq!(slots.publish("room", forms, &[], |_, _| ()), expected);
                }
                Act::Write { reader, bytes } => {
                    let waiting: Vec<_> =
                        slots.waiting(reader).flat_map(|frame| slots.payload(frame)[frame.written..].to_vec()).collect();
                    let rows = &mut readers.get_mut(&reader).expect("it reads").rows;
                    let expected: Vec<_> = rows.iter().flat_map(|row| vec![row.name; row.left]).collect();
                    prop_assert_eq!(&waiting, &expected);
                    let mut bytes = bytes.min(waiting.len());
                    let before = rows.len();
                    let written = slots.wrote(reader, bytes);
                    rows.retain_mut(|row| {
                        let part = bytes.min(row.left);
                        bytes -= part;
                        row.left -= part;
                        row.left > 0
                    });
                    prop_assert_eq!(written, (before - rows.len(), rows.len()));
                }
                Act::Retract(tag) => {
                    let (mut outboxes, mut torn) = (0, Vec::new());
                    for (number, reader) in &mut readers {
                        let hit = reader.rows.iter().any(|row| row.tag == Some(tag));
                        if reader.rows.iter().any(|row| row.tag == Some(tag) && row.started()) {
                            torn.push(*number);
                        }
                        reader.rows.retain(|row| row.started() || row.tag != Some(tag));
                        outboxes += usize::from(hit);
                    }
                    let mut got = Vec::new();
                    prop_assert_eq!(slots.retract(TAGS[tag], |slot| got.push(slot)), outboxes);
                    got.sort_unstable();
                    prop_assert_eq!(got, torn);
                }
                Act::Shut { reader, discard } => {
                    slots.shut(reader, discard);
                    let model = readers.get_mut(&reader).expect("it reads");
                    model.shut = true;
                    if discard {
                        model.rows.retain(Row::started);
                    }
                }
            }
            slots.assert_invariants();
            for (number, reader) in &readers {
                let depth = (reader.rows.len(), reader.rows.iter().map(|row| row.left).sum());
                prop_assert_eq!(slots.depth(*number), depth);
            }
        }
        // Whoever is gone holds nothing.
        for number in 0..READERS {
            slots.close(number);
        }
        slots.assert_invariants();
        prop_assert_eq!(slots.totals(), (0, 0));
    }
}

#[test]
fn whoever_is_shut_gets_nothing_more() {
    let mut slots = Slots::new(Limits::default()).expect("good limits");
    let slot = slots.open(7);
    let parcel = || Parcel { payload: "frame", size: 5, class: Class::Message, key: None, tag: None };
    assert_eq!(slots.send(slot, parcel()), Pushed::Kept { woken: true });
    slots.shut(slot, false);
    assert_eq!(slots.send(slot, parcel()), Pushed::Refused);
    assert_eq!(slots.depth(slot), (1, 5));
}
