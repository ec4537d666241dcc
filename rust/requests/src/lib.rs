//! The queue index: who waits, in which order, and who holds a claim.
//!
//! It ranks, filters and leases. It stores nothing, starts nothing and reads no clock: the table of requests
//! is the truth, every call is told the time, and the same calls give the same answers.
//! Who may talk to whom is decided by the caller, who says it as pools, topics and askers ([`Listener`]).
//!
//! Nobody starves: severity counts as a bounded head start ([`Rank`]), and a request keeps its rank whatever happens to it.

mod claims;
mod error;
mod id;
mod merge;
mod names;
mod pools;
mod queue;
mod rank;
mod rank_list;
mod sweep;

pub use claims::{Claim, Holder};
pub use error::AddError;
pub use id::Id;
pub use merge::Listener;
pub use queue::{RequestQueue, Statistics, Waiter};
pub use rank::Rank;
pub use rank_list::RankList;
pub use sweep::Found;
