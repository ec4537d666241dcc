//! Frames as a client writes and reads them, and a sink that remembers.
#![allow(dead_code)] // Each test file uses a part of it.

use cups_reactor::parse::unmask;
use cups_reactor::{Class, End, Event, Post, Reactor, Settings};
use std::io::ErrorKind;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// A frame of a client. `first` is the first byte: FIN, reserved bits, opcode.
pub fn masked(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        middle @ 126..=65_535 => {
            bytes.push(0xfe);
            bytes.extend((middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(0xff);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(mask);
    let mut payload = payload.to_vec();
    unmask(&mut payload, mask);
    bytes.extend(payload);
    bytes
}

pub fn text(payload: &str) -> Vec<u8> {
    masked(0x81, payload.as_bytes(), [1, 2, 3, 4])
}

/// The whole frames of a server at the beginning of a stream, as (first byte, payload); how many bytes they took.
pub fn server_frames(bytes: &[u8]) -> (Vec<(u8, Vec<u8>)>, usize) {
    let (mut frames, mut at) = (Vec::new(), 0);
    loop {
        let rest = &bytes[at..];
        let Some((&first, &second)) = rest.first().zip(rest.get(1)) else { break };
        assert_eq!(second & 0x80, 0, "a server does not mask");
        assert_eq!(first & 0x70, 0, "no reserved bits");
        let (head, size) = match second {
            126 if rest.len() >= 4 => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
            127 if rest.len() >= 10 => (10, u64::from_be_bytes(rest[2..10].try_into().unwrap()) as usize),
            126 | 127 => break,
            short => (2, usize::from(short)),
        };
        if rest.len() < head + size {
            break;
        }
        frames.push((first, rest[head..head + size].to_vec()));
        at += head + size;
    }
    (frames, at)
}

/// An event that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Head(Vec<u8>),
    Text(Vec<u8>),
    Binary(Vec<u8>),
    Diverted(Vec<u8>),
    DivertedLast(Vec<u8>),
    Ended(End),
    Overflowed,
}

/// One tick, and what it told.
pub fn tick(reactor: &mut Reactor, now: f64) -> Vec<(u64, Told)> {
    let mut told = Vec::new();
    reactor.tick(now, &mut |conn, event: Event<'_>| {
        told.push((
            conn,
            match event {
                Event::Head(data) => Told::Head(data.to_vec()),
                Event::Text(data) => Told::Text(data.to_vec()),
                Event::Binary(data) => Told::Binary(data.to_vec()),
                Event::Diverted(data) => Told::Diverted(data.to_vec()),
                Event::DivertedLast(data) => Told::DivertedLast(data.to_vec()),
                Event::Ended(reason) => Told::Ended(reason),
                Event::Overflowed => Told::Overflowed,
            },
        ));
    });
    told
}

/// Ticks until nothing more is told; for sockets that deliver at once.
pub fn settle(reactor: &mut Reactor, now: f64) -> Vec<(u64, Told)> {
    let mut told = Vec::new();
    loop {
        let more = tick(reactor, now);
        if more.is_empty() && !reactor.pending() {
            return told;
        }
        told.extend(more);
    }
}

/// Flushes until nothing waits but for full sockets and for lazy frames.
pub fn flush(reactor: &mut Reactor, now: f64) {
    for _ in 0..10_000 {
        match reactor.flush(now) {
            Some(wait) if wait < 0.006 => std::thread::sleep(std::time::Duration::from_secs_f64(wait)),
            _ => return,
        }
    }
    panic!("a flush has no end");
}

/// A peer on a pair of sockets, which deliver at once. It reads without waiting.
pub struct Peer {
    pub stream: UnixStream,
    pub conn: u64,
    pub unread: Vec<u8>,
}

impl Peer {
    pub fn adopt(reactor: &mut Reactor, format: i64, now: f64) -> Self {
        let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
        theirs.set_nonblocking(true).expect("it is a socket");
        let conn = reactor.adopt(OwnedFd::from(ours), format, &[], now).expect("a fresh socket");
        Self { stream: theirs, conn, unread: Vec::new() }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the buffers take a test's bytes");
    }

    /// Reads so many bytes at most; false at the end of the stream.
    pub fn read_some(&mut self, most: usize) -> bool {
        let mut bytes = vec![0; most];
        match self.stream.read(&mut bytes) {
            Ok(0) => false,
            Ok(read) => {
                self.unread.extend_from_slice(&bytes[..read]);
                true
            }
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
    }

    /// The frames that have come in whole since the last call.
    pub fn frames(&mut self) -> Vec<(u8, Vec<u8>)> {
        loop {
            let before = self.unread.len();
            if !self.read_some(65_536) || self.unread.len() == before {
                break;
            }
        }
        let (frames, taken) = server_frames(&self.unread);
        self.unread.drain(..taken);
        frames
    }
}

pub fn reactor(settings: Settings) -> Reactor {
    Reactor::new(settings).expect("good settings")
}

/// A message for connections of format 0.
pub fn post(text: &str) -> Post<'_> {
    Post { text: Some(text.as_bytes()), packed: None, class: Class::Message, key: None, tag: None, skip: &[] }
}

/// A listening socket that the reactor accepts from.
pub fn door(reactor: &mut Reactor) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    reactor.listen(OwnedFd::from(listener.try_clone().expect("descriptors are left"))).expect("it listens");
    listener
}

/// Somebody at that door.
pub fn visitor(listener: &TcpListener) -> TcpStream {
    let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it is let in");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a good time");
    stream
}

/// Ticks at one moment until something is told: loopback delivers soon, but not at once.
pub fn await_told(reactor: &mut Reactor, now: f64) -> Vec<(u64, Told)> {
    let limit = Instant::now() + Duration::from_secs(5);
    loop {
        let told = tick(reactor, now);
        if !told.is_empty() {
            return told;
        }
        assert!(Instant::now() < limit, "nothing is told");
    }
}

/// A whole HTTP head.
pub const HEAD: &[u8] = b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n";
