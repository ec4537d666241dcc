//! All connections' outboxes, and which of them hold something.
//!
//! Invariants:
//! - `waiting` names exactly the slots whose outbox is not empty, each once, and each of these knows its place;
//! - an outbox that went over a cap is empty and stays so.

use crate::frames::Frames;
use crate::outbox::{Limits, Losses, Outbox};
use crate::slab::{small, Slab};

#[derive(Clone, Debug)]
struct Connection {
    id: u64,
    outbox: Outbox,
    /// Where it stands in `waiting`; without meaning while the outbox is empty.
    waiting_at: u32,
    overflowed: bool,
}

#[derive(Debug)]
pub(crate) struct Backlog<P> {
    pub frames: Frames<P>,
    pub losses: Losses,
    limits: Limits,
    connections: Slab<Connection>,
    waiting: Vec<u32>,
    overflowed: Vec<u64>,
}

impl<P> Backlog<P> {
    pub fn new(limits: Limits) -> Self {
        Self {
            frames: Frames::default(),
            losses: Losses::default(),
            limits,
            connections: Slab::default(),
            waiting: Vec::new(),
            overflowed: Vec::new(),
        }
    }

    pub fn open(&mut self, id: u64) -> u32 {
        self.connections.insert(Connection { id, outbox: Outbox::default(), waiting_at: 0, overflowed: false })
    }

    pub fn close(&mut self, slot: u32) {
        self.change(slot, |outbox, frames, _| outbox.clear(frames));
        if let Some(connection) = self.connections.remove(slot) {
            self.overflowed.retain(|id| *id != connection.id);
        }
    }

    pub fn id(&self, slot: u32) -> u64 {
        self.connections.get(slot).map_or(u64::MAX, |connection| connection.id)
    }

    pub fn depth(&self, slot: u32) -> (usize, usize) {
        self.connections.get(slot).map_or((0, 0), |connection| connection.outbox.depth())
    }

    /// Queues a frame in one outbox; whether that was empty before and is not now.
    pub fn push(&mut self, slot: u32, handle: u32) -> bool {
        let limits = self.limits;
        let Some(connection) = self.connections.get(slot).filter(|connection| !connection.overflowed) else {
            return false;
        };
        let idle = connection.outbox.is_empty();
        let fits = self.change(slot, |outbox, frames, losses| {
            let fits = outbox.push(handle, frames, &limits, losses);
            if !fits {
                outbox.clear(frames);
            }
            fits
        });
        if fits == Some(false) {
            if let Some(connection) = self.connections.get_mut(slot) {
                connection.overflowed = true;
                self.overflowed.push(connection.id);
            }
        }
        idle && self.depth(slot).0 > 0
    }

    pub fn drain(&mut self, slot: u32, max_bytes: usize, sink: impl FnMut(&P)) {
        self.change(slot, |outbox, frames, _| {
            outbox.drain(max_bytes, frames, sink);
        });
    }

    /// Takes all frames with this tag out of all outboxes; how many outboxes held one.
    pub fn retract(&mut self, tag: &str) -> usize {
        let births = self.frames.tagged(tag).to_vec();
        let mut outboxes = 0;
        for slot in self.waiting.clone() {
            if self.frames.tagged(tag).is_empty() {
                break;
            }
            let found = self.change(slot, |outbox, frames, losses| {
                let found = births.iter().filter(|birth| outbox.remove(**birth, frames)).count();
                losses.retracted += found;
                found
            });
            outboxes += usize::from(found.unwrap_or(0) > 0);
        }
        outboxes
    }

    pub fn take_overflowed(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.overflowed)
    }

    /// Frames and bytes that wait, over all outboxes: a shared frame counts in each.
    pub fn totals(&self) -> (usize, usize) {
        let depths = self.waiting.iter().map(|slot| self.depth(*slot));
        depths.fold((0, 0), |sum, depth| (sum.0 + depth.0, sum.1 + depth.1))
    }

    /// Changes an outbox, and keeps `waiting` true.
    fn change<R>(&mut self, slot: u32, act: impl FnOnce(&mut Outbox, &mut Frames<P>, &mut Losses) -> R) -> Option<R> {
        let connection = self.connections.get_mut(slot)?;
        let idle = connection.outbox.is_empty();
        let result = act(&mut connection.outbox, &mut self.frames, &mut self.losses);
        match (idle, connection.outbox.is_empty()) {
            (true, false) => {
                connection.waiting_at = small(self.waiting.len());
                self.waiting.push(slot);
            }
            (false, true) => {
                let at = connection.waiting_at;
                self.waiting.swap_remove(at as usize);
                if let Some(moved) = self.waiting.get(at as usize).copied() {
                    if let Some(other) = self.connections.get_mut(moved) {
                        other.waiting_at = at;
                    }
                }
                if self.waiting.is_empty() {
                    self.waiting.shrink_to(64);
                }
            }
            _ => {}
        }
        Some(result)
    }

    /// Panics unless the invariants hold. For tests.
    pub fn assert_invariants(&self) {
        let filled = self.connections.iter().filter(|connection| !connection.outbox.is_empty());
        assert_eq!(filled.count(), self.waiting.len());
        for (at, slot) in self.waiting.iter().enumerate() {
            let connection = self.connections.get(*slot).expect("who waits is connected");
            assert_eq!(connection.waiting_at as usize, at);
            assert!(!connection.outbox.is_empty() && !connection.overflowed);
        }
        for connection in self.connections.iter() {
            connection.outbox.assert_invariants(&self.frames, &self.limits);
        }
        self.frames.assert_invariants(self.totals().0);
    }
}
