//! `Screening` and its verdicts, over `cups-screening`.

use std::collections::HashMap;

use cups_screening::{
    Action, Class, Condition, Hit, Lexicon, Place, Rule, RuleError, Ruleset, Turn, Verdict, WindowLimits,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::arguments::{unsigned, Moment};
use crate::error::CoreError;

/// A rule as Python has it.
#[derive(FromPyObject)]
struct RuleIn {
    id: String,
    kind: String,
    action: String,
    share: i64,
    conversation: bool,
    patterns: Vec<String>,
    unless: Vec<(String, String)>,
    only: Vec<(String, String)>,
    unquoted: bool,
    allow: bool,
    digits: i64,
    needs: Vec<String>,
}

#[derive(FromPyObject)]
struct LexiconIn {
    numbers: HashMap<String, String>,
    aliases: HashMap<String, String>,
    forgiven: Vec<String>,
    known: Vec<String>,
    breaks: Vec<String>,
    allowed_numbers: Vec<String>,
    allowed_sites: Vec<String>,
}

impl RuleIn {
    fn rule(self) -> Result<Rule, CoreError> {
        let wrong = |why: &str| RuleError { rule: self.id.clone(), why: why.to_owned() };
        let class = Class::ALL.into_iter().find(|class| class.word() == self.kind);
        let actions = [Action::Pass, Action::Help, Action::Hold, Action::Block];
        let action = actions.into_iter().find(|action| action.word() == self.action);
        Ok(Rule {
            class: class.ok_or_else(|| wrong("there is no such class"))?,
            action: action.ok_or_else(|| wrong("there is no such action"))?,
            share: unsigned("share", self.share)?,
            digits: unsigned("digits", self.digits)?,
            unless: conditions(self.unless, &self.id)?,
            only: conditions(self.only, &self.id)?,
            id: self.id,
            conversation: self.conversation,
            patterns: self.patterns,
            unquoted: self.unquoted,
            allow: self.allow,
            needs: self.needs,
        })
    }
}

fn conditions(pairs: Vec<(String, String)>, rule: &str) -> Result<Vec<Condition>, CoreError> {
    pairs
        .into_iter()
        .map(|(place, pattern)| {
            let place = match place.as_str() {
                "before" => Place::Before,
                "after" => Place::After,
                "near" => Place::Near,
                "message" => Place::Message,
                "inside" => Place::Inside,
                _ => {
                    return Err(RuleError { rule: rule.to_owned(), why: format!("there is no place {place:?}") }.into())
                }
            };
            Ok(Condition { place, pattern })
        })
        .collect()
}

fn compiled(py: Python<'_>, rules: Vec<RuleIn>, lexicon: LexiconIn) -> Result<Ruleset, CoreError> {
    let rules: Vec<Rule> = rules.into_iter().map(RuleIn::rule).collect::<Result<_, _>>()?;
    let LexiconIn { numbers, aliases, forgiven, known, breaks, allowed_numbers, allowed_sites } = lexicon;
    let lexicon = Lexicon {
        numbers: numbers.into_iter().collect(),
        aliases: aliases.into_iter().collect(),
        forgiven,
        known,
        breaks: breaks.into_iter().collect(),
        allowed_numbers: allowed_numbers.into_iter().collect(),
        allowed_sites: allowed_sites.into_iter().collect(),
    };
    Ok(py.detach(|| Ruleset::new(&rules, lexicon))?)
}

/// A rule that was hit, and where, in characters.
#[pyclass(module = "cups._core", frozen, get_all)]
#[derive(Clone)]
pub(crate) struct ScreeningHit {
    rule: String,
    kind: &'static str,
    start: usize,
    end: usize,
    acts: bool,
}

impl ScreeningHit {
    fn new(rules: &Ruleset, hit: Hit, acts: bool, text: &str) -> Self {
        let (rule, class, _, _) = rules.about(hit.rule);
        // Python counts characters.
        let start = text[..hit.start].chars().count();
        let end = start + text[hit.start..hit.end].chars().count();
        Self { rule: rule.to_owned(), kind: class.word(), start, end, acts }
    }
}

/// What to do with a text.
#[pyclass(module = "cups._core", frozen, get_all)]
pub(crate) struct ScreeningVerdict {
    action: &'static str,
    decisive: Option<ScreeningHit>,
    concern: Option<ScreeningHit>,
    hits: Vec<ScreeningHit>,
}

impl ScreeningVerdict {
    fn new(rules: &Ruleset, verdict: &Verdict, text: &str) -> Self {
        let told = |hit: Hit| ScreeningHit::new(rules, hit, true, text);
        Self {
            action: verdict.action.word(),
            decisive: verdict.decisive.map(told),
            concern: verdict.concern.map(told),
            hits: verdict.hits.iter().map(|&(hit, acts)| ScreeningHit::new(rules, hit, acts, text)).collect(),
        }
    }
}

/// The verdict of a text without hits: most are one and the same.
static NOTHING: PyOnceLock<Py<ScreeningVerdict>> = PyOnceLock::new();

fn told(py: Python<'_>, rules: &Ruleset, verdict: &Verdict, text: &str) -> PyResult<Py<ScreeningVerdict>> {
    if verdict.hits.is_empty() {
        let made = NOTHING.get_or_try_init(py, || Py::new(py, ScreeningVerdict::new(rules, verdict, text)))?;
        return Ok(made.clone_ref(py));
    }
    Py::new(py, ScreeningVerdict::new(rules, verdict, text))
}

/// Rules in force, and what was said lately.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct Screening(cups_screening::Screening);

impl Screening {
    pub fn core(&self) -> &cups_screening::Screening {
        &self.0
    }
}

#[pymethods]
impl Screening {
    #[new]
    #[pyo3(signature = (rules, lexicon, *, window_messages=6, window_bytes=600, window_ms=600_000, window_keys=20_000))]
    fn new(
        py: Python<'_>,
        rules: Vec<RuleIn>,
        lexicon: LexiconIn,
        window_messages: i64,
        window_bytes: i64,
        window_ms: i64,
        window_keys: i64,
    ) -> Result<Self, CoreError> {
        let limits = WindowLimits {
            messages: unsigned("window_messages", window_messages)?,
            bytes: unsigned("window_bytes", window_bytes)?,
            age_ms: unsigned("window_ms", window_ms)?,
            keys: unsigned::<usize>("window_keys", window_keys)?.max(1),
        };
        Ok(Self(cups_screening::Screening::new(compiled(py, rules, lexicon)?, limits)))
    }

    /// Puts other rules in force; the last counts of those before.
    fn swap(
        &self,
        py: Python<'_>,
        rules: Vec<RuleIn>,
        lexicon: LexiconIn,
    ) -> Result<Vec<(String, u64, u64)>, CoreError> {
        Ok(self.0.swap(compiled(py, rules, lexicon)?).take_counts())
    }

    /// One text by itself.
    fn judge(&self, py: Python<'_>, person: &str, text: &str) -> PyResult<Py<ScreeningVerdict>> {
        let (rules, verdict) = self.0.judge(person, text);
        told(py, &rules, &verdict, text)
    }

    /// Whether nothing is hit in what somebody is about to say. False tells nothing.
    fn plain(&self, key: &str, name: &str, text: &str, now: Moment) -> bool {
        self.0.plain(key, Turn::new(name), text, now.0)
    }

    /// What somebody is about to say, with what they said before.
    #[pyo3(signature = (key, person, name, text, now, changed=false))]
    #[allow(clippy::too_many_arguments)] // Python names them.
    fn check(
        &self,
        py: Python<'_>,
        key: &str,
        person: &str,
        name: &str,
        text: &str,
        now: Moment,
        changed: bool,
    ) -> PyResult<Py<ScreeningVerdict>> {
        let (rules, verdict) = self.0.check(key, person, Turn { name, changed }, text, now.0);
        told(py, &rules, &verdict, text)
    }

    /// What stands for a text that was checked: its hits are not counted again.
    #[pyo3(signature = (key, person, name, text, now, changed=false))]
    #[allow(clippy::too_many_arguments)] // Python names them.
    fn recheck(
        &self,
        py: Python<'_>,
        key: &str,
        person: &str,
        name: &str,
        text: &str,
        now: Moment,
        changed: bool,
    ) -> PyResult<Py<ScreeningVerdict>> {
        let (rules, verdict) = self.0.recheck(key, person, Turn { name, changed }, text, now.0);
        told(py, &rules, &verdict, text)
    }

    /// As `recheck`, never the quick way: what tests hold that against.
    #[pyo3(signature = (key, person, name, text, now, changed=false))]
    #[allow(clippy::too_many_arguments)] // Python names them.
    fn check_in_full(
        &self,
        py: Python<'_>,
        key: &str,
        person: &str,
        name: &str,
        text: &str,
        now: Moment,
        changed: bool,
    ) -> PyResult<Py<ScreeningVerdict>> {
        let (rules, verdict) = self.0.check_in_full(key, person, Turn { name, changed }, text, now.0);
        told(py, &rules, &verdict, text)
    }

    /// Remembers what was said.
    #[pyo3(signature = (key, name, text, now, changed=false))]
    fn said(&self, key: &str, name: &str, text: &str, now: Moment, changed: bool) {
        self.0.said(key, Turn { name, changed }, text, now.0);
    }

    /// Forgets who has been silent for long; how many.
    fn sweep(&self, now: Moment) -> usize {
        self.0.sweep(now.0)
    }

    fn __len__(&self) -> usize {
        self.0.remembered()
    }

    /// How many rules are in force.
    fn rules(&self) -> usize {
        self.0.rules().len()
    }

    /// The words as rules see them.
    fn words(&self, text: &str) -> String {
        self.0.rules().words(text)
    }

    /// The surface as rules see it.
    fn surface(&self, text: &str) -> String {
        self.0.rules().surface(text)
    }

    /// Hits since the last call.
    fn take_counts(&self) -> Vec<(String, u64, u64)> {
        self.0.rules().take_counts()
    }
}
