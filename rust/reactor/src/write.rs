//! From outboxes to sockets.
//!
//! All frames of a connection go out in one `send`, gathered in a buffer. Neighbours in a room mostly have the very same
//! frames to write: then what was gathered is used again as it is. Where the system has a ring for it, the sends of many
//! connections are one system call.

use std::ops::Range;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use cups_rooms::Slots;
use rustix::io::Errno;
use rustix::net::{send, shutdown, SendFlags, Shutdown};

use crate::connection::Phase;
use crate::reactor::{Payload, Reactor};
use crate::schedule::State;
use crate::sys::Ring;

/// Frames and bytes of one `send`; a longer frame goes alone.
const FRAMES: usize = 64;
const BYTES: usize = 65_536;

/// Bytes written to one connection before it is another's turn.
const TURN: usize = 1 << 20;

/// So many connections are written with one system call, and so many bytes gathered for them.
pub(crate) const BATCH: u32 = 256;
const BATCH_BYTES: usize = 4 * BYTES;

const FLAGS: SendFlags = SendFlags::NOSIGNAL.union(SendFlags::DONTWAIT);

/// Fewer than this are not worth a ring.
const FEW: usize = 3;

/// A round that took less is not worth resting from: the loop is as good as idle.
const BRIEF: Duration = Duration::from_micros(500);

/// Bytes for many connections, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Gather {
    bytes: Vec<u8>,
    /// For each format the frames that were gathered last: where they begin, and the number of each and where it ends.
    runs: [Run; cups_rooms::LANES],
}

#[derive(Debug, Default)]
struct Run {
    start: usize,
    frames: Vec<(u64, usize)>,
}

impl Gather {
    /// The next frames of a connection of this format, as many as go at once; how many, and where their bytes are.
    fn collect(&mut self, slots: &Slots<Payload>, slot: u32, format: u8) -> (usize, Range<usize>) {
        let Self { bytes, runs } = self;
        let run = &mut runs[usize::from(format)];
        let (mut count, mut end, mut skip) = (0, run.start, 0);
        for frame in slots.waiting(slot).take(FRAMES) {
            match run.frames.get(count) {
                // Within the limits, since it was gathered behind the same frames before.
                Some((number, at)) if *number == frame.number => end = *at,
                _ => {
                    let payload = slots.payload(frame);
                    if count > 0 && end - run.start + payload.len() > BYTES {
                        break;
                    }
                    if end != bytes.len() {
                        // Something else stands behind it, for somebody who is still to be written.
                        let moved = bytes.len();
                        bytes.extend_from_within(run.start..end);
                        run.frames.truncate(count);
                        for (_, at) in &mut run.frames {
                            *at = *at - run.start + moved;
                        }
                        run.start = moved;
                    }
                    bytes.extend_from_slice(payload);
                    end = bytes.len();
                    run.frames.push((frame.number, end));
                }
            }
            // Only the first frame may have been begun.
            skip += frame.written;
            count += 1;
        }
        (count, run.start + skip..end)
    }

    /// Nobody needs it any more. Gives back what one large frame has grown.
    fn clear(&mut self) {
        self.bytes.clear();
        for run in &mut self.runs {
            run.start = 0;
            run.frames.clear();
        }
        if self.bytes.capacity() > 2 * BATCH_BYTES {
            self.bytes = Vec::new();
        }
    }
}

/// Connections that the next system call writes.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    ring: Option<Ring>,
    /// The slot of each, and its bytes among what is gathered. Empty between two calls of the reactor.
    sends: Vec<(u32, Range<usize>)>,
    outcomes: Vec<Result<usize, Errno>>,
}

