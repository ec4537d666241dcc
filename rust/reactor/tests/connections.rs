//! The life of a connection, over real sockets and a clock that is moved by hand.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use cups_reactor::{Class, End, Limits, Post, Reactor, ReactorError, Settings};
use support::{flush, masked, reactor, settle, text, tick, Peer, Told};

fn post(text: &str) -> Post<'_> {
    Post { text: Some(text.as_bytes()), packed: None, class: Class::Message, key: None, tag: None, skip: None }
}

fn door(reactor: &mut Reactor) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    reactor.listen(OwnedFd::from(listener.try_clone().expect("descriptors are left"))).expect("it listens");
    listener
}

fn visitor(listener: &TcpListener) -> TcpStream {
    let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it is let in");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a good time");
    stream
}

/// Ticks at one moment until something is told: loopback delivers soon, but not at once.
fn await_told(reactor: &mut Reactor, now: f64) -> Vec<(u64, Told)> {
    let limit = Instant::now() + Duration::from_secs(5);
    loop {
        let told = tick(reactor, now);
        if !told.is_empty() {
            return told;
        }
        assert!(Instant::now() < limit, "nothing is told");
    }
}

const HEAD: &[u8] = b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn a_head_is_offered_answered_and_what_is_behind_it_is_read() {
    let mut reactor = reactor(Settings::default());
    let listener = door(&mut reactor);
    let mut client = visitor(&listener);
    client.write_all(&[HEAD, &text("early")].concat()).expect("it is open");
    let told = await_told(&mut reactor, 0.0);
    let conn = told[0].0;
    assert_eq!(told, [(conn, Told::Head([HEAD, &text("early")].concat()))]);
    assert_eq!(reactor.peer(conn).as_deref(), Ok("127.0.0.1"));
    assert!(!reactor.send(conn, b"too early", Class::Message, None));
    assert_eq!(reactor.join(conn, "room"), Err(ReactorError::UnknownConnection(conn)));
    reactor.upgrade(conn, b"welcome", 0).expect("it is offered");
    assert_eq!(reactor.upgrade(conn, b"", 0), Err(ReactorError::NotOffered(conn)));
    assert!(reactor.pending());
    assert_eq!(tick(&mut reactor, 0.0), [(conn, Told::Text(b"early".to_vec()))]);
    assert!(!reactor.pending());
    assert_eq!(reactor.flush(0.0), None);
    let mut answer = [0; 7];
    client.read_exact(&mut answer).expect("it is answered");
    assert_eq!(&answer, b"welcome");
}

#[test]
fn a_released_connection_is_somebody_elses() {
    let mut reactor = reactor(Settings::default());
    let listener = door(&mut reactor);
    let mut client = visitor(&listener);
    client.write_all(HEAD).expect("it is open");
    let conn = await_told(&mut reactor, 0.0)[0].0;
    let mut stream = TcpStream::from(reactor.release(conn).expect("it is offered"));
    stream.write_all(b"page").expect("it is open");
    drop(stream);
    let mut page = Vec::new();
    client.read_to_end(&mut page).expect("it ends");
    assert_eq!(page, b"page");
    assert_eq!(tick(&mut reactor, 100.0), []);
    assert_eq!(reactor.release(conn).map(drop), Err(ReactorError::UnknownConnection(conn)));
    assert_eq!((reactor.statistics().connections, reactor.statistics().connecting), (0, 0));
}

#[test]
fn heads_that_do_not_end_are_dropped_unseen() {
    let mut reactor = reactor(Settings { max_head_bytes: 100, ..Settings::default() });
    let listener = door(&mut reactor);
    let (mut long, mut slow, gone) = (visitor(&listener), visitor(&listener), visitor(&listener));
    long.write_all(&[b'x'; 100]).expect("it is open");
    slow.write_all(b"GET / HTTP/1.1\r\n").expect("it is open");
    drop(gone);
    let limit = Instant::now() + Duration::from_secs(5);
    while reactor.statistics().heads_dropped < 2 {
        assert_eq!(tick(&mut reactor, 1.0), []);
        assert!(Instant::now() < limit);
    }
    assert_eq!(reactor.statistics().connecting, 1);
    assert_eq!(tick(&mut reactor, 5.9), []);
    assert_eq!(reactor.statistics().connecting, 1);
    assert_eq!(tick(&mut reactor, 6.1), []);
    assert_eq!((reactor.statistics().connecting, reactor.statistics().heads_dropped), (0, 3));
    for mut client in [long, slow] {
        assert!(matches!(client.read(&mut [0; 9]), Ok(0) | Err(_)));
    }
}

