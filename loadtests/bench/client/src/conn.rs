//! One connection of the client: its socket, what waits to be written, half a frame that was read, and its place in its channel.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};

use nix::sys::socket::{self, sockopt, AddressFamily, SockFlag, SockType, SockaddrIn};

use crate::dialect::{Person, Position};
use crate::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Closed,
    /// The TCP connection is being made.
    Connecting,
    /// The upgrade was asked for.
    Upgrading,
    /// Signing in and entering the channel.
    Arriving,
    Ready,
    /// Our close frame is out.
    Closing,
}

pub struct Conn {
    pub person: Person,
    pub path: String,
    /// The loopback address it comes from.
    pub source: Ipv4Addr,
    pub port: u16,
    pub stage: Stage,
    pub stream: Option<TcpStream>,
    pub unread: Vec<u8>,
    pub unsent: Vec<u8>,
    pub ticket: Option<String>,
    pub position: Option<Position>,
    /// Reads nothing: the server's bytes pile up.
    pub stalled: bool,
    /// Whether write interest is registered.
    pub wants_write: bool,
}

impl Conn {
    pub fn new(person: Person, path: String, source: Ipv4Addr, port: u16) -> Self {
        Self {
            person,
            path,
            source,
            port,
            stage: Stage::Closed,
            stream: None,
            unread: Vec::new(),
            unsent: Vec::new(),
            ticket: None,
            position: None,
            stalled: false,
            wants_write: false,
        }
    }

    /// Begins to connect. A receive buffer of so many bytes lets a reader that stalls be noticed soon.
    pub fn connect(&mut self, receive_buffer: Option<usize>) -> Outcome<()> {
        let fd = socket::socket(
            AddressFamily::Inet,
            SockType::Stream,
            SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC,
            None,
        )?;
        socket::setsockopt(&fd, sockopt::TcpNoDelay, &true)?;
        if let Some(bytes) = receive_buffer {
            socket::setsockopt(&fd, sockopt::RcvBuf, &bytes)?;
        }
        socket::bind(std::os::fd::AsRawFd::as_raw_fd(&fd), &SockaddrIn::from(SocketAddrV4::new(self.source, 0)))?;
        let server = SockaddrIn::from(SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port));
        match socket::connect(std::os::fd::AsRawFd::as_raw_fd(&fd), &server) {
            Ok(()) | Err(nix::errno::Errno::EINPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        self.stream = Some(TcpStream::from(fd));
        self.stage = Stage::Connecting;
        self.unread.clear();
        self.unsent.clear();
        self.wants_write = false;
        Ok(())
    }

    /// Reads what there is; `None` if nothing is there now, 0 at the end.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(stream) = self.stream.as_mut() else {
            return Ok(None);
        };
        match stream.read(into) {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes what waits, as far as it goes; whether something is left.
    pub fn write(&mut self) -> io::Result<bool> {
        let Some(stream) = self.stream.as_mut() else {
            return Ok(false);
        };
        while !self.unsent.is_empty() {
            match stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(!self.unsent.is_empty())
    }

    /// Lets go of the socket, with a reset if wanted: the server learns at once, and no port waits for late packets.
    pub fn drop_socket(&mut self, reset: bool) {
        if let Some(stream) = self.stream.take() {
            if reset {
                let now = nix::libc::linger { l_onoff: 1, l_linger: 0 };
                let _ = socket::setsockopt(&stream, sockopt::Linger, &now);
            }
        }
        self.stage = Stage::Closed;
        self.unread = Vec::new();
        self.unsent = Vec::new();
    }
}
