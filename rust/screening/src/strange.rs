//! Words that rules have nothing to do with, told at a glance: most that are new to a server are such, and need not be read in full.
//!
//! What is told here is never too much: a word that is not found strange is read as any other.

use foldhash::HashSet;

use crate::reading::{has_run, shortened};
use crate::vocabulary::{Vocabulary, LONGEST};

const LETTERS: usize = 26;
const SHORTEST: usize = 4;

/// Three letters in a row, by number.
#[derive(Debug)]
struct Threes(Box<[u64]>);

impl Default for Threes {
    fn default() -> Self {
        Self(vec![0; LETTERS.pow(3).div_ceil(64)].into())
    }
}

impl Threes {
    /// None if there is anything but small letters in it.
    fn number(three: &[u8]) -> Option<usize> {
        let small = |byte: &u8| byte.is_ascii_lowercase().then(|| usize::from(byte - b'a'));
        three.iter().try_fold(0, |all, byte| Some(all * LETTERS + small(byte)?))
    }

    fn add(&mut self, three: Option<&[u8]>) {
        if let Some(number) = three.and_then(Self::number) {
            self.0[number / 64] |= 1 << (number % 64);
        }
    }

    fn has(&self, three: &[u8]) -> bool {
        Self::number(three).is_some_and(|number| self.0[number / 64] >> (number % 64) & 1 == 1)
    }
}

/// Of all words that rules and the lexicon name.
#[derive(Debug, Default)]
pub(crate) struct Strange {
    /// The letters of each word, whatever their order and number,
    sets: HashSet<u32>,
    /// and of those that are found in spite of a slip.
    meant: Vec<u32>,
    /// How they begin,
    starts: Threes,
    /// and end.
    ends: Threes,
}

impl Strange {
    /// A word that may be all of what a text's word is read as.
    pub fn name(&mut self, word: &str) {
        self.sets.insert(set(word));
        self.starts.add(word.as_bytes().first_chunk::<3>().map(AsRef::as_ref));
        self.ends.add(word.as_bytes().last_chunk::<3>().map(AsRef::as_ref));
    }

    pub fn stem(&mut self, stem: &str) {
        self.starts.add(stem.as_bytes().first_chunk::<3>().map(AsRef::as_ref));
    }

    pub fn forgive(&mut self, word: &str) {
        self.meant.push(set(word));
    }

    pub fn arrange(&mut self) {
        self.meant.sort_unstable();
        self.meant.dedup();
    }

    /// Whether a word of small letters is known neither as it stands, nor with a slip, a run of letters or a disguise undone, nor as part of a
    /// longer word or as several; `read` is then how it is read.
    pub fn is(&self, word: &str, vocabulary: &Vocabulary, read: &mut String) -> bool {
        let bytes = word.as_bytes();
        if !(SHORTEST..=LONGEST).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_lowercase) {
            return false;
        }
        let letters = set(word);
        if self.sets.contains(&letters) || self.starts.has(&bytes[..3]) && vocabulary.has(word) {
            return false;
        }
        let run = has_run(word, 2);
        // A slip takes one letter at most, and brings one.
        if near(&self.meant, letters) && (run || vocabulary.corrected(word).is_some()) {
            return false;
        }
        read.clear();
        if run && has_run(word, 3) {
            read.push_str(&shortened(word, 1));
        } else {
            read.push_str(word);
        }
        let (Some(start), Some(end)) = (read.as_bytes().first_chunk::<3>(), read.as_bytes().last_chunk::<3>()) else {
            return false;
        };
        if self.starts.has(start) && (vocabulary.has(read) || vocabulary.opens(read)) {
            return false;
        }
        if self.ends.has(end) && vocabulary.closes(read) {
            return false;
        }
        !self.is_made_of_words(word, vocabulary)
    }

    fn is_made_of_words(&self, word: &str, vocabulary: &Vocabulary) -> bool {
        let count = word.len();
        let mut reached = 1_u32;
        for from in 0..count {
            if reached >> from & 1 == 0 {
                continue;
            }
            let long = word.as_bytes().get(from..from + 3).is_some_and(|three| self.starts.has(three));
            for to in from + 1..=if long { count } else { count.min(from + 2) } {
                if reached >> to & 1 == 0 && vocabulary.exactly(&word[from..to]) {
                    reached |= 1 << to;
                }
            }
        }
        reached >> count & 1 == 1
    }
}

