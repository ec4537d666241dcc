//! Every error of the core as the Python exception that callers expect.

use std::fmt::Display;

use cups_moderation::BadRules;
use cups_pace::PaceError;
use cups_reactor::{Errno, ReactorError};
use cups_requests::AddError;
use cups_rooms::FanoutError;
use cups_screening::RuleError;
use pyo3::exceptions::{PyKeyError, PyOSError, PyValueError};
use pyo3::PyErr;

/// An error of a pure crate, on its way to Python.
pub(crate) enum CoreError {
    Add(AddError),
    Fanout(FanoutError),
    Ladder(BadRules),
    Pace(PaceError),
    Reactor(ReactorError),
    Rule(RuleError),
    /// An argument outside of its range: its name, and what it must be.
    Range(&'static str, &'static str),
}

impl From<CoreError> for PyErr {
    fn from(error: CoreError) -> Self {
        match error {
            CoreError::Pace(PaceError::UnknownRule(name)) => PyKeyError::new_err(name),
            CoreError::Fanout(FanoutError::UnknownConnection(conn))
            | CoreError::Reactor(ReactorError::UnknownConnection(conn) | ReactorError::NotOffered(conn)) => {
                PyKeyError::new_err(conn)
            }
            CoreError::Reactor(ReactorError::System(error)) => {
                PyOSError::new_err((error.raw_os_error(), std::io::Error::from(error).to_string()))
            }
            CoreError::Add(error) => value(&error),
            CoreError::Fanout(error) => value(&error),
            CoreError::Ladder(error) => value(&error),
            CoreError::Pace(error) => value(&error),
            CoreError::Reactor(error) => value(&error),
            CoreError::Rule(RuleError { rule, why }) => PyValueError::new_err((rule, why)),
            CoreError::Range(name, wanted) => PyValueError::new_err(format!("{name} must be {wanted}")),
        }
    }
}

fn value(error: &dyn Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

impl From<AddError> for CoreError {
    fn from(error: AddError) -> Self {
        Self::Add(error)
    }
}

impl From<FanoutError> for CoreError {
    fn from(error: FanoutError) -> Self {
        Self::Fanout(error)
    }
}

impl From<BadRules> for CoreError {
    fn from(error: BadRules) -> Self {
        Self::Ladder(error)
    }
}

impl From<PaceError> for CoreError {
    fn from(error: PaceError) -> Self {
        Self::Pace(error)
    }
}

impl From<ReactorError> for CoreError {
    fn from(error: ReactorError) -> Self {
        Self::Reactor(error)
    }
}

impl From<RuleError> for CoreError {
    fn from(error: RuleError) -> Self {
        Self::Rule(error)
    }
}

impl From<Errno> for CoreError {
    fn from(error: Errno) -> Self {
        Self::Reactor(error.into())
    }
}
