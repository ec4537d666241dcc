//! The words that rules know. A disguise is undone only where that gives one of them, so an ordinary text stays as it is.

use foldhash::{HashMap, HashSet};

use crate::rules::Lexicon;
use crate::strange::Strange;

/// Words shorter than this are never corrected: too many honest words are one letter away.
const SHORTEST_CORRECTED: usize = 4;
/// Of these only two neighbours may be swapped.
const SHORT: usize = 4;
pub(crate) const LONGEST: usize = 24;

#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: HashSet<Box<str>>,
    /// The same in their order, and in that of their letters from the last to the first.
    forwards: Vec<Box<str>>,
    backwards: Vec<Box<str>>,
    /// Beginnings of words, from patterns such as `suicid*`.
    stems: HashSet<Box<str>>,
    longest_stem: usize,
    /// Each word to be found in spite of a slip, under every spelling that lacks one of its letters.
    slips: HashMap<Box<str>, Vec<Box<str>>>,
    /// Words by their first letter and length, for those with letters blotted out.
    by_shape: HashMap<(char, usize), Vec<Box<str>>>,
    strange: Strange,
}

impl Vocabulary {
    pub fn add(&mut self, word: &str) {
        let count = word.chars().count();
        let Some(first) = word.chars().next() else { return };
        if count <= LONGEST && self.words.insert(word.into()) {
            self.strange.name(word);
            if count >= 3 {
                self.by_shape.entry((first, count)).or_default().push(word.into());
            }
        }
    }

    pub fn add_stem(&mut self, stem: &str) {
        self.longest_stem = self.longest_stem.max(stem.chars().count());
        self.stems.insert(stem.into());
        self.strange.stem(stem);
    }

    /// Finds this word also with one letter wrong, missing, doubled or swapped.
    pub fn forgive(&mut self, word: &str) {
        self.add(word);
        self.strange.forgive(word);
        for variant in lacking_one(word).chain(std::iter::once(word.to_owned())) {
            self.slips.entry(variant.into()).or_default().push(word.into());
        }
    }

    /// Whether rules name this very word.
    pub fn exactly(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether it is one of those found in spite of slips.
    pub fn is_forgiven(&self, word: &str) -> bool {
        self.slips.get(word).is_some_and(|meant| meant.iter().any(|one| one.as_ref() == word))
    }

    /// After the last word was added: for [`Vocabulary::opens`], [`Vocabulary::closes`] and [`Vocabulary::strange`].
    pub fn arrange(&mut self, lexicon: &Lexicon) {
        let named = lexicon.aliases.keys().chain(lexicon.numbers.keys()).chain(&lexicon.breaks);
        named.for_each(|word| self.strange.name(word));
        self.strange.arrange();
        self.forwards = self.words.iter().cloned().collect();
        self.backwards = self.words.iter().map(|word| reversed(word).into()).collect();
        self.forwards.sort_unstable();
        self.backwards.sort_unstable();
    }

    /// Whether a longer word begins with this.
    pub fn opens(&self, word: &str) -> bool {
        goes_on(&self.forwards, word)
    }

    /// Whether a longer word ends with this.
    pub fn closes(&self, word: &str) -> bool {
        goes_on(&self.backwards, &reversed(word))
    }

    /// See [`Strange::is`].
    pub fn strange(&self, word: &str, read: &mut String) -> bool {
        self.strange.is(word, self, read)
    }

    pub fn has(&self, word: &str) -> bool {
        self.words.contains(word) || self.begins(word)
    }

    fn begins(&self, word: &str) -> bool {
        if self.stems.is_empty() {
            return false;
        }
        word.char_indices()
            .map(|(at, ch)| at + ch.len_utf8())
            .take(self.longest_stem)
            .skip(3)
            .any(|end| self.stems.contains(&word[..end]))
    }

    /// The word that this one is a slip of.
    pub fn corrected(&self, word: &str) -> Option<&str> {
        let count = word.chars().count();
        if !(SHORTEST_CORRECTED..=LONGEST).contains(&count) {
            return None;
        }
        let meant = |variant: &str| {
            let fits = |meant: &&str| one_slip(word, meant) && (count > SHORT || is_swap(word, meant));
            self.slips.get(variant)?.iter().map(AsRef::as_ref).find(fits)
        };
        let mut variant = String::with_capacity(word.len());
        meant(word).or_else(|| {
            word.char_indices().find_map(|(at, ch)| {
                variant.clear();
                variant.push_str(&word[..at]);
                variant.push_str(&word[at + ch.len_utf8()..]);
                meant(&variant)
            })
        })
    }

    /// The word behind one with letters blotted out, as in `k*ll`.
    pub fn uncovered(&self, blotted: &str) -> Option<&str> {
        let first = blotted.chars().next()?;
        let count = blotted.chars().count();
        self.by_shape
            .get(&(first, count))?
            .iter()
            .find(|word| word.chars().zip(blotted.chars()).all(|(ours, theirs)| theirs == '*' || ours == theirs))
            .map(AsRef::as_ref)
    }

    /// Cuts a run of letters into known words. Letters that belong to none are kept together. None if no word of three letters is in it.
    pub fn cut(&self, run: &[char]) -> Option<Vec<(usize, usize)>> {
        let (ways, known) = self.ways(run);
        (known >= 3).then_some(ways)
    }

    /// Cuts a word into known ones without a rest; single letters count only where they are words of their own (`i`, `a`).
    pub fn cut_whole(&self, run: &[char]) -> Option<Vec<(usize, usize)>> {
        if !self.is_made_of_words(run) {
            return None;
        }
        let (pieces, _) = self.ways(run);
        let whole = pieces.iter().all(|&(from, to)| self.words.contains(text(&run[from..to]).as_str()));
        let least = pieces.iter().map(|(from, to)| to - from).min().unwrap_or(0);
        (whole && (pieces.len() >= 3 || (pieces.len() == 2 && least >= 4))).then_some(pieces)
    }

    /// Whether there is any cut into known words alone: for most words that is soon told, and which is the best need not be asked.
    fn is_made_of_words(&self, run: &[char]) -> bool {
        let whole = text(run);
        let mut places: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
        places.push(whole.len());
        let mut reached = vec![false; places.len()];
        reached[0] = true;
        for from in 0..run.len() {
            if reached[from] {
                for to in from + 1..=run.len().min(from + LONGEST) {
                    reached[to] = reached[to] || self.words.contains(&whole[places[from]..places[to]]);
                }
            }
        }
        reached[run.len()]
    }

    /// The cut with the fewest letters outside of known words, then the fewest pieces; and the length of its longest known word.
    fn ways(&self, run: &[char]) -> (Vec<(usize, usize)>, usize) {
        /// Long words are likelier than short ones that add up to them; a letter outside of words is the worst.
        const OUTSIDE: u32 = 10_000;
        const WORD: u32 = 1_000;
        let mut best: Vec<(u32, usize, bool)> = vec![(0, 0, false)];
        for to in 1..=run.len() {
            let (cost, _, outside) = best[to - 1];
            // A letter outside of words joins those before it: one piece.
            let mut found = (cost + OUTSIDE + u32::from(!outside), to - 1, true);
            let mut word = String::new();
            for from in (to.saturating_sub(LONGEST)..to).rev() {
                word.clear();
                word.extend(&run[from..to]);
                let alone = to - from == 1 && !matches!(run[from], 'i' | 'a' | 'y' | 'u');
                let length = u32::try_from(to - from).unwrap_or(0);
                let cost = best[from].0 + WORD - length * length;
                if !alone && self.words.contains(word.as_str()) && cost < found.0 {
                    found = (cost, from, false);
                }
            }
            best.push(found);
        }
        let (mut pieces, mut to, mut longest): (Vec<(usize, usize)>, _, _) = (Vec::new(), run.len(), 0);
        while to > 0 {
            let (_, from, outside) = best[to];
            match pieces.last_mut() {
                Some(last)
                    if outside
                        && best[to].2
                        && last.0 == to
                        && best.get(last.1).is_some_and(|b| b.2 && b.1 + 1 == last.1) =>
                {
                    last.0 = from;
                }
                _ => pieces.push((from, to)),
            }
            if !outside {
                longest = longest.max(to - from);
            }
            to = from;
        }
        pieces.reverse();
        (pieces, longest)
    }
}

fn text(letters: &[char]) -> String {
    letters.iter().collect()
}

fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}

