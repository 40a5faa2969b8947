//! What is to befall a process, and when.

use std::time::Duration;

use crate::Random;
use crate::simulation::operation::Operation;
use crate::simulation::plan::Plan;
use crate::simulation::step::Step;

/// One disturbance of one worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Disturbance {
    /// How many requests of the worker come before it at least.
    after: u64,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The process is killed so long after it told something.
    Kill(Duration),
    /// The process is stopped once it has a lock, until others have made so many steps.
    Stop { others: u64, then: Then },
}

/// What ends a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Continue,
    Kill,
}

impl Disturbance {
    /// Chooses those of a worker, in order.
    pub(super) fn choose(seed: u64, worker: u64) -> Vec<Self> {
        let mut random = Random::of(&[seed, 6, worker]);
        // Early enough that a worker who was stopped has something left to do.
        let turns = Plan::of(seed).turns(worker) * 2 / 3;
        let mut chosen: Vec<Self> = (0..=random.below(2))
            .map(|_| Self { after: random.below(turns), kind: kind(&mut random) })
            .collect();
        chosen.sort_by_key(|disturbance| disturbance.after);
        chosen
    }

    /// Tells whether its moment has come with a step that the worker was told of.
    pub(super) fn is_due(&self, told: u64, step: &Step) -> bool {
        let holds_a_lock =
            matches!(step.operation, Operation::Acquire { .. }) && step.refusal().is_none();
        told > self.after && (holds_a_lock || matches!(self.kind, Kind::Kill(_)))
    }
}

fn kind(random: &mut Random) -> Kind {
    if random.chance(40) {
        return Kind::Kill(Duration::from_micros(random.below(1500)));
    }
    let then = if random.chance(25) { Then::Kill } else { Then::Continue };
    Kind::Stop { others: 10 + random.below(20), then }
}
