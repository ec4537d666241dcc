//! One search: what of a set's rules is hit in one text, or in what is said over several.

use std::cell::{LazyCell, RefCell};
use std::collections::HashMap;

use aho_corasick::Input;
use regex::Regex;

use crate::clues::There;
use crate::making::{Check, Spoken};
use crate::needs::Met;
use crate::reading::{Gist, Surface, Words};
use crate::rules::Place;
use crate::ruleset::{Hit, Ruleset};

/// Words that are put together when somebody asks for them.
pub(crate) type Lazy<'a> = LazyCell<Words, Box<dyn FnOnce() -> Words + 'a>>;

/// One search in one text.
pub(crate) struct Search<'a, 'w> {
    set: &'a Ruleset,
    words: &'a Lazy<'w>,
    surface: &'a Surface,
    /// Only hits of rules of conversations that lie across this place of the original,
    border: Option<usize>,
    /// and only patterns that may match where these clues are.
    present: Option<There>,
    found: Vec<Hit>,
    /// Whether a condition holds in a stretch: many hits of one sentence ask the same.
    held: RefCell<HashMap<(usize, usize, usize), bool>>,
}

impl<'a, 'w> Search<'a, 'w> {
    pub fn new(set: &'a Ruleset, words: &'a Lazy<'w>, surface: &'a Surface) -> Self {
        Self { set, words, surface, border: None, present: None, found: Vec::new(), held: RefCell::default() }
    }

    /// Looks for nothing but what crosses this place.
    pub fn across(&mut self, border: usize) {
        self.border = Some(border);
    }

    /// Tries no pattern that lacks clues, if it is known which are there.
    pub fn with(&mut self, gist: &Gist) {
        self.present = gist.plain.then(|| self.set.clues.there(&gist.present));
    }

    /// The hits, in the order of rules.
    pub fn found(self) -> Vec<Hit> {
        let mut found = self.found;
        found.sort_by_key(|hit| hit.rule);
        found
    }

    pub fn words(&mut self) {
        let set = self.set;
        let mut tried = Vec::new();
        let stretch = self.within(set.across);
        let input = Input::new(&self.words.text).range(stretch);
        for found in set.automaton.find_overlapping_iter(input) {
            for &number in &set.wanted_by[found.pattern().as_usize()] {
                let spoken = &set.spoken[number];
                if !self.wants(spoken.rule) {
                    continue;
                }
                match &spoken.regex {
                    None => {
                        self.spoken(spoken, found.start(), found.end());
                    }
                    Some(regex) => {
                        if !tried.contains(&number) {
                            tried.push(number);
                            if self.present.as_ref().is_some_and(|there| !set.clues.may(number, there)) {
                                continue;
                            }
                            self.all_of(spoken, regex);
                        }
                    }
                }
            }
        }
    }

    /// The part of the words that a pattern of so many can lie in.
    fn within(&self, words: usize) -> std::ops::Range<usize> {
        let (text, tokens) = (&self.words.text, &self.words.tokens);
        let Some(border) = self.border else { return 0..text.len() };
        let across = tokens.partition_point(|token| token.end as usize <= border);
        let at = |token: usize| tokens.get(token).map_or(text.len(), |token| token.at as usize);
        let from = match across.saturating_sub(words + 1) {
            0 => 0,
            token => at(token) - 1,
        };
        from..at(across + words + 1)
    }

    fn wants(&self, rule: usize) -> bool {
        !self.found.iter().any(|hit| hit.rule == rule) && (self.border.is_none() || self.set.rules[rule].conversation)
    }

    fn all_of(&mut self, spoken: &Spoken, regex: &Regex) {
        let mut from = self.within(spoken.words).start;
        while let Some(found) = regex.find_at(&self.words.text, from) {
            if self.spoken(spoken, found.start(), found.end()) {
                return;
            }
            // The space that ends one match may begin the next.
            from = (found.end() - 1).max(from + 1);
        }
    }

    fn spoken(&mut self, spoken: &Spoken, start: usize, end: usize) -> bool {
        let words = self.words;
        // The hit ends with a space; so does whatever is right before it.
        if spoken.starts && words.sentences.binary_search(&start).is_err() {
            return false;
        }
        if spoken.ends && !matches!(words.text.as_bytes().get(end), None | Some(b'.' | b'?')) {
            return false;
        }
        let first = words.tokens.partition_point(|token| (token.at as usize) <= start);
        let last = words.tokens.partition_point(|token| (token.at as usize) < end);
        let Some(tokens) = words.tokens.get(first..last).filter(|tokens| !tokens.is_empty()) else { return false };
        let (from, to) = (tokens[0].start as usize, tokens[tokens.len() - 1].end as usize);
        self.take(spoken.rule, (from, to), (start, end), tokens[0].quoted, &words.text[start..end])
    }

