//! What the profile `default` tells gives the receipt exactly, whatever happened in the loop.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::RecordingProfile;
use crate::Uuid;
use crate::compiler::fact::any;
use crate::compiler::log::EventLog;
use crate::compiler::{Fact, LoopBudgets, LoopRequest, LoopState};
use crate::names::{LockLevel, Phase};
use crate::projection::project_receipt;
use crate::receipt::any::{config, error_record, gates, time, uuid};
use crate::receipt::{Body, Outcome};

/// What happens in a loop, each with its phase.
#[derive(Debug, Clone)]
struct Course {
    loop_id: Uuid,
    now_utc: String,
    begun: Fact,
    facts: Vec<(Phase, Fact)>,
    lock_level: LockLevel,
    outcome: Outcome,
}

/// A loop in which anything may happen before Lock, in any phase, and in Lock what may happen there.
fn course() -> impl Strategy<Value = Course> {
    let phase =
        select(vec![Phase::Observe, Phase::Orient, Phase::Decide, Phase::Act, Phase::Verify]);
    let work = vec((phase, any::in_the_middle()), 0..20);
    let gate = gates().prop_map(|gates| {
        let gate = gates.into_iter().next().map(|mut gate| {
            gate.phase = Phase::Lock;
            Fact::GateEvaluated { gate }
        });
        gate.unwrap_or(Fact::HitlTimeout)
    });
    let error = error_record().prop_map(|mut error| {
        error.phase = Phase::Lock;
        Fact::ActError { error }
    });
    let end = prop_oneof![2 => any::humans(), 1 => gate, 1 => error];
    let end = vec(end.prop_map(|fact| (Phase::Lock, fact)), 0..4);
    let about = (uuid(), time(), any::intent_set(), select(LockLevel::ALL), any::outcome());
    (about, work, vec(any::<Index>(), 20), end).prop_map(
        |((loop_id, now_utc, begun, lock_level, outcome), work, joins, end): (
            _,
            _,
            Vec<Index>,
            _,
        )| {
            let facts = with_joins(work, &joins).into_iter().chain(end).collect();
            Course { loop_id, now_utc, begun, facts, lock_level, outcome }
        },
    )
}

/// Joins children that were spawned, each once, in the place of joins of any others.
fn with_joins(facts: Vec<(Phase, Fact)>, joins: &[Index]) -> Vec<(Phase, Fact)> {
    let (mut open, mut seen) = (Vec::new(), BTreeSet::new());
    let known = |(phase, mut fact): (Phase, Fact)| {
        match &mut fact {
            Fact::ChildSpawned { child_loop_id, .. } if seen.insert(*child_loop_id) => {
                open.push(*child_loop_id);
            }
            Fact::ChildSpawned { .. } => return None,
            Fact::ChildJoined { .. } if open.is_empty() => return None,
            Fact::ChildJoined { child_loop_id, .. } => {
                *child_loop_id = open.swap_remove(joins[open.len()].index(open.len()));
            }
            _ => {}
        }
        Some((phase, fact))
    };
    facts.into_iter().filter_map(known).collect()
}

impl Course {
    /// Returns the state after everything has happened, and the log that a profile tells of it.
    fn run(&self, profile: &RecordingProfile) -> (LoopState, String) {
        let Fact::IntentSet { intent, actor, parent_loop_id, enf_k } = &self.begun else {
            panic!("a loop begins with its intent")
        };
        let request = LoopRequest {
            loop_id: self.loop_id,
            parent_loop_id: *parent_loop_id,
            intent: intent.clone(),
            actor: actor.clone(),
            lock_level: LockLevel::Published,
            enf_k: *enf_k,
            budgets: LoopBudgets::default(),
        };
        let (mut state, mut log) =
            (LoopState::new(&request, &self.now_utc), EventLog::new(self.loop_id));
        let mut happen = |state: &mut LoopState, phase: Phase, fact: &Fact| {
            state.apply(phase, fact);
            if let Some(payload) = profile.payload(phase, fact) {
                let id = Uuid::from_bits(u128::from(log.len()));
                log.push(id, &self.now_utc, phase, fact.kind(), payload).expect("it can be told");
            }
        };
        happen(&mut state, Phase::Observe, &Fact::intent_set(&request));
        for (phase, fact) in &self.facts {
            happen(&mut state, *phase, fact);
        }
        let locked = state.locked(self.lock_level, self.outcome.clone());
        happen(&mut state, Phase::Lock, &locked);
        (state, log.finish().0)
    }
}

fn project(log: &str) -> Result<Body, Vec<crate::Fault>> {
    project_receipt(log.lines().map(str::as_bytes))
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn the_default_gives_the_receipt_exactly(course in course()) {
        let (state, log) = course.run(&RecordingProfile::standard());
        prop_assert_eq!(project(&log), Ok(state.into_body()));
    }

    /// What another profile leaves out is missing, and what it tells is right.
    #[test]
    fn other_profiles_give_what_they_tell(course in course()) {
        let (state, log) = course.run(&RecordingProfile::golden());
        let (told, all) = (project(&log).expect("it can be read"), state.into_body());
        prop_assert_eq!((&told.intent, &told.actor), (&all.intent, &all.actor));
        prop_assert_eq!((&told.outcome, told.lock_level), (&all.outcome, all.lock_level));
        prop_assert_eq!((&told.outputs, &told.checks), (&all.outputs, &all.checks));
        prop_assert_eq!(&told.hitl, &all.hitl);
        prop_assert_eq!(&told.strategies.suggestions, &all.strategies.suggestions);
        // That a plan was never chosen is known by how Decide was left, which such a log does not tell.
        let enters =
            |fact: &Fact| matches!(fact, Fact::PhaseEntered { .. } | Fact::PhaseSkipped { .. });
        if !course.facts.iter().any(|(_, fact)| enters(fact)) {
            prop_assert_eq!(&told.strategies.used, &all.strategies.used);
        }
        prop_assert_eq!(&told.effects.declared, &all.effects.declared);
        prop_assert_eq!(&told.effects.executed_raw, &all.effects.executed_raw);
        prop_assert!(told.decisions.is_empty() && told.inputs.is_empty());
        prop_assert!(told.gates.is_empty() && told.checks_required.is_empty());
    }
}
