//! Who is in which group.
//!
//! Members are known by the slot of their connection. Joining and leaving are O(1), going over the members
//! of a group is a walk along one dense list.
//!
//! Invariants:
//! - for each membership, `places` says where the slot stands in the group's list and where the group
//!   stands in the slot's list; both lists hold nothing else;
//! - no group without members.

use std::collections::HashMap;
use std::sync::Arc;

use crate::slab::{small, Slab};

#[derive(Clone, Debug)]
struct Group {
    name: Arc<str>,
    members: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    in_group: u32,
    in_slot: u32,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    names: HashMap<Arc<str>, u32>,
    alive: Slab<Group>,
    /// By slot: the groups it is in.
    joined: Vec<Vec<u32>>,
    places: HashMap<(u32, u32), Place>,
}

impl Groups {
    pub fn len(&self) -> usize {
        self.alive.len()
    }

    pub fn memberships(&self) -> usize {
        self.places.len()
    }

    /// False if it was in already.
    pub fn join(&mut self, slot: u32, name: &str) -> bool {
        let group = self.names.get(name).copied().unwrap_or_else(|| self.create(name));
        if self.places.contains_key(&(slot, group)) {
            return false;
        }
        if self.joined.len() <= slot as usize {
            self.joined.resize_with(slot as usize + 1, Vec::new);
        }
        let joined = &mut self.joined[slot as usize];
        let members = &mut self.alive.get_mut(group).expect("a named group lives").members;
        self.places.insert((slot, group), Place { in_group: small(members.len()), in_slot: small(joined.len()) });
        joined.push(group);
        members.push(slot);
        true
    }

    /// False if it was not in.
    pub fn leave(&mut self, slot: u32, name: &str) -> bool {
        let Some(&group) = self.names.get(name) else {
            return false;
        };
        let Some(place) = self.places.remove(&(slot, group)) else {
            return false;
        };
        let joined = &mut self.joined[slot as usize];
        joined.swap_remove(place.in_slot as usize);
        if let Some(moved) = joined.get(place.in_slot as usize) {
            if let Some(other) = self.places.get_mut(&(slot, *moved)) {
                other.in_slot = place.in_slot;
            }
        }
        self.drop_member(group, place.in_group);
        true
    }

    /// Leaves all groups; their names, sorted.
    pub fn leave_all(&mut self, slot: u32) -> Vec<Arc<str>> {
        let left = self.of(slot);
        for group in self.joined.get_mut(slot as usize).map(std::mem::take).unwrap_or_default() {
            if let Some(place) = self.places.remove(&(slot, group)) {
                self.drop_member(group, place.in_group);
            }
        }
        left
    }

    /// The slots in a group, in no particular order.
    pub fn members(&self, name: &str) -> &[u32] {
        let group = self.names.get(name).and_then(|group| self.alive.get(*group));
        group.map_or(&[], |group| &group.members)
    }

    /// The groups of a slot, sorted.
    pub fn of(&self, slot: u32) -> Vec<Arc<str>> {
        let joined = self.joined.get(slot as usize).into_iter().flatten();
        let mut names: Vec<_> =
            joined.filter_map(|group| self.alive.get(*group)).map(|group| Arc::clone(&group.name)).collect();
        names.sort_unstable();
        names
    }

    fn create(&mut self, name: &str) -> u32 {
        let name: Arc<str> = name.into();
        let group = self.alive.insert(Group { name: Arc::clone(&name), members: Vec::new() });
        self.names.insert(name, group);
        group
    }

    fn drop_member(&mut self, handle: u32, at: u32) {
        let group = self.alive.get_mut(handle).expect("a group with members lives");
        group.members.swap_remove(at as usize);
        if let Some(moved) = group.members.get(at as usize) {
            if let Some(other) = self.places.get_mut(&(*moved, handle)) {
                other.in_group = at;
            }
        }
        if group.members.is_empty() {
            if let Some(group) = self.alive.remove(handle) {
                self.names.remove(&group.name);
            }
        } else if group.members.len() * 4 < group.members.capacity() {
            group.members.shrink_to(group.members.len() * 2);
        }
    }

    /// Panics unless the invariants hold. For tests.
    pub fn assert_invariants(&self) {
        assert_eq!(self.names.len(), self.alive.len());
        assert_eq!(self.joined.iter().map(Vec::len).sum::<usize>(), self.places.len());
        assert_eq!(self.alive.iter().map(|group| group.members.len()).sum::<usize>(), self.places.len());
        for ((slot, handle), place) in &self.places {
            let group = self.alive.get(*handle).expect("a group with members lives");
            assert_eq!(group.members[place.in_group as usize], *slot);
            assert_eq!(self.joined[*slot as usize][place.in_slot as usize], *handle);
            assert_eq!(self.names.get(&group.name), Some(handle));
        }
    }
}
