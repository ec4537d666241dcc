//! What a caller can get wrong, and what the system refuses.

use std::fmt;

use cups_rooms::FanoutError;
use rustix::io::Errno;

/// A mistake of the caller, or a refusal of the system. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactorError {
    /// No open connection has this number.
    UnknownConnection(u64),
    /// Only a connection whose HTTP head was handed out can be upgraded or released.
    NotOffered(u64),
    /// This setting is out of its range.
    Setting(&'static str),
    /// Formats are 0, text, and 1, packed.
    UnknownFormat(i64),
    /// Classes or caps.
    Fanout(FanoutError),
    /// A system call failed.
    System(Errno),
}

impl fmt::Display for ReactorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownConnection(conn) => write!(f, "no connection {conn}"),
            Self::NotOffered(conn) => write!(f, "connection {conn} has no HTTP head that waits for an answer"),
            Self::Setting(name) => write!(f, "{name} is out of range"),
            Self::UnknownFormat(format) => write!(f, "no format {format}: formats are 0 (text) and 1 (packed)"),
            Self::Fanout(error) => error.fmt(f),
            Self::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReactorError {}

impl From<Errno> for ReactorError {
    fn from(error: Errno) -> Self {
        Self::System(error)
    }
}

impl From<FanoutError> for ReactorError {
    fn from(error: FanoutError) -> Self {
        Self::Fanout(error)
    }
}
