//! An effect cut in two: the group that no merge leaves, and the path inside of it.
//!
//! The cut makes all kinds of selectors alike. Inside a group an effect covers another exactly when
//! its path is a directory, or the group itself, and begins the other's path.

use std::cmp::Ordering;

use super::{CanonicalEffect, EffectOp};

const RELATIVE: &str = "fs:./";
const ABSOLUTE: &str = "fs:/";

/// One effect.
///
/// Shape: the group is `fs:./`, `fs:/`, `net:scheme://host/` or, where nothing may be merged, the
/// whole selector; the path is what follows, empty for the group itself. Ordered by operation, group
/// and path, so that what an effect covers stands directly behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Atom<'a> {
    pub(super) op: EffectOp,
    group: &'a str,
    path: &'a str,
}

/// A directory by its place in a path below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directory {
    /// Bytes of the path up to and with the directory's `/`.
    pub(super) end: usize,
    /// Segments up to the directory; none for the group itself.
    pub(super) depth: u64,
}

impl<'a> Atom<'a> {
    pub(super) fn of(effect: &'a CanonicalEffect) -> Self {
        let selector = effect.selector.as_str();
        let (group, path) = match effect.op {
            EffectOp::ReadFS | EffectOp::WriteFS => split_path(selector),
            EffectOp::Network => split_address(selector).unwrap_or((selector, "")),
            EffectOp::Exec | EffectOp::Publish => (selector, ""),
        };
        Self { op: effect.op, group, path }
    }

    pub(super) fn covers(&self, other: &Self) -> bool {
        self.is_in_group_of(other)
            && (self.path == other.path
                || (self.is_directory() && other.path.starts_with(self.path)))
    }

    /// Returns how many segments the path has.
    pub(super) fn depth(&self) -> u64 {
        let whole = self.path.bytes().filter(|byte| *byte == b'/').count() as u64;
        whole + u64::from(!self.is_directory())
    }

    /// Returns the deepest directory that holds both; none when the groups differ.
    pub(super) fn shared_directory(&self, other: &Self) -> Option<Directory> {
        if !self.is_in_group_of(other) {
            return None;
        }
        let mut shared = Directory { end: 0, depth: 0 };
        let pairs = self.path.bytes().zip(other.path.bytes());
        for (index, (byte, _)) in pairs.take_while(|(left, right)| left == right).enumerate() {
            if byte == b'/' {
                shared = Directory { end: index + 1, depth: shared.depth + 1 };
            }
        }
        Some(shared)
    }

    /// Returns the directory that ends at this byte of the path.
    pub(super) fn directory(&self, end: usize) -> Self {
        Self { path: self.path.get(..end).unwrap_or(self.path), ..*self }
    }

    /// Returns the effect itself.
    pub(super) fn effect(&self) -> CanonicalEffect {
        let (head, tail) = self.spelling();
        CanonicalEffect { op: self.op, selector: [head, tail].concat() }
    }

    /// Orders by the bytes of the selector and then by the operation: the order of merges that cost
    /// the same.
    pub(super) fn selector_order(&self, other: &Self) -> Ordering {
        let ((head, tail), (other_head, other_tail)) = (self.spelling(), other.spelling());
        let bytes = if head == other_head {
            tail.cmp(other_tail)
        } else {
            head.bytes().chain(tail.bytes()).cmp(other_head.bytes().chain(other_tail.bytes()))
        };
        bytes.then(self.op.cmp(&other.op))
    }

    /// Returns the selector in two pieces; only the group of relative paths itself shows its dot.
    fn spelling(&self) -> (&'a str, &'a str) {
        let is_named = self.group == RELATIVE && !self.path.is_empty();
        (if is_named { "fs:" } else { self.group }, self.path)
    }

    fn is_in_group_of(&self, other: &Self) -> bool {
        self.op == other.op && self.group == other.group
    }

    fn is_directory(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }
}

/// Cuts effects and sorts them, each once.
pub(super) fn sorted(effects: &[CanonicalEffect]) -> Vec<Atom<'_>> {
    let mut atoms: Vec<_> = effects.iter().map(Atom::of).collect();
    // The stable sort finds the long runs of a list that was normalised before.
    atoms.sort();
    atoms.dedup();
    atoms
}

/// Leaves out what another effect of the sorted list covers.
pub(super) fn drop_covered(atoms: &mut Vec<Atom<'_>>) {
    atoms.dedup_by(|next, kept| kept.covers(next));
}

fn split_path(selector: &str) -> (&str, &str) {
    if selector == RELATIVE {
        (RELATIVE, "")
    } else if let Some(path) = selector.strip_prefix(ABSOLUTE) {
        (ABSOLUTE, path)
    } else {
        (RELATIVE, selector.strip_prefix("fs:").unwrap_or(selector))
    }
}

/// Cuts an address behind the first `/` after its host.
pub(super) fn split_address(selector: &str) -> Option<(&str, &str)> {
    let host = selector.find("://")? + "://".len();
    let path = host + selector.get(host..)?.find('/')? + 1;
    selector.split_at_checked(path)
}
