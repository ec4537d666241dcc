//! What waits to be written to one connection.
//!
//! Invariants:
//! - births rise along the ring, so that a frame is found in it by binary search;
//! - the ring is empty, or its first and last places are taken; at most half of its places (and a few) are
//!   vacant, having lost their frame out of turn;
//! - `keyed` names the one waiting frame of each key; `count`, `bytes` and `sheddable` count what waits;
//! - over half of a cap nothing waits that may be left out, and no cap is exceeded.

use std::collections::{BTreeMap, VecDeque};

use crate::class::Class;
use crate::frames::Frames;

/// A ring no larger than this is kept when it runs empty, to spare most writes an allocation: 64 bytes.
const KEPT: usize = 4;

/// Vacant places that are not worth closing up.
const VACANT: usize = 8;

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
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Losses {
    pub shed: usize,
    pub conflated: usize,
    pub retracted: usize,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    birth: u64,
    frame: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    ring: VecDeque<Place>,
    keyed: BTreeMap<u64, u64>,
    count: usize,
    bytes: usize,
    sheddable: [usize; Class::SHED.len()],
}

impl Outbox {
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Frames and bytes that wait.
    pub fn depth(&self) -> (usize, usize) {
        (self.count, self.bytes)
    }

    /// Queues a frame. False when the outbox is over a cap now: it must be cleared and never used again.
    pub fn push<P>(&mut self, handle: u32, frames: &mut Frames<P>, limits: &Limits, losses: &mut Losses) -> bool {
        frames.hold(handle);
        let frame = frames.get(handle);
        let (birth, key) = (frame.birth, frame.key);
        self.count += 1;
        self.bytes += frame.size;
        if let Some(class) = frame.class.sheddable() {
            self.sheddable[class] += 1;
        }
        self.ring.push_back(Place { birth, frame: Some(handle) });
        if let Some(older) = key.and_then(|key| self.keyed.insert(key, birth)) {
            losses.conflated += usize::from(self.remove(older, frames));
        }
        if self.over(limits, 2) {
            losses.shed += self.shed(frames, limits);
        }
        !self.over(limits, 1)
    }

    /// Takes out the frame of this birth, if it waits here.
    pub fn remove<P>(&mut self, birth: u64, frames: &mut Frames<P>) -> bool {
        let Ok(at) = self.ring.binary_search_by_key(&birth, |place| place.birth) else {
            return false;
        };
        let Some(handle) = self.ring[at].frame.take() else {
            return false;
        };
        self.forget(handle, frames);
        if self.ring.len() > 2 * self.count + VACANT {
            self.ring.retain(|place| place.frame.is_some());
        }
        self.trim();
        true
    }

    /// Takes the next frames, in order: as many as fit into `max_bytes`, but at least one if any waits.
    pub fn drain<P>(&mut self, max_bytes: usize, frames: &mut Frames<P>, mut sink: impl FnMut(&P)) {
        let (mut taken, mut any) = (0_usize, false);
        while let Some(handle) = self.ring.front().and_then(|place| place.frame) {
            let frame = frames.get(handle);
            taken = taken.saturating_add(frame.size);
            if any && taken > max_bytes {
                break;
            }
            any = true;
            sink(&frame.payload);
            self.ring.pop_front();
            self.forget(handle, frames);
            self.trim();
        }
    }

    pub fn clear<P>(&mut self, frames: &mut Frames<P>) {
        for handle in self.ring.drain(..).filter_map(|place| place.frame) {
            frames.let_go(handle);
        }
        *self = Self::default();
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
                ring.retain(|place| {
                    let Some(handle) = place.frame else {
                        return false;
                    };
                    let stays = frames.get(handle).class != class;
                    if !stays {
                        self.forget(handle, frames);
                    }
                    stays
                });
                self.ring = ring;
            }
        }
        self.trim();
        before - self.count
    }

    /// The books for a frame that has left the ring.
    fn forget<P>(&mut self, handle: u32, frames: &mut Frames<P>) {
        let frame = frames.get(handle);
        self.count -= 1;
        self.bytes -= frame.size;
        if let Some(class) = frame.class.sheddable() {
            self.sheddable[class] -= 1;
        }
        if let Some(key) = frame.key {
            if self.keyed.get(&key) == Some(&frame.birth) {
                self.keyed.remove(&key);
            }
        }
        frames.let_go(handle);
    }

    fn trim(&mut self) {
        while self.ring.front().is_some_and(|place| place.frame.is_none()) {
            self.ring.pop_front();
        }
        while self.ring.back().is_some_and(|place| place.frame.is_none()) {
            self.ring.pop_back();
        }
        if self.ring.is_empty() && self.ring.capacity() > KEPT {
            self.ring = VecDeque::new();
        }
    }

    /// Whether it holds more than the `part`-th part of a cap.
    fn over(&self, limits: &Limits, part: usize) -> bool {
        self.bytes > limits.max_bytes / part || self.count > limits.max_frames / part
    }

    /// Panics unless the invariants hold. For tests.
    pub fn assert_invariants<P>(&self, frames: &Frames<P>, limits: &Limits) {
        let waiting: Vec<_> = self.ring.iter().filter_map(|place| place.frame).map(|at| frames.get(at)).collect();
        assert!(self.ring.iter().zip(self.ring.iter().skip(1)).all(|(a, b)| a.birth < b.birth));
        assert!(self
            .ring
            .iter()
            .filter_map(|place| place.frame.map(|at| (place, at)))
            .all(|(place, at)| frames.get(at).birth == place.birth));
        assert!([self.ring.front(), self.ring.back()].iter().flatten().all(|place| place.frame.is_some()));
        assert!(self.ring.len() <= 2 * self.count + VACANT);
        assert!(!self.ring.is_empty() || self.ring.capacity() <= KEPT);
        assert_eq!(self.depth(), (waiting.len(), waiting.iter().map(|frame| frame.size).sum()));
        for (place, class) in Class::SHED.into_iter().enumerate() {
            assert_eq!(self.sheddable[place], waiting.iter().filter(|frame| frame.class == class).count());
        }
        let keys: BTreeMap<_, _> = waiting.iter().filter_map(|frame| Some((frame.key?, frame.birth))).collect();
        assert_eq!(self.keyed, keys);
        assert_eq!(keys.len(), waiting.iter().filter(|frame| frame.key.is_some()).count());
        assert!(!self.over(limits, 2) || self.sheddable == [0; 3]);
        assert!(!self.over(limits, 1));
    }
}
