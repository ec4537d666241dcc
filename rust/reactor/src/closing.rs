//! Ways out: the closing handshake, limits that were passed, and refusals at the door.

use std::os::fd::OwnedFd;

use rustix::net::{send, shutdown, SendFlags, Shutdown};

use crate::connection::{Closing, Phase};
use crate::divert::{seek_close, Follower};
use crate::events::{End, Notice};
use crate::header::close_frame;
use crate::reactor::Reactor;
use crate::schedule::State;

/// How long a refused connection is given to read its refusal, at most.
const FAREWELL_S: f64 = 1.0;

/// More than so many refused connections at once are not given that time.
const FAREWELLS: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Leaving {
    /// Refused connections that are still being told so.
    pub dismissed: usize,
    /// Whose close frame has come and waits for its answer.
    pub heard: Vec<u64>,
}

impl Reactor {
    /// Writes a close frame behind what waits, or instead of it, and waits for the peer's. An offered connection, which
    /// speaks HTTP as yet, gets the end of the stream behind what waits. The first call counts.
    pub fn close(&mut self, conn: u64, code: u16, reason: &str, discard: bool) {
        if let Some(slot) = self.find(conn) {
            let bare = matches!(self.connection(slot).phase, Phase::Offered);
            let last_words = if bare { Box::default() } else { close_frame(code, reason) };
            self.begin_closing(slot, last_words, discard, End::Closed);
        }
    }

    /// A limit was passed. What waits is still written.
    pub(crate) fn close_for(&mut self, slot: u32, code: u16, reason: &str, end: End) {
        match end {
            End::TooBig => self.counters.too_big += 1,
            End::Flood => self.counters.floods += 1,
            _ => {}
        }
        self.begin_closing(slot, close_frame(code, reason), false, end);
    }

    /// Refuses somebody at the door. They are given a moment to read why, as long as there are not too many.
    pub(crate) fn dismiss(&mut self, socket: OwnedFd) {
        let answer = &self.settings.busy_answer;
        if answer.is_empty() || self.leaving.dismissed >= FAREWELLS {
            let _ = send(&socket, answer, SendFlags::NOSIGNAL | SendFlags::DONTWAIT);
            return;
        }
        let last_words = answer.clone().into_boxed_slice();
        let slot = self.insert(socket, None);
        self.bid_farewell(slot, last_words);
    }

    /// Refuses whoever sends too long a head, in the same way. Nobody has heard of it.
    pub(crate) fn refuse_head(&mut self, slot: u32) {
        if self.settings.head_answer.is_empty() || self.leaving.dismissed >= FAREWELLS {
            return self.end(slot, End::TooBig);
        }
        self.counters.heads_dropped += 1;
        let last_words = self.settings.head_answer.clone().into_boxed_slice();
        self.bid_farewell(slot, last_words);
    }

    /// From now on it counts among those who leave, no longer among those who connect.
    fn bid_farewell(&mut self, slot: u32, last_words: Box<[u8]>) {
        self.counters.connecting -= 1;
        self.leaving.dismissed += 1;
        self.begin_closing(slot, last_words, false, End::Closed);
        // At once: a door that is overrun must not wait for a flush that is held back.
        if self.connections[slot as usize].is_some() {
            self.write_out(slot);
        }
    }

    fn begin_closing(&mut self, slot: u32, last_words: Box<[u8]>, discard: bool, reason: End) {
        let now = self.now;
        let patience = self.settings.close_timeout;
        let connection = self.connection(slot);
        let (follower, answered, bare) = match std::mem::replace(&mut connection.phase, Phase::Held) {
            phase @ (Phase::Closing(_) | Phase::Parting(_)) => {
                connection.phase = phase;
                return;
            }
            // Both close at the same time.
            Phase::Answering(_) => (None, true, false),
            Phase::Head | Phase::Offered => (None, false, true),
            Phase::Open | Phase::Held => (Some(Follower::default()), false, false),
            Phase::Fragmented(fragments) => (Some(fragments.into_follower()), false, false),
            Phase::Lost(lost) => (lost.follower, lost.answered, false),
        };
        let patience = if connection.told { patience } else { patience.min(FAREWELL_S) };
        let deadline = now + patience;
        let closing = Closing { last_words, said: 0, follower, answered, eof: false, bare, deadline, reason };
        self.shut(slot, Box::new(closing), discard);
    }

