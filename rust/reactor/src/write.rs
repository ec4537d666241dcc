//! From outboxes to sockets.
//!
//! All frames of a connection go out in one `send`, gathered in a buffer. Neighbours in a room mostly have the very same
//! frames to write: then the buffer is used again as it is.

use std::time::{Duration, Instant};

use cups_rooms::Slots;
use rustix::io::Errno;
use rustix::net::{send, shutdown, SendFlags, Shutdown};

use crate::connection::Phase;
use crate::reactor::{Payload, Reactor};
use crate::schedule::State;

/// Frames and bytes of one `send`; a longer frame goes alone.
const FRAMES: usize = 64;
const BYTES: usize = 65_536;

/// Bytes written to one connection before it is another's turn.
const TURN: usize = 1 << 20;

/// A round that took less is not worth resting from: the loop is as good as idle.
const BRIEF: Duration = Duration::from_micros(500);

/// Frames one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Gather {
    /// The number of each frame, and where it ends.
    frames: Vec<(u64, usize)>,
    bytes: Vec<u8>,
}

impl Gather {
    /// The next frames of a connection, as many as go at once; how many, and their bytes.
    fn collect<'a>(&'a mut self, slots: &Slots<Payload>, slot: u32) -> (usize, &'a [u8]) {
        let (mut count, mut end, mut skip) = (0, 0, 0);
        for frame in slots.waiting(slot).take(FRAMES) {
            match self.frames.get(count) {
                // Within the limits, since it was gathered behind the same frames before.
                Some((number, at)) if *number == frame.number => end = *at,
                _ => {
                    let payload = slots.payload(frame);
                    if count > 0 && end + payload.len() > BYTES {
                        break;
                    }
                    self.frames.truncate(count);
                    self.bytes.truncate(end);
                    self.bytes.extend_from_slice(payload);
                    end = self.bytes.len();
                    self.frames.push((frame.number, end));
                }
            }
            // Only the first frame may have been begun.
            skip += frame.written;
            count += 1;
        }
        (count, &self.bytes[skip..end])
    }

    /// Gives back what one large frame has grown.
    fn shrink(&mut self) {
        if self.bytes.capacity() > 2 * BYTES {
            *self = Self::default();
        }
    }
}

/// One walk over all connections that were to be written when it began.
#[derive(Debug, Default)]
pub(crate) struct Round {
    left: usize,
    spent: Duration,
    /// Nothing is written before.
    resting: Option<Instant>,
}

/// How writing to a connection left off.
enum Written {
    All,
    Blocked,
    /// Its turn is over.
    More,
    Failed,
}

impl Reactor {
    /// Writes what is to be written, to so many connections at most. Seconds after which to call again: 0.0 if more is
    /// left, none if nothing waits for a flush.
    pub fn flush(&mut self, now: f64) -> Option<f64> {
        self.now = self.now.max(now);
        self.schedule.advance(self.now, self.settings.lazy);
        if self.schedule.dirty() == 0 {
            return self.schedule.next_deadline().map(|deadline| (deadline - self.now).max(0.0));
        }
        let began = Instant::now();
        if let Some(until) = self.round.resting {
            if began < until {
                return Some((until - began).as_secs_f64());
            }
            self.round.resting = None;
        }
        if self.round.left == 0 {
            self.round = Round { left: self.schedule.dirty(), ..Round::default() };
        }
        let mut written = 0;
        while self.round.left > 0 && written < self.settings.flush_connections {
            self.round.left -= 1;
            if let Some(slot) = self.schedule.pop() {
                self.write_out(slot);
                written += 1;
            }
        }
        let spent = began.elapsed();
        self.counters.flushes += 1;
        self.counters.flush_micros += u64::try_from(spent.as_micros()).unwrap_or(u64::MAX);
        self.round.spent += spent;
        if self.round.left > 0 {
            return Some(0.0);
        }
        for gather in &mut self.gathers {
            gather.shrink();
        }
        let rest = self.round.spent.min(Duration::from_secs_f64(self.settings.coalesce));
        if self.round.spent >= BRIEF {
            self.round.resting = Some(Instant::now() + rest);
        }
        if self.schedule.dirty() > 0 {
            return Some(if self.round.resting.is_some() { rest.as_secs_f64() } else { 0.0 });
        }
        self.schedule.next_deadline().map(|deadline| (deadline - self.now).max(0.0))
    }

    /// How many connections the next flush may have to write.
    #[must_use]
    pub fn dirty(&self) -> usize {
        self.schedule.dirty()
    }

    /// The socket takes something again.
    pub(crate) fn write_blocked(&mut self, slot: u32) {
        if self.schedule.state(slot) == State::Blocked {
            self.write_out(slot);
        }
    }

    pub(crate) fn write_out(&mut self, slot: u32) {
        let (written, any) = self.write_turn(slot);
        let now = self.now;
        let connection = self.connection(slot);
        let was_blocked = connection.blocked.is_some();
        let state = match written {
            Written::All => {
                connection.blocked = None;
                State::Idle
            }
            Written::More => {
                connection.blocked = None;
                State::Dirty
            }
            Written::Blocked => {
                if any || !was_blocked {
                    connection.blocked = Some(now);
                }
                State::Blocked
            }
            Written::Failed => return self.broken(slot),
        };
        let quiet = state == State::Idle && !was_blocked && !matches!(connection.phase, Phase::Closing(_));
        self.schedule.set(slot, state);
        if !quiet && !self.finish(slot) {
            self.sync(slot);
        }
    }

    /// Writes until nothing is left, the socket is full or the turn is over; whether anything was written at all.
    fn write_turn(&mut self, slot: u32) -> (Written, bool) {
        let Self { connections, slots, gathers, counters, .. } = self;
        let connection = connections[slot as usize].as_mut().expect("only slots in use are handed around");
        let gather = &mut gathers[usize::from(connection.format)];
        let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
        let mut turn = 0;
        loop {
            let (count, bytes) = gather.collect(slots, slot);
            let closing = match &mut connection.phase {
                Phase::Closing(closing) if count == 0 => Some(closing),
                _ => None,
            };
            let bytes = closing.as_ref().map_or(bytes, |closing| &closing.last_words[closing.said..]);
            if bytes.is_empty() {
                break;
            }
            if turn >= TURN {
                return (Written::More, true);
            }
            let size = bytes.len();
            match send(&connection.socket, bytes, flags) {
                Ok(sent) => {
                    counters.writes += 1;
                    turn += sent;
                    counters.bytes_out += sent as u64;
                    let mut empty = false;
                    if let Some(closing) = closing {
                        closing.said += sent;
                        counters.frames_out += u64::from(sent == size);
                    } else {
                        let (ended, rest) = slots.wrote(slot, sent);
                        counters.frames_out += ended as u64;
                        empty = rest == 0;
                    }
                    if sent < size {
                        counters.partial_writes += 1;
                        counters.blocked_writes += 1;
                        return (Written::Blocked, sent > 0);
                    }
                    if empty && !matches!(connection.phase, Phase::Closing(_)) {
                        return (Written::All, true);
                    }
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    counters.blocked_writes += 1;
                    return (Written::Blocked, turn > 0);
                }
                Err(_) => return (Written::Failed, turn > 0),
            }
        }
        if matches!(&connection.phase, Phase::Closing(closing) if closing.ends_the_stream()) {
            let _ = shutdown(&connection.socket, Shutdown::Write);
        }
        (Written::All, turn > 0)
    }
}
