//! Children: what events say of them, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::Value;

use crate::event::Event;
use crate::names::Phase;

/// The receipt's children by their loops, and what the log said of them so far.
#[derive(Default)]
pub(super) struct Children {
    told: BTreeMap<String, Child>,
    /// The loop of the receipt, which is the parent of all.
    parent: Option<Value>,
    /// The place of the last child that was spawned.
    last_spawned: Option<u64>,
}

/// A child as the receipt tells it.
struct Child {
    told: Value,
    is_spawned: bool,
    is_joined: bool,
}

impl Child {
    fn place(&self) -> Option<u64> {
        self.told.get("spawn_index").and_then(Value::as_u64)
    }
}

impl Children {
    pub(super) fn new(
        parent: Option<Value>,
        children: impl Iterator<Item = (String, Value)>,
    ) -> Self {
        let child = |(name, told)| (name, Child { told, is_spawned: false, is_joined: false });
        Self { told: children.map(child).collect(), parent, last_spawned: None }
    }

    /// Says what is wrong with a plan's children, if anything is: they are a list, each once.
    pub(super) fn planned(&self, content: &Value) -> Option<String> {
        let planned = content.get("children")?;
        let Some(planned) = planned.as_array() else { return Some("children".to_owned()) };
        let mut seen = BTreeSet::new();
        planned.iter().find_map(|child| {
            let name = name_of(child);
            let twice = || (!seen.insert(name)).then(|| format!("child {name}, planned twice,"));
            self.disagreement(child).or_else(twice)
        })
    }

    /// Says what is wrong with a spawn: it is told once, while the loop decides or acts, before the join, and in
    /// the order of the places.
    pub(super) fn spawned(&mut self, event: &Event<'_>, content: &Value) -> Option<String> {
        let other = self.disagreement(content);
        let Some(child) = self.told.get_mut(name_of(content)) else { return other };
        let is_first = !child.is_spawned && !child.is_joined;
        let is_next = self.last_spawned < child.place();
        let is_in_phase = matches!(event.phase, Phase::Decide | Phase::Act);
        child.is_spawned = true;
        self.last_spawned = self.last_spawned.max(child.place());
        let in_order = is_first && is_next && is_in_phase;
        other.or_else(|| (!in_order).then(|| format!("the spawn of child {}", name_of(content))))
    }

    /// Says what is wrong with a join: it is told once, of a child that was spawned, and with the digest that it
    /// joins.
    pub(super) fn joined(&mut self, content: &Value) -> Option<String> {
        let other = self.disagreement(content);
        let Some(child) = self.told.get_mut(name_of(content)) else { return other };
        let is_first = child.is_spawned && !child.is_joined;
        child.is_joined = true;
        let is_whole = content.get("child_proof_digest").is_some();
        let is_right = is_first && is_whole;
        other.or_else(|| (!is_right).then(|| format!("the join of child {}", name_of(content))))
    }

    /// What is said of a child is what the receipt says of it.
    fn disagreement(&self, content: &Value) -> Option<String> {
        let name = name_of(content);
        let members = ["spawn_index", "critical", "child_proof_digest", "outcome_status"];
        let parent = content.get("parent_loop_id");
        let is_ours = parent.is_none_or(|parent| Some(parent) == self.parent.as_ref());
        let agrees = is_ours
            && self.told.get(name).is_some_and(|child| {
                members.iter().all(|member| {
                    content.get(member).is_none_or(|told| child.told.get(member) == Some(told))
                })
            });
        (!agrees).then(|| format!("child {name}"))
    }
}

fn name_of(content: &Value) -> &str {
    content.get("child_loop_id").and_then(Value::as_str).unwrap_or_default()
}
