//! Rules made ready: one automaton over the words of all of them, expressions only where it found what they need.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::fold;
use crate::pattern::{compile, Matcher, Phrase};
use crate::reading::{surface, words, Surface, Words};
use crate::rules::{Action, Class, Condition, Lexicon, Place, Rule, RuleError};
use crate::vocabulary::Vocabulary;

/// Expressions over the surface are tried on every text that has what they need: there may only be a few.
pub const MOST_EXPRESSIONS: usize = 256;
/// What parts two messages of a conversation on the surface.
pub(crate) const PART: char = '\n';

/// Where a rule was hit, in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Place of the rule in the set.
    pub rule: usize,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

#[derive(Debug)]
struct Check {
    place: Place,
    regex: Regex,
    surface: bool,
}

#[derive(Debug)]
struct Ready {
    id: String,
    class: Class,
    action: Action,
    share: u16,
    conversation: bool,
    unquoted: bool,
    allow: bool,
    digits: usize,
    needs: Vec<String>,
    expressions: Vec<Regex>,
    unless: Vec<Check>,
    only: Vec<Check>,
    seen: AtomicU64,
    acted: AtomicU64,
}

/// One pattern over words: which rule it is of, and how it is confirmed.
#[derive(Debug)]
struct Spoken {
    rule: usize,
    /// None: the automaton's match is the hit.
    regex: Option<Regex>,
    starts: bool,
    ends: bool,
}

/// Immutable; any number of threads may read with it.
#[derive(Debug)]
pub struct Ruleset {
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    rules: Vec<Ready>,
    spoken: Vec<Spoken>,
    automaton: AhoCorasick,
    /// Which patterns each text of the automaton belongs to.
    wanted_by: Vec<Vec<usize>>,
    /// Rules with expressions over the surface.
    surfaced: Vec<usize>,
    any_conversation: bool,
}

impl Ruleset {
    /// Compiles rules.
    ///
    /// # Errors
    /// The first rule that cannot be used.
    pub fn new(rules: &[Rule], lexicon: Lexicon) -> Result<Self, RuleError> {
        let mut making = Making::new(&lexicon);
        let mut ids = HashSet::new();
        for (place, rule) in rules.iter().enumerate() {
            if !ids.insert(rule.id.as_str()) {
                return Err(RuleError { rule: rule.id.clone(), why: "there is another rule of this name".into() });
            }
            making.rule(place, rule).map_err(|why| RuleError { rule: rule.id.clone(), why })?;
        }
        let surfaced: Vec<usize> =
            making.rules.iter().enumerate().filter(|(_, r)| !r.expressions.is_empty()).map(|(at, _)| at).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&making.texts)
            .map_err(|error| RuleError { rule: "all".into(), why: error.to_string() })?;
        let any_conversation = making.rules.iter().any(|rule| rule.conversation);
        let Making { vocabulary, rules, spoken, wanted_by, .. } = making;
        Ok(Self { lexicon, vocabulary, rules, spoken, automaton, wanted_by, surfaced, any_conversation })
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A rule's id, class, action and share.
    #[must_use]
    pub fn about(&self, rule: usize) -> (&str, Class, Action, u16) {
        let rule = &self.rules[rule];
        (&rule.id, rule.class, rule.action, rule.share)
    }

    /// The words of a text as the rules see them. Reading them again gives the same.
    #[must_use]
    pub fn words(&self, text: &str) -> String {
        words(text, &self.vocabulary, &self.lexicon).text.trim().to_owned()
    }

    /// The surface of a text as the rules see it.
    #[must_use]
    pub fn surface(&self, text: &str) -> String {
        surface(text, &self.lexicon).text
    }

    /// The first hit of every rule that is hit, in the order of rules.
    #[must_use]
    pub fn hits(&self, text: &str) -> Vec<Hit> {
        self.find(text, None)
    }

    /// The same over `earlier` (oldest first) and `text` together: what crosses from the one to the other, or lies in `text` alone.
    #[must_use]
    pub fn hits_after(&self, earlier: &[&str], text: &str) -> Vec<Hit> {
        let mut found = self.find(text, None);
        if earlier.is_empty() || !self.any_conversation {
            return found;
        }
        let mut whole = String::new();
        for one in earlier {
            whole.extend(one.chars().map(|ch| if ch == PART { ' ' } else { ch }));
            whole.push(PART);
        }
        let border = whole.len();
        whole.push_str(text);
        for hit in self.find(&whole, Some(border)) {
            if hit.end > border && !found.iter().any(|known| known.rule == hit.rule) {
                found.push(Hit { rule: hit.rule, start: hit.start.max(border) - border, end: hit.end - border });
            }
        }
        found.sort_by_key(|hit| hit.rule);
        found
    }

