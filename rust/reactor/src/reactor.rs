//! The public face: one tick, one flush, and what can be asked of a connection.
//!
//! A connection's number is a serial number with the slot in its low bits: so it is found without a look-up, and what
//! was meant for a gone connection finds nobody.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use cups_rooms::Slots;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::ioctl_fionbio;
use rustix::net::getpeername;
use rustix::net::sockopt::{set_socket_linger, set_tcp_nodelay};

use crate::accept::{home, ip, Listeners};
use crate::closing::Leaving;
use crate::connection::{Connection, Interest, Phase, Timeouts};
use crate::divert::MessageLimits;
use crate::error::ReactorError;
use crate::events::{End, Event, Notice, Sink};
use crate::header::MAX_HEADER;
use crate::schedule::Schedule;
use crate::settings::{Settings, SLOT_BITS};
use crate::statistics::Statistics;
use crate::wheel::Wheel;
use crate::write::{Batch, Gather, Round};

/// What one `recv` takes at most.
pub(crate) const READ: usize = 65_536;

pub(crate) type Payload = Box<[u8]>;

/// See the crate.
pub struct Reactor {
    pub(crate) settings: Settings,
    pub(crate) timeouts: Timeouts,
    pub(crate) message_limits: MessageLimits,
    pub(crate) epoll: OwnedFd,
    pub(crate) listeners: Listeners,
    /// By slot, the same as in `slots`.
    pub(crate) connections: Vec<Option<Connection>>,
    pub(crate) slots: Slots<Payload>,
    pub(crate) schedule: Schedule,
    pub(crate) wheel: Wheel,
    pub(crate) due: Vec<u32>,
    pub(crate) addresses: HashMap<IpAddr, usize>,
    /// Connections whose bytes wait for the next tick, oldest first.
    pub(crate) unparsed: VecDeque<u64>,
    /// Readiness that the last tick was too busy to look at.
    pub(crate) postponed: VecDeque<(u64, EventFlags)>,
    pub(crate) notices: VecDeque<(u64, Notice)>,
    pub(crate) buffer: Vec<u8>,
    pub(crate) gather: Gather,
    pub(crate) batch: Batch,
    pub(crate) round: Round,
    pub(crate) counters: Statistics,
    pub(crate) leaving: Leaving,
    pub(crate) serial: u64,
    pub(crate) now: f64,
}

impl Reactor {
    /// No connections, and an epoll descriptor.
    ///
    /// # Errors
    /// [`ReactorError::Setting`], [`ReactorError::Fanout`] for caps, [`ReactorError::System`].
    pub fn new(settings: Settings) -> Result<Self, ReactorError> {
        settings.check()?;
        let longest = settings.max_head_bytes.max(settings.max_frame_bytes + MAX_HEADER);
        Ok(Self {
            timeouts: Timeouts {
                head: settings.head_timeout,
                frame: settings.frame_timeout,
                heartbeat: settings.heartbeat,
                pong: settings.pong_timeout,
                send: settings.send_timeout,
            },
            message_limits: MessageLimits {
                max_payload: settings.max_frame_bytes,
                max_fragments: settings.max_fragments,
            },
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            listeners: Listeners::default(),
            connections: Vec::new(),
            slots: Slots::new(settings.outbox)?,
            schedule: Schedule::default(),
            wheel: Wheel::default(),
            due: Vec::new(),
            addresses: HashMap::new(),
            unparsed: VecDeque::new(),
            postponed: VecDeque::new(),
            notices: VecDeque::new(),
            buffer: vec![0; longest + READ],
            gather: Gather::default(),
            batch: Batch::new(settings.ring),
            round: Round::default(),
            counters: Statistics::default(),
            leaving: Leaving::default(),
            serial: 0,
            now: 0.0,
            settings,
        })
    }

    /// Readable when a tick has something to do, but for timers.
    #[must_use]
    pub fn fileno(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }

    /// Reads, parses, accepts, and looks at the timers. `now` never goes back.
    pub fn tick(&mut self, now: f64, sink: &mut impl Sink) {
        self.now = self.now.max(now);
        self.counters.ticks += 1;
        self.answer_closes();
        self.tell(sink);
        self.listen_again();
        self.read_all(sink);
        self.look_at_timers();
        self.tell(sink);
    }

    /// Something waits for the next tick that the descriptor does not show.
    #[must_use]
    pub fn pending(&self) -> bool {
        !self.unparsed.is_empty() || !self.postponed.is_empty() || !self.notices.is_empty()
    }

    /// Takes over an upgraded socket; `data` was read behind the handshake.
    ///
    /// # Errors
    /// [`ReactorError::UnknownFormat`], [`ReactorError::System`]; the socket is closed then.
    pub fn adopt(&mut self, socket: OwnedFd, format: i64, data: &[u8], now: f64) -> Result<u64, ReactorError> {
        let format = format_of(format)?;
        self.now = self.now.max(now);
        ioctl_fionbio(&socket, true)?;
        rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
        let address = getpeername(&socket)?.and_then(ip);
        // Refused by sockets that are not TCP.
        let _ = set_tcp_nodelay(&socket, true);
        let slot = self.insert(socket, address);
        let connection = self.connection(slot);
        connection.told = true;
        connection.carry = data.to_vec();
        let number = connection.number;
        self.counters.connecting -= 1;
        self.open(slot, format);
        Ok(number)
    }

