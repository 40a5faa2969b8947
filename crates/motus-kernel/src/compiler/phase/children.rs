//! Children: spawned in their order, and joined as far as they can be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use motus_json::Value;

use super::invalid;
use crate::compiler::answer::{ChildSpec, DecideOut, SpawnMode};
use crate::compiler::fact::Fact;
use crate::compiler::request::LoopRequest;
use crate::compiler::run::{Failure, Flow, Interrupt, Running};
use crate::verify::{LONGEST_MESSAGE, shortened};
use crate::{Digest, Uuid};

/// The children of a loop that are not in its receipt yet, and what no two of them may share.
#[derive(Debug)]
pub(in crate::compiler) struct Family {
    mode: SpawnMode,
    wanted: VecDeque<ChildSpec>,
    unjoined: VecDeque<Uuid>,
    /// How many were spawned.
    spawned: u32,
    /// The loop, its parent and its children: none is another's child.
    members: BTreeSet<Uuid>,
    proofs: BTreeMap<Digest, Uuid>,
}

impl Family {
    pub(super) fn new(request: &LoopRequest) -> Self {
        Self {
            mode: SpawnMode::default(),
            wanted: VecDeque::new(),
            unjoined: VecDeque::new(),
            spawned: 0,
            members: [request.loop_id].into_iter().chain(request.parent_loop_id).collect(),
            proofs: BTreeMap::new(),
        }
    }

    /// Wants these children instead of those that were not spawned.
    pub(in crate::compiler) fn want(&mut self, mode: SpawnMode, children: Vec<ChildSpec>) {
        self.mode = mode;
        self.wanted = children.into();
    }

    pub(super) fn want_none(&mut self) {
        self.wanted.clear();
    }
}

impl Running<'_> {
    /// Spawns the children that are wanted and joins those that were spawned.
    ///
    /// When one cannot be spawned, those before it are joined all the same: what they proved is not lost.
    pub(super) fn children(&mut self) -> Flow<()> {
        let spawned = match self.memory.family.mode {
            SpawnMode::Parallel => self.spawn_all(),
            SpawnMode::Sequential => self.spawn_in_turn(),
        };
        let Err(Interrupt::Failed(error)) = spawned else {
            return spawned.and_then(|()| self.join_all());
        };
        let failure = self.failed(&error)?;
        match self.join_all() {
            Ok(()) => Err(Interrupt::Ended(failure)),
            Err(Interrupt::Ended(other)) => Err(Interrupt::Ended(failure.worse(other))),
            Err(interrupt) => Err(interrupt),
        }
    }

    fn spawn_all(&mut self) -> Flow<()> {
        while self.spawn_next()? {}
        Ok(())
    }

    fn spawn_in_turn(&mut self) -> Flow<()> {
        self.join_all()?;
        while self.spawn_next()? {
            self.join_all()?;
        }
        Ok(())
    }

    /// Spawns the next child that is wanted, if there is one.
    fn spawn_next(&mut self) -> Flow<bool> {
        let index = self.memory.family.spawned;
        let Some(child) = self.memory.family.wanted.front() else { return Ok(false) };
        let critical = child.critical;
        // A child that could not be told is not begun.
        self.afford(1)?;
        let child_loop_id = self.adapters.spawn_child(index, child)?;
        if self.memory.family.members.contains(&child_loop_id) {
            return Err(invalid(format!("child {child_loop_id} is in the family already")));
        }
        self.tell(&Fact::ChildSpawned { spawn_index: index, child_loop_id, critical })?;
        let family = &mut self.memory.family;
        family.wanted.pop_front();
        family.members.insert(child_loop_id);
        family.unjoined.push_back(child_loop_id);
        family.spawned = index.saturating_add(1);
        Ok(true)
    }

    /// Joins every child that can be joined, in the order in which they were spawned.
    fn join_all(&mut self) -> Flow<()> {
        let mut worst: Option<Failure> = None;
        for child in std::mem::take(&mut self.memory.family.unjoined) {
            match self.join(child) {
                Ok(()) => {}
                Err(Interrupt::Failed(error)) => {
                    self.memory.family.unjoined.push_back(child);
                    let failure = self.failed(&error)?;
                    worst = Some(match worst {
                        None => failure,
                        Some(worst) => worst.worse(failure),
                    });
                }
                Err(interrupt) => return Err(interrupt),
            }
        }
        worst.map_or(Ok(()), |failure| Err(Interrupt::Ended(failure)))
    }

    fn join(&mut self, child: Uuid) -> Flow<()> {
        let proof = self.adapters.fetch_child_proof(child)?;
        let known = self.memory.family.proofs.get(&proof.proof_digest);
        if let Some(other) = known {
            return Err(invalid(format!("child {child} proves what child {other} proved")));
        }
        self.tell(&Fact::ChildJoined {
            child_loop_id: child,
            child_proof_digest: proof.proof_digest,
            outcome_status: proof.outcome_status,
        })?;
        self.memory.family.proofs.insert(proof.proof_digest, child);
        Ok(())
    }
}

impl Running<'_> {
    /// Checks the children of which the details of a plan tell: a verifier takes them for the receipt's.
    ///
    /// Which loops they are and what comes of them nobody knows yet: whoever foretells that must be right.
    pub(super) fn check_foretold(&self, answer: &DecideOut) -> Flow<()> {
        let Some(foretold) = answer.details.get("children") else { return Ok(()) };
        let Some(foretold) = foretold.as_array() else {
            return Err(invalid("the children in the details of a plan are no list"));
        };
        let children = self.state.body.children.iter();
        let spawned: BTreeMap<Uuid, (u32, bool)> = children
            .map(|child| (child.child_loop_id, (child.spawn_index, child.critical)))
            .collect();
        let mut own = (self.memory.family.spawned..).zip(&answer.children);
        let mut told = BTreeSet::new();
        for child in foretold {
            let name = child.get("child_loop_id").and_then(Value::as_str).unwrap_or_default();
            let id = Uuid::parse(name).filter(|id| id.to_string() == name);
            let expected =
                id.and_then(|id| spawned.get(&id).copied().or_else(|| self.next(id, &mut own)));
            let is_told_once = told.insert(name);
            if !is_told_once || !expected.is_some_and(|expected| self.agrees(child, expected)) {
                let name = shortened(name, LONGEST_MESSAGE);
                return Err(invalid(format!(
                    "child {name:?} in the details of a plan is none of the plan's own"
                )));
            }
        }
        Ok(())
    }

    /// Returns place and weight of the plan's next child, where a loop can be it.
    fn next<'c>(
        &self,
        id: Uuid,
        own: &mut impl Iterator<Item = (u32, &'c ChildSpec)>,
    ) -> Option<(u32, bool)> {
        let (index, child) = own.next()?;
        (!self.memory.family.members.contains(&id)).then_some((index, child.critical))
    }

    fn agrees(&self, told: &Value, (index, critical): (u32, bool)) -> bool {
        let parent = self.request.loop_id.to_string();
        let expected = [
            ("spawn_index", index.into()),
            ("critical", critical.into()),
            ("parent_loop_id", parent.into()),
        ];
        expected.iter().all(|(name, value)| told.get(name).is_none_or(|told| told == value))
    }
}
