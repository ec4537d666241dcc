//! What waits to be written to one connection.
//!
//! Invariants:
//! - births rise along the ring, so that a frame is found in it by binary search;
//! - `keyed` names the one waiting frame of each key, by the key's number; `sheddable` counts what waits in the ring,
//!   `count` and `bytes` count the rest of a started frame too;
//! - over half of a cap nothing waits that may be left out, and no cap is exceeded;
//! - a started frame is out of the ring: nothing but its last byte ends it, since the reader has seen its beginning.

use std::collections::VecDeque;

use crate::class::Class;
use crate::frames::{Entry, Frames};
use crate::slab::small;

/// A ring no larger than this is kept when it runs empty, to spare most writes an allocation: 64 bytes.
const KEPT: usize = 16;

/// The same for the list of keys: 64 bytes.
const KEPT_KEYS: usize = 4;

/// How much one outbox may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all frames that wait, at least 1.
    pub max_bytes: usize,
    /// Frames that wait, at least 1.
    pub max_frames: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 20, max_frames: 4096 }
    }
}

/// What happened to frames out of turn, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Frames left out because an outbox was over half of a cap.
    pub shed: usize,
    /// Frames whose place a newer one with the same key took.
    pub conflated: usize,
    /// Frames taken back out of an outbox.
    pub retracted: usize,
}

/// A frame that waits, as its writer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The same exactly for the same frame.
    pub number: u64,
    /// How many of its bytes are written already.
    pub written: usize,
    pub(crate) handle: u32,
}

/// A frame of which the first `offset` bytes are written.
#[derive(Clone, Copy, Debug)]
struct Started {
    handle: u32,
    offset: u32,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    /// Handles of frames: four bytes each, so that taking one out of the middle is cheap even of thousands.
    ring: VecDeque<u32>,
    /// Pairs of key and birth, sorted: few, and a short list that runs empty keeps its place in memory.
    keyed: Vec<(u64, u64)>,
    bytes: usize,
    count: u32,
    sheddable: [u32; Class::SHED.len()],
    started: Option<Started>,
}

impl Outbox {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Frames and bytes that wait.
    pub fn depth(&self) -> (usize, usize) {
        (self.count as usize, self.bytes)
    }

    /// Queues a frame that is already held for this outbox. False when it is over a cap now: it must be cleared
    /// and never used again.
    pub fn push<P>(&mut self, entry: &Entry, frames: &mut Frames<P>, limits: &Limits, losses: &mut Losses) -> bool {
        self.count += 1;
        self.bytes += entry.size;
        self.ring.push_back(entry.handle);
        if let Some(class) = entry.class.sheddable() {
            self.sheddable[class] += 1;
            if let Some(older) = entry.key.and_then(|key| self.replace_keyed(key, entry.birth)) {
                losses.conflated += usize::from(self.remove(older, frames));
            }
        }
        if self.over(limits, 2) {
            losses.shed += self.shed(frames, limits);
            return !self.over(limits, 1);
        }
        true
    }

    /// Takes out the frame of this birth, if it waits here and is not started.
    pub fn remove<P>(&mut self, birth: u64, frames: &mut Frames<P>) -> bool {
        let found = self.ring.binary_search_by_key(&birth, |handle| frames.get(*handle).birth);
        let Some(handle) = found.ok().and_then(|at| self.ring.remove(at)) else {
            return false;
        };
        self.forget(handle, frames);
        self.trim();
        true
    }

    /// Takes the next frames, in order: as many as fit into `max_bytes`, but at least one if any waits.
    pub fn drain<P>(&mut self, max_bytes: usize, frames: &mut Frames<P>, mut sink: impl FnMut(&P)) {
        let (mut taken, mut any) = (0_usize, false);
        while let Some(&handle) = self.ring.front() {
            let frame = frames.get(handle);
            taken = taken.saturating_add(frame.size);
            if any && taken > max_bytes {
                break;
            }
            any = true;
            sink(&frame.payload);
            self.ring.pop_front();
            self.forget(handle, frames);
        }
        self.trim();
    }

    /// The frames that wait, in order.
    pub fn waiting<'a, P>(&'a self, frames: &'a Frames<P>) -> impl Iterator<Item = Waiting> + 'a {
        let started = self.started.iter().map(|started| (started.handle, started.offset as usize));
        let all = started.chain(self.ring.iter().map(|handle| (*handle, 0)));
        all.map(|(handle, written)| Waiting { number: frames.get(handle).birth, written, handle })
    }

    /// So many bytes of what waits are written: whole frames are let go, one may be left started.
    pub fn wrote<P>(&mut self, mut bytes: usize, frames: &mut Frames<P>) {
        if bytes == self.bytes {
            return self.clear(frames);
        }
        if let Some(started) = self.started {
            let rest = frames.get(started.handle).size - started.offset as usize;
            if bytes < rest {
                self.bytes -= bytes;
                self.started = Some(Started { offset: started.offset + small(bytes), ..started });
                return;
            }
            bytes -= rest;
            self.end_started(frames);
        }
        while bytes > 0 {
            let Some(handle) = self.ring.pop_front() else {
                break;
            };
            let frame = frames.get(handle);
            let size = frame.size;
            if bytes < size {
                let key = frame.key.map(|key| (key, frame.birth));
                if let Some(class) = frame.class.sheddable() {
                    self.sheddable[class] -= 1;
                }
                self.forget_keyed(key);
                self.bytes -= bytes;
                self.started = Some(Started { handle, offset: small(bytes) });
                bytes = 0;
            } else {
                bytes -= size;
                self.forget(handle, frames);
            }
        }
        self.trim();
    }

