//! Surfaces of plain texts, and whether an expression is hit on them, of one message or of several.

use super::{Brief, Quick};
use crate::fold::letters;
use crate::needs::Met;
use crate::reading::{surface, Numbers};
use crate::ruleset::Ruleset;

impl Quick {
    /// Digits and needs of a surface on which no expression is hit; None if one may be.
    pub(super) fn surface(
        &mut self,
        rules: &Ruleset,
        low: &str,
        judged: bool,
        numbers: Numbers,
    ) -> Option<(usize, Met, Option<Box<str>>)> {
        if numbers.times {
            return None;
        }
        let digits = low.bytes().filter(u8::is_ascii_digit).count();
        if numbers.counts || (numbers.counts_after && digits > 0) {
            let surface = surface(&letters(low), &rules.lexicon);
            let met = rules.met(&surface.text, surface.digits, judged)?;
            return Some((surface.digits, met, Some(surface.text.into())));
        }
        let plain = is_single_spaced(low);
        if !plain {
            self.seen.clear();
            put(&mut self.seen, low);
        }
        let met = rules.met(if plain { low } else { &self.seen }, digits, judged)?;
        Some((digits, met, None))
    }

    /// Whether an expression may be hit across messages. `earlier` are those before, the oldest first.
    pub fn details<'a>(
        &mut self,
        rules: &Ruleset,
        earlier: impl Iterator<Item = (&'a str, &'a Brief)> + Clone,
        text: &str,
        brief: &Brief,
    ) -> bool {
        let (mut digits, mut met) = (brief.digits, brief.met);
        for (_, one) in earlier.clone() {
            digits += one.digits;
            met.add(&one.met);
        }
        if !rules.possible(digits, &met).any(|rule| rule.conversation) {
            return false;
        }
        let may_hit = |surface: &str, digits: usize| {
            let met = rules.needs.met(surface);
            let mut possible = rules.possible(digits, &met).filter(|rule| rule.conversation);
            possible.any(|rule| rule.any.iter().any(|regex| regex.is_match(surface)))
        };
        // A number spelled as a word does not go on from one message into another.
        self.whole.clear();
        for (text, brief) in earlier {
            put(&mut self.whole, brief.seen.as_deref().unwrap_or(text));
            if !self.whole.ends_with([' ', '\n']) {
                self.whole.push('\n');
            }
        }
        put(&mut self.whole, brief.seen.as_deref().unwrap_or(text));
        may_hit(&self.whole, digits)
    }
}

/// Adds a plain text to a surface.
fn put(surface: &mut String, text: &str) {
    for mut byte in text.bytes() {
        if byte == b'\n' {
            byte = b' ';
        }
        if byte != b' ' || !surface.ends_with([' ', '\n']) {
            surface.push(char::from(byte.to_ascii_lowercase()));
        }
    }
}

fn is_single_spaced(low: &str) -> bool {
    let blank = |byte: &u8| *byte == b' ';
    let pairs = low.as_bytes().iter().zip(low.as_bytes().iter().skip(1));
    // Without a way out in the middle: so many bytes are looked at in one step.
    !(pairs.fold(false, |any, (one, next)| any | (blank(one) & blank(next))) || low.contains('\n'))
}
