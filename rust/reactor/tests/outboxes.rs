//! What waits for a connection, and when it is written. Over real sockets, and a clock that is moved by hand.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use cups_reactor::{Class, End, Limits, Post, Settings};
use support::{flush, post, reactor, settle, tick, Peer, Told};

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
    let both = Post { packed: Some(b"packed"), skip: &[peers[7].conn], ..post("text") };
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
fn who_comes_in_a_gone_connections_place_gets_each_frame_once() {
    let mut reactor = reactor(Settings::default());
    let mut others: Vec<_> = (0..8).map(|_| Peer::adopt(&mut reactor, 0, 0.0)).collect();
    let gone = Peer::adopt(&mut reactor, 0, 0.0);
    assert!(reactor.send(gone.conn, b"for who is gone", Class::Message, None));
    reactor.abort(gone.conn);
    // Its place is used again before the next flush.
    let mut next = Peer::adopt(&mut reactor, 0, 0.0);
    assert!(reactor.send(next.conn, b"once", Class::Message, None));
    for peer in &others {
        assert!(reactor.send(peer.conn, b"also", Class::Message, None));
    }
    flush(&mut reactor, 0.0);
    assert_eq!(next.frames(), [(0x81, b"once".to_vec())]);
    for peer in &mut others {
        assert_eq!(peer.frames(), [(0x81, b"also".to_vec())]);
    }
    assert_eq!(reactor.statistics().frames_queued, 0);
}

#[test]
fn who_comes_in_a_gone_connections_place_and_leaves_is_ended_once() {
    let mut reactor = reactor(Settings::default());
    let others: Vec<_> = (0..8).map(|_| Peer::adopt(&mut reactor, 0, 0.0)).collect();
    let gone = Peer::adopt(&mut reactor, 0, 0.0);
    assert!(reactor.send(gone.conn, b"for who is gone", Class::Message, None));
    reactor.abort(gone.conn);
    let next = Peer::adopt(&mut reactor, 0, 0.0);
    assert!(reactor.send(next.conn, b"to nobody", Class::Message, None));
    let number = next.conn;
    drop(next);
    for peer in &others {
        assert!(reactor.send(peer.conn, b"also", Class::Message, None));
    }
    flush(&mut reactor, 0.0);
    let ends: Vec<_> = settle(&mut reactor, 0.0).into_iter().filter(|(conn, _)| *conn == number).collect();
    assert_eq!(ends, [(number, Told::Ended(End::Reset))]);
    assert_eq!(reactor.statistics().connections, 8);
}
