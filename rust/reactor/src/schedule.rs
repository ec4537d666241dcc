//! Which connections are to be written, and when.
//!
//! Invariants: a connection whose state is `Dirty` stands in `dirty`, one that is `Lazy` in `fresh` or, with its
//! deadline, in `lazy`. What stands there in another state, or with another deadline, is out of date and passed over.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// How a connection stands with the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing waits.
    Idle,
    /// Only what may wait for a dearer frame.
    Lazy,
    /// To be written by the next flush.
    Dirty,
    /// The socket takes nothing at the moment.
    Blocked,
}

#[derive(Debug, Default)]
pub(crate) struct Schedule {
    places: Vec<Place>,
    dirty: VecDeque<u32>,
    /// Those that have begun to wait since the last flush, which gives them their deadline.
    fresh: Vec<u32>,
    /// By deadline, the next first: as bits, which are in the order of the times, since none is negative.
    lazy: BinaryHeap<Reverse<(u64, u32)>>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    state: State,
    /// The least that any of its frames may wait.
    patience: f64,
    deadline: f64,
}

impl Place {
    const IDLE: Self = Self { state: State::Idle, patience: f64::INFINITY, deadline: f64::INFINITY };
}

impl Schedule {
    /// Makes room for a slot, and forgets who had it before.
    pub fn open(&mut self, slot: u32) {
        let place = slot as usize;
        if self.places.len() <= place {
            self.places.resize(place + 1, Place::IDLE);
        }
        self.places[place] = Place::IDLE;
    }

    pub fn set(&mut self, slot: u32, state: State) {
        self.places[slot as usize].state = state;
        if state == State::Dirty {
            self.dirty.push_back(slot);
        }
    }

    pub fn state(&self, slot: u32) -> State {
        self.places[slot as usize].state
    }

    /// A frame was queued that may wait so long for a dearer one, or not at all.
    #[inline]
    pub fn queued(&mut self, slot: u32, patience: Option<f64>) {
        let place = &mut self.places[slot as usize];
        match (place.state, patience) {
            (State::Idle, Some(patience)) => {
                *place = Place { state: State::Lazy, patience, deadline: f64::INFINITY };
                self.fresh.push(slot);
            }
            (State::Lazy, Some(patience)) if patience < place.patience => {
                place.patience = patience;
                self.fresh.push(slot);
            }
            (State::Idle | State::Lazy, None) => {
                place.state = State::Dirty;
                self.dirty.push_back(slot);
            }
            _ => {}
        }
    }

    /// Gives those that have begun to wait their deadline, and lets those go whose deadline has come.
    pub fn advance(&mut self, now: f64) {
        let Self { places, dirty, fresh, lazy } = self;
        for slot in fresh.drain(..) {
            let place = &mut places[slot as usize];
            if place.state == State::Lazy && now + place.patience < place.deadline {
                place.deadline = now + place.patience;
                lazy.push(Reverse((place.deadline.to_bits(), slot)));
            }
        }
        while let Some(&Reverse((deadline, slot))) = lazy.peek().filter(|next| f64::from_bits(next.0 .0) <= now) {
            lazy.pop();
            let place = &mut places[slot as usize];
            if place.state == State::Lazy && place.deadline.to_bits() == deadline {
                place.state = State::Dirty;
                dirty.push_back(slot);
            }
        }
    }

    /// When the next one has waited enough.
    pub fn next_deadline(&mut self) -> Option<f64> {
        while let Some(&Reverse((deadline, slot))) = self.lazy.peek() {
            let place = self.places[slot as usize];
            if place.state == State::Lazy && place.deadline.to_bits() == deadline {
                return Some(place.deadline);
            }
            self.lazy.pop();
        }
        None
    }

    /// How many are to be written, or were and are gone.
    pub fn dirty(&self) -> usize {
        self.dirty.len()
    }

    /// The next to be written, if it still is: it must be given the state that this leads to. Until then it is idle: a slot
    /// that was given to somebody else meanwhile stands here twice, and is handed out once.
    pub fn pop(&mut self) -> Option<u32> {
        let slot = self.dirty.pop_front()?;
        let place = &mut self.places[slot as usize];
        if place.state != State::Dirty {
            return None;
        }
        place.state = State::Idle;
        Some(slot)
    }
}
