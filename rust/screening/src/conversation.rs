//! What is said over several messages: a number in four parts, a sentence sent word by word.
//!
//! Of earlier messages only what may matter is kept: their last words, read, and which expressions are possible with them. So what was read
//! once is not read again, and the whole is only put together where it may hold contact details.

use crate::fold::{letters, PART};
use crate::needs::Met;
use crate::reading::{nothing_across, surface, Gap, Gist, Heard, Part, Spoken, Writer};
use crate::ruleset::{Hit, Ruleset, MOST_ACROSS};
use crate::search::{Lazy, Search};

/// Digits that a word such as "double" at the end of a message adds at most to what the next one says.
const MOST_MORE: usize = 3;

/// A message as it is remembered for those after it.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Which rules heard it.
    by: u64,
    parts: Box<[Part]>,
    /// How many of them count.
    words: usize,
    trail: Gap,
    /// Of those parts: what of it patterns of conversations ask for.
    gist: Gist,
    digits: usize,
    met: Met,
    forgot: bool,
}

impl Kept {
    /// How many words of it phrases may reach into. Letters alone count for none: many of them may be one word.
    pub fn words(&self) -> usize {
        self.words
    }

    fn spoken(&self) -> Spoken<'_> {
        Spoken { parts: &self.parts, trail: self.trail, gist: &self.gist }
    }

    /// Its words are not there any more.
    pub fn forgot(&self) -> bool {
        self.forgot
    }

    pub fn is_by(&self, rules: &Ruleset) -> bool {
        self.by == rules.number
    }

    /// It lies too far back for phrases to reach it.
    pub fn forget_words(&mut self) {
        if !self.forgot {
            self.parts = Box::default();
            self.words = 0;
            self.gist = Gist::nothing();
            self.forgot = true;
        }
    }
}

fn counts(part: &Part) -> bool {
    part.word.single.is_none()
}

/// A message of before, and what was heard in it.
#[derive(Clone, Copy)]
pub(crate) struct Earlier<'a> {
    pub text: &'a str,
    pub kept: &'a Kept,
}

impl Ruleset {
    /// What later messages need to know of one that was heard.
    pub(crate) fn keep(&self, heard: Heard) -> Kept {
        let Heard { pieces, mut parts, surface: seen, met, gist } = heard;
        parts.drain(..parts.len().saturating_sub(MOST_ACROSS));
        let words = parts.iter().filter(|part| counts(part)).count();
        let gist = gist.kept(&parts, &self.clues);
        let digits = seen.digits + if seen.open { MOST_MORE } else { 0 };
        Kept { by: self.number, parts: parts.into(), words, trail: pieces.trail, gist, digits, met, forgot: false }
    }

