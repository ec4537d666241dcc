//! A text's runs of letters, digits and signs, and what parts them.

use crate::fold::{Letter, UNSURE};

use super::line::{Letters, Line};

/// A longer word is no word.
pub(crate) const LONGEST_TOKEN: usize = 64;
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
    /// Its letters, by place in [`Pieces::letters`],
    pub from: usize,
    pub to: usize,
    /// and where it begins and ends in the original.
    pub start: u32,
    pub end: u32,
    pub before: Gap,
    pub quoted: bool,
}

#[derive(Debug)]
pub(crate) struct Pieces {
    /// Those that belong to pieces.
    pub letters: Letters,
    pub all: Vec<Piece>,
    /// What follows the last one.
    pub trail: Gap,
}

pub(super) fn is_blot(ch: char) -> bool {
    matches!(ch, '*' | '#')
}

/// Signs that may stand for a letter or cover one, where letters stand on both sides (or after, for those that begin words).
fn within(line: &impl Line, at: usize, ch: char) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| line.at(at)).is_some_and(char::is_alphanumeric);
    let touching = |step: &dyn Fn(usize) -> Option<usize>| {
        let mut place = step(at);
        // A longer run of signs covers no word, and must not be gone over again for each of them.
        for _ in 0..MOST_BLOTS {
            if place.and_then(|at| line.at(at)).is_some_and(is_blot) {
                place = place.and_then(step);
            }
        }
        letter(place)
    };
    let before = |at: usize| at.checked_sub(1);
    let after = |at: usize| Some(at + 1);
    match ch {
        '$' | '€' => line.at(at + 1).is_some_and(char::is_alphabetic),
        UNSURE => true,
        '@' | '!' | '|' | '+' => letter(before(at)) && letter(after(at)),
        _ if is_blot(ch) => touching(&before) && touching(&after),
        _ => false,
    }
}

/// Cuts a text into pieces. `text` is what `folded` was folded from.
pub(crate) fn pieces(text: &str, mut folded: Vec<Letter>) -> Pieces {
    unsure_capitals(text, &mut folded);
    cut(&folded.as_slice())
}

/// The same of a text of which [`crate::fold::plain`] made this.
pub(crate) fn plain_pieces(plain: &str) -> Pieces {
    cut(&plain)
}

fn cut(line: &impl Line) -> Pieces {
    let length = line.length();
    let quotes: Vec<usize> = (0..length).filter(|&at| line.at(at) == Some('"')).collect();
    let mut made = Pieces { letters: line.none(), all: Vec::with_capacity(length / 4), trail: Gap::Sign };
    let (mut before, mut from) = (Gap::Sign, 0);
    let mut at = 0;
    while let Some(ch) = line.at(at) {
        let here = at;
        at += 1;
        let open = from < made.letters.count();
        if ch.is_alphanumeric() || within(line, here, ch) {
            if !open {
                before = made.trail;
                made.trail = Gap::Sign;
            }
            line.keep(here, &mut made.letters);
            if made.letters.count() - from >= LONGEST_TOKEN {
                made.close(&mut from, before, &quotes, here);
            }
            continue;
        }
        if ch == '\'' && open && line.at(at).is_some_and(char::is_alphabetic) {
            continue;
        }
        made.close(&mut from, before, &quotes, here);
        let followed = || line.at(at).is_some_and(char::is_alphanumeric);
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
    made.close(&mut from, before, &quotes, length);
    made
}

impl Pieces {
    /// Ends the piece that began at `from`, if one did.
    fn close(&mut self, from: &mut usize, before: Gap, quotes: &[usize], at: usize) {
        let to = self.letters.count();
        if *from < to {
            let opened = quotes.partition_point(|&quote| quote < at);
            let inside = opened % 2 == 1 && opened < quotes.len();
            let (first, last) = (self.letters.place(*from), self.letters.place(to - 1));
            self.all.push(Piece { from: *from, to, start: first.0, end: last.1.max(first.1), before, quoted: inside });
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
