//! What a frame is worth when an outbox fills.

use crate::error::FanoutError;

/// Classes of frames, the dearest first. The last three may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Answers and the protocol's own frames.
    Control,
    /// Claims, warnings, retractions.
    Claim,
    /// What somebody wrote.
    Message,
    /// Receipts and reactions.
    Receipt,
    /// Who is here.
    Presence,
    /// Who is typing.
    Typing,
}

impl Class {
    /// The classes that are shed, in that order.
    pub(crate) const SHED: [Self; 3] = [Self::Typing, Self::Presence, Self::Receipt];

    /// The place among the classes that may be left out; nothing for those that never are.
    pub(crate) fn sheddable(self) -> Option<usize> {
        match self {
            Self::Control | Self::Claim | Self::Message => None,
            Self::Typing => Some(0),
            Self::Presence => Some(1),
            Self::Receipt => Some(2),
        }
    }

    /// Whether it may be left out; such a frame may also wait a moment for a dearer one to ride with.
    #[must_use]
    pub fn is_lazy(self) -> bool {
        self.sheddable().is_some()
    }
}

impl TryFrom<i64> for Class {
    type Error = FanoutError;

    fn try_from(number: i64) -> Result<Self, FanoutError> {
        Ok(match number {
            0 => Self::Control,
            1 => Self::Claim,
            2 => Self::Message,
            3 => Self::Receipt,
            4 => Self::Presence,
            5 => Self::Typing,
            _ => return Err(FanoutError::UnknownClass(number)),
        })
    }
}