impl Batch {
    pub fn new(wanted: bool) -> Self {
        let ring = if wanted { Ring::new(BATCH) } else { None };
        Self { ring, ..Self::default() }
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
#[derive(Clone, Copy)]
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
        self.answer_closes();
        self.schedule.advance(self.now);
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
        let together = self.batch.ring.is_some() && self.round.left > FEW;
        while self.round.left > 0 && written < self.settings.flush_connections {
            self.round.left -= 1;
            if let Some(slot) = self.schedule.pop() {
                if !(together && self.write_later(slot)) {
                    self.write_out(slot);
                }
                written += 1;
            }
        }
        self.write_batch();
        let spent = began.elapsed();
        self.counters.flushes += 1;
        self.counters.flush_micros += u64::try_from(spent.as_micros()).unwrap_or(u64::MAX);
        self.round.spent += spent;
        if self.round.left > 0 {
            return Some(0.0);
        }
        if self.schedule.dirty() > 0 {
            // More has come while it was writing: what gathers in a short rest goes out with it. A loop that keeps up
            // has nothing to gain by resting.
            let rest = self.round.spent.min(Duration::from_secs_f64(self.settings.coalesce));
            self.round.resting = (self.round.spent >= BRIEF).then(|| Instant::now() + rest);
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

    /// Has a connection written with the others of its batch; false if it has something of its own to say.
    fn write_later(&mut self, slot: u32) -> bool {
        let connection = self.connection(slot);
        if matches!(connection.phase, Phase::Closing(_)) {
            return false;
        }
        let format = connection.format;
        let (count, bytes) = self.gather.collect(&self.slots, slot, format);
        if count == 0 {
            return false;
        }
        self.batch.sends.push((slot, bytes));
        if self.batch.sends.len() >= BATCH as usize || self.gather.bytes.len() >= BATCH_BYTES {
            self.write_batch();
        }
        true
    }

    fn write_batch(&mut self) {
        let Self { batch: Batch { ring, sends, outcomes }, gather, connections, counters, .. } = self;
        if !sends.is_empty() {
            let parts = sends.iter().map(|(slot, bytes)| {
                let connection = connections[*slot as usize].as_ref().expect("nobody ends while a batch is made up");
                (connection.socket.as_fd(), &gather.bytes[bytes.clone()])
            });
            counters.batches += 1;
            let done = ring.as_mut().and_then(|ring| ring.send_each(parts));
            outcomes.clear();
            outcomes.extend_from_slice(done.unwrap_or_default());
            if outcomes.is_empty() {
                // It was allowed when it was made, and is no more: each for itself, from now on.
                *ring = None;
            }
        }
        for at in 0..self.batch.sends.len() {
            let (slot, bytes) = self.batch.sends[at].clone();
            match self.batch.outcomes.get(at).copied() {
                Some(outcome) => {
                    let written = self.sent(slot, bytes.len(), outcome);
                    self.settle(slot, written, matches!(outcome, Ok(1..)));
                }
                None => self.write_out(slot),
            }
        }
        self.batch.sends.clear();
        self.gather.clear();
    }

    /// The books for one send of what waits.
    fn sent(&mut self, slot: u32, size: usize, outcome: Result<usize, Errno>) -> Written {
        let Self { slots, counters, .. } = self;
        match outcome {
            Ok(sent) => {
                counters.writes += 1;
                counters.bytes_out += sent as u64;
                let (ended, rest) = slots.wrote(slot, sent);
                counters.frames_out += ended as u64;
                if sent < size {
                    counters.partial_writes += 1;
                    counters.blocked_writes += 1;
                    Written::Blocked
                } else if rest == 0 {
                    Written::All
                } else {
                    Written::More
                }
            }
            Err(Errno::INTR) => Written::More,
            Err(Errno::AGAIN) => {
                counters.blocked_writes += 1;
                Written::Blocked
            }
            Err(_) => Written::Failed,
        }
    }

    pub(crate) fn write_out(&mut self, slot: u32) {
        let (written, any) = self.write_turn(slot);
        if self.batch.sends.is_empty() {
            self.gather.clear();
        }
        self.settle(slot, written, any);
    }

    /// Where a connection stands with the writer, now that it was written; `any`: something was.
    fn settle(&mut self, slot: u32, written: Written, any: bool) {
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
        let mut turn = 0;
        loop {
            let Self { connections, slots, gather, .. } = self;
            let connection = connections[slot as usize].as_ref().expect("only slots in use are handed around");
            let (count, bytes) = gather.collect(slots, slot, connection.format);
            if count == 0 {
                break;
            }
            if turn >= TURN {
                return (Written::More, true);
            }
            let outcome = send(&connection.socket, &gather.bytes[bytes.clone()], FLAGS);
            turn += outcome.unwrap_or(0);
            match self.sent(slot, bytes.len(), outcome) {
                Written::More => {}
                Written::All => break,
                written => return (written, turn > 0),
            }
        }
        self.say_last_words(slot, turn > 0)
    }

    /// What is written of a connection that closes when nothing else waits.
    fn say_last_words(&mut self, slot: u32, any: bool) -> (Written, bool) {
        let Self { connections, counters, .. } = self;
        let connection = connections[slot as usize].as_mut().expect("only slots in use are handed around");
        let Phase::Closing(closing) = &mut connection.phase else {
            return (Written::All, any);
        };
        while closing.said < closing.last_words.len() {
            match send(&connection.socket, &closing.last_words[closing.said..], FLAGS) {
                Ok(sent) => {
                    counters.writes += 1;
                    counters.bytes_out += sent as u64;
                    closing.said += sent;
                    if closing.said < closing.last_words.len() {
                        counters.partial_writes += 1;
                        counters.blocked_writes += 1;
                        return (Written::Blocked, true);
                    }
                    counters.frames_out += 1;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    counters.blocked_writes += 1;
                    return (Written::Blocked, any);
                }
                Err(_) => return (Written::Failed, any),
            }
        }
        if closing.ends_the_stream() {
            let _ = shutdown(&connection.socket, Shutdown::Write);
        }
        (Written::All, true)
    }
}
