//! A trial recording: a command wrapped into a Store of its own, read back, and every digest computed
//! again.
//!
//! The user's Store is not touched, nothing of the trial is left behind, and its output goes nowhere.

mod verify;

use std::path::Path;
use std::time::Duration;

use motus_fs::TemporaryDirectory;
use motus_ledger::{Clock, Ids};
use motus_store::StorePlace;

use crate::doctor::{Check, advice};
use crate::wrap::{Command, Recorded, Recording, WrapError, Wrapped, wrap_discarding};

const NAME: &str = "capture_canary";

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
pub(super) fn capture_canary(clock: &dyn Clock) -> Check {
    let directory = match TemporaryDirectory::new("motus-canary-") {
        Ok(directory) => directory,
        Err(error) => {
            return Check::warn(NAME, format!("No place for a trial: {error}"), TRY_ELSEWHERE);
        }
    };
    let place = trial_place(&directory);
    let check = match record(&place, directory.path(), clock) {
        Ok(wrapped) => judge(&place, &wrapped),
        Err(error) => not_recorded(&error.to_string()),
    };
    match directory.remove() {
        Err(error) if check.next.is_none() => Check::warn(
            NAME,
            format!("The trial left something behind: {error}"),
            advice::on_file(&error),
        ),
        _ => check,
    }
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
    };
    let recording = Recording {
        place: place.clone(),
        private: true,
        // One that is not there is in no repository, so that git is not asked about a large one.
        directory: directory.join("nowhere"),
        producer: None,
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
