//! The floor: the least that any server does. One thread, one epoll; it parses what one `recv` gave, and writes what one turn
//! gathered with one `send` for each recipient. No schema, no rights, no storage, no limits: for comparison alone.
//!
//! `/room` is heard by all who are there; on `/pair/N` the texts of 2k and 2k+1 go to each other.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::args::Args;
use crate::{websocket, Outcome};

const LISTENER: u64 = u64::MAX;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Room,
    Pair(usize),
}

struct Peer {
    stream: TcpStream,
    place: Place,
    unread: Vec<u8>,
    unsent: Vec<u8>,
}

struct Floor {
    epoll: Epoll,
    peers: Vec<Option<Peer>>,
    free: Vec<usize>,
    room: Vec<usize>,
    pairs: HashMap<usize, usize>,
    /// What the room gets at the end of this turn, and those who have something else to be sent.
    told: Vec<u8>,
    touched: Vec<usize>,
}

/// Serves until it is killed.
pub fn run(args: &Args) -> Outcome<()> {
    args.finish()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("{{\"port\": {}}}", listener.local_addr()?.port());
    let mut floor = Floor {
        epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?,
        peers: Vec::new(),
        free: Vec::new(),
        room: Vec::new(),
        pairs: HashMap::new(),
        told: Vec::new(),
        touched: Vec::new(),
    };
    floor.epoll.add(&listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
    let mut scratch = vec![0; 64 * 1024];
    let mut ready = [EpollEvent::empty(); 512];
    loop {
        let count = floor.epoll.wait(&mut ready, EpollTimeout::NONE)?;
        for event in &ready[..count] {
            if event.data() == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    floor.accept(stream)?;
                }
            } else {
                floor.receive(event.data() as usize, &mut scratch);
            }
        }
        floor.write();
    }
}

impl Floor {
    fn accept(&mut self, stream: TcpStream) -> Outcome<()> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let number = self.free.pop().unwrap_or_else(|| {
            self.peers.push(None);
            self.peers.len() - 1
        });
        self.epoll.add(&stream, EpollEvent::new(EpollFlags::EPOLLIN, number as u64))?;
        self.peers[number] = Some(Peer { stream, place: Place::Nowhere, unread: Vec::new(), unsent: Vec::new() });
        Ok(())
    }

    fn receive(&mut self, number: usize, scratch: &mut [u8]) {
        let Some(peer) = self.peers[number].as_mut() else {
            return;
        };
        let count = match peer.stream.read(scratch) {
            Ok(count) if count > 0 => count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
            _ => return self.drop(number),
        };
        if peer.unread.is_empty() {
            let used = self.take(number, &mut scratch[..count]);
            if let (Some(peer), true) = (self.peers[number].as_mut(), used < count) {
                peer.unread.extend_from_slice(&scratch[used..count]);
            }
        } else {
            let mut all = std::mem::take(&mut peer.unread);
            all.extend_from_slice(&scratch[..count]);
            let used = self.take(number, &mut all);
            if let Some(peer) = self.peers[number].as_mut() {
                peer.unread = all.split_off(used);
            }
        }
    }

    fn take(&mut self, number: usize, bytes: &mut [u8]) -> usize {
        let mut at = 0;
        if self.place(number) == Place::Nowhere {
            let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
                return 0;
            };
            at = end + 4;
            self.upgrade(number, &String::from_utf8_lossy(&bytes[..end]));
        }
        while let Some(header) = websocket::header(&bytes[at..]) {
            let Some(payload) = bytes.get_mut(at + header.start..at + header.end()) else {
                break;
            };
            at += header.end();
            websocket::unmask(payload, header.mask.unwrap_or_default());
            match header.opcode {
                websocket::TEXT => self.said(number, payload),
                websocket::PING => self.send(number, websocket::PONG, payload),
                websocket::CLOSE => {
                    self.send(number, websocket::CLOSE, payload);
                    self.flush(number);
                    self.drop(number);
                    return bytes.len();
                }
                _ => {}
            }
        }
        at
    }

    fn place(&self, number: usize) -> Place {
        self.peers[number].as_ref().map_or(Place::Nowhere, |peer| peer.place)
    }

    fn upgrade(&mut self, number: usize, head: &str) {
        let path = head.split(' ').nth(1).unwrap_or("");
        let place = if let Some(seat) = path.strip_prefix("/pair/").and_then(|seat| seat.parse().ok()) {
            self.pairs.insert(seat, number);
            Place::Pair(seat)
        } else {
            self.room.push(number);
            Place::Room
        };
        let key = head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap_or("");
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
            websocket::accept(key)
        );
        if let Some(peer) = self.peers[number].as_mut() {
            peer.place = place;
            peer.unsent.extend_from_slice(answer.as_bytes());
            self.touched.push(number);
        }
    }

    fn said(&mut self, number: usize, text: &[u8]) {
        match self.place(number) {
            Place::Room => websocket::plain(&mut self.told, websocket::TEXT, text),
            Place::Pair(seat) => {
                if let Some(&partner) = self.pairs.get(&(seat ^ 1)) {
                    self.send(partner, websocket::TEXT, text);
                }
            }
            Place::Nowhere => {}
        }
    }

    fn send(&mut self, number: usize, opcode: u8, payload: &[u8]) {
        if let Some(peer) = self.peers[number].as_mut() {
            websocket::plain(&mut peer.unsent, opcode, payload);
            self.touched.push(number);
        }
    }

    fn write(&mut self) {
        for number in std::mem::take(&mut self.touched) {
            self.flush(number);
        }
        if !self.told.is_empty() {
            for at in (0..self.room.len()).rev() {
                let number = self.room[at];
                let sent = self.peers[number].as_mut().is_some_and(|peer| peer.stream.write_all(&self.told).is_ok());
                if !sent {
                    self.drop(number);
                }
            }
            self.told.clear();
        }
    }

    /// Who does not read as fast as it is written is dropped: the floor keeps nothing.
    fn flush(&mut self, number: usize) {
        if let Some(peer) = self.peers[number].as_mut() {
            if peer.unsent.is_empty() {
                return;
            }
            let sent = peer.stream.write_all(&peer.unsent).is_ok();
            peer.unsent.clear();
            if !sent {
                self.drop(number);
            }
        }
    }

    fn drop(&mut self, number: usize) {
        if let Some(peer) = self.peers[number].take() {
            match peer.place {
                Place::Room => self.room.retain(|&other| other != number),
                Place::Pair(seat) => drop(self.pairs.remove(&seat)),
                Place::Nowhere => {}
            }
            self.free.push(number);
        }
    }
}
