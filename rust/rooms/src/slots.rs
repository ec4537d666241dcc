//! The same fan-out for a caller that keeps its own list of connections: known by their slot, a small number that
//! is used again, so that nothing is looked up for each recipient.
//!
//! Each connection is in a *lane*: it gets one of the forms in which a frame is published, or nothing if there is none
//! for its lane. What is written is told in bytes, and a frame may be written in parts.

use std::sync::Arc;

use crate::backlog::{Backlog, Pushed};
use crate::error::FanoutError;
use crate::frames::Parcel;
use crate::groups::Groups;
use crate::outbox::{Limits, Losses, Waiting};

/// How many lanes there are.
pub const LANES: usize = 2;

/// Memberships and outboxes by slot.
#[derive(Debug)]
pub struct Slots<P> {
    groups: Groups,
    backlog: Backlog<P>,
}

impl<P> Default for Slots<P> {
    fn default() -> Self {
        Self { groups: Groups::default(), backlog: Backlog::new(Limits::default()) }
    }
}

impl<P> Slots<P> {
    /// No connections.
    ///
    /// # Errors
    /// [`FanoutError::BadLimits`] if a cap is 0, or frames could not be counted in 32 bits.
    pub fn new(limits: Limits) -> Result<Self, FanoutError> {
        let most = u32::MAX as usize / 2;
        if limits.max_bytes == 0 || limits.max_frames == 0 || limits.max_bytes > most || limits.max_frames > most {
            return Err(FanoutError::BadLimits);
        }
        Ok(Self { groups: Groups::default(), backlog: Backlog::new(limits) })
    }

    /// A new connection, in no group. `id` is what [`Self::id`] and [`Self::take_overflowed`] tell.
    pub fn open(&mut self, id: u64) -> u32 {
        self.backlog.open(id, 0)
    }

    /// Gives a connection another id and lane.
    pub fn assign(&mut self, slot: u32, id: u64, lane: u8) {
        self.backlog.set_id(slot, id, lane);
    }

    /// Forgets a connection and what waits for it; the groups it was in, sorted. The slot will be used again.
    pub fn close(&mut self, slot: u32) -> Vec<Arc<str>> {
        let left = self.groups.leave_all(slot);
        self.backlog.close(slot);
        left
    }

    /// How many connections there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.backlog.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of a connection.
    #[must_use]
    pub fn id(&self, slot: u32) -> u64 {
        self.backlog.id(slot)
    }

    /// False if it was in already. O(1). The slot must be open.
    pub fn join(&mut self, slot: u32, group: &str) -> bool {
        self.groups.join(slot, group)
    }

    /// False if it was not in. What was queued before stays queued: it was entitled then. O(1).
    pub fn leave(&mut self, slot: u32, group: &str) -> bool {
        self.groups.leave(slot, group)
    }

    /// Takes a connection out of all its groups. What was queued before stays queued.
    pub fn leave_all(&mut self, slot: u32) {
        self.groups.leave_all(slot);
    }

    /// The slots in a group, in no particular order.
    #[must_use]
    pub fn members(&self, group: &str) -> &[u32] {
        self.groups.members(group)
    }

    /// The ids in a group, ascending.
    #[must_use]
    pub fn ids(&self, group: &str) -> Vec<u64> {
        let mut ids: Vec<_> = self.groups.members(group).iter().map(|slot| self.backlog.id(*slot)).collect();
        ids.sort_unstable();
        ids
    }

    /// The groups of a slot, sorted.
    #[must_use]
    pub fn groups(&self, slot: u32) -> Vec<Arc<str>> {
        self.groups.of(slot)
    }

    /// How many groups have members, and how many pairs of connection and group there are.
    #[must_use]
    pub fn memberships(&self) -> (usize, usize) {
        (self.groups.len(), self.groups.memberships())
    }

    /// Queues a frame for one connection, whatever its lane.
    pub fn send(&mut self, slot: u32, parcel: Parcel<'_, P>) -> Pushed {
        let entry = self.backlog.frames.store(parcel, 1);
        let (pushed, _) = self.backlog.push(slot, &[Some(entry); LANES]);
        if pushed == Pushed::Refused {
            self.backlog.frames.let_go(entry.handle, 1);
        }
        pushed
    }

