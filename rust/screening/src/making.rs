//! Makes rules ready: patterns compiled, their words learned.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;

use regex::Regex;

use crate::clues::Clues;
use crate::fold;
use crate::pattern::{compile, Matcher, Phrase};
use crate::rules::{Action, Class, Condition, Lexicon, Place, Rule};
use crate::ruleset::MOST_EXPRESSIONS;
use crate::steps::Steps;
use crate::vocabulary::Vocabulary;

#[derive(Debug)]
pub(crate) struct Check {
    pub place: Place,
    pub regex: Regex,
    pub surface: bool,
}

#[derive(Debug)]
pub(crate) struct Ready {
    pub id: String,
    pub class: Class,
    pub action: Action,
    pub share: u16,
    pub conversation: bool,
    pub unquoted: bool,
    pub allow: bool,
    pub digits: usize,
    pub needs: Vec<String>,
    pub expressions: Vec<Regex>,
    /// They as one, or each of them: whether there is any hit at all.
    pub any: Vec<Regex>,
    pub unless: Vec<Check>,
    pub only: Vec<Check>,
    pub seen: AtomicU64,
    pub acted: AtomicU64,
}

/// One pattern over words: which rule it is of, and how it is confirmed.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub rule: usize,
    /// None: the automaton's match is the hit.
    pub regex: Option<Regex>,
    pub starts: bool,
    pub ends: bool,
    /// It spans no more words than these.
    pub words: usize,
}

/// Rules on their way into a set.
pub(crate) struct Making {
    pub vocabulary: Vocabulary,
    pub rules: Vec<Ready>,
    pub spoken: Vec<Spoken>,
    pub texts: Vec<String>,
    places: HashMap<String, usize>,
    pub wanted_by: Vec<Vec<usize>>,
    pub clues: Clues,
    pub steps: Steps,
    expressions: usize,
}

impl Making {
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut vocabulary = Vocabulary::default();
        lexicon.known.iter().for_each(|word| vocabulary.add(&fold::word(word)));
        lexicon.forgiven.iter().for_each(|word| vocabulary.forgive(&fold::word(word)));
        Self {
            vocabulary,
            rules: Vec::new(),
            spoken: Vec::new(),
            texts: Vec::new(),
            places: HashMap::new(),
            wanted_by: Vec::new(),
            clues: Clues::default(),
            steps: Steps::default(),
            expressions: 0,
        }
    }

    pub fn rule(&mut self, place: usize, rule: &Rule) -> Result<(), String> {
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
                self.phrase(place, rule.conversation, pattern).map_err(told)?;
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
            any: together(&expressions),
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

    fn phrase(&mut self, rule: usize, conversation: bool, pattern: &str) -> Result<(), String> {
        let phrase = Phrase::parse(pattern)?;
        self.learn(&phrase);
        self.steps.learn(&phrase, conversation);
        let (regex, texts) = match phrase.matcher()? {
            Matcher::Texts(texts) => {
                self.clues.learn(true, conversation, &texts, &[]);
                (None, texts)
            }
            Matcher::Expression(regex, needed, besides) => {
                self.clues.learn(false, conversation, &needed, &besides);
                (Some(regex), needed)
            }
        };
        let number = self.spoken.len();
        self.spoken.push(Spoken { rule, regex, starts: phrase.starts, ends: phrase.ends, words: phrase.words() });
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

/// Several expressions as one, if that can be compiled.
fn together(expressions: &[Regex]) -> Vec<Regex> {
    let all: Vec<String> = expressions.iter().map(|one| format!("(?:{})", one.as_str())).collect();
    match compile(&all.join("|")) {
        Ok(one) if !expressions.is_empty() => vec![one],
        _ => expressions.to_vec(),
    }
}
