//! Whatever the sockets take, and whenever: every reader gets whole frames, each once, in order.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use cups_reactor::{Class, End, Post, Reactor, Settings};
use proptest::prelude::*;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};
use support::{flush, masked, reactor, server_frames, tick, Peer, Told};

/// Enough that most flushes write several at once.
const CLIENTS: usize = 8;

#[derive(Clone, Debug)]
enum Act {
    Publish { size: usize, class: i64, key: Option<u8> },
    Send { peer: usize, size: usize },
    Ping { peer: usize },
    Read { peer: usize, most: usize },
    Tick,
    Flush,
    Retract,
    Close { peer: usize, discard: bool },
    Drop { peer: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let peer = 0..CLIENTS;
    let size = prop_oneof![0..200_usize, 0..3_000_usize, Just(126), Just(70_000)];
    prop_oneof![
        10 => (size.clone(), 0..6_i64, prop::option::of(0..2_u8))
            .prop_map(|(size, class, key)| Act::Publish { size, class, key }),
        4 => (peer.clone(), size).prop_map(|(peer, size)| Act::Send { peer, size }),
        2 => peer.clone().prop_map(|peer| Act::Ping { peer }),
        10 => (peer.clone(), 1..20_000_usize).prop_map(|(peer, most)| Act::Read { peer, most }),
        6 => Just(Act::Tick),
        8 => Just(Act::Flush),
        1 => Just(Act::Retract),
        1 => (peer.clone(), any::<bool>()).prop_map(|(peer, discard)| Act::Close { peer, discard }),
        1 => peer.prop_map(|peer| Act::Drop { peer }),
    ]
}

/// One end of a pair of sockets with buffers as small as they come. Unlike TCP's, they never wait for a timer.
struct Client {
    stream: Option<UnixStream>,
    conn: u64,
    bytes: Vec<u8>,
    ended: Option<End>,
    closing: bool,
    /// Frames that may not be left out, by their number.
    owed: Vec<u32>,
    overflowed: bool,
}

fn client(reactor: &mut Reactor, format: i64) -> Client {
    let (stream, ours) = UnixStream::pair().expect("a pair of sockets");
    stream.set_nonblocking(true).expect("it is a socket");
    set_socket_send_buffer_size(&ours, 2048).expect("it is a socket");
    let conn = reactor.adopt(OwnedFd::from(ours), format, b"", 0.0).expect("a fresh socket");
    reactor.join(conn, "room").expect("it is open");
    Client {
        stream: Some(stream),
        conn,
        bytes: Vec::new(),
        ended: None,
        closing: false,
        owed: Vec::new(),
        overflowed: false,
    }
}

impl Client {
    /// Whether there was anything to read.
    fn read(&mut self, most: usize) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        let mut bytes = vec![0; most];
        match stream.read(&mut bytes) {
            Ok(read) => {
                self.bytes.extend_from_slice(&bytes[..read]);
                read > 0
            }
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::ConnectionReset));
                false
            }
        }
    }
}

/// A payload that begins with its number, and is the same letter all over.
fn payload(number: u32, size: usize) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.resize(4 + size, b'a' + (number % 26) as u8);
    bytes
}

