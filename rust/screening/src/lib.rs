//! Screening: what in a text is a contact detail, an approach, hate, a method, or a sign that somebody is in danger.
//!
//! Rules are data ([`Rule`]), compiled into a [`Ruleset`] that any number of threads may use and that can be swapped at any moment. A text is read twice
//! ([`Ruleset::words`], [`Ruleset::surface`]) with its disguises undone, matched in one pass, and judged for one person ([`Screening::check`]).
//! Everything is linear in the text. It decides; storing, refusing, showing help and calling somebody are the caller's.

mod brief;
mod clues;
mod conversation;
mod fold;
mod making;
mod needs;
mod pattern;
mod reading;
mod rules;
mod ruleset;
#[cfg(test)]
mod samples;
mod screening;
mod search;
mod steps;
mod strange;
mod verdict;
mod vocabulary;
mod walk;
mod window;

pub use rules::{Action, Class, Condition, Lexicon, Place, Rule, RuleError};
pub use ruleset::{Hit, Ruleset, MOST_EXPRESSIONS};
pub use screening::{Screening, Turn};
pub use verdict::Verdict;
pub use window::WindowLimits;