    /// With a border: rules of conversations alone, and only hits that lie across it.
    fn find(&self, text: &str, border: Option<usize>) -> Vec<Hit> {
        let spoken = if border.is_some() {
            // Whoever writes a sentence in pieces does not end it with each.
            words(&text.replace(PART, " "), &self.vocabulary, &self.lexicon)
        } else {
            words(text, &self.vocabulary, &self.lexicon)
        };
        let mut search =
            Search { set: self, words: &spoken, surface: None, text, border, found: Vec::new(), hit: HashSet::new() };
        search.words();
        search.surface();
        search.found.sort_by_key(|hit| hit.rule);
        search.found
    }

    /// Counts a hit, and whether it acted.
    pub(crate) fn count(&self, rule: usize, acted: bool) {
        self.rules[rule].seen.fetch_add(1, Relaxed);
        self.rules[rule].acted.fetch_add(u64::from(acted), Relaxed);
    }

    /// Hits since the last call, of the rules that had any: id, how many, and how many of them acted.
    #[must_use]
    pub fn take_counts(&self) -> Vec<(String, u64, u64)> {
        self.rules
            .iter()
            .map(|rule| (rule.id.clone(), rule.seen.swap(0, Relaxed), rule.acted.swap(0, Relaxed)))
            .filter(|(_, seen, _)| *seen > 0)
            .collect()
    }
}

struct Making {
    vocabulary: Vocabulary,
    rules: Vec<Ready>,
    spoken: Vec<Spoken>,
    texts: Vec<String>,
    places: std::collections::HashMap<String, usize>,
    wanted_by: Vec<Vec<usize>>,
    expressions: usize,
}

impl Making {
    fn new(lexicon: &Lexicon) -> Self {
        let mut vocabulary = Vocabulary::default();
        lexicon.known.iter().for_each(|word| vocabulary.add(&fold::word(word)));
        lexicon.forgiven.iter().for_each(|word| vocabulary.forgive(&fold::word(word)));
        Self {
            vocabulary,
            rules: Vec::new(),
            spoken: Vec::new(),
            texts: Vec::new(),
            places: std::collections::HashMap::new(),
            wanted_by: Vec::new(),
            expressions: 0,
        }
    }

    fn rule(&mut self, place: usize, rule: &Rule) -> Result<(), String> {
        if rule.patterns.is_empty() {
            return Err("has no patterns".into());
        }
        if rule.class.is_crisis() && rule.action > Action::Help {
            return Err("a sign of crisis is never held or blocked".into());
        }
        if rule.share > 1000 {
            return Err("its share is above 1000 of 1000".into());
        }
        let mut expressions = Vec::new();
        for pattern in &rule.patterns {
            let told = |why: String| format!("the pattern {pattern:?} {why}");
            if let Some(expression) = pattern.strip_prefix("re:") {
                let regex = compile(expression).map_err(told)?;
                if regex.is_match("") {
                    return Err(told("matches nothing at all".into()));
                }
                expressions.push(regex);
            } else {
                self.phrase(place, pattern).map_err(told)?;
            }
        }
        self.expressions += expressions.len();
        if self.expressions > MOST_EXPRESSIONS {
            return Err(format!("there are more than {MOST_EXPRESSIONS} expressions over the surface"));
        }
        let unless = self.checks(&rule.unless)?;
        let only = self.checks(&rule.only)?;
        self.rules.push(Ready {
            id: rule.id.clone(),
            class: rule.class,
            action: rule.action,
            share: rule.share,
            conversation: rule.conversation,
            unquoted: rule.unquoted,
            allow: rule.allow,
            digits: rule.digits,
            needs: rule.needs.clone(),
            expressions,
            unless,
            only,
            seen: AtomicU64::new(0),
            acted: AtomicU64::new(0),
        });
        Ok(())
    }

