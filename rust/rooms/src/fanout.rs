//! The public face: connections by their number, groups by their name.
//!
//! Invariant: slots belong to living connections only; a slot that is used again starts without groups.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backlog::Pushed;
use crate::error::FanoutError;
use crate::frames::Parcel;
use crate::outbox::Limits;
use crate::slots::Slots;

/// Sizes, and what was left out since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Connections.
    pub connections: usize,
    /// Groups with members.
    pub groups: usize,
    /// Pairs of connection and group.
    pub memberships: usize,
    /// Frames that wait, over all outboxes: a shared frame counts in each.
    pub frames_queued: usize,
    /// Their bytes, counted the same way.
    pub bytes_queued: usize,
    /// Frames left out because an outbox was over half of a cap.
    pub shed: usize,
    /// Frames whose place a newer one with the same key took.
    pub conflated: usize,
    /// Frames taken back out of an outbox.
    pub retracted: usize,
}

/// See the crate.
#[derive(Debug)]
pub struct Fanout<P> {
    numbers: HashMap<u64, u32>,
    slots: Slots<P>,
}

impl<P> Default for Fanout<P> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), slots: Slots::default() }
    }
}

impl<P> Fanout<P> {
    /// Nobody connected.
    ///
    /// # Errors
    /// [`FanoutError::BadLimits`] if a cap is 0 or huge.
    pub fn new(limits: Limits) -> Result<Self, FanoutError> {
        Ok(Self { numbers: HashMap::new(), slots: Slots::new(limits)? })
    }

    /// A new connection, in no group.
    ///
    /// # Errors
    /// [`FanoutError::Connected`].
    pub fn connect(&mut self, conn: u64) -> Result<(), FanoutError> {
        if self.numbers.contains_key(&conn) {
            return Err(FanoutError::Connected(conn));
        }
        let slot = self.slots.open(conn);
        self.numbers.insert(conn, slot);
        Ok(())
    }

    /// Forgets a connection and what waits for it; the groups it was in, sorted. Empty for an unknown one.
    pub fn disconnect(&mut self, conn: u64) -> Vec<Arc<str>> {
        self.numbers.remove(&conn).map_or_else(Vec::new, |slot| self.slots.close(slot))
    }

    /// False if it was in already. O(1).
    ///
    /// # Errors
    /// [`FanoutError::UnknownConnection`].
    pub fn join(&mut self, conn: u64, group: &str) -> Result<bool, FanoutError> {
        let slot = self.numbers.get(&conn).ok_or(FanoutError::UnknownConnection(conn))?;
        Ok(self.slots.join(*slot, group))
    }

    /// False if it was not in. What was queued before stays queued: it was entitled then. O(1).
    pub fn leave(&mut self, conn: u64, group: &str) -> bool {
        self.numbers.get(&conn).is_some_and(|slot| self.slots.leave(*slot, group))
    }

    /// The connections in a group, ascending.
    #[must_use]
    pub fn members(&self, group: &str) -> Vec<u64> {
        self.slots.ids(group)
    }

    /// The groups of a connection, sorted.
    #[must_use]
    pub fn groups(&self, conn: u64) -> Vec<Arc<str>> {
        self.numbers.get(&conn).map_or_else(Vec::new, |slot| self.slots.groups(*slot))
    }

    /// How many connections are in a group.
    #[must_use]
    pub fn count(&self, group: &str) -> usize {
        self.slots.members(group).len()
    }

    /// Queues a frame for one connection. True if its outbox was empty before and is not now: its writer must
    /// be woken. False for a connection that is unknown or over its cap.
    pub fn send(&mut self, conn: u64, parcel: Parcel<'_, P>) -> bool {
        let Some(&slot) = self.numbers.get(&conn) else {
            return false;
        };
        self.slots.send(slot, parcel) == Pushed::Kept { woken: true }
    }

    /// Queues one shared frame for all members but `skip`; the connections whose writers must be woken, in no
    /// particular order. O(members).
    pub fn publish(&mut self, group: &str, parcel: Parcel<'_, P>, skip: Option<u64>) -> Vec<u64> {
        let skip = skip.and_then(|conn| self.numbers.get(&conn).copied());
        let mut woken = Vec::new();
        // All connections here are in the first lane.
        self.slots.publish(group, [Some(parcel), None], skip.as_slice(), |slot, wake| {
            if wake {
                woken.push(slot);
            }
        });
        woken.into_iter().map(|slot| self.slots.id(slot)).collect()
    }

    /// Takes the frames with this tag out of all outboxes that still hold them; how many outboxes held one.
    /// The payload is dropped at once. O(outboxes that hold anything).
    pub fn retract(&mut self, tag: &str) -> usize {
        self.slots.retract(tag, |_| ())
    }

    /// Takes the frames whose tag begins so out of one outbox; how many.
    pub fn withdraw(&mut self, conn: u64, prefix: &str) -> usize {
        self.numbers.get(&conn).map_or(0, |slot| self.slots.withdraw(*slot, prefix).0)
    }

    /// Hands the next frames to `sink`, in order: as many as fit into `max_bytes`, but at least one if any waits.
    pub fn drain(&mut self, conn: u64, max_bytes: usize, sink: impl FnMut(&P)) {
        if let Some(&slot) = self.numbers.get(&conn) {
            self.slots.drain(slot, max_bytes, sink);
        }
    }

    /// The connections that went over a cap since the last call and are still connected, oldest first.
    pub fn overflowed(&mut self) -> Vec<u64> {
        self.slots.take_overflowed()
    }

    /// Frames and bytes that wait for a connection.
    #[must_use]
    pub fn depth(&self, conn: u64) -> (usize, usize) {
        self.numbers.get(&conn).map_or((0, 0), |slot| self.slots.depth(*slot))
    }

    /// The sizes. O(outboxes that hold anything).
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let (frames_queued, bytes_queued) = self.slots.totals();
        let (groups, memberships) = self.slots.memberships();
        let losses = self.slots.losses();
        Statistics {
            connections: self.slots.len(),
            groups,
            memberships,
            frames_queued,
            bytes_queued,
            shed: losses.shed,
            conflated: losses.conflated,
            retracted: losses.retracted,
        }
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    #[doc(hidden)]
    pub fn assert_invariants(&self) {
        assert_eq!(self.numbers.len(), self.slots.len());
        self.slots.assert_invariants();
    }
}
