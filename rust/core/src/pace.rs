//! `Pace`, over `cups-pace`.

use cups_pace::{Rule, Verdict};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::arguments::{unsigned, Moment};
use crate::error::CoreError;

/// GCRA limits.
#[pyclass(module = "cups._core")]
pub(crate) struct Pace(cups_pace::Pace);

#[pymethods]
impl Pace {
    #[new]
    fn new() -> Self {
        Self(cups_pace::Pace::new())
    }

    /// Adds or replaces a rule; keys in flight keep their history.
    #[pyo3(signature = (name, *, burst, period_ms))]
    fn set_rule(&mut self, name: &str, burst: i64, period_ms: i64) -> Result<(), CoreError> {
        self.0.set_rule(name, Rule::new(burst, period_ms)?);
        Ok(())
    }

    /// 0: allowed and counted. Otherwise refused: the moment when it will be allowed.
    #[pyo3(signature = (rule, key, now, cost=1))]
    fn check(&mut self, rule: &str, key: &str, now: Moment, cost: i64) -> Result<i64, CoreError> {
        Ok(moment(self.0.check(rule, key, now.0, unsigned("cost", cost)?)?))
    }

    /// All or nothing over several (rule, key): 0, or the latest moment among the refusals.
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn check_all(&mut self, checks: Vec<(Bound<'_, PyString>, Bound<'_, PyString>)>, now: Moment) -> PyResult<i64> {
        let pairs: PyResult<Vec<_>> = checks.iter().map(|(rule, key)| Ok((rule.to_str()?, key.to_str()?))).collect();
        Ok(moment(self.0.check_all(&pairs?, now.0).map_err(CoreError::from)?))
    }

    /// As `check`, counting nothing.
    fn peek(&mut self, rule: &str, key: &str, now: Moment) -> Result<i64, CoreError> {
        Ok(moment(self.0.peek(rule, key, now.0, 1)?))
    }

    /// Forgets keys that are back at rest; how many.
    fn sweep(&mut self, now: Moment) -> usize {
        self.0.sweep(now.0)
    }

    /// A step of a sweep, over at most about `most` slots; how many keys were forgotten.
    fn sweep_some(&mut self, now: Moment, most: i64) -> Result<usize, CoreError> {
        Ok(self.0.sweep_some(now.0, unsigned("most", most)?))
    }

    /// `(burst, period_ms)` of a rule, or None.
    fn rule(&self, name: &str) -> Option<(i64, i64)> {
        self.0.rule(name).map(|rule| (rule.burst(), rule.period_ms()))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}

fn moment(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Allowed => 0,
        Verdict::RefusedUntil(moment) => moment,
    }
}
