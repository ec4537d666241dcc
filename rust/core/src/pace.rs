//! `Pace`, over `cups-pace`.

use cups_pace::{Key, Rule, RuleId, Verdict};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::arguments::{unsigned, Moment};
use crate::error::CoreError;

/// Checks at once that are usual: a person's, and a room's.
const FEW: usize = 4;

/// GCRA limits.
///
/// A key is known by the hash that Python keeps within each string (keyed, and secret to this process, unless PYTHONHASHSEED says otherwise):
/// a string that is asked about again is not hashed again.
#[pyclass(module = "cups._core")]
pub(crate) struct Pace {
    pace: cups_pace::Pace,
    /// Rules by the address of the string that named them last. Those strings are kept, so that no other can have their address.
    named: Vec<(Py<PyString>, RuleId)>,
}

impl Pace {
    fn rule_id(&mut self, rule: &Bound<'_, PyString>) -> PyResult<RuleId> {
        if let Some((_, id)) = self.named.iter().find(|(name, _)| name.as_ptr() == rule.as_ptr()) {
            return Ok(*id);
        }
        let id = self.pace.find(rule.to_str()?).map_err(CoreError::from)?;
        self.named.retain(|(_, known)| *known != id);
        self.named.push((rule.clone().unbind(), id));
        Ok(id)
    }

    /// As `check`, of one event.
    pub fn count(&mut self, rule: &Bound<'_, PyString>, key: &Bound<'_, PyString>, now: i64) -> PyResult<i64> {
        let rule = self.rule_id(rule)?;
        Ok(moment(self.pace.check_key(rule, hashed(key)?, now, 1).map_err(CoreError::from)?))
    }

    /// As `check_all`, of a tuple.
    pub fn count_all(&mut self, checks: &Bound<'_, PyTuple>, now: i64) -> PyResult<i64> {
        let mut pairs = Vec::with_capacity(FEW);
        for pair in checks.iter_borrowed() {
            pairs.push(self.pair(&pair)?);
        }
        Ok(moment(self.pace.check_keys(&pairs, now).map_err(CoreError::from)?))
    }

    /// The pair of a rule and a key.
    fn pair(&mut self, pair: &Bound<'_, PyAny>) -> PyResult<(RuleId, Key)> {
        if let Ok(both) = pair.cast::<PyTuple>() {
            if let (2, Ok(rule), Ok(key)) = (both.len(), both.get_borrowed_item(0), both.get_borrowed_item(1)) {
                let (rule, key) = ((*rule).cast::<PyString>()?, (*key).cast::<PyString>()?);
                return Ok((self.rule_id(rule)?, hashed(key)?));
            }
        }
        Err(PyTypeError::new_err("each check is a tuple of a rule and a key"))
    }
}

#[allow(clippy::cast_sign_loss)] // The bits count, not the number.
fn hashed(key: &Bound<'_, PyString>) -> PyResult<Key> {
    Ok(Key(key.hash()? as u64))
}

#[pymethods]
impl Pace {
    #[new]
    fn new() -> Self {
        Self { pace: cups_pace::Pace::new(), named: Vec::new() }
    }

    /// Adds or replaces a rule; keys in flight keep their history.
    #[pyo3(signature = (name, *, burst, period_ms))]
    fn set_rule(&mut self, name: &str, burst: i64, period_ms: i64) -> Result<(), CoreError> {
        self.named.clear();
        self.pace.set_rule(name, Rule::new(burst, period_ms)?);
        Ok(())
    }

    /// 0: allowed and counted. Otherwise refused: the moment when it will be allowed.
    #[pyo3(signature = (rule, key, now, cost=1))]
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn check(&mut self, rule: Bound<'_, PyString>, key: Bound<'_, PyString>, now: Moment, cost: i64) -> PyResult<i64> {
        let rule = self.rule_id(&rule)?;
        let cost = unsigned("cost", cost)?;
        Ok(moment(self.pace.check_key(rule, hashed(&key)?, now.0, cost).map_err(CoreError::from)?))
    }

    /// All or nothing over several (rule, key): 0, or the latest moment among the refusals.
    fn check_all(&mut self, checks: &Bound<'_, PyAny>, now: Moment) -> PyResult<i64> {
        if let Ok(checks) = checks.cast::<PyTuple>() {
            return self.count_all(checks, now.0);
        }
        let pairs: Vec<_> = checks.try_iter()?.map(|pair| self.pair(&pair?)).collect::<PyResult<_>>()?;
        Ok(moment(self.pace.check_keys(&pairs, now.0).map_err(CoreError::from)?))
    }

    /// As `check`, counting nothing.
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn peek(&mut self, rule: Bound<'_, PyString>, key: Bound<'_, PyString>, now: Moment) -> PyResult<i64> {
        let rule = self.rule_id(&rule)?;
        Ok(moment(self.pace.peek_key(rule, hashed(&key)?, now.0, 1).map_err(CoreError::from)?))
    }

    /// Forgets keys that are back at rest; how many.
    fn sweep(&mut self, now: Moment) -> usize {
        self.pace.sweep(now.0)
    }

    /// A step of a sweep, over at most about `most` slots; how many keys were forgotten.
    fn sweep_some(&mut self, now: Moment, most: i64) -> Result<usize, CoreError> {
        Ok(self.pace.sweep_some(now.0, unsigned("most", most)?))
    }

    /// `(burst, period_ms)` of a rule, or None.
    fn rule(&self, name: &str) -> Option<(i64, i64)> {
        self.pace.rule(name).map(|rule| (rule.burst(), rule.period_ms()))
    }

    fn __len__(&self) -> usize {
        self.pace.len()
    }
}

fn moment(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Allowed => 0,
        Verdict::RefusedUntil(moment) => moment,
    }
}
