//! The letters of a text in a row: of any text, each with its place; or of a plain one, where each byte is a letter.

use std::borrow::Cow;

use crate::fold::Letter;

/// Letters, read one by one.
pub(super) trait Line {
    fn length(&self) -> usize;
    fn at(&self, at: usize) -> Option<char>;
    /// None of its letters,
    fn none(&self) -> Letters;
    /// and this one in addition.
    fn keep(&self, at: usize, kept: &mut Letters);
}

/// Letters of one text that were kept.
#[derive(Debug)]
pub(crate) enum Letters {
    Any(Vec<Letter>),
    /// The letters, and where they stand in the text.
    Plain(String, Vec<u32>),
}

impl Letters {
    pub fn count(&self) -> usize {
        match self {
            Self::Any(letters) => letters.len(),
            Self::Plain(letters, _) => letters.len(),
        }
    }

    /// The bytes of the original that one stands for.
    pub fn place(&self, at: usize) -> (u32, u32) {
        match self {
            Self::Any(letters) => (letters[at].start, letters[at].end),
            Self::Plain(_, places) => (places[at], places[at] + 1),
        }
    }

    /// Some of them as a text.
    pub fn text(&self, from: usize, to: usize) -> Cow<'_, str> {
        match self {
            Self::Any(letters) => Cow::Owned(letters[from..to].iter().map(|letter| letter.ch).collect()),
            Self::Plain(letters, _) => Cow::Borrowed(&letters[from..to]),
        }
    }
}

impl Line for &[Letter] {
    fn length(&self) -> usize {
        self.len()
    }

    fn at(&self, at: usize) -> Option<char> {
        self.get(at).map(|letter| letter.ch)
    }

    fn none(&self) -> Letters {
        Letters::Any(Vec::with_capacity(self.len()))
    }

    fn keep(&self, at: usize, kept: &mut Letters) {
        if let Letters::Any(letters) = kept {
            letters.push(self[at]);
        }
    }
}

impl Line for &str {
    fn length(&self) -> usize {
        self.len()
    }

    fn at(&self, at: usize) -> Option<char> {
        self.as_bytes().get(at).map(|&byte| char::from(byte))
    }

    fn none(&self) -> Letters {
        Letters::Plain(String::with_capacity(self.len()), Vec::with_capacity(self.len()))
    }

    fn keep(&self, at: usize, kept: &mut Letters) {
        if let Letters::Plain(letters, places) = kept {
            letters.push(char::from(self.as_bytes()[at]));
            places.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
}