    fn learn(&mut self, phrase: &Phrase) {
        let vocabulary = &mut self.vocabulary;
        phrase.each_word(&mut |word, begins| if begins { vocabulary.add_stem(word) } else { vocabulary.add(word) });
    }

    fn phrase(&mut self, rule: usize, pattern: &str) -> Result<(), String> {
        let phrase = Phrase::parse(pattern)?;
        self.learn(&phrase);
        let (regex, texts) = match phrase.matcher()? {
            Matcher::Texts(texts) => (None, texts),
            Matcher::Expression(regex, needed) => (Some(regex), needed),
        };
        let number = self.spoken.len();
        self.spoken.push(Spoken { rule, regex, starts: phrase.starts, ends: phrase.ends });
        for text in texts {
            let place = *self.places.entry(text.clone()).or_insert_with(|| {
                self.texts.push(text);
                self.wanted_by.push(Vec::new());
                self.texts.len() - 1
            });
            self.wanted_by[place].push(number);
        }
        Ok(())
    }

    fn checks(&mut self, conditions: &[Condition]) -> Result<Vec<Check>, String> {
        conditions
            .iter()
            .map(|condition| {
                let told = |why: String| format!("the condition {:?} {why}", condition.pattern);
                if let Some(expression) = condition.pattern.strip_prefix("re:") {
                    if !matches!(condition.place, Place::Inside | Place::Message) {
                        return Err(told("is an expression: those look inside of the hit or at the message".into()));
                    }
                    return Ok(Check {
                        place: condition.place,
                        regex: compile(expression).map_err(told)?,
                        surface: true,
                    });
                }
                let phrase = Phrase::parse(&condition.pattern).map_err(told)?;
                self.learn(&phrase);
                let regex = match condition.place {
                    Place::Before => phrase.before(),
                    Place::After => phrase.after(),
                    Place::Near | Place::Message | Place::Inside => phrase.within(),
                };
                Ok(Check { place: condition.place, regex: regex.map_err(told)?, surface: false })
            })
            .collect()
    }
}

/// One search in one text.
struct Search<'a> {
    set: &'a Ruleset,
    words: &'a Words,
    surface: Option<Rc<Surface>>,
    text: &'a str,
    border: Option<usize>,
    found: Vec<Hit>,
    hit: HashSet<usize>,
}

impl Search<'_> {
    fn words(&mut self) {
        let set = self.set;
        let mut tried = HashSet::new();
        for found in set.automaton.find_overlapping_iter(&self.words.text) {
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
                        if tried.insert(number) {
                            self.all_of(spoken, regex);
                        }
                    }
                }
            }
        }
    }

    fn wants(&self, rule: usize) -> bool {
        !self.hit.contains(&rule) && (self.border.is_none() || self.set.rules[rule].conversation)
    }

    fn all_of(&mut self, spoken: &Spoken, regex: &Regex) {
        let mut from = 0;
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

    fn surface(&mut self) {
        let set = self.set;
        if set.surfaced.is_empty() {
            return;
        }
        let surface = Rc::new(surface(self.text, &set.lexicon));
        self.surface = Some(Rc::clone(&surface));
        for &rule in &set.surfaced {
            let ready = &set.rules[rule];
            let possible = surface.digits >= ready.digits
                && (ready.needs.is_empty() || ready.needs.iter().any(|text| surface.text.contains(text.as_str())));
            if !possible || !self.wants(rule) {
                continue;
            }
            'patterns: for regex in &ready.expressions {
                for found in regex.find_iter(&surface.text) {
                    if found.is_empty() || (ready.allow && self.allowed(found.as_str())) {
                        continue;
                    }
                    let (from, to) =
                        (surface.origin[found.start()].0 as usize, surface.origin[found.end() - 1].1 as usize);
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
        self.hit.insert(rule);
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
        match (check.place, check.surface) {
            (Place::Before, _) => check.regex.is_match(&text[begin(&words.clauses)..=start]),
            (Place::After, _) => check.regex.is_match(&text[end - 1..close().max(end)]),
            (Place::Near, _) => check.regex.is_match(&text[begin(&words.sentences)..close().max(end)]),
            (Place::Message, false) => check.regex.is_match(text),
            (Place::Message, true) => match &self.surface {
                Some(surface) => check.regex.is_match(&surface.text),
                None => check.regex.is_match(&surface(self.text, &self.set.lexicon).text),
            },
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
