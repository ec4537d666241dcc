//! What is kept for one connection. Most have no heap of their own: bytes are kept only while a frame is incomplete,
//! and what a rare phase needs is in its box.

use std::net::IpAddr;
use std::os::fd::OwnedFd;

use crate::divert::{seek_close, Follower, Fragments};
use crate::events::End;

/// Where a connection is in its life.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Reads its HTTP head; nobody knows it.
    Head,
    /// The head was handed out; nothing is read until somebody decides.
    Offered,
    /// The fast path.
    Open,
    /// A fragmented message is handed on.
    Fragmented(Box<Fragments>),
    /// A fragmented message was handed on in full; the fast path waits for `resume`.
    Held,
    /// All is handed on until the caller closes.
    Lost(Box<Lost>),
    /// The peer has closed; the next flush answers, behind what this turn still has to say.
    Answering(Box<Closing>),
    /// `close` was called, or a limit has, or the peer was answered.
    Closing(Box<Closing>),
    /// Both have said all, and nobody knows it any more. Until the peer ends its stream, or this moment: closed before, what it
    /// still sends would be answered with a reset, which may overtake our close frame.
    Parting(f64),
}

#[derive(Debug)]
pub(crate) struct Lost {
    /// Bytes that are still handed on.
    pub budget: usize,
    /// Looks for the peer's close frame meanwhile; none where nothing can be told apart any more.
    pub follower: Option<Follower>,
    /// That was seen.
    pub answered: bool,
}

impl Lost {
    /// Goes on from where a follower is.
    pub fn new(budget: usize, follower: Follower) -> Self {
        let mut lost = Self { budget, follower: Some(follower), answered: false };
        // A close frame without payload ends with its header.
        lost.hand_on(&[]);
        lost
    }

    /// How many of these bytes are still handed on.
    pub fn hand_on(&mut self, bytes: &[u8]) -> usize {
        let part = self.budget.min(bytes.len());
        self.budget -= part;
        self.answered |= seek_close(&mut self.follower, &bytes[..part]);
        part
    }
}

#[derive(Debug)]
pub(crate) struct Closing {
    /// What is written when nothing else waits: a close frame, or a refusal.
    pub last_words: Box<[u8]>,
    pub said: usize,
    /// Looks for the peer's close frame; none where the stream can't be followed any more.
    pub follower: Option<Follower>,
    /// The peer's answer, or its end, was seen.
    pub answered: bool,
    /// Nothing will come any more.
    pub eof: bool,
    /// Not yet a WebSocket: the end of the stream says that all is said.
    pub bare: bool,
    pub deadline: f64,
    pub reason: End,
}

impl Closing {
    /// Whether the end of our stream has to say that all is said: nobody would know the peer's answer if it came.
    pub fn ends_the_stream(&self) -> bool {
        self.bare || (self.follower.is_none() && !self.answered)
    }
}

/// What a connection waits for at the epoll descriptor. A reset is told there in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interest {
    pub read: bool,
    pub write: bool,
}

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each stands for itself; bits would only hide it.
pub(crate) struct Connection {
    /// Never used again; the slot is in its low bits.
    pub number: u64,
    pub socket: OwnedFd,
    pub phase: Phase,
    pub address: Option<IpAddr>,
    /// 0 text, 1 packed.
    pub format: u8,
    /// None before it is known there.
    pub interest: Option<Interest>,
    pub paused: bool,
    /// Somebody knows its number: its end will be told.
    pub told: bool,
    /// Its bytes have waited for a parser since the last tick.
    pub unparsed: bool,
    pub overflowed: bool,
    /// The low bits of the tick that last read from it or parsed for it.
    pub ticked: u32,
    /// Pings and pongs received.
    pub controls: u32,
    /// Bytes that must be there before it is worth looking again.
    pub need: usize,
    /// Bytes that were read and not consumed.
    pub carry: Vec<u8>,
    pub opened: f64,
    pub received: f64,
    /// When the ping was sent that nothing has come after.
    pub pinged: Option<f64>,
    /// Since when a frame or a diverted message is incomplete.
    pub incomplete: Option<f64>,
    /// Since when nothing could be written.
    pub blocked: Option<f64>,
}

impl Connection {
    pub fn new(number: u64, socket: OwnedFd, address: Option<IpAddr>, now: f64) -> Self {
        Self {
            number,
            socket,
            phase: Phase::Head,
            address,
            format: 0,
            interest: None,
            paused: false,
            told: false,
            unparsed: false,
            overflowed: false,
            ticked: 0,
            controls: 0,
            need: 0,
            carry: Vec::new(),
            opened: now,
            received: now,
            pinged: None,
            incomplete: None,
            blocked: None,
        }
    }

    /// Takes frames and gets them: upgraded, and not closing.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Fragmented(_) | Phase::Held | Phase::Lost(_) | Phase::Answering(_))
    }

    /// Whether more may be read from its socket now.
    pub fn wants_read(&self) -> bool {
        match &self.phase {
            Phase::Head | Phase::Answering(_) | Phase::Parting(_) => true,
            Phase::Offered | Phase::Held => false,
            Phase::Open | Phase::Fragmented(_) => !self.paused,
            Phase::Lost(lost) => !self.paused && lost.budget > 0,
            Phase::Closing(closing) => !closing.eof,
        }
    }

    /// Whether what was read may be parsed now.
    pub fn wants_parse(&self) -> bool {
        self.wants_read() && !self.carry.is_empty()
    }

    /// The moment at which something must be looked at; infinite if never.
    pub fn deadline(&self, limits: &Timeouts) -> f64 {
        let blocked = self.blocked.map_or(f64::INFINITY, |since| since + limits.send);
        let incomplete = self.incomplete.map_or(f64::INFINITY, |since| since + limits.frame);
        match &self.phase {
            Phase::Head => self.opened + limits.head,
            Phase::Open | Phase::Fragmented(_) if !self.paused => {
                let silent = self.pinged.map_or(self.received + limits.heartbeat, |since| since + limits.pong);
                silent.min(incomplete).min(blocked)
            }
            // Where nothing more will be read, that must end; but whoever is only paused is waited for.
            Phase::Lost(lost) if !self.paused || lost.budget == 0 => incomplete.min(blocked),
            Phase::Offered
            | Phase::Open
            | Phase::Fragmented(_)
            | Phase::Held
            | Phase::Lost(_)
            | Phase::Answering(_) => blocked,
            Phase::Parting(until) => *until,
            Phase::Closing(closing) => closing.deadline,
        }
    }
}

/// The times of the settings that a connection's deadline depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub head: f64,
    pub frame: f64,
    pub heartbeat: f64,
    pub pong: f64,
    pub send: f64,
}