    /// Adds to `found`, which is what `text` holds alone, what crosses from earlier messages (the oldest first) into it.
    pub(crate) fn hits_across(&self, earlier: &[Earlier<'_>], text: &str, heard: &Heard, found: &mut Vec<Hit>) {
        if earlier.is_empty() || !self.any_conversation {
            return;
        }
        let details = self.details_possible(earlier, heard, found);
        let mut more = Vec::new();
        if details || self.asks_surface {
            more = self.in_whole(earlier, text, self.asks_surface);
        }
        if !self.asks_surface {
            more.extend(self.in_words(earlier, heard));
        }
        Self::add(found, more);
    }

    /// Whether all of it together has what an expression needs that did not hit yet.
    fn details_possible(&self, earlier: &[Earlier<'_>], heard: &Heard, found: &[Hit]) -> bool {
        let (mut digits, mut met) = (heard.surface.digits, heard.met);
        for one in earlier {
            digits += one.kept.digits;
            met.add(&one.kept.met);
        }
        self.surfaced.iter().enumerate().any(|(at, &rule)| {
            let ready = &self.rules[rule];
            ready.conversation && digits >= ready.digits && met.has(at) && !found.iter().any(|known| known.rule == rule)
        })
    }

    /// Phrases alone, over the last words of before and those of the text.
    fn in_words(&self, earlier: &[Earlier<'_>], heard: &Heard) -> Vec<Hit> {
        let (mut reached, mut any) = (0, false);
        let mut from = earlier.len();
        while from > 0 && reached < self.across {
            from -= 1;
            reached += earlier[from].kept.words();
            any |= !earlier[from].kept.parts.is_empty();
        }
        if !any {
            return Vec::new();
        }
        let before = earlier[from..].iter().map(|one| one.kept.spoken()).collect::<Vec<_>>();
        let now = Spoken { parts: &heard.parts, trail: heard.pieces.trail, gist: &heard.gist };
        if nothing_across(&before, now, &self.vocabulary, &self.clues) {
            return Vec::new();
        }
        let mut writer = Writer::new(&self.vocabulary, &self.lexicon);
        let mut spare = reached.saturating_sub(self.across);
        for one in &earlier[from..] {
            let from = one.kept.parts.iter().position(|part| {
                let reached = spare == 0;
                spare = spare.saturating_sub(usize::from(counts(part)));
                reached
            });
            writer.earlier(&one.kept.parts[from.unwrap_or(one.kept.parts.len())..], one.kept.trail);
            spare = 0;
        }
        // All of before ends at 0, so what is said now begins behind it.
        writer.text(heard, 1);
        let words = Lazy::new(Box::new(|| writer.finish()));
        let mut search = Search::new(self, &words, &heard.surface);
        search.across(1);
        search.words();
        let mut found = search.found();
        for hit in &mut found {
            hit.start = hit.start.saturating_sub(1);
            hit.end -= 1;
        }
        found
    }

    /// Adds to `found`, which is what `text` holds with what was said before it, what crosses from there into `later`, which was said after it.
    /// Only what is changed afterwards has anything after it, so this need not be quick.
    pub(crate) fn hits_onward(&self, earlier: &[Earlier<'_>], text: &str, later: &[&str], found: &mut Vec<Hit>) {
        if later.is_empty() || text.is_empty() || !self.any_conversation {
            return;
        }
        let whole = Whole::new(earlier, text, later);
        let border = whole.to;
        Self::add(found, self.over(&whole, border, true));
    }

    fn add(found: &mut Vec<Hit>, more: Vec<Hit>) {
        let alone = found.len();
        for hit in more {
            if !found[..alone].iter().any(|known| known.rule == hit.rule) {
                found.push(hit);
            }
        }
        found.sort_by_key(|hit| hit.rule);
    }

    /// Everything before and the text together: contact details, and phrases too if asked for.
    fn in_whole(&self, earlier: &[Earlier<'_>], text: &str, phrases: bool) -> Vec<Hit> {
        let whole = Whole::new(earlier, text, &[]);
        self.over(&whole, whole.from, phrases)
    }

    /// What of a whole lies over one of its borders, marked where it is in the text.
    fn over(&self, whole: &Whole, border: usize, phrases: bool) -> Vec<Hit> {
        let mut folded = letters(&whole.said);
        let mut borders = whole.borders.iter().peekable();
        for letter in &mut folded {
            if borders.next_if_eq(&&(letter.start as usize)).is_some() {
                letter.ch = PART;
            }
        }
        let surface = surface(&folded, &self.lexicon);
        let met = self.needs.met(&surface.text);
        let words = Lazy::new(Box::new(|| self.spoken_in(&self.hear(&whole.said))));
        let mut search = Search::new(self, &words, &surface);
        search.across(border);
        if phrases {
            search.words();
        }
        search.surface(surface.digits, &met);
        let mut found = search.found();
        for hit in &mut found {
            hit.start = hit.start.clamp(whole.from, whole.to) - whole.from;
            hit.end = hit.end.clamp(whole.from, whole.to) - whole.from;
        }
        found
    }
}

/// Messages read as one text, with a space between them: whoever writes a sentence in pieces does not end it with each.
struct Whole {
    said: String,
    /// The spaces between them,
    borders: Vec<usize>,
    /// and where the message begins and ends that it is about.
    from: usize,
    to: usize,
}

impl Whole {
    fn new(earlier: &[Earlier<'_>], text: &str, later: &[&str]) -> Self {
        let mut whole = Self { said: String::new(), borders: Vec::new(), from: 0, to: 0 };
        for one in earlier {
            whole.said.push_str(one.text);
            whole.part();
        }
        whole.from = whole.said.len();
        whole.said.push_str(text);
        whole.to = whole.said.len();
        for one in later {
            whole.part();
            whole.said.push_str(one);
        }
        whole
    }

    fn part(&mut self) {
        self.borders.push(self.said.len());
        self.said.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Action, Class, Condition, Lexicon, Place, Rule};
    use crate::samples::words_and;
    use crate::screening::{Screening, Turn};
    use crate::window::WindowLimits;

    fn rules() -> Ruleset {
        let rule = |id: &str, patterns: &[&str], unless: &[(Place, &str)]| Rule {
            id: id.to_owned(),
            class: Class::Hate,
            action: Action::Block,
            share: 1000,
            conversation: true,
            patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
            unless: unless.iter().map(|&(place, text)| Condition { place, pattern: text.to_owned() }).collect(),
            only: Vec::new(),
            unquoted: false,
            allow: false,
            digits: 0,
            needs: Vec::new(),
        };
        let lexicon = Lexicon { forgiven: vec!["suicide".to_owned(), "myself".to_owned()], ..Lexicon::default() };
        let all = [
            rule("one", &["kill myself", "(want|wanna) [to] die", "suicid*"], &[(Place::Before, "dont")]),
            rule("two", &["i ~3 end it", "^ end (it|all) $"], &[(Place::Near, "game")]),
            rule("three", &["are you (there|ok) ?"], &[(Place::After, "bye")]),
        ];
        Ruleset::new(&all, lexicon).unwrap()
    }

    fn said(earlier: &[&str], text: &str) -> usize {
        rules().hits_after(earlier, text).len()
    }

    #[test]
    fn letters_apart_reach_as_far_as_the_word_that_they_are() {
        assert_eq!(said(&["go", "k i l l m y s e l"], "f"), 1);
    }

    #[test]
    fn what_became_shorter_lets_phrases_reach_back_again() {
        let all = Screening::new(rules(), WindowLimits::default());
        let filler = "so ".repeat(90);
        for (name, text) in [("a", "i want to"), ("b", filler.as_str())] {
            let _ = all.check("k", "p", Turn::new(name), text, 1);
            all.said("k", Turn::new(name), text, 1);
        }
        assert_eq!(all.check("k", "p", Turn::new("b"), "die", 2).1.hits.len(), 1);
    }

    fn number() -> Ruleset {
        let number = Rule {
            id: "number".to_owned(),
            class: Class::Contact,
            action: Action::Hold,
            patterns: vec![r"re:\d(?:[ \n]?\d){6}".to_owned()],
            digits: 7,
            share: 1000,
            conversation: true,
            unless: Vec::new(),
            only: Vec::new(),
            unquoted: false,
            allow: false,
            needs: vec![" and ".to_owned()],
        };
        let numbers = [("five", "5"), ("oh", "0?"), ("double", "x2")];
        let numbers = numbers.map(|(word, digit)| (word.to_owned(), digit.to_owned()));
        let lexicon = Lexicon { numbers: numbers.into_iter().collect(), ..Lexicon::default() };
        Ruleset::new(&[number], lexicon).unwrap()
    }

    const BREAKS: [&str; 6] = ["\n", "\r\n", "\u{2028}", "\u{2029}", "\n\n", "\r\n \r\n"];

    #[test]
    fn lines_of_one_message_do_not_part_a_number() {
        let rules = number();
        let spoken = "é and five oh double five oh oh five thanks";
        for with in BREAKS {
            let text = spoken.replace(' ', with);
            let [hit] = rules.hits(&text)[..] else { panic!("{with:?}") };
            assert_eq!(&text[hit.start..hit.end], ["five", "oh", "double", "five", "oh", "oh", "five"].join(with));
            assert_eq!(rules.hits(&text[2..]).len(), 1, "{with:?}");
        }
    }

    #[test]
    fn lines_of_one_message_do_not_part_a_number_that_goes_on_in_another() {
        for with in BREAKS {
            let earlier = "well and five oh oh oh oh".replace(' ', with);
            assert_eq!(number().hits_after(&[&earlier], "five five").len(), 1, "{with:?}");
            let text = ["five", "oh", "oh", "é"].join(with);
            let [hit] = number().hits_after(&["é and five five", "five five"], &text)[..] else { panic!("{with:?}") };
            assert_eq!(&text[hit.start..hit.end], ["five", "oh", "oh"].join(with));
        }
        // What begins a message stays a word.
        assert_eq!(number().hits_after(&["and five five five", "five five five"], "oh\nfive"), []);
    }

    #[test]
    fn what_is_not_seen_parts_no_number() {
        let unseen = ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{200b}", "\u{200b}\r"];
        for with in unseen {
            let text = ["o and five", "oh", "double", "five", "oh", "oh", "five"].join(with);
            let [hit] = number().hits(&text)[..] else { panic!("{with:?}") };
            assert_eq!((hit.start, hit.end), (6, text.len()));
            assert_eq!(number().surface(&format!("f{with}ive")), "5");
            assert_eq!(number().surface(&format!("five{with}ish")), "fiveish");
        }
        assert_eq!(number().surface("fiveohfive o\u{301}h"), "fiveohfive oh");
    }

    fn message() -> impl Strategy<Value = String> {
        let word = prop::sample::select(words_and(&["e", "n", "d", "ok?", ";", "a.b"]));
        prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn words_kept_apart_are_found_as_if_read_together(earlier in prop::collection::vec(message(), 1..5), text in message()) {
            let rules = rules();
            let kept: Vec<Kept> = earlier.iter().map(|text| rules.keep(rules.hear(text))).collect();
            let earlier: Vec<Earlier<'_>> = earlier.iter().zip(&kept).map(|(text, kept)| Earlier { text, kept }).collect();
            let apart = rules.in_words(&earlier, &rules.hear(&text));
            prop_assert_eq!(apart, rules.in_whole(&earlier, &text, true));
        }
    }
}
