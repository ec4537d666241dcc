//! The keys of one rule that are under way, each with the moment at which it is back at rest.
//!
//! A key is remembered by a 64-bit keyed hash alone (`SipHash`, with a secret of this process): 17 bytes a slot, whatever the key's
//! length, and no allocation for each. Two keys that share a hash would share a limit. Among a million keys the chance that any two do
//! is below one in thirty million, and nobody without the secret can look for such a pair.
//!
//! They lie in [`SHARDS`] tables, so that growing, and looking through all of them, goes on in small steps.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Ten million keys are some 150,000 for each: a table of that size doubles within a millisecond or two.
pub(crate) const SHARDS: usize = 64;
/// Bits of the hash that neither place an entry within its table nor tell neighbours apart there.
const SHARD_SHIFT: u32 = 40;

/// A key, hashed. Whoever makes one without [`crate::Pace::key`] answers for a hash that is spread over all bits and that nobody outside can
/// foretell; within one `Pace` all keys are made in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u64);

/// What is hashed already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Never asked for: the keys are `u64`. Right all the same.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Shard = HashMap<u64, i64, BuildHasherDefault<Hashed>>;

#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// Empty until the first key: a rule that nothing is counted under costs nothing.
    shards: Vec<Shard>,
}

impl Keys {
    pub fn new() -> Self {
        Self { shards: Vec::new() }
    }

    pub fn get_mut(&mut self, Key(hash): Key) -> Option<&mut i64> {
        self.shards.get_mut(shard_of(hash))?.get_mut(&hash)
    }

    pub fn insert(&mut self, Key(hash): Key, rest_at: i64) {
        if self.shards.is_empty() {
            self.shards.resize_with(SHARDS, Shard::default);
        }
        if let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert(hash, rest_at);
        }
    }

    pub fn len(&self) -> usize {
        self.shards.iter().map(HashMap::len).sum()
    }

    /// Slots that one table has room for.
    pub fn room_of(&self, shard: usize) -> usize {
        self.shards.get(shard).map_or(0, HashMap::capacity)
    }

    /// Keeps what `stays` in one of the tables; how many went. Memory goes back too, unless it would be wanted again at once.
    pub fn retain(&mut self, shard: usize, mut stays: impl FnMut(&mut i64) -> bool) -> usize {
        let Some(table) = self.shards.get_mut(shard) else { return 0 };
        let before = table.len();
        if before > 0 {
            table.retain(|_, rest_at| stays(rest_at));
        }
        if table.len() * 4 < table.capacity() {
            table.shrink_to(table.len() * 2);
        }
        before - table.len()
    }
}

fn shard_of(hash: u64) -> usize {
    usize::try_from(hash >> SHARD_SHIFT).unwrap_or_default() % SHARDS
}
