//! The adopted merging rule, taken literally: every price is computed again after every merge.

use std::collections::{BTreeMap, BTreeSet};

use motus_kernel::effect::{CanonicalEffect, EffectOp};

use crate::effect_samples::effect;

/// A place in the trie of one operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    op: EffectOp,
    /// The root of the trie, as printed.
    group: String,
    /// Segments below the root; a directory's keeps its `/`.
    segments: Vec<String>,
}

/// What is selected, and for how many effects each stands.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    selected: BTreeMap<Place, u128>,
    /// Every directory that something may be merged into.
    directories: BTreeSet<Place>,
}

/// A merge that is possible.
#[derive(Debug, Clone)]
pub(crate) struct Price {
    pub(crate) selector: String,
    /// `10 * loss + 1 * saved`.
    pub(crate) cost: u128,
    pub(crate) saved: u128,
    parent: Place,
}

impl Model {
    /// Selects effects that no other one covers.
    pub(crate) fn new(effects: &[CanonicalEffect]) -> Self {
        let all: BTreeSet<_> = effects.iter().map(Place::of).collect();
        let is_free = |place: &&Place| !all.iter().any(|other| place.is_below(other));
        let selected: BTreeMap<_, _> = all.iter().filter(is_free).map(|p| (p.clone(), 1)).collect();
        let directories = selected.keys().flat_map(Place::directories_above).collect();
        Self { selected, directories }
    }

    /// Returns what is selected.
    pub(crate) fn effects(&self) -> Vec<CanonicalEffect> {
        let mut effects: Vec<_> = self.selected.keys().map(Place::effect).collect();
        effects.sort();
        effects
    }

    /// Prices every merge of the operations that are asked for.
    pub(crate) fn prices(&self, includes: impl Fn(EffectOp) -> bool) -> Vec<Price> {
        let parents = self.directories.iter().filter(|parent| includes(parent.op));
        parents.filter_map(|parent| self.price(parent)).collect()
    }

    fn price(&self, parent: &Place) -> Option<Price> {
        let below: Vec<_> = self.below(parent).collect();
        let saved = (below.len() as u128).checked_sub(1).filter(|saved| *saved > 0)?;
        let levels = |child: &Place| (child.segments.len() - parent.segments.len()) as u128;
        let loss: u128 = below.iter().map(|(child, weight)| levels(child) * *weight).sum();
        let (selector, parent) = (parent.selector(), parent.clone());
        Some(Price { selector, cost: 10 * loss + saved, saved, parent })
    }

    fn below(&self, parent: &Place) -> impl Iterator<Item = (&Place, &u128)> {
        self.selected.iter().filter(move |(child, _)| child.is_below(parent))
    }

    /// Merges the cheapest until at most `k` of the operations' effects are selected.
    pub(crate) fn merge(&mut self, k: usize, includes: impl Fn(EffectOp) -> bool + Copy) {
        while self.selected.keys().filter(|place| includes(place.op)).count() > k {
            let prices = self.prices(includes);
            let Some(Price { parent, .. }) = prices.into_iter().min_by(Price::order) else {
                return;
            };
            let weight = self.below(&parent).map(|(_, weight)| weight).sum();
            self.selected.retain(|child, _| !child.is_below(&parent));
            self.selected.insert(parent, weight);
        }
    }
}

impl Price {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let (own, others) = (self.cost * other.saved, other.cost * self.saved);
        let names = self.selector.cmp(&other.selector);
        own.cmp(&others).then(names).then(self.discriminant().cmp(&other.discriminant()))
    }

    /// The place of the operation in the list of the specification.
    fn discriminant(&self) -> usize {
        let names = ["ReadFS", "WriteFS", "Network", "Exec", "Publish"];
        names.iter().position(|name| *name == self.parent.op.as_str()).expect("an operation")
    }
}

impl Place {
    fn of(effect: &CanonicalEffect) -> Self {
        let (op, selector) = (effect.op(), effect.selector());
        let (group, below) = match op {
            EffectOp::Network => {
                let host: String = selector.split_inclusive('/').take(3).collect();
                (host.clone(), selector[host.len()..].to_owned())
            }
            EffectOp::ReadFS | EffectOp::WriteFS => match selector.strip_prefix("fs:/") {
                Some(below) => ("fs:/".to_owned(), below.to_owned()),
                None if selector == "fs:./" => (selector.to_owned(), String::new()),
                None => ("fs:./".to_owned(), selector["fs:".len()..].to_owned()),
            },
            EffectOp::Exec | EffectOp::Publish => (selector.to_owned(), String::new()),
        };
        Self { op, group, segments: below.split_inclusive('/').map(str::to_owned).collect() }
    }

    fn selector(&self) -> String {
        let path = self.segments.concat();
        if self.group == "fs:./" && !path.is_empty() {
            return format!("fs:{path}");
        }
        format!("{}{path}", self.group)
    }

    fn effect(&self) -> CanonicalEffect {
        let selector = self.selector();
        let effect = effect(self.op, &selector);
        assert_eq!(effect.selector(), selector, "canonical as it is");
        effect
    }

    fn is_below(&self, parent: &Self) -> bool {
        self.op == parent.op
            && self.group == parent.group
            && self.segments.len() > parent.segments.len()
            && self.segments.starts_with(&parent.segments)
            && parent.segments.last().is_none_or(|segment| segment.ends_with('/'))
    }

    fn directories_above(&self) -> impl Iterator<Item = Self> + '_ {
        let above = |count| Self { segments: self.segments[..count].to_vec(), ..self.clone() };
        (0..self.segments.len()).map(above)
    }
}

/// Compresses as the adopted rule says.
pub(crate) fn compress(effects: &[CanonicalEffect], k: usize) -> Vec<CanonicalEffect> {
    let all: BTreeSet<_> = effects.iter().cloned().collect();
    if all.len() <= k {
        return all.into_iter().collect();
    }
    let mut model = Model::new(effects);
    for op in EffectOp::ALL {
        model.merge(k, |other| other == op);
    }
    model.merge(k, |_| true);
    model.effects()
}
