//! A text's runs of letters, digits and signs, and what parts them.

use crate::fold::{Letter, UNSURE};

/// A longer word is no word.
const LONGEST_TOKEN: usize = 64;
/// Letters of a word that may be blotted out next to each other.
const MOST_BLOTS: usize = 4;

/// What stands between two pieces, the weightiest of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing, or signs that also stand inside of words.
    Sign,
    Space,
    Comma,
    Stop,
    Question,
    /// A dot without a space after it, as in `k.i.l.l`.
    Dot,
}

impl Gap {
    fn weight(self) -> u8 {
        match self {
            Self::Sign => 0,
            Self::Dot => 1,
            Self::Space => 2,
            Self::Comma => 3,
            Self::Stop => 4,
            Self::Question => 5,
        }
    }

    /// Both in a row are as good as this one.
    pub fn and(self, next: Self) -> Self {
        // A dot with a space beside it ends a sentence.
        if matches!((self, next), (Self::Dot, Self::Space) | (Self::Space, Self::Dot)) {
            return Self::Space;
        }
        if self.weight() >= next.weight() {
            self
        } else {
            next
        }
    }
}

/// A run of letters, digits and signs, and what stands before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Its letters, by place in [`Pieces::letters`].
    pub from: usize,
    pub to: usize,
    pub before: Gap,
    pub quoted: bool,
}

#[derive(Debug)]
pub(crate) struct Pieces {
    /// Those that belong to pieces.
    pub letters: Vec<Letter>,
    pub all: Vec<Piece>,
    /// What follows the last one.
    pub trail: Gap,
}

pub(super) fn is_blot(ch: char) -> bool {
    matches!(ch, '*' | '#')
}

/// Signs that may stand for a letter or cover one, where letters stand on both sides (or after, for those that begin words).
fn within(folded: &[Letter], at: usize) -> bool {
    let ch = folded[at].ch;
    let letter = |at: Option<usize>| at.and_then(|at| folded.get(at)).is_some_and(|letter| letter.ch.is_alphanumeric());
    let touching = |step: &dyn Fn(usize) -> Option<usize>| {
        let mut place = step(at);
        // A longer run of signs covers no word, and must not be gone over again for each of them.
        for _ in 0..MOST_BLOTS {
            if place.and_then(|at| folded.get(at)).is_some_and(|letter| is_blot(letter.ch)) {
                place = place.and_then(step);
            }
        }
        letter(place)
    };
    let before = |at: usize| at.checked_sub(1);
    let after = |at: usize| Some(at + 1);
    match ch {
        '$' | '€' => folded.get(at + 1).is_some_and(|letter| letter.ch.is_alphabetic()),
        UNSURE => true,
        '@' | '!' | '|' | '+' => letter(before(at)) && letter(after(at)),
        _ if is_blot(ch) => touching(&before) && touching(&after),
        _ => false,
    }
}

/// Cuts folded letters into pieces. `text` is what they were folded from.
pub(crate) fn pieces(text: &str, mut folded: Vec<Letter>) -> Pieces {
    unsure_capitals(text, &mut folded);
    let quotes: Vec<usize> = folded.iter().enumerate().filter(|(_, l)| l.ch == '"').map(|(at, _)| at).collect();
    let mut made = Pieces { letters: Vec::with_capacity(folded.len()), all: Vec::new(), trail: Gap::Sign };
    let (mut before, mut from) = (Gap::Sign, 0);
    for (at, letter) in folded.iter().enumerate() {
        let ch = letter.ch;
        let open = from < made.letters.len();
        if ch.is_alphanumeric() || within(&folded, at) {
            if !open {
                before = made.trail;
                made.trail = Gap::Sign;
            }
            made.letters.push(*letter);
            if made.letters.len() - from >= LONGEST_TOKEN {
                made.close(&mut from, before, &quotes, at);
            }
            continue;
        }
        if ch == '\'' && open && folded.get(at + 1).is_some_and(|next| next.ch.is_alphabetic()) {
            continue;
        }
        made.close(&mut from, before, &quotes, at);
        let followed = || folded.get(at + 1).is_some_and(|next| next.ch.is_alphanumeric());
        let gap = match ch {
            ' ' => Gap::Space,
            '.' if followed() => Gap::Dot,
            '.' | '\n' | '!' | '…' => Gap::Stop,
            '?' => Gap::Question,
            ',' | ';' | ':' | '(' | ')' => Gap::Comma,
            ch if ch.is_whitespace() => Gap::Space,
            _ => Gap::Sign,
        };
        made.trail = made.trail.and(gap);
    }
    made.close(&mut from, before, &quotes, folded.len());
    made
}

impl Pieces {
    /// Ends the piece that began at `from`, if one did.
    fn close(&mut self, from: &mut usize, before: Gap, quotes: &[usize], at: usize) {
        let to = self.letters.len();
        if *from < to {
            let place = quotes.partition_point(|&quote| quote < at);
            self.all.push(Piece { from: *from, to, before, quoted: place % 2 == 1 && place < quotes.len() });
            *from = to;
        }
    }
}

/// A capital `I` inside of a word of small letters looks like an `l`: it is read as a sign that may be either.
fn unsure_capitals(text: &str, folded: &mut [Letter]) {
    let bytes = text.as_bytes();
    let mut after_small = false;
    for letter in folded {
        let written = bytes.get(letter.start as usize).copied().unwrap_or(b' ');
        if written == b'I' && after_small {
            letter.ch = UNSURE;
        } else {
            after_small = written.is_ascii_lowercase();
        }
    }
}
