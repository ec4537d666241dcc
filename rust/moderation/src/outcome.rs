//! What a warning leads to.

/// What follows from a count, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The person is told, nothing else.
    Notice,
    /// The person may not write in the room.
    Mute,
    /// The person leaves the room.
    Remove,
    /// The person may enter no room.
    Ban,
}

impl Step {
    /// The word that tables and frames use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Mute => "mute",
            Self::Remove => "remove",
            Self::Ban => "ban",
        }
    }
}

/// A warning that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Whether it opened an incident. Otherwise another moderator had warned about the same one.
    pub counted: bool,
    /// Counted warnings that have not faded, over all rooms, this one included.
    pub count: usize,
    /// The same, in this room.
    pub room_count: usize,
    /// What follows. For one that was not counted: the step to which its incident led.
    pub step: Step,
}

/// The answer to one warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// This moderator warned this person just now; the first moment at which they may again. Nothing was recorded.
    RefusedUntil(i64),
    /// It stands.
    Recorded(Recorded),
}
