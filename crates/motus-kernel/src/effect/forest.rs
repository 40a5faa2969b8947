//! The directories that effects share, and the cheapest of them to merge next.
//!
//! Only directories with at least two branches are kept. One with a single branch holds the same
//! effects as the next one below it, at a higher price, and is never the cheapest.

mod grow;

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::iter;

use super::EffectOp;
use super::atom::Atom;

/// Stands where there is no parent: no arena reaches this far.
const NOWHERE: u32 = u32::MAX;

/// Every group of every operation as a tree, in one arena.
pub(super) struct Forest<'a> {
    /// Sorted, none covered by another.
    atoms: &'a [Atom<'a>],
    /// The directory directly above each atom.
    parents: Vec<u32>,
    nodes: Vec<Node>,
    /// The nodes in the order in which equal prices are paid.
    ranks: Vec<u32>,
    selected: u64,
}

/// One directory.
struct Node {
    parent: u32,
    /// The first atom below.
    first: u32,
    /// Bytes of that atom's path that name the directory.
    end: usize,
    depth: u64,
    /// How many effects below are selected now.
    selected: u64,
    /// How many atoms are below; those below a selected directory count with it.
    weight: u64,
    /// The depth of each selected effect below times its weight, added up. Never more than all atoms
    /// below have bytes, so that no sum overflows.
    weighted_depth: u64,
    is_merged: bool,
}

impl Node {
    /// Returns how many levels of precision a merge loses, over all atoms.
    fn loss(&self) -> u64 {
        self.weighted_depth - self.weight * self.depth
    }
}

/// A merge and its price.
struct Candidate {
    loss: u64,
    /// How many selected effects fewer there are afterwards; not zero.
    saved: u64,
    rank: u32,
}

impl Ord for Candidate {
    /// The price of one effect saved is `(10 * loss + 1 * saved) / saved`. Neither weight changes
    /// which of two prices is higher, so `loss / saved` is compared, without dividing.
    fn cmp(&self, other: &Self) -> Ordering {
        let own = u128::from(self.loss) * u128::from(other.saved);
        let others = u128::from(other.loss) * u128::from(self.saved);
        own.cmp(&others).then(self.rank.cmp(&other.rank))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

impl<'a> Forest<'a> {
    /// Builds the trees over sorted atoms of which none covers another; none when the arena's
    /// indices do not suffice.
    pub(super) fn grow(atoms: &'a [Atom<'a>]) -> Option<Self> {
        grow::grow(atoms)
    }

    /// Returns how many effects are selected.
    pub(super) fn selected(&self) -> u64 {
        self.selected
    }

    /// Merges the cheapest directories of some operations until this many effects are saved, or
    /// until nothing can be merged.
    pub(super) fn merge(&mut self, excess: u64, includes: impl Fn(EffectOp) -> bool) {
        if excess == 0 {
            return;
        }
        let goal = self.selected.saturating_sub(excess);
        let mut heap = self.candidates(includes);
        while self.selected > goal
            && let Some(Reverse(known)) = heap.pop()
        {
            let Some(current) = self.candidate(known.rank) else {
                continue;
            };
            // A merge below was no dearer than this one, so it can only have raised this price:
            // the price known was a lower bound, and nothing cheaper waits in the heap.
            if current > known {
                heap.push(Reverse(current));
            } else if !self.is_inside_merged(self.ranked(known.rank)) {
                self.pay(&current);
            }
        }
    }

    /// Tells whether a whole group was merged.
    pub(super) fn has_merged_root(&self) -> bool {
        self.nodes.iter().any(|node| node.is_merged && node.depth == 0)
    }

    /// Returns the selected effects, in no useful order.
    pub(super) fn cut(&self) -> Vec<Atom<'a>> {
        let merged = self.nodes.iter().filter(|node| node.is_merged);
        let widest = merged.filter(|node| !self.is_inside_merged(node.parent));
        let single = self.atoms.iter().zip(&self.parents);
        let single = single.filter(|(_, parent)| !self.is_inside_merged(**parent));
        let widest = widest.filter_map(|node| self.directory(node));
        widest.chain(single.map(|(atom, _)| *atom)).collect()
    }

    fn candidates(&self, includes: impl Fn(EffectOp) -> bool) -> BinaryHeap<Reverse<Candidate>> {
        let ranks = (0..NOWHERE).zip(&self.ranks);
        let wanted = ranks.filter(|(_, node)| self.op(**node).is_some_and(&includes));
        wanted.filter_map(|(rank, _)| self.candidate(rank).map(Reverse)).collect()
    }

    fn candidate(&self, rank: u32) -> Option<Candidate> {
        let node = self.nodes.get(self.ranked(rank) as usize)?;
        let saved = node.selected.checked_sub(1).filter(|saved| *saved > 0)?;
        Some(Candidate { loss: node.loss(), saved, rank })
    }

    /// Selects a directory in place of everything selected below it.
    fn pay(&mut self, candidate: &Candidate) {
        let mut at = self.ranked(candidate.rank);
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.is_merged = true;
        }
        while let Some(node) = self.nodes.get_mut(at as usize) {
            node.selected -= candidate.saved;
            node.weighted_depth -= candidate.loss;
            at = node.parent;
        }
        self.selected -= candidate.saved;
    }

    /// Tells whether a directory, or one above it, is merged.
    fn is_inside_merged(&self, node: u32) -> bool {
        let above = |node: &&Node| self.nodes.get(node.parent as usize);
        iter::successors(self.nodes.get(node as usize), above).any(|node| node.is_merged)
    }

    fn ranked(&self, rank: u32) -> u32 {
        self.ranks.get(rank as usize).copied().unwrap_or(NOWHERE)
    }

    fn op(&self, node: u32) -> Option<EffectOp> {
        let first = self.nodes.get(node as usize)?.first;
        self.atoms.get(first as usize).map(|atom| atom.op)
    }

    fn directory(&self, node: &Node) -> Option<Atom<'a>> {
        self.atoms.get(node.first as usize).map(|atom| atom.directory(node.end))
    }
}
