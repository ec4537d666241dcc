//! What a caller can get wrong.

use std::fmt;

/// A mistake of the caller, not a refusal: asking again later does not help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaceError {
    /// `burst` and `period_ms` must be 1 or more, and their product at most [`crate::Rule::MAX_SPAN_MS`].
    BadRule,
    /// No rule has this name.
    UnknownRule(String),
    /// The cost is 0, or more than the burst, so that it would never be allowed.
    BadCost,
}

impl fmt::Display for PaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRule => {
                f.write_str("burst and period_ms must be at least 1, and both together at most a hundred years")
            }
            Self::UnknownRule(name) => write!(f, "no rule is called {name:?}"),
            Self::BadCost => f.write_str("the cost must be at least 1 and at most the burst of the rule"),
        }
    }
}

impl std::error::Error for PaceError {}
