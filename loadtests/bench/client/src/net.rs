//! All connections of a run, over one epoll: connecting, arriving, answering pings, and telling the mode what has come.

use std::collections::BTreeMap;
use std::mem;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::conn::{Conn, Stage};
use crate::dialect::{Dialect, Position, Said, State};
use crate::{websocket, Outcome};

const READ_BYTES: usize = 256 * 1024;
/// A connection that has more than this unsent takes no more texts: the server does not read.
const UNSENT_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is signed in and in its channel.
    Ready,
    Delivered(u32),
    Acked(u32),
    Refused(u32),
    Closed,
}

#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub conn: usize,
    pub what: What,
}

/// What a run counts besides its events.
#[derive(Default)]
pub struct Tally {
    pub light: u64,
    pub bytes: u64,
    pub gaps: u64,
    pub doubles: u64,
    pub unrecovered: u64,
    /// Closed or refused before it was asked to.
    pub lost: u64,
    pub refusals: BTreeMap<String, u64>,
}

pub struct Net {
    pub conns: Vec<Conn>,
    pub tally: Tally,
    pub dialect: Dialect,
    pub port: u16,
    /// Arriving ends with the upgrade: nothing is said behind it.
    pub upgrade_only: bool,
    /// Coming back: with the ticket and the position held.
    pub resume: bool,
    /// Set before connecting, for readers that are going to stall.
    pub receive_buffer: Option<usize>,
    epoll: Epoll,
    events: Vec<Event>,
    scratch: Vec<u8>,
    mask: u32,
}

impl Net {
    pub fn new(dialect: Dialect, port: u16, conns: Vec<Conn>) -> Outcome<Self> {
        Ok(Self {
            conns,
            tally: Tally::default(),
            dialect,
            port,
            upgrade_only: false,
            resume: false,
            receive_buffer: None,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
            events: Vec::new(),
            scratch: vec![0; READ_BYTES],
            mask: 0x9E37_79B9,
        })
    }

    /// Begins to connect.
    pub fn open(&mut self, number: usize) -> Outcome<()> {
        let conn = &mut self.conns[number];
        conn.connect(self.port, self.receive_buffer)?;
        conn.wants_write = true;
        if let Some(stream) = &conn.stream {
            let interest = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT;
            self.epoll
                .add(stream, EpollEvent::new(interest, number as u64))?;
        }
        Ok(())
    }

    /// Opens these, so many at a time, and returns once all are ready.
    pub fn open_all(
        &mut self,
        numbers: std::ops::Range<usize>,
        at_once: usize,
        within: Duration,
    ) -> Outcome<()> {
        let began = Instant::now();
        let (mut waiting, mut under_way, mut left) = (numbers.clone(), 0, numbers.len());
        while left > 0 {
            while under_way < at_once {
                let Some(next) = waiting.next() else { break };
                self.open(next)?;
                under_way += 1;
            }
            for event in self.poll(Duration::from_millis(100))? {
                match event.what {
                    What::Ready => {
                        under_way -= 1;
                        left -= 1;
                    }
                    What::Closed => {
                        return Err("a connection was refused while the run was set up".into())
                    }
                    _ => {}
                }
            }
            if began.elapsed() > within {
                return Err(format!("{left} connections were not ready in time").into());
            }
        }
        Ok(())
    }

    /// Cuts a connection as a lost network does.
    pub fn reset(&mut self, number: usize) {
        self.conns[number].drop_socket(true);
    }

    /// Asks for the end; `Closed` follows.
    pub fn close(&mut self, number: usize) -> Outcome<()> {
        self.frame(number, websocket::CLOSE, &1000_u16.to_be_bytes());
        self.conns[number].stage = Stage::Closing;
        self.flush(number)
    }

    /// Puts a text behind what waits; false if the server has not read what was sent long before.
    pub fn queue(&mut self, number: usize, text: &str) -> bool {
        let conn = &self.conns[number];
        if conn.stage != Stage::Ready || conn.unsent.len() > UNSENT_BYTES {
            return false;
        }
        self.frame(number, websocket::TEXT, text.as_bytes());
        true
    }

    /// Queues and writes.
    pub fn send(&mut self, number: usize, text: &str) -> Outcome<bool> {
        Ok(self.queue(number, text) && self.flush(number).map(|()| true)?)
    }

    fn frame(&mut self, number: usize, opcode: u8, payload: &[u8]) {
        self.mask = self
            .mask
            .wrapping_mul(747_796_405)
            .wrapping_add(2_891_336_453);
        websocket::masked(
            &mut self.conns[number].unsent,
            opcode,
            payload,
            self.mask.to_be_bytes(),
        );
    }

