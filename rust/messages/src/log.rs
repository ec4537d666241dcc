//! The last messages of a channel as they were told, until somebody wants to read them.

use std::collections::VecDeque;

/// What came in late, and how much of it is here no more.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// The frames that told of the messages, the oldest first.
    pub told: Vec<Box<[u8]>>,
    /// The number of the last message that there was no room for; 0: there was for all.
    pub dropped: u64,
}

/// Invariant: it holds the last messages that were told with a number up to `tail`, no more than `keep`, in order.
#[derive(Debug)]
pub struct Log {
    tail: u64,
    keep: usize,
    late: VecDeque<(u64, Box<[u8]>)>,
    dropped: u64,
}

impl Log {
    /// Of a channel whose last event so far has this number.
    #[must_use]
    pub fn new(tail: u64, keep: usize) -> Self {
        Self { tail, keep, late: VecDeque::new(), dropped: 0 }
    }

    /// The number of the last event.
    #[must_use]
    pub fn tail(&self) -> u64 {
        self.tail
    }

    /// An event that is kept elsewhere.
    pub fn moved(&mut self, tail: u64) {
        self.tail = self.tail.max(tail);
    }

    /// A message with this number was told by this frame. False: it is known already.
    pub fn told(&mut self, seq: u64, frame: &[u8]) -> bool {
        if seq <= self.tail {
            return false;
        }
        self.tail = seq;
        self.late.push_back((seq, frame.into()));
        if self.late.len() > self.keep {
            self.dropped = self.late.pop_front().map_or(0, |(seq, _)| seq);
        }
        true
    }

    /// How many are here.
    #[must_use]
    pub fn len(&self) -> usize {
        self.late.len()
    }

    /// Whether none is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.late.is_empty()
    }

    /// Gives them away.
    pub fn take(&mut self) -> Late {
        let told = self.late.drain(..).map(|(_, frame)| frame).collect();
        Late { told, dropped: std::mem::take(&mut self.dropped) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_told_again() {
        let mut log = Log::new(5, 2);
        assert!(!log.told(5, b"five"));
        assert!(log.told(6, b"six"));
        log.moved(7);
        assert!(!log.told(7, b"seven"));
        assert_eq!(log.tail(), 7);
        assert_eq!(log.take(), Late { told: vec![(*b"six").into()], dropped: 0 });
        assert!(log.is_empty());
    }

    #[test]
    fn the_last_ones_are_kept() {
        let mut log = Log::new(0, 2);
        for seq in 1..=5 {
            log.told(seq, &[0]);
        }
        assert_eq!(log.len(), 2);
        let late = log.take();
        assert_eq!((late.told.len(), late.dropped), (2, 3));
        assert_eq!(log.take(), Late::default());
    }
}
