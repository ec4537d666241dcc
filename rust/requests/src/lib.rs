//! The queue index: who waits, in which order, and who holds a claim.
//!
//! It ranks, filters and leases. It stores nothing, starts nothing and reads no clock: the table of requests
//! is the truth, every call is told the time, and the same calls give the same answers.
//! Who may talk to whom is decided by the caller, who says it as pools, topics and askers ([`Listener`]).
//!
//! Nobody starves inside a severity: among equals the earlier `first_at` is first, and a request keeps its
//! rank whatever happens to it, so that only requests of a higher severity can overtake it.

mod claims;
mod error;
mod merge;
mod pools;
mod queue;
mod rank;
mod rank_list;

pub use claims::Claim;
pub use error::AddError;
pub use merge::Listener;
pub use queue::{RequestQueue, Statistics, Waiter};
pub use rank::Rank;
pub use rank_list::RankList;