    /// Queues a frame for all members but those in `skip`, which is sorted, each in the form of its lane. `told` learns of each slot where it
    /// was kept, and whether nothing waited there before. How many it was kept for. O(members).
    pub fn publish(
        &mut self,
        group: &str,
        forms: [Option<Parcel<'_, P>>; LANES],
        skip: &[u32],
        mut told: impl FnMut(u32, bool),
    ) -> usize {
        let members = self.groups.members(group);
        if members.is_empty() {
            return 0;
        }
        // Held for all members at once, and by this call; what is not needed is let go at the end.
        let holds = members.len() + 1;
        let entries = forms.map(|form| form.map(|parcel| self.backlog.frames.store(parcel, holds)));
        let (mut used, mut kept) = ([0; LANES], 0);
        for slot in members {
            if !skip.is_empty() && skip.binary_search(slot).is_ok() {
                continue;
            }
            match self.backlog.push(*slot, &entries) {
                (Pushed::Kept { woken }, lane) => {
                    used[lane] += 1;
                    kept += 1;
                    told(*slot, woken);
                }
                (Pushed::Overflowed, lane) => used[lane] += 1,
                (Pushed::Refused, _) => {}
            }
        }
        for (entry, used) in entries.iter().zip(used) {
            if let Some(entry) = entry {
                self.backlog.frames.let_go(entry.handle, holds - used);
            }
        }
        kept
    }

    /// Takes the frames with this tag out of all outboxes that still hold them; how many outboxes held one.
    /// `torn` learns of the slots where such a frame is written in part: it stays there. O(outboxes that hold anything).
    pub fn retract(&mut self, tag: &str, torn: impl FnMut(u32)) -> usize {
        self.backlog.retract(tag, torn)
    }

    /// Takes the frames whose tag begins so out of one outbox; how many, and whether one is written in part: it stays.
    pub fn withdraw(&mut self, slot: u32, prefix: &str) -> (usize, bool) {
        self.backlog.withdraw(slot, prefix)
    }

    /// Hands the next frames to `sink`, in order: as many as fit into `max_bytes`, but at least one if any waits.
    /// Not for outboxes that are written in parts.
    pub fn drain(&mut self, slot: u32, max_bytes: usize, sink: impl FnMut(&P)) {
        self.backlog.drain(slot, max_bytes, sink);
    }

    /// What waits, in order.
    pub fn waiting(&self, slot: u32) -> impl Iterator<Item = Waiting> + '_ {
        self.backlog.waiting(slot)
    }

    /// What a frame carries that was just said to wait.
    #[must_use]
    pub fn payload(&self, waiting: Waiting) -> &P {
        &self.backlog.frames.get(waiting.handle).payload
    }

    /// So many bytes of what waits are written; how many frames that has completed, and how many still wait.
    pub fn wrote(&mut self, slot: u32, bytes: usize) -> (usize, usize) {
        self.backlog.wrote(slot, bytes)
    }

    /// The outbox takes nothing more. `discard` also drops what waits, but the rest of a frame that is written in part.
    pub fn shut(&mut self, slot: u32, discard: bool) {
        self.backlog.shut(slot, discard);
    }

    /// The ids of those that went over a cap since the last call and are still connected, oldest first.
    pub fn take_overflowed(&mut self) -> Vec<u64> {
        self.backlog.take_overflowed()
    }

    /// Frames and bytes that wait for a connection.
    #[must_use]
    pub fn depth(&self, slot: u32) -> (usize, usize) {
        self.backlog.depth(slot)
    }

    /// Frames and bytes that wait over all outboxes: a shared frame counts in each. O(outboxes that hold anything).
    #[must_use]
    pub fn totals(&self) -> (usize, usize) {
        self.backlog.totals()
    }

    /// What was left out since the start.
    #[must_use]
    pub fn losses(&self) -> Losses {
        self.backlog.losses
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    #[doc(hidden)]
    pub fn assert_invariants(&self) {
        self.groups.assert_invariants();
        self.backlog.assert_invariants();
    }
}
