//! The last messages of a channel as they were told, until somebody wants to read them.

use std::collections::VecDeque;
use std::sync::Arc;

/// What came in late, and how much of it is here no more.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// Who wrote each message, and the frame that told of it, the oldest first.
    pub told: Vec<(Arc<str>, Box<[u8]>)>,
    /// The number of the last message that there was no room for; 0: there was for all.
    pub dropped: u64,
}

/// Invariant: it holds the last messages that were told with a number up to `tail`, no more than `keep`, in order.
#[derive(Debug)]
pub struct Log {
    tail: u64,
    keep: usize,
    late: VecDeque<(u64, Arc<str>, Box<[u8]>)>,
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

    /// A message with this number, by this author, was told by this frame. False: it is known already.
    pub fn told(&mut self, seq: u64, author: &Arc<str>, frame: &[u8]) -> bool {
        if seq <= self.tail {
            return false;
        }
        self.tail = seq;
        self.late.push_back((seq, Arc::clone(author), frame.into()));
        if self.late.len() > self.keep {
            self.dropped = self.late.pop_front().map_or(0, |(seq, ..)| seq);
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
        let told = self.late.drain(..).map(|(_, author, frame)| (author, frame)).collect();
        Late { told, dropped: std::mem::take(&mut self.dropped) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_told_again() {
        let (mut log, ann) = (Log::new(5, 2), "ann".into());
        assert!(!log.told(5, &ann, b"five"));
        assert!(log.told(6, &ann, b"six"));
        log.moved(7);
        assert!(!log.told(7, &ann, b"seven"));
        assert_eq!(log.tail(), 7);
        assert_eq!(log.take(), Late { told: vec![(ann, (*b"six").into())], dropped: 0 });
        assert!(log.is_empty());
    }

    #[test]
    fn the_last_ones_are_kept() {
        let mut log = Log::new(0, 2);
        for seq in 1..=5 {
            log.told(seq, &"ann".into(), &[0]);
        }
        assert_eq!(log.len(), 2);
        let late = log.take();
        assert_eq!((late.told.len(), late.dropped), (2, 3));
        assert_eq!(log.take(), Late::default());
    }
}
