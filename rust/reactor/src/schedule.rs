//! Which connections are to be written, and when.
//!
//! Invariants: a connection whose state is `Dirty` stands in `dirty`, one that is `Lazy` in `fresh` or, with its
//! deadline, in `lazy`. What stands there in another state, or with another deadline, is out of date and passed over.

use std::collections::VecDeque;

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
    states: Vec<State>,
    deadlines: Vec<f64>,
    dirty: VecDeque<u32>,
    fresh: Vec<u32>,
    lazy: VecDeque<(u32, f64)>,
}

impl Schedule {
    /// Makes room for a slot, and forgets who had it before.
    pub fn open(&mut self, slot: u32) {
        let place = slot as usize;
        if self.states.len() <= place {
            self.states.resize(place + 1, State::Idle);
            self.deadlines.resize(place + 1, f64::INFINITY);
        }
        self.states[place] = State::Idle;
    }

    pub fn set(&mut self, slot: u32, state: State) {
        self.states[slot as usize] = state;
        if state == State::Dirty {
            self.dirty.push_back(slot);
        }
    }

    pub fn state(&self, slot: u32) -> State {
        self.states[slot as usize]
    }

    /// A frame was queued.
    #[inline]
    pub fn queued(&mut self, slot: u32, lazy: bool) {
        let state = &mut self.states[slot as usize];
        match (*state, lazy) {
            (State::Idle, true) => {
                *state = State::Lazy;
                self.deadlines[slot as usize] = f64::INFINITY;
                self.fresh.push(slot);
            }
            (State::Idle | State::Lazy, false) => {
                *state = State::Dirty;
                self.dirty.push_back(slot);
            }
            _ => {}
        }
    }

    /// Gives those that have begun to wait their deadline, and lets those go whose deadline has come.
    pub fn advance(&mut self, now: f64, patience: f64) {
        let Self { states, deadlines, dirty, fresh, lazy } = self;
        for slot in fresh.drain(..) {
            if states[slot as usize] == State::Lazy && deadlines[slot as usize] == f64::INFINITY {
                deadlines[slot as usize] = now + patience;
                lazy.push_back((slot, now + patience));
            }
        }
        while let Some(&(slot, deadline)) = lazy.front().filter(|(_, deadline)| *deadline <= now) {
            lazy.pop_front();
            if states[slot as usize] == State::Lazy && deadlines[slot as usize].to_bits() == deadline.to_bits() {
                states[slot as usize] = State::Dirty;
                dirty.push_back(slot);
            }
        }
    }

    /// When the next one has waited enough.
    pub fn next_deadline(&mut self) -> Option<f64> {
        while let Some(&(slot, deadline)) = self.lazy.front() {
            let place = slot as usize;
            if self.states[place] == State::Lazy && self.deadlines[place].to_bits() == deadline.to_bits() {
                return Some(deadline);
            }
            self.lazy.pop_front();
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
        let state = &mut self.states[slot as usize];
        if *state != State::Dirty {
            return None;
        }
        *state = State::Idle;
        Some(slot)
    }
}
