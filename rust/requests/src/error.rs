//! Why a request could not enter the queue.

use std::fmt;

/// What [`crate::RequestQueue::add`] refuses. The queue is unchanged then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddError {
    /// A request with this id is in the index already, waiting or claimed.
    Present,
    /// The last fencing token is beyond what the table can store.
    FenceTooLarge,
    /// Pools and topics are few and named by the server; here are more than any server has.
    TooManyNames,
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Present => "the request is in the queue already",
            Self::FenceTooLarge => "the fencing token is too large",
            Self::TooManyNames => "there are too many pools or topics",
        })
    }
}

impl std::error::Error for AddError {}
