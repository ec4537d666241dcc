//! What holds for every text: nothing panics, spans lie in the text on its letters' borders, words are stable, and the automaton finds what a slow search finds.

use cups_screening::{Action, Class, Lexicon, Rule, Ruleset, Screening, Turn, WindowLimits};
use proptest::prelude::*;

fn rule(id: &str, patterns: &[&str]) -> Rule {
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
        digits: 0,
        needs: Vec::new(),
    }
}

fn rules() -> Ruleset {
    let lexicon = Lexicon {
        numbers: [("five", "5"), ("oh", "0?"), ("double", "x2")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into_iter()
            .collect(),
        forgiven: vec!["myself".to_owned(), "suicide".to_owned()],
        ..Lexicon::default()
    };
    let all = [
        rule("one", &["kill myself", "(want|wanna) [to] die", "suicid*"]),
        rule("two", &["i ~3 end it"]),
        rule("three", &[r"re:\d(?:[ \n.\-]{0,3}\d){6,}", "re:[a-z]+@[a-z]+"]),
    ];
    Ruleset::new(&all, lexicon).unwrap()
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[iIklmysefwantod .,?!'*$|@0-9\u{200b}\n\"а-я]{0,120}",
        prop::collection::vec(
            prop_oneof![
                Just("kill myself"),
                Just("k i l l"),
                Just("k1ll mys3lf"),
                Just("five five 5"),
                Just("want to die"),
                Just("."),
                Just(" "),
                Just("su*cide"),
                Just("double five"),
                Just("iwanttodie"),
                Just("\u{202e}"),
                Just("ки"),
                Just("a@b"),
                Just("555 1234")
            ],
            0..12
        )
        .prop_map(|parts| parts.concat()),
    ]
}

/// Words of the rules, without a run of single letters: those are one word, spelled out.
fn plain_words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("(kill|myself|want|to|die|i|end|it|all)", 0..14)
        .prop_filter("spelled out", |words| !words.windows(3).any(|run| run.iter().all(|word| word.len() == 1)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_on_letters_of_the_text(text in texts(), earlier in prop::collection::vec(texts(), 0..3)) {
        let rules = rules();
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        for hit in rules.hits(&text).into_iter().chain(rules.hits_after(&earlier, &text)) {
            prop_assert!(hit.start < hit.end && hit.end <= text.len(), "{hit:?}");
            prop_assert!(text.is_char_boundary(hit.start) && text.is_char_boundary(hit.end), "{hit:?}");
        }
    }

    #[test]
    fn words_of_the_rules_are_read_as_they_stand(words in plain_words()) {
        let text = words.join(" ");
        prop_assert_eq!(rules().words(&text), text);
    }

    #[test]
    fn every_hit_is_the_only_one_of_its_rule_and_they_are_in_order(text in texts()) {
        let found = rules().hits(&text);
        prop_assert!(found.windows(2).all(|pair| pair[0].rule < pair[1].rule));
    }

    #[test]
    fn the_automaton_finds_what_a_plain_search_finds(words in plain_words()) {
        let rules = rules();
        let read = format!(" {} ", words.join(" "));
        let expected = read.contains(" kill myself ") || read.contains(" want to die ") || read.contains(" want die ");
        prop_assert_eq!(rules.hits(read.trim()).iter().any(|hit| hit.rule == 0), expected, "{}", read);
        let near = (0..words.len()).any(|at| words[at] == "i" && (1..=4).any(|gap| words.get(at + gap).is_some_and(|w| w == "end") && words.get(at + gap + 1).is_some_and(|w| w == "it")));
        prop_assert_eq!(rules.hits(read.trim()).iter().any(|hit| hit.rule == 1), near, "{}", read);
    }

    #[test]
    fn a_text_cut_into_messages_is_found_as_in_one(cuts in prop::collection::vec(1usize..11, 0..3)) {
        let digits = "5551234567 9";
        let mut cuts = cuts;
        cuts.sort_unstable();
        cuts.dedup();
        let mut from = 0;
        let mut parts = Vec::new();
        for cut in cuts {
            parts.push(&digits[from..cut]);
            from = cut;
        }
        parts.push(&digits[from..]);
        let screening = Screening::new(rules(), WindowLimits::default());
        let mut found = false;
        for (number, part) in parts.iter().enumerate() {
            let name = number.to_string();
            found |= screening.check("k", "p", Turn::new(&name), part, 1).1.action == Action::Block;
            screening.said("k", Turn::new(&name), part, 1);
        }
        prop_assert!(found, "{:?}", parts);
    }
}

fn parts() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "five", "555", "12", "oh", "and", "i", "want", "to", "die", "kill", "myself", "\n", "a@", "b", ".",
        ]),
        1..6,
    )
    .prop_map(|words| words.join(" "))
}

