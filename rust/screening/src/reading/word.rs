//! One word with its disguise undone. Most words of a text were read before, in another: those are remembered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

use crate::clues::{Clues, Mark};
use crate::fold::{leet, lookalike, UNSURE};
use crate::rules::Lexicon;
use crate::vocabulary::Vocabulary;

use super::pieces::is_blot;

const MOST_SPELLINGS: usize = 64;
/// Of a word with digits and signs: each of these is looked up by itself, with runs of letters taken for one or two, and for slips.
const MOST_LEET: usize = 8;
/// Words that are remembered; beyond that the half is forgotten that was read the longest ago.
const MOST_REMEMBERED: usize = 16_384;
/// A shorter word is not cut into others.
const SHORTEST_CUT: usize = 8;

/// A piece of a text by itself, whoever wrote it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is an answer of its own, asked for every word of every text.
pub(crate) struct Word {
    /// As it stands, folded.
    pub raw: Arc<str>,
    /// With its disguise undone, if a known word is behind it.
    pub read: Box<str>,
    /// Whether rules know what it was read as,
    pub known: bool,
    /// and whether a new part of a sentence begins with it.
    pub breaks: bool,
    /// Its letter, if it is one alone that may be part of a word spelled out.
    pub single: Option<char>,
    /// The known words that it is made of, as letters from and to; empty if it is none such.
    pub cut: Box<[(usize, usize)]>,
    /// What it is to the patterns, word for word of what it is read as.
    pub marks: Box<[Mark]>,
    /// Whether known words begin with it and go on,
    pub opens: bool,
    /// or end with it after something else.
    pub closes: bool,
    /// Whether a number spelled as a word is in it.
    pub number: bool,
}

/// Words read lately. Only those of letters alone and single signs: what may be somebody's number is not kept.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    known: Mutex<Remembered>,
}

type Known = HashMap<Arc<str>, Arc<Word>>;

/// In two generations: what is read again moves to the later one, and when that is full, the other is forgotten.
#[derive(Debug, Default)]
struct Remembered {
    later: Known,
    former: Known,
}

/// For reading one text.
pub(crate) struct Reading<'a> {
    known: MutexGuard<'a, Remembered>,
    // Behind the lock: it is let go of first.
    gone: Option<Known>,
    vocabulary: &'a Vocabulary,
    lexicon: &'a Lexicon,
    clues: &'a Clues,
}

impl Reader {
    pub fn open<'a>(&'a self, vocabulary: &'a Vocabulary, lexicon: &'a Lexicon, clues: &'a Clues) -> Reading<'a> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Reading { known, gone: None, vocabulary, lexicon, clues }
    }
}

impl Reading<'_> {
    pub fn word(&mut self, raw: &str) -> Arc<Word> {
        if let Some(known) = self.known.later.get(raw) {
            return Arc::clone(known);
        }
        if let Some(known) = self.known.former.remove(raw) {
            self.keep(&known);
            return known;
        }
        let word = Arc::new(Word::new(raw, self.vocabulary, self.lexicon, self.clues));
        if raw.len() == 1 || raw.chars().all(char::is_alphabetic) {
            self.keep(&word);
        }
        word
    }

    fn keep(&mut self, word: &Arc<Word>) {
        if self.known.later.len() >= MOST_REMEMBERED / 2 {
            let former = std::mem::take(&mut self.known.later);
            // A text long enough for a second one frees the first at once.
            self.gone = Some(std::mem::replace(&mut self.known.former, former));
        }
        self.known.later.insert(Arc::clone(&word.raw), Arc::clone(word));
    }
}

