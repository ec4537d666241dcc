//! A hashed timing wheel: slots of 100 ms, and one entry for each connection, linked through a dense table.
//!
//! Deadlines are exact: the slot of the present is looked at again when its next deadline has come. An entry further
//! ahead than the wheel reaches is passed over, once in a turn.
//!
//! Invariants: an entry is in the ring of its deadline's slot, or nowhere; nothing in a slot before `at` is due.

const SLOT_S: f64 = 0.1;
const SLOTS: i64 = 512;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    deadline: f64,
    before: u32,
    after: u32,
    /// The slot of the wheel that it is in, or `NONE`.
    ring: u32,
}

const ABSENT: Entry = Entry { deadline: f64::INFINITY, before: NONE, after: NONE, ring: NONE };

/// One deadline for each small number.
#[derive(Debug)]
pub struct Wheel {
    entries: Vec<Entry>,
    /// The first entry of each slot.
    rings: Vec<u32>,
    /// The slot of the present, counted from time 0.
    at: i64,
    /// Before this nothing in the slot of the present is due.
    next: f64,
    started: bool,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            rings: vec![NONE; ring_of(SLOTS - 1) + 1],
            at: 0,
            next: f64::INFINITY,
            started: false,
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // Times are seconds: a slot's number is far below 2⁶³.
fn slot_of(time: f64) -> i64 {
    (time / SLOT_S).floor() as i64
}

fn ring_of(slot: i64) -> usize {
    usize::try_from(slot.rem_euclid(SLOTS)).unwrap_or(0)
}

impl Wheel {
    /// Sets or replaces a deadline; an infinite one removes it.
    pub fn set(&mut self, number: u32, deadline: f64) {
        self.remove(number);
        if deadline == f64::INFINITY {
            return;
        }
        let place = number as usize;
        if self.entries.len() <= place {
            self.entries.resize(place + 1, ABSENT);
        }
        // What is due already is found in the slot of the present.
        let slot = if self.started { slot_of(deadline).max(self.at) } else { slot_of(deadline) };
        if slot == self.at || !self.started {
            self.next = self.next.min(deadline);
        }
        let ring = ring_of(slot);
        let first = self.rings[ring];
        if first != NONE {
            self.entries[first as usize].before = number;
        }
        self.entries[place] = Entry { deadline, before: NONE, after: first, ring: u32::try_from(ring).unwrap_or(0) };
        self.rings[ring] = number;
    }

    /// Sets a deadline unless there is an earlier one.
    pub fn at_most(&mut self, number: u32, deadline: f64) {
        if deadline < self.deadline(number) {
            self.set(number, deadline);
        }
    }

    /// The deadline, infinite if there is none.
    #[must_use]
    pub fn deadline(&self, number: u32) -> f64 {
        self.entries.get(number as usize).map_or(f64::INFINITY, |entry| entry.deadline)
    }

    /// Removes a deadline.
    pub fn remove(&mut self, number: u32) {
        let Some(entry) = self.entries.get_mut(number as usize) else {
            return;
        };
        let Entry { before, after, ring, .. } = std::mem::replace(entry, ABSENT);
        if ring == NONE {
            return;
        }
        if before == NONE {
            self.rings[ring as usize] = after;
        } else {
            self.entries[before as usize].after = after;
        }
        if after != NONE {
            self.entries[after as usize].before = before;
        }
    }

    /// Takes out all whose deadline has come, in no particular order.
    pub fn advance(&mut self, now: f64, due: &mut Vec<u32>) {
        let present = slot_of(now);
        if !self.started {
            self.started = true;
            // Whatever was set before the first look at the clock may be anywhere.
            self.at = present - SLOTS;
            self.next = f64::NEG_INFINITY;
        }
        if present < self.at || (present == self.at && now < self.next) {
            return;
        }
        let first = self.at.max(present - SLOTS + 1);
        self.at = present;
        self.next = f64::INFINITY;
        for slot in first..=present {
            let mut number = self.rings[ring_of(slot)];
            while number != NONE {
                let Entry { deadline, after, .. } = self.entries[number as usize];
                if deadline <= now {
                    self.remove(number);
                    due.push(number);
                } else if slot_of(deadline) == present {
                    self.next = self.next.min(deadline);
                }
                number = after;
            }
        }
    }
}
