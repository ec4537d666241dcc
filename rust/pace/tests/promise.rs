//! The promise itself: never more than the rule, and a refusal that is exact.

use cups_pace::{Pace, PaceError, Rule, Verdict};
use proptest::prelude::*;

const START: i64 = 1_700_000_000_000;

fn pace(burst: i64, period_ms: i64) -> Pace {
    let mut pace = Pace::new();
    pace.set_rule("r", Rule::new(burst, period_ms).expect("a good rule"));
    pace
}

fn check(pace: &mut Pace, now: i64, cost: u32) -> Verdict {
    pace.check("r", "k", now, cost).expect("a good question")
}

/// What one key did: the moment and the cost of all that was allowed.
fn run(pace: &mut Pace, steps: &[(i64, u32)]) -> Vec<(i64, i64)> {
    let (mut now, mut allowed) = (START, Vec::new());
    for (by, cost) in steps {
        now += by;
        if check(pace, now, *cost) == Verdict::Allowed {
            allowed.push((now, i64::from(*cost)));
        }
    }
    allowed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// In any window of `t` ms at most `burst + t / period` events.
    #[test]
    fn no_window_holds_more_than_the_rule(
        burst in 1..6_i64,
        period in 1..50_i64,
        steps in prop::collection::vec((0..60_i64, 1..3_u32), 1..80),
    ) {
        let steps: Vec<_> = steps.into_iter().filter(|(_, cost)| i64::from(*cost) <= burst).collect();
        let allowed = run(&mut pace(burst, period), &steps);
        for first in 0..allowed.len() {
            let mut events = 0;
            for (at, cost) in &allowed[first..] {
                events += cost;
                prop_assert!(events <= burst + (at - allowed[first].0) / period);
            }
        }
    }

    /// The clock jitters and jumps both ways: what is allowed never exceeds the burst and what the time that
    /// went forward has earned.
    #[test]
    fn a_jumping_clock_admits_no_more(
        burst in 1..6_i64,
        period in 1..50_i64,
        steps in prop::collection::vec(
            prop_oneof![8 => 0..60_i64, 3 => -80..0_i64, 1 => -90_000_000..-50_000_i64, 1 => 50_000..90_000_000_i64],
            1..80,
        ),
    ) {
        let mut pace = pace(burst, period);
        let (mut now, mut forward) = (START, vec![0]);
        let mut admitted = Vec::new();
        for by in steps {
            now += by;
            forward.push(forward[forward.len() - 1] + by.max(0));
            if check(&mut pace, now, 1) == Verdict::Allowed {
                admitted.push(forward[forward.len() - 1]);
            }
        }
        for (first, from) in admitted.iter().enumerate() {
            for (events, at) in (1_i64..).zip(&admitted[first..]) {
                prop_assert!(events <= burst + (at - from) / period);
            }
        }
    }

    /// One millisecond before it is refused, at the moment it is allowed; and asking changes nothing.
    #[test]
    fn a_refusal_is_exact(
        (burst, cost) in (1..6_u32).prop_flat_map(|burst| (Just(i64::from(burst)), 1..=burst)),
        period in 1..50_i64,
        steps in prop::collection::vec((0..30_i64, 1..3_u32), 0..40),
    ) {
        let steps: Vec<_> = steps.into_iter().filter(|(_, cost)| i64::from(*cost) <= burst).collect();
        let mut pace = pace(burst, period);
        run(&mut pace, &steps);
        let now = START + steps.iter().map(|(by, _)| by).sum::<i64>();
        if let Verdict::RefusedUntil(moment) = pace.peek("r", "k", now, cost).expect("a good question") {
            prop_assert!(moment > now);
            prop_assert_eq!(check(&mut pace, now, cost), Verdict::RefusedUntil(moment));
            prop_assert_eq!(check(&mut pace, moment - 1, cost), Verdict::RefusedUntil(moment));
            prop_assert_eq!(check(&mut pace, moment, cost), Verdict::Allowed);
        }
    }

    /// Whoever keeps to the pace is never refused.
    #[test]
    fn a_steady_sender_is_never_refused(burst in 1..6_i64, period in 1..50_i64, late in prop::collection::vec(0..9_i64, 1..60)) {
        let mut pace = pace(burst, period);
        let mut now = START;
        for late in late {
            prop_assert_eq!(check(&mut pace, now, 1), Verdict::Allowed);
            now += period + late;
        }
    }

    /// A sweep in between changes no answer.
    #[test]
    fn sweeping_is_invisible(
        burst in 1..6_i64,
        period in 1..50_i64,
        steps in prop::collection::vec((0..200_i64, any::<bool>()), 1..80),
    ) {
        let (mut swept, mut kept) = (pace(burst, period), pace(burst, period));
        let mut now = START;
        for (by, sweep) in steps {
            now += by;
            if sweep {
                swept.sweep(now);
            }
            prop_assert_eq!(check(&mut swept, now, 1), check(&mut kept, now, 1));
        }
        now += burst * period;
        prop_assert_eq!(swept.sweep(now), 1);
        prop_assert!(swept.is_empty());
    }

    /// Several at once are what their single answers say, and a refusal counts none of them.
    #[test]
    fn all_or_nothing(
        rules in prop::collection::vec((1..4_i64, 1..50_i64), 3),
        rounds in prop::collection::vec((0..40_i64, prop::collection::vec((0..3_usize, 0..2_usize), 1..5)), 1..40),
    ) {
        const NAMES: [&str; 3] = ["a", "b", "c"];
        let mut pace = Pace::new();
        for (name, (burst, period)) in NAMES.iter().zip(&rules) {
            pace.set_rule(name, Rule::new(*burst, *period).expect("a good rule"));
        }
        let mut now = START;
        for (by, checks) in rounds {
            now += by;
            let checks: Vec<_> = checks.iter().map(|(rule, key)| (NAMES[*rule], ["x", "y"][*key])).collect();
            let mut alone = pace.clone();
            let times = |check: &(&str, &str)| {
                u32::try_from(checks.iter().filter(|other| *other == check).count()).unwrap_or(u32::MAX)
            };
            let answers: Result<Vec<_>, _> =
                checks.iter().map(|check| alone.peek(check.0, check.1, now, times(check))).collect();
            let expected = answers.map(|answers| {
                let latest = answers.iter().filter_map(|answer| match answer {
                    Verdict::Allowed => None,
                    Verdict::RefusedUntil(moment) => Some(*moment),
                });
                latest.max().map_or(Verdict::Allowed, Verdict::RefusedUntil)
            });
            prop_assert_eq!(pace.check_all(&checks, now), expected.clone());
            if expected == Ok(Verdict::Allowed) {
                for check in &checks {
                    prop_assert_eq!(alone.check(check.0, check.1, now, 1), Ok(Verdict::Allowed));
                }
            }
            for rule in NAMES {
                for key in ["x", "y"] {
                    prop_assert_eq!(pace.peek(rule, key, now, 1), alone.peek(rule, key, now, 1));
                }
            }
        }
    }
}