#[test]
fn a_head_that_is_too_long_is_answered_before_the_end() {
    let head_answer = b"HTTP/1.1 431 Too long\r\n\r\n".to_vec();
    let settings = Settings { max_head_bytes: 100, head_answer: head_answer.clone(), ..Settings::default() };
    let mut reactor = reactor(settings);
    let listener = door(&mut reactor);
    let (mut client, _stays) = (visitor(&listener), visitor(&listener));
    client.write_all(&vec![b'x'; 60_000]).expect("it is open");
    let limit = Instant::now() + Duration::from_secs(5);
    while reactor.statistics().heads_dropped == 0 || reactor.statistics().connecting != 1 {
        assert_eq!(tick(&mut reactor, 1.0), []);
        assert!(Instant::now() < limit);
    }
    assert_eq!(tick(&mut reactor, 1.0), [], "nobody hears of it");
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).expect("no reset before the answer is read");
    assert_eq!(answer, head_answer);
    drop(client);
    assert_eq!(tick(&mut reactor, 3.0), []);
    assert_eq!((reactor.statistics().connecting, reactor.statistics().heads_dropped), (1, 1));
}

#[test]
fn whoever_is_over_a_limit_is_told_so() {
    let busy = b"HTTP/1.1 503 Busy\r\n\r\n".to_vec();
    let limits = [(2, 100), (100, 2)];
    for (max_connections, max_connections_per_address) in limits {
        let settings =
            Settings { max_connections, max_connections_per_address, busy_answer: busy.clone(), ..Settings::default() };
        let mut reactor = reactor(settings);
        let listener = door(&mut reactor);
        let _inside = [visitor(&listener), visitor(&listener)];
        let mut outside = visitor(&listener);
        outside.write_all(HEAD).expect("it is open");
        let limit = Instant::now() + Duration::from_secs(5);
        while reactor.statistics().refused == 0 {
            tick(&mut reactor, 0.0);
            assert!(Instant::now() < limit);
        }
        assert_eq!(reactor.statistics().connecting, 2);
        let mut answer = Vec::new();
        outside.read_to_end(&mut answer).expect("no reset before the answer is read");
        assert_eq!(answer, busy);
        drop(outside);
        assert_eq!(tick(&mut reactor, 2.0), [], "nobody hears of it");
    }
    let exempt_addresses = HashSet::from(["127.0.0.1".parse().expect("an address")]);
    let mut reactor = reactor(Settings { max_connections_per_address: 1, exempt_addresses, ..Settings::default() });
    let listener = door(&mut reactor);
    let _proxies = [visitor(&listener), visitor(&listener), visitor(&listener)];
    let limit = Instant::now() + Duration::from_secs(5);
    while reactor.statistics().connecting < 3 {
        tick(&mut reactor, 0.0);
        assert!(Instant::now() < limit);
    }
}

#[test]
fn messages_pings_and_an_end() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 1, 0.0);
    let (first, rest) = (text("hello"), [masked(0x82, &[1, 2], [0; 4]), masked(0x89, b"?", [5; 4])].concat());
    peer.write(&first[..3]);
    assert_eq!(settle(&mut reactor, 0.0), []);
    peer.write(&[&first[3..], &rest].concat());
    let told = settle(&mut reactor, 0.0);
    assert_eq!(told, [(peer.conn, Told::Text(b"hello".to_vec())), (peer.conn, Told::Binary(vec![1, 2]))]);
    assert!(reactor.send(peer.conn, b"packed", Class::Message, None));
    assert_eq!(reactor.statistics().writes, 0, "nothing is written but by a flush");
    flush(&mut reactor, 0.0);
    assert_eq!(peer.frames(), [(0x8a, b"?".to_vec()), (0x82, b"packed".to_vec())]);
    assert_eq!(reactor.statistics().writes, 1, "all in one");
    drop(peer);
    assert!(matches!(settle(&mut reactor, 0.0)[..], [(_, Told::Ended(End::Eof))]));
    assert_eq!(reactor.statistics().connections, 0);
}