fn hear(reactor: &mut Reactor, clients: &mut [Client], now: f64) {
    for (conn, told) in tick(reactor, now) {
        let client = clients.iter_mut().find(|client| client.conn == conn).expect("it is one of ours");
        match told {
            Told::Ended(reason) => {
                assert!(client.ended.is_none(), "once");
                client.ended = Some(reason);
            }
            Told::Overflowed => {
                client.overflowed = true;
                reactor.close(conn, 4408, "resume from here", false);
                client.closing = true;
            }
            other => panic!("nobody sent {other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_come_whole_in_order_and_once(acts in prop::collection::vec(act(), 1..200), ring in any::<bool>()) {
        let mut reactor = reactor(Settings { flush_connections: 6, ring, ..Settings::default() });
        let mut clients: Vec<_> = (0..CLIENTS).map(|at| client(&mut reactor, i64::from(at % 3 == 2))).collect();
        let mut number = 0_u32;
        let mut sizes = BTreeMap::new();
        for act in acts {
            number += 1;
            match act {
                Act::Publish { size, class, key } => {
                    sizes.insert(number, size);
                    let key = key.map(|key| format!("key:{key}"));
                    let class = Class::try_from(class).expect("0 to 5");
                    // Only these are ever retracted: what is lazy is owed to nobody.
                    let tag = (class > Class::Message).then_some("room/1");
                    let bytes = payload(number, size);
                    let post = Post { text: Some(&bytes), packed: Some(&bytes), class, key: key.as_deref(), tag, skip: &[] };
                    reactor.publish("room", &post);
                    for client in clients.iter_mut().filter(|client| !client.closing && client.ended.is_none()) {
                        if class <= Class::Message {
                            client.owed.push(number);
                        }
                    }
                }
                Act::Send { peer, size } => {
                    sizes.insert(number, size);
                    let client = &mut clients[peer];
                    if reactor.send(client.conn, &payload(number, size), Class::Message, None) {
                        client.owed.push(number);
                    }
                }
                Act::Ping { peer } => {
                    use std::io::Write;
                    if let Some(stream) = &mut clients[peer].stream {
                        let _ = stream.write(&masked(0x89, b"?", [1, 2, 3, 4]));
                    }
                }
                Act::Read { peer, most } => {
                    clients[peer].read(most);
                }
                Act::Tick => hear(&mut reactor, &mut clients, 0.0),
                Act::Flush => {
                    reactor.flush(0.0);
                }
                Act::Retract => {
                    reactor.retract("room/1");
                }
                Act::Close { peer, discard } => {
                    reactor.close(clients[peer].conn, 1000, "", discard);
                    clients[peer].closing = true;
                    if discard {
                        clients[peer].owed.clear();
                    }
                }
                Act::Drop { peer } => {
                    // With unread bytes in its buffer this is a reset.
                    clients[peer].stream = None;
                }
            }
        }
        // Everybody who is left reads to the end; what is lazy has waited long enough.
        for step in 0..10_000 {
            let now = if step == 0 { 1.0 } else { 2.0 };
            let mut any = false;
            for client in &mut clients {
                any |= client.read(65_536);
            }
            hear(&mut reactor, &mut clients, now);
            flush(&mut reactor, now);
            // A close frame is in no outbox: it is there once nothing more comes.
            if step > 1 && !any && reactor.statistics().frames_queued == 0 {
                break;
            }
        }
        prop_assert_eq!(reactor.statistics().frames_queued, 0);
        for client in &mut clients {
            while client.read(65_536) {}
            let (frames, taken) = server_frames(&client.bytes);
            // Whoever was cut off may have a piece of a frame, and nobody else.
            let cut = client.stream.is_none() || client.ended.is_some();
            prop_assert!(cut || taken == client.bytes.len(), "{} of {}", taken, client.bytes.len());
            let (mut last, mut got, mut closed) = (0, Vec::new(), false);
            for (first, bytes) in frames {
                prop_assert!(!closed, "nothing comes behind a close frame");
                match first {
                    0x8a => prop_assert_eq!(bytes, b"?".to_vec()),
                    0x88 => closed = true,
                    _ => {
                        let number = u32::from_be_bytes(bytes[..4].try_into().expect("four bytes"));
                        prop_assert!(number > last, "in order, and once");
                        last = number;
                        prop_assert!(bytes == payload(number, sizes[&number]), "whole");
                        got.push(number);
                    }
                }
            }
            prop_assert!(closed == client.closing || cut);
            if !cut && !client.overflowed && !client.owed.is_empty() {
                prop_assert!(client.owed.iter().all(|number| got.contains(number)), "nothing that is owed is missing");
            }
        }
        prop_assert_eq!(reactor.statistics().connections as usize, clients.iter().filter(|client| client.ended.is_none()).count());
    }

    #[test]
    fn nothing_that_a_client_sends_breaks_anything(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                (any::<u8>(), prop::collection::vec(any::<u8>(), 0..200), any::<[u8; 4]>())
                    .prop_map(|(first, payload, mask)| masked(first & 0x8f, &payload, mask)),
            ],
            1..20,
        ),
        resume in any::<bool>(),
    ) {
        let mut reactor = reactor(Settings { max_frame_bytes: 150, max_fragments: 3, ..Settings::default() });
        let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
        let mut ended = 0;
        for (step, piece) in pieces.iter().enumerate() {
            use std::io::Write;
            let _ = peer.stream.write(piece);
            for (_, told) in tick(&mut reactor, step as f64) {
                prop_assert_eq!(ended, 0, "nothing behind the end");
                match told {
                    Told::Ended(_) => ended += 1,
                    Told::DivertedLast(_) if resume => reactor.resume(peer.conn),
                    _ => {}
                }
            }
            reactor.flush(step as f64);
            peer.frames();
        }
        drop(peer);
        for step in 0..10 {
            let told = tick(&mut reactor, 1000.0 + f64::from(step) * 30.0);
            ended += told.iter().filter(|(_, told)| matches!(told, Told::Ended(_))).count();
            reactor.flush(1000.0);
        }
        prop_assert_eq!((ended, reactor.statistics().connections), (1, 0));
    }
}

/// The same over TCP, whose buffers give way in their own time.
#[test]
fn a_megabyte_comes_through_small_windows() {
    let mut reactor = reactor(Settings::default());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it is let in");
    set_socket_recv_buffer_size(&stream, 8192).expect("it is a socket");
    stream.set_nonblocking(true).expect("it is a socket");
    let (ours, _) = listener.accept().expect("somebody is there");
    set_socket_send_buffer_size(&ours, 8192).expect("it is a socket");
    let conn = reactor.adopt(OwnedFd::from(ours), 0, b"", 0.0).expect("a fresh socket");
    let sizes = |number: u32| [5, 300, 4_000, 70_000][number as usize % 4];
    for number in 0..52 {
        assert!(reactor.send(conn, &payload(number, sizes(number)), Class::Message, None));
    }
    flush(&mut reactor, 0.0);
    assert!(reactor.statistics().blocked_writes > 0);
    let (mut bytes, mut buffer, limit) = (Vec::new(), vec![0; 65_536], Instant::now() + Duration::from_secs(20));
    while server_frames(&bytes).1 < bytes.len() || reactor.depth(conn).0 > 0 || bytes.is_empty() {
        assert!(Instant::now() < limit);
        match stream.read(&mut buffer) {
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        assert_eq!(tick(&mut reactor, 0.0), []);
    }
    let frames: Vec<_> = (0..52).map(|number| (0x81, payload(number, sizes(number)))).collect();
    assert!(server_frames(&bytes).0 == frames);
    let statistics = reactor.statistics();
    assert_eq!((statistics.frames_out, statistics.bytes_out), (52, bytes.len() as u64));
}
