//! The surface of a text, on which contact details are looked for.

use crate::fold::{lookalike, Letter, PART};
use crate::rules::Lexicon;

/// The surface of a text, and for each of its bytes the bytes of the original; none, where it is the original byte for byte.
#[derive(Debug)]
pub(crate) struct Surface {
    pub text: String,
    origin: Vec<(u32, u32)>,
    pub digits: usize,
    /// Whether it ends with a word such as "double": the next number may count several times.
    pub open: bool,
}

/// The surface of a text: folded, single spaces, numbers spelled as words turned into digits. A line's end is a space like any other: whoever
/// writes a number in lines writes a number. `\n` stands where [`PART`] did, between messages of a conversation.
pub(crate) fn surface(folded: &[Letter], lexicon: &Lexicon) -> Surface {
    let mut made = Surface {
        text: String::with_capacity(folded.len()),
        origin: Vec::with_capacity(folded.len()),
        digits: 0,
        open: false,
    };
    let mut word = String::new();
    let mut at = 0;
    let mut times = 1;
    // Up to here letters in a row are several numbers, parted by what is not seen.
    let mut parted = 0;
    while at < folded.len() {
        let letter = folded[at];
        if letter.ch.is_alphabetic() {
            let mut length = 0;
            if at >= parted {
                length = folded[at..].iter().take_while(|l| l.ch.is_alphabetic()).count();
                if are_numbers(&folded[at..at + length], lexicon, &mut word) {
                    parted = at + length;
                }
            }
            let within = at < parted;
            if within {
                length = seen_together(&folded[at..parted]);
            }
            let from = &folded[at..at + length];
            word.clear();
            word.extend(from.iter().map(|l| l.ch));
            let standing = within || at == 0 || !folded[at - 1].ch.is_alphabetic();
            let ends = within || folded.get(at + length).is_none_or(|next| !next.ch.is_alphabetic());
            match lexicon.numbers.get(word.as_str()).filter(|_| standing && ends) {
                Some(value) if value.starts_with('x') => {
                    times = value[1..].parse().unwrap_or(1);
                    for l in from {
                        made.push(l.ch, *l);
                    }
                }
                Some(value) if !value.ends_with('?') || times > 1 || made.after_digit() => {
                    let whole = Letter { ch: ' ', start: from[0].start, end: from[length - 1].end };
                    if times > 1 {
                        made.forget_word();
                    }
                    for _ in 0..times.min(4) {
                        for ch in value.trim_end_matches('?').chars() {
                            made.push(ch, whole);
                        }
                    }
                    times = 1;
                }
                _ => {
                    times = 1;
                    let mixed = from.iter().any(|l| l.ch.is_ascii_alphabetic());
                    for l in from {
                        made.push(if mixed { lookalike(l.ch).unwrap_or(l.ch) } else { l.ch }, *l);
                    }
                }
            }
            at += length;
            continue;
        }
        let ch = if letter.ch == PART {
            '\n'
        } else if letter.ch.is_whitespace() {
            ' '
        } else {
            letter.ch
        };
        let after_space = made.text.ends_with([' ', '\n']);
        if !((ch == ' ' || ch == '\n') && after_space) {
            made.push(ch, letter);
        }
        at += 1;
    }
    made.open = times > 1;
    made
}

/// Letters from the first on without anything left out between them: a control, a zero-width sign.
fn seen_together(letters: &[Letter]) -> usize {
    let parted = letters.windows(2).position(|pair| pair[0].end < pair[1].start);
    parted.map_or(letters.len(), |at| at + 1)
}

/// Whether letters in a row are numbers spelled as words, each of several letters, with what is not seen between them.
fn are_numbers(mut letters: &[Letter], lexicon: &Lexicon, word: &mut String) -> bool {
    if seen_together(letters) == letters.len() {
        return false;
    }
    while !letters.is_empty() {
        let (one, rest) = letters.split_at(seen_together(letters));
        word.clear();
        word.extend(one.iter().map(|l| l.ch));
        if one.len() == 1 || !lexicon.numbers.contains_key(word.as_str()) {
            return false;
        }
        letters = rest;
    }
    true
}

/// The surface of a text of which [`crate::fold::plain`] made this, without numbers spelled as words. None if it is not that very text.
pub(crate) fn plain_surface(plain: String) -> Option<Surface> {
    let plain = if plain.contains('\n') { plain.replace('\n', " ") } else { plain };
    let blank = |byte: &u8| *byte == b' ';
    let pairs = plain.as_bytes().iter().zip(plain.as_bytes().iter().skip(1));
    if pairs.fold(false, |any, (one, next)| any | (blank(one) & blank(next))) {
        return None;
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    Some(Surface { text: plain, origin: Vec::new(), digits, open: false })
}

impl Surface {
    /// The bytes of the original that one byte stands for.
    pub fn place(&self, at: usize) -> (u32, u32) {
        let same = || {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            (at, at + 1)
        };
        self.origin.get(at).copied().unwrap_or_else(same)
    }

    fn push(&mut self, ch: char, from: Letter) {
        self.text.push(ch);
        self.digits += usize::from(ch.is_ascii_digit());
        if ch.is_ascii() {
            self.origin.push((from.start, from.end));
            return;
        }
        self.origin.resize(self.text.len(), (from.start, from.end));
    }

    fn after_digit(&self) -> bool {
        self.text.trim_end_matches(' ').ends_with(|ch: char| ch.is_ascii_digit())
    }

    /// Takes the word for "double" away again: its digit follows.
    fn forget_word(&mut self) {
        let kept = self.text.trim_end().trim_end_matches(char::is_alphabetic).len();
        self.text.truncate(kept);
        self.origin.truncate(kept);
    }
}