#[test]
fn a_fragmented_message_is_handed_on_and_what_follows_waits() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    let message = [masked(1, b"a", [1; 4]), masked(0x89, b"?", [2; 4]), masked(0x80, b"b", [3; 4])].concat();
    peer.write(&[&text("before"), &message[..9]].concat());
    let told = settle(&mut reactor, 0.0);
    assert_eq!(told, [(peer.conn, Told::Text(b"before".to_vec())), (peer.conn, Told::Diverted(message[..9].to_vec()))]);
    peer.write(&[&message[9..], &text("after")].concat());
    assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::DivertedLast(message[9..].to_vec()))]);
    assert!(reactor.write(peer.conn, b"raw answer"));
    reactor.resume(peer.conn);
    assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::Text(b"after".to_vec()))]);
    assert_eq!(reactor.statistics().diverted, 1);
}

#[test]
fn what_is_malformed_is_handed_on_for_good_but_not_for_ever() {
    let mut reactor = reactor(Settings { max_frame_bytes: 1000, ..Settings::default() });
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    peer.write(b"\x81\x02hi");
    assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::Diverted(b"\x81\x02hi".to_vec()))]);
    peer.write(&text("not understood any more"));
    assert!(matches!(settle(&mut reactor, 0.0)[..], [(_, Told::Diverted(_))]));
    peer.write(&[0; 5000]);
    let told = settle(&mut reactor, 0.0);
    let Told::Diverted(bytes) = &told[0].1 else { panic!("bytes are handed on") };
    assert_eq!(bytes.len(), 1000 - 4 - text("not understood any more").len());
    assert_eq!(settle(&mut reactor, 19.0), []);
    assert_eq!(settle(&mut reactor, 20.0), [(peer.conn, Told::Ended(End::Incomplete))]);
}

#[test]
fn too_much_is_closed_on_the_header() {
    let settings = || Settings { max_frame_bytes: 10, max_fragments: 2, ..Settings::default() };
    let long = masked(0x81, &[b'x'; 11], [1; 4])[..6].to_vec();
    let sum = [masked(1, &[b'x'; 6], [1; 4]), masked(0x80, &[b'x'; 5], [1; 4])[..6].to_vec()].concat();
    let many = [masked(1, b"", [1; 4]), masked(0, b"", [1; 4]), masked(0x80, b"", [1; 4])].concat();
    for stream in [long, sum, many] {
        let mut reactor = reactor(settings());
        let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
        peer.write(&stream);
        assert_eq!(settle(&mut reactor, 0.0), []);
        flush(&mut reactor, 0.0);
        let frames = peer.frames();
        assert_eq!((frames[0].0, &frames[0].1[..2]), (0x88, &[3, 241][..]));
        // Whatever else comes is discarded, until the peer has answered.
        let behind = if stream.len() == 6 { vec![0; 11] } else { vec![0; 5] };
        let behind = if stream[0] == 1 && stream[1] == 0x80 { Vec::new() } else { behind };
        peer.write(&[&behind[..], &text("lost"), &masked(0x88, &[3, 241], [0; 4])].concat());
        assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::Ended(End::TooBig))]);
        assert_eq!(reactor.statistics().too_big, 1);
    }
}

#[test]
fn too_many_control_frames_are_closed_also_within_a_message() {
    for start in [Vec::new(), masked(1, b"a", [1; 4])] {
        let settings = Settings { control_frames_burst: 3, control_frames_per_s: 1, ..Settings::default() };
        let mut reactor = reactor(settings);
        let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
        let ping = masked(0x89, b"", [1; 4]);
        peer.write(&[&start[..], &ping.repeat(3)].concat());
        settle(&mut reactor, 0.0);
        peer.write(&ping.repeat(2));
        settle(&mut reactor, 2.0);
        assert_eq!(reactor.statistics().floods, 0, "two seconds allow for two more");
        peer.write(&ping);
        settle(&mut reactor, 2.0);
        flush(&mut reactor, 2.0);
        assert_eq!(
            peer.frames().last().map(|(first, payload)| (*first, payload[..2].to_vec())),
            Some((0x88, vec![3, 240]))
        );
        assert_eq!(settle(&mut reactor, 5.0), [(peer.conn, Told::Ended(End::Flood))]);
    }
}

