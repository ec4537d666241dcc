//! The quick way: what most texts need to be judged. It tells that nothing is in a text, or that the text has to be read in full.
//!
//! Only for texts of plain letters and signs without disguises, whose words are those that stand there. Whatever is in any way else is left to
//! [`Ruleset::hear`](crate::ruleset::Ruleset), which everything here agrees with. Nothing is put together that is not looked at, and
//! what was made for one text is used for the next.

mod known;
mod seen;

use std::sync::Arc;

use foldhash::HashMap;

use crate::fold::is_plain;
use crate::needs::Met;
use crate::reading::{is_apart, joined, number_kinds, Gap, Numbers, Word, FEWEST_SPELLED, LONGEST_TOKEN};
use crate::ruleset::{Ruleset, MOST_ACROSS};
use crate::walk::{Reached, Seen, Walk, Ways, ASKED, STOPPED};

use known::{Known, CLOSES, MOST_WORDS, NO_WORD, OF_TEXT, OPENS, SEVERAL, SINGLE};

/// What is used again for every text of one set of rules.
#[derive(Debug)]
pub(crate) struct Quick {
    known: HashMap<u128, Known>,
    words: Vec<Arc<Word>>,
    several: Vec<Box<[u32]>>,
    ways: Ways,
    walk: Walk,
    low: String,
    seen: String,
    raw: String,
    raw_read: String,
    whole: String,
    of_text: Vec<Arc<Word>>,
}

/// What later messages need to know of one that was read like that, and of those before it.
#[derive(Clone, Debug)]
pub(crate) struct Brief {
    by: u64,
    pub digits: usize,
    pub met: Met,
    /// Its surface, where that differs by a number.
    seen: Option<Box<str>>,
    reached: Reached,
    /// Letters alone at the end,
    alone: usize,
    last: Option<Arc<Word>>,
    /// joined closely with what is before it.
    close: bool,
    carry: Gap,
}

impl Brief {
    pub fn is_by(&self, rules: &Ruleset) -> bool {
        self.by == rules.number
    }
}

impl Default for Quick {
    fn default() -> Self {
        Self {
            known: HashMap::default(),
            words: Vec::new(),
            several: Vec::new(),
            ways: Ways::new(),
            walk: Walk::default(),
            low: String::new(),
            seen: String::new(),
            raw: String::new(),
            raw_read: String::new(),
            whole: String::new(),
            of_text: Vec::new(),
        }
    }
}

/// How far a text has been read.
struct Reading {
    gap: Gap,
    carry: Gap,
    parts: usize,
    singles: usize,
    /// Letters alone in a row, and those with which it began.
    run: usize,
    lead: usize,
    /// Those right before it.
    over: usize,
    /// The last word.
    word: u32,
    flags: u8,
    close: bool,
    numbers: Numbers,
}

impl Quick {
    /// Between texts: what is remembered is bounded.
    pub fn make_room(&mut self) {
        if self.known.len() >= MOST_WORDS {
            self.known.clear();
            self.words.clear();
            self.several.clear();
        }
        self.ways.make_room();
    }

    /// Reads a text after what was said `before`. None if it has to be read in full; if it was `judged` already, what is in it is no reason.
    pub fn read(&mut self, rules: &Ruleset, text: &str, before: Option<&Brief>, judged: bool) -> Option<Brief> {
        if rules.steps.blind || !self.lower(text) {
            return None;
        }
        self.of_text.clear();
        if !self.ways.begin(before.map(|brief| &brief.reached), &mut self.walk) {
            return None;
        }
        let mut reading = Reading {
            gap: Gap::Sign,
            carry: before.map_or(Gap::Sign, |brief| brief.carry),
            parts: 0,
            singles: 0,
            run: 0,
            lead: 0,
            over: 0,
            word: NO_WORD,
            flags: 0,
            close: false,
            numbers: Numbers::NONE,
        };
        let low = std::mem::take(&mut self.low);
        let brief = self.words(rules, &low, before, judged, &mut reading);
        let brief = brief.and_then(|()| self.end(rules, &low, before, judged, &reading));
        self.low = low;
        brief
    }

    /// Whether what came after a text can be read after it still.
    pub fn remembers(&self, brief: &Brief) -> bool {
        self.ways.remembers(&brief.reached)
    }

    /// Whether it is plain, and then as small letters.
    fn lower(&mut self, text: &str) -> bool {
        if !is_plain(text) {
            return false;
        }
        self.low.clear();
        self.low.push_str(text);
        self.low.make_ascii_lowercase();
        true
    }

    fn words(
        &mut self,
        rules: &Ruleset,
        low: &str,
        before: Option<&Brief>,
        judged: bool,
        reading: &mut Reading,
    ) -> Option<()> {
        let bytes = low.as_bytes();
        let at = |place: usize| bytes.get(place).copied().unwrap_or(b' ');
        let mut place = 0;
        while place < bytes.len() {
            let byte = bytes[place];
            if byte.is_ascii_alphanumeric() {
                let start = place;
                place = run(bytes, place);
                let mut numbers = Numbers::NONE;
                let known = if at(place) == b'\'' && at(place + 1).is_ascii_alphabetic() {
                    let mut raw = std::mem::take(&mut self.raw);
                    raw.clear();
                    raw.push_str(&low[start..place]);
                    while at(place) == b'\'' && at(place + 1).is_ascii_alphabetic() {
                        let from = place + 1;
                        place = run(bytes, from);
                        raw.push_str(&low[from..place]);
                    }
                    numbers = number_kinds(&low[start..place], &rules.lexicon);
                    let known = if raw.len() < LONGEST_TOKEN { self.known(rules, &raw) } else { None };
                    self.raw = raw;
                    known
                } else if place - start < LONGEST_TOKEN {
                    self.known(rules, &low[start..place])
                } else {
                    None
                };
                let known = known?;
                reading.numbers = reading.numbers.and(known.numbers).and(numbers);
                self.word(rules, known, before, judged, reading)?;
                continue;
            }
            if may_be_letter(byte, || (place.checked_sub(1).map_or(b' ', at), at(place + 1))) {
                return None;
            }
            let gap = match byte {
                b' ' => Gap::Space,
                b'.' if at(place + 1).is_ascii_alphanumeric() => Gap::Dot,
                b'.' | b'\n' | b'!' => Gap::Stop,
                b'?' => Gap::Question,
                b',' | b';' | b':' | b'(' | b')' => Gap::Comma,
                _ => Gap::Sign,
            };
            reading.gap = reading.gap.and(gap);
            place += 1;
        }
        Some(())
    }

