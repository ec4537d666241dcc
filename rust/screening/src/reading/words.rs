//! The words of a text, put together from its pieces: letters apart and words apart are joined, sentences and their parts marked.

use std::sync::Arc;

use crate::fold::{leet, lookalike};
use crate::rules::Lexicon;
use crate::vocabulary::Vocabulary;

use super::line::Letters;
use super::pieces::{Gap, Pieces};
use super::word::{latin, Word};
use super::Heard;

/// Letters apart that are looked at together.
const MOST_SPELLED: usize = 256;
/// Pieces that may together be one word.
const MOST_JOINED: usize = 4;

/// Where one token stands: in the view, and in the original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub at: u32,
    pub start: u32,
    pub end: u32,
    pub quoted: bool,
}

/// The words of a text. Invariant: `text` begins and ends with a space, and every token is followed by one.
#[derive(Debug)]
pub(crate) struct Words {
    pub text: String,
    pub tokens: Vec<Token>,
    /// Where in `text` a sentence begins, rising; the first is 0. Positions are those of the space before the first word.
    pub sentences: Vec<usize>,
    /// The same for parts of sentences: after a comma, or at a word such as `but`.
    pub clauses: Vec<usize>,
}

/// A piece whose word has been read, as part of what is read together.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub word: Arc<Word>,
    pub before: Gap,
    pub quoted: bool,
}

/// Where a part stands in the original; the letters of its text, and which of them is its first.
struct Place<'a> {
    start: u32,
    end: u32,
    letters: Option<(&'a Letters, usize)>,
}

/// Puts words together. What was said earlier goes first, then the text itself.
pub(crate) struct Writer<'a> {
    vocabulary: &'a Vocabulary,
    lexicon: &'a Lexicon,
    parts: Vec<(&'a Part, Gap, Place<'a>)>,
    /// What stands between the last part and what comes.
    carry: Gap,
    words: Words,
    joined: String,
}

impl<'a> Writer<'a> {
    pub fn new(vocabulary: &'a Vocabulary, lexicon: &'a Lexicon) -> Self {
        let words = Words { text: String::from(" "), tokens: Vec::new(), sentences: vec![0], clauses: vec![0] };
        Self { vocabulary, lexicon, parts: Vec::new(), carry: Gap::Sign, words, joined: String::new() }
    }

    /// A message of before: where its words stand is of no interest, they all end at 0.
    pub fn earlier(&mut self, parts: &'a [Part], trail: Gap) {
        self.all(parts.iter().map(|part| (part, Place { start: 0, end: 0, letters: None })), trail);
        // Whoever writes a sentence in pieces does not end it with each.
        self.carry = self.carry.and(Gap::Space);
    }

    /// The text itself. `shift` is added to every place.
    pub fn text(&mut self, heard: &'a Heard, shift: u32) {
        let Pieces { letters, all, trail } = &heard.pieces;
        let places = all.iter().map(|piece| Place {
            start: piece.start + shift,
            end: piece.end + shift,
            letters: Some((letters, piece.from)),
        });
        self.all(heard.parts.iter().zip(places), *trail);
    }

    fn all(&mut self, parts: impl Iterator<Item = (&'a Part, Place<'a>)>, trail: Gap) {
        let mut first = true;
        for (part, place) in parts {
            let before = if first { self.carry.and(part.before) } else { part.before };
            first = false;
            self.parts.push((part, before, place));
        }
        self.carry = if first { self.carry.and(trail) } else { trail };
    }

    pub fn finish(mut self) -> Words {
        let parts = std::mem::take(&mut self.parts);
        let bytes: usize = parts.iter().map(|(part, ..)| part.word.read.len() + 1).sum();
        self.words.text.reserve(bytes + 16);
        self.words.tokens.reserve(parts.len());
        let mut at = 0;
        while at < parts.len() {
            let (part, before, place) = &parts[at];
            self.gap(*before);
            let run = spelled(&parts[at..]);
            if run >= 3 {
                self.spelled_out(&parts[at..at + run]);
                at += run;
            } else if let Some(count) = self.join(&parts[at..]) {
                let whole = std::mem::take(&mut self.joined);
                let breaks = self.lexicon.breaks.contains(&whole);
                self.word(&whole, breaks, place.start, parts[at + count - 1].2.end, part.quoted);
                self.joined = whole;
                at += count;
            } else {
                self.whole(part, place);
                at += 1;
            }
        }
        if self.carry == Gap::Question {
            self.gap(Gap::Question);
        }
        self.words
    }

    fn gap(&mut self, gap: Gap) {
        let here = self.words.text.len() - 1;
        match gap {
            Gap::Stop | Gap::Dot
                if here > 0 && !self.words.text.ends_with(". ") && !self.words.text.ends_with("? ") =>
            {
                self.words.text.push_str(". ");
                self.sentence();
            }
            Gap::Question if here > 0 && !self.words.text.ends_with("? ") => {
                self.words.text.push_str("? ");
                self.sentence();
            }
            Gap::Comma => self.clause(here),
            _ => {}
        }
    }

