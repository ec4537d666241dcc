//! Closes that a client begins: whatever stands before and behind, and however it comes, all that waits is written, the same
//! payload comes back, once and last, and the socket is let go when the client's stream ends, or in time.

#![allow(clippy::cast_possible_truncation)] // Tests count little.

mod support;

use std::io::Write;

use cups_reactor::{Class, End, Settings};
use proptest::prelude::*;
use support::{masked, reactor, server_frames, tick, Peer, Told};

/// What a close frame may carry.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![1000..=1003_u16, 1007..=1013_u16, 3000..=4999_u16];
    let closed = (code, "\\PC{0,30}").prop_map(|(code, reason)| [&code.to_be_bytes(), reason.as_bytes()].concat());
    prop_oneof![1 => Just(Vec::new()), 5 => closed.prop_filter("it fits", |payload| payload.len() <= 125)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn they_are_answered_at_every_split(
        payload in payload(),
        texts in 0..4_usize,
        waits in prop::collection::vec(0..70_000_usize, 0..4),
        behind in prop::collection::vec(any::<u8>(), 0..30),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        flushes in any::<bool>(),
        mask in any::<[u8; 4]>(),
    ) {
        let before = masked(0x81, b"x", mask).repeat(texts);
        let stream = [&before[..], &masked(0x88, &payload, mask), &behind].concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).chain([0, stream.len()]).collect();
        cuts.sort_unstable();
        let mut reactor = reactor(Settings::default());
        let mut peer = Peer::adopt(&mut reactor, 0, 0.0);
        reactor.join(peer.conn, "room").expect("it is open");
        for size in &waits {
            prop_assert!(reactor.send(peer.conn, &vec![b'w'; *size], Class::Message, None));
        }
        let mut told = Vec::new();
        for piece in cuts.windows(2) {
            // Behind its close the client may find the stream at its end.
            let _ = peer.stream.write(&stream[piece[0]..piece[1]]);
            told.extend(tick(&mut reactor, 0.0));
            if flushes {
                reactor.flush(0.0);
            }
        }
        let mut got = Vec::new();
        for _ in 0..200 {
            reactor.flush(0.0);
            told.extend(tick(&mut reactor, 0.0));
            while peer.read_some(65_536) {
                if peer.unread.is_empty() {
                    break;
                }
                got.append(&mut peer.unread);
            }
        }
        let texts = std::iter::repeat_n(Told::Text(b"x".to_vec()), texts);
        let expected: Vec<_> = texts.chain([Told::Ended(End::Closed)]).map(|told| (peer.conn, told)).collect();
        prop_assert_eq!(told, expected);
        let (frames, taken) = server_frames(&got);
        prop_assert_eq!(taken, got.len());
        let mut expected: Vec<_> = waits.iter().map(|size| (0x81, vec![b'w'; *size])).collect();
        expected.push((0x88, payload));
        prop_assert!(frames == expected, "what waits, then the same payload, then nothing");
        prop_assert!(!peer.read_some(1), "the stream is over");
        let statistics = reactor.statistics();
        prop_assert_eq!((statistics.connections, statistics.parting, statistics.diverted), (0, 1, 0));
        prop_assert_eq!((statistics.groups, statistics.text_connections), (0, 0));
        let (goes, last) = (flushes, peer.conn);
        let later = if goes { drop(peer); 0.1 } else { 3.1 };
        prop_assert_eq!(tick(&mut reactor, later), vec![], "nobody hears of it again");
        prop_assert_eq!(reactor.statistics().parting, 0);
        let next = Peer::adopt(&mut reactor, 0, later);
        prop_assert!(next.conn > last && reactor.groups(next.conn).is_empty());
    }
}
