//! What this machine can do, as a child of ours proves it.
//!
//! A child is started as a command would be, by the same code, and tries between fork and exec what must work and what
//! must not: no program is needed, and nothing is written. What is attempted stands in [`scene`], what it proves in
//! [`verdict`]:
//!
//! | Feature | Proof |
//! |---|---|
//! | files | `/dev/null` is declared, and opened for writing; a file of `/proc` is not, nor is our own program |
//! | truncation | `truncate` of that file |
//! | connections | `connect` to a port of ours, and `bind` |
//! | isolation | `connect` to an abstract socket of ours, and `kill` of this process with no signal |
//! | attempts | every one of these calls was asked about, in order, and waited for its answer |
//! | paths | a path was read from the child's memory, which differs from our own to the system's eyes |
//! | brokering | a copy of the child's socket was connected by us, and the connection arrived |
//!
//! Landlock itself has to say that it holds all that it was asked for. Where not everything can be had, what can be
//! enforced and what can be seen are tried each by itself.

mod attempt;
mod scene;
mod verdict;
mod witness;

#[cfg(test)]
mod tests;

use std::io;
use std::process::Command;

use super::super::{Feature, Level, Probed, Shortfall};
use super::filter::NATIVE;
use super::spawn::{SpawnError, spawn};
use super::sys;
pub(super) use attempt::Attempts;
use attempt::{Outcomes, outcomes};
use scene::Scene;
use witness::Sight;

/// What enforcing takes.
const HOLDING: [Feature; 4] =
    [Feature::Files, Feature::Truncation, Feature::Connections, Feature::Isolation];
/// What seeing takes.
const SEEING: [Feature; 3] = [Feature::Attempts, Feature::Paths, Feature::Brokering];

/// Confines a child as a command would be, and has it try what must work and what must not.
pub(in super::super) fn probe() -> Probed {
    if NATIVE == 0 {
        return Probed::nothing("not implemented for this processor");
    }
    let shortfalls = prove(Level::EnforcedObserved).unwrap_or_else(|both| {
        let held = prove(Level::EnforcedSnapshot);
        let seen = prove(Level::Observed);
        if held.is_ok() && seen.is_ok() {
            return all_short(&SEEING, &both);
        }
        let mut shortfalls = held.unwrap_or_else(|reason| all_short(&HOLDING, &reason));
        shortfalls.extend(seen.unwrap_or_else(|reason| all_short(&SEEING, &reason)));
        shortfalls
    });
    Probed { landlock: sys::landlock_version(), shortfalls }
}

fn all_short(features: &[Feature], reason: &str) -> Vec<Shortfall> {
    let short = |&feature| Shortfall { feature, reason: reason.to_owned() };
    features.iter().map(short).collect()
}

/// Says what the system says, and what people would not know of it.
fn told(error: &io::Error) -> String {
    if error.raw_os_error() == Some(libc::EBUSY) {
        return "there is a scope around this one, and the kernel asks about one alone".to_owned();
    }
    error.to_string()
}

/// Returns what a level falls short of; an error is why it could not be taken on at all.
fn prove(level: Level) -> Result<Vec<Shortfall>, String> {
    let scene = Scene::set().map_err(|error| told(&error))?;
    let outside = scene.outcomes_outside().map_err(|error| told(&error))?;
    let (inside, sight) = attempt(&scene, level)?;
    let mut shortfalls = Vec::new();
    if level.enforces() {
        shortfalls.extend(verdict::of_holding(&outside, &inside));
    }
    if let Some(sight) = sight {
        shortfalls.extend(verdict::of_seeing(&inside, &sight, arrived(&scene, level)));
    }
    Ok(shortfalls)
}

/// Tells whether the connection arrived that was made on the child's behalf: where nothing is enforced, the one before
/// has as well.
fn arrived(scene: &Scene, level: Level) -> bool {
    (level.enforces() || scene.was_reached()) && scene.was_reached()
}

/// Starts a child that makes the attempts; returns what came of them, and what was seen of it.
fn attempt(scene: &Scene, level: Level) -> Result<(Outcomes, Option<Sight>), String> {
    // It is never executed: the attempts come before, and this one is answered with a refusal.
    let mut command = Command::new("/");
    let (attempts, report) =
        scene.attempts().and_then(Attempts::new).map_err(|error| told(&error))?;
    sys::attempt_before_exec(&mut command, attempts);
    let mut witness = None;
    let address = scene.address();
    let ready = |listener| {
        witness = Some(witness::answer(listener, address)?);
        Ok(())
    };
    let started = spawn(command, &Scene::scope(), level, ready);
    let sight = witness.map(|thread| thread.join().map_err(|_| "nobody answered".to_owned()));
    match started {
        Err(SpawnError::NotStarted(error)) if error.kind() == io::ErrorKind::PermissionDenied => {}
        Err(SpawnError::NotStarted(error) | SpawnError::Unconfined(error)) => {
            return Err(told(&error));
        }
        Ok(mut child) => {
            let _ = child.kill().and_then(|()| child.wait());
            return Err("a directory was executed".to_owned());
        }
    }
    Ok((outcomes(report).map_err(|error| told(&error))?, sight.transpose()?))
}