    /// Answers an offered head; from now on it is a WebSocket.
    ///
    /// # Errors
    /// [`ReactorError::UnknownConnection`], [`ReactorError::NotOffered`], [`ReactorError::UnknownFormat`].
    pub fn upgrade(&mut self, conn: u64, answer: &[u8], format: i64) -> Result<(), ReactorError> {
        let format = format_of(format)?;
        let slot = self.offered(conn)?;
        self.write(conn, answer);
        self.counters.connecting -= 1;
        self.open(slot, format);
        Ok(())
    }

    /// Gives an offered socket away; what was queued for it is dropped.
    ///
    /// # Errors
    /// [`ReactorError::UnknownConnection`], [`ReactorError::NotOffered`].
    pub fn release(&mut self, conn: u64) -> Result<OwnedFd, ReactorError> {
        let slot = self.offered(conn)?;
        let connection = self.forget(slot).ok_or(ReactorError::UnknownConnection(conn))?;
        if connection.interest.is_some() {
            epoll::delete(&self.epoll, &connection.socket)?;
        }
        Ok(connection.socket)
    }

    /// The peer's address; empty for what has none.
    ///
    /// # Errors
    /// [`ReactorError::UnknownConnection`].
    pub fn peer(&self, conn: u64) -> Result<String, ReactorError> {
        let slot = self.find(conn).ok_or(ReactorError::UnknownConnection(conn))?;
        let address = self.connections[slot as usize].as_ref().and_then(|connection| connection.address);
        Ok(address.map_or_else(String::new, |address| address.to_string()))
    }

    /// No more messages until [`Self::resume`]; what comes in stays with the system, which makes the peer wait. Nor is
    /// the silence of a paused peer counted.
    pub fn pause(&mut self, conn: u64) {
        if let Some(slot) = self.find(conn) {
            self.connection(slot).paused = true;
            self.sync(slot);
        }
    }

    /// Undoes a pause, and goes on behind a diverted message.
    pub fn resume(&mut self, conn: u64) {
        let now = self.now;
        let Some(slot) = self.find(conn) else {
            return;
        };
        let connection = self.connection(slot);
        connection.paused = false;
        if matches!(connection.phase, Phase::Held) {
            connection.phase = Phase::Open;
        }
        connection.received = now;
        connection.pinged = None;
        connection.incomplete = connection.incomplete.map(|_| now);
        self.wait_for_parser(slot);
        self.sync(slot);
    }

    /// Closes the socket at once; the peer sees a reset.
    pub fn abort(&mut self, conn: u64) {
        if let Some(slot) = self.find(conn) {
            let _ = set_socket_linger(&self.connection(slot).socket, Some(std::time::Duration::ZERO));
            self.end(slot, End::Aborted);
        }
    }

    /// Frames and bytes that wait; (0, 0) for an unknown connection.
    #[must_use]
    pub fn depth(&self, conn: u64) -> (usize, usize) {
        let slot = self.find(conn).filter(|slot| {
            let connection = self.connections[*slot as usize].as_ref();
            connection.is_some_and(|connection| !connection.overflowed)
        });
        slot.map_or((0, 0), |slot| self.slots.depth(slot))
    }