    /// The peer's close frame has come. What is behind it is nothing any more.
    pub(crate) fn hear_close(&mut self, slot: u32, answer: Box<[u8]>) {
        let connection = self.connection(slot);
        connection.phase = Phase::Answering(Box::new(Closing {
            last_words: answer,
            said: 0,
            follower: None,
            answered: true,
            eof: false,
            bare: false,
            deadline: f64::INFINITY,
            reason: End::Closed,
        }));
        let number = connection.number;
        self.leaving.heard.push(number);
    }

    /// Closes whoever has closed. Not as soon as the close frame is read: what came before it is handled by then, and answered.
    pub(crate) fn answer_closes(&mut self) {
        let deadline = self.now + self.settings.close_timeout;
        for number in std::mem::take(&mut self.leaving.heard) {
            let Some(slot) = self.slot_of(number) else { continue };
            let connection = self.connection(slot);
            match std::mem::replace(&mut connection.phase, Phase::Held) {
                Phase::Answering(closing) => {
                    let closing = Closing { deadline, ..*closing };
                    self.shut(slot, Box::new(closing), false);
                }
                phase => connection.phase = phase,
            }
        }
    }

    fn shut(&mut self, slot: u32, closing: Box<Closing>, discard: bool) {
        let connection = self.connection(slot);
        connection.phase = Phase::Closing(closing);
        connection.incomplete = None;
        connection.need = 0;
        let carry = std::mem::take(&mut connection.carry);
        self.slots.shut(slot, discard);
        self.discard_read(slot, &carry);
        if self.schedule.state(slot) != State::Blocked {
            self.schedule.queued(slot, None);
        }
        self.sync(slot);
    }

    /// Looks at what a closing peer still sends only to find its close frame.
    pub(crate) fn discard_read(&mut self, slot: u32, bytes: &[u8]) {
        let connection = self.connection(slot);
        if let Phase::Closing(closing) = &mut connection.phase {
            let followed = closing.follower.is_some();
            closing.answered |= seek_close(&mut closing.follower, bytes);
            if followed && closing.said == closing.last_words.len() && closing.ends_the_stream() {
                let _ = shutdown(&connection.socket, Shutdown::Write);
            }
        }
    }

    /// Nothing more will come from a closing peer.
    pub(crate) fn heard_all(&mut self, slot: u32) {
        if let Phase::Closing(closing) = &mut self.connection(slot).phase {
            closing.eof = true;
            closing.answered = true;
        }
        if !self.finish(slot) {
            self.sync(slot);
        }
    }

    /// Ends a closing connection once both sides have said all.
    pub(crate) fn finish(&mut self, slot: u32) -> bool {
        let idle = self.slots.depth(slot) == (0, 0);
        let connection = self.connection(slot);
        let Phase::Closing(closing) = &connection.phase else {
            return false;
        };
        let over = idle && closing.said == closing.last_words.len() && closing.answered;
        if over {
            let (reason, deadline) = (closing.reason, closing.deadline);
            if closing.eof || closing.bare {
                let _ = shutdown(&connection.socket, Shutdown::Both);
                self.end(slot, reason);
            } else {
                self.part(slot, reason, deadline);
            }
        }
        over
    }

    /// Ends a connection, but for its socket: that waits for the end of the peer's stream.
    fn part(&mut self, slot: u32, reason: End, deadline: f64) {
        let connection = self.connection(slot);
        let _ = shutdown(&connection.socket, Shutdown::Write);
        connection.phase = Phase::Parting(deadline);
        connection.blocked = None;
        connection.carry = Vec::new();
        let (number, format) = (connection.number, connection.format);
        // Its number is forgotten. Somebody has known it: it was upgraded.
        connection.told = false;
        self.slots.leave_all(slot);
        self.counters.connections -= 1;
        *self.of_format(format) -= 1;
        self.counters.parting += 1;
        self.notices.push_back((number, Notice::Ended(reason)));
        self.sync(slot);
    }
}
