//! MRKL-0.1: one root over many leaves, in memory that grows with the logarithm of their number.
//!
//! Source: MOTUS-SPEC-V0.1 §2 Algorithm 3 and §3.

use crate::Digest;

macro_rules! separators {
    ($tag:literal) => {
        const {
            &Separators {
                tag: $tag,
                leaf: concat!("MOTUS|MRKL|", $tag, "|LEAF|0.1|").as_bytes(),
                node: concat!("MOTUS|MRKL|", $tag, "|NODE|0.1|").as_bytes(),
                empty: concat!("MOTUS|MRKL|", $tag, "|EMPTY|0.1|").as_bytes(),
            }
        }
    };
}

/// Says what the leaves are, so that a leaf of one tree is never one of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// Events in order.
    EventLog,
    /// Inputs, then outputs.
    Artifacts,
    /// Evidence files.
    Evidence,
    /// Items of the lens.
    Lens,
    /// Declared effects.
    Effects,
    /// Results of gates.
    Gates,
    /// Results of checks.
    Verification,
    /// Child loops.
    Workgraph,
}

impl Tree {
    /// Every tree, in the order of the proof digest.
    pub const ALL: [Self; 8] = [
        Self::EventLog,
        Self::Artifacts,
        Self::Evidence,
        Self::Lens,
        Self::Effects,
        Self::Gates,
        Self::Verification,
        Self::Workgraph,
    ];

    /// Returns the name that stands in the domain separators.
    pub fn tag(self) -> &'static str {
        self.separators().tag
    }

    fn separators(self) -> &'static Separators {
        match self {
            Self::EventLog => separators!("EVENTLOG"),
            Self::Artifacts => separators!("ARTIFACTS"),
            Self::Evidence => separators!("EVIDENCE"),
            Self::Lens => separators!("LENS"),
            Self::Effects => separators!("EFFECTS"),
            Self::Gates => separators!("GATES"),
            Self::Verification => separators!("VERIFICATION"),
            Self::Workgraph => separators!("WORKGRAPH"),
        }
    }
}

/// What stands before the bytes that are hashed.
struct Separators {
    tag: &'static str,
    leaf: &'static [u8],
    node: &'static [u8],
    empty: &'static [u8],
}

/// Takes leaves one by one and gives their root.
///
/// Shape: where a level has an odd number of hashes the last is paired with itself, so that `[a,b,c]` and
/// `[a,b,c,c]` have one root: whoever uses a tree refuses repeated leaves.
#[derive(Debug, Clone)]
pub struct Merkle {
    tree: Tree,
    /// For each level the hash that still waits for its right neighbour.
    waiting: Vec<Option<Digest>>,
}

impl Merkle {
    /// Starts a tree without leaves.
    pub fn new(tree: Tree) -> Self {
        Self { tree, waiting: Vec::new() }
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        self.push_hash(leaf_hash(self.tree, leaf));
    }

    /// Takes the next leaf, which was hashed already.
    pub(crate) fn push_hash(&mut self, mut hash: Digest) {
        let node = self.tree.separators().node;
        for level in &mut self.waiting {
            match level.take() {
                None => {
                    *level = Some(hash);
                    return;
                }
                Some(left) => hash = pair(node, &left, &hash),
            }
        }
        self.waiting.push(Some(hash));
    }

    /// Returns the root of the leaves taken.
    pub fn root(&self) -> Digest {
        let Separators { node, empty, .. } = self.tree.separators();
        let mut carried: Option<Digest> = None;
        let top = self.waiting.len().saturating_sub(1);
        for (level, waiting) in self.waiting.iter().enumerate() {
            carried = match (waiting, carried) {
                (Some(left), Some(right)) => Some(pair(node, left, &right)),
                (Some(last), None) if level < top => Some(pair(node, last, last)),
                (None, Some(last)) => Some(pair(node, &last, &last)),
                (last, None) => *last,
            };
        }
        carried.unwrap_or_else(|| Digest::of(&[empty]))
    }
}

/// Hashes a leaf.
pub(crate) fn leaf_hash(tree: Tree, leaf: &[u8]) -> Digest {
    Digest::of(&[tree.separators().leaf, leaf])
}

fn pair(separator: &[u8], left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[separator, left.as_bytes(), right.as_bytes()])
}

/// Returns the root over leaves that are all there.
pub fn root<'l>(tree: Tree, leaves: impl IntoIterator<Item = &'l [u8]>) -> Digest {
    let mut merkle = Merkle::new(tree);
    for leaf in leaves {
        merkle.push(leaf);
    }
    merkle.root()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(tree: Tree, what: &str) -> Vec<u8> {
        format!("MOTUS|MRKL|{}|{what}|0.1|", tree.tag()).into_bytes()
    }

    /// Algorithm 3 word for word: level by level, the last one doubled where a level is odd.
    fn by_the_letter(tree: Tree, leaves: &[Vec<u8>]) -> Digest {
        let mut level: Vec<Digest> =
            leaves.iter().map(|leaf| Digest::of(&[&separator(tree, "LEAF"), leaf])).collect();
        if level.is_empty() {
            return Digest::of(&[&separator(tree, "EMPTY")]);
        }
        while level.len() > 1 {
            if level.len() % 2 == 1 {
                level.push(level[level.len() - 1]);
            }
            let node = separator(tree, "NODE");
            level = level.chunks(2).map(|two| pair(&node, &two[0], &two[1])).collect();
        }
        level[0]
    }

    #[test]
    fn every_size_has_the_root_of_the_letter() {
        for size in 0..=130_u32 {
            let leaves: Vec<Vec<u8>> = (0..size).map(|leaf| leaf.to_be_bytes().to_vec()).collect();
            let found = root(Tree::Lens, leaves.iter().map(Vec::as_slice));
            assert_eq!(found, by_the_letter(Tree::Lens, &leaves), "{size} leaves");
        }
    }

    /// p06: the root of nothing is the hash of the separator, another for every tree.
    #[test]
    fn p06_the_empty_roots_are_those_of_the_published_bundles() {
        let empty = |tree| root(tree, []).to_string();
        assert_eq!(
            empty(Tree::Workgraph),
            "9a529aadc7e1bc1d690e3296e899adcb944a081aa270d23c6e46db1b373a3c80"
        );
        assert!(empty(Tree::Gates).starts_with("2935a329"));
        let roots: std::collections::BTreeSet<String> = Tree::ALL.map(empty).into();
        assert_eq!(roots.len(), 8);
    }

    #[test]
    fn a_repeated_last_leaf_has_the_same_root_and_must_be_refused_elsewhere() {
        let three: [&[u8]; 3] = [b"a", b"b", b"c"];
        let four: [&[u8]; 4] = [b"a", b"b", b"c", b"c"];
        assert_eq!(root(Tree::Evidence, three), root(Tree::Evidence, four));
    }

    #[test]
    fn a_node_is_no_leaf() {
        let (left, right) = (Digest::of(&[b"l"]), Digest::of(&[b"r"]));
        let bytes = [left.as_bytes().as_slice(), right.as_bytes()].concat();
        let as_leaf = root(Tree::Gates, [bytes.as_slice()]);
        assert_ne!(as_leaf, pair(&separator(Tree::Gates, "NODE"), &left, &right));
    }
}
