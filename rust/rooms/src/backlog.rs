//! All connections' outboxes, and which of them hold something.
//!
//! Invariants:
//! - `waiting` names exactly the slots whose outbox is not empty, each once, and each of these knows its place;
//! - an outbox that is shut takes nothing more; one that went over a cap is shut and holds at most the rest of a
//!   started frame.

use crate::frames::{Entry, Frames};
use crate::outbox::{Limits, Losses, Outbox, Waiting};
use crate::slab::{small, Slab};
use crate::slots::LANES;

#[derive(Clone, Debug)]
struct Connection {
    id: u64,
    outbox: Outbox,
    /// Where it stands in `waiting`; without meaning while the outbox is empty.
    waiting_at: u32,
    lane: u8,
    shut: bool,
}

/// What became of a frame at one outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It waits now, or was left out as its class may be.
    Kept {
        /// Nothing waited before and something does now.
        woken: bool,
    },
    /// The outbox went over a cap, is empty now and takes nothing more.
    Overflowed,
    /// The outbox takes nothing, or there is no such connection.
    Refused,
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

    pub fn open(&mut self, id: u64, lane: u8) -> u32 {
        self.connections.insert(Connection { id, outbox: Outbox::default(), waiting_at: 0, lane, shut: false })
    }

    pub fn close(&mut self, slot: u32) {
        self.change(slot, |outbox, frames, _| outbox.clear(frames));
        if let Some(connection) = self.connections.remove(slot) {
            self.overflowed.retain(|id| *id != connection.id);
        }
    }

    pub fn len(&self) -> usize {
        self.connections.len()
    }

    pub fn id(&self, slot: u32) -> u64 {
        self.connections.get(slot).map_or(u64::MAX, |connection| connection.id)
    }

    pub fn set_id(&mut self, slot: u32, id: u64, lane: u8) {
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.id = id;
            connection.lane = lane;
        }
    }

    /// Takes nothing more; what waits stays, unless it is to be discarded.
    pub fn shut(&mut self, slot: u32, discard: bool) {
        if discard {
            self.change(slot, |outbox, frames, _| outbox.discard(frames));
        }
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.shut = true;
        }
    }

    pub fn depth(&self, slot: u32) -> (usize, usize) {
        self.connections.get(slot).map_or((0, 0), |connection| connection.outbox.depth())
    }

    /// Queues the frame of the outbox's lane, if there is one, in one outbox. The frame must be held for it by the
    /// caller, who keeps that hold if it was refused.
    pub fn push(&mut self, slot: u32, entries: &[Option<Entry>; LANES]) -> (Pushed, usize) {
        let Some(connection) = self.connections.get_mut(slot) else {
            return (Pushed::Refused, 0);
        };
        let lane = usize::from(connection.lane);
        let Some(entry) = entries[lane].as_ref().filter(|_| !connection.shut) else {
            return (Pushed::Refused, lane);
        };
        let idle = connection.outbox.is_empty();
        let fits = connection.outbox.push(entry, &mut self.frames, &self.limits, &mut self.losses);
        if !fits {
            connection.shut = true;
            connection.outbox.discard(&mut self.frames);
            self.overflowed.push(connection.id);
        }
        let empty = connection.outbox.is_empty();
        if idle != empty {
            self.note(slot, idle, empty);
        }
        let pushed = if fits { Pushed::Kept { woken: idle && !empty } } else { Pushed::Overflowed };
        (pushed, lane)
    }

    pub fn drain(&mut self, slot: u32, max_bytes: usize, sink: impl FnMut(&P)) {
        self.change(slot, |outbox, frames, _| outbox.drain(max_bytes, frames, sink));
    }

    pub fn waiting(&self, slot: u32) -> impl Iterator<Item = Waiting> + '_ {
        self.connections.get(slot).into_iter().flat_map(|connection| connection.outbox.waiting(&self.frames))
    }

    pub fn wrote(&mut self, slot: u32, bytes: usize) -> (usize, usize) {
        let change = self.change(slot, |outbox, frames, _| {
            let before = outbox.depth().0;
            outbox.wrote(bytes, frames);
            let after = outbox.depth().0;
            (before - after, after)
        });
        change.unwrap_or_default()
    }

    /// Takes all frames with this tag out of all outboxes; how many outboxes held one. Tells the slots where such a
    /// frame is started already and stays.
    pub fn retract(&mut self, tag: &str, mut torn: impl FnMut(u32)) -> usize {
        let births = self.frames.tagged(tag).to_vec();
        let mut outboxes = 0;
        for slot in self.waiting.clone() {
            if self.frames.tagged(tag).is_empty() {
                break;
            }
            let found = self.change(slot, |outbox, frames, losses| {
                let found = births.iter().filter(|birth| outbox.remove(**birth, frames)).count();
                losses.retracted += found;
                let started = outbox.started(frames).is_some_and(|birth| births.contains(&birth));
                if started {
                    torn(slot);
                }
                found > 0 || started
            });
            outboxes += usize::from(found == Some(true));
        }
        outboxes
    }

    /// Takes the frames whose tag begins so out of one outbox; how many, and whether one is started already and stays.
    pub fn withdraw(&mut self, slot: u32, prefix: &str) -> (usize, bool) {
        let found = self.change(slot, |outbox, frames, losses| {
            let (found, torn) = outbox.withdraw(prefix, frames);
            losses.retracted += found;
            (found, torn)
        });
        found.unwrap_or_default()
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
        let empty = connection.outbox.is_empty();
        if idle != empty {
            self.note(slot, idle, empty);
        }
        Some(result)
    }

    /// An outbox has become filled or empty.
    fn note(&mut self, slot: u32, idle: bool, empty: bool) {
        let Some(connection) = self.connections.get_mut(slot) else {
            return;
        };
        match (idle, empty) {
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
                    self.waiting.shrink_to(1024);
                }
            }
            _ => {}
        }
    }

    /// Panics unless the invariants hold. For tests.
    pub fn assert_invariants(&self) {
        let filled = self.connections.iter().filter(|connection| !connection.outbox.is_empty());
        assert_eq!(filled.count(), self.waiting.len());
        for (at, slot) in self.waiting.iter().enumerate() {
            let connection = self.connections.get(*slot).expect("who waits is connected");
            assert_eq!(connection.waiting_at as usize, at);
            assert!(!connection.outbox.is_empty());
        }
        for connection in self.connections.iter() {
            connection.outbox.assert_invariants(&self.frames, &self.limits);
        }
        self.frames.assert_invariants(self.totals().0);
    }
}