    /// Counters and sizes.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let (frames_queued, bytes_queued) = self.slots.totals();
        let (groups, memberships) = self.slots.memberships();
        let losses = self.slots.losses();
        Statistics {
            frames_queued: frames_queued as u64,
            bytes_queued: bytes_queued as u64,
            groups: groups as u64,
            memberships: memberships as u64,
            shed: losses.shed as u64,
            conflated: losses.conflated as u64,
            retracted: losses.retracted as u64,
            ..self.counters
        }
    }

    /// A new connection that reads its head. The number of connections that connect is one more.
    pub(crate) fn insert(&mut self, socket: OwnedFd, address: Option<IpAddr>) -> u32 {
        let slot = self.slots.open(0);
        self.serial += 1;
        let number = (self.serial << SLOT_BITS) | u64::from(slot);
        self.slots.assign(slot, number, 0);
        if self.connections.len() <= slot as usize {
            self.connections.resize_with(slot as usize + 1, || None);
        }
        self.connections[slot as usize] = Some(Connection::new(number, socket, address, self.now));
        self.schedule.open(slot);
        if let Some(address) = address {
            *self.addresses.entry(home(address)).or_default() += 1;
        }
        self.counters.connecting += 1;
        slot
    }

    fn open(&mut self, slot: u32, format: u8) {
        let now = self.now;
        let connection = self.connection(slot);
        connection.phase = Phase::Open;
        connection.format = format;
        connection.opened = now;
        connection.received = now;
        connection.need = 0;
        let number = connection.number;
        self.slots.assign(slot, number, format);
        self.counters.connections += 1;
        *self.of_format(format) += 1;
        self.wait_for_parser(slot);
        self.sync(slot);
    }

    pub(crate) fn of_format(&mut self, format: u8) -> &mut u64 {
        if format == 0 {
            &mut self.counters.text_connections
        } else {
            &mut self.counters.packed_connections
        }
    }

    /// Takes a connection out of all books.
    pub(crate) fn forget(&mut self, slot: u32) -> Option<Connection> {
        let connection = self.connections[slot as usize].take()?;
        self.slots.close(slot);
        self.wheel.remove(slot);
        self.schedule.open(slot);
        if let Some(address) = connection.address {
            let address = home(address);
            if let Some(count) = self.addresses.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    self.addresses.remove(&address);
                }
            }
        }
        let upgraded = match &connection.phase {
            Phase::Closing(closing) => !closing.bare,
            _ => connection.is_open(),
        };
        if upgraded {
            self.counters.connections -= 1;
            *self.of_format(connection.format) -= 1;
        } else if matches!(&connection.phase, Phase::Parting(_)) {
            self.counters.parting -= 1;
        } else if !matches!(&connection.phase, Phase::Closing(_)) || connection.told {
            self.counters.connecting -= 1;
        } else {
            self.leaving.dismissed -= 1;
        }
        Some(connection)
    }

    /// Closes a socket; its end is told if anybody knows it.
    pub(crate) fn end(&mut self, slot: u32, reason: End) {
        if let Some(connection) = self.forget(slot) {
            if connection.told {
                if matches!(reason, End::Unanswered | End::Stalled | End::Incomplete) {
                    self.counters.timed_out += 1;
                }
                self.notices.push_back((connection.number, Notice::Ended(reason)));
            } else if matches!(connection.phase, Phase::Head) {
                self.counters.heads_dropped += 1;
            }
        }
    }

    fn tell(&mut self, sink: &mut impl Sink) {
        while let Some((number, notice)) = self.notices.pop_front() {
            match notice {
                Notice::Ended(reason) => sink.event(number, Event::Ended(reason)),
                Notice::Overflowed => {
                    let slot = self.find(number);
                    if slot.is_some_and(|slot| !matches!(self.connection(slot).phase, Phase::Closing(_))) {
                        sink.event(number, Event::Overflowed);
                    }
                }
            }
        }
    }

    /// The slot of a connection that somebody may know.
    pub(crate) fn find(&self, conn: u64) -> Option<u32> {
        self.slot_of(conn).filter(|slot| self.connections[*slot as usize].as_ref().is_some_and(|c| c.told))
    }

    pub(crate) fn slot_of(&self, conn: u64) -> Option<u32> {
        let slot = u32::try_from(conn & ((1 << SLOT_BITS) - 1)).ok()?;
        let connection = self.connections.get(slot as usize)?.as_ref()?;
        (connection.number == conn).then_some(slot)
    }

    fn offered(&self, conn: u64) -> Result<u32, ReactorError> {
        let slot = self.find(conn).ok_or(ReactorError::UnknownConnection(conn))?;
        match self.connections[slot as usize].as_ref().map(|connection| &connection.phase) {
            Some(Phase::Offered) => Ok(slot),
            _ => Err(ReactorError::NotOffered(conn)),
        }
    }

    /// A connection that is known to be there.
    pub(crate) fn connection(&mut self, slot: u32) -> &mut Connection {
        self.connections[slot as usize].as_mut().expect("only slots in use are handed around")
    }

    /// Brings the epoll descriptor and the wheel up to date with a connection that has changed.
    pub(crate) fn sync(&mut self, slot: u32) {
        let Some(connection) = &self.connections[slot as usize] else {
            return;
        };
        // Most that are offered are answered within this turn: what would be told meanwhile is told once, and then no more.
        let soon = matches!(connection.phase, Phase::Offered) && connection.ticked == self.tick_number();
        let interest = Interest {
            read: connection.wants_read() || soon,
            write: self.schedule.state(slot) == crate::schedule::State::Blocked,
        };
        let deadline = connection.deadline(&self.timeouts);
        self.wheel.at_most(slot, deadline);
        self.set_interest(slot, interest);
    }

    pub(crate) fn set_interest(&mut self, slot: u32, interest: Interest) {
        let connection = self.connections[slot as usize].as_mut().expect("only slots in use are handed around");
        if connection.interest == Some(interest) {
            return;
        }
        let mut flags = EventFlags::empty();
        flags.set(EventFlags::IN, interest.read);
        flags.set(EventFlags::OUT, interest.write);
        let (socket, data) = (&connection.socket, EventData::new_u64(connection.number));
        let done = match connection.interest {
            None => epoll::add(&self.epoll, socket, data, flags),
            Some(_) => epoll::modify(&self.epoll, socket, data, flags),
        };
        connection.interest = Some(interest);
        if done.is_err() {
            // No memory in the kernel, or the limit of watches: this connection can't be served.
            self.end(slot, End::Reset);
        }
    }
}

fn format_of(format: i64) -> Result<u8, ReactorError> {
    u8::try_from(format).ok().filter(|format| *format < 2).ok_or(ReactorError::UnknownFormat(format))
}
