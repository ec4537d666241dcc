//! All connections of a run, over one epoll: connecting, arriving, answering pings, and telling the mode what has come.

mod inbound;

use std::collections::BTreeMap;
use std::mem;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::conn::{Conn, Stage};
use crate::dialect::Dialect;
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
    pub fn new(dialect: Dialect, conns: Vec<Conn>) -> Outcome<Self> {
        Ok(Self {
            conns,
            tally: Tally::default(),
            dialect,
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
        conn.connect(self.receive_buffer)?;
        conn.wants_write = true;
        if let Some(stream) = &conn.stream {
            let interest = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT;
            self.epoll.add(stream, EpollEvent::new(interest, number as u64))?;
        }
        Ok(())
    }

    /// Opens these, so many at a time, and returns once all are ready.
    pub fn open_all(&mut self, numbers: std::ops::Range<usize>, at_once: usize, within: Duration) -> Outcome<()> {
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
                        let why = &self.tally.refusals;
                        return Err(
                            format!("a connection was refused while the run was set up: {why:?}, {left} left").into()
                        );
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
        self.mask = self.mask.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        websocket::masked(&mut self.conns[number].unsent, opcode, payload, self.mask.to_be_bytes());
    }

    pub fn flush(&mut self, number: usize) -> Outcome<()> {
        if let Ok(left) = self.conns[number].write() {
            self.want_write(number, left)
        } else {
            self.lose(number);
            Ok(())
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
            self.epoll.modify(stream, &mut EpollEvent::new(interest, number as u64))?;
        }
        Ok(())
    }

    /// From now on nothing of this connection is read.
    pub fn stall(&mut self, number: usize) -> Outcome<()> {
        self.conns[number].stalled = true;
        self.register(number)
    }

    /// Waits for what comes, at most so long, and tells it. It never sleeps: on one machine the server would pay for
    /// waking its readers with each write, which over a network it does not.
    pub fn poll(&mut self, timeout: Duration) -> Outcome<Vec<Event>> {
        let mut ready = [EpollEvent::empty(); 512];
        let began = Instant::now();
        let count = loop {
            match self.epoll.wait(&mut ready, EpollTimeout::ZERO) {
                Ok(count) if count > 0 || began.elapsed() >= timeout => break count,
                Ok(_) | Err(nix::errno::Errno::EINTR) => std::hint::spin_loop(),
                Err(error) => return Err(error.into()),
            }
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
}
