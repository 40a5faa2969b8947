//! Finds a key among many: open addressing over the members' positions.
//!
//! It holds no keys, decides no order, and hashes with a random key of the process so that chosen keys
//! do not collide.

use std::hash::{BuildHasher, RandomState};

use super::{LINEAR, Member};

#[derive(Clone)]
pub(super) struct Index {
    hasher: RandomState,
    /// A power of two of positions in the members, at most half of them in use.
    slots: Vec<usize>,
}

const FREE: usize = usize::MAX;

impl Index {
    /// Indexes the members, when they are many enough to be worth it.
    pub(super) fn of(members: &[Member]) -> Option<Box<Self>> {
        (members.len() > LINEAR).then(|| {
            let mut index = Self { hasher: RandomState::new(), slots: Vec::new() };
            index.rebuild(members);
            Box::new(index)
        })
    }

    pub(super) fn position(&self, members: &[Member], key: &[u8]) -> Option<usize> {
        let is_key =
            |position: usize| members.get(position).is_some_and(|(name, _)| name.as_wtf8() == key);
        self.probe(key).find_map(|slot| match self.slots.get(slot) {
            Some(&position) if position != FREE => is_key(position).then_some(Some(position)),
            _ => Some(None),
        })?
    }

    /// Takes in the last of the members, whose key no other has.
    pub(super) fn add_last(&mut self, members: &[Member]) {
        if members.len() * 2 > self.slots.len() {
            self.rebuild(members);
        } else if let Some((last, (key, _))) = members.iter().enumerate().next_back() {
            self.add(key.as_wtf8(), last);
        }
    }

    fn rebuild(&mut self, members: &[Member]) {
        self.slots = vec![FREE; (members.len() * 4).next_power_of_two()];
        for (position, (key, _)) in members.iter().enumerate() {
            self.add(key.as_wtf8(), position);
        }
    }

    fn add(&mut self, key: &[u8], position: usize) {
        let free = self.probe(key).find(|&slot| self.slots.get(slot) == Some(&FREE));
        if let Some(slot) = free.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = position;
        }
    }

    /// Yields every slot once, from the key's own on. A free slot always comes up: half of them are.
    fn probe(&self, key: &[u8]) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the mask keeps fewer bits than usize has"
        )]
        let home = self.hasher.hash_one(key) as usize;
        (0..=mask).map(move |step| home.wrapping_add(step) & mask)
    }
}
