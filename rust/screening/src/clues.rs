//! Which patterns may match at all, told from words alone: most texts need no search then.
//!
//! A *clue* is a text that a pattern cannot match without: a word, the beginning or end of one, or a whole phrase. Each word knows the clues that
//! it is, from when it was first read. What is told here is never too little: what no clue points at does not match.

use std::collections::BTreeSet;

use foldhash::HashMap;

/// A word that no phrase holds,
const OTHER: u32 = 0;
/// and the signs between sentences.
pub(crate) const STOP: u32 = 1;
pub(crate) const QUESTION: u32 = 2;
const FIRST_WORD: u32 = 3;

/// Clues by number, rising.
pub(crate) type Present = Vec<u32>;

/// What a word is to the patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark {
    /// Its number among the words of phrases.
    pub id: u32,
    /// Whether a phrase begins with it.
    pub heads: bool,
    /// The clues that it is by itself.
    pub says: Box<[u32]>,
}

/// Parts of words of these lengths in bytes, with their clues.
#[derive(Debug, Default)]
pub(crate) struct Partial {
    clues: HashMap<Box<str>, u32>,
    lengths: BTreeSet<usize>,
}

/// A pattern by its clues.
#[derive(Debug)]
struct Wanted {
    /// A phrase is there when its clue is.
    phrase: bool,
    conversation: bool,
    /// One of each of these must be there besides.
    besides: Box<[Box<[u32]>]>,
}

#[derive(Debug, Default)]
pub(crate) struct Clues {
    words: HashMap<Box<str>, u32>,
    whole: HashMap<Box<str>, u32>,
    beginnings: Partial,
    endings: Partial,
    /// From a place in phrases and the next word to the next place, and the phrase that ends there.
    steps: HashMap<(u32, u32), (u32, Option<u32>)>,
    places: u32,
    phrases: HashMap<Box<str>, u32>,
    patterns: Vec<Wanted>,
    /// By clue: the patterns that are looked at when it is there.
    wanted_by: Vec<Vec<u32>>,
    /// By clue: whether a pattern of conversations asks for it.
    across: Vec<bool>,
    /// Words of the longest phrase of a conversation.
    longest: usize,
}

impl Clues {
    /// Learns the next pattern. It is there only if one of `first` is, and one of each of `besides`; each as [`crate::pattern::Matcher`] has them.
    pub fn learn(&mut self, phrase: bool, conversation: bool, first: &[String], besides: &[Vec<String>]) {
        let pattern = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        if phrase && conversation {
            let words = first.iter().map(|text| text.split_whitespace().count());
            self.longest = self.longest.max(words.max().unwrap_or(0));
        }
        let mut all: Vec<(f64, Box<[u32]>)> = std::iter::once(first)
            .chain(besides.iter().map(Vec::as_slice))
            .map(|texts| {
                let clues: BTreeSet<u32> = texts.iter().map(|text| self.clue(text, conversation)).collect();
                (texts.iter().map(|text| commonness(text)).sum(), clues.into_iter().collect())
            })
            .collect();
        // What is seldom there is asked about first.
        all.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let mut all = all.into_iter().map(|(_, clues)| clues);
        for &clue in &all.next().unwrap_or_default() {
            self.wanted_by[clue as usize].push(pattern);
        }
        let besides = all.collect();
        self.patterns.push(Wanted { phrase, conversation, besides });
    }

    fn clue(&mut self, text: &str, conversation: bool) -> u32 {
        let next = u32::try_from(self.wanted_by.len()).unwrap_or(u32::MAX);
        let word = text.trim_matches(' ');
        let clue = if !text.starts_with(' ') {
            self.endings.add(word, next)
        } else if !text.ends_with(' ') {
            self.beginnings.add(word, next)
        } else if word.contains(' ') || word == "?" {
            let clue = *self.phrases.entry(word.into()).or_insert(next);
            if clue == next {
                self.phrase(word, next);
            }
            clue
        } else {
            *self.whole.entry(word.into()).or_insert(next)
        };
        if clue == next {
            self.wanted_by.push(Vec::new());
            self.across.push(false);
        }
        self.across[clue as usize] |= conversation;
        clue
    }

