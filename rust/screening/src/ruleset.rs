//! Rules made ready: one automaton over the words of all of them, expressions only where it found what they need.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::brief::Quick;
use crate::clues::Clues;
use crate::conversation::Earlier;
use crate::fold::{letters, plain};
use crate::making::{Making, Ready, Spoken};
use crate::needs::{Met, Needs};
use crate::reading::{
    has_number, pieces, plain_pieces, plain_surface, surface, Gist, Heard, Part, Piece, Pieces, Reader, Surface, Word,
    Words, Writer, LONGEST_TOKEN,
};
use crate::rules::{Action, Class, Lexicon, Place, Rule, RuleError};
use crate::search::{Lazy, Search};
use crate::steps::Steps;
use crate::verdict::Verdict;
use crate::vocabulary::Vocabulary;

/// Expressions over the surface are tried on every text that has what they need: there may only be a few.
pub const MOST_EXPRESSIONS: usize = 256;
/// Phrases said over several messages are found if they lie in so many words.
pub(crate) const MOST_ACROSS: usize = 64;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Where a rule was hit, in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Place of the rule in the set.
    pub rule: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Immutable, but for what it remembers of words that it has read; any number of threads may read with it.
#[derive(Debug)]
pub struct Ruleset {
    /// No other set of this process has the same; none has 0.
    pub(crate) number: u64,
    pub(crate) lexicon: Lexicon,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) rules: Vec<Ready>,
    pub(crate) spoken: Vec<Spoken>,
    pub(crate) automaton: AhoCorasick,
    /// Which patterns each text of the automaton belongs to.
    pub(crate) wanted_by: Vec<Vec<usize>>,
    pub(crate) clues: Clues,
    /// Rules with expressions over the surface.
    pub(crate) surfaced: Vec<usize>,
    pub(crate) needs: Needs,
    pub(crate) any_conversation: bool,
    /// Words that a phrase said over several messages may span.
    pub(crate) across: usize,
    /// Whether a phrase over several messages asks about all of their surface.
    pub(crate) asks_surface: bool,
    pub(crate) steps: Steps,
    reader: Reader,
    quick: Mutex<Quick>,
}

impl Ruleset {
    /// Compiles rules.
    ///
    /// # Errors
    /// The first rule that cannot be used.
    pub fn new(rules: &[Rule], lexicon: Lexicon) -> Result<Self, RuleError> {
        let mut making = Making::new(&lexicon);
        let mut ids = HashSet::new();
        for (place, rule) in rules.iter().enumerate() {
            if !ids.insert(rule.id.as_str()) {
                return Err(RuleError { rule: rule.id.clone(), why: "there is another rule of this name".into() });
            }
            making.rule(place, rule).map_err(|why| RuleError { rule: rule.id.clone(), why })?;
        }
        let of_all = |error: aho_corasick::BuildError| RuleError { rule: "all".into(), why: error.to_string() };
        let Making { mut vocabulary, rules, spoken, texts, wanted_by, clues, mut steps, .. } = making;
        vocabulary.arrange(&lexicon);
        steps.arrange();
        let surfaced: Vec<usize> = (0..rules.len()).filter(|&at| !rules[at].expressions.is_empty()).collect();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts).map_err(of_all)?;
        let needs = Needs::new(surfaced.iter().map(|&at| rules[at].needs.as_slice())).map_err(of_all)?;
        let spans = spoken.iter().filter(|one| rules[one.rule].conversation).map(|one| one.words);
        let asks = |rule: &Ready| {
            rule.unless.iter().chain(&rule.only).any(|check| check.surface && check.place == Place::Message)
        };
        Ok(Self {
            number: NEXT.fetch_add(1, Relaxed),
            across: spans.max().unwrap_or(0).min(MOST_ACROSS),
            asks_surface: rules.iter().any(|rule| rule.conversation && asks(rule)),
            any_conversation: rules.iter().any(|rule| rule.conversation),
            lexicon,
            vocabulary,
            rules,
            spoken,
            automaton,
            wanted_by,
            clues,
            surfaced,
            needs,
            steps,
            reader: Reader::default(),
            quick: Mutex::default(),
        })
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A rule's id, class, action and share.
    #[must_use]
    pub fn about(&self, rule: usize) -> (&str, Class, Action, u16) {
        let rule = &self.rules[rule];
        (&rule.id, rule.class, rule.action, rule.share)
    }

    /// The words of a text as the rules see them.
    #[must_use]
    pub fn words(&self, text: &str) -> String {
        self.spoken_in(&self.hear(text)).text.trim().to_owned()
    }

