//! Fan-out: who is subscribed to what, and what waits to be written to each connection.
//!
//! It moves handles, not bytes: a frame is stored once however many outboxes hold it, and its payload is
//! whatever the caller puts in (`P`), given back unchanged. It writes to no socket and decides about no access.
//!
//! What a connection gets is always a subsequence of what was queued for it, in that order: frames are left
//! out (conflated, shed, retracted), never moved.
//!
//! Memory is held by what waits. A connection with nothing to write keeps a ring of a few places at most.

mod backlog;
mod class;
mod error;
mod fanout;
mod frames;
mod groups;
mod outbox;
mod slab;
mod slots;

pub use backlog::Pushed;
pub use class::Class;
pub use error::FanoutError;
pub use fanout::{Fanout, Statistics};
pub use frames::Parcel;
pub use outbox::{Limits, Losses, Waiting};
pub use slots::{Slots, LANES};
