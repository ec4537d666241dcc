//! Ways out: closing handshakes, aborts, and every deadline. Over real sockets, and a clock that is moved by hand.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::io::Write;
use std::time::Duration;

use cups_reactor::{Class, End, Settings};
use support::{await_told, door, flush, masked, reactor, settle, text, visitor, Peer, Told, HEAD};

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
    for before in [odd, begun] {
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
