//! Wrapping a command: one transaction before it starts, one after it ends, nothing held between.

mod begin;
mod end;
mod in_scope;
mod process;
mod verdict;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::FileError;
use motus_ledger::wrap::CiStep;
use motus_ledger::{Clock, Ids, LedgerError, Outcome, RunId, StoreError};
use motus_runtime::{Outputs, SuperviseError, Supervisor, git};
use motus_store::{Notice, SqliteStore, StorePlace};
use thiserror::Error;

use crate::evidence::{Expected, Gathered, Patience, Wanted};
use crate::scope::{Plan, Told};

pub use end::Recorded;
pub(crate) use process::wrapper_of;
pub use verdict::{FailedStart, LostOutput, Verdict};

/// How long the git command may take to tell the state of the working tree.
const GIT_LIMIT: Duration = Duration::from_secs(2);

/// A command to run.
#[derive(Debug, Clone)]
pub struct Command {
    /// A path, or a name that is looked up in `PATH`.
    pub program: OsString,
    /// Passed verbatim.
    pub arguments: Vec<OsString>,
    /// How long it may run.
    pub timeout: Option<Duration>,
    /// The scope that it is held to.
    pub scope: Option<Box<Plan>>,
}

/// How a command is recorded.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The Store; its path is absolute, because the command may read it from elsewhere.
    pub place: StorePlace,
    /// Whether access by group and others to the Store is taken away.
    pub private: bool,
    /// The working directory.
    pub directory: PathBuf,
    /// The producer that the user named; it is recorded by its hash. A CI step names its own.
    pub producer: Option<String>,
    /// The step of a CI job whose command it is.
    pub step: Option<CiStep>,
    /// Output larger than this many bytes is marked as truncated.
    pub max_output_bytes: u64,
}

/// What came of a wrapped command.
#[derive(Debug)]
pub struct Wrapped {
    /// The code to exit with.
    pub exit_code: u8,
    /// What it came to.
    pub outcome: Outcome,
    /// What to tell when the command could not be started.
    pub start_failure: Option<FailedStart>,
    /// Which of its outputs were lost.
    pub lost_outputs: Vec<LostOutput>,
    /// Whether it was ended because it wrote more than its scope allows.
    pub is_output_spent: bool,
    /// What came of its scope, if it had one and was started.
    pub scope: Option<Told>,
    /// Why its directory for temporary files is left.
    pub leftover: Option<FileError>,
    /// The recorded run; `None` when nothing was to be recorded.
    pub run: Option<WrappedRun>,
}

/// A run that was recorded for a wrapped command.
#[derive(Debug)]
pub struct WrappedRun {
    /// The run.
    pub run_id: RunId,
    /// Where its end is.
    pub recorded: Recorded,
    /// What was changed about the Store's files.
    pub notices: Vec<Notice>,
    /// What came of the files that the command was expected to leave.
    pub evidence: Vec<Gathered>,
}

/// Why a command was not started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WrapError {
    /// The start could not be recorded, so nothing was started.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Signals or outputs could not be taken over.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
}

impl WrapError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Supervise(error) => error.code(),
        }
    }
}

impl From<StoreError> for WrapError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(error.into())
    }
}

