//! The ladder against a list of everything that ever happened.

use cups_moderation::{Outcome, Recorded, Rules, Step, Warning, WarningLadder};
use proptest::prelude::*;
use proptest::sample::select;

const PERSONS: [&str; 2] = ["ann", "bob"];
const ROOMS: [&str; 3] = ["garden", "kitchen", "porch"];
const MODERATORS: [&str; 4] = ["kim", "lea", "max", "noa"];
const START: i64 = 1_700_000_000_000;

#[derive(Clone, Copy)]
struct Row {
    person: &'static str,
    room: &'static str,
    moderator: &'static str,
    at: i64,
    /// The step, for one that was counted.
    step: Option<Step>,
}

#[derive(Default)]
struct Model {
    rules: Rules,
    rows: Vec<Row>,
}

impl Model {
    fn standing(&self, person: &str, room: Option<&str>, now: i64) -> usize {
        let counts = |row: &&Row| {
            row.person == person
                && row.step.is_some()
                && room.is_none_or(|room| row.room == room)
                && now - row.at < self.rules.fade_ms
        };
        self.rows.iter().filter(counts).count()
    }

    fn warn(&mut self, person: &'static str, room: &'static str, moderator: &'static str, now: i64) -> Outcome {
        let own = self.rows.iter().rfind(|row| row.person == person && row.moderator == moderator);
        if let Some(own) = own.filter(|row| now - row.at < self.rules.moderator_ms) {
            return Outcome::RefusedUntil(own.at + self.rules.moderator_ms);
        }
        let opening = self.rows.iter().rfind(|row| row.person == person && row.room == room && row.step.is_some());
        let running = opening
            .filter(|row| now - row.at < self.rules.incident_ms && row.moderator != moderator)
            .and_then(|row| row.step);
        let counted = running.is_none();
        let step = running.unwrap_or_else(|| self.rules.step(self.standing(person, None, now) + 1));
        self.rows.push(Row { person, room, moderator, at: now, step: counted.then_some(step) });
        Outcome::Recorded(Recorded {
            counted,
            count: self.standing(person, None, now),
            room_count: self.standing(person, Some(room), now),
            step,
        })
    }
}