    fn sentence(&mut self) {
        let here = self.words.text.len() - 1;
        self.words.sentences.push(here);
        self.clause(here);
    }

    fn clause(&mut self, here: usize) {
        if self.words.clauses.last() != Some(&here) {
            self.words.clauses.push(here);
        }
    }

    fn word(&mut self, word: &str, breaks: bool, start: u32, end: u32, quoted: bool) {
        if breaks {
            self.clause(self.words.text.len() - 1);
        }
        let at = u32::try_from(self.words.text.len()).unwrap_or(u32::MAX);
        self.words.tokens.push(Token { at, start, end, quoted });
        self.words.text.push_str(word);
        self.words.text.push(' ');
    }

    fn spelled_out(&mut self, parts: &[(&Part, Gap, Place<'_>)]) {
        let from: Vec<char> = parts.iter().filter_map(|(part, ..)| part.word.single).collect();
        let quoted = parts[0].0.quoted;
        let readings = [0, 1].map(|choice| {
            from.iter()
                .map(|&letter| {
                    let options = leet(letter);
                    options.get(choice.min(options.len().saturating_sub(1))).copied().unwrap_or(letter)
                })
                .map(|ch| lookalike(ch).unwrap_or(ch))
                .collect::<Vec<char>>()
        });
        for run in &readings {
            if let Some(cut) = self.vocabulary.cut(run) {
                for (from, to) in cut {
                    let word: String = run[from..to].iter().collect();
                    let breaks = self.lexicon.breaks.contains(&word);
                    self.word(&word, breaks, parts[from].2.start, parts[to - 1].2.end, quoted);
                }
                return;
            }
        }
        let whole = latin(&from.iter().collect::<String>(), self.vocabulary);
        let breaks = self.lexicon.breaks.contains(&whole);
        self.word(&whole, breaks, parts[0].2.start, parts[parts.len() - 1].2.end, quoted);
    }

    fn join(&mut self, parts: &[(&Part, Gap, Place<'_>)]) -> Option<usize> {
        let rest = parts[1..].iter().map(|(part, before, _)| (&*part.word, *before));
        joined(self.vocabulary, &parts[0].0.word, rest, &mut self.joined)
    }

    fn whole(&mut self, part: &Part, place: &Place<'_>) {
        let word = &part.word;
        if word.cut.is_empty() {
            self.word(&word.read, word.breaks, place.start, place.end, part.quoted);
            return;
        }
        let letters: Vec<char> = word.raw.chars().collect();
        for &(from, to) in &word.cut {
            let one: String = letters[from..to].iter().collect();
            let breaks = self.lexicon.breaks.contains(&one);
            let (start, end) = match place.letters {
                None => (place.start, place.end),
                // All places of a text are shifted alike.
                Some((letters, first)) => {
                    let shift = place.start - letters.place(first).0;
                    (letters.place(first + from).0 + shift, letters.place(first + to - 1).1 + shift)
                }
            };
            self.word(&one, breaks, start, end, part.quoted);
        }
    }
}

/// Letters and words with this between them may be one word.
pub(crate) fn is_apart(gap: Gap) -> bool {
    matches!(gap, Gap::Sign | Gap::Dot | Gap::Space)
}

/// How many pieces from the first on are together one known word, as in `su-icide`, `sui cide`; the word is in `whole` then.
pub(crate) fn joined<'a>(
    vocabulary: &Vocabulary,
    first: &Word,
    rest: impl Iterator<Item = (&'a Word, Gap)>,
    whole: &mut String,
) -> Option<usize> {
    for (count, (word, before)) in (1..MOST_JOINED).zip(rest) {
        if !is_apart(before) {
            return None;
        }
        if count == 1 {
            // Most words are not the beginning of another: nothing has to be put together then.
            let ends = before == Gap::Space && !word.closes && !first.read.is_empty();
            if !word.read.is_empty() && (!first.opens || ends) {
                return None;
            }
            whole.clear();
            whole.push_str(&first.read);
        }
        whole.push_str(&word.read);
        // Two words that are known as they are stay two.
        if first.known && word.known && !vocabulary.is_forgiven(whole) {
            return None;
        }
        let least = if before == Gap::Space { 6 } else { 4 };
        if whole.len() >= least && whole.chars().count() >= least && vocabulary.exactly(whole) {
            return Some(count + 1);
        }
        if before == Gap::Space {
            return None;
        }
    }
    None
}

/// How many pieces of one letter each follow each other here, as in `k i l l` or `k.i.l.l`.
fn spelled(parts: &[(&Part, Gap, Place<'_>)]) -> usize {
    let single = |part: &Part| part.word.single;
    if single(parts[0].0).is_none() {
        return 0;
    }
    let run = parts
        .iter()
        .enumerate()
        .take(MOST_SPELLED)
        .take_while(|(at, (part, before, _))| single(part).is_some() && (*at == 0 || is_apart(*before)))
        .count();
    let alphabetic = parts[..run].iter().filter(|(part, ..)| single(part).is_some_and(char::is_alphabetic)).count();
    if alphabetic * 2 > run {
        run
    } else {
        0
    }
}
