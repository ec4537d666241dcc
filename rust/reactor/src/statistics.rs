//! What was counted since the start, and the sizes of the present.

/// Declares the statistics once, with their names.
macro_rules! statistics {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counters since the start, and sizes of the present.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Statistics {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Statistics {
            /// All of them, each with its name.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }
        }
    };
}

statistics! {
    /// Upgraded connections now.
    connections,
    /// Connections now that have not been upgraded.
    connecting,
    /// Connections now that have ended but for the peer's end of the stream.
    parting,
    /// Upgraded connections of format 0 now.
    text_connections,
    /// Upgraded connections of format 1 now.
    packed_connections,
    /// Groups with members now.
    groups,
    /// Pairs of connection and group now.
    memberships,
    /// Connections let in at the door.
    accepted,
    /// Connections turned away there.
    refused,
    /// Connections that ended before their HTTP head did.
    heads_dropped,
    /// Messages and control frames taken on the fast path.
    frames_in,
    /// Bytes read.
    bytes_in,
    /// Frames, and raw pieces, written to their end.
    frames_out,
    /// Bytes written.
    bytes_out,
    /// Writes to one socket.
    writes,
    /// System calls for writing to many sockets, each of which made many of these writes.
    batches,
    /// Writes that took a part only.
    partial_writes,
    /// Those after which the socket was full.
    blocked_writes,
    /// Frames that wait now: a shared frame counts in each outbox.
    frames_queued,
    /// Their bytes.
    bytes_queued,
    /// Frames left out because an outbox was over half of a cap.
    shed,
    /// Frames whose place a newer one with the same key took.
    conflated,
    /// Frames taken back out of an outbox.
    retracted,
    /// Diversions begun.
    diverted,
    /// Outboxes that went over a cap.
    overflowed,
    /// Pings sent.
    heartbeats,
    /// Connections ended by a timer, but for the closing handshake's.
    timed_out,
    /// Connections closed for too long a message.
    too_big,
    /// Connections closed for too many control frames.
    floods,
    /// Flushes that wrote.
    flushes,
    /// The time they took, in microseconds.
    flush_micros,
    /// Ticks.
    ticks,
}
