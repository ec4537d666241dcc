//! Listening sockets, and who may come in.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::{ioctl_fionbio, Errno};
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{acceptfrom_with, SocketAddrAny, SocketFlags};

use crate::error::ReactorError;
use crate::reactor::Reactor;
use crate::statistics::Statistics;

/// Marks a listening socket among the numbers at the epoll descriptor.
const LISTENER: u64 = 1 << 63;

/// Accepted at one go; the rest waits for the next tick.
const AT_ONCE: usize = 128;

/// How long nothing is accepted once descriptors or memory have run out.
const REST_S: f64 = 0.1;

#[derive(Debug, Default)]
pub(crate) struct Listeners {
    sockets: Vec<OwnedFd>,
    /// Until when nothing is accepted.
    resting: Option<f64>,
}

/// An IP address as it is written and counted: v4 even where it came mapped into v6.
pub(crate) fn ip(address: SocketAddrAny) -> Option<IpAddr> {
    SocketAddr::try_from(address).ok().map(|address| address.ip().to_canonical())
}

/// What a limit by address counts as one: of v6 the /64, of which one household or one machine has every address.
pub(crate) fn home(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

impl Reactor {
    /// Accepts from a bound, listening socket from now on.
    ///
    /// # Errors
    /// [`ReactorError::System`].
    pub fn listen(&mut self, socket: OwnedFd) -> Result<(), ReactorError> {
        ioctl_fionbio(&socket, true)?;
        let data = EventData::new_u64(LISTENER | self.listeners.sockets.len() as u64);
        epoll::add(&self.epoll, &socket, data, EventFlags::IN)?;
        self.listeners.sockets.push(socket);
        Ok(())
    }

    /// Accepts nothing any more.
    pub fn stop_listening(&mut self) {
        for socket in self.listeners.sockets.drain(..) {
            // The descriptor is a copy: closing it would leave the original's entry at the epoll descriptor.
            let _ = epoll::delete(&self.epoll, &socket);
        }
        self.listeners.resting = None;
    }

    /// Accepts again after a rest.
    pub(crate) fn listen_again(&mut self) {
        if self.listeners.resting.is_some_and(|until| self.now >= until) {
            self.listeners.resting = None;
            for (at, socket) in self.listeners.sockets.iter().enumerate() {
                let data = EventData::new_u64(LISTENER | at as u64);
                let _ = epoll::add(&self.epoll, socket, data, EventFlags::IN);
            }
        }
    }

    /// Whether this is a listening socket's number; what waits there is accepted.
    pub(crate) fn accepted(&mut self, data: u64) -> bool {
        if data & LISTENER == 0 {
            return false;
        }
        let place = usize::try_from(data & !LISTENER).unwrap_or(usize::MAX);
        for _ in 0..AT_ONCE {
            let Some(listener) = self.listeners.sockets.get(place) else {
                break;
            };
            match acceptfrom_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                Ok((socket, address)) => self.admit(socket, address.and_then(ip)),
                Err(Errno::AGAIN) => break,
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                    self.rest();
                    break;
                }
                // That one is gone; the next may not be.
                Err(_) => {}
            }
        }
        true
    }

    fn rest(&mut self) {
        self.counters.refused += 1;
        self.listeners.resting = Some(self.now + REST_S);
        for socket in &self.listeners.sockets {
            let _ = epoll::delete(&self.epoll, socket);
        }
    }

    fn admit(&mut self, socket: OwnedFd, address: Option<IpAddr>) {
        let from_there = address.and_then(|address| self.addresses.get(&home(address))).copied().unwrap_or(0);
        let exempt = address
            .is_none_or(|address| self.settings.exempt_addresses.iter().any(|network| network.contains(address)));
        // A socket that is not TCP refuses it.
        let _ = set_tcp_nodelay(&socket, true);
        let Statistics { connections, connecting, parting, .. } = self.counters;
        if connections + connecting + parting >= self.settings.max_connections as u64
            || (!exempt && from_there >= self.settings.max_connections_per_address)
        {
            self.counters.refused += 1;
            self.dismiss(socket);
            return;
        }
        let slot = self.insert(socket, address);
        self.counters.accepted += 1;
        self.sync(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_one_network_is_one() {
        for (address, counted) in [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3::", "2001:db8:1:3::"),
            ("203.0.113.7", "203.0.113.7"),
        ] {
            assert_eq!(home(address.parse().unwrap()), counted.parse::<IpAddr>().unwrap());
        }
    }
}