    /// The surface of a text as the rules see it.
    #[must_use]
    pub fn surface(&self, text: &str) -> String {
        surface(&letters(text), &self.lexicon).text
    }

    /// The first hit of every rule that is hit, in the order of rules.
    #[must_use]
    pub fn hits(&self, text: &str) -> Vec<Hit> {
        self.hits_in(&self.hear(text))
    }

    /// The same over `earlier` (oldest first) and `text` together: what crosses from the one to the other, or lies in `text` alone.
    #[must_use]
    pub fn hits_after(&self, earlier: &[&str], text: &str) -> Vec<Hit> {
        let kept: Vec<_> = earlier.iter().map(|text| self.keep(self.hear(text))).collect();
        let earlier: Vec<_> = earlier.iter().zip(&kept).map(|(text, kept)| Earlier { text, kept }).collect();
        let heard = self.hear(text);
        let mut found = self.hits_in(&heard);
        self.hits_across(&earlier, text, &heard, &mut found);
        found
    }

    /// Reads a text, in every way that rules want it.
    pub(crate) fn hear(&self, text: &str) -> Heard {
        let Some(plain) = plain(text) else { return self.hear_any(text) };
        let pieces = plain_pieces(&plain);
        let parts = self.parts(&pieces);
        let same = if self.tells_number(&plain, &pieces, &parts) { None } else { plain_surface(plain) };
        let surface = same.unwrap_or_else(|| surface(&letters(text), &self.lexicon));
        self.heard(pieces, parts, surface)
    }

    fn hear_any(&self, text: &str) -> Heard {
        let folded = letters(text);
        let surface = surface(&folded, &self.lexicon);
        let pieces = pieces(text, folded);
        let parts = self.parts(&pieces);
        self.heard(pieces, parts, surface)
    }

    fn parts(&self, pieces: &Pieces) -> Vec<Part> {
        let mut reading = self.reader.open(&self.vocabulary, &self.lexicon, &self.clues);
        let read = |piece: &Piece| Part {
            word: reading.word(&pieces.letters.text(piece.from, piece.to)),
            before: piece.before,
            quoted: piece.quoted,
        };
        pieces.all.iter().map(read).collect()
    }

    fn heard(&self, pieces: Pieces, parts: Vec<Part>, surface: Surface) -> Heard {
        let met: Met = self.needs.met(&surface.text);
        let gist = Gist::new(&parts, pieces.trail, &self.vocabulary, &self.clues);
        Heard { pieces, parts, surface, met, gist }
    }

    /// Whether a number spelled as a word may be in a plain text. Its pieces are the letters in a row that a surface looks at, but
    /// where an apostrophe was left out, or one was too long.
    fn tells_number(&self, plain: &str, pieces: &Pieces, parts: &[Part]) -> bool {
        pieces.all.iter().zip(parts).any(|(piece, part)| {
            let (from, to) = (piece.start as usize, piece.end as usize);
            part.word.number
                || piece.to - piece.from >= LONGEST_TOKEN
                || (to - from != piece.to - piece.from && has_number(&plain[from..to], &self.lexicon))
        })
    }

    /// What its rules hit in a text that was heard.
    pub(crate) fn hits_in(&self, heard: &Heard) -> Vec<Hit> {
        let words = Lazy::new(Box::new(|| self.spoken_in(heard)));
        let mut search = Search::new(self, &words, &heard.surface);
        if !heard.gist.plain || self.clues.any(&heard.gist.present) {
            search.with(&heard.gist);
            search.words();
        }
        search.surface(heard.surface.digits, &heard.met);
        search.found()
    }

    /// The words of a text that was heard.
    pub(crate) fn spoken_in(&self, heard: &Heard) -> Words {
        let mut writer = Writer::new(&self.vocabulary, &self.lexicon);
        writer.text(heard, 0);
        writer.finish()
    }

    /// What reads texts the quick way.
    pub(crate) fn quick(&self) -> MutexGuard<'_, Quick> {
        self.quick.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing is hit in a text, told the quick way. False tells nothing.
    pub(crate) fn is_plain(&self, text: &str) -> bool {
        let mut quick = self.quick();
        quick.make_room();
        quick.read(self, text, None, false).is_some()
    }

    pub(crate) fn word(&self, raw: &str) -> Arc<Word> {
        self.reader.open(&self.vocabulary, &self.lexicon, &self.clues).word(raw)
    }

    /// The rules whose expressions have what they need.
    pub(crate) fn possible<'a>(&'a self, digits: usize, met: &'a Met) -> impl Iterator<Item = &'a Ready> {
        let ready = self.surfaced.iter().map(|&rule| &self.rules[rule]).enumerate();
        ready.filter(move |(at, rule)| digits >= rule.digits && met.has(*at)).map(|(_, rule)| rule)
    }

