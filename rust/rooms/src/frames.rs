//! The frames that wait, each stored once.
//!
//! Invariants:
//! - a frame lives as long as somebody holds it: an outbox, or the call that is just queueing it;
//! - births rise in the order of storing and are never used again;
//! - `keys` and `tags` name exactly the keys and tags of living frames.

use std::collections::HashMap;
use std::sync::Arc;

use crate::class::Class;
use crate::slab::Slab;

/// A frame on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a, P> {
    /// What is given back when it is drained.
    pub payload: P,
    /// What it weighs against the caps, in bytes.
    pub size: usize,
    /// What it is worth.
    pub class: Class,
    /// For receipts, presence and typing: it takes the place of an older frame with the same key.
    pub key: Option<&'a str>,
    /// The name under which it can be retracted.
    pub tag: Option<&'a str>,
}

#[derive(Debug)]
pub(crate) struct Frame<P> {
    pub payload: P,
    pub size: usize,
    pub class: Class,
    pub birth: u64,
    /// The number of its key, if it is one that conflates.
    pub key: Option<u64>,
    key_name: Option<Arc<str>>,
    tag: Option<Arc<str>>,
    holders: usize,
}

/// What queueing has to know about a frame: read once, however many outboxes it goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub handle: u32,
    pub birth: u64,
    pub size: usize,
    pub class: Class,
    pub key: Option<u64>,
}

#[derive(Debug)]
struct Key {
    number: u64,
    frames: usize,
}

#[derive(Debug)]
pub(crate) struct Frames<P> {
    alive: Slab<Frame<P>>,
    /// Keys get numbers, so that an outbox compares numbers and not strings.
    keys: HashMap<Arc<str>, Key>,
    tags: HashMap<Arc<str>, Vec<u64>>,
    births: u64,
}

impl<P> Default for Frames<P> {
    fn default() -> Self {
        Self { alive: Slab::default(), keys: HashMap::new(), tags: HashMap::new(), births: 0 }
    }
}

impl<P> Frames<P> {
    /// Stores a frame with so many holders, at least one, each of which must let it go.
    pub fn store(&mut self, parcel: Parcel<'_, P>, holders: usize) -> Entry {
        let Parcel { payload, size, class, key, tag } = parcel;
        self.births += 1;
        let birth = self.births;
        let key_name = key.filter(|_| class.sheddable().is_some()).map(|name| self.enter_key(name, birth));
        let key = key_name.as_ref().and_then(|name| self.keys.get(name)).map(|key| key.number);
        let tag = tag.map(|name| self.enter_tag(name, birth));
        let handle = self.alive.insert(Frame { payload, size, class, birth, key, key_name, tag, holders });
        Entry { handle, birth, size, class, key }
    }

    pub fn get(&self, handle: u32) -> &Frame<P> {
        self.alive.get(handle).expect("a held frame lives")
    }

    /// So many holders let go; the last one ends the frame.
    pub fn let_go(&mut self, handle: u32, holders: usize) {
        let frame = self.alive.get_mut(handle).expect("a held frame lives");
        frame.holders -= holders;
        if frame.holders == 0 {
            self.end(handle);
        }
    }

    #[cold]
    fn end(&mut self, handle: u32) {
        let Some(frame) = self.alive.remove(handle) else {
            return;
        };
        if let Some(name) = &frame.key_name {
            self.leave_key(name);
        }
        if let Some(name) = &frame.tag {
            self.leave_tag(name, frame.birth);
        }
    }

    /// Whether a frame's tag begins so.
    pub fn is_tagged(&self, handle: u32, prefix: &str) -> bool {
        self.get(handle).tag.as_ref().is_some_and(|tag| tag.starts_with(prefix))
    }

    /// The births of the living frames with this tag, oldest first.
    pub fn tagged(&self, tag: &str) -> &[u64] {
        self.tags.get(tag).map_or(&[], Vec::as_slice)
    }

    fn enter_key(&mut self, name: &str, birth: u64) -> Arc<str> {
        if let Some((known, _)) = self.keys.get_key_value(name) {
            let known = Arc::clone(known);
            if let Some(key) = self.keys.get_mut(name) {
                key.frames += 1;
            }
            return known;
        }
        let fresh: Arc<str> = name.into();
        // A birth is unique, which is all that the number of a key needs to be.
        self.keys.insert(Arc::clone(&fresh), Key { number: birth, frames: 1 });
        fresh
    }

    fn leave_key(&mut self, name: &str) {
        if let Some(key) = self.keys.get_mut(name) {
            key.frames -= 1;
            if key.frames == 0 {
                self.keys.remove(name);
            }
        }
    }

    fn enter_tag(&mut self, name: &str, birth: u64) -> Arc<str> {
        if let Some((known, _)) = self.tags.get_key_value(name) {
            let known = Arc::clone(known);
            if let Some(births) = self.tags.get_mut(name) {
                births.push(birth);
            }
            return known;
        }
        let fresh: Arc<str> = name.into();
        self.tags.insert(Arc::clone(&fresh), vec![birth]);
        fresh
    }

    fn leave_tag(&mut self, name: &str, birth: u64) {
        if let Some(births) = self.tags.get_mut(name) {
            births.retain(|other| *other != birth);
            if births.is_empty() {
                self.tags.remove(name);
            }
        }
    }

    /// Panics unless the invariants hold, given how many outboxes hold something in all. For tests.
    pub fn assert_invariants(&self, held: usize) {
        assert_eq!(self.alive.iter().map(|frame| frame.holders).sum::<usize>(), held);
        assert!(self.alive.iter().all(|frame| frame.holders > 0));
        let tagged = self.alive.iter().filter(|frame| frame.tag.is_some()).count();
        assert_eq!(self.tags.values().map(Vec::len).sum::<usize>(), tagged);
        let keyed = self.alive.iter().filter(|frame| frame.key.is_some()).count();
        assert_eq!(self.keys.values().map(|key| key.frames).sum::<usize>(), keyed);
    }
}
