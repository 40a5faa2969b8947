//! What plans foretell of their children: told as it was said where it comes true, and as foretold where not.
//!
//! A plan may say beside itself which children there will be, what they prove and how they end. A verifier takes
//! what stands under `children` for what the receipt says. Nobody knows that before they have ended: a loop may be
//! halted before, or children may do otherwise. Then the log tells the same under another name, which claims nothing.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Object, Value};

use super::invalid;
use crate::Uuid;
use crate::compiler::answer::{ChildProof, ChildSpec, DecideOut};
use crate::compiler::run::{Flow, Running};
use crate::receipt::{Body, Child};
use crate::verify::{LONGEST_MESSAGE, shortened};

/// The member of a plan's details that foretells its children.
pub(in crate::compiler) const CHILDREN: &str = "children";

/// Its name where that does not come true. It is as long as the other, so that no event grows.
pub(in crate::compiler) const FORETOLD: &str = "foretold";

/// What one plan foretells, by its children.
pub(super) type Promises = BTreeMap<Uuid, Value>;

/// What the log says under `children`, by the numbers of the events that say it.
#[derive(Debug, Default)]
pub(in crate::compiler) struct Foretold(BTreeMap<u32, Vec<Value>>);

impl Foretold {
    /// Takes what the content of an event foretells.
    pub(in crate::compiler) fn take(&mut self, event: u32, content: &Object) {
        if let Some(Value::Array(children)) = content.get(CHILDREN) {
            self.0.insert(event, children.clone());
        }
    }

    /// Returns the events of which something did not come true.
    pub(in crate::compiler) fn untrue(&self, body: &Body) -> BTreeSet<u32> {
        let children = body.children.iter();
        let known: BTreeMap<String, &Child> =
            children.map(|child| (child.child_loop_id.to_string(), child)).collect();
        let came_true = |told: &Value| {
            let name = told.get("child_loop_id").and_then(Value::as_str).unwrap_or_default();
            known.get(name).is_some_and(|child| agrees(told, child, body.loop_id))
        };
        let untrue = self.0.iter().filter(|(_, children)| !children.iter().all(came_true));
        untrue.map(|(event, _)| *event).collect()
    }
}

/// Says whether what is told of a child is what the receipt says of it.
fn agrees(told: &Value, child: &Child, parent: Uuid) -> bool {
    let proof =
        ChildProof { proof_digest: child.child_proof_digest, outcome_status: child.outcome_status };
    stands(told, (child.spawn_index, child.critical), parent) && proves(told, proof)
}

fn proves(told: &Value, proof: ChildProof) -> bool {
    says(told, "child_proof_digest", proof.proof_digest.to_string())
        && says(told, "outcome_status", proof.outcome_status.as_str())
}

/// Says whether a child is told to stand where it does.
fn stands(told: &Value, (index, critical): (u32, bool), parent: Uuid) -> bool {
    says(told, "spawn_index", index)
        && says(told, "critical", critical)
        && says(told, "parent_loop_id", parent.to_string())
}

/// A member that is not there, or null, says nothing.
fn says(told: &Value, name: &str, expected: impl Into<Value>) -> bool {
    let expected = expected.into();
    told.get(name).is_none_or(|told| told.is_null() || *told == expected)
}

impl Running<'_> {
    /// Checks what the details of a plan tell of children, as far as it is known, and returns it.
    pub(super) fn promises(&self, answer: &DecideOut) -> Flow<Promises> {
        let mut promises = Promises::new();
        let Some(told) = answer.details.get(CHILDREN) else { return Ok(promises) };
        let Some(told) = told.as_array() else {
            return Err(invalid("the children in the details of a plan are no list"));
        };
        let children = self.state.body.children.iter();
        let spawned: BTreeMap<Uuid, &Child> =
            children.map(|child| (child.child_loop_id, child)).collect();
        let mut own = (self.memory.family.spawned()..).zip(&answer.children);
        for child in told {
            let name = child.get("child_loop_id").and_then(Value::as_str).unwrap_or_default();
            let id = Uuid::parse(name).filter(|id| id.to_string() == name);
            let is_ours = id.is_some_and(|id| {
                let next = || self.may_be_next(child, id, &mut own);
                spawned.get(&id).map_or_else(next, |known| self.may_be(child, known))
            });
            let is_first = id.is_some_and(|id| promises.insert(id, child.clone()).is_none());
            if !is_ours || !is_first {
                let name = shortened(name, LONGEST_MESSAGE);
                return Err(invalid(format!(
                    "child {name:?} in the details of a plan is none of the plan's own"
                )));
            }
        }
        Ok(promises)
    }

    /// Of a child that is not joined only its place is known.
    fn may_be(&self, told: &Value, known: &Child) -> bool {
        let parent = self.request.loop_id;
        if self.memory.family.is_proof(&known.child_proof_digest) {
            return agrees(told, known, parent);
        }
        stands(told, (known.spawn_index, known.critical), parent)
    }

    /// Tells whether a loop can be the plan's next child, and is told so.
    fn may_be_next<'c>(
        &self,
        told: &Value,
        id: Uuid,
        own: &mut impl Iterator<Item = (u32, &'c ChildSpec)>,
    ) -> bool {
        let parent = self.request.loop_id;
        let is_told_so =
            |(index, child): (u32, &ChildSpec)| stands(told, (index, child.critical), parent);
        own.next().is_some_and(is_told_so) && !self.memory.family.is_member(id)
    }

    /// Refuses a plan that foretold another place of a child that was spawned.
    pub(super) fn spawned_as_foretold(&self, child: Uuid, place: (u32, bool)) -> Flow<()> {
        let parent = self.request.loop_id;
        self.as_foretold(child, |told| stands(told, place, parent))
    }

    /// Refuses a plan that foretold another end of a child that was joined.
    pub(super) fn joined_as_foretold(&self, child: Uuid, proof: ChildProof) -> Flow<()> {
        self.as_foretold(child, |told| proves(told, proof))
    }

    /// Refuses a plan that foretold a child which is not there, once all of its children are.
    pub(super) fn all_as_foretold(&self) -> Flow<()> {
        let family = &self.memory.family;
        match self.memory.promises.keys().find(|id| !family.is_member(**id)) {
            Some(id) => Err(invalid(format!("the plan foretold child {id}, which there is not"))),
            None => Ok(()),
        }
    }

    fn as_foretold(&self, child: Uuid, is_so: impl FnOnce(&Value) -> bool) -> Flow<()> {
        if self.memory.promises.get(&child).is_none_or(is_so) {
            return Ok(());
        }
        Err(invalid(format!("child {child} is not what the plan foretold of it")))
    }
}