#[derive(Clone, Debug)]
enum Act {
    Warn(&'static str, &'static str, &'static str),
    Wait(i64),
    Sweep,
    /// The process starts again and replays the table.
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let warn = (select(&PERSONS[..]), select(&ROOMS[..]), select(&MODERATORS[..]));
    prop_oneof![
        10 => warn.prop_map(|(person, room, moderator)| Act::Warn(person, room, moderator)),
        4 => (0..20_000_i64).prop_map(Act::Wait),
        2 => select(vec![29_999, 30_000, 59_999, 60_000, 61_000]).prop_map(Act::Wait),
        2 => (0..90_000_000_i64).prop_map(Act::Wait),
        1 => Just(Act::Sweep),
        1 => Just(Act::Restart),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    let other = (1..200_000_i64, 0..50_000_i64, 0..90_000_i64, 1..4_usize, 0..3_usize, 0..3_usize);
    let other = other.prop_map(|(fade_ms, incident_ms, moderator_ms, mute_at, remove, ban)| Rules {
        fade_ms,
        incident_ms,
        moderator_ms,
        mute_at,
        remove_at: mute_at + remove,
        ban_at: mute_at + remove + ban,
    });
    prop_oneof![2 => Just(Rules::default()), 1 => other]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ladder_is_the_list(rules in rules(), acts in prop::collection::vec(act(), 1..120)) {
        let mut ladder = WarningLadder::new(rules).expect("good rules");
        let mut model = Model { rules, rows: Vec::new() };
        let mut now = START;
        for act in acts {
            match act {
                Act::Warn(person, room, moderator) => {
                    let got = ladder.warn(&Warning { person, room, moderator, at: now });
                    prop_assert_eq!(got, model.warn(person, room, moderator, now));
                }
                Act::Wait(by) => now += by,
                Act::Sweep => {
                    let before = ladder.len();
                    prop_assert_eq!(ladder.sweep(now), before - ladder.len());
                    for person in PERSONS {
                        prop_assert!(!ladder.is_empty() || ladder.standing(person, now) == 0);
                    }
                }
                Act::Restart => {
                    ladder = WarningLadder::new(rules).expect("good rules");
                    for row in &model.rows {
                        let Row { person, room, moderator, at, step } = *row;
                        ladder.restore(&Warning { person, room, moderator, at }, step.is_some());
                    }
                }
            }
            for person in PERSONS {
                prop_assert_eq!(ladder.standing(person, now), model.standing(person, None, now));
                for room in ROOMS {
                    prop_assert_eq!(ladder.standing_in(person, room, now), model.standing(person, Some(room), now));
                }
            }
        }
    }

    /// Never more than the rule, whatever the clock does: in the time that went forward, one moderator's
    /// warnings for one person lie the window apart.
    #[test]
    fn a_jumping_clock_lets_no_moderator_warn_sooner(
        steps in prop::collection::vec(prop_oneof![4 => 0..40_000_i64, 2 => -50_000..0_i64, 1 => -90_000_000..-60_000_i64], 1..60)
    ) {
        let mut ladder = WarningLadder::default();
        let (mut now, mut forward, mut last) = (START, 0, None);
        for by in steps {
            now += by;
            forward += by.max(0);
            match ladder.warn(&Warning { person: "ann", room: "garden", moderator: "kim", at: now }) {
                Outcome::Recorded(_) => {
                    prop_assert!(last.is_none_or(|last| forward - last >= 60_000));
                    last = Some(forward);
                }
                Outcome::RefusedUntil(moment) => prop_assert!(moment > now && moment <= now + 120_000),
            }
        }
    }
}

fn warn(ladder: &mut WarningLadder, room: &str, moderator: &str, at: i64) -> Outcome {
    ladder.warn(&Warning { person: "ann", room, moderator, at })
}

#[test]
fn the_ladder_leads_from_notice_to_ban() {
    let mut ladder = WarningLadder::default();
    let steps = [Step::Notice, Step::Mute, Step::Remove, Step::Remove, Step::Ban, Step::Ban];
    for (count, step) in (1..).zip(steps) {
        let at = START + 60_000 * i64::try_from(count).unwrap_or(0);
        let expected = Outcome::Recorded(Recorded { counted: true, count, room_count: count, step });
        assert_eq!(warn(&mut ladder, "garden", "kim", at), expected);
    }
}

#[test]
fn three_moderators_and_one_incident_count_once() {
    let mut ladder = WarningLadder::default();
    for (moderator, at) in [("kim", 0), ("lea", 10_000), ("max", 29_999)] {
        let expected = Recorded { counted: at == 0, count: 1, room_count: 1, step: Step::Notice };
        assert_eq!(warn(&mut ladder, "garden", moderator, START + at), Outcome::Recorded(expected));
    }
    let next = Recorded { counted: true, count: 2, room_count: 2, step: Step::Mute };
    assert_eq!(warn(&mut ladder, "garden", "noa", START + 30_000), Outcome::Recorded(next));
}

#[test]
fn a_clock_set_back_by_a_day_silences_no_moderator() {
    let mut ladder = WarningLadder::default();
    let _ = warn(&mut ladder, "garden", "kim", START);
    let yesterday = START - 86_400_000;
    assert_eq!(warn(&mut ladder, "garden", "kim", yesterday), Outcome::RefusedUntil(yesterday + 60_000));
    let next = Recorded { counted: true, count: 2, room_count: 2, step: Step::Mute };
    assert_eq!(warn(&mut ladder, "garden", "kim", yesterday + 60_000), Outcome::Recorded(next));
}

#[test]
fn bad_rules_are_refused() {
    let good = Rules::default();
    for bad in [
        Rules { mute_at: 0, ..good },
        Rules { mute_at: 4, ..good },
        Rules { remove_at: 6, ..good },
        Rules { fade_ms: -1, ..good },
        Rules { moderator_ms: i64::MAX, ..good },
    ] {
        assert!(WarningLadder::new(bad).is_err());
    }
}