#[test]
fn a_clock_set_back_by_a_day_exhausts_nobody_for_a_day() {
    let mut pace = pace(2, 1_000);
    assert_eq!(check(&mut pace, START, 2), Verdict::Allowed);
    let yesterday = START - 86_400_000;
    assert_eq!(check(&mut pace, yesterday, 1), Verdict::RefusedUntil(yesterday + 1_000));
    assert_eq!(check(&mut pace, yesterday + 1_000, 1), Verdict::Allowed);
}

#[test]
fn a_new_rule_keeps_the_history() {
    let mut pace = pace(1, 10_000);
    assert_eq!(check(&mut pace, START, 1), Verdict::Allowed);
    pace.set_rule("r", Rule::new(2, 10_000).expect("a good rule"));
    assert_eq!(check(&mut pace, START, 1), Verdict::Allowed);
    assert_eq!(check(&mut pace, START, 1), Verdict::RefusedUntil(START + 10_000));
}

#[test]
fn mistakes_are_told_and_count_nothing() {
    let mut pace = pace(2, 1_000);
    assert_eq!(pace.check("?", "k", START, 1), Err(PaceError::UnknownRule("?".to_owned())));
    assert_eq!(pace.check("r", "k", START, 0), Err(PaceError::BadCost));
    assert_eq!(pace.check("r", "k", START, 3), Err(PaceError::BadCost));
    assert_eq!(pace.check_all(&[("r", "k"), ("?", "k")], START), Err(PaceError::UnknownRule("?".to_owned())));
    assert!(pace.is_empty());
    for (burst, period) in [(0, 1), (1, 0), (-1, 1), (i64::MAX, 2), (2, Rule::MAX_SPAN_MS)] {
        assert_eq!(Rule::new(burst, period), Err(PaceError::BadRule));
    }
}

#[test]
fn no_moment_panics() {
    let mut pace = pace(3, Rule::MAX_SPAN_MS / 3);
    for now in [0, i64::MAX, i64::MIN, START, -1, i64::MAX - 1] {
        let _ = check(&mut pace, now, 3);
        pace.sweep(now);
    }
}