    /// What needs are met on a surface. None if an expression is hit there, unless that was `judged` already.
    pub(crate) fn met(&self, surface: &str, digits: usize, judged: bool) -> Option<Met> {
        let met = self.needs.met(surface);
        let hit =
            !judged && self.possible(digits, &met).any(|rule| rule.any.iter().any(|regex| regex.is_match(surface)));
        (!hit).then_some(met)
    }

    /// Counts the hits of a message, and which of them acted.
    pub(crate) fn count(&self, verdict: &Verdict) {
        for (hit, acted) in &verdict.hits {
            self.rules[hit.rule].seen.fetch_add(1, Relaxed);
            self.rules[hit.rule].acted.fetch_add(u64::from(*acted), Relaxed);
        }
    }

    /// Hits since the last call, of the rules that had any: id, how many, and how many of them acted.
    #[must_use]
    pub fn take_counts(&self) -> Vec<(String, u64, u64)> {
        self.rules
            .iter()
            .map(|rule| (rule.id.clone(), rule.seen.swap(0, Relaxed), rule.acted.swap(0, Relaxed)))
            .filter(|(_, seen, _)| *seen > 0)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::Condition;
    use crate::samples::words_and;

    static RULES: LazyLock<Ruleset> = LazyLock::new(rules);

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
        let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let pairs = |all: &[(&str, &str)]| all.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect();
        let lexicon = Lexicon {
            forgiven: words(&["suicide", "myself"]),
            numbers: pairs(&[("five", "5"), ("o", "0?"), ("double", "x2")]),
            aliases: pairs(&[("kms", "kill myself"), ("wanna", "want to")]),
            breaks: words(&["but"]).into_iter().collect(),
            ..Lexicon::default()
        };
        let all = [
            rule("one", &["kill myself", "want [to] die", "suicid*", "*cide"], &[(Place::Before, "dont")]),
            rule("two", &["(i|you) ~3 end (it|all)", "^ end it $", "? die"], &[(Place::Near, "game")]),
            rule("three", &["are you (there|ok) ?", "bye (all|cruel*) ~2 (*world|every one)"], &[]),
            rule("four", &[r"re:5[ ]?5", r"re:but i"], &[]),
        ];
        Ruleset::new(&all, lexicon).unwrap()
    }

    fn texts() -> impl Strategy<Value = String> {
        let part = prop::sample::select(words_and(&[
            "cruelly",
            "underworld",
            "every",
            "one",
            "kms",
            "wanna",
            "five",
            "o'clock",
            "double",
            "5",
            "d'o",
            " ",
            "'",
            "\"",
            "#",
            "@",
            "-",
            "A",
            "I",
            "aI",
            "$",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ]));
        let glue = prop::sample::select(vec![" ", " ", " ", ""]);
        prop::collection::vec((part, glue), 0..14)
            .prop_map(|parts| parts.into_iter().flat_map(|(part, glue)| [part, glue]).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_not_searched_holds_nothing(text in texts()) {
            let rules = &*RULES;
            let heard = rules.hear(&text);
            let words = Lazy::new(Box::new(|| rules.spoken_in(&heard)));
            let mut search = Search::new(rules, &words, &heard.surface);
            search.words();
            search.surface(heard.surface.digits, &heard.met);
            prop_assert_eq!(rules.hits(&text), search.found());
        }

        #[test]
        fn a_plain_text_is_read_as_any_other(text in texts()) {
            let rules = &*RULES;
            let (heard, other) = (rules.hear(&text), rules.hear_any(&text));
            prop_assert_eq!(format!("{:?}", heard.parts), format!("{:?}", other.parts));
            let places = |heard: &Heard| {
                let letters = &heard.pieces.letters;
                let all = heard.pieces.all.iter();
                let of = |piece: &Piece| (piece.start, piece.end, (piece.from..piece.to).map(|at| letters.place(at)).collect());
                all.map(of).collect::<Vec<(u32, u32, Vec<_>)>>()
            };
            prop_assert_eq!(places(&heard), places(&other));
            prop_assert_eq!(heard.pieces.trail, other.pieces.trail);
            let surface = |heard: &Heard| {
                let seen = &heard.surface;
                let places: Vec<_> = (0..seen.text.len()).map(|at| seen.place(at)).collect();
                (seen.text.clone(), places, seen.digits, seen.open)
            };
            prop_assert_eq!(surface(&heard), surface(&other));
        }
    }
}