#[test]
fn a_tick_is_fair_and_says_what_is_left() {
    let mut reactor = reactor(Settings::default());
    let mut peers: Vec<_> = (0..20).map(|_| Peer::adopt(&mut reactor, 0, 0.0)).collect();
    for peer in &mut peers {
        peer.write(&text("x").repeat(100));
    }
    let mut counts = vec![0; peers.len()];
    let mut ticks = 0;
    loop {
        let told = tick(&mut reactor, 0.0);
        ticks += 1;
        assert!(told.len() <= 1024);
        for (at, peer) in peers.iter().enumerate() {
            let messages = told.iter().filter(|(conn, _)| *conn == peer.conn).count();
            assert!(messages <= 64);
            counts[at] += messages;
        }
        if ticks == 2 {
            assert!(counts.iter().all(|count| *count >= 36), "nobody is passed over: {counts:?}");
        }
        if !reactor.pending() {
            break;
        }
    }
    assert_eq!(counts, vec![100; peers.len()]);
}

#[test]
fn a_pause_pushes_back() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    peer.write(&text("x").repeat(70));
    assert_eq!(tick(&mut reactor, 0.0).len(), 64);
    reactor.pause(peer.conn);
    peer.write(&text("y"));
    assert_eq!(settle(&mut reactor, 1000.0), [], "nothing comes, and the silence does not count");
    reactor.resume(peer.conn);
    assert!(reactor.pending());
    assert_eq!(settle(&mut reactor, 1000.0).len(), 7);
}

#[test]
fn whoever_is_not_read_is_still_heard_to_break_off() {
    let mut reactor = reactor(Settings::default());
    let listener = door(&mut reactor);
    let mut client = visitor(&listener);
    client.write_all(HEAD).expect("it is open");
    let offered = await_told(&mut reactor, 0.0)[0].0;
    rustix::net::sockopt::set_socket_linger(&client, Some(Duration::ZERO)).expect("it is a socket");
    drop(client);
    assert_eq!(await_told(&mut reactor, 0.0), [(offered, Told::Ended(End::Reset))]);

    let mut held = Peer::adopt(&mut reactor, 0, 0.0);
    held.write(&[masked(1, b"a", [1; 4]), masked(0x80, b"b", [1; 4])].concat());
    assert!(matches!(settle(&mut reactor, 0.0)[..], [(_, Told::DivertedLast(_))]));
    assert_eq!(settle(&mut reactor, 1000.0), []);
    drop(held.stream);
    assert_eq!(settle(&mut reactor, 1000.0), [(held.conn, Told::Ended(End::Reset))]);
}

#[test]
fn a_closing_handshake_ends_when_both_have_said_all() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    reactor.send(peer.conn, b"waits", Class::Message, None);
    reactor.close(peer.conn, 4000, "enough", false);
    reactor.close(peer.conn, 4001, "too late", true);
    assert!(!reactor.send(peer.conn, b"late", Class::Message, None));
    peer.write(&text("crossing"));
    assert_eq!(settle(&mut reactor, 0.0), []);
    flush(&mut reactor, 0.0);
    assert_eq!(peer.frames(), [(0x81, b"waits".to_vec()), (0x88, b"\x0f\xa0enough".to_vec())]);
    let answer = masked(0x88, &[0x0f, 0xa0], [7; 4]);
    peer.write(&answer[..3]);
    assert_eq!(settle(&mut reactor, 0.0), []);
    peer.write(&answer[3..]);
    assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::Ended(End::Closed))]);
    assert!(!peer.read_some(10), "and the stream is over");

    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    reactor.send(peer.conn, b"dropped", Class::Message, None);
    reactor.close(peer.conn, 4000, "now", true);
    flush(&mut reactor, 0.0);
    assert_eq!(peer.frames(), [(0x88, b"\x0f\xa0now".to_vec())]);
    assert_eq!(settle(&mut reactor, 2.9), []);
    assert_eq!(settle(&mut reactor, 3.0), [(peer.conn, Told::Ended(End::Closed))]);

    let mut peer = Peer::adopt(&mut reactor, 0, 3.0);
    peer.write(&masked(0x88, &[3, 232], [7; 4]));
    assert!(matches!(settle(&mut reactor, 3.0)[..], [(_, Told::Diverted(_))]));
    reactor.close(peer.conn, 1000, "", false);
    flush(&mut reactor, 3.0);
    assert_eq!(peer.frames(), [(0x88, vec![3, 232])]);
    assert_eq!(settle(&mut reactor, 3.0), [(peer.conn, Told::Ended(End::Closed))]);
}

