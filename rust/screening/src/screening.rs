//! The rules in force, and what was said lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::ruleset::{Hit, Ruleset};
use crate::verdict::{decide, Verdict};
use crate::window::{Known, Window, WindowLimits};

/// Usable from any thread. The lock of the rules is held only for taking or replacing the reference, that of what was said for one check at
/// most.
#[derive(Debug)]
pub struct Screening {
    rules: RwLock<Arc<Ruleset>>,
    said: Mutex<Lately>,
}

/// Which message of a person in a channel it is.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// Tells it from the others.
    pub name: &'a str,
    /// Whether it was said before, and its words are changed now: it stays in its place.
    pub changed: bool,
}

impl<'a> Turn<'a> {
    /// A message that is said now.
    #[must_use]
    pub fn new(name: &'a str) -> Self {
        Self { name, changed: false }
    }
}

#[derive(Debug)]
struct Lately {
    window: Window,
    /// The last text that was checked, and what is known of it: most often it is the next one that is said.
    text: String,
    checked: Known,
}

impl Lately {
    fn checked(&mut self, text: &str, known: Known) {
        text.clone_into(&mut self.text);
        self.checked = known;
    }
}

impl Screening {
    /// With these rules, and nothing said yet.
    #[must_use]
    pub fn new(rules: Ruleset, limits: WindowLimits) -> Self {
        Self {
            rules: RwLock::new(Arc::new(rules)),
            said: Mutex::new(Lately { window: Window::new(limits), text: String::new(), checked: Known::Nothing }),
        }
    }

    /// The rules in force now. Whoever is judging with them goes on with them.
    #[must_use]
    pub fn rules(&self) -> Arc<Ruleset> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force; those before, with their counts.
    pub fn swap(&self, rules: Ruleset) -> Arc<Ruleset> {
        std::mem::replace(&mut *self.rules.write().unwrap_or_else(PoisonError::into_inner), Arc::new(rules))
    }

    /// Judges one text by itself.
    #[must_use]
    pub fn judge(&self, person: &str, text: &str) -> (Arc<Ruleset>, Verdict) {
        let rules = self.rules();
        let hits = if rules.is_plain(text) { Vec::new() } else { rules.hits(text) };
        let verdict = decide(&rules, hits, person);
        rules.count(&verdict);
        (rules, verdict)
    }

    /// Whether somebody is about to say something in which nothing is hit that rules look for: as [`Screening::check`] would find, but sooner,
    /// and nothing is counted. [`Screening::said`] follows it as well. False tells nothing: it has to be checked.
    #[must_use]
    pub fn plain(&self, key: &str, turn: Turn<'_>, text: &str, now: i64) -> bool {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        self.is_plain(&rules, key, turn, text, now)
    }

    fn is_plain(&self, rules: &Ruleset, key: &str, turn: Turn<'_>, text: &str, now: i64) -> bool {
        if turn.changed {
            return false;
        }
        let mut lately = self.lately();
        let plain = lately.window.plain(key, turn.name, text, now, rules);
        plain.is_some_and(|plain| {
            lately.checked(text, Known::Plain(plain));
            true
        })
    }

    /// Judges what somebody is about to say in a channel (`key` is both), with what they said before; what is changed, in its place, with what
    /// they said after it as well.
    #[must_use]
    pub fn check(&self, key: &str, person: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Verdict) {
        let (rules, hits) = self.found(key, turn, text, now);
        let verdict = decide(&rules, hits, person);
        rules.count(&verdict);
        (rules, verdict)
    }

    /// The same for a text that stands for one that was checked: it is no message of its own, so its hits are not counted again.
    #[must_use]
    pub fn recheck(&self, key: &str, person: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Verdict) {
        let (rules, hits) = self.found(key, turn, text, now);
        let verdict = decide(&rules, hits, person);
        (rules, verdict)
    }

    fn found(&self, key: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Vec<Hit>) {
        let rules = self.rules();
        if self.is_plain(&rules, key, turn, text, now) {
            return (rules, Vec::new());
        }
        self.found_in_full(rules, key, turn, text, now)
    }

    /// As [`Screening::recheck`], never the quick way: what tests hold that against.
    #[must_use]
    pub fn check_in_full(
        &self,
        key: &str,
        person: &str,
        turn: Turn<'_>,
        text: &str,
        now: i64,
    ) -> (Arc<Ruleset>, Verdict) {
        let (rules, hits) = self.found_in_full(self.rules(), key, turn, text, now);
        let verdict = decide(&rules, hits, person);
        (rules, verdict)
    }

