//! Coming in: heads, what is done about them, and the limits at the door. Over real sockets, and a clock that is moved by hand.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cups_reactor::{Class, End, Limits, Reactor, ReactorError, Settings};
use support::{await_told, door, flush, reactor, text, tick, visitor, Told, HEAD};

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
    let exempt_addresses = vec!["127.0.0.0/8".parse().expect("a network")];
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
