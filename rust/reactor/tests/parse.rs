//! The fast path and the follower, over any borders between reads.

#![allow(clippy::cast_possible_truncation)] // Tests count little.

mod support;

use cups_reactor::divert::{Course, Fragments, MessageLimits};
use cups_reactor::header::{close_frame, frame, read, Read};
use cups_reactor::parse::{parse, unmask, Parsed, Why};
use proptest::prelude::*;
use support::{masked, server_frames};

const MAX: usize = 70_000;

#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Text(Vec<u8>),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    Close(Vec<u8>),
    TooBig,
    Diverted(Why, Vec<u8>),
}

/// Parses a stream that comes in pieces, the way a connection does.
fn parse_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, max: usize) -> Vec<Seen> {
    let (mut seen, mut carry, mut need) = (Vec::new(), Vec::new(), 0);
    let mut last = None;
    for piece in pieces {
        carry.extend_from_slice(piece);
        if let Some(why) = last {
            seen.pop();
            seen.push(Seen::Diverted(why, carry.clone()));
            continue;
        }
        while carry.len() >= need && !carry.is_empty() {
            let (parsed, taken) = parse(&mut carry, max);
            match parsed {
                Parsed::Text(payload) => seen.push(Seen::Text(payload.to_vec())),
                Parsed::Binary(payload) => seen.push(Seen::Binary(payload.to_vec())),
                Parsed::Ping(payload) => seen.push(Seen::Ping(payload.to_vec())),
                Parsed::Pong => seen.push(Seen::Pong),
                Parsed::Close(payload) => {
                    seen.push(Seen::Close(payload.to_vec()));
                    return seen;
                }
                Parsed::TooBig => {
                    seen.push(Seen::TooBig);
                    return seen;
                }
                Parsed::Divert(why) => {
                    assert_eq!(taken, 0);
                    last = Some(why);
                    seen.push(Seen::Diverted(why, carry.clone()));
                    break;
                }
                Parsed::Short(wanted) => {
                    assert!(wanted > carry.len(), "what is short needs more");
                    assert_eq!(taken, 0);
                    need = wanted;
                    break;
                }
            }
            need = 0;
            carry.drain(..taken);
        }
    }
    seen
}

