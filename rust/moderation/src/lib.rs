//! The ladder of warnings: who was warned how often, and what follows.
//!
//! Warnings count over all rooms and fade. It decides and remembers; muting, removing, banning and telling
//! the person are the caller's, and so is storing the warnings: [`WarningLadder::restore`] rebuilds it.
//!
//! All windows are half-open: something that lasts `n` milliseconds from `t` is over at `t + n`.

mod ladder;
mod outcome;
mod record;
mod rules;

pub use ladder::{Warning, WarningLadder};
pub use outcome::{Outcome, Recorded, Step};
pub use rules::{BadRules, Rules};
