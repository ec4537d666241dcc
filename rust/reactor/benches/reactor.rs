//! What the reactor itself costs for each frame and recipient.
//!
//! The sockets of the *null* rooms are datagram sockets whose messages nobody takes: a `send` to them costs next to
//! nothing and always succeeds, so that what is left is the reactor's own work and the bare system call. `bare send` shows
//! that call alone. The *pair* room has stream sockets and readers.
#![allow(missing_docs)] // The macros of criterion make public functions.

use std::hint::black_box;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use cups_reactor::{Class, Post, Reactor, Settings};

const MEMBERS: usize = 1_000;

fn settings() -> Settings {
    // A round is never rested from, so that each one can be measured.
    Settings { flush_connections: usize::MAX, coalesce: 0.0, ..Settings::default() }
}

fn main_room(sockets: impl Iterator<Item = OwnedFd>) -> Reactor {
    let mut reactor = Reactor::new(settings()).expect("good settings");
    for socket in sockets {
        let conn = reactor.adopt(socket, 0, b"", 0.0).expect("a socket");
        reactor.join(conn, "room").expect("it is open");
    }
    reactor
}

/// UDP sockets connected to the discard port of the machine itself, where nobody listens: what is sent is dropped.
fn null_socket() -> OwnedFd {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a free port");
    rustix::net::sockopt::set_socket_recv_buffer_size(&silent, 1).expect("it is a socket");
    socket.connect(silent.local_addr().expect("it is bound")).expect("any address will do");
    std::mem::forget(silent);
    socket.into()
}

fn message(reactor: &mut Reactor, class: Class, key: Option<&str>, payload: &[u8]) {
    reactor.publish("room", &Post { text: Some(payload), packed: None, class, key, tag: None, skip: None });
}

fn rooms(criterion: &mut Criterion) {
    let payload = vec![b'x'; 200];
    let mut group = criterion.benchmark_group("room of 1000");
    let mut reactor = main_room((0..MEMBERS).map(|_| null_socket()));
    for burst in [1, 16] {
        group.throughput(Throughput::Elements((MEMBERS * burst) as u64));
        group.bench_function(format!("publish {burst} only, discard"), |bencher| {
            bencher.iter_custom(|rounds| {
                let mut spent = Duration::ZERO;
                for _ in 0..rounds {
                    let began = std::time::Instant::now();
                    for _ in 0..burst {
                        message(&mut reactor, Class::Message, None, &payload);
                    }
                    spent += began.elapsed();
                    reactor.flush(0.0);
                }
                spent
            });
        });
        group.bench_function(format!("publish {burst} and flush, null"), |bencher| {
            bencher.iter(|| {
                for _ in 0..burst {
                    message(&mut reactor, Class::Message, None, &payload);
                }
                black_box(reactor.flush(0.0));
            });
        });
    }
    group.throughput(Throughput::Elements((MEMBERS * 16) as u64));
    group.bench_function("publish 4 messages and 12 of typing, and flush, null", |bencher| {
        bencher.iter(|| {
            for step in 0..16 {
                if step % 4 == 3 {
                    message(&mut reactor, Class::Message, None, &payload);
                } else {
                    message(&mut reactor, Class::Typing, Some("typing:ann"), &payload);
                }
            }
            black_box(reactor.flush(0.0));
        });
    });
    let sockets: Vec<_> = (0..MEMBERS).map(|_| null_socket()).collect();
    for burst in [1, 16] {
        let bytes = vec![b'x'; 204 * burst];
        group.throughput(Throughput::Elements((MEMBERS * burst) as u64));
        group.bench_function(format!("bare send of {burst}, null"), |bencher| {
            bencher.iter(|| {
                for socket in &sockets {
                    let _ = black_box(rustix::net::send(socket, &bytes, rustix::net::SendFlags::DONTWAIT));
                }
            });
        });
    }
    let mut readers = Vec::new();
    let ours: Vec<OwnedFd> = (0..MEMBERS)
        .map(|_| {
            let (theirs, ours) = UnixStream::pair().expect("a pair of sockets");
            readers.push(theirs);
            ours.into()
        })
        .collect();
    let mut reactor = main_room(ours.into_iter());
    let mut buffer = vec![0; 65_536];
    for burst in [1, 16] {
        group.throughput(Throughput::Elements((MEMBERS * burst) as u64));
        group.bench_function(format!("publish {burst} and flush, pair"), |bencher| {
            bencher.iter_custom(|rounds| {
                let mut spent = Duration::ZERO;
                for _ in 0..rounds {
                    let began = std::time::Instant::now();
                    for _ in 0..burst {
                        message(&mut reactor, Class::Message, None, &payload);
                    }
                    reactor.flush(0.0);
                    spent += began.elapsed();
                    for reader in &mut readers {
                        let _ = reader.read(&mut buffer);
                    }
                }
                spent
            });
        });
    }
    group.finish();
}

fn idle(criterion: &mut Criterion) {
    let mut reactor = main_room((0..MEMBERS).map(|_| null_socket()));
    let mut now = 0.0;
    criterion.bench_function("tick with nothing to do", |bencher| {
        bencher.iter(|| {
            now += 1e-6;
            reactor.tick(now, &mut |_: u64, _: cups_reactor::Event<'_>| ());
        });
    });
}

fn messages(criterion: &mut Criterion) {
    let mut payload = vec![0x81, 0xfe, 0, 200, 1, 2, 3, 4];
    payload.extend(vec![b'x' ^ 1; 200]);
    criterion.bench_function("parse 200 bytes of text", |bencher| {
        let mut bytes = payload.clone();
        bencher.iter(|| {
            bytes.copy_from_slice(&payload);
            black_box(cups_reactor::parse::parse(&mut bytes, 65_536).1)
        });
    });
}

criterion_group!(benches, rooms, idle, messages);
criterion_main!(benches);