    fn phrase(&mut self, phrase: &str, clue: u32) {
        let mut place = 0;
        let mut words = phrase.split(' ').peekable();
        while let Some(word) = words.next() {
            let next = FIRST_WORD + u32::try_from(self.words.len()).unwrap_or(u32::MAX - FIRST_WORD);
            let id = if word == "?" { QUESTION } else { *self.words.entry(word.into()).or_insert(next) };
            if !self.steps.contains_key(&(place, id)) {
                self.places += 1;
                self.steps.insert((place, id), (self.places, None));
            }
            if let Some(step) = self.steps.get_mut(&(place, id)) {
                if words.peek().is_none() {
                    step.1 = Some(clue);
                }
                place = step.0;
            }
        }
    }

    /// What a word is.
    pub fn mark(&self, word: &str) -> Mark {
        let id = self.words.get(word).copied().unwrap_or(OTHER);
        let mut says: Vec<u32> = self.whole.get(word).copied().into_iter().collect();
        says.extend(self.beginnings.begin(word));
        says.extend(self.endings.end(word));
        Mark { id, heads: id != OTHER && self.steps.contains_key(&(0, id)), says: says.into() }
    }

    /// Words that a phrase of a conversation may have on either side of a border.
    pub fn reach(&self) -> usize {
        self.longest.saturating_sub(1)
    }

    /// The phrases that begin at one of `ids`.
    pub fn phrases_from<'a>(&'a self, ids: &'a [u32]) -> impl Iterator<Item = (usize, u32)> + 'a {
        let mut place = 0;
        let steps = ids.iter().enumerate().map_while(move |(at, &id)| {
            let &(next, clue) = self.steps.get(&(place, id))?;
            place = next;
            Some(clue.map(|clue| (at, clue)))
        });
        steps.flatten()
    }

    /// Only those clues that patterns of conversations ask for.
    pub fn across(&self, present: &[u32]) -> Box<[u32]> {
        present.iter().copied().filter(|&clue| self.across[clue as usize]).collect()
    }

    /// Whether a phrase is one of a conversation's.
    pub fn is_across(&self, clue: u32) -> bool {
        self.across[clue as usize]
    }

    /// Whether a pattern may match where these clues are.
    pub fn any(&self, present: &[u32]) -> bool {
        let there = self.there(present);
        present.iter().any(|&clue| {
            self.wanted_by[clue as usize].iter().any(|&pattern| self.patterns[pattern as usize].holds(&there))
        })
    }

    /// Whether a pattern of a conversation that has gaps may match where these clues are, over all messages together.
    pub fn any_across(&self, present: &[u32]) -> bool {
        let there = self.there(present);
        present.iter().any(|&clue| {
            self.wanted_by[clue as usize].iter().any(|&pattern| {
                let pattern = &self.patterns[pattern as usize];
                pattern.conversation && !pattern.phrase && pattern.holds(&there)
            })
        })
    }

    /// Whether this pattern may match where these clues are, if one that it is looked at for is among them.
    pub fn may(&self, pattern: usize, there: &There) -> bool {
        self.patterns[pattern].holds(there)
    }

    pub fn there(&self, present: &[u32]) -> There {
        let mut there = There(vec![0; self.wanted_by.len().div_ceil(64)]);
        for &clue in present {
            there.0[clue as usize / 64] |= 1 << (clue % 64);
        }
        there
    }
}

/// One bit for each clue: whether it is there.
pub(crate) struct There(Vec<u64>);

impl Wanted {
    fn holds(&self, there: &There) -> bool {
        self.besides.iter().all(|clues| clues.iter().any(|&clue| there.0[clue as usize / 64] & (1 << (clue % 64)) != 0))
    }
}

/// About how often a text stands in others: short words are the common ones.
fn commonness(text: &str) -> f64 {
    let letters = text.chars().filter(|ch| !ch.is_whitespace()).count();
    0.25_f64.powi(i32::try_from(letters).unwrap_or(i32::MAX))
}

impl Partial {
    pub fn add(&mut self, part: &str, next: u32) -> u32 {
        self.lengths.insert(part.len());
        *self.clues.entry(part.into()).or_insert(next)
    }

    /// Those that a word begins with,
    pub fn begin<'a>(&'a self, word: &'a str) -> impl Iterator<Item = u32> + 'a {
        let lengths = self.lengths.range(..=word.len());
        lengths.filter_map(|&length| word.get(..length).and_then(|part| self.clues.get(part)).copied())
    }

    /// and those that it ends with.
    pub fn end<'a>(&'a self, word: &'a str) -> impl Iterator<Item = u32> + 'a {
        let lengths = self.lengths.range(..=word.len());
        lengths.filter_map(|&length| word.get(word.len() - length..).and_then(|part| self.clues.get(part)).copied())
    }
}
