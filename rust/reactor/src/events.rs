//! What a tick tells.

/// Why a connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum End {
    /// The peer closed without a close frame.
    Eof = 0,
    /// The peer reset the connection, or its socket failed.
    Reset = 1,
    /// Nothing came after a heartbeat.
    Unanswered = 2,
    /// Nothing could be written for too long.
    Stalled = 3,
    /// A frame, or a message that is diverted, stayed incomplete for too long.
    Incomplete = 4,
    /// `close`, and the peer has answered, or the time for that has passed.
    Closed = 5,
    /// `abort`, or a retraction in the middle of a frame.
    Aborted = 6,
    /// A message over the limits.
    TooBig = 7,
    /// Too many control frames.
    Flood = 8,
}

/// One thing that happened to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// Everything read so far, a whole HTTP head and perhaps what is behind it.
    Head(&'a [u8]),
    /// A text message; it is UTF-8.
    Text(&'a [u8]),
    /// A binary message.
    Binary(&'a [u8]),
    /// Raw bytes of frames that are not taken here.
    Diverted(&'a [u8]),
    /// The same, up to the end of a fragmented message; then the connection is held until it is resumed.
    DivertedLast(&'a [u8]),
    /// The connection is forgotten.
    Ended(End),
    /// The outbox went over a cap, and takes nothing any more.
    Overflowed,
}

/// Takes the events of a tick, each with the number of its connection.
pub trait Sink {
    /// One event; what it points to lasts for this call.
    fn event(&mut self, conn: u64, event: Event<'_>);
}

impl<F: FnMut(u64, Event<'_>)> Sink for F {
    fn event(&mut self, conn: u64, event: Event<'_>) {
        self(conn, event);
    }
}

/// What happened outside of a tick and is told in the next one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Notice {
    Ended(End),
    Overflowed,
}