    pub fn flush(&mut self, number: usize) -> Outcome<()> {
        match self.conns[number].write() {
            Ok(left) => self.want_write(number, left),
            Err(_) => {
                self.lose(number);
                Ok(())
            }
        }
    }

    fn want_write(&mut self, number: usize, wanted: bool) -> Outcome<()> {
        let conn = &mut self.conns[number];
        if conn.wants_write != wanted {
            conn.wants_write = wanted;
            self.register(number)?;
        }
        Ok(())
    }

    fn register(&self, number: usize) -> Outcome<()> {
        let conn = &self.conns[number];
        let mut interest = EpollFlags::empty();
        interest.set(EpollFlags::EPOLLIN, !conn.stalled);
        interest.set(EpollFlags::EPOLLOUT, conn.wants_write);
        if let Some(stream) = &conn.stream {
            self.epoll
                .modify(stream, &mut EpollEvent::new(interest, number as u64))?;
        }
        Ok(())
    }

    /// From now on nothing of this connection is read.
    pub fn stall(&mut self, number: usize) -> Outcome<()> {
        self.conns[number].stalled = true;
        self.register(number)
    }

    /// Waits for what comes, at most so long, and tells it.
    pub fn poll(&mut self, timeout: Duration) -> Outcome<Vec<Event>> {
        let mut ready = [EpollEvent::empty(); 512];
        let timeout =
            EpollTimeout::try_from(timeout.max(Duration::ZERO)).unwrap_or(EpollTimeout::ZERO);
        let count = match self.epoll.wait(&mut ready, timeout) {
            Ok(count) => count,
            Err(nix::errno::Errno::EINTR) => 0,
            Err(error) => return Err(error.into()),
        };
        for event in &ready[..count] {
            let number = event.data() as usize;
            if self.conns[number].stage == Stage::Connecting {
                self.connected(number);
            }
            if event.events().contains(EpollFlags::EPOLLOUT) {
                self.flush(number)?;
            }
            if !self.conns[number].stalled && event.events() != EpollFlags::EPOLLOUT {
                self.receive(number)?;
            }
        }
        Ok(mem::take(&mut self.events))
    }

    fn connected(&mut self, number: usize) {
        let (dialect, port, resume) = (self.dialect, self.port, self.resume);
        let conn = &mut self.conns[number];
        let ticket = conn.ticket.as_deref().filter(|_| resume);
        let head = dialect.head(port, &conn.path, &conn.person, ticket);
        conn.unsent.extend_from_slice(head.as_bytes());
        conn.stage = Stage::Upgrading;
    }

    fn receive(&mut self, number: usize) -> Outcome<()> {
        let mut scratch = mem::take(&mut self.scratch);
        let outcome = loop {
            match self.conns[number].read(&mut scratch) {
                Ok(None) => break Ok(()),
                Ok(Some(0)) | Err(_) => {
                    self.lose(number);
                    break Ok(());
                }
                Ok(Some(count)) => {
                    self.tally.bytes += count as u64;
                    let held = mem::take(&mut self.conns[number].unread);
                    let used = if held.is_empty() {
                        self.take(number, &scratch[..count])
                            .map(|used| scratch[used..count].to_vec())
                    } else {
                        let mut all = held;
                        all.extend_from_slice(&scratch[..count]);
                        self.take(number, &all).map(|used| all.split_off(used))
                    };
                    match used {
                        Ok(rest) if self.conns[number].stream.is_some() => {
                            self.conns[number].unread = rest
                        }
                        Ok(_) => {}
                        Err(error) => break Err(error),
                    }
                    if count < scratch.len() {
                        break Ok(());
                    }
                }
            }
        };
        self.scratch = scratch;
        outcome
    }