fn hits(screening: &Screening, turn: Turn<'_>, text: &str) -> Vec<(usize, usize, usize)> {
    let (_, verdict) = screening.check("k", "p", turn, text, 5);
    verdict.hits.iter().map(|(hit, _)| (hit.rule, hit.start, hit.end)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_changed_is_judged_in_its_place(said in prop::collection::vec(parts(), 1..6), place in 0usize..6, text in parts()) {
        let place = place.min(said.len() - 1);
        let (all, before) = (Screening::new(rules(), WindowLimits::default()), Screening::new(rules(), WindowLimits::default()));
        for (at, one) in said.iter().enumerate() {
            all.said("k", Turn::new(&at.to_string()), one, 1);
            if at < place {
                before.said("k", Turn::new(&at.to_string()), one, 1);
            }
        }
        let name = place.to_string();
        let found = hits(&all, Turn { name: &name, changed: true }, &text);
        // All that it would have been found for then,
        let then = hits(&before, Turn::new(&name), &text);
        prop_assert!(then.iter().all(|hit| found.contains(hit)), "{found:?} {then:?}");
        // and besides that what goes on into what was said after it: the next to be said would be found for it.
        before.said("k", Turn::new(&name), &text, 1);
        let next = said.get(place + 1).map(|next| hits(&before, Turn::new("next"), next)).unwrap_or_default();
        for hit in &found {
            prop_assert!(hit.1 < hit.2 && hit.2 <= text.len(), "{hit:?}");
            prop_assert!(then.contains(hit) || place + 1 < said.len());
        }
        let alone = said.get(place + 1).map(|next| rules().hits(next)).unwrap_or_default();
        for hit in next.iter().filter(|hit| !alone.iter().any(|one| one.rule == hit.0)) {
            prop_assert!(found.iter().any(|one| one.0 == hit.0), "{hit:?} {found:?}");
        }
    }

    #[test]
    fn a_number_is_found_whichever_part_of_it_comes_last(mut cuts in prop::collection::vec(1usize..10, 1..4), last in 0usize..4) {
        let digits = "5551234567";
        cuts.extend([0, digits.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        let parts: Vec<&str> = cuts.windows(2).map(|cut| &digits[cut[0]..cut[1]]).collect();
        let last = last.min(parts.len() - 1);
        let screening = Screening::new(rules(), WindowLimits::default());
        for (number, part) in parts.iter().enumerate() {
            screening.said("k", Turn::new(&number.to_string()), if number == last { "wait" } else { part }, 1);
        }
        let name = last.to_string();
        let found = hits(&screening, Turn { name: &name, changed: true }, parts[last]);
        prop_assert_eq!(found, vec![(2, 0, parts[last].len())]);
        // In its place it is part of nothing.
        prop_assert_eq!(hits(&screening, Turn { name: &name, changed: true }, "wait 5"), if last + 1 < parts.len() && parts[last + 1..].concat().len() >= 6 { vec![(2, 5, 6)] } else { vec![] });
    }
}

#[test]
fn single_letters_of_two_scripts_are_read_as_one_word_of_either() {
    assert_eq!(rules().words("A Ὕ ਲ"), "auਲ");
}
