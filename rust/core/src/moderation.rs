//! `WarningLadder` and `WarningOutcome`, over `cups-moderation`.

use cups_moderation::{Outcome, Rules, Warning};
use pyo3::prelude::*;

use crate::arguments::{unsigned, Moment};
use crate::error::CoreError;

/// What one warning led to. After a refusal `count`, `room_count` and `step` say how the person stands now.
#[pyclass(module = "cups._core", frozen, get_all)]
pub(crate) struct WarningOutcome {
    refused_until: i64,
    counted: bool,
    count: usize,
    room_count: usize,
    step: &'static str,
}

#[pymethods]
impl WarningOutcome {
    fn __repr__(&self) -> String {
        let Self { refused_until, counted, count, room_count, step } = self;
        let counted = if *counted { "True" } else { "False" };
        format!(
            "WarningOutcome(refused_until={refused_until}, counted={counted}, count={count}, \
             room_count={room_count}, step='{step}')"
        )
    }
}

/// Warnings per person, in one room and across rooms.
#[pyclass(module = "cups._core")]
pub(crate) struct WarningLadder {
    ladder: cups_moderation::WarningLadder,
    rules: Rules,
}

#[pymethods]
impl WarningLadder {
    #[new]
    #[pyo3(signature = (*, fade_ms=86_400_000, incident_ms=30_000, moderator_ms=60_000, mute_at=2, remove_at=3, ban_at=5))]
    fn new(
        fade_ms: i64,
        incident_ms: i64,
        moderator_ms: i64,
        mute_at: i64,
        remove_at: i64,
        ban_at: i64,
    ) -> Result<Self, CoreError> {
        let rules = Rules {
            fade_ms,
            incident_ms,
            moderator_ms,
            mute_at: unsigned("mute_at", mute_at)?,
            remove_at: unsigned("remove_at", remove_at)?,
            ban_at: unsigned("ban_at", ban_at)?,
        };
        Ok(Self { ladder: cups_moderation::WarningLadder::new(rules)?, rules })
    }

    /// Warns a person.
    fn warn(&mut self, person: &str, room: &str, moderator: &str, now: Moment) -> WarningOutcome {
        let at = now.0;
        match self.ladder.warn(&Warning { person, room, moderator, at }) {
            Outcome::Recorded(recorded) => WarningOutcome {
                refused_until: 0,
                counted: recorded.counted,
                count: recorded.count,
                room_count: recorded.room_count,
                step: recorded.step.word(),
            },
            Outcome::RefusedUntil(refused_until) => {
                let count = self.ladder.standing(person, at);
                let room_count = self.ladder.standing_in(person, room, at);
                WarningOutcome { refused_until, counted: false, count, room_count, step: self.rules.step(count).word() }
            }
        }
    }

    /// Replays one stored warning, oldest first.
    fn restore(&mut self, person: &str, room: &str, moderator: &str, at: Moment, counted: bool) {
        self.ladder.restore(&Warning { person, room, moderator, at: at.0 }, counted);
    }

    /// Counted warnings that have not faded, over all rooms.
    fn standing(&self, person: &str, now: Moment) -> usize {
        self.ladder.standing(person, now.0)
    }

    /// Counted warnings that have not faded, in one room.
    fn standing_in(&self, person: &str, room: &str, now: Moment) -> usize {
        self.ladder.standing_in(person, room, now.0)
    }

    /// What follows from so many counted warnings.
    fn step(&self, count: i64) -> Result<&'static str, CoreError> {
        Ok(self.rules.step(unsigned("count", count)?).word())
    }

    /// Forgets persons about whom nothing matters any more; how many.
    fn sweep(&mut self, now: Moment) -> usize {
        self.ladder.sweep(now.0)
    }

    fn __len__(&self) -> usize {
        self.ladder.len()
    }
}
