//! Builds the trees from the sorted atoms, bottom up, with the open directories on a stack.
//!
//! Paths are input: their depth costs memory in proportion, never a call.

use super::super::atom::{Atom, Directory};
use super::{Forest, NOWHERE, Node};

/// A complete part of a tree that waits for its parent.
struct Subtree {
    root: Root,
    first: u32,
    weight: u64,
    weighted_depth: u64,
}

enum Root {
    Atom(u32),
    Node(u32),
}

#[derive(Default)]
struct Growth {
    nodes: Vec<Node>,
    parents: Vec<u32>,
    /// From the widest to the deepest, each inside of the one before.
    open: Vec<u32>,
}

pub(super) fn grow<'a>(atoms: &'a [Atom<'a>]) -> Option<Forest<'a>> {
    // There are fewer directories with two branches than atoms: one check holds for both.
    let count = u32::try_from(atoms.len()).ok().filter(|count| *count < NOWHERE)?;
    let mut growth = Growth { parents: vec![NOWHERE; atoms.len()], ..Growth::default() };
    let next = atoms.iter().skip(1).map(Some).chain([None]);
    for ((index, atom), next) in (0..count).zip(atoms).zip(next) {
        let shared = next.and_then(|next| atom.shared_directory(next));
        growth.add(index, atom.depth(), shared);
    }
    let Growth { nodes, parents, .. } = growth;
    let ranks = ranks(atoms, &nodes);
    Some(Forest { atoms, parents, nodes, ranks, selected: count.into() })
}

impl Growth {
    /// Adds an atom; `shared` is the deepest directory that also holds the next one.
    fn add(&mut self, atom: u32, depth: u64, shared: Option<Directory>) {
        let root = Root::Atom(atom);
        let mut child = Subtree { root, first: atom, weight: 1, weighted_depth: depth };
        // What does not hold the next atom is complete.
        while let Some(node) = self.deepest_open(|end| shared.is_none_or(|kept| end > kept.end)) {
            self.attach(&child, node);
            child = self.close(node, child);
        }
        let Some(shared) = shared else {
            return;
        };
        let held = self.deepest_open(|end| end == shared.end);
        let node = held.unwrap_or_else(|| self.open(shared, child.first));
        self.attach(&child, node);
    }

    /// Returns the deepest open directory if its end is as wanted.
    fn deepest_open(&self, wanted: impl Fn(usize) -> bool) -> Option<u32> {
        let id = *self.open.last()?;
        self.nodes.get(id as usize).is_some_and(|node| wanted(node.end)).then_some(id)
    }

    fn open(&mut self, directory: Directory, first: u32) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NOWHERE);
        let Directory { end, depth } = directory;
        self.nodes.push(Node {
            parent: NOWHERE,
            first,
            end,
            depth,
            selected: 0,
            weight: 0,
            weighted_depth: 0,
            is_merged: false,
        });
        self.open.push(id);
        id
    }

    fn attach(&mut self, child: &Subtree, parent: u32) {
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            node.selected += child.weight;
            node.weight += child.weight;
            node.weighted_depth += child.weighted_depth;
        }
        let place = match child.root {
            Root::Atom(atom) => self.parents.get_mut(atom as usize),
            Root::Node(node) => self.nodes.get_mut(node as usize).map(|node| &mut node.parent),
        };
        if let Some(place) = place {
            *place = parent;
        }
    }

    /// Takes the deepest open directory, complete with its last child, off the stack.
    fn close(&mut self, id: u32, last: Subtree) -> Subtree {
        self.open.pop();
        self.nodes.get(id as usize).map_or(last, |node| Subtree {
            root: Root::Node(id),
            first: node.first,
            weight: node.weight,
            weighted_depth: node.weighted_depth,
        })
    }
}

/// Returns the nodes in the order of their selectors.
fn ranks(atoms: &[Atom<'_>], nodes: &[Node]) -> Vec<u32> {
    let directory = |id: u32| {
        let node = nodes.get(id as usize)?;
        atoms.get(node.first as usize).map(|atom| atom.directory(node.end))
    };
    let mut ranks: Vec<u32> = (0..NOWHERE).take(nodes.len()).collect();
    ranks.sort_by(|left, right| match (directory(*left), directory(*right)) {
        (Some(left), Some(right)) => left.selector_order(&right),
        _ => left.cmp(right),
    });
    ranks
}
