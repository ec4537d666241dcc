//! The figures of the ladder.

use std::fmt;

use crate::outcome::Step;

/// How long things last, in milliseconds, and which count leads to which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A counted warning counts for this long.
    pub fade_ms: i64,
    /// Warnings by others, for the same person in the same room, are one incident for this long.
    pub incident_ms: i64,
    /// One moderator may warn one person once in this time.
    pub moderator_ms: i64,
    /// From this count on the person is muted,
    pub mute_at: usize,
    /// from this one removed from the room,
    pub remove_at: usize,
    /// from this one banned from rooms.
    pub ban_at: usize,
}

/// A duration is negative or above a hundred years, or the steps are not `1 <= mute <= remove <= ban`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRules;

impl fmt::Display for BadRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("durations must be 0 ms to a hundred years, and 1 <= mute_at <= remove_at <= ban_at")
    }
}

impl std::error::Error for BadRules {}

impl Default for Rules {
    fn default() -> Self {
        Self { fade_ms: 86_400_000, incident_ms: 30_000, moderator_ms: 60_000, mute_at: 2, remove_at: 3, ban_at: 5 }
    }
}

impl Rules {
    /// # Errors
    /// [`BadRules`].
    pub(crate) fn checked(self) -> Result<Self, BadRules> {
        let lasting = 0..=100 * 366 * 86_400_000;
        let durations = [self.fade_ms, self.incident_ms, self.moderator_ms];
        let rising = 1 <= self.mute_at && self.mute_at <= self.remove_at && self.remove_at <= self.ban_at;
        if rising && durations.iter().all(|duration| lasting.contains(duration)) {
            Ok(self)
        } else {
            Err(BadRules)
        }
    }

    /// What follows from so many counted warnings.
    #[must_use]
    pub fn step(&self, count: usize) -> Step {
        if count >= self.ban_at {
            Step::Ban
        } else if count >= self.remove_at {
            Step::Remove
        } else if count >= self.mute_at {
            Step::Mute
        } else {
            Step::Notice
        }
    }
}
