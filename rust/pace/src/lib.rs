//! GCRA limits whose refusals say when to come back.
//!
//! A rule is `burst` events at once and then one per `period_ms`. What is kept for a key is one number: the
//! moment at which it will be back at rest; a key that is at rest is not kept at all. Time is told by the caller, in whole milliseconds since the
//! epoch; since the interval of a rule is whole milliseconds too, all arithmetic is exact.
//!
//! It waits for nobody, reads no clock, and shares nothing between processes.

mod error;
mod keys;
mod meter;
mod pace;
mod rule;

pub use error::PaceError;
pub use keys::Key;
pub use pace::{Pace, RuleId, Verdict};
pub use rule::Rule;
