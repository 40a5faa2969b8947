//! Children: what events say of them, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::Value;

use crate::event::Event;
use crate::names::Phase;

/// The receipt's children by their loops, and what the log said of them so far.
pub(super) struct Children {
    told: BTreeMap<String, Value>,
    spawned: BTreeSet<String>,
    joined: BTreeSet<String>,
}

impl Children {
    pub(super) fn new(children: impl Iterator<Item = (String, Value)>) -> Self {
        Self { told: children.collect(), spawned: BTreeSet::new(), joined: BTreeSet::new() }
    }

    /// Says what is wrong with a plan's children, if anything is.
    pub(super) fn planned(&self, content: &Value) -> Option<String> {
        let planned = content.get("children").and_then(Value::as_array).unwrap_or_default();
        planned.iter().find_map(|child| self.disagreement(child))
    }

    /// Says what is wrong with a spawn: it is told once, while the loop decides or acts, before the join.
    pub(super) fn spawned(&mut self, event: &Event<'_>, content: &Value) -> Option<String> {
        let name = name_of(content);
        let is_first = self.spawned.insert(name.to_owned()) && !self.joined.contains(name);
        let is_in_phase = matches!(event.phase, Phase::Decide | Phase::Act);
        let out_of_order =
            || (!is_first || !is_in_phase).then(|| format!("the spawn of child {name}"));
        self.disagreement(content).or_else(out_of_order)
    }

    /// Says what is wrong with a join: it is told once, and with the digest that it joins.
    pub(super) fn joined(&mut self, content: &Value) -> Option<String> {
        let name = name_of(content);
        let is_first = self.joined.insert(name.to_owned());
        let is_whole = content.get("child_proof_digest").is_some();
        let incomplete = || (!is_first || !is_whole).then(|| format!("the join of child {name}"));
        self.disagreement(content).or_else(incomplete)
    }

    /// What is said of a child is what the receipt says of it.
    fn disagreement(&self, content: &Value) -> Option<String> {
        let name = name_of(content);
        let members = ["spawn_index", "critical", "child_proof_digest", "outcome_status"];
        let agrees = self.told.get(name).is_some_and(|child| {
            members.iter().all(|member| {
                content.get(member).is_none_or(|told| child.get(member) == Some(told))
            })
        });
        (!agrees).then(|| format!("child {name}"))
    }
}

fn name_of(content: &Value) -> &str {
    content.get("child_loop_id").and_then(Value::as_str).unwrap_or_default()
}
