//! Values behind small handles that are used again.
//!
//! Invariant: `free` names exactly the vacant places, each once.

#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub fn insert(&mut self, value: T) -> u32 {
        if let Some(handle) = self.free.pop() {
            self.places[handle as usize] = Some(value);
            return handle;
        }
        self.places.push(Some(value));
        small(self.places.len() - 1)
    }

    pub fn remove(&mut self, handle: u32) -> Option<T> {
        let value = self.places.get_mut(handle as usize)?.take()?;
        self.free.push(handle);
        if self.free.len() == self.places.len() && self.places.len() > 1024 {
            // What a peak has grown goes back.
            *self = Self::default();
        }
        Some(value)
    }

    pub fn get(&self, handle: u32) -> Option<&T> {
        self.places.get(handle as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        self.places.get_mut(handle as usize)?.as_mut()
    }

    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten()
    }
}

/// Positions are kept in 32 bits, since there are many of them.
pub(crate) fn small(position: usize) -> u32 {
    u32::try_from(position).expect("memory ends before four thousand million places")
}