fn a_frame() -> impl Strategy<Value = Vec<u8>> {
    let size = prop_oneof![0..200_usize, Just(125), Just(126), Just(127), Just(65_535), Just(65_536)];
    let first = prop_oneof![
        6 => Just(0x81_u8),
        6 => Just(0x82),
        2 => Just(0x89),
        2 => Just(0x8a),
        1 => Just(0x88),
        1 => any::<u8>(),
    ];
    (first, size, any::<u8>(), any::<[u8; 4]>()).prop_map(|(first, size, byte, mask)| {
        let size = if first & 8 != 0 { size % 126 } else { size };
        masked(first, &vec![byte % if first == 0x81 { 128 } else { 255 }; size], mask)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn borders_between_reads_make_no_difference(
        frames in prop::collection::vec(a_frame(), 1..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let stream = frames.concat();
        let whole = parse_pieces([&stream[..]], MAX);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).chain([0, stream.len()]).collect();
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]);
        prop_assert_eq!(parse_pieces(pieces, MAX), whole);
    }

    #[test]
    fn anything_is_parsed_and_what_is_not_taken_is_not_touched(
        mut bytes in prop::collection::vec(any::<u8>(), 0..300),
        max in 0..300_usize,
    ) {
        let before = bytes.clone();
        let taken = match parse(&mut bytes, max) {
            (Parsed::Text(payload), taken) => { prop_assert!(std::str::from_utf8(payload).is_ok() && payload.len() <= max); taken }
            (Parsed::Binary(payload), taken) => { prop_assert!(payload.len() <= max); taken }
            (Parsed::Ping(payload), taken) => { prop_assert!(payload.len() <= 125); taken }
            (Parsed::Close(payload), taken) => {
                prop_assert!(payload.is_empty() || (payload.len() >= 2 && std::str::from_utf8(&payload[2..]).is_ok()));
                taken
            }
            (_, taken) => taken,
        };
        prop_assert!(taken <= bytes.len());
        prop_assert_eq!(&bytes[taken..], &before[taken..]);
    }

    #[test]
    fn a_fragmented_message_is_followed_over_any_borders(
        parts in prop::collection::vec((0..300_usize, any::<[u8; 4]>(), 0..3_usize), 2..10),
        step in 1..50_usize,
        behind in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let (mut stream, mut controls, mut payload) = (Vec::new(), 0, 0);
        for (place, (size, mask, pings)) in parts.iter().enumerate() {
            let opcode = u8::from(place == 0);
            let fin = if place + 1 == parts.len() { 0x80 } else { 0 };
            stream.extend(masked(fin | opcode, &vec![7; *size], *mask));
            payload += size;
            if fin == 0 {
                stream.extend((0..*pings).flat_map(|_| masked(0x89, b"still there?", *mask)));
                controls += pings;
            }
        }
        let length = stream.len();
        stream.extend(&behind);
        let limits = MessageLimits { max_payload: payload, max_fragments: parts.len() as u32 };
        prop_assert_eq!(follow(&stream, step, limits), (length, controls, Course::Complete));
        if payload > 0 {
            let (_, _, course) = follow(&stream, step, MessageLimits { max_payload: payload - 1, ..limits });
            prop_assert_eq!(course, Course::TooBig);
        }
        let fewer = MessageLimits { max_fragments: limits.max_fragments - 1, ..limits };
        prop_assert_eq!(follow(&stream, step, fewer).2, Course::TooMany);
    }

    #[test]
    fn anything_is_followed(bytes in prop::collection::vec(any::<u8>(), 0..400), step in 1..50_usize) {
        let limits = MessageLimits { max_payload: 100, max_fragments: 3 };
        let (taken, ..) = follow(&bytes, step, limits);
        prop_assert!(taken <= bytes.len());
    }

    #[test]
    fn what_is_masked_twice_is_as_before(bytes in prop::collection::vec(any::<u8>(), 0..100), mask in any::<[u8; 4]>()) {
        let mut copy = bytes.clone();
        unmask(&mut copy, mask);
        let plain = bytes.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]);
        prop_assert!(copy.iter().copied().eq(plain));
        unmask(&mut copy, mask);
        prop_assert_eq!(copy, bytes);
    }
}

/// Feeds a follower in steps; how far it came, control frames on the way, and where it ended.
fn follow(stream: &[u8], step: usize, limits: MessageLimits) -> (usize, usize, Course) {
    let mut fragments = Fragments::default();
    let (mut at, mut controls) = (0, 0);
    for piece in stream.chunks(step) {
        let end = at + piece.len();
        loop {
            let (taken, course) = fragments.next(&stream[at..end], limits);
            at += taken;
            match course {
                Course::Control => controls += 1,
                Course::Going => break,
                course => return (at, controls, course),
            }
        }
        assert_eq!(at, end);
    }
    (at, controls, Course::Going)
}

#[test]
fn every_split_of_every_length_gives_the_same() {
    for size in [0, 1, 124, 125, 126, 127, 300] {
        let stream = [masked(0x81, &vec![b'x'; size], [9, 8, 7, 6]), masked(0x89, b"p", [0; 4])].concat();
        let whole = parse_pieces([&stream[..]], MAX);
        assert_eq!(whole, [Seen::Text(vec![b'x'; size]), Seen::Ping(b"p".to_vec())]);
        for at in 0..=stream.len() {
            assert_eq!(parse_pieces([&stream[..at], &stream[at..]], MAX), whole);
        }
        assert_eq!(parse_pieces(stream.chunks(1), MAX), whole);
    }
    for size in [65_535, 65_536] {
        let stream = masked(0x82, &vec![3; size], [9, 8, 7, 6]);
        for at in (0..20).chain([size, stream.len() - 1]) {
            assert_eq!(parse_pieces([&stream[..at], &stream[at..]], MAX), [Seen::Binary(vec![3; size])]);
        }
    }
}

