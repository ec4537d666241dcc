//! WebSocket connections on one epoll descriptor: what comes in as whole messages, what goes out from shared outboxes.
//!
//! It owns the sockets and decides about bytes: frames, limits, heartbeats, closing, who is written when. It decides
//! about no access and understands no message. What is rare or odd (fragments, errors) it hands on as it
//! came, for a full implementation of the protocol to read.
//!
//! It is told the time, in seconds that never go back; only how long a flush took it measures itself. One thread uses
//! it, which waits for the descriptor, calls [`Reactor::tick`], acts on what that tells, and calls [`Reactor::flush`].
//! Nothing is written but by these two, and nothing is called back but the sink of a tick.
//!
//! A system's refusal (memory, descriptors) ends one connection or rests the door; it never panics.

mod accept;
mod closing;
mod connection;
pub mod divert;
mod error;
mod events;
pub mod header;
mod network;
pub mod parse;
mod publish;
mod reactor;
mod read;
mod schedule;
mod settings;
mod statistics;
pub mod sys;
mod timers;
pub mod wheel;
mod write;

pub use cups_rooms::{Class, Limits};
pub use error::ReactorError;
pub use events::{End, Event, Sink};
pub use network::{Network, NotANetwork};
pub use publish::Post;
pub use reactor::Reactor;
pub use rustix::io::Errno;
pub use settings::Settings;
pub use statistics::Statistics;
