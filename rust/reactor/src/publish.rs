//! What is queued: raw bytes, frames, and frames for whole groups.

use std::sync::Arc;

use cups_rooms::{Class, Parcel, Pushed, LANES};

use crate::connection::Phase;
use crate::error::ReactorError;
use crate::events::{End, Notice};
use crate::header::{frame, opcode};
use crate::reactor::{Payload, Reactor};

/// A frame for a group: what it is worth, and how it can be replaced or taken back.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// Payload for connections of format 0; none: they get nothing.
    pub text: Option<&'a [u8]>,
    /// Payload for connections of format 1; none: they get nothing.
    pub packed: Option<&'a [u8]>,
    /// What it is worth.
    pub class: Class,
    /// For receipts, presence and typing: takes the place of an older one.
    pub key: Option<&'a str>,
    /// The name under which it can be retracted.
    pub tag: Option<&'a str>,
    /// Connections that get nothing.
    pub skip: &'a [u64],
}

fn opcode_of(format: usize) -> u8 {
    if format == 0 {
        opcode::TEXT
    } else {
        opcode::BINARY
    }
}

impl Reactor {
    /// Queues bytes as they are. False if the connection is unknown, closing, or over its cap.
    pub fn write(&mut self, conn: u64, data: &[u8]) -> bool {
        let Some(slot) = self.find(conn) else {
            return false;
        };
        let connection = self.connection(slot);
        if !connection.is_open() && !matches!(connection.phase, Phase::Offered) {
            return false;
        }
        // Nothing to write, and no place in a ring for it.
        data.is_empty() || self.queue(slot, data.into(), Class::Control, None)
    }

    /// Queues one message for one connection. False as above, or before it is upgraded.
    pub fn send(&mut self, conn: u64, payload: &[u8], class: Class, key: Option<&str>) -> bool {
        self.send_tagged(conn, payload, class, key, None)
    }

    /// As `send`, under a name by which it can be taken back.
    pub fn send_tagged(
        &mut self,
        conn: u64,
        payload: &[u8],
        class: Class,
        key: Option<&str>,
        tag: Option<&str>,
    ) -> bool {
        let Some(slot) = self.find(conn).filter(|slot| self.is_open(*slot)) else {
            return false;
        };
        let opcode = opcode_of(usize::from(self.connection(slot).format));
        let payload = frame(opcode, payload);
        self.queue_parcel(slot, Parcel { size: payload.len(), payload, class, key, tag })
    }

    pub(crate) fn queue(&mut self, slot: u32, payload: Payload, class: Class, key: Option<&str>) -> bool {
        self.queue_parcel(slot, Parcel { size: payload.len(), payload, class, key, tag: None })
    }

    fn queue_parcel(&mut self, slot: u32, parcel: Parcel<'_, Payload>) -> bool {
        let class = parcel.class;
        match self.slots.send(slot, parcel) {
            Pushed::Kept { .. } => {
                self.schedule.queued(slot, class.is_lazy().then_some(self.settings.lazy));
                true
            }
            Pushed::Overflowed => {
                self.note_overflows();
                false
            }
            Pushed::Refused => false,
        }
    }

    /// Queues one shared message for a group; for how many.
    pub fn publish(&mut self, group: &str, post: &Post<'_>) -> usize {
        if self.slots.members(group).is_empty() {
            return 0;
        }
        let Post { class, key, tag, .. } = *post;
        let mut format = 0;
        let forms: [_; LANES] = [post.text, post.packed].map(|payload| {
            let opcode = opcode_of(format);
            format += 1;
            payload.map(|payload| {
                let payload = frame(opcode, payload);
                Parcel { size: payload.len(), payload, class, key, tag }
            })
        });
        let mut skip: Vec<u32> = post.skip.iter().filter_map(|conn| self.slot_of(*conn)).collect();
        skip.sort_unstable();
        let patience = class.is_lazy().then(|| self.settings.patience(self.slots.members(group).len()));
        let schedule = &mut self.schedule;
        let count = self.slots.publish(group, forms, &skip, |slot, _| schedule.queued(slot, patience));
        self.note_overflows();
        count
    }

    /// Takes back what waits under a tag, whole; who has read the beginning of it is cut off. How many outboxes held one.
    pub fn retract(&mut self, tag: &str) -> usize {
        let mut torn = Vec::new();
        let outboxes = self.slots.retract(tag, |slot| torn.push(slot));
        for slot in torn {
            self.cut_off(slot);
        }
        outboxes
    }

    /// Takes what waits for one connection under the tags that begin so, whole; if it has read the beginning of such a frame, it is cut off. How many
    /// frames that was.
    pub fn withdraw(&mut self, conn: u64, prefix: &str) -> usize {
        let Some(slot) = self.find(conn) else {
            return 0;
        };
        let (found, torn) = self.slots.withdraw(slot, prefix);
        if torn {
            self.cut_off(slot);
        }
        found + usize::from(torn)
    }

    fn cut_off(&mut self, slot: u32) {
        let _ = rustix::net::sockopt::set_socket_linger(&self.connection(slot).socket, Some(std::time::Duration::ZERO));
        self.end(slot, End::Aborted);
    }

    /// False if it was in already.
    ///
    /// # Errors
    /// [`ReactorError::UnknownConnection`], also before it is upgraded.
    pub fn join(&mut self, conn: u64, group: &str) -> Result<bool, ReactorError> {
        let upgraded = |reactor: &Self, slot: &u32| {
            let connection = reactor.connections[*slot as usize].as_ref();
            connection.is_some_and(|c| !matches!(c.phase, Phase::Head | Phase::Offered))
        };
        let slot = self.find(conn).filter(|slot| upgraded(self, slot));
        Ok(self.slots.join(slot.ok_or(ReactorError::UnknownConnection(conn))?, group))
    }

    /// False if it was not in. What was queued before is still written.
    pub fn leave(&mut self, conn: u64, group: &str) -> bool {
        self.find(conn).is_some_and(|slot| self.slots.leave(slot, group))
    }

    /// The connections in a group, ascending.
    #[must_use]
    pub fn members(&self, group: &str) -> Vec<u64> {
        self.slots.ids(group)
    }

    /// The groups of a connection, sorted.
    #[must_use]
    pub fn groups(&self, conn: u64) -> Vec<Arc<str>> {
        self.find(conn).map_or_else(Vec::new, |slot| self.slots.groups(slot))
    }

    /// How many connections are in a group.
    #[must_use]
    pub fn count(&self, group: &str) -> usize {
        self.slots.members(group).len()
    }

    fn is_open(&self, slot: u32) -> bool {
        self.connections[slot as usize].as_ref().is_some_and(crate::connection::Connection::is_open)
    }

    fn note_overflows(&mut self) {
        for number in self.slots.take_overflowed() {
            self.counters.overflowed += 1;
            if let Some(slot) = self.slot_of(number) {
                self.connection(slot).overflowed = true;
            }
            self.notices.push_back((number, Notice::Overflowed));
        }
    }
}