    fn found_in_full(
        &self,
        rules: Arc<Ruleset>,
        key: &str,
        turn: Turn<'_>,
        text: &str,
        now: i64,
    ) -> (Arc<Ruleset>, Vec<Hit>) {
        let heard = rules.hear(text);
        let mut hits = rules.hits_in(&heard);
        let mut lately = self.lately();
        let around = lately.window.around(key, turn.name, turn.changed, now, &rules);
        rules.hits_across(&around.before, text, &heard, &mut hits);
        rules.hits_onward(&around.before, text, &around.after, &mut hits);
        lately.checked(text, Known::Kept(rules.keep(heard)));
        drop(lately);
        (rules, hits)
    }

    /// Remembers what somebody has said in a channel, or changed.
    pub fn said(&self, key: &str, turn: Turn<'_>, text: &str, now: i64) {
        let mut lately = self.lately();
        let checked = std::mem::take(&mut lately.checked);
        let known = if lately.text == text { checked } else { Known::Nothing };
        lately.window.said(key, turn.name, turn.changed, text, now, known);
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets whoever has been silent for longer than anything is remembered; how many.
    pub fn sweep(&self, now: i64) -> usize {
        self.lately().window.sweep(now)
    }

    /// How many authors in channels are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.lately().window.len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Action, Class, Condition, Lexicon, Place, Rule};
    use crate::samples::words_and;

    fn rule(id: &str, patterns: &[&str], needs: &[&str], digits: usize) -> Rule {
        Rule {
            id: id.to_owned(),
            class: Class::Hate,
            action: Action::Block,
            share: 1000,
            conversation: true,
            patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
            unless: Vec::new(),
            only: Vec::new(),
            unquoted: false,
            allow: false,
            digits,
            needs: needs.iter().map(|&need| need.to_owned()).collect(),
        }
    }

    fn rules(more: &[Rule]) -> Ruleset {
        let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let pairs = |all: &[(&str, &str)]| all.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect();
        let lexicon = Lexicon {
            forgiven: words(&["suicide", "myself"]),
            numbers: pairs(&[("five", "5"), ("oh", "0?"), ("to", "2?"), ("double", "x2")]),
            aliases: pairs(&[("kms", "kill myself"), ("wanna", "want to")]),
            breaks: words(&["but"]).into_iter().collect(),
            ..Lexicon::default()
        };
        let mut all = vec![
            rule("one", &["kill myself", "want [to] die", "suicid*", "*cide"], &[], 0),
            rule("two", &["(i|you) ~3 end (it|all)", "^ end it $", "? die", "bye ~2 all ~2 (it|*world)"], &[], 0),
            rule(
                "three",
                &["are you (there|ok) ?", "bye (all|cruel*) ~2 (*world|every one)", "my [own] self [all]"],
                &[],
                0,
            ),
            rule("four", &["game (of ~2 all|ok)", "(dont|but) it ~3", "ok ~2 [end] ~1 you"], &[], 0),
            rule("five", &[r"re:5[ \n]?5", r"re:\d(?:[ \n]?\d){3}"], &[], 2),
            rule("six", &[r"re:[a-z]+[ \n]at[ \n][a-z]+[ \n]?(?:dot|\.)[ \n]?com\b"], &[" at "], 0),
            rule("seven", &["end ~4 myself", "die ? you"], &[], 0),
        ];
        all[0].unless = vec![Condition { place: Place::Before, pattern: "dont".into() }];
        all[1].unless = vec![Condition { place: Place::Near, pattern: "game".into() }];
        all[6].conversation = false;
        all.extend_from_slice(more);
        Ruleset::new(&all, lexicon).unwrap()
    }

    /// With a rule more, with one that asks about the surface of all that was said, and without.
    static RULES: LazyLock<[Arc<Ruleset>; 3]> = LazyLock::new(|| {
        let (more, mut asks) = (rule("eight", &["want it"], &[], 0), rule("eight", &["want it"], &[], 0));
        asks.only = vec![Condition { place: Place::Message, pattern: "re:all".into() }];
        [rules(&[more]), rules(&[asks]), rules(&[])].map(Arc::new)
    });

    fn screening(rules: &Arc<Ruleset>, limits: WindowLimits) -> Screening {
        let made = Screening::new(Ruleset::new(&[], Lexicon::default()).unwrap(), limits);
        *made.rules.write().unwrap() = Arc::clone(rules);
        made
    }

    fn text() -> impl Strategy<Value = String> {
        let more = [
            "cruelly",
            "underworld",
            "every",
            "one",
            "own",
            "self",
            "of",
            "kms",
            "wanna",
            "five",
            "o'clock",
            "oh's",
            "double",
            "5",
            "55",
            "d'o",
            "there",
            " ",
            "'",
            "\"",
            "#",
            "@",
            "-",
            "/",
            "A",
            "I",
            "aI",
            "$",
            "*hugs*",
            "at",
            "dot",
            "com",
            ".com",
            ":)",
            "...",
            "?!",
            "it's",
            "don't",
            "caf\u{e9}",
            "\u{2019}",
            "\u{200b}",
            "\u{430}",
            "x",
            "talk",
            "Really",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "so so so so so so so so so so so so so so so so",
        ];
        let part = prop::sample::select(words_and(&more));
        let glue = prop::sample::select(vec![" ", " ", " ", " ", " ", " ", "", "  ", "-", ". "]);
        prop::collection::vec((part, glue), 0..9)
            .prop_map(|parts| parts.into_iter().flat_map(|(part, glue)| [part, glue]).collect())
    }

    /// Somebody says something in one of two places, changes what they said, or is told no.
    fn acts() -> impl Strategy<Value = Vec<(usize, usize, bool, bool, i64, String)>> {
        let act = (0usize..2, 0usize..40, prop::bool::weighted(0.1), prop::bool::weighted(0.8), 0i64..40, text());
        prop::collection::vec(act, 1..14)
    }

    fn remembered(screening: &Screening) -> String {
        screening.lately().window.shown()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

        #[test]
        fn the_quick_way_finds_what_is_found_in_full(acts in acts(), asks in prop::bool::weighted(0.1), swapped in 0usize..28) {
            let limits = WindowLimits { messages: 5, bytes: 160, age_ms: 200, keys: 10 };
            let (quick, full) = (screening(&RULES[usize::from(asks)], limits), screening(&RULES[usize::from(asks)], limits));
            let mut now = 0;
            for (number, (place, name, changed, said, later, text)) in acts.into_iter().enumerate() {
                now += later;
                if number == swapped {
                    *quick.rules.write().unwrap() = Arc::clone(&RULES[2]);
                    *full.rules.write().unwrap() = Arc::clone(&RULES[2]);
                }
                let key = ["here", "there"][place];
                // Few have a name that was there before.
                let name = if name < 3 { format!("n{name}") } else { format!("m{number}") };
                let turn = Turn { name: &name, changed };
                let plain = number % 2 == 0 && quick.plain(key, turn, &text, now);
                let found = quick.recheck(key, "p", turn, &text, now).1;
                let expected = full.check_in_full(key, "p", turn, &text, now).1;
                prop_assert!(!plain || expected.hits.is_empty(), "{:?} {:?}", text, expected);
                prop_assert_eq!(found, expected, "{:?} after {}", text, remembered(&full));
                if said {
                    quick.said(key, turn, &text, now);
                    full.said(key, turn, &text, now);
                }
                prop_assert_eq!(remembered(&quick), remembered(&full));
            }
        }
    }

    #[test]
    fn most_of_what_is_said_is_read_the_quick_way() {
        let screening = screening(&RULES[2], WindowLimits::default());
        let said = [
            "hi! how are you, really?",
            "It's 5 o, all fine :)",
            "I *love* that song",
            "ok...",
            "?",
            "let us talk at 3 or 4",
        ];
        for round in 0..3 {
            for (number, text) in said.iter().enumerate() {
                let name = format!("{round} {number}");
                assert!(screening.plain("k", Turn::new(&name), text, 1), "{text}");
                screening.said("k", Turn::new(&name), text, 1);
            }
        }
        // What goes over from one to the next is found.
        screening.said("k", Turn::new("a"), "i want to", 1);
        assert!(!screening.plain("k", Turn::new("b"), "die", 1));
        assert!(screening.plain("other", Turn::new("b"), "die", 1));
    }
    #[test]
    fn the_quick_way_goes_as_far_as_a_gap() {
        let screening = screening(&RULES[2], WindowLimits::default());
        for (text, plain) in [
            ("i so so so end all", false),
            ("i so so so so end all", true),
            ("i so. end all", true),
            ("bye so so all so so underworld", false),
            ("bye so so so all so so underworld", true),
        ] {
            assert_eq!(screening.plain("k", Turn::new("a"), text, 1), plain, "{text}");
            // In two messages as in one.
            for (at, _) in
                text.match_indices(' ').filter(|(at, _)| screening.plain("k", Turn::new("a"), &text[..*at], 1))
            {
                let key = format!("{text} {at}");
                screening.said(&key, Turn::new("a"), &text[..at], 1);
                assert_eq!(screening.plain(&key, Turn::new("b"), &text[at..], 1), plain, "{text} {at}");
            }
        }
    }

    #[test]
    fn what_was_changed_is_gone_on_from_as_it_is_now() {
        let screening = screening(&RULES[2], WindowLimits::default());
        for (name, text) in [("a", "i have"), ("b", "to")] {
            assert!(screening.plain("k", Turn::new(name), text, 1));
            screening.said("k", Turn::new(name), text, 1);
        }
        assert!(screening.plain("k", Turn::new("c"), "die", 1));
        screening.said("k", Turn { name: "a", changed: true }, "i want", 1);
        assert!(!screening.plain("k", Turn::new("c"), "die", 1));
    }
}
