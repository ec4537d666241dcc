//! What the reactor itself costs for each frame and recipient: the difference between a room of it and bare system calls
//! that write as many bytes to as many sockets. On a machine that does anything else the kernel's part varies more than that
//! difference: then only the lines without a flush say much.
#![allow(missing_docs)] // The macros of criterion make public functions.

use std::hint::black_box;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use cups_reactor::{Class, Event, Post, Reactor, Settings};
use rustix::net::{send, SendFlags};

const MEMBERS: usize = 1_000;

/// Sockets, and the other ends of them.
fn pairs() -> (Vec<OwnedFd>, Vec<UnixStream>) {
    let pair = |_| {
        let (theirs, ours) = UnixStream::pair().expect("a pair of sockets");
        theirs.set_nonblocking(true).expect("it is a socket");
        (ours.into(), theirs)
    };
    (0..MEMBERS).map(pair).unzip()
}

fn room(sockets: Vec<OwnedFd>) -> Reactor {
    // A round is never rested from, so that each one can be measured.
    let settings = Settings { flush_connections: usize::MAX, coalesce: 0.0, ..Settings::default() };
    let mut reactor = Reactor::new(settings).expect("good settings");
    for socket in sockets {
        let conn = reactor.adopt(socket, 0, b"", 0.0).expect("a socket");
        reactor.join(conn, "room").expect("it is open");
    }
    reactor
}

fn message(reactor: &mut Reactor, class: Class, key: Option<&str>) {
    reactor.publish("room", &Post { text: Some(&[b'x'; 200]), packed: None, class, key, tag: None, skip: &[] });
}

/// The time that `act` takes; what it has written is read meanwhile, by a clock that stands.
fn timed(rounds: u64, readers: &mut [UnixStream], mut act: impl FnMut() -> Duration) -> Duration {
    let mut buffer = vec![0; 65_536];
    let mut spent = Duration::ZERO;
    for _ in 0..rounds {
        spent += act();
        for reader in &mut *readers {
            let _ = reader.read(&mut buffer);
        }
    }
    spent
}

fn rooms(criterion: &mut Criterion) {
    let (sockets, mut readers) = pairs();
    let (bare, mut bare_readers) = pairs();
    let mut reactor = room(sockets);
    let mut group = criterion.benchmark_group("room of 1000");
    for burst in [1, 16] {
        group.throughput(Throughput::Elements((MEMBERS * burst) as u64));
        let mut publish = |with_flush: bool, typing: bool| {
            let began = Instant::now();
            for step in 0..burst {
                if typing && step % 4 != 3 {
                    message(&mut reactor, Class::Typing, Some("typing:ann"));
                } else {
                    message(&mut reactor, Class::Message, None);
                }
            }
            let spent = began.elapsed();
            reactor.flush(0.0);
            if with_flush {
                began.elapsed()
            } else {
                spent
            }
        };
        group.bench_function(format!("publish {burst}"), |bencher| {
            bencher.iter_custom(|rounds| timed(rounds, &mut readers, || publish(false, false)));
        });
        group.bench_function(format!("publish {burst}, and flush"), |bencher| {
            bencher.iter_custom(|rounds| timed(rounds, &mut readers, || publish(true, false)));
        });
        if burst > 1 {
            group.bench_function(format!("publish {burst}, three in four of typing that conflates"), |bencher| {
                bencher.iter_custom(|rounds| timed(rounds, &mut readers, || publish(false, true)));
            });
        }
        let bytes = vec![b'x'; 204 * burst];
        group.bench_function(format!("bare send of {burst}"), |bencher| {
            bencher.iter_custom(|rounds| {
                timed(rounds, &mut bare_readers, || {
                    let began = Instant::now();
                    for socket in &bare {
                        let _ = black_box(send(socket, &bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL));
                    }
                    began.elapsed()
                })
            });
        });
    }
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let (sockets, _theirs) = pairs();
    let mut reactor = room(sockets);
    let mut now = 0.0;
    criterion.bench_function("tick with nothing to do, 1000 idle", |bencher| {
        bencher.iter(|| {
            now += 1e-6;
            reactor.tick(now, &mut |_: u64, _: Event<'_>| ());
        });
    });
    let frame = [&[0x81, 0xfe, 0, 200, 1, 2, 3, 4][..], &[b'x'; 200]].concat();
    criterion.bench_function("parse 200 bytes of masked text", |bencher| {
        let mut bytes = frame.clone();
        bencher.iter(|| {
            bytes.copy_from_slice(&frame);
            black_box(cups_reactor::parse::parse(&mut bytes, 65_536).1)
        });
    });
}

criterion_group!(benches, rooms, reading);
criterion_main!(benches);
