//! The last messages of people who are writing now, so that what is split over several is found. Bounded; what is idle is forgotten.

use std::collections::VecDeque;

use foldhash::{HashMap, HashMapExt};

use crate::brief::Brief;
use crate::conversation::{Earlier, Kept};
use crate::ruleset::{Ruleset, MOST_ACROSS};

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct WindowLimits {
    /// Messages of one author in one channel,
    pub messages: usize,
    /// their bytes together,
    pub bytes: usize,
    /// and how old they may be, in milliseconds.
    pub age_ms: i64,
    /// Authors in channels; beyond that those silent the longest are forgotten.
    pub keys: usize,
}

impl Default for WindowLimits {
    fn default() -> Self {
        Self { messages: 6, bytes: 600, age_ms: 600_000, keys: 20_000 }
    }
}

#[derive(Debug)]
struct Said {
    name: String,
    text: String,
    at: i64,
    kept: Option<Kept>,
    /// What it is to the next one, if it was read the quick way after those before it.
    brief: Option<Brief>,
    /// The rules that it has to be read in full by.
    in_full: u64,
    /// No other message of this process has the same, nor one before it was changed.
    serial: u64,
}

/// A text that was found to hold nothing, and the message that it was read after.
#[derive(Debug)]
pub(crate) struct Plain {
    pub brief: Brief,
    after: u64,
}

/// What is known of a text before it is said.
#[derive(Debug, Default)]
pub(crate) enum Known {
    #[default]
    Nothing,
    Kept(Kept),
    Plain(Plain),
}

impl Known {
    fn kept(self) -> Option<Kept> {
        match self {
            Self::Kept(kept) => Some(kept),
            _ => None,
        }
    }

    /// For what is said after the message of this number.
    fn after(self, serial: u64) -> (Option<Kept>, Option<Brief>) {
        match self {
            Self::Kept(kept) => (Some(kept), None),
            Self::Plain(Plain { brief, after }) if after == serial => (None, Some(brief)),
            _ => (None, None),
        }
    }
}

impl Said {
    fn nothing() -> Self {
        Self { name: String::new(), text: String::new(), at: 0, kept: None, brief: None, in_full: 0, serial: 0 }
    }
}

/// What was said before a message and after it, the oldest first.
#[derive(Default)]
pub(crate) struct Around<'a> {
    pub before: Vec<Earlier<'a>>,
    pub after: Vec<&'a str>,
}

/// What was said lately, by key (an author in a channel).
#[derive(Debug)]
pub struct Window {
    limits: WindowLimits,
    keys: HashMap<Box<str>, VecDeque<Said>>,
    serial: u64,
}

impl Window {
    /// Empty.
    #[must_use]
    pub fn new(limits: WindowLimits) -> Self {
        Self { limits, keys: HashMap::new(), serial: 0 }
    }

    /// A new message, if it holds nothing that rules look for, with what was said before it. None if it has to be read in full.
    pub(crate) fn plain(&mut self, key: &str, name: &str, text: &str, now: i64, rules: &Ruleset) -> Option<Plain> {
        let mut quick = rules.quick();
        quick.make_room();
        let Some(said) = self.keys.get_mut(key) else {
            return quick.read(rules, text, None, false).map(|brief| Plain { brief, after: 0 });
        };
        if said.iter().any(|one| one.in_full == rules.number || one.name == name) {
            return None;
        }
        let mut from = said.iter().position(|one| one.brief.as_ref().is_none_or(|brief| !brief.is_by(rules)));
        if said.back().and_then(|one| one.brief.as_ref()).is_some_and(|brief| !quick.remembers(brief)) {
            from = Some(0);
        }
        for at in from.unwrap_or(said.len())..said.len() {
            let before = at.checked_sub(1).and_then(|at| said[at].brief.as_ref());
            let brief = quick.read(rules, &said[at].text, before, true);
            if brief.is_none() {
                said[at].in_full = rules.number;
            }
            said[at].brief = Some(brief?);
        }
        let brief = quick.read(rules, text, said.back().and_then(|one| one.brief.as_ref()), false)?;
        let oldest = now - self.limits.age_ms;
        let mut room = self.limits.bytes;
        let fits = |one: &&Said| {
            let fits = one.text.len() <= room;
            room = room.saturating_sub(one.text.len());
            fits
        };
        let lately =
            said.iter().rev().filter(|one| one.at >= oldest).take(self.limits.messages).take_while(fits).count();
        let before = said.iter().filter(|one| one.at >= oldest);
        let old = before.clone().count() - lately;
        let before = before.skip(old).filter_map(|one| Some((&*one.text, one.brief.as_ref()?)));
        let whole = lately > 0 && rules.any_conversation;
        if whole && (rules.asks_surface || quick.details(rules, before, text, &brief)) {
            return None;
        }
        Some(Plain { brief, after: said.back().map_or(0, |one| one.serial) })
    }

