//! An EAGAIN storm: many sockets with next to no buffer, and readers that take a byte at a time, stall, and go on.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use cups_reactor::{Class, Post, Reactor, Settings, Statistics};
use rustix::net::sockopt::set_socket_send_buffer_size;
use support::{reactor, server_frames, tick};

const READERS: usize = 64;
const FRAMES: u32 = 40;
/// Some go into a socket in parts only.
const SIZES: [usize; 4] = [1, 300, 5_000, 20_000];

struct Reader {
    stream: UnixStream,
    conn: u64,
    got: Vec<u8>,
}

impl Reader {
    fn new(reactor: &mut Reactor) -> Self {
        let (stream, ours) = UnixStream::pair().expect("a pair of sockets");
        stream.set_nonblocking(true).expect("it is a socket");
        set_socket_send_buffer_size(&ours, 1).expect("it is a socket");
        let conn = reactor.adopt(OwnedFd::from(ours), 0, b"", 0.0).expect("a fresh socket");
        reactor.join(conn, "room").expect("it is open");
        Self { stream, conn, got: Vec::new() }
    }

    /// Takes so many bytes at most; how many there were.
    fn take(&mut self, most: usize) -> usize {
        let mut bytes = vec![0; most];
        match self.stream.read(&mut bytes) {
            Ok(read) => {
                self.got.extend_from_slice(&bytes[..read]);
                read
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock, "nobody is cut off");
                0
            }
        }
    }
}

fn payload(number: u32) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.resize(4 + SIZES[number as usize % SIZES.len()], b'a' + (number % 26) as u8);
    bytes
}

/// Calls for writing: those that took something, and those that took nothing.
fn attempts(statistics: Statistics) -> u64 {
    // A write that was taken in part counts as blocked, too.
    statistics.writes + statistics.blocked_writes - statistics.partial_writes
}

/// One turn. Whatever is told would be wrong: nobody closes, nobody is over a cap.
fn turn(reactor: &mut Reactor, now: f64) {
    assert_eq!(tick(reactor, now), []);
    let mut rounds = 0;
    while reactor.flush(now) == Some(0.0) {
        rounds += 1;
        assert!(rounds < 1000, "a flush has no end");
    }
}

fn storm(ring: bool) {
    let mut reactor = reactor(Settings { ring, coalesce: 0.0, ..Settings::default() });
    let mut readers: Vec<_> = (0..READERS).map(|_| Reader::new(&mut reactor)).collect();
    let floor = reactor.statistics();
    for number in 0..FRAMES {
        let bytes = payload(number);
        let text = Some(&bytes[..]);
        let post = Post { text, packed: None, class: Class::Message, key: None, tag: None, skip: &[] };
        assert_eq!(reactor.publish("room", &post), READERS);
        turn(&mut reactor, 0.0);
    }
    // All sockets are full, and nobody reads: turns write nothing, and nothing says that there would be something to do.
    let full = reactor.statistics();
    assert!(full.blocked_writes >= READERS as u64 && full.frames_queued > 0);
    for _ in 0..1000 {
        turn(&mut reactor, 0.0);
        assert!(!reactor.pending());
    }
    assert_eq!(attempts(reactor.statistics()), attempts(full), "a full socket is left alone");
    // A byte at a time makes no room by itself: for most of these bytes nothing is written at all.
    let mut takes = 0;
    for round in 0..300 {
        for reader in readers.iter_mut().skip(round % 2).step_by(2) {
            takes += reader.take(1) as u64;
        }
        turn(&mut reactor, round as f64 / 100.0);
    }
    let dripped = reactor.statistics();
    assert!(takes > 0 && attempts(dripped) - attempts(full) <= takes, "one try for each that took something, at most");
    // Half of them stall while the others go on, then the other way round; then all read to the end.
    let mut now = 4.0;
    for half in [0, 1] {
        for _ in 0..30 {
            for reader in readers.iter_mut().skip(half).step_by(2) {
                takes += u64::from(reader.take(3000) > 0);
            }
            turn(&mut reactor, now);
            now += 0.01;
        }
    }
    let mut idle = 0;
    while idle < 3 {
        let got: usize = readers.iter_mut().map(|reader| usize::from(reader.take(1 << 16) > 0)).sum();
        takes += got as u64;
        idle = if got == 0 { idle + 1 } else { 0 };
        turn(&mut reactor, now);
    }
    let sent: u64 = (0..FRAMES).map(|number| server_frame_size(payload(number).len()) as u64).sum();
    let statistics = reactor.statistics();
    let writes = attempts(statistics) - attempts(floor);
    // Each publish may try once for each socket, each read may make room once; and one call may find the rest to be too much.
    let most = READERS as u64 * u64::from(FRAMES) + 2 * takes;
    assert!(writes <= most, "{writes} writes for {takes} reads");
    assert_eq!(statistics.bytes_out - floor.bytes_out, sent * READERS as u64);
    assert_eq!(statistics.frames_out - floor.frames_out, u64::from(FRAMES) * READERS as u64);
    let expected: Vec<_> = (0..FRAMES).map(|number| (0x81, payload(number))).collect();
    for reader in &readers {
        let (frames, whole) = server_frames(&reader.got);
        assert!(frames == expected && whole == reader.got.len(), "nothing is lost, torn, doubled or out of order");
        assert_eq!(reactor.depth(reader.conn), (0, 0));
    }
    assert_eq!((statistics.frames_queued, statistics.bytes_queued), (0, 0), "and nothing is kept");
    assert_eq!(statistics.connections, READERS as u64);
    let before = attempts(reactor.statistics());
    turn(&mut reactor, now);
    assert_eq!(attempts(reactor.statistics()), before, "nobody waits to write any more");
}

fn server_frame_size(payload: usize) -> usize {
    payload + if payload < 126 { 2 } else { 4 }
}

#[test]
fn an_eagain_storm_loses_nothing_and_spins_never() {
    storm(true);
}

#[test]
fn an_eagain_storm_without_a_ring() {
    storm(false);
}
