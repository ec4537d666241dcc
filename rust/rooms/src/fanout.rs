//! The public face: connections by their number, groups by their name.
//!
//! Invariant: slots belong to living connections only; a slot that is used again starts without groups.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backlog::Backlog;
use crate::error::FanoutError;
use crate::frames::Parcel;
use crate::groups::Groups;
use crate::outbox::Limits;

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
    slots: HashMap<u64, u32>,
    groups: Groups,
    backlog: Backlog<P>,
}

impl<P> Default for Fanout<P> {
    fn default() -> Self {
        Self { slots: HashMap::new(), groups: Groups::default(), backlog: Backlog::new(Limits::default()) }
    }
}

impl<P> Fanout<P> {
    /// Nobody connected.
    ///
    /// # Errors
    /// [`FanoutError::BadLimits`] if a cap is 0.
    pub fn new(limits: Limits) -> Result<Self, FanoutError> {
        if limits.max_bytes == 0 || limits.max_frames == 0 {
            return Err(FanoutError::BadLimits);
        }
        Ok(Self { backlog: Backlog::new(limits), ..Self::default() })
    }

    /// A new connection, in no group.
    ///
    /// # Errors
    /// [`FanoutError::Connected`].
    pub fn connect(&mut self, conn: u64) -> Result<(), FanoutError> {
        if self.slots.contains_key(&conn) {
            return Err(FanoutError::Connected(conn));
        }
        let slot = self.backlog.open(conn);
        self.slots.insert(conn, slot);
        Ok(())
    }

    /// Forgets a connection and what waits for it; the groups it was in, sorted. Empty for an unknown one.
    pub fn disconnect(&mut self, conn: u64) -> Vec<Arc<str>> {
        let Some(slot) = self.slots.remove(&conn) else {
            return Vec::new();
        };
        let left = self.groups.leave_all(slot);
        self.backlog.close(slot);
        left
    }

    /// False if it was in already. O(1).
    ///
    /// # Errors
    /// [`FanoutError::UnknownConnection`].
    pub fn join(&mut self, conn: u64, group: &str) -> Result<bool, FanoutError> {
        let slot = self.slots.get(&conn).ok_or(FanoutError::UnknownConnection(conn))?;
        Ok(self.groups.join(*slot, group))
    }

    /// False if it was not in. What was queued before stays queued: it was entitled then. O(1).
    pub fn leave(&mut self, conn: u64, group: &str) -> bool {
        self.slots.get(&conn).is_some_and(|slot| self.groups.leave(*slot, group))
    }

    /// The connections in a group, ascending.
    #[must_use]
    pub fn members(&self, group: &str) -> Vec<u64> {
        let mut members: Vec<_> = self.groups.members(group).iter().map(|slot| self.backlog.id(*slot)).collect();
        members.sort_unstable();
        members
    }

    /// The groups of a connection, sorted.
    #[must_use]
    pub fn groups(&self, conn: u64) -> Vec<Arc<str>> {
        self.slots.get(&conn).map_or_else(Vec::new, |slot| self.groups.of(*slot))
    }

    /// How many connections are in a group.
    #[must_use]
    pub fn count(&self, group: &str) -> usize {
        self.groups.members(group).len()
    }

    /// Queues a frame for one connection. True if its outbox was empty before and is not now: its writer must
    /// be woken. False for a connection that is unknown or over its cap.
    pub fn send(&mut self, conn: u64, parcel: Parcel<'_, P>) -> bool {
        let Some(&slot) = self.slots.get(&conn) else {
            return false;
        };
        let handle = self.backlog.frames.store(parcel);
        let wake = self.backlog.push(slot, handle);
        self.backlog.frames.let_go(handle);
        wake
    }

    /// Queues one shared frame for all members but `skip`; the connections whose writers must be woken, in no
    /// particular order. O(members).
    pub fn publish(&mut self, group: &str, parcel: Parcel<'_, P>, skip: Option<u64>) -> Vec<u64> {
        let members = self.groups.members(group);
        if members.is_empty() {
            return Vec::new();
        }
        let skip = skip.and_then(|conn| self.slots.get(&conn).copied());
        let handle = self.backlog.frames.store(parcel);
        let mut woken = Vec::with_capacity(members.len());
        for slot in members {
            if Some(*slot) != skip && self.backlog.push(*slot, handle) {
                woken.push(self.backlog.id(*slot));
            }
        }
        self.backlog.frames.let_go(handle);
        woken
    }

    /// Takes the frames with this tag out of all outboxes that still hold them; how many outboxes held one.
    /// The payload is dropped at once. O(outboxes that hold anything).
    pub fn retract(&mut self, tag: &str) -> usize {
        self.backlog.retract(tag)
    }

    /// Hands the next frames to `sink`, in order: as many as fit into `max_bytes`, but at least one if any waits.
    pub fn drain(&mut self, conn: u64, max_bytes: usize, sink: impl FnMut(&P)) {
        if let Some(&slot) = self.slots.get(&conn) {
            self.backlog.drain(slot, max_bytes, sink);
        }
    }

    /// The connections that went over a cap since the last call and are still connected, oldest first.
    pub fn overflowed(&mut self) -> Vec<u64> {
        self.backlog.take_overflowed()
    }

    /// Frames and bytes that wait for a connection.
    #[must_use]
    pub fn depth(&self, conn: u64) -> (usize, usize) {
        self.slots.get(&conn).map_or((0, 0), |slot| self.backlog.depth(*slot))
    }

    /// The sizes. O(outboxes that hold anything).
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let (frames_queued, bytes_queued) = self.backlog.totals();
        let losses = self.backlog.losses;
        Statistics {
            connections: self.slots.len(),
            groups: self.groups.len(),
            memberships: self.groups.memberships(),
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
        self.groups.assert_invariants();
        self.backlog.assert_invariants();
    }
}
