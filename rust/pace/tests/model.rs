//! The limits against a list of everything that was ever allowed, for clocks that never go back.
//!
//! The model asks of every allowed event, from the first on, whether what came since, and what is asked now, fits into the burst and the time
//! between. It is slow and needs no idea of a moment of rest; changes of a rule are left to tests of their own.

use cups_pace::{Pace, Rule, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

const START: i64 = 1_700_000_000_000;
const RULES: [&str; 3] = ["message", "request", "typing"];
const KEYS: [&str; 3] = ["ann", "bob", "room:garden"];

#[derive(Clone, Copy)]
struct Event {
    rule: usize,
    key: &'static str,
    at: i64,
    cost: i64,
}

struct Model {
    rules: Vec<(i64, i64)>,
    allowed: Vec<Event>,
}

impl Model {
    fn fits(&self, rule: usize, key: &str, now: i64, cost: i64) -> bool {
        let (burst, period) = self.rules[rule];
        let past: Vec<_> = self.allowed.iter().filter(|event| event.rule == rule && event.key == key).collect();
        cost <= burst
            && (0..past.len()).all(|first| {
                let since: i64 = past[first..].iter().map(|event| event.cost).sum();
                (since + cost) * period <= burst * period + now - past[first].at
            })
    }

    /// The first moment at which it fits, found by trying.
    fn when(&self, rule: usize, key: &str, now: i64, cost: i64) -> i64 {
        (now..now + 1_000_000).find(|moment| self.fits(rule, key, *moment, cost)).expect("it fits some day")
    }

    fn check(&mut self, rule: usize, key: &'static str, now: i64, cost: i64) -> Verdict {
        let moment = self.when(rule, key, now, cost);
        if moment > now {
            return Verdict::RefusedUntil(moment);
        }
        self.allowed.push(Event { rule, key, at: now, cost });
        Verdict::Allowed
    }
}

#[derive(Clone, Debug)]
enum Act {
    Check(usize, &'static str, u32),
    All(Vec<(usize, &'static str)>),
    Peek(usize, &'static str),
    Wait(i64),
    Sweep,
    SweepSome(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let pair = || (0..RULES.len(), select(&KEYS[..]));
    prop_oneof![
        8 => (pair(), 1..3_u32).prop_map(|((rule, key), cost)| Act::Check(rule, key, cost)),
        3 => prop::collection::vec(pair(), 0..4).prop_map(Act::All),
        2 => pair().prop_map(|(rule, key)| Act::Peek(rule, key)),
        6 => (0..80_i64).prop_map(Act::Wait),
        1 => Just(Act::Wait(5_000)),
        1 => Just(Act::Sweep),
        1 => (0..300_usize).prop_map(Act::SweepSome),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_limits_are_the_list(
        rules in prop::collection::vec((1..5_i64, 1..60_i64), RULES.len()),
        acts in prop::collection::vec(act(), 1..70),
    ) {
        let mut pace = Pace::new();
        for (name, (burst, period)) in RULES.iter().zip(&rules) {
            pace.set_rule(name, Rule::new(*burst, *period).expect("a good rule"));
        }
        let mut model = Model { rules: rules.clone(), allowed: Vec::new() };
        let mut now = START;
        for act in acts {
            match act {
                Act::Check(rule, key, cost) if i64::from(cost) <= rules[rule].0 => {
                    let got = pace.check(RULES[rule], key, now, cost).expect("a good question");
                    prop_assert_eq!(got, model.check(rule, key, now, i64::from(cost)));
                }
                Act::Check(rule, key, cost) => prop_assert!(pace.check(RULES[rule], key, now, cost).is_err()),
                Act::All(pairs) => {
                    let times = |pair: &(usize, &str)| i64::try_from(pairs.iter().filter(|other| *other == pair).count()).unwrap_or(i64::MAX);
                    let named: Vec<_> = pairs.iter().map(|(rule, key)| (RULES[*rule], *key)).collect();
                    let got = pace.check_all(&named, now);
                    if pairs.iter().any(|pair| times(pair) > rules[pair.0].0) {
                        prop_assert!(got.is_err());
                        continue;
                    }
                    let latest = pairs.iter().map(|pair| model.when(pair.0, pair.1, now, times(pair))).max().unwrap_or(now);
                    let expected = if latest > now { Verdict::RefusedUntil(latest) } else { Verdict::Allowed };
                    prop_assert_eq!(got, Ok(expected));
                    if expected == Verdict::Allowed {
                        model.allowed.extend(pairs.iter().map(|(rule, key)| Event { rule: *rule, key, at: now, cost: 1 }));
                    }
                }
                Act::Peek(rule, key) => {
                    let moment = model.when(rule, key, now, 1);
                    let expected = if moment > now { Verdict::RefusedUntil(moment) } else { Verdict::Allowed };
                    prop_assert_eq!(pace.peek(RULES[rule], key, now, 1), Ok(expected));
                }
                Act::Wait(by) => now += by,
                Act::Sweep => {
                    let before = pace.len();
                    prop_assert_eq!(pace.sweep(now), before - pace.len());
                }
                Act::SweepSome(most) => {
                    let before = pace.len();
                    prop_assert_eq!(pace.sweep_some(now, most), before - pace.len());
                }
            }
        }
    }
}

#[test]
fn steps_of_a_sweep_come_round_to_every_key_and_give_the_memory_back() {
    let mut pace = Pace::new();
    for name in RULES {
        pace.set_rule(name, Rule::new(1, 1_000).expect("a good rule"));
        for key in 0..20_000 {
            let _ = pace.check(name, &format!("key {key}"), START, 1).expect("a good question");
        }
    }
    assert_eq!(pace.sweep_some(START + 999, usize::MAX), 0);
    let (mut steps, mut forgotten) = (0, 0);
    while !pace.is_empty() {
        let gone = pace.sweep_some(START + 1_000, 500);
        assert!(gone < 2_000, "one step is small, however much there is to forget");
        forgotten += gone;
        steps += 1;
        assert!(steps < 1_000, "every key is come to");
    }
    assert_eq!(forgotten, 60_000);
    assert!(steps > 30);
}

#[test]
fn sweeping_nothing_is_nothing() {
    assert_eq!(Pace::new().sweep_some(START, 10), 0);
    let mut pace = Pace::new();
    pace.set_rule("message", Rule::new(1, 1).expect("a good rule"));
    assert_eq!(pace.sweep_some(START, 10), 0);
    assert_eq!(pace.rule("message").map(|rule| (rule.burst(), rule.period_ms())), Some((1, 1)));
    assert_eq!(pace.rule("nothing"), None);
}
