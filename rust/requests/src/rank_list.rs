//! A sorted list of ranks that knows the position of each.
//!
//! Blocks of at most [`BLOCK`] ranks stand in a row, and a Fenwick tree holds their lengths. Finding a block
//! and a place inside it are binary searches, the position is one walk down the tree: O(log n). Entering and
//! leaving move at most half a block; a block that splits or vanishes rebuilds the tree, which costs
//! O(n / BLOCK) but happens at most once in BLOCK / 4 changes. (A balanced tree promises O(log n) for every
//! change, but is slower in every measured case and needs twice the memory.)
//!
//! Invariants:
//! - no block is empty, none holds more than [`BLOCK`] ranks;
//! - ranks rise inside a block and from block to block, and no rank occurs twice;
//! - `lengths` is the Fenwick tree of the blocks' lengths, `len` their sum.

use std::collections::VecDeque;

use crate::rank::Rank;

/// Ranks in one block at most. 256 was the best of 64 to 1024 for a queue of 100,000.
const BLOCK: usize = 256;

/// Two neighbours that hold no more than this together become one, well below [`BLOCK`] so that a block at
/// the border does not split and join by turns.
const JOIN: usize = BLOCK / 2;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct RankList {
    blocks: Vec<VecDeque<Rank>>,
    lengths: Vec<usize>,
    len: usize,
}

impl RankList {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many ranks it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Enters a rank; false if it is in already.
    pub fn insert(&mut self, rank: Rank) -> bool {
        let at = self.block_for(&rank);
        if at == self.blocks.len() {
            self.append(rank);
            return true;
        }
        let block = &mut self.blocks[at];
        let Err(place) = block.binary_search(&rank) else {
            return false;
        };
        block.insert(place, rank);
        self.len += 1;
        if block.len() > BLOCK {
            let tail = block.split_off(block.len() / 2);
            block.shrink_to(BLOCK / 2 + BLOCK / 4);
            self.blocks.insert(at + 1, tail);
            self.rebuild();
        } else {
            self.adjust(at, 1);
        }
        true
    }

    /// Takes a rank out; false if it was not in.
    pub fn remove(&mut self, rank: &Rank) -> bool {
        let at = self.block_for(rank);
        let Some(block) = self.blocks.get_mut(at) else {
            return false;
        };
        // Claims take from the front: then there is nothing to search and nothing to move.
        if block.front() == Some(rank) {
            block.pop_front();
        } else {
            let Ok(place) = block.binary_search(rank) else {
                return false;
            };
            block.remove(place);
        }
        self.len -= 1;
        if block.is_empty() {
            self.blocks.remove(at);
            self.rebuild();
        } else if block.len() <= BLOCK / 4 && self.joins(at) {
            let tail = self.blocks.remove(at + 1);
            self.blocks[at].extend(tail);
            self.rebuild();
        } else {
            self.adjust(at, -1);
        }
        true
    }

    /// How many ranks go before this one, whether or not it is in the list. O(log n).
    #[must_use]
    pub fn before(&self, rank: &Rank) -> usize {
        let at = self.block_for(rank);
        let inside = self.blocks.get(at).map_or(0, |block| block.partition_point(|other| other < rank));
        self.sum(at) + inside
    }

    /// The rank that goes first.
    #[must_use]
    pub fn first(&self) -> Option<&Rank> {
        self.blocks.first()?.front()
    }

    /// Bytes allocated.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|block| block.capacity() * size_of::<Rank>()).sum();
        blocks + self.blocks.capacity() * size_of::<VecDeque<Rank>>() + self.lengths.capacity() * size_of::<usize>()
    }

    /// All ranks, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &Rank> {
        self.blocks.iter().flatten()
    }

    /// The block that holds the rank or must take it; `blocks.len()` when it goes after all others.
    fn block_for(&self, rank: &Rank) -> usize {
        // The front is where claims take from: it is worth one look.
        if self.blocks.first().and_then(VecDeque::back).is_some_and(|last| rank <= last) {
            return 0;
        }
        self.blocks.partition_point(|block| block.back().is_some_and(|last| last < rank))
    }

    /// Enters a rank that goes after all others. A full last block is left full: most requests come in order.
    fn append(&mut self, rank: Rank) {
        self.len += 1;
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => {
                block.push_back(rank);
                self.adjust(self.blocks.len() - 1, 1);
            }
            _ => {
                self.blocks.push(VecDeque::from([rank]));
                self.rebuild();
            }
        }
    }

    fn joins(&self, at: usize) -> bool {
        self.blocks.get(at + 1).is_some_and(|next| self.blocks[at].len() + next.len() <= JOIN)
    }

    /// The number of ranks in the blocks before `at`.
    fn sum(&self, at: usize) -> usize {
        let (mut node, mut total) = (at, 0);
        while node > 0 {
            total += self.lengths[node - 1];
            node &= node - 1;
        }
        total
    }

    fn adjust(&mut self, at: usize, by: isize) {
        let mut node = at + 1;
        while node <= self.lengths.len() {
            let length = &mut self.lengths[node - 1];
            *length = length.wrapping_add_signed(by);
            node += node & node.wrapping_neg();
        }
    }

    fn rebuild(&mut self) {
        self.lengths.clear();
        self.lengths.extend(self.blocks.iter().map(VecDeque::len));
        for node in 1..=self.lengths.len() {
            let parent = node + (node & node.wrapping_neg());
            if parent <= self.lengths.len() {
                self.lengths[parent - 1] += self.lengths[node - 1];
            }
        }
    }

    /// Panics unless the invariants hold. For tests: it walks everything.
    #[doc(hidden)]
    pub fn assert_invariants(&self) {
        assert!(self.blocks.iter().all(|block| !block.is_empty() && block.len() <= BLOCK));
        assert!(self.iter().zip(self.iter().skip(1)).all(|(a, b)| a < b));
        let mut total = 0;
        for (at, block) in self.blocks.iter().enumerate() {
            assert_eq!(self.sum(at), total);
            total += block.len();
        }
        assert_eq!(self.len, total);
    }
}