    /// Takes out the frames whose tag begins so; how many, and whether the one that is written in part is such a one: it stays.
    pub fn withdraw<P>(&mut self, prefix: &str, frames: &mut Frames<P>) -> (usize, bool) {
        let before = self.count;
        let mut ring = std::mem::take(&mut self.ring);
        ring.retain(|handle| {
            let stays = !frames.is_tagged(*handle, prefix);
            if !stays {
                self.forget(*handle, frames);
            }
            stays
        });
        self.ring = ring;
        self.trim();
        let torn = self.started.is_some_and(|started| frames.is_tagged(started.handle, prefix));
        ((before - self.count) as usize, torn)
    }

    /// The birth of the frame that is written in part.
    pub fn started<P>(&self, frames: &Frames<P>) -> Option<u64> {
        self.started.map(|started| frames.get(started.handle).birth)
    }

    /// Drops all that is not started.
    pub fn discard<P>(&mut self, frames: &mut Frames<P>) {
        for handle in self.ring.drain(..) {
            frames.let_go(handle, 1);
        }
        self.keyed.clear();
        self.trim();
        self.sheddable = Default::default();
        let rest = self.started.map(|started| frames.get(started.handle).size - started.offset as usize);
        self.count = rest.map_or(0, |_| 1);
        self.bytes = rest.unwrap_or(0);
    }

    pub fn clear<P>(&mut self, frames: &mut Frames<P>) {
        self.discard(frames);
        self.end_started(frames);
    }

    fn end_started<P>(&mut self, frames: &mut Frames<P>) {
        if let Some(started) = self.started.take() {
            self.count -= 1;
            self.bytes -= frames.get(started.handle).size - started.offset as usize;
            frames.let_go(started.handle, 1);
        }
    }

    /// Leaves out one class after the other, the cheapest first, until half of the caps is enough. A class
    /// goes as a whole: so a frame that makes room does not have to be searched for each time.
    fn shed<P>(&mut self, frames: &mut Frames<P>, limits: &Limits) -> usize {
        let before = self.count;
        for (place, class) in Class::SHED.into_iter().enumerate() {
            if !self.over(limits, 2) {
                break;
            }
            if self.sheddable[place] > 0 {
                let mut ring = std::mem::take(&mut self.ring);
                ring.retain(|handle| {
                    let stays = frames.get(*handle).class != class;
                    if !stays {
                        self.forget(*handle, frames);
                    }
                    stays
                });
                self.ring = ring;
            }
        }
        self.trim();
        (before - self.count) as usize
    }

    /// The books for a frame that has left the ring for good.
    fn forget<P>(&mut self, handle: u32, frames: &mut Frames<P>) {
        let frame = frames.get(handle);
        self.count -= 1;
        self.bytes -= frame.size;
        if let Some(class) = frame.class.sheddable() {
            self.sheddable[class] -= 1;
            self.forget_keyed(frame.key.map(|key| (key, frame.birth)));
        }
        frames.let_go(handle, 1);
    }

    /// Notes the newest frame of a key; the one before it.
    fn replace_keyed(&mut self, key: u64, birth: u64) -> Option<u64> {
        match self.keyed.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => Some(std::mem::replace(&mut self.keyed[at].1, birth)),
            Err(at) => {
                self.keyed.insert(at, (key, birth));
                None
            }
        }
    }

    /// Forgets a key, unless a newer frame has it.
    fn forget_keyed(&mut self, keyed: Option<(u64, u64)>) {
        if let Some(at) = keyed.and_then(|pair| self.keyed.binary_search(&pair).ok()) {
            self.keyed.remove(at);
        }
    }

    /// Gives back what a backlog has grown.
    fn trim(&mut self) {
        if self.ring.is_empty() && self.ring.capacity() > KEPT {
            self.ring = VecDeque::new();
        }
        if self.keyed.is_empty() && self.keyed.capacity() > KEPT_KEYS {
            self.keyed = Vec::new();
        }
    }

    /// Whether it holds more than the `part`-th part of a cap.
    fn over(&self, limits: &Limits, part: usize) -> bool {
        self.bytes > limits.max_bytes / part || self.count as usize > limits.max_frames / part
    }

    /// Panics unless the invariants hold. For tests.
    pub fn assert_invariants<P>(&self, frames: &Frames<P>, limits: &Limits) {
        let waiting: Vec<_> = self.ring.iter().map(|handle| frames.get(*handle)).collect();
        assert!(waiting.windows(2).all(|pair| pair[0].birth < pair[1].birth));
        assert!(!self.ring.is_empty() || self.ring.capacity() <= KEPT);
        assert!(!self.keyed.is_empty() || self.keyed.capacity() <= KEPT_KEYS);
        let mut depth = (waiting.len(), waiting.iter().map(|frame| frame.size).sum::<usize>());
        if let Some(started) = self.started {
            let frame = frames.get(started.handle);
            assert!(started.offset > 0 && (started.offset as usize) < frame.size);
            assert!(waiting.first().is_none_or(|first| first.birth > frame.birth));
            depth = (depth.0 + 1, depth.1 + frame.size - started.offset as usize);
        }
        assert_eq!(self.depth(), depth);
        for (place, class) in Class::SHED.into_iter().enumerate() {
            assert_eq!(self.sheddable[place] as usize, waiting.iter().filter(|frame| frame.class == class).count());
        }
        let mut keys: Vec<_> = waiting.iter().filter_map(|frame| Some((frame.key?, frame.birth))).collect();
        keys.sort_unstable();
        assert_eq!(self.keyed, keys);
        keys.dedup_by_key(|(key, _)| *key);
        assert_eq!(self.keyed, keys);
        assert!(!self.over(limits, 2) || self.sheddable == [0; 3]);
        assert!(!self.over(limits, 1));
    }
}
