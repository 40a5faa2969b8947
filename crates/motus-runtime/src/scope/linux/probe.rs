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
//! | connections | `connect` to a port of ours; `bind`, or else `listen`, without which nobody is reached |
//! | isolation | `connect` to an abstract socket of ours, and `kill` of this process with no signal |
//! | attempts | every one of these calls was asked about, in order, and waited for its answer |
//! | paths | a path was read from the child's memory, which differs from our own to the system's eyes |
//! | brokering | a copy of the child's socket was connected by us, and the connection arrived |
//!
//! Nothing of what is seen is tried where `/proc` is that of another PID namespace: any process there would do as proof.
//! Landlock itself has to say that it holds all that it was asked for. Where not everything can be had, what can be
//! enforced and what can be seen are tried each by itself.

mod attempt;
mod scene;
mod verdict;
mod witness;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::io;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::super::{Feature, Level, Probed, Shortfall};
use super::filter::NATIVE;
use super::spawn::{SpawnError, spawn};
use super::sys;
use crate::numbering;
pub(super) use attempt::Attempts;
use attempt::{Outcomes, outcomes};
use scene::Scene;
use witness::Sight;

/// What enforcing takes.
const HOLDING: [Feature; 4] =
    [Feature::Files, Feature::Truncation, Feature::Connections, Feature::Isolation];
/// What seeing takes.
const SEEING: [Feature; 3] = [Feature::Attempts, Feature::Paths, Feature::Brokering];

/// How long is waited before it is tried again where the system is short of something, in thousandths of a second.
const PAUSES: [u64; 4] = [1, 4, 16, 64];

/// Confines a child as a command would be, and has it try what must work and what must not.
///
/// Errors: the system is short of something, such as processes or descriptors, and stays so: that says nothing about what
/// it can do.
pub(in super::super) fn probe() -> io::Result<Probed> {
    if NATIVE == 0 {
        return Ok(Probed::nothing("not implemented for this processor"));
    }
    let is_seeing = numbering::is_that_of_proc();
    let shortfalls = settled(|| if is_seeing { of_all() } else { of_holding_alone() })?;
    Ok(Probed { landlock: sys::landlock_version(), shortfalls })
}

/// Tries again where it fails, some times.
fn settled<T>(mut try_once: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for pause in PAUSES {
        if let Ok(tried) = try_once() {
            return Ok(tried);
        }
        thread::sleep(Duration::from_millis(pause));
    }
    try_once()
}

fn of_all() -> io::Result<Vec<Shortfall>> {
    let both = match prove(Level::EnforcedObserved)? {
        Proof::Tried(shortfalls) => return Ok(shortfalls),
        Proof::Refused(reason) => reason,
    };
    match (prove(Level::EnforcedSnapshot)?, prove(Level::Observed)?) {
        (Proof::Tried(_), Proof::Tried(_)) => Ok(all_short(&SEEING, &both)),
        (held, seen) => {
            let mut shortfalls = held.shortfalls(&HOLDING);
            shortfalls.extend(seen.shortfalls(&SEEING));
            Ok(shortfalls)
        }
    }
}

/// Whoever asks is told by a number, and what stands under it in `/proc` would be somebody else's.
fn of_holding_alone() -> io::Result<Vec<Shortfall>> {
    let mut shortfalls = prove(Level::EnforcedSnapshot)?.shortfalls(&HOLDING);
    shortfalls.extend(all_short(&SEEING, "/proc is not that of this PID namespace"));
    Ok(shortfalls)
}

/// What came of taking on a level.
#[derive(Debug)]
enum Proof {
    /// What it falls short of.
    Tried(Vec<Shortfall>),
    /// Why it could not be taken on at all.
    Refused(String),
}

impl Proof {
    /// Returns what it falls short of, which may be all of these.
    fn shortfalls(self, features: &[Feature]) -> Vec<Shortfall> {
        match self {
            Self::Tried(shortfalls) => shortfalls,
            Self::Refused(reason) => all_short(features, &reason),
        }
    }
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

/// Tells whether an error, or one behind it, says that there is too little of something at the moment: that says nothing
/// about a feature.
fn is_shortage(error: &io::Error) -> bool {
    let shortages = [libc::EAGAIN, libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM];
    if error.kind() == io::ErrorKind::Interrupted {
        return true;
    }
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        let number = cause.downcast_ref().and_then(io::Error::raw_os_error);
        if number.is_some_and(|number| shortages.contains(&number)) {
            return true;
        }
        next = cause.source();
    }
    false
}

/// Tries a level. Errors: a shortage.
fn prove(level: Level) -> io::Result<Proof> {
    match try_level(level) {
        Ok(shortfalls) => Ok(Proof::Tried(shortfalls)),
        Err(error) if is_shortage(&error) => Err(error),
        Err(error) => Ok(Proof::Refused(told(&error))),
    }
}

/// Returns what a level falls short of; an error is why it could not be taken on at all, or a shortage.
fn try_level(level: Level) -> io::Result<Vec<Shortfall>> {
    let scene = Scene::set()?;
    let outside = scene.outcomes_outside()?;
    let (inside, sight) = attempt(&scene, level)?;
    let sight = sight.map(Sight::proved).transpose()?;
    let outcomes =
        outside.iter().chain(&inside).map(|number| io::Error::from_raw_os_error(*number));
    if let Some(shortage) = outcomes.into_iter().find(is_shortage) {
        return Err(shortage);
    }
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
fn attempt(scene: &Scene, level: Level) -> io::Result<(Outcomes, Option<Sight>)> {
    // It is never executed: the attempts come before, and this one is answered with a refusal.
    let mut command = Command::new("/");
    let (attempts, report) = scene.attempts().and_then(Attempts::new)?;
    sys::attempt_before_exec(&mut command, attempts);
    let mut witness = None;
    let address = scene.address();
    let ready = |listener| {
        witness = Some(witness::answer(listener, address)?);
        Ok(())
    };
    let started = spawn(command, &Scene::scope(), level, ready);
    let nobody = |_| io::Error::other("nobody answered");
    let sight = witness.map(|thread| thread.join().map_err(nobody));
    match started {
        Err(SpawnError::NotStarted(error)) if error.kind() == io::ErrorKind::PermissionDenied => {}
        Err(SpawnError::NotStarted(error) | SpawnError::Unconfined(error)) => return Err(error),
        Ok(mut child) => {
            let _ = child.kill().and_then(|()| child.wait());
            return Err(ended_early());
        }
    }
    let outcomes = outcomes(report).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ended_early(),
        _ => error,
    });
    Ok((outcomes?, sight.transpose()?))
}

/// Whoever was to try it was ended, for want of memory or by somebody.
fn ended_early() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "who was to try it was ended")
}
