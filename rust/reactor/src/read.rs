//! From readiness to events: reading, and what each phase does with the bytes.
//!
//! Fair by counting: one `recv` and 64 messages for a connection in a tick, 256 messages for all: what they lead to takes
//! some ten milliseconds, and how much waits behind them is looked at between ticks. What is left over waits its turn, the
//! oldest first, and leaves some of the next tick to those who have not been read yet.

use std::mem::MaybeUninit;

use cups_rooms::Class;
use rustix::event::epoll::{self, EventFlags};
use rustix::event::Timespec;
use rustix::io::Errno;
use rustix::net::{recv, RecvFlags};

use crate::connection::{Lost, Phase};
use crate::divert::{Course, Follower, Fragments};
use crate::events::{End, Event, Sink};
use crate::header::{frame, opcode};
use crate::parse::{parse, Parsed, Why};
use crate::reactor::{Reactor, READ};

/// Messages of one connection in a tick.
const MESSAGES: usize = 64;

/// Messages of all connections in a tick.
const ALL_MESSAGES: usize = 256;

/// Of these, so many are for whoever has not been read yet: a few who send without end would have all the others wait.
const FRESH: usize = 64;

/// Ready connections looked at in a tick.
const READY: usize = 1024;

/// How parsing left off.
#[derive(Clone, Copy)]
enum Left {
    /// Everything is consumed, or an incomplete frame is left.
    Done,
    /// There may be more messages, for a later tick.
    More,
}

impl Reactor {
    pub(crate) fn read_all(&mut self, sink: &mut impl Sink) {
        let mut share = ALL_MESSAGES - FRESH;
        self.parse_all_carried(&mut share, sink);
        let mut budget = share + FRESH;
        for _ in 0..self.postponed.len() {
            if budget == 0 {
                return;
            }
            if let Some((data, flags)) = self.postponed.pop_front() {
                self.on_ready(data, flags, &mut budget, sink);
            }
        }
        let mut events = [const { MaybeUninit::uninit() }; READY];
        let none = Timespec { tv_sec: 0, tv_nsec: 0 };
        // An interrupted call is repeated by the next tick: the descriptor stays readable.
        let Ok((ready, _)) = epoll::wait(&self.epoll, &mut events, Some(&none)) else {
            return;
        };
        for event in ready {
            let (data, flags) = (event.data.u64(), event.flags);
            if budget == 0 {
                self.postponed.push_back((data, flags));
            } else {
                self.on_ready(data, flags, &mut budget, sink);
            }
        }
        self.parse_all_carried(&mut budget, sink);
    }

    /// Goes on with those of whom something was read before, the oldest first, each once in a tick.
    fn parse_all_carried(&mut self, budget: &mut usize, sink: &mut impl Sink) {
        let tick = self.tick_number();
        for _ in 0..self.unparsed.len() {
            if *budget == 0 {
                return;
            }
            if let Some(slot) = self.unparsed.pop_front().and_then(|number| self.slot_of(number)) {
                if self.connection(slot).ticked == tick {
                    // Behind it stand only those that have had their turn, too.
                    let number = self.connection(slot).number;
                    self.unparsed.push_front(number);
                    return;
                }
                self.parse_carried(slot, budget, sink);
            }
        }
    }

