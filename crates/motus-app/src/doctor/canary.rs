//! A trial recording: a command wrapped into a Store of its own, read back, and every digest computed
//! again.
//!
//! The user's Store is not touched, nothing of the trial is left behind, and its output goes nowhere.

mod verify;

use std::path::Path;
use std::time::Duration;

use motus_fs::TemporaryDirectory;
use motus_ledger::{Clock, Ids, Outcome, RunId, Store};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::{Check, advice};
use crate::exit;
use crate::wrap::{Command, Recorded, Recording, WrapError, Wrapped, wrap_discarding};

const NAME: &str = "capture_canary";

/// How the names of the directories of trials begin.
pub(super) const DIRECTORY: &str = "motus-canary-";

/// What the command says, on both of its outputs; it must not be found in what was recorded.
const SECRET: &str = "canary-in-the-coal-mine";

/// The command's own exit code, which no failure of a shell has.
const CODE: u8 = 7;

/// The command takes a few milliseconds; a system in which it does not is not waited for.
const TIMEOUT: Duration = Duration::from_secs(5);

const TRY_ELSEWHERE: &str = "set TMPDIR to a directory on a local disk that you may write";

const NOT_TRUSTED: &str =
    "do not rely on new records: install motus anew, then run the doctor again, and report it";

/// There is one run in the Store, which nothing has to tell from others.
struct SameIds;

impl Ids for SameIds {
    fn random(&self) -> [u8; 6] {
        [0; 6]
    }
}

/// Records a command as `motus wrap` does and reads it back.
///
/// The second is the code to exit with when a signal asked meanwhile for an end: it was meant for the doctor.
pub(super) fn capture_canary(clock: &dyn Clock) -> (Check, Option<u8>) {
    let directory = match TemporaryDirectory::new(DIRECTORY) {
        Ok(directory) => directory,
        Err(error) => {
            let message = format!("No place for a trial: {error}");
            return (Check::warn(NAME, message, TRY_ELSEWHERE), None);
        }
    };
    let place = trial_place(&directory);
    let (check, code) = match record(&place, directory.path(), clock) {
        Ok(wrapped) => match interruption(&place, &wrapped) {
            Some(code) => (interrupted(), Some(code)),
            None => (judge(&place, &wrapped), None),
        },
        Err(error) => (not_recorded(&error.to_string()), None),
    };
    match directory.remove() {
        Err(error) if check.next.is_none() => {
            let message = format!("The trial left something behind: {error}");
            (Check::warn(NAME, message, advice::on_file(&error)), code)
        }
        _ => (check, code),
    }
}

/// Returns the code that a signal asks to end with; a command that died by itself was not cut short.
fn interruption(place: &StorePlace, wrapped: &Wrapped) -> Option<u8> {
    let was_cut_short = match &wrapped.run {
        None => true,
        Some(run) => outcome(place, &run.run_id) == Some(Outcome::Aborted),
    };
    (was_cut_short && wrapped.exit_code > exit::SIGNAL_BASE).then_some(wrapped.exit_code)
}

fn outcome(place: &StorePlace, run_id: &RunId) -> Option<Outcome> {
    let mut store = SqliteStore::open_read_only(place).ok()?;
    let run = store.begin_read().and_then(|transaction| transaction.run(run_id));
    Some(run.ok()??.closing?.outcome)
}

fn trial_place(directory: &TemporaryDirectory) -> StorePlace {
    StorePlace::new(directory.path().join("kernel-store.db"))
}

fn not_recorded(cause: &str) -> Check {
    Check::warn(NAME, format!("A trial could not be recorded: {cause}"), TRY_ELSEWHERE)
}

fn record(place: &StorePlace, directory: &Path, clock: &dyn Clock) -> Result<Wrapped, WrapError> {
    let script = format!("printf {SECRET}; printf '{SECRET}\\n\\n' >&2; exit {CODE}");
    let command = Command {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        timeout: Some(TIMEOUT),
        scope: None,
    };
    let recording = Recording {
        place: place.clone(),
        private: true,
        // One that is not there is in no repository, so that git is not asked about a large one.
        directory: directory.join("nowhere"),
        producer: None,
        step: None,
        max_output_bytes: u64::MAX,
    };
    wrap_discarding(&command, &recording, clock, &SameIds)
}

fn judge(place: &StorePlace, wrapped: &Wrapped) -> Check {
    let Some(run) = &wrapped.run else {
        return interrupted();
    };
    match &run.recorded {
        Recorded::InStore => {}
        Recorded::Spooled { cause, .. } | Recorded::Unwritten { cause, .. } => {
            return not_recorded(&cause.to_string());
        }
    }
    if let Some(failure) = &wrapped.start_failure {
        return Check::warn(
            NAME,
            format!("The trial recorded that its command did not start: {}", failure.line),
            "see that /bin/sh is there and that new processes may be started",
        );
    }
    if wrapped.exit_code != CODE {
        return interrupted();
    }
    match verify::verify(place, &run.run_id) {
        Ok(()) => Check::pass(NAME, "A trial command was recorded and read back unchanged"),
        Err(problem) => Check::fail(
            NAME,
            format!("A trial was not recorded as it happened: {problem}"),
            NOT_TRUSTED,
        ),
    }
}

fn interrupted() -> Check {
    Check::warn(NAME, "The trial was interrupted", "run the doctor again")
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use motus_testkit::FixedClock;
    use motus_testkit::harness::capture;

    use super::*;

    /// Only one trial of a process has its signals.
    pub(super) fn alone() -> MutexGuard<'static, ()> {
        static TRIALS: Mutex<()> = Mutex::new(());
        TRIALS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A clock that asks its own process to end when it is asked: the start is being recorded by then.
    struct Interrupting(&'static str, FixedClock);

    impl Clock for Interrupting {
        #[expect(clippy::disallowed_methods, reason = "there is no other way to send a signal")]
        fn unix_nanoseconds(&self) -> u64 {
            let mut kill = std::process::Command::new("kill");
            let kill = kill.arg(self.0).arg(std::process::id().to_string());
            drop(capture(kill).expect_success());
            self.1.unix_nanoseconds()
        }
    }

    #[test]
    fn a_signal_during_the_trial_is_meant_for_the_doctor() {
        let _alone = alone();
        for (signal, code) in [("-TERM", 143), ("-INT", 130), ("-HUP", 129)] {
            let (check, asked) = capture_canary(&Interrupting(signal, FixedClock::default()));
            assert_eq!((check, asked), (interrupted(), Some(code)));
        }
        let (check, asked) = capture_canary(&FixedClock::default());
        assert_eq!((check.next, asked), (None, None), "{}", check.message);
    }
}
