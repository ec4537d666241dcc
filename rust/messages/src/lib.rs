//! What somebody says, on the short way: the `send` frame is read here, and the frames that tell of it are written by templates.
//!
//! Nothing here defines a frame. What is read is only what surely fits the definition in Python, word for word; everything else is left to that.
//! What is written was written by that definition once, and has other numbers and other words put in.

mod log;
mod reading;
mod template;

pub use log::{Late, Log};
pub use reading::{read, Limits, Send};
pub use template::{Field, Format, Piece, Template, Values};