    fn word(
        &mut self,
        rules: &Ruleset,
        known: Known,
        before: Option<&Brief>,
        judged: bool,
        reading: &mut Reading,
    ) -> Option<()> {
        let inside = reading.gap;
        let gap = if reading.parts == 0 { reading.carry.and(inside) } else { inside };
        reading.gap = Gap::Sign;
        let apart = is_apart(gap);
        if let (0, Some(brief), true) = (reading.parts, before, apart) {
            reading.over = brief.alone;
            (reading.word, reading.flags) = (NO_WORD, 0);
            if let Some(last) = &brief.last {
                // More than these two may be one word.
                if brief.close {
                    return None;
                }
                reading.word = OF_TEXT | u32::try_from(self.of_text.len()).unwrap_or(0);
                reading.flags = OPENS;
                self.of_text.push(Arc::clone(last));
            }
        }
        // The word before and this one may be one.
        if apart && reading.flags & OPENS != 0 && (gap != Gap::Space || known.flags & CLOSES != 0) {
            let (Some(first), Some(second)) = (self.full(reading.word), self.full(known.word)) else { return None };
            let rest = [(&**second, gap)].into_iter();
            if gap != Gap::Space || joined(&rules.vocabulary, first, rest, &mut String::new()).is_some() {
                return None;
            }
        }
        let single = known.flags & SINGLE != 0;
        reading.run = match single {
            true if is_apart(inside) => reading.run + 1,
            true => 1,
            false => 0,
        };
        if reading.parts + 1 == reading.run {
            reading.lead = reading.run;
        }
        reading.singles += usize::from(single);
        if reading.run >= FEWEST_SPELLED || (reading.over > 0 && reading.over + reading.lead >= FEWEST_SPELLED) {
            return None;
        }
        reading.close = reading.parts > 0 && matches!(inside, Gap::Sign | Gap::Dot);
        reading.parts += 1;
        (reading.word, reading.flags) = (known.word, known.flags);
        let mut seen = match gap {
            Gap::Stop | Gap::Dot => self.ways.step(&rules.steps, &mut self.walk, STOPPED),
            Gap::Question => self.ways.step(&rules.steps, &mut self.walk, ASKED),
            _ => Seen::Nothing,
        };
        if known.flags & SEVERAL == 0 {
            seen = seen.max(self.ways.step(&rules.steps, &mut self.walk, known.symbol));
        } else {
            for &symbol in &self.several[known.symbol as usize] {
                seen = seen.max(self.ways.step(&rules.steps, &mut self.walk, symbol));
            }
        }
        (seen <= if judged { Seen::Pattern } else { Seen::Nothing }).then_some(())
    }

    fn end(
        &mut self,
        rules: &Ruleset,
        low: &str,
        before: Option<&Brief>,
        judged: bool,
        reading: &Reading,
    ) -> Option<Brief> {
        // Of a longer text only the end is kept: it must be as far as any phrase reaches.
        if reading.parts > MOST_ACROSS && reading.singles + rules.across > MOST_ACROSS {
            return None;
        }
        let trail = if reading.parts == 0 { reading.carry.and(reading.gap) } else { reading.gap };
        let reached = self.ways.end(&rules.steps, &self.walk);
        if trail == Gap::Question {
            let seen = self.ways.step(&rules.steps, &mut self.walk, ASKED);
            if seen > if judged { Seen::Pattern } else { Seen::Nothing } {
                return None;
            }
        }
        let (digits, met, seen) = self.surface(rules, low, judged, reading.numbers)?;
        let (alone, last, close) = match before {
            Some(brief) if reading.parts == 0 => (brief.alone, brief.last.clone(), brief.close),
            _ => {
                let alone = if reading.lead == reading.parts { reading.over + reading.lead } else { reading.run };
                let opens = reading.flags & OPENS != 0;
                (alone, self.full(reading.word).filter(|_| opens).cloned(), reading.close)
            }
        };
        Some(Brief { by: rules.number, digits, met, seen, reached, alone, last, close, carry: trail.and(Gap::Space) })
    }
}

/// Where letters and digits in a row end.
fn run(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| !byte.is_ascii_alphanumeric()).map_or(bytes.len(), |length| from + length)
}

/// Whether a sign may stand for a letter where it is. Never too seldom.
fn may_be_letter(byte: u8, beside: impl Fn() -> (u8, u8)) -> bool {
    let or_blot = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'#');
    match byte {
        b'$' => beside().1.is_ascii_alphabetic(),
        b'@' | b'!' | b'|' | b'+' => {
            let (before, after) = beside();
            before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric()
        }
        b'*' | b'#' => {
            let (before, after) = beside();
            or_blot(before) && or_blot(after)
        }
        _ => false,
    }
}