#[test]
fn an_offered_connection_is_closed_as_http() {
    let mut reactor = reactor(Settings::default());
    let listener = door(&mut reactor);
    let mut client = visitor(&listener);
    client.write_all(HEAD).expect("it is open");
    let conn = await_told(&mut reactor, 0.0)[0].0;
    assert!(reactor.write(conn, b"HTTP/1.1 403 No\r\n\r\n"));
    reactor.close(conn, 1008, "unused", false);
    flush(&mut reactor, 0.0);
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).expect("it ends");
    assert_eq!(answer, b"HTTP/1.1 403 No\r\n\r\n");
    drop(client);
    assert_eq!(await_told(&mut reactor, 0.0), [(conn, Told::Ended(End::Closed))]);
    assert_eq!((reactor.statistics().connections, reactor.statistics().connecting), (0, 0));
}

#[test]
fn silence_is_asked_and_then_ended() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    peer.write(&text("x"));
    assert_eq!(settle(&mut reactor, 10.0).len(), 1);
    settle(&mut reactor, 34.9);
    assert_eq!(reactor.statistics().heartbeats, 0);
    settle(&mut reactor, 35.0);
    flush(&mut reactor, 35.0);
    assert_eq!(peer.frames(), [(0x89, vec![])]);
    peer.write(&masked(0x8a, b"", [1; 4]));
    assert_eq!(settle(&mut reactor, 54.9), []);
    settle(&mut reactor, 79.9);
    assert_eq!(reactor.statistics().heartbeats, 2);
    assert_eq!(settle(&mut reactor, 99.8), []);
    assert_eq!(settle(&mut reactor, 99.9), [(peer.conn, Told::Ended(End::Unanswered))]);
    assert_eq!(reactor.statistics().timed_out, 1);
}

#[test]
fn a_frame_must_end_but_a_steady_stream_may_go_on() {
    let mut reactor = reactor(Settings::default());
    let (mut steady, mut stuck) = (Peer::adopt(&mut reactor, 0, 0.0), Peer::adopt(&mut reactor, 0, 0.0));
    let frame = text("hello");
    stuck.write(&frame[..5]);
    steady.write(&frame[..5]);
    for second in 0..19 {
        assert!(settle(&mut reactor, f64::from(second)).iter().all(|(conn, _)| *conn == steady.conn));
        steady.write(&[&frame[5..], &frame[..5]].concat());
        stuck.write(b"");
    }
    let told = settle(&mut reactor, 20.0);
    assert!(told.contains(&(stuck.conn, Told::Ended(End::Incomplete))));
    assert!(!told.contains(&(steady.conn, Told::Ended(End::Incomplete))));
    assert_eq!(settle(&mut reactor, 39.9), [], "nineteen seconds later the last one is not late yet");
    assert_eq!(settle(&mut reactor, 40.0), [(steady.conn, Told::Ended(End::Incomplete))]);
}

#[test]
fn an_abort_is_told_once_and_numbers_are_not_used_again() {
    let mut reactor = reactor(Settings::default());
    let first = Peer::adopt(&mut reactor, 0, 0.0);
    reactor.join(first.conn, "room").expect("it is open");
    reactor.abort(first.conn);
    reactor.abort(first.conn);
    assert!(reactor.pending());
    assert_eq!(settle(&mut reactor, 0.0), [(first.conn, Told::Ended(End::Aborted))]);
    let second = Peer::adopt(&mut reactor, 0, 0.0);
    assert!(second.conn > first.conn);
    assert!(!reactor.send(first.conn, b"to the dead", Class::Message, None));
    assert_eq!((reactor.count("room"), reactor.depth(second.conn)), (0, (0, 0)));
    reactor.close(first.conn, 1000, "", false);
    assert_eq!(settle(&mut reactor, 0.0), []);
}