impl Word {
    pub(crate) fn new(raw: &str, vocabulary: &Vocabulary, lexicon: &Lexicon, clues: &Clues) -> Self {
        let read = undisguised(raw, vocabulary);
        let read = lexicon.aliases.get(&read).cloned().unwrap_or(read);
        let known = vocabulary.has(&read);
        let letters: Vec<char> = raw.chars().collect();
        let single = match letters[..] {
            [ch] if ch.is_alphabetic() || !leet(ch).is_empty() => Some(ch),
            _ => None,
        };
        let plain = letters.len() >= SHORTEST_CUT && letters.iter().all(|ch| ch.is_alphabetic());
        let cut = if plain && !known { vocabulary.cut_whole(&letters) } else { None }.unwrap_or_default();
        let marks = if cut.is_empty() {
            read.split(' ').map(|word| clues.mark(word)).collect()
        } else {
            cut.iter().map(|&(from, to)| clues.mark(&letters[from..to].iter().collect::<String>())).collect()
        };
        Self {
            raw: raw.into(),
            known,
            breaks: lexicon.breaks.contains(&read),
            opens: vocabulary.opens(&read),
            closes: vocabulary.closes(&read),
            marks,
            number: has_number(raw, lexicon),
            read: read.into(),
            single,
            cut: cut.into(),
        }
    }
}

/// Whether letters in a row, between what is none, are a number spelled as a word, or say how often the next one counts.
pub(crate) fn has_number(text: &str, lexicon: &Lexicon) -> bool {
    text.split(|ch: char| !ch.is_alphabetic()).any(|run| lexicon.numbers.contains_key(run))
}

/// What numbers spelled as words are in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Digits,
    pub counts: bool,
    /// those that are digits only after another,
    pub counts_after: bool,
    /// and how often the next one counts.
    pub times: bool,
}

impl Numbers {
    pub const NONE: Self = Self { counts: false, counts_after: false, times: false };

    pub fn and(self, other: Self) -> Self {
        Self {
            counts: self.counts | other.counts,
            counts_after: self.counts_after | other.counts_after,
            times: self.times | other.times,
        }
    }
}

/// Which of them are in letters in a row.
pub(crate) fn number_kinds(text: &str, lexicon: &Lexicon) -> Numbers {
    let runs = text.split(|ch: char| !ch.is_alphabetic());
    runs.filter_map(|run| lexicon.numbers.get(run)).fold(Numbers::NONE, |all, value| {
        let (times, after) = (value.starts_with('x'), value.ends_with('?'));
        all.and(Numbers { counts: !times && !after, counts_after: !times && after, times })
    })
}

fn undisguised(raw: &str, vocabulary: &Vocabulary) -> String {
    let word = latin(raw, vocabulary);
    if vocabulary.exactly(&word) || word.is_empty() {
        return word;
    }
    if word.chars().any(is_blot) {
        let blotted: String = word.chars().map(|ch| if is_blot(ch) { '*' } else { ch }).collect();
        if let Some(known) = vocabulary.uncovered(&blotted) {
            return known.to_owned();
        }
    }
    if word.chars().any(|ch| !ch.is_alphabetic()) && word.chars().any(char::is_alphabetic) {
        if let Some(known) = unleeted(&word, vocabulary) {
            return known;
        }
        return word.replace(UNSURE, "i");
    }
    let shorter = shortenings(&word, MOST_SPELLINGS);
    if let Some(known) = shorter.iter().find(|shorter| vocabulary.exactly(shorter)) {
        return known.clone();
    }
    if let Some(known) = shorter.iter().find_map(|shorter| vocabulary.corrected(shorter)) {
        return known.to_owned();
    }
    if let Some(known) = vocabulary.corrected(&word) {
        return known.to_owned();
    }
    if vocabulary.has(&word) {
        return word;
    }
    if has_run(&word, 3) && word.chars().all(char::is_alphabetic) {
        return shortened(&word, 1);
    }
    word
}

/// Look-alikes of other scripts among Latin letters, or instead of all of them where that makes a known word.
pub(super) fn latin(word: &str, vocabulary: &Vocabulary) -> String {
    if word.is_ascii() || !word.chars().any(|ch| lookalike(ch).is_some()) {
        return word.to_owned();
    }
    let mapped: String = word.chars().map(|ch| lookalike(ch).unwrap_or(ch)).collect();
    let mixed = word.chars().any(|ch| ch.is_ascii_alphabetic());
    if mixed || (mapped.is_ascii() && vocabulary.has(&mapped)) {
        mapped
    } else {
        word.to_owned()
    }
}

