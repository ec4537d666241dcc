//! What a caller can get wrong.

use std::fmt;

/// A mistake of the caller. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FanoutError {
    /// No connection has this number.
    UnknownConnection(u64),
    /// This number is connected already.
    Connected(u64),
    /// Classes are 0 to 5.
    UnknownClass(i64),
    /// A cap must be 1 or more, and below 2³¹.
    BadLimits,
}

impl fmt::Display for FanoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownConnection(conn) => write!(f, "no connection {conn}"),
            Self::Connected(conn) => write!(f, "connection {conn} exists already"),
            Self::UnknownClass(class) => write!(f, "no class {class}: classes are 0 to 5"),
            Self::BadLimits => f.write_str("max_bytes and max_frames must be at least 1, and below 2147483648"),
        }
    }
}

impl std::error::Error for FanoutError {}
