//! A writer that is killed at a system call, or whose system call fails: each one after the other.
//!
//! strace does it as the call is entered, so that the call does not happen. What opening a file changes is
//! seen by a kill at the next call.

use std::path::Path;

use super::memory::{Call, Memory};
use super::scenario::Scenario;
use super::verdict::{Change, Told};
use crate::harness::{CHANGING_CALLS, Captured, capture_with_input, hindered, trace};

/// What befalls the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// It is killed.
    Kill,
    /// The call fails with this error.
    Error(&'static str),
}

/// What a walk came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Calls that were a place to die or to fail.
    pub hindered: u32,
    /// How many of the writers told that nothing was changed.
    pub refused: u32,
    /// How many told that the change is in the log and not in place.
    pub unfinished: u32,
    /// How many told success all the same.
    pub done: u32,
}

/// Calls that change nothing, or not much, and may fail.
const FAILING: [&str; 3] = ["openat", "?openat2", "flock"];

/// More calls of one kind than a change makes: there the walk would never end.
const TOO_MANY: u32 = 300;

/// The exit code of a program whose libraries could not be loaded: it has not begun.
const NOT_LOADED: i32 = 127;

/// Hinders the change at its first call, the second, and so on, for each kind of call.
///
/// Errors: what did not hold, and at which call.
pub fn walk(program: &Path, scenario: &Scenario, hindrance: Hindrance) -> Result<Walked, String> {
    let prepared = scenario.prepare(program)?;
    let before = prepared.state().map_err(|error| error.to_string())?;
    let after = scenario.undisturbed(&prepared)?;
    let change = Change { scenario, before, after };
    let mut walked = Walked::default();
    each(hindrance, |inject| hinder(&change, &prepared, inject, &mut walked))
        .map_err(|why| format!("{}, {why}", scenario.name))?;
    Ok(walked)
}

/// Kills the change at every call, and then at every call whoever settles what it left; returns how often.
///
/// Errors: what did not hold, and at which calls.
pub fn walk_settling(program: &Path, scenario: &Scenario) -> Result<u32, String> {
    let prepared = scenario.prepare(program)?;
    let before = prepared.state().map_err(|error| error.to_string())?;
    let after = scenario.undisturbed(&prepared)?;
    let change = Change { scenario, before, after };
    let mut kills = 0;
    each(Hindrance::Kill, |inject| {
        let left = prepared.copied().map_err(|error| error.to_string())?;
        let (ended, _) = run(&left, &scenario.call, inject);
        let told = Told::by(&ended)?;
        each(Hindrance::Kill, |inject| {
            let memory = left.copied().map_err(|error| error.to_string())?;
            let (settling, _) = run(&memory, &Call::new(&["doctor", "--fix"]), inject);
            change.check_settled(&memory, told)?;
            kills += u32::from(settling.signal.is_some());
            Ok(settling.signal.is_some())
        })?;
        Ok(ended.signal.is_some())
    })
    .map_err(|why| format!("{}, {why}", scenario.name))?;
    Ok(kills)
}

/// Tries each call of each kind in turn, until one was never reached.
///
/// Errors: what is found out, with the call.
fn each(
    hindrance: Hindrance,
    mut at: impl FnMut(&str) -> Result<bool, String>,
) -> Result<(), String> {
    let failing = if hindrance == Hindrance::Kill { &[] } else { &FAILING[..] };
    for call in CHANGING_CALLS.iter().chain(failing) {
        for number in 1.. {
            let named = |why: String| format!("{hindrance:?} at {call} number {number}: {why}");
            if number > TOO_MANY {
                return Err(named("there is no end of them".to_owned()));
            }
            let inject = format!("{call}:{}:when={number}", hindrance.spelled());
            if !at(&inject).map_err(named)? {
                break;
            }
        }
    }
    Ok(())
}

impl Hindrance {
    fn spelled(self) -> String {
        match self {
            Self::Kill => "signal=SIGKILL".to_owned(),
            Self::Error(name) => format!("error={name}"),
        }
    }
}

/// Makes the change once, hindered; tells whether it came so far.
fn hinder(
    change: &Change<'_>,
    prepared: &Memory,
    inject: &str,
    walked: &mut Walked,
) -> Result<bool, String> {
    let memory = prepared.copied().map_err(|error| error.to_string())?;
    let (ended, trace) = run(&memory, &change.scenario.call, inject);
    let was_hit = ended.signal.is_some() || trace.contains("(INJECTED)");
    let told = Told::by(&ended)?;
    let is_loaded = ended.code != Some(NOT_LOADED);
    if told == Told::Nothing && ended.signal.is_none() && is_loaded && !is_speech(&trace) {
        return Err(format!("it exited with {:?} and told nothing", ended.code));
    }
    change.check_at_once(&memory, told)?;
    change.check_settled(&memory, told)?;
    if was_hit {
        walked.count(told);
    } else if told != Told::Done {
        return Err(format!("undisturbed, it told {told:?}"));
    }
    Ok(was_hit)
}

impl Walked {
    fn count(&mut self, told: Told) {
        self.hindered += 1;
        match told {
            Told::Done => self.done += 1,
            Told::Refused => self.refused += 1,
            Told::Unfinished => self.unfinished += 1,
            Told::Nothing => {}
        }
    }
}

/// Runs a call under strace; returns what was traced of the system call, too.
fn run(memory: &Memory, asked: &Call, inject: &str) -> (Captured, String) {
    let mut strace = hindered(&memory.scratch, inject, &memory.command(asked));
    let ended = capture_with_input(&mut strace, asked.request());
    (ended, trace(&memory.scratch))
}

/// Tells whether what failed was the telling itself.
fn is_speech(trace: &str) -> bool {
    let injected = trace.lines().find(|line| line.contains("(INJECTED)")).unwrap_or_default();
    injected.contains("write(1,")
}
