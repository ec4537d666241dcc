//! What a client sends: messages, fragments, wrong bytes, limits, and who is read when. Over real sockets, and a clock that is moved by hand.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use cups_reactor::{Class, End, Settings};
use support::{flush, masked, reactor, settle, text, tick, Peer, Told};

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
    loop {
        let told = tick(&mut reactor, 0.0);
        assert!(told.len() <= 256);
        for (at, peer) in peers.iter().enumerate() {
            let messages = told.iter().filter(|(conn, _)| *conn == peer.conn).count();
            assert!(messages <= 64);
            counts[at] += messages;
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
