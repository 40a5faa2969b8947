//! What is told of a scope when its command has ended.

use std::cmp::Reverse;
use std::path::Path;

use motus_runtime::scope::{Action, Decision, Level, Observation, Peer, Seen, Unreached};

use super::allowance;
use super::entries::Entries;
use super::spelling::{Spelling, shown, shown_directory};
use super::{Learned, Plan, learn};

/// At most so many different attempts of a kind are told.
const MOST_TOLD: usize = 5;

/// At most so many are looked at on the disk for it; the others are counted.
const MOST_LOOKED_AT: usize = 4096;

/// How many effects a learned scope is to come down to.
const LEARNED: u32 = 50;

/// What came of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it was held to.
    pub level: Level,
    /// What was stopped: the first few different ones, the most frequent first.
    pub denials: Vec<Denial>,
    /// How many more there were.
    pub more_denials: u64,
    /// What went on and is not declared, as above.
    pub undeclared: Vec<Denial>,
    /// How many more there were.
    pub more_undeclared: u64,
    /// Changes that nobody saw happen: selectors.
    pub unobserved: Vec<String>,
    /// Hosts that are declared, or would have been let through, and were not reached: each with what the system said.
    pub unreached: Vec<(String, String)>,
    /// How many processes were ended after the command.
    pub left_running: u64,
    /// What went wrong with watching.
    pub trouble: Vec<String>,
    /// The smallest scope that lets the same pass.
    pub learned: Option<Learned>,
}

/// Something that was not declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denial {
    /// What, such as `write /etc/passwd`.
    pub what: String,
    /// How often.
    pub count: u64,
    /// The word that would allow it, such as `write:/etc/passwd`; `None` where no scope can.
    pub allow: Option<String>,
    /// What that word allows besides, or what helps where there is none, in our own words but for paths.
    pub note: Option<String>,
}

/// Says what is worth telling of an observation.
pub(super) fn tell(plan: &Plan, observation: &Observation) -> Told {
    let entries = Entries::of(observation);
    let first_of = |decision| first_of(plan, &entries, observation, decision);
    let (denials, more_denials) = first_of(Decision::Denied);
    let (undeclared, more_undeclared) = first_of(Decision::Undeclared);
    let spelling = Spelling::of(plan);
    let unobserved = observation.unobserved.iter().filter_map(|change| {
        let effect = spelling.path(motus_runtime::scope::Access::Write, change.path())?;
        Some(effect.selector().to_owned())
    });
    Told {
        level: observation.level,
        denials,
        more_denials,
        undeclared,
        more_undeclared,
        unobserved: unobserved.collect(),
        unreached: observation.unreached.iter().map(unreached).collect(),
        left_running: observation.left_running,
        trouble: observation.trouble.clone(),
        learned: plan.learns.then(|| learn::learn(plan, observation, LEARNED)),
    }
}

fn first_of(
    plan: &Plan,
    entries: &Entries<'_>,
    observation: &Observation,
    decision: Decision,
) -> (Vec<Denial>, u64) {
    let mut found: Vec<&Seen> =
        observation.seen.iter().filter(|seen| seen.decision == decision).collect();
    found.retain(|seen| !allowance::is_idle(&seen.action));
    // They are sorted by their action, and stay so: long paths are not compared again.
    found.sort_by_key(|seen| Reverse(seen.count));
    let mut told: Vec<Denial> = Vec::new();
    let mut more = found.len().saturating_sub(MOST_LOOKED_AT) as u64;
    for seen in found.into_iter().take(MOST_LOOKED_AT) {
        let denial = denial(plan, entries, seen);
        // Many attempts are one to people when one word allows them.
        let same = |it: &&mut Denial| it.allow.is_some() && it.allow == denial.allow;
        if let Some(known) = told.iter_mut().find(same) {
            known.count += denial.count;
            if let Some(whole) = together(plan, &seen.action) {
                known.what = whole;
                known.note = allowance::allowing(plan, entries, &seen.action).and_then(of_all);
            }
        } else if told.len() < MOST_TOLD {
            told.push(denial);
        } else {
            more += 1;
        }
    }
    (told, more)
}

/// Says what several attempts have in common that one word allows.
fn together(plan: &Plan, action: &Action) -> Option<String> {
    let Action::Entry(path) = action else { return None };
    let directory = shown_directory(plan, path.parent()?);
    Some(format!("making, renaming or removing in {directory}"))
}

/// Says what a word allows besides several names.
fn of_all(allowance: allowance::Allowance) -> Option<String> {
    let reach = allowance.reach?;
    Some(allowance::Reach { narrower: None, ..reach }.text())
}

fn denial(plan: &Plan, entries: &Entries<'_>, seen: &Seen) -> Denial {
    let action = &seen.action;
    let (allow, note) = match allowance::allowing(plan, entries, action) {
        Some(allowance) => (Some(allowance.word), allowance.reach.map(|reach| reach.text())),
        None => (None, allowance::instead(action).map(str::to_owned)),
    };
    Denial { what: what(plan, action), count: seen.count, allow, note }
}

/// Says in words what was attempted.
pub(super) fn what(plan: &Plan, action: &Action) -> String {
    let path = |path: &Path| shown(plan, path);
    match action {
        Action::Read(it) => format!("read {}", path(it)),
        Action::Write(it) => format!("write {}", path(it)),
        Action::Entry(it) if it.symlink_metadata().is_ok() => {
            format!("remove, make or rename {}", path(it))
        }
        Action::Entry(it) => format!("make {}", path(it)),
        Action::Execute(it) => format!("run {}", path(it)),
        Action::Connect(peer) => format!("connect to {}", peer_name(plan, peer)),
        Action::Listen(peer) => format!("listen at {}", peer_name(plan, peer)),
        Action::Call(name) => format!("call {name}"),
    }
}

fn unreached(unreached: &Unreached) -> (String, String) {
    let Unreached { host, reason } = unreached;
    (format!("{}:{}", host.name, host.port), reason.clone())
}

fn peer_name(plan: &Plan, peer: &Peer) -> String {
    match peer {
        Peer::Internet(address) => address.to_string(),
        Peer::Host(host) => format!("{}:{}", host.name, host.port),
        Peer::File(path) => shown(plan, path),
        Peer::Abstract => "a socket without a file".to_owned(),
        Peer::Family(number) => format!("an address of family {number}"),
    }
}
