//! Children: spawned in their order, and joined as far as they can be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::invalid;
use crate::compiler::answer::{ChildSpec, SpawnMode};
use crate::compiler::fact::Fact;
use crate::compiler::request::LoopRequest;
use crate::compiler::run::{Failure, Flow, Interrupt, Running};
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

    /// Returns how many were spawned.
    pub(super) fn spawned(&self) -> u32 {
        self.spawned
    }

    /// Tells whether a loop is this one, its parent or a child.
    pub(super) fn is_member(&self, id: Uuid) -> bool {
        self.members.contains(&id)
    }

    /// Tells whether a child proved this.
    pub(super) fn is_proof(&self, digest: &Digest) -> bool {
        self.proofs.contains_key(digest)
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
            spawned?;
            self.join_all()?;
            return self.all_as_foretold();
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
        self.spawned_as_foretold(child_loop_id, (index, critical))?;
        Ok(true)
    }

    /// Joins every child that can be joined, in the order in which they were spawned.
    fn join_all(&mut self) -> Flow<()> {
        let mut worst: Option<Failure> = None;
        for child in std::mem::take(&mut self.memory.family.unjoined) {
            let failure = match self.join(child) {
                Ok(()) => continue,
                Err(Interrupt::Failed(error)) => {
                    self.memory.family.unjoined.push_back(child);
                    self.failed(&error)?
                }
                Err(Interrupt::Ended(failure)) => failure,
                Err(interrupt) => return Err(interrupt),
            };
            worst = Some(match worst {
                None => failure,
                Some(worst) => worst.worse(failure),
            });
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
        // It was joined, so that it is not asked for again.
        let Err(Interrupt::Failed(error)) = self.joined_as_foretold(child, proof) else {
            return Ok(());
        };
        Err(Interrupt::Ended(self.failed(&error)?))
    }
}
