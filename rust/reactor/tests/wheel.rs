//! The wheel against a plain list.

use std::collections::BTreeMap;

use cups_reactor::wheel::Wheel;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Set(u32, f64),
    AtMost(u32, f64),
    Remove(u32),
    Advance(f64),
}

fn act() -> impl Strategy<Value = Act> {
    let ahead = prop_oneof![-1.0..0.3, 0.0..60.0, 50.0..200.0, Just(0.0), Just(0.1), Just(51.2), Just(f64::INFINITY)];
    let number = 0..40_u32;
    prop_oneof![
        4 => (number.clone(), ahead.clone()).prop_map(|(number, ahead)| Act::Set(number, ahead)),
        4 => (number.clone(), ahead).prop_map(|(number, ahead)| Act::AtMost(number, ahead)),
        1 => number.prop_map(Act::Remove),
        6 => prop_oneof![0.0..0.05, 0.0..1.0, 0.0..80.0, Just(0.0), Just(0.1)].prop_map(Act::Advance),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_wheel_is_the_list(start in prop_oneof![Just(0.0), 0.0..1e6], acts in prop::collection::vec(act(), 1..150)) {
        let (mut wheel, mut list, mut now) = (Wheel::default(), BTreeMap::new(), start);
        for act in acts {
            match act {
                Act::Set(number, ahead) => {
                    wheel.set(number, now + ahead);
                    list.insert(number, now + ahead);
                }
                Act::AtMost(number, ahead) => {
                    wheel.at_most(number, now + ahead);
                    let deadline = list.entry(number).or_insert(f64::INFINITY);
                    *deadline = deadline.min(now + ahead);
                }
                Act::Remove(number) => {
                    wheel.remove(number);
                    list.remove(&number);
                }
                Act::Advance(ahead) => {
                    now += ahead;
                    let mut due = Vec::new();
                    wheel.advance(now, &mut due);
                    due.sort_unstable();
                    let expected: Vec<u32> = list.iter().filter(|(_, at)| **at <= now).map(|(number, _)| *number).collect();
                    prop_assert_eq!(&due, &expected);
                    list.retain(|_, at| *at > now);
                }
            }
            for number in 0..40 {
                let deadline = list.get(&number).copied().unwrap_or(f64::INFINITY);
                prop_assert_eq!(wheel.deadline(number).to_bits(), deadline.to_bits());
            }
        }
    }
}