#[test]
fn lazy_frames_ride_with_the_next_or_go_alone_after_a_moment() {
    let mut reactor = reactor(Settings::default());
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    reactor.join(peer.conn, "room").expect("it is open");
    let typing = |text| Post { class: Class::Typing, key: Some("typing:ann"), ..post(text) };
    reactor.publish("room", &typing("a"));
    let near = |wait: Option<f64>, wanted: f64| wait.is_some_and(|wait| (wait - wanted).abs() < 1e-9);
    assert!(near(reactor.flush(1.0), 0.008));
    assert_eq!(reactor.statistics().writes, 0);
    reactor.publish("room", &typing("an"));
    reactor.publish("room", &post("message"));
    assert_eq!(reactor.flush(1.004), None);
    assert_eq!(peer.frames(), [(0x81, b"an".to_vec()), (0x81, b"message".to_vec())]);
    assert_eq!(reactor.statistics().writes, 1);
    reactor.publish("room", &typing("ann"));
    assert!(near(reactor.flush(1.005), 0.008), "the old deadline does not count");
    assert!(near(reactor.flush(1.012), 0.001));
    assert_eq!(reactor.flush(1.0131), None);
    assert_eq!(peer.frames(), [(0x81, b"ann".to_vec())]);
}

#[test]
fn a_flush_goes_in_steps() {
    let mut reactor = reactor(Settings { flush_connections: 3, ..Settings::default() });
    let mut peers: Vec<_> = (0..8).map(|at| Peer::adopt(&mut reactor, at % 2, 0.0)).collect();
    for peer in &peers {
        reactor.join(peer.conn, "room").expect("it is open");
    }
    let both = Post { packed: Some(b"packed"), skip: Some(peers[7].conn), ..post("text") };
    assert_eq!(reactor.publish("room", &both), 7);
    assert_eq!(reactor.publish("room", &post("text only")), 4);
    assert_eq!(reactor.flush(0.0), Some(0.0));
    assert_eq!(reactor.statistics().writes, 3);
    assert_eq!(reactor.flush(0.0), Some(0.0));
    assert_eq!(reactor.flush(0.0), None);
    assert_eq!(reactor.statistics().writes, 7);
    let (text, packed) = ((0x81, b"text".to_vec()), (0x82, b"packed".to_vec()));
    for (at, peer) in peers.iter_mut().enumerate() {
        let expected = match at {
            7 => vec![],
            even if even % 2 == 0 => vec![text.clone(), (0x81, b"text only".to_vec())],
            _ => vec![packed.clone()],
        };
        assert_eq!(peer.frames(), expected);
    }
    let statistics = reactor.statistics();
    assert_eq!((statistics.frames_out, statistics.text_connections, statistics.packed_connections), (11, 4, 4));
}

#[test]
fn an_outbox_over_its_cap_is_told_and_its_started_frame_still_ends() {
    let outbox = Limits { max_bytes: 1 << 20, max_frames: 100 };
    let mut reactor = reactor(Settings { outbox, ..Settings::default() });
    let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
    reactor.join(peer.conn, "room").expect("it is open");
    let long = "x".repeat(50_000);
    while !settle(&mut reactor, 0.0).contains(&(peer.conn, Told::Overflowed)) {
        reactor.publish("room", &post(&long));
        flush(&mut reactor, 0.0);
    }
    assert_eq!(reactor.depth(peer.conn), (0, 0));
    assert_eq!(reactor.publish("room", &post("more")), 0);
    assert!(!reactor.send(peer.conn, b"more", Class::Control, None));
    reactor.close(peer.conn, 4408, "resume from here", false);
    let mut frames = Vec::new();
    for _ in 0..1000 {
        frames.extend(peer.frames());
        tick(&mut reactor, 0.0);
        flush(&mut reactor, 0.0);
    }
    let (close, messages) = frames.split_last().expect("there are some");
    assert_eq!(close, &(0x88, b"\x11\x38resume from here".to_vec()));
    assert!(messages.iter().all(|(first, payload)| *first == 0x81 && payload.len() == 50_000));
    assert_eq!(settle(&mut reactor, 3.0), [(peer.conn, Told::Ended(End::Closed))]);
}

#[test]
fn a_reader_that_stalls_is_cut_off_and_one_that_is_slow_is_not() {
    let mut reactor = reactor(Settings::default());
    let (stalled, mut slow) = (Peer::adopt(&mut reactor, 0, 0.0), Peer::adopt(&mut reactor, 0, 0.0));
    for peer in [&stalled, &slow] {
        for _ in 0..20 {
            reactor.send(peer.conn, &vec![b'x'; 40_000], Class::Message, None);
        }
    }
    flush(&mut reactor, 0.0);
    for second in 1..10 {
        for _ in 0..40 {
            slow.read_some(1000);
        }
        settle(&mut reactor, f64::from(second));
    }
    assert_eq!(settle(&mut reactor, 10.0), [(stalled.conn, Told::Ended(End::Stalled))]);
    assert!(reactor.depth(slow.conn).0 > 0, "it has not got all yet");
}

