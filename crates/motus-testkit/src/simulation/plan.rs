//! What workers want to do: everything that a seed decides before anything has happened.
//!
//! Runs, keys and resources are few, so that workers collide. Each turn has a stream of its own, so that
//! a worker that died goes on where it was.

use motus_ledger::Outcome;

use crate::Random;

/// The plan of all workers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    seed: u64,
}

/// One request, with what goes wrong around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turn {
    pub(super) intent: Intent,
    pub(super) clock: ClockChange,
    /// For how long the worker is paused between looking and writing, in moves of others.
    pub(super) pause: u64,
    pub(super) fate: Fate,
    /// Whether the worker goes on without the run or the lock that it lacks, instead of asking for it.
    pub(super) blind: bool,
}

/// A request whose run, token and lock are not known before it is made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Intent {
    Start {
        slot: u64,
        intent: &'static str,
    },
    Append {
        slot: u64,
        key: String,
        draft: Draft,
        shown: Option<Shown>,
    },
    Close {
        slot: u64,
        key: &'static str,
        outcome: Outcome,
        shown: Option<Shown>,
    },
    Acquire {
        resource: &'static str,
        holder: Holder,
        ttl: i64,
    },
    /// Taking the lock again that the worker last had of the resource.
    Renew {
        resource: &'static str,
        ttl: i64,
    },
    Assert(Shown),
    Release(Shown),
    /// Making the request again that was made so many requests ago.
    Repeat {
        back: u64,
    },
}

/// What an event says, and whether that is what its kind asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Draft {
    Number(u64),
    Text,
    Unregistered,
}

/// What a worker shows for a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    pub(super) resource: &'static str,
    pub(super) token: ShownToken,
}

/// The worker's last fence of the resource, or what differs from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ShownToken {
    Own,
    Older,
    Newer,
    OfAnotherHolder,
}

/// Under which name a lock is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Holder {
    Own,
    /// A name that all workers use.
    Shared,
    Blank,
}

/// How the worker's clock goes wrong, or right again; in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ClockChange {
    None,
    Jump(i64),
    Right,
}

/// What happens to the worker in its write transaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate {
    Lives,
    DiesBeforeCommit,
    /// The request took effect, and nobody was told.
    DiesAfterCommit,
}

/// The resources.
const RESOURCES: [&str; 3] = ["deploy", "deploy/b", "the \"last\" one"];

/// How often a worker does what, in the order of [`Plan::intent`].
const ROLES: [[u64; 10]; 3] = [
    // Writers.
    [10, 42, 20, 1, 1, 11, 3, 2, 3, 7],
    // Lockers.
    [4, 6, 24, 0, 2, 30, 12, 7, 9, 6],
    // Closers.
    [12, 18, 12, 11, 11, 14, 4, 4, 6, 8],
];

impl Intent {
    /// Returns what is shown.
    pub(super) fn shown(&self) -> Option<Shown> {
        match self {
            Self::Append { shown, .. } | Self::Close { shown, .. } => *shown,
            Self::Assert(shown) | Self::Release(shown) => Some(*shown),
            _ => None,
        }
    }
}

impl Plan {
    pub(super) fn of(seed: u64) -> Self {
        Self { seed }
    }

    /// Returns how many workers there are.
    pub(super) fn workers(self) -> u64 {
        2 + Random::of(&[self.seed, 0]).below(4)
    }

    /// Returns how many requests a worker makes.
    pub(super) fn turns(self, worker: u64) -> u64 {
        let longest = Random::of(&[self.seed, 1]).pick([40, 60, 120]) / self.workers();
        longest / 2 + Random::of(&[self.seed, 1, worker]).below(longest)
    }

    /// Returns by how much a worker's clock is wrong at first, in milliseconds.
    pub(super) fn wrong_by(self, worker: u64) -> i64 {
        Random::of(&[self.seed, 2, worker]).pick([0, 0, 0, -400, -8_000, 3_000])
    }

    /// Returns one turn of a worker.
    pub(super) fn turn(self, worker: u64, number: u64) -> Turn {
        let mut random = Random::of(&[self.seed, 3, worker, number]);
        Turn {
            intent: self.intent(&mut random, worker, number),
            clock: clock_change(&mut random),
            pause: pause(&mut random),
            fate: fate(&mut random),
            blind: random.chance(20),
        }
    }