/// Whether one of these, which are in order, is longer than `start` and begins with it.
fn goes_on(sorted: &[Box<str>], start: &str) -> bool {
    sorted.get(sorted.partition_point(|word| word.as_ref() <= start)).is_some_and(|word| word.starts_with(start))
}

fn lacking_one(word: &str) -> impl Iterator<Item = String> + '_ {
    word.char_indices().map(|(at, ch)| {
        let mut without = String::with_capacity(word.len());
        without.push_str(&word[..at]);
        without.push_str(&word[at + ch.len_utf8()..]);
        without
    })
}

fn is_swap(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// Whether one insertion, deletion, substitution or swap of neighbours makes the one of the other.
fn one_slip(ours: &str, theirs: &str) -> bool {
    let (ours, theirs): (Vec<char>, Vec<char>) = (ours.chars().collect(), theirs.chars().collect());
    let same_start = ours.iter().zip(&theirs).take_while(|(one, other)| one == other).count();
    let (ours, theirs) = (&ours[same_start..], &theirs[same_start..]);
    let same_end = ours.iter().rev().zip(theirs.iter().rev()).take_while(|(one, other)| one == other).count();
    match (&ours[..ours.len() - same_end], &theirs[..theirs.len() - same_end]) {
        ([] | [_], [] | [_]) => true,
        ([first, second], [other_first, other_second]) => first == other_second && second == other_first,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_letter() {
        for (a, b) in [("suicide", "sucide"), ("suicide", "suicdie"), ("suicide", "suiicide"), ("suicide", "suicode")] {
            assert!(one_slip(a, b), "{a} {b}");
        }
        assert!(!one_slip("suicide", "scuid"));
        assert!(!one_slip("suicide", "seaside"));
    }

    #[test]
    fn a_run_is_cut_into_known_words() {
        let mut vocabulary = Vocabulary::default();
        for word in ["i", "want", "to", "kill", "myself"] {
            vocabulary.add(word);
        }
        let cut = |run: &str| {
            let run: Vec<char> = run.chars().collect();
            vocabulary.cut(&run).map(|pieces| pieces.iter().map(|&(a, b)| text(&run[a..b])).collect::<Vec<_>>())
        };
        assert_eq!(cut("iwanttokillmyself").unwrap(), ["i", "want", "to", "kill", "myself"]);
        assert_eq!(cut("xxkillyyy").unwrap(), ["xx", "kill", "yyy"]);
        assert_eq!(cut("abc"), None);
    }
}