    /// Goes over the whole frames in these bytes; how many bytes they were.
    fn take(&mut self, number: usize, bytes: &[u8]) -> Outcome<usize> {
        let mut at = 0;
        if self.conns[number].stage == Stage::Upgrading {
            let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
                return Ok(0);
            };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                let status = String::from_utf8_lossy(&bytes[..bytes.len().min(12)]).into_owned();
                *self.tally.refusals.entry(status).or_default() += 1;
                self.lose(number);
                return Ok(bytes.len());
            }
            at = end + 4;
            self.upgraded(number)?;
        }
        while let Some(header) = websocket::header(&bytes[at..]) {
            let Some(payload) = bytes.get(at + header.start..at + header.end()) else {
                break;
            };
            at += header.end();
            if !header.whole {
                return Err("the server sent a fragment".into());
            }
            match header.opcode {
                websocket::TEXT => self.text(number, payload)?,
                websocket::PING => {
                    self.frame(number, websocket::PONG, payload);
                    self.flush(number)?;
                }
                websocket::CLOSE => {
                    if self.conns[number].stage != Stage::Closing {
                        let code = payload
                            .first_chunk()
                            .map_or(0, |code| u16::from_be_bytes(*code));
                        *self
                            .tally
                            .refusals
                            .entry(format!("closed {code}"))
                            .or_default() += 1;
                        self.frame(number, websocket::CLOSE, payload);
                        self.flush(number)?;
                    }
                    self.lose(number);
                    return Ok(bytes.len());
                }
                _ => {}
            }
        }
        Ok(at)
    }

    fn upgraded(&mut self, number: usize) -> Outcome<()> {
        self.conns[number].stage = Stage::Arriving;
        match self.dialect.greeting() {
            _ if self.upgrade_only => self.ready(number),
            Some(greeting) => {
                self.frame(number, websocket::TEXT, greeting.as_bytes());
                self.flush(number)?;
            }
            None if self.dialect == Dialect::Plain => self.ready(number),
            None => {}
        }
        Ok(())
    }

    fn ready(&mut self, number: usize) {
        self.conns[number].stage = Stage::Ready;
        self.tell(number, What::Ready);
    }

    fn tell(&mut self, conn: usize, what: What) {
        self.events.push(Event { conn, what });
    }

    /// The connection is over, however that came.
    fn lose(&mut self, number: usize) {
        if self.conns[number].stage == Stage::Closed {
            return;
        }
        if self.conns[number].stage != Stage::Closing {
            self.tally.lost += 1;
        }
        self.conns[number].drop_socket(false);
        self.tell(number, What::Closed);
    }

    fn text(&mut self, number: usize, message: &[u8]) -> Outcome<()> {
        let mut answers: Vec<String> = Vec::new();
        let dialect = self.dialect;
        dialect.read(message, |said| match said {
            Said::Delivered(text, seq) => {
                if let Some(seq) = seq {
                    self.follow(number, seq);
                }
                self.tell(number, What::Delivered(text));
            }
            Said::Acked(text) => self.tell(number, What::Acked(text)),
            Said::Refused(text, code) => {
                *self.tally.refusals.entry(code.to_owned()).or_default() += 1;
                self.tell(number, What::Refused(text));
            }
            Said::Light => self.tally.light += 1,
            Said::Welcome(ticket) => {
                let conn = &mut self.conns[number];
                if let Some(ticket) = ticket {
                    conn.ticket = Some(ticket.to_owned());
                }
                if conn.person.channel.is_empty() {
                    self.ready(number);
                } else {
                    let since = conn.position.as_ref().filter(|_| self.resume);
                    answers.push(dialect.enter(&conn.person.channel, since));
                }
            }
            Said::Entered(state) => self.entered(number, &state),
            Said::Beat(answer) => answers.push(String::from_utf8_lossy(answer).into_owned()),
            Said::Other => {}
        });
        for answer in answers {
            self.frame(number, websocket::TEXT, answer.as_bytes());
            self.flush(number)?;
        }
        Ok(())
    }

    /// The next event of a channel has to be the one after the last.
    fn follow(&mut self, number: usize, seq: u64) {
        let Some(position) = self.conns[number].position.as_mut() else {
            return;
        };
        if seq > position.seq + 1 {
            self.tally.gaps += 1;
        } else if seq <= position.seq {
            self.tally.doubles += 1;
        }
        position.seq = position.seq.max(seq);
    }

    fn entered(&mut self, number: usize, state: &State<'_>) {
        if self.resume && self.conns[number].position.is_some() {
            let position = self.conns[number].position.as_ref();
            if !state.recovered || position.is_some_and(|at| at.epoch != state.epoch) {
                self.tally.unrecovered += 1;
            } else {
                for &seq in &state.missed {
                    self.follow(number, seq);
                }
                if self.conns[number]
                    .position
                    .as_ref()
                    .is_some_and(|at| at.seq != state.seq)
                {
                    self.tally.gaps += 1;
                }
            }
        }
        self.conns[number].position = Some(Position {
            epoch: state.epoch.to_owned(),
            seq: state.seq,
        });
        if self.conns[number].stage == Stage::Arriving {
            self.ready(number);
        }
    }
}