    fn intent(self, random: &mut Random, worker: u64, number: u64) -> Intent {
        // Runs come and go: a closed one would refuse the rest of the plan.
        let slot = number / 5 + random.below(2);
        match weighted(random, &self.role(worker)) {
            0 => Intent::Start { slot, intent: random.pick(["work", "work", "work", "other"]) },
            1 => append(random, worker, number, slot, None),
            2 => {
                let shown = shown(random);
                append(random, worker, number, slot, Some(shown))
            }
            3 => close(random, slot, None),
            4 => {
                let shown = shown(random);
                close(random, slot, Some(shown))
            }
            5 => Intent::Acquire {
                resource: resource(random),
                holder: holder(random),
                ttl: ttl(random),
            },
            6 => Intent::Renew { resource: resource(random), ttl: ttl(random) },
            7 => Intent::Assert(shown(random)),
            8 => Intent::Release(shown(random)),
            _ => Intent::Repeat { back: 1 + random.below(6) },
        }
    }

    fn role(self, worker: u64) -> [u64; 10] {
        // The first three workers have the three roles, in an order of the seed's choice.
        let first = Random::of(&[self.seed, 4]).below(3);
        let index = usize::try_from((first + worker) % 3).unwrap_or_default();
        ROLES[index]
    }
}

/// Returns the index of one of the weights, as often as it weighs.
fn weighted(random: &mut Random, weights: &[u64]) -> usize {
    let mut left = random.below(weights.iter().sum());
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    weights.len()
}

fn append(
    random: &mut Random,
    worker: u64,
    number: u64,
    slot: u64,
    shown: Option<Shown>,
) -> Intent {
    let key = match random.below(20) {
        0 => " ".to_owned(),
        1..=8 => format!("common-{}", random.below(4)),
        _ => format!("{worker}-{number}"),
    };
    let draft = match random.below(20) {
        0 => Draft::Text,
        1 => Draft::Unregistered,
        _ => Draft::Number(random.below(2)),
    };
    Intent::Append { slot, key, draft, shown }
}

fn close(random: &mut Random, slot: u64, shown: Option<Shown>) -> Intent {
    Intent::Close {
        slot,
        key: random.pick(["end", "end", "end", "other-end", ""]),
        outcome: random.pick([
            Outcome::Success,
            Outcome::Success,
            Outcome::Failure,
            Outcome::Aborted,
        ]),
        shown,
    }
}

fn resource(random: &mut Random) -> &'static str {
    let [first, second, third] = RESOURCES;
    random.pick([first, first, second, second, third])
}

fn shown(random: &mut Random) -> Shown {
    let token = match random.below(20) {
        0 => ShownToken::Older,
        1 => ShownToken::Newer,
        2 => ShownToken::OfAnotherHolder,
        _ => ShownToken::Own,
    };
    Shown { resource: resource(random), token }
}

fn holder(random: &mut Random) -> Holder {
    match random.below(20) {
        0 => Holder::Blank,
        1..=2 => Holder::Shared,
        _ => Holder::Own,
    }
}

/// Most are short, so that locks expire while the plan goes on.
fn ttl(random: &mut Random) -> i64 {
    match random.below(20) {
        0 => random.pick([0, -5, i64::MIN, i64::MAX, 1_000_000_000_000]),
        1 => 60,
        _ => random.pick([1, 3, 5, 7, 10, 15]),
    }
}

fn clock_change(random: &mut Random) -> ClockChange {
    match random.below(20) {
        0 => ClockChange::Right,
        1..=2 => ClockChange::Jump(random.pick([-20_000, -3_000, -900, 500, 3_000, 20_000])),
        3 if random.chance(10) => ClockChange::Jump(random.pick([-3_600_000, 3_600_000])),
        _ => ClockChange::None,
    }
}

fn pause(random: &mut Random) -> u64 {
    match random.below(20) {
        0..=10 => 0,
        11..=17 => 1 + random.below(4),
        _ => 10 + random.below(20),
    }
}

fn fate(random: &mut Random) -> Fate {
    match random.below(100) {
        0..=1 => Fate::DiesBeforeCommit,
        2..=3 => Fate::DiesAfterCommit,
        _ => Fate::Lives,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_plan() {
        let turns = |seed| {
            let plan = Plan::of(seed);
            (0..plan.workers())
                .flat_map(|worker| {
                    (0..plan.turns(worker)).map(move |number| plan.turn(worker, number))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(turns(5), turns(5));
        assert_ne!(turns(5), turns(6));
    }

    #[test]
    fn weights_are_what_they_say() {
        let mut random = Random::of(&[9]);
        let mut counts = [0; 3];
        for _ in 0..1000 {
            counts[weighted(&mut random, &[0, 1, 9])] += 1;
        }
        assert_eq!(counts[0], 0);
        assert!((50..200).contains(&counts[1]), "{counts:?}");
    }
}