#[test]
fn what_is_retracted_is_read_by_nobody() {
    let mut reactor = reactor(Settings::default());
    let (mut fresh, mut torn) = (Peer::adopt(&mut reactor, 0, 0.0), Peer::adopt(&mut reactor, 0, 0.0));
    let removed = "removed ".repeat(100_000);
    reactor.join(torn.conn, "room").expect("it is open");
    reactor.publish("room", &Post { tag: Some("room/1"), ..post(&removed) });
    flush(&mut reactor, 0.0);
    assert!(reactor.depth(torn.conn).0 == 1, "the pair's buffers are full");
    reactor.join(fresh.conn, "room").expect("it is open");
    reactor.publish("room", &Post { tag: Some("room/1"), ..post("removed too") });
    reactor.publish("room", &post("stays"));
    assert_eq!(reactor.retract("room/1"), 2);
    assert_eq!(settle(&mut reactor, 0.0), [(torn.conn, Told::Ended(End::Aborted))]);
    flush(&mut reactor, 0.0);
    assert_eq!(fresh.frames(), [(0x81, b"stays".to_vec())]);
    assert_eq!(torn.frames(), [], "not a whole frame");
}

#[test]
fn mistakes_are_refused() {
    let bad = |settings| Reactor::new(settings).err();
    assert_eq!(
        bad(Settings { max_connections: 0, ..Settings::default() }),
        Some(ReactorError::Setting("max_connections"))
    );
    assert_eq!(bad(Settings { lazy: f64::NAN, ..Settings::default() }), Some(ReactorError::Setting("lazy_ms")));
    let outbox = Limits { max_bytes: 0, max_frames: 1 };
    assert!(matches!(bad(Settings { outbox, ..Settings::default() }), Some(ReactorError::Fanout(_))));
    let mut reactor = reactor(Settings::default());
    assert_eq!(reactor.peer(5), Err(ReactorError::UnknownConnection(5)));
    let (ours, _theirs) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    assert_eq!(reactor.adopt(ours.into(), 2, b"", 0.0), Err(ReactorError::UnknownFormat(2)));
    assert!(cups_reactor::sys::take(-1).is_err() && cups_reactor::sys::duplicate(1_000_000).is_err());
}

#[test]
fn whose_close_frame_could_not_be_told_gets_the_end_of_the_stream() {
    for before in [true, false] {
        let mut reactor = reactor(Settings::default());
        let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
        if before {
            peer.write(b"\x81\x02hi");
            settle(&mut reactor, 0.0);
        }
        reactor.close(peer.conn, 1002, "", false);
        flush(&mut reactor, 0.0);
        if !before {
            assert!(peer.read_some(10), "its answer may come yet");
            assert!(peer.read_some(10));
            peer.write(b"\x81\x02hi");
            settle(&mut reactor, 0.0);
        }
        while peer.read_some(10) {}
        assert_eq!(peer.frames(), [(0x88, vec![3, 234])]);
        let conn = peer.conn;
        drop(peer);
        assert_eq!(settle(&mut reactor, 0.0), [(conn, Told::Ended(End::Closed))]);
    }
}

#[test]
fn a_peers_close_frame_is_seen_wherever_it_stands() {
    let close = masked(0x88, &[3, 232], [9; 4]);
    let empty = masked(0x88, b"", [9; 4]);
    let odd = masked(0x81, &[0xff], [1; 4]);
    let begun = masked(1, b"a", [1; 4]);
    for before in [Vec::new(), odd, begun, text("x")] {
        for close in [&close, &empty] {
            let mut reactor = reactor(Settings::default());
            let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
            peer.write(&[&before[..], &close[..3]].concat());
            settle(&mut reactor, 0.0);
            peer.write(&close[3..]);
            settle(&mut reactor, 0.0);
            reactor.close(peer.conn, 1002, "", false);
            flush(&mut reactor, 0.0);
            assert_eq!(settle(&mut reactor, 0.0), [(peer.conn, Told::Ended(End::Closed))]);
        }
    }
}
