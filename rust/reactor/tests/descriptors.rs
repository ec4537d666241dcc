//! No descriptor outlives its connection. Alone in its file: it counts those of the whole process.

#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // Tests count little.

mod support;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;

use cups_reactor::Settings;
use support::{flush, masked, reactor, text, tick, Peer, Told};

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("Linux has it").count()
}

#[test]
fn all_are_closed() {
    let before = descriptors();
    for _ in 0..3 {
        let mut reactor =
            reactor(Settings { max_connections: 60, busy_answer: b"busy".to_vec(), ..Settings::default() });
        let idle = descriptors();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        reactor.listen(OwnedFd::from(listener.try_clone().expect("descriptors are left"))).expect("it listens");
        let address = listener.local_addr().expect("it is bound");
        let mut clients: Vec<_> = (0..40).map(|_| TcpStream::connect(address).expect("it is let in")).collect();
        for (at, client) in clients.iter_mut().enumerate() {
            if at % 4 != 0 {
                client.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("it is open");
            }
        }
        let mut released = Vec::new();
        for step in 0..200 {
            for (conn, told) in tick(&mut reactor, f64::from(step) / 1000.0) {
                if matches!(told, Told::Head(_)) {
                    match conn % 3 {
                        0 => released.push(reactor.release(conn).expect("it is offered")),
                        1 => reactor.abort(conn),
                        _ => reactor.upgrade(conn, b"yes", 0).expect("it is offered"),
                    }
                }
            }
            flush(&mut reactor, f64::from(step) / 1000.0);
        }
        let mut peers: Vec<_> = (0..20).map(|_| Peer::adopt(&mut reactor, 0, 0.2)).collect();
        for (at, peer) in peers.iter_mut().enumerate() {
            peer.write(&[text("x"), masked(if at % 2 == 0 { 0x88 } else { 1 }, b"", [0; 4])].concat());
        }
        tick(&mut reactor, 0.3);
        for peer in peers.iter().step_by(3) {
            reactor.close(peer.conn, 1000, "", false);
        }
        flush(&mut reactor, 0.3);
        drop((clients, peers, released));
        reactor.stop_listening();
        drop(listener);
        for second in 1..120 {
            tick(&mut reactor, f64::from(second));
            flush(&mut reactor, f64::from(second));
        }
        assert_eq!(descriptors(), idle, "the original of the listening socket is closed, too");
        drop(reactor);
        assert_eq!(descriptors(), before);
    }
}
