//! Words in brief, remembered from one text to the next.

use std::sync::Arc;

use super::Quick;
use crate::reading::{number_kinds, Numbers, Word};
use crate::ruleset::Ruleset;
use crate::walk::OTHER;

/// Words whose brief is remembered; beyond that all are forgotten.
pub(super) const MOST_WORDS: usize = 16_384;
const LONGEST_KEPT: usize = 16;
/// A word that nobody asks anything about but what its brief tells.
pub(super) const NO_WORD: u32 = u32::MAX;
/// One that is looked up among those of this text alone.
pub(super) const OF_TEXT: u32 = 1 << 31;

pub(super) const SINGLE: u8 = 1;
pub(super) const OPENS: u8 = 2;
pub(super) const CLOSES: u8 = 4;
/// It is read as several.
pub(super) const SEVERAL: u8 = 8;
const ODD: u8 = 16;

/// A word in a few bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub symbol: u32,
    pub word: u32,
    pub flags: u8,
    pub numbers: Numbers,
}

impl Quick {
    pub(super) fn full(&self, word: u32) -> Option<&Arc<Word>> {
        match word {
            NO_WORD => None,
            word if word & OF_TEXT != 0 => self.of_text.get((word ^ OF_TEXT) as usize),
            word => self.words.get(word as usize),
        }
    }

    /// A word in brief; None if it is an odd one.
    pub(super) fn known(&mut self, rules: &Ruleset, raw: &str) -> Option<Known> {
        if let Some(key) = key(raw) {
            if let Some(&known) = self.known.get(&key) {
                return (known.flags & ODD == 0).then_some(known);
            }
        }
        self.learn(rules, raw)
    }

    #[cold]
    fn learn(&mut self, rules: &Ruleset, raw: &str) -> Option<Known> {
        let mut read = std::mem::take(&mut self.raw_read);
        let strange = rules.vocabulary.strange(raw, &mut read);
        let symbol = if strange { self.ways.symbol(&rules.steps, &read) } else { OTHER };
        self.raw_read = read;
        if strange {
            let known = Known { symbol, word: NO_WORD, flags: 0, numbers: Numbers::NONE };
            if let Some(key) = key(raw) {
                self.known.insert(key, known);
            }
            return Some(known);
        }
        let word = rules.word(raw);
        let symbols: Vec<u32> = if word.cut.is_empty() {
            word.read.split(' ').map(|one| self.ways.symbol(&rules.steps, one)).collect()
        } else {
            let letters: Vec<char> = word.raw.chars().collect();
            let one = |&(from, to): &(usize, usize)| letters[from..to].iter().collect::<String>();
            word.cut.iter().map(|cut| self.ways.symbol(&rules.steps, &one(cut))).collect()
        };
        // Digits may be somebody's: they are not kept.
        let key = key(raw).filter(|_| raw.len() == 1 || raw.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let mut flags = flag(word.single.is_some(), SINGLE)
            | flag(word.opens, OPENS)
            | flag(word.closes, CLOSES)
            | flag(word.read.is_empty(), ODD)
            | flag(symbols.len() != 1, SEVERAL);
        if key.is_none() && symbols.len() != 1 {
            flags |= ODD;
        }
        let numbers = if word.number { number_kinds(raw, &rules.lexicon) } else { Numbers::NONE };
        let number = |count: usize| u32::try_from(count).unwrap_or(NO_WORD);
        let mut known = Known { symbol: symbols.first().copied().unwrap_or(OTHER), word: NO_WORD, flags, numbers };
        if flags & ODD == 0 {
            if symbols.len() != 1 {
                known.symbol = number(self.several.len());
                self.several.push(symbols.into());
            }
            if flags & (OPENS | CLOSES) != 0 {
                let words = if key.is_some() { &mut self.words } else { &mut self.of_text };
                known.word = number(words.len()) | if key.is_some() { 0 } else { OF_TEXT };
                words.push(word);
            }
        }
        if let Some(key) = key {
            self.known.insert(key, known);
        }
        (flags & ODD == 0).then_some(known)
    }
}

/// A short word as a number.
fn key(raw: &str) -> Option<u128> {
    let bytes = raw.as_bytes();
    if bytes.len() > LONGEST_KEPT {
        return None;
    }
    // No letter is 0: words of different lengths differ.
    let mut all = [0; LONGEST_KEPT];
    all[..bytes.len()].copy_from_slice(bytes);
    Some(u128::from_le_bytes(all))
}
