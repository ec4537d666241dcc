//! What the reactor allows and how long it waits.

use cups_rooms::Limits;

use crate::error::ReactorError;
use crate::network::Network;

/// Connections have their slot in the low bits of their number.
pub(crate) const SLOT_BITS: u32 = 24;

/// All limits. Times are seconds.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bytes of an HTTP head.
    pub max_head_bytes: usize,
    /// Payload bytes of a message, in one frame or in all of its fragments.
    pub max_frame_bytes: usize,
    /// Fragments of one message.
    pub max_fragments: u32,
    /// Connections in all, those that have not sent their head included.
    pub max_connections: usize,
    /// Connections from one address.
    pub max_connections_per_address: usize,
    /// Where the limit per address does not hold: a proxy's address, or the network that proxies are in.
    pub exempt_addresses: Vec<Network>,
    /// Pings and pongs that a connection may send at once…
    pub control_frames_burst: u32,
    /// …and as many more for each second since it opened.
    pub control_frames_per_s: u32,
    /// From accepting to the end of the HTTP head.
    pub head_timeout: f64,
    /// From the first byte of a frame, or of a message that is diverted, to its last.
    pub frame_timeout: f64,
    /// Nothing received for so long: a ping is sent.
    pub heartbeat: f64,
    /// From that ping to anything at all.
    pub pong_timeout: f64,
    /// Nothing could be written for so long, though something waits.
    pub send_timeout: f64,
    /// From `close` to the peer's answer.
    pub close_timeout: f64,
    /// What may wait for one connection.
    pub outbox: Limits,
    /// How long receipts, presence and typing wait for a message to ride with, at least…
    pub lazy: f64,
    /// …and for each who gets them, so that what goes alone costs the same share of time in a room of any size…
    pub lazy_each: f64,
    /// …and at most.
    pub lazy_most: f64,
    /// The most that a busy loop holds anything back.
    pub coalesce: f64,
    /// Connections written by one call of `flush`.
    pub flush_connections: usize,
    /// Writes to many with one system call, where the system has `io_uring` and allows it.
    pub ring: bool,
    /// What a connection over the limits is told before it is closed.
    pub busy_answer: Vec<u8>,
    /// What is told to whom sends too long a head, before it is closed.
    pub head_answer: Vec<u8>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_head_bytes: 16_384,
            max_frame_bytes: 65_536,
            max_fragments: 64,
            max_connections: 20_000,
            max_connections_per_address: 512,
            exempt_addresses: Vec::new(),
            control_frames_burst: 60,
            control_frames_per_s: 10,
            head_timeout: 5.0,
            frame_timeout: 20.0,
            heartbeat: 25.0,
            pong_timeout: 20.0,
            send_timeout: 10.0,
            close_timeout: 3.0,
            outbox: Limits::default(),
            lazy: 0.008,
            lazy_each: 0.0,
            lazy_most: 0.1,
            coalesce: 0.005,
            flush_connections: 256,
            ring: true,
            busy_answer: Vec::new(),
            head_answer: Vec::new(),
        }
    }
}

impl Settings {
    /// How long a frame for so many may wait for a dearer one to ride with.
    #[allow(clippy::cast_precision_loss)] // There are fewer connections than a float can count.
    pub(crate) fn patience(&self, recipients: usize) -> f64 {
        (self.lazy_each * recipients as f64).min(self.lazy_most).max(self.lazy)
    }

    /// Refuses what makes no sense.
    pub(crate) fn check(&self) -> Result<(), ReactorError> {
        let sizes = [
            ("max_head_bytes", self.max_head_bytes, 1 << 30),
            ("max_frame_bytes", self.max_frame_bytes, 1 << 30),
            ("max_connections", self.max_connections, 1 << (SLOT_BITS - 1)),
            ("max_connections_per_address", self.max_connections_per_address, usize::MAX),
            ("flush_connections", self.flush_connections, usize::MAX),
        ];
        if let Some((name, ..)) = sizes.into_iter().find(|(_, size, most)| *size == 0 || size > most) {
            return Err(ReactorError::Setting(name));
        }
        let times = [
            ("head_timeout_s", self.head_timeout),
            ("frame_timeout_s", self.frame_timeout),
            ("heartbeat_s", self.heartbeat),
            ("pong_timeout_s", self.pong_timeout),
            ("send_timeout_s", self.send_timeout),
            ("close_timeout_s", self.close_timeout),
            ("lazy_ms", self.lazy),
            ("lazy_us_each", self.lazy_each),
            ("lazy_most_ms", self.lazy_most),
            ("coalesce_ms", self.coalesce),
        ];
        let unfit = |time: f64| !time.is_finite() || time < 0.0;
        times.into_iter().find(|(_, time)| unfit(*time)).map_or(Ok(()), |(name, _)| Err(ReactorError::Setting(name)))
    }
}
