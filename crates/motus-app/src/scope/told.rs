//! What is told of a scope when its command has ended.

mod folded;

use std::cmp::Reverse;
use std::path::Path;

use motus_runtime::scope::{Access, Action, Decision, Level, Observation, Peer, Seen, Unreached};

use super::allowance::{self, Narrower};
use super::entries::Entries;
use super::spelling::{Spelling, shown, shown_directory};
use super::{Learned, Plan, learn};
use folded::Folded;

/// At most so many different attempts of a kind are told.
const MOST_TOLD: usize = 5;

/// At most so many are looked at on the disk for it; the others are counted.
const MOST_LOOKED_AT: usize = 4096;

/// How many effects a learned scope is to come down to.
const LEARNED: u32 = 50;

/// The number that Linux has for addresses of the kernel's own.
pub(super) const NETLINK: u16 = 16;

/// Families of addresses that no scope can declare, by their numbers.
const FAMILIES: [(u16, &str); 3] = [(NETLINK, "netlink"), (17, "packet"), (40, "vsock")];

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
        let effect = spelling.path(Access::Write, change.path())?;
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
    let folded = Folded::of(plan, found.iter().take(MOST_LOOKED_AT));
    let mut told: Vec<Denial> = Vec::new();
    let mut more = found.len().saturating_sub(MOST_LOOKED_AT) as u64;
    for seen in found.into_iter().take(MOST_LOOKED_AT) {
        let action = folded.stand_in(&seen.action);
        let denial = denial(plan, entries, seen, &action);
        // Many attempts are one to people when one word, or one profile, allows them.
        let is_of_profile = allowance::profile_of(&action).is_some();
        let same = |it: &&mut Denial| match &it.allow {
            Some(word) => denial.allow.as_ref() == Some(word),
            None => is_of_profile && it.note == denial.note,
        };
        if let Some(known) = told.iter_mut().find(same) {
            known.count += denial.count;
            if let Some(whole) = together(plan, &action) {
                known.what = whole;
                let allowance = allowance::allowing(plan, entries, &action);
                known.note = allowance.map_or(denial.note, of_all);
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
    let (verb, path) = match action {
        Action::Entry(path) => ("making, renaming or removing", path),
        Action::Read(path) => ("reading", path),
        _ => return None,
    };
    let is_whole = matches!(action, Action::Read(path) if path.is_dir());
    let directory = if is_whole { path } else { path.parent()? };
    Some(format!("{verb} in {}", shown_directory(plan, directory)))
}

/// Says what a word allows besides several names.
fn of_all(allowance: allowance::Allowance) -> Option<String> {
    let reach = allowance.reach?;
    let narrower = reach.narrower.filter(|it| matches!(it, Narrower::Temporary));
    Some(allowance::Reach { narrower, ..reach }.text())
}

/// Tells of an attempt; `action` is what is to be allowed for it.
fn denial(plan: &Plan, entries: &Entries<'_>, seen: &Seen, action: &Action) -> Denial {
    let (allow, note) = match allowance::allowing(plan, entries, action) {
        Some(allowance) => (Some(allowance.word), allowance.reach.map(|reach| reach.text())),
        None => (None, allowance::instead(action)),
    };
    Denial { what: what(plan, &seen.action), count: seen.count, allow, note }
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
        Peer::Family(number) => {
            let known = FAMILIES.iter().find(|(known, _)| known == number);
            known.map_or_else(
                || format!("an address of family {number}"),
                |(_, name)| format!("a {name} address"),
            )
        }
    }
}