fn unleeted(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    let mut spellings = vec![String::new()];
    for ch in word.chars() {
        let options = if ch.is_alphabetic() { &[] } else { leet(ch) };
        let options = if options.is_empty() { std::slice::from_ref(&ch) } else { options };
        // Beyond that, signs stand for the likeliest letter alone.
        let options = if spellings.len() * options.len() > MOST_LEET { &options[..1] } else { options };
        spellings =
            spellings.iter().flat_map(|start| options.iter().map(move |option| format!("{start}{option}"))).collect();
    }
    let room = MOST_LEET / spellings.len();
    spellings.into_iter().find_map(|spelling| {
        if vocabulary.has(&spelling) {
            return Some(spelling);
        }
        let shorter = shortenings(&spelling, room).into_iter().find(|word| vocabulary.has(word));
        shorter.or_else(|| vocabulary.corrected(&spelling).map(str::to_owned))
    })
}

/// Runs of a letter cut down to at most so many.
pub(crate) fn shortened(word: &str, most: usize) -> String {
    let mut short = String::with_capacity(word.len());
    let (mut last, mut run) = (None, 0);
    for ch in word.chars() {
        run = if last == Some(ch) { run + 1 } else { 1 };
        last = Some(ch);
        if run <= most {
            short.push(ch);
        }
    }
    short
}

/// The ways to take the runs of a word for one letter or two, no more than about so many.
fn shortenings(word: &str, most: usize) -> Vec<String> {
    if !has_run(word, 2) {
        return Vec::new();
    }
    let mut all = vec![String::new()];
    let mut runs = Vec::<(char, usize)>::new();
    for ch in word.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == ch => *count += 1,
            _ => runs.push((ch, 1)),
        }
    }
    for (ch, count) in runs {
        let both = count > 1 && all.len() < most;
        let ones: Vec<String> =
            if both { all.iter().map(|start| format!("{start}{ch}")).collect() } else { Vec::new() };
        for start in &mut all {
            start.extend(std::iter::repeat_n(ch, count.min(2)));
        }
        all.extend(ones);
    }
    all.retain(|shorter| shorter != word);
    all
}

pub(crate) fn has_run(word: &str, length: usize) -> bool {
    let (mut last, mut run) = (None, 0);
    word.chars().any(|ch| {
        run = if last == Some(ch) { run + 1 } else { 1 };
        last = Some(ch);
        run >= length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word of small letters alone, another for each number.
    fn spelled(mut number: usize) -> String {
        let mut word = String::from("q");
        for _ in 0..6 {
            word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        word
    }

    #[test]
    fn the_words_read_the_longest_ago_are_forgotten() {
        let (reader, vocabulary, lexicon, clues) =
            (Reader::default(), Vocabulary::default(), Lexicon::default(), Clues::default());
        let read = |raw: &str| reader.open(&vocabulary, &lexicon, &clues).word(raw);
        let (often, once) = (read("often"), read("once"));
        let mut most = 0;
        for number in 0..3 * MOST_REMEMBERED {
            let raw = spelled(number);
            let word = read(&raw);
            assert!(Arc::ptr_eq(&word, &read(&raw)), "what was read last is remembered");
            if number % 1000 == 0 {
                let fresh = Word::new(&raw, &vocabulary, &lexicon, &clues);
                assert_eq!(format!("{word:?}"), format!("{fresh:?}"));
                assert!(Arc::ptr_eq(&often, &read("often")), "and so is what is read time and again");
            }
            let known = reader.known.lock().unwrap();
            most = most.max(known.later.len() + known.former.len());
            // There is never a moment when all is forgotten.
            assert!(number < MOST_REMEMBERED || known.later.len() + known.former.len() >= MOST_REMEMBERED / 2);
        }
        assert!(most <= MOST_REMEMBERED && most > MOST_REMEMBERED * 9 / 10, "{most}");
        let again = read("once");
        assert!(!Arc::ptr_eq(&once, &again));
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }

    #[test]
    fn what_may_be_a_number_is_not_remembered() {
        let (reader, vocabulary, lexicon, clues) =
            (Reader::default(), Vocabulary::default(), Lexicon::default(), Clues::default());
        for raw in ["a1", "5551234", "k!ll", "55"] {
            reader.open(&vocabulary, &lexicon, &clues).word(raw);
        }
        let known = reader.known.lock().unwrap();
        assert!(known.later.is_empty() && known.former.is_empty());
    }
}