/// Runs a command, records it as a run, and takes the files that it is expected to leave as evidence.
///
/// An error means that the command was not started. Once it was, its own exit code is what counts,
/// and an end that the Store cannot take is kept elsewhere: see [`Recorded`]. A signal that asks to end
/// before the start is recorded leaves no run.
///
/// What is `wanted` is read after the command ended and before the run is closed: it is recorded in one transaction with
/// the end, behind which nothing of a run stands. What is missing, was not written, is not what it should be, or is
/// so long that somebody asks for an end first, is recorded as such, and changes neither outcome nor exit code.
pub fn wrap(
    command: &Command,
    recording: &Recording,
    wanted: &[Wanted],
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Wrapped, WrapError> {
    let supervisor = Supervisor::install()?;
    record(supervisor, Outputs::inherited()?, command, recording, wanted, clock, ids)
}

/// Runs and records a command as [`wrap`] does, and discards its output.
pub(crate) fn wrap_discarding(
    command: &Command,
    recording: &Recording,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Wrapped, WrapError> {
    let supervisor = Supervisor::install()?;
    record(supervisor, Outputs::discarded()?, command, recording, &[], clock, ids)
}

fn record(
    mut supervisor: Supervisor,
    outputs: Outputs,
    command: &Command,
    recording: &Recording,
    wanted: &[Wanted],
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Wrapped, WrapError> {
    let opened = SqliteStore::open(&recording.place, recording.private)?;
    let mut store = opened.store;
    let facts = git::facts(&recording.directory, GIT_LIMIT);
    if let Some(signal) = supervisor.pending() {
        return Ok(Wrapped::interrupted_before_the_start(signal));
    }
    let begun = begin::record_start(&mut store, command, recording, wanted, facts, clock, ids)?;
    let expected = Expected::note(wanted, &recording.directory);
    let environment = child_environment(&begun.run.id, recording.place.path());
    let (completion, temporary) = in_scope::run(&mut supervisor, command, environment, outputs);
    let verdict = Verdict::of(command, &completion);
    // Before what was left is read: reading it is not what the command took its time for.
    let ended_at = clock.unix_nanoseconds();
    let mut is_asked_to_end = || supervisor.pending().is_some();
    let patience = Patience::until(&mut is_asked_to_end);
    let evidence = expected.gather(&recording.place, command.scope.as_deref(), patience);
    let mut journal = begun.journal(&verdict, &completion, recording.max_output_bytes, ended_at);
    begun.add_evidence(&mut journal, &evidence);
    let seen = in_scope::seen(command, &completion, Some(store.place()));
    let told = seen.map(|(observed, told)| {
        begun.add_observed(&mut journal, &observed);
        told
    });
    let recorded = end::record(&journal, &mut store);
    let leftover = temporary.and_then(in_scope::Temporary::remove);
    let run = WrappedRun { run_id: begun.run.id, recorded, notices: opened.notices, evidence };
    Ok(Wrapped { leftover, ..Wrapped::judged(verdict, told, Some(run)) })
}

/// Runs a command as [`wrap`] does and records nothing.
pub fn run_unrecorded(command: &Command) -> Result<Wrapped, WrapError> {
    let mut supervisor = Supervisor::install()?;
    let outputs = Outputs::inherited()?;
    let (completion, temporary) = in_scope::run(&mut supervisor, command, Vec::new(), outputs);
    let told = in_scope::seen(command, &completion, None).map(|(_, told)| told);
    let leftover = temporary.and_then(in_scope::Temporary::remove);
    Ok(Wrapped { leftover, ..Wrapped::judged(Verdict::of(command, &completion), told, None) })
}

impl Wrapped {
    fn judged(verdict: Verdict, scope: Option<Told>, run: Option<WrappedRun>) -> Self {
        Self {
            exit_code: verdict.exit_code,
            is_output_spent: verdict.is_output_spent,
            outcome: verdict.outcome,
            start_failure: verdict.start_failure,
            lost_outputs: verdict.lost_outputs,
            scope,
            leftover: None,
            run,
        }
    }

    fn interrupted_before_the_start(signal: i32) -> Self {
        Self {
            exit_code: verdict::signal_code(signal),
            outcome: Outcome::Aborted,
            start_failure: None,
            lost_outputs: Vec::new(),
            is_output_spent: false,
            scope: None,
            leftover: None,
            run: None,
        }
    }
}

/// Lets the command, and Motus commands inside it, find the run and the Store.
fn child_environment(run_id: &RunId, store: &Path) -> Vec<(OsString, OsString)> {
    vec![
        ("MOTUS_RUN_ID".into(), run_id.as_str().into()),
        ("MOTUS_KERNEL_STORE_PATH".into(), store.into()),
    ]
}