    /// What was said around a message, as these rules heard it. One of this name is the same message, said again or changed: it has its place,
    /// and those behind it were said after it. One that was `changed` and is not remembered any more was before all that are.
    pub(crate) fn around(&mut self, key: &str, name: &str, changed: bool, now: i64, rules: &Ruleset) -> Around<'_> {
        let Some(said) = self.keys.get_mut(key) else { return Around::default() };
        let known = said.iter().position(|one| one.name == name);
        let place = known.unwrap_or(if changed { 0 } else { said.len() });
        let oldest = known.map_or(now, |at| said[at].at.min(now)) - self.limits.age_ms;
        let mut words = 0;
        for one in said.range_mut(..place).rev() {
            // What was said since may have become shorter: then phrases reach farther back again.
            let there = |kept: &Kept| kept.is_by(rules) && !(kept.forgot() && words < MOST_ACROSS);
            if !one.kept.as_ref().is_some_and(there) {
                one.kept = Some(rules.keep(rules.hear(&one.text)));
            }
            words += one.kept.as_ref().map_or(0, Kept::words);
        }
        let mut room = self.limits.bytes;
        let mut fits = |text: &str| {
            let fits = text.len() <= room;
            room = room.saturating_sub(text.len());
            fits
        };
        let mut before: Vec<Earlier<'_>> = said
            .range(..place)
            .rev()
            .filter(|one| one.at >= oldest)
            .take(self.limits.messages)
            .filter_map(|one| one.kept.as_ref().map(|kept| Earlier { text: &one.text, kept }))
            .take_while(|one| fits(one.text))
            .collect();
        before.reverse();
        let after = said.range(place + usize::from(known.is_some())..).map(|one| one.text.as_str());
        // As many as there are: what is remembered is bounded.
        Around { before, after: after.collect() }
    }

    /// Remembers what was said, and what is known of it, if somebody heard it already. A long text keeps its end. What is taken back stays
    /// remembered: others have read it. One that was `changed` keeps its place; if it is not remembered any more, that is before all that are.
    pub(crate) fn said(&mut self, key: &str, name: &str, changed: bool, text: &str, now: i64, heard: Known) {
        if self.keys.len() >= self.limits.keys && !self.keys.contains_key(key) {
            self.make_room(now);
        }
        let mut from = text.len().saturating_sub(self.limits.bytes / 2);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let heard = if from == 0 { heard } else { Known::Nothing };
        self.serial += 1;
        let serial = self.serial;
        let said = match self.keys.get_mut(key) {
            Some(said) => said,
            None => self.keys.entry(key.into()).or_default(),
        };
        if let Some(known) = said.iter().position(|one| one.name == name) {
            // What was read after it was read after something else.
            said.range_mut(known..).for_each(|one| one.brief = None);
            let one = &mut said[known];
            text[from..].clone_into(&mut one.text);
            (one.kept, one.in_full, one.serial) = (heard.kept(), 0, serial);
            return;
        }
        let last = said.back().map_or(0, |one| one.serial);
        let full = said.len() >= self.limits.messages.max(1);
        let at = match said.front().filter(|_| changed).map(|first| first.at.min(now)) {
            Some(_) if full => return,
            at => at,
        };
        while at.is_none() && said.len() > self.limits.messages.max(1) {
            said.pop_front();
        }
        // Its room is used again.
        let again = if full && at.is_none() { said.pop_front() } else { None };
        let mut one = again.unwrap_or_else(Said::nothing);
        name.clone_into(&mut one.name);
        text[from..].clone_into(&mut one.text);
        (one.in_full, one.serial) = (0, serial);
        if let Some(at) = at {
            for other in said.iter_mut() {
                other.brief = None;
            }
            (one.at, one.kept, one.brief) = (at, heard.kept(), None);
            said.push_front(one);
        } else {
            one.at = now;
            (one.kept, one.brief) = heard.after(last);
            said.push_back(one);
        }
        let mut words = 0;
        for kept in said.iter_mut().rev().filter_map(|one| one.kept.as_mut()) {
            if words >= MOST_ACROSS {
                kept.forget_words();
            }
            words += kept.words();
        }
    }

    /// Forgets whoever has been silent for longer than anything is remembered; how many.
    pub fn sweep(&mut self, now: i64) -> usize {
        let before = self.keys.len();
        let oldest = now - self.limits.age_ms;
        self.keys.retain(|_, said| said.back().is_some_and(|one| one.at >= oldest));
        self.keys.shrink_to(before / 2);
        before - self.keys.len()
    }

    fn make_room(&mut self, now: i64) {
        if self.sweep(now) > 0 {
            return;
        }
        let mut ages: Vec<i64> = self.keys.values().filter_map(|said| said.back().map(|one| one.at)).collect();
        let middle = ages.len() / 2;
        let (_, &mut half, _) = ages.select_nth_unstable(middle);
        self.keys.retain(|_, said| said.back().is_some_and(|one| one.at > half));
        if self.keys.len() >= self.limits.keys {
            self.keys.clear();
        }
    }

    /// What is remembered, for tests.
    #[cfg(test)]
    pub fn shown(&self) -> String {
        let one = |one: &Said| (one.name.clone(), one.text.clone(), one.at);
        let all = self.keys.iter().map(|(key, said)| (key, said.iter().map(one).collect::<Vec<_>>()));
        format!("{:?}", all.collect::<std::collections::BTreeMap<_, _>>())
    }

    /// How many authors in channels are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}