#[test]
fn limits_are_decided_on_the_header() {
    let long = masked(0x81, &[b'x'; 200], [1; 4]);
    assert_eq!(parse(&mut long.clone(), 200).1, long.len());
    assert_eq!(parse(&mut long[..8].to_vec(), 199), (Parsed::TooBig, 0));
    let mut endless = [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4];
    assert_eq!(parse(&mut endless, MAX), (Parsed::TooBig, 0));
    endless[2] = 0x80;
    assert_eq!(parse(&mut endless, MAX), (Parsed::Divert(Why::Malformed(0)), 0), "no length has its highest bit set");
    let mut fragment = masked(0x01, &[b'x'; 200], [1; 4]);
    assert_eq!(parse(&mut fragment, 199), (Parsed::TooBig, 0));
    assert_eq!(parse(&mut fragment, 200), (Parsed::Divert(Why::Fragment), 0));
}

#[test]
fn what_no_client_may_send_is_diverted() {
    let malformed = |bytes: &[u8]| matches!(parse(&mut bytes.to_vec(), MAX).0, Parsed::Divert(Why::Malformed(_)));
    assert!(malformed(&[0x81, 0x02, b'h', b'i']), "unmasked");
    assert!(malformed(&masked(0xc1, b"hi", [1; 4])), "a reserved bit");
    assert!(malformed(&masked(0x83, b"hi", [1; 4])), "an unknown opcode");
    assert!(malformed(&masked(0x8b, b"hi", [1; 4])), "an unknown control frame");
    assert!(malformed(&masked(0x09, b"hi", [1; 4])), "a fragmented ping");
    assert!(malformed(&masked(0x89, &[0; 126], [1; 4])), "a long ping");
    assert!(malformed(&masked(0x80, b"hi", [1; 4])), "a continuation of nothing");
    assert!(malformed(&[0x81, 0xfe, 0, 5, 1, 1, 1, 1, 0, 0, 0, 0, 0]), "a length in more bytes than it needs");
    let odd = masked(0x81, &[0xff, 0xfe], [1; 4]);
    let mut copy = odd.clone();
    assert_eq!(parse(&mut copy, MAX), (Parsed::Divert(Why::Malformed(odd.len())), 0), "no UTF-8");
    assert_eq!(copy, odd, "it is handed on as it came");
    for wrong in
        [&[3][..], &[3, 231], &[3, 236], &[3, 237], &[3, 238], &[3, 246], &[11, 183], &[19, 136], &[3, 232, 0xff]]
    {
        let frame = masked(0x88, wrong, [1; 4]);
        let mut copy = frame.clone();
        assert_eq!(parse(&mut copy, MAX), (Parsed::Divert(Why::Malformed(frame.len())), 0), "{wrong:?}");
        assert_eq!(copy, frame, "it is handed on as it came");
    }
    for right in [&[][..], &[3, 232], &[3, 235], &[3, 239], &[3, 245, 0xc3, 0xa4], &[11, 184], &[19, 135]] {
        let mut frame = masked(0x88, right, [1; 4]);
        let whole = frame.len();
        assert_eq!(parse(&mut frame.clone()[..whole - 1], MAX), (Parsed::Short(whole), 0));
        assert_eq!(parse(&mut frame, MAX), (Parsed::Close(right), whole), "{right:?}");
    }
}

#[test]
fn what_is_written_can_be_read() {
    for size in [0, 125, 126, 65_535, 65_536, 70_000] {
        let payload = vec![5; size];
        let (frames, taken) = server_frames(&frame(2, &payload));
        assert_eq!((frames, taken), (vec![(0x82, payload)], frame(2, &vec![5; size]).len()));
    }
    assert_eq!(&*close_frame(4408, "resume"), b"\x88\x08\x11\x38resume");
    assert_eq!(&*close_frame(1005, "none"), b"\x88\x00");
    let cut = close_frame(1000, &"é".repeat(100));
    assert_eq!((cut.len(), cut[1]), (2 + 2 + 122, 124), "cut between letters");
    assert_eq!(read(&[0x81]), Read::Short(2));
}
