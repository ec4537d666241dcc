//! Why a request could not enter the queue.

use std::fmt;

/// What [`crate::RequestQueue::add`] refuses. The queue is unchanged then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddError {
    /// A request with this id is in the index already, waiting or claimed.
    Present,
    /// The last fencing token is beyond `i64::MAX`, so that the next ones could not be stored.
    FenceTooLarge,
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Present => "the request is in the queue already",
            Self::FenceTooLarge => "the fencing token is too large",
        })
    }
}

impl std::error::Error for AddError {}
