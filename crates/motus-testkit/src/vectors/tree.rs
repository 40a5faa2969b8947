//! Roots by hand, for vectors whose root is right but for one idea.

use motus_json::Value;
use motus_kernel::Digest;

use crate::bundle::Parts;

/// Says how a root is computed, beside its leaves.
#[derive(Clone, Copy)]
pub(super) struct Recipe {
    /// The name in the separators.
    pub(super) tag: &'static str,
    /// Whether the last of an odd number goes up as it is, and is not doubled.
    pub(super) promotes: bool,
}

impl Recipe {
    pub(super) const fn of(tag: &'static str) -> Self {
        Self { tag, promotes: false }
    }

    /// Returns the root over leaves as they stand, at least one.
    pub(super) fn root(self, leaves: &[String]) -> String {
        let separator = |what| format!("MOTUS|MRKL|{}|{what}|0.1|", self.tag);
        let hash = |leaf: &String| Digest::of(&[separator("LEAF").as_bytes(), leaf.as_bytes()]);
        let mut level: Vec<Digest> = leaves.iter().map(hash).collect();
        while level.len() > 1 {
            level = level.chunks(2).map(|pair| self.node(&separator("NODE"), pair)).collect();
        }
        level.first().expect("there is a leaf").to_string()
    }

    fn node(self, separator: &str, pair: &[Digest]) -> Digest {
        match pair {
            [last] if self.promotes => *last,
            [left, .., right] | [left @ right] => {
                Digest::of(&[separator.as_bytes(), left.as_bytes(), right.as_bytes()])
            }
            [] => Digest::ZERO,
        }
    }
}

/// Claims a root and seals above it.
pub(super) fn claim(parts: &mut Parts, name: &str, root: String) {
    let roots = parts.in_receipt(&["integrity", "roots"]);
    roots.as_object_mut().expect("there are roots").insert(name, Value::from(root));
    parts.seal_proof();
}
