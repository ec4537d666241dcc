//! An id in 16 bytes.
//!
//! Ids are 26 letters of a base32 alphabet that rises as its letters do, so that numbers and strings have the same order. Kept
//! as text, with what an allocation costs, they would be most of the index.

use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// Of a request or a person. Ordered as its text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(u64, u64);

impl Id {
    /// Nothing for what is no id: another length, a letter of another alphabet, or more than 128 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: &[u8; LENGTH] = text.as_bytes().try_into().ok()?;
        if letters[0] > b'7' {
            return None;
        }
        // 63, 5 and 60 bits: halves of a word are quicker than steps of 128 bits, and this is called for every claim.
        let (high, middle, low) = (digits(&letters[..13])?, digits(&letters[13..14])?, digits(&letters[14..])?);
        Some(Self(high << 1 | middle >> 4, (middle & 15) << 60 | low))
    }

    /// As it was written.
    #[must_use]
    pub fn letters(self) -> [u8; LENGTH] {
        let mut value = u128::from(self.0) << 64 | u128::from(self.1);
        let mut letters = [b'0'; LENGTH];
        for letter in letters.iter_mut().rev() {
            *letter = LETTERS[usize::try_from(value & 31).unwrap_or(0)];
            value >>= 5;
        }
        letters
    }
}

/// At most 12 letters, or 13 whose first is small.
fn digits(letters: &[u8]) -> Option<u64> {
    let (mut value, mut seen) = (0_u64, 0_u8);
    for &letter in letters {
        let digit = VALUES[usize::from(letter)];
        seen |= digit;
        value = value << 5 | u64::from(digit & 31);
    }
    (seen < 32).then_some(value)
}

const VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let (mut at, mut value) = (0, 0);
    while at < LETTERS.len() {
        values[LETTERS[at] as usize] = value;
        at += 1;
        value += 1;
    }
    values
};

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.letters()).map_err(|_| fmt::Error)?)
    }
}

impl std::hash::Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
        state.write_u64(self.1);
    }
}

/// Ids are made by the server and most of their bits are random, so that nobody can choose ids that meet in one bucket.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 32;
    }
}

pub(crate) type ById<T> = std::collections::HashMap<Id, T, BuildHasherDefault<IdHasher>>;
pub(crate) type Ids = std::collections::HashSet<Id, BuildHasherDefault<IdHasher>>;