    fn on_ready(&mut self, data: u64, flags: EventFlags, budget: &mut usize, sink: &mut impl Sink) {
        if self.accepted(data) {
            return;
        }
        if flags.contains(EventFlags::OUT) {
            if let Some(slot) = self.slot_of(data) {
                self.write_blocked(slot);
            }
        }
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            if let Some(slot) = self.slot_of(data) {
                self.read(slot, flags, budget, sink);
            }
        }
    }

    /// Parses what an earlier tick has left.
    fn parse_carried(&mut self, slot: u32, budget: &mut usize, sink: &mut impl Sink) {
        let tick = self.tick_number();
        let connection = self.connection(slot);
        connection.unparsed = false;
        if connection.wants_parse() {
            connection.ticked = tick;
            let mut bytes = std::mem::take(&mut connection.carry);
            let end = bytes.len();
            let (taken, left) = self.consume(slot, &mut bytes[..end], budget, sink);
            bytes.drain(..taken);
            self.keep(slot, &bytes, taken > 0, left);
        } else {
            self.sync(slot);
        }
    }

    fn read(&mut self, slot: u32, flags: EventFlags, budget: &mut usize, sink: &mut impl Sink) {
        let tick = self.tick_number();
        let connection = self.connections[slot as usize].as_mut().expect("only slots in use are handed around");
        if connection.ticked == tick || connection.unparsed {
            return;
        }
        if !connection.wants_read() {
            // Whoever is not read is heard only when the connection has broken: this would be told for ever.
            if flags.intersects(EventFlags::HUP | EventFlags::ERR) {
                self.broken(slot);
            } else {
                self.sync(slot);
            }
            return;
        }
        connection.ticked = tick;
        let had = connection.carry.len();
        let read = recv(&connection.socket, &mut self.buffer[had..had + READ], RecvFlags::DONTWAIT);
        match read {
            Ok((read @ 1.., _)) => {
                connection.received = self.now;
                connection.pinged = None;
                self.counters.bytes_in += read as u64;
                if had + read < connection.need {
                    connection.carry.extend_from_slice(&self.buffer[had..had + read]);
                    return;
                }
                let mut buffer = std::mem::take(&mut self.buffer);
                buffer[..had].copy_from_slice(&connection.carry);
                connection.carry.clear();
                let (taken, left) = self.consume(slot, &mut buffer[..had + read], budget, sink);
                self.keep(slot, &buffer[taken..had + read], taken > 0, left);
                self.buffer = buffer;
            }
            Ok((0, _)) if matches!(connection.phase, Phase::Closing(_)) => self.heard_all(slot),
            Ok((0, _)) => self.end(slot, End::Eof),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => self.broken(slot),
        }
    }

    /// The socket has failed.
    pub(crate) fn broken(&mut self, slot: u32) {
        let reason = match &self.connection(slot).phase {
            Phase::Closing(closing) => closing.reason,
            _ => End::Reset,
        };
        self.end(slot, reason);
    }

    /// Keeps what was not consumed, and has the connection wait for more, for its turn, or for somebody's decision.
    fn keep(&mut self, slot: u32, rest: &[u8], progress: bool, left: Left) {
        let now = self.now;
        let Some(connection) = self.connections[slot as usize].as_mut() else {
            return;
        };
        if rest.is_empty() {
            connection.carry = Vec::new();
        } else {
            connection.carry.clear();
            connection.carry.extend_from_slice(rest);
        }
        match connection.phase {
            Phase::Open if rest.is_empty() || matches!(left, Left::More) => connection.incomplete = None,
            // What is incomplete now began behind what was consumed.
            Phase::Open if progress => connection.incomplete = Some(now),
            Phase::Open | Phase::Fragmented(_) | Phase::Lost(_) => {
                connection.incomplete = connection.incomplete.or(Some(now));
            }
            _ => connection.incomplete = None,
        }
        if matches!(left, Left::More) {
            self.wait_for_parser(slot);
        }
        if !self.finish(slot) {
            self.sync(slot);
        }
    }

    /// Has what was read parsed by the next tick.
    pub(crate) fn wait_for_parser(&mut self, slot: u32) {
        let connection = self.connection(slot);
        if connection.wants_parse() && !connection.unparsed && connection.carry.len() >= connection.need {
            connection.unparsed = true;
            let number = connection.number;
            self.unparsed.push_back(number);
        }
    }

    /// Turns bytes into events, as far as they go; how many were consumed.
    fn consume(&mut self, slot: u32, bytes: &mut [u8], budget: &mut usize, sink: &mut impl Sink) -> (usize, Left) {
        let (mut at, mut messages) = (0, 0);
        loop {
            let Some(connection) = &mut self.connections[slot as usize] else {
                return (bytes.len(), Left::Done);
            };
            if at == bytes.len() || !connection.wants_read() {
                return (at, Left::Done);
            }
            let rest = &mut bytes[at..];
            match &connection.phase {
                Phase::Open => {}
                Phase::Head => {
                    self.head(slot, rest, sink);
                    match self.connections[slot as usize].as_ref().map(|connection| &connection.phase) {
                        Some(Phase::Offered) => {}
                        Some(Phase::Head) => return (at, Left::Done),
                        _ => return (bytes.len(), Left::Done),
                    }
                    *budget = budget.saturating_sub(1);
                    return (behind_head(rest, 0), Left::Done);
                }
                Phase::Fragmented(_) => {
                    at += self.fragments(slot, rest, sink);
                    continue;
                }
                Phase::Lost(_) => {
                    at += self.hand_on(slot, rest, sink);
                    continue;
                }
                Phase::Closing(_) => {
                    self.discard_read(slot, rest);
                    return (bytes.len(), Left::Done);
                }
                // Nothing follows a close frame.
                Phase::Answering(_) | Phase::Parting(_) => return (bytes.len(), Left::Done),
                Phase::Offered | Phase::Held => return (at, Left::Done),
            }
            if messages == MESSAGES || *budget == 0 {
                return (at, Left::More);
            }
            let number = connection.number;
            connection.need = 0;
            let (parsed, taken) = parse(rest, self.message_limits.max_payload);
            at += taken;
            match parsed {
                Parsed::Short(need) => {
                    connection.need = need;
                    return (at, Left::Done);
                }
                Parsed::Text(payload) => sink.event(number, Event::Text(payload)),
                Parsed::Binary(payload) => sink.event(number, Event::Binary(payload)),
                Parsed::Ping(payload) => {
                    let pong = frame(opcode::PONG, payload);
                    if !self.control(slot) {
                        self.queue(slot, pong, Class::Control, None);
                    }
                }
                Parsed::Pong => {
                    self.control(slot);
                }
                Parsed::Close(payload) => {
                    let answer = frame(opcode::CLOSE, payload);
                    self.hear_close(slot, answer);
                }
                Parsed::TooBig => {
                    self.close_for(slot, 1009, "message too big", End::TooBig);
                    continue;
                }
                Parsed::Divert(why) => {
                    self.divert(slot, why);
                    continue;
                }
            }
            messages += 1;
            *budget -= 1;
            self.counters.frames_in += 1;
        }
    }

    /// Counts a control frame; true if it was one too many.
    fn control(&mut self, slot: u32) -> bool {
        let (burst, rate, now) = (self.settings.control_frames_burst, self.settings.control_frames_per_s, self.now);
        let connection = self.connection(slot);
        connection.controls = connection.controls.saturating_add(1);
        let allowed = f64::from(burst) + f64::from(rate) * (now - connection.opened);
        let flood = f64::from(connection.controls) > allowed;
        if flood {
            self.close_for(slot, 1008, "too many control frames", End::Flood);
        }
        flood
    }

    fn divert(&mut self, slot: u32, why: Why) {
        self.counters.diverted += 1;
        let most = self.message_limits.max_payload;
        let now = self.now;
        let connection = self.connection(slot);
        connection.incomplete = Some(now);
        connection.phase = match why {
            Why::Fragment => Phase::Fragmented(Box::<Fragments>::default()),
            Why::Malformed(whole) => Phase::Lost(Box::new(Lost::new(most.max(whole), Follower::default()))),
        };
    }

    /// Hands on bytes of a fragmented message; how many.
    fn fragments(&mut self, slot: u32, bytes: &[u8], sink: &mut impl Sink) -> usize {
        let limits = self.message_limits;
        let mut at = 0;
        loop {
            let Some(connection) = &mut self.connections[slot as usize] else {
                return at;
            };
            let number = connection.number;
            let Phase::Fragmented(fragments) = &mut connection.phase else {
                // The control frames were too many; what they stood in is discarded.
                return at;
            };
            let (taken, course) = fragments.next(&bytes[at..], limits);
            at += taken;
            match course {
                Course::Control => {
                    self.control(slot);
                    continue;
                }
                Course::TooBig => self.close_for(slot, 1009, "message too big", End::TooBig),
                Course::TooMany => self.close_for(slot, 1009, "too many fragments", End::TooBig),
                Course::Going => sink.event(number, Event::Diverted(&bytes[..at])),
                Course::Complete => {
                    connection.phase = Phase::Held;
                    sink.event(number, Event::DivertedLast(&bytes[..at]));
                }
                Course::Malformed | Course::Closing => {
                    let follower = std::mem::take(fragments).into_follower();
                    connection.phase = Phase::Lost(Box::new(Lost::new(limits.max_payload, follower)));
                    if at > 0 {
                        sink.event(number, Event::Diverted(&bytes[..at]));
                    }
                }
            }
            return at;
        }
    }

    /// Hands on what can't be understood here, as long as it is not too much.
    fn hand_on(&mut self, slot: u32, bytes: &[u8], sink: &mut impl Sink) -> usize {
        let connection = self.connection(slot);
        let Phase::Lost(lost) = &mut connection.phase else {
            return 0;
        };
        let part = lost.hand_on(bytes);
        sink.event(connection.number, Event::Diverted(&bytes[..part]));
        part
    }

    /// Offers a head that is complete; refuses one that is too long.
    fn head(&mut self, slot: u32, bytes: &[u8], sink: &mut impl Sink) {
        let most = self.settings.max_head_bytes;
        let connection = self.connection(slot);
        // What was searched before needs no second look, but for an empty line that had begun.
        let size = behind_head(bytes, connection.need.saturating_sub(3));
        connection.need = bytes.len();
        if size > most || (size == 0 && bytes.len() >= most) {
            self.refuse_head(slot);
        } else if size > 0 {
            let connection = self.connection(slot);
            connection.phase = Phase::Offered;
            connection.told = true;
            sink.event(connection.number, Event::Head(bytes));
        }
    }

    /// The low bits of the number of this tick: enough to tell it from the one before.
    #[allow(clippy::cast_possible_truncation)]
    pub(crate) fn tick_number(&self) -> u32 {
        self.counters.ticks as u32
    }
}

/// Where the empty line of a head ends; 0 if it has not come.
fn behind_head(bytes: &[u8], from: usize) -> usize {
    bytes[from..].windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| from + at + 4)
}