/// The small letters of a word.
fn set(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |all, byte| all | 1 << (byte - b'a'))
}

/// Whether one of these differs by two letters at most.
fn near(sets: &[u32], letters: u32) -> bool {
    // Without a way out in the middle: several are looked at in one step.
    sets.iter().fold(false, |any, one| {
        let differs = one ^ letters;
        let but_one = differs & differs.wrapping_sub(1);
        any | (but_one & but_one.wrapping_sub(1) == 0)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clues::Clues;
    use crate::reading::Word;
    use crate::rules::Lexicon;

    const KNOWN: [&str; 12] =
        ["suicide", "myself", "i", "am", "dying", "over", "dose", "hang", "cut", "kik", "caf\u{e9}s", "die"];

    fn words() -> (Vocabulary, Lexicon) {
        let mut vocabulary = Vocabulary::default();
        for (at, word) in KNOWN.iter().enumerate() {
            if at % 2 == 0 {
                vocabulary.forgive(word);
            } else {
                vocabulary.add(word);
            }
        }
        vocabulary.add_stem("strang");
        let lexicon = Lexicon {
            numbers: [("seven".to_owned(), "7".to_owned())].into_iter().collect(),
            aliases: [("hapy".to_owned(), "kill myself".to_owned())].into_iter().collect(),
            breaks: ["because".to_owned()].into_iter().collect(),
            ..Lexicon::default()
        };
        vocabulary.arrange(&lexicon);
        (vocabulary, lexicon)
    }

    /// Words that are known, with letters taken, put in, changed and drawn out, alone and together; and any others.
    fn spelled() -> impl Strategy<Value = String> {
        let known = prop::sample::select([&KNOWN[..], &["strange", "seven", "hapy", "because", "happy"]].concat());
        let change = (0usize..24, prop::char::range('a', 'z'), 0usize..5);
        let changed =
            (prop::collection::vec(known, 1..4), prop::collection::vec(change, 0..4)).prop_map(|(all, changes)| {
                let mut word: Vec<char> = all.concat().chars().collect();
                for (at, letter, how) in changes {
                    let at = at % word.len();
                    match how {
                        0 if word.len() > 1 => drop(word.remove(at)),
                        1 => word.insert(at, letter),
                        2 => word[at] = letter,
                        3 => (0..3).for_each(|_| word.insert(at, word[at])),
                        _ => word.truncate(at.max(1)),
                    }
                }
                word.into_iter().collect()
            });
        prop_oneof![4 => changed, 1 => "[a-z]{1,26}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_strange_is_nothing_when_read_in_full(word in spelled()) {
            let (vocabulary, lexicon) = words();
            let mut read = String::new();
            if vocabulary.strange(&word, &mut read) {
                let full = Word::new(&word, &vocabulary, &lexicon, &Clues::default());
                prop_assert_eq!(&*full.read, read);
                prop_assert!(!full.known && !full.breaks && !full.opens && !full.closes && !full.number);
                prop_assert!(full.single.is_none() && full.cut.is_empty());
            }
        }
    }

    #[test]
    fn most_words_are_strange() {
        let (vocabulary, _) = words();
        let mut read = String::new();
        for word in ["weeks", "hoenstly", "qqqqqvx", "sleepless", "window", "thankyou", "grandmother"] {
            assert!(vocabulary.strange(word, &mut read), "{word}");
        }
        for word in [
            "suicide",
            "sucide",
            "suuuuicide",
            "myslef",
            "dyi",
            "trangers",
            "seven",
            "haaapyyy",
            "cutdie",
            "overdoses",
            "iamdying",
            "hang",
        ] {
            assert_eq!(vocabulary.strange(word, &mut read), word == "trangers" || word == "overdoses", "{word}");
        }
    }
}