    /// Expressions, where `met` says that what they need is there.
    pub fn surface(&mut self, digits: usize, met: &Met) {
        let (set, surface) = (self.set, self.surface);
        for (at, &rule) in set.surfaced.iter().enumerate() {
            let ready = &set.rules[rule];
            if digits < ready.digits || !met.has(at) || !self.wants(rule) {
                continue;
            }
            'patterns: for regex in &ready.expressions {
                for found in regex.find_iter(&surface.text) {
                    if found.is_empty() || (ready.allow && self.allowed(found.as_str())) {
                        continue;
                    }
                    let (from, to) =
                        (surface.place(found.start()).0 as usize, surface.place(found.end() - 1).1 as usize);
                    if self.border.is_some_and(|border| from >= border || to <= border) {
                        continue;
                    }
                    let words = self.words;
                    let first = words.tokens.partition_point(|token| (token.end as usize) <= from);
                    let last = words.tokens.partition_point(|token| (token.start as usize) < to);
                    let quoted = words.tokens.get(first).is_some_and(|token| token.quoted);
                    let at = |token: usize| words.tokens.get(token).map_or(words.text.len(), |token| token.at as usize);
                    let span = (at(first) - 1, at(last.max(first)).max(at(first)));
                    if self.take(rule, (from, to), span, quoted, found.as_str()) {
                        break 'patterns;
                    }
                }
            }
        }
    }

    /// Takes a hit if its rule's conditions let it. `original` and `span` are where it is in the text and in the words.
    fn take(&mut self, rule: usize, original: (usize, usize), span: (usize, usize), quoted: bool, hit: &str) -> bool {
        let ready = &self.set.rules[rule];
        let (start, end) = original;
        if self.border.is_some_and(|border| start >= border || end <= border) || (quoted && ready.unquoted) {
            return false;
        }
        let holds = |check: &Check| self.holds(check, span, hit);
        if ready.unless.iter().any(holds) || (!ready.only.is_empty() && !ready.only.iter().any(holds)) {
            return false;
        }
        self.found.push(Hit { rule, start, end });
        true
    }

    fn holds(&self, check: &Check, (start, end): (usize, usize), hit: &str) -> bool {
        let words = self.words;
        let text = words.text.as_str();
        let begin = |starts: &[usize]| starts[starts.partition_point(|&at| at <= start).saturating_sub(1)];
        // Every stretch begins and ends with a space.
        let close = || {
            let next = words.sentences.partition_point(|&at| at < end);
            words.sentences.get(next).map_or(text.len(), |&at| at + 1)
        };
        let once = |from: usize, to: usize, text: &str| {
            let key = (std::ptr::from_ref(check).addr(), from, to);
            *self.held.borrow_mut().entry(key).or_insert_with(|| check.regex.is_match(text))
        };
        match (check.place, check.surface) {
            (Place::Before, _) => check.regex.is_match(&text[begin(&words.clauses)..=start]),
            (Place::After, _) => check.regex.is_match(&text[end - 1..close().max(end)]),
            (Place::Near, _) => {
                let (from, to) = (begin(&words.sentences), close().max(end));
                once(from, to, &text[from..to])
            }
            (Place::Message, false) => once(0, text.len(), text),
            (Place::Message, true) => once(0, 0, &self.surface.text),
            (Place::Inside, _) => check.regex.is_match(hit),
        }
    }

    /// A number or site that anyone may give: a crisis line's, or our own.
    fn allowed(&self, hit: &str) -> bool {
        let lexicon = &self.set.lexicon;
        let digits: String = hit.chars().filter(char::is_ascii_digit).collect();
        // Words may stand around a number, but no address.
        let address = hit.contains(['@', '/'])
            || hit.split(' ').any(|word| word.contains('.') && word.contains(char::is_alphabetic));
        if digits.len() >= 3 && !address {
            // With or without the country's code.
            let known = |number: &String| {
                *number == digits
                    || (number.len().min(digits.len()) >= 7
                        && (number.ends_with(&digits) || digits.ends_with(number.as_str())))
            };
            if lexicon.allowed_numbers.contains(&digits) || lexicon.allowed_numbers.iter().any(known) {
                return true;
            }
        }
        let host = hit.trim_start_matches("https").trim_start_matches("http").trim_start_matches("://");
        let host =
            host.split(['/', '?', '#', ' ']).next().unwrap_or("").trim_start_matches("www.").trim_end_matches('.');
        host.contains('.')
            && (lexicon.allowed_sites.contains(host)
                || host.match_indices('.').any(|(at, _)| lexicon.allowed_sites.contains(&host[at + 1..])))
    }
}
