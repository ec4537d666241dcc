//! A reactor and one peer on a pair of sockets, which do what the bytes say: nothing panics, and the end is told once.
#![no_main]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use cups_reactor::{Class, Event, Limits, Post, Reactor, Settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let settings = Settings {
        max_frame_bytes: 300,
        max_fragments: 3,
        control_frames_burst: 5,
        outbox: Limits { max_bytes: 2_000, max_frames: 20 },
        ..Settings::default()
    };
    let mut reactor = Reactor::new(settings).expect("good settings");
    let (mut peer, ours) = UnixStream::pair().expect("a pair of sockets");
    peer.set_nonblocking(true).expect("it is a socket");
    let conn = reactor.adopt(ours.into(), 0, b"", 0.0).expect("a fresh socket");
    reactor.join(conn, "room").expect("it is open");
    let (mut now, mut ends, mut rest) = (0.0, 0, data);
    while let Some((&[act, size], behind)) = rest.split_first_chunk::<2>() {
        let (bytes, behind) = behind.split_at(usize::from(size).min(behind.len()));
        rest = behind;
        let class = Class::try_from(i64::from(size % 6)).expect("0 to 5");
        match act % 12 {
            0 | 1 => drop(peer.write(bytes)),
            2 => drop(peer.read(&mut [0; 4096])),
            3 => reactor.pause(conn),
            4 => reactor.resume(conn),
            5 => drop(reactor.send(conn, bytes, class, Some("key"))),
            6 => {
                let post =
                    Post { text: Some(bytes), packed: None, class, key: Some("key"), tag: Some("tag"), skip: &[] };
                reactor.publish("room", &post);
            }
            7 => drop(reactor.retract("tag")),
            8 if size < 16 => reactor.close(conn, u16::from(size), "", size % 2 == 0),
            9 if size < 4 => reactor.abort(conn),
            10 => now += f64::from(size) / 10.0,
            _ => {}
        }
        reactor.tick(now, &mut |_: u64, event: Event<'_>| {
            assert_eq!(ends, 0, "nothing is told behind the end");
            ends += u32::from(matches!(event, Event::Ended(_)));
        });
        reactor.flush(now);
    }
    drop(peer);
    for _ in 0..8 {
        now += 30.0;
        reactor.tick(now, &mut |_: u64, event: Event<'_>| ends += u32::from(matches!(event, Event::Ended(_))));
        reactor.flush(now);
    }
    assert_eq!((ends, reactor.statistics().connections), (1, 0));
});
