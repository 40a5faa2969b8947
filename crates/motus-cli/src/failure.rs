//! Every error as code, message, causes, hints and exit code.

mod conversions;
mod faults;
mod report;

use std::error::Error;
use std::io;
use std::path::PathBuf;

use motus_app::action::ActionError;
use motus_app::bundle::{OpenError, PolicyError};
use motus_app::care::{BackupError, CareError};
use motus_app::effects::EffectsError;
use motus_app::evidence::EvidenceError;
use motus_app::exit;
use motus_app::hint::hint;
use motus_app::loops::SimulateError;
use motus_app::receipts::ReceiptError;
use motus_app::releases::ReleaseError;
use motus_app::runs::RunError;
use motus_app::scope::ScopeError;
use motus_app::scope::around::is_withheld;
use motus_app::scope::check::CheckError as EffectsCheckError;
use motus_app::scope::learned::KeepError;
use motus_app::settings::SettingsError;
use motus_app::strategies::{Fault, LibraryError};
use motus_app::travel::TravelError;
use motus_app::work::WorkFailure;
use motus_app::workspace::InitError;
use motus_app::wrap::WrapError;
use motus_json::CheckError;
use motus_ledger::work::WorkError;
use motus_ledger::{LedgerError, RunId};

use crate::environment::Environment;

/// Why a command failed, ready to be told.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be understood.
    Refused(Refusal),
    /// `motus wrap` has nothing to run.
    CommandMissing,
    /// `--timeout` is no time.
    TimeoutInvalid,
    /// `--max-output-bytes` is no size.
    MaxOutputBytesInvalid,
    /// `motus help` knows nothing of this.
    TopicUnknown(String),
    /// `motus help` has this as text only.
    TopicIsText,
    /// A Store's path begins with a `~` that names no home directory we know.
    HomeUnknown(PathBuf),
    /// The current directory cannot be read.
    NoDirectory(io::Error),
    /// The system gives no random bytes.
    NoRandomness(getrandom::Error),
    /// stdout cannot be written.
    NoOutput(io::Error),
    /// A document that was asked for cannot be read, and why.
    NoInput(PathBuf, io::Error),
    /// `--expect` is no digest.
    DigestInvalid,
    /// The input is not in its canonical form, or has none.
    NotCanonical(CheckError),
    /// There is no bundle to look at.
    Bundle(OpenError),
    /// A document is no policy.
    Policy(PathBuf, PolicyError),
    /// A document is no list of effects.
    Effects(PathBuf, EffectsError),
    /// Nothing came of a scenario.
    Simulation(PathBuf, SimulateError),
    /// A document holds no signals.
    Signals(PathBuf, Vec<Fault>),
    /// A directory is no library of strategies.
    Library(LibraryError),
    /// A scope was not planned.
    Scope(ScopeError),
    /// There is no room for a scope that is to be learned.
    ScopeFile(KeepError),
    /// What was seen of a run was not compared with what was declared.
    EffectsCheck(EffectsCheckError),
    /// A command was not started.
    Wrap(WrapError),
    /// The command of a CI step was not run.
    Action(ActionError),
    /// A lock was refused.
    Lock(LedgerError),
    /// A file is not taken as evidence.
    Evidence(EvidenceError),
    /// A step of the work loop was refused.
    Work(WorkFailure),
    /// No portable document can be made of a run.
    Receipt(ReceiptError),
    /// Something was not done to a release.
    Release(ReleaseError),
    /// The work loop is told to use no Store.
    WorkStoreOff,
    /// A workspace was not set up.
    Init(InitError),
    /// A file of settings is wrong, or was not changed.
    Settings(SettingsError),
    /// The Store could not be looked after.
    Care(CareError),
    /// Runs could not be taken in or written out.
    Travel(TravelError),
    /// A run could not be read back.
    Run(RunError),
    /// Something that failed where more is known of what can be done than its code says.
    Hinted {
        /// What failed.
        failure: Box<Self>,
        /// What the person can do.
        hint: String,
    },
}

/// What is wrong with a command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) tips: Vec<String>,
    pub(crate) usage: Option<String>,
}

impl Failure {
    /// Looks for the Store that was meant when there is none here, or it is denied.
    pub(crate) fn look_above(self, environment: &Environment) -> Self {
        self.or_above(|| environment.store_above())
            .look_around(environment, "name one inside with --db")
    }

    /// Says so where the Store that was denied lies outside of the scope that this command was started in.
    pub(crate) fn look_around(self, environment: &Environment, remedy: &str) -> Self {
        let is_outside = self.code() == "store.denied"
            && environment.is_wrapped
            && is_withheld(&environment.store(None));
        if !is_outside {
            return self;
        }
        self.hinted(format!("the Store lies outside of the scope around this command; {remedy}"))
    }

    /// Tells a failure of reading a run as every command does that reads runs.
    pub(crate) fn of_run(failure: WorkFailure) -> Self {
        match failure {
            WorkFailure::Run(error) => Self::Run(error),
            other => Self::Work(other),
        }
    }

    /// Tells a failure of the work loop: what is recorded first is a claim.
    pub(crate) fn of_work(self) -> Self {
        match self.code() {
            "store.missing" => {
                self.hinted("claim a first task with `motus work claim`, or name a Store with --db")
            }
            _ => self,
        }
    }

    fn or_above(self, above: impl FnOnce() -> Option<PathBuf>) -> Self {
        if self.code() != "store.missing" {
            return self;
        }
        match above() {
            Some(directory) => self.hinted(format!(
                "there is a Store in {}; go there or use --db",
                directory.display()
            )),
            None => self,
        }
    }

    /// Tells this instead of what is advised by the code, unless something else is known already.
    pub(crate) fn hinted(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Hinted { .. } => self,
            failure => Self::Hinted { failure: Box::new(failure), hint: hint.into() },
        }
    }

    /// Returns the stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "usage.invalid",
            Self::CommandMissing => "usage.command_missing",
            Self::TimeoutInvalid => "usage.timeout_invalid",
            Self::MaxOutputBytesInvalid => "usage.max_output_bytes_invalid",
            Self::TopicUnknown(_) => "usage.topic_unknown",
            Self::TopicIsText => "usage.topic_is_text",
            Self::HomeUnknown(_) => "usage.home_unknown",
            Self::NoDirectory(_) => "system.no_directory",
            Self::NoRandomness(_) => "system.no_randomness",
            Self::NoOutput(_) => "output.failed",
            Self::NoInput(..) => "input.unreadable",
            Self::DigestInvalid => "usage.digest_invalid",
            Self::NotCanonical(error) => error.code(),
            Self::Bundle(error) => error.code(),
            Self::Policy(_, error) => error.code(),
            Self::Effects(_, error) => error.code(),
            Self::Simulation(_, error) => error.code(),
            Self::Signals(_, faults) => faults.first().map_or("signals.shape", |it| it.code),
            Self::Library(error) => error.code(),
            Self::Scope(error) => error.code(),
            Self::ScopeFile(error) => error.code(),
            Self::EffectsCheck(error) => error.code(),
            Self::Wrap(error) => error.code(),
            Self::Action(error) => error.code(),
            Self::Lock(error) => error.code(),
            Self::Evidence(error) => error.code(),
            Self::Work(error) => error.code(),
            Self::Receipt(error) => error.code(),
            Self::Release(error) => error.code(),
            Self::WorkStoreOff => "work.store_off",
            Self::Init(error) => error.code(),
            Self::Settings(error) => error.code(),
            Self::Care(error) => error.code(),
            Self::Travel(error) => error.code(),
            Self::Run(error) => error.code(),
            Self::Hinted { failure, .. } => failure.code(),
        }
    }

    /// Returns the exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.code() {
            code if code.starts_with("usage.") || code.starts_with("action.") => exit::USAGE,
            "receipt.actor_invalid" => exit::USAGE,
            // The scenario was run to its end: this is what came of it.
            "loop.persist" | "loop.unverifiable" => exit::FAILED,
            _ if self.is_about_input() => exit::USAGE,
            "import.kind_conflict"
            | "import.run_conflict"
            | "ledger.start_conflict"
            | "ledger.event_conflict"
            | "ledger.close_conflict"
            | "ledger.run_closed"
            | "work.held"
            | "work.release_conflict"
            | "lock.held"
            | "lock.missing"
            | "lock.fence_invalid" => exit::CONFLICT,
            _ => exit::FAILED,
        }
    }

    /// Tells whether there was nothing to judge, which is told apart from a verdict that is no.
    fn is_about_input(&self) -> bool {
        match self {
            Self::Hinted { failure, .. } => return failure.is_about_input(),
            // What was asked for is understood; it is this machine that falls short.
            Self::Scope(ScopeError::LevelTooLow { .. } | ScopeError::NotProbed(_)) => {
                return false;
            }
            Self::Scope(_) => return true,
            _ => {}
        }
        matches!(
            self,
            Self::Bundle(_)
                | Self::Policy(..)
                | Self::Effects(..)
                | Self::Simulation(_, SimulateError::Scenario(_))
                | Self::Signals(..)
                | Self::Library(_)
                | Self::NoInput(..)
                | Self::Evidence(_)
                | Self::ScopeFile(_)
                | Self::Lock(LedgerError::FieldRequired { .. } | LedgerError::TtlInvalid { .. })
                | Self::Work(WorkFailure::Work(
                    WorkError::Ledger(
                        LedgerError::FieldRequired { .. } | LedgerError::TtlInvalid { .. }
                    ) | WorkError::TooLong { .. }
                        | WorkError::TooMany { .. }
                        | WorkError::SecretInName { .. }
                ))
        )
    }

    pub(crate) fn message(&self) -> String {
        if let Some(fault) = self.faults().first() {
            return fault.to_string();
        }
        match self {
            Self::Refused(refusal) => refusal.message.clone(),
            Self::CommandMissing => "motus wrap requires a command after --".to_owned(),
            Self::TimeoutInvalid => "--timeout must be a positive number of seconds".to_owned(),
            Self::MaxOutputBytesInvalid => "--max-output-bytes must be positive".to_owned(),
            Self::TopicUnknown(topic) => format!("there is no command or topic `{topic}`"),
            Self::TopicIsText => "this help is text; only `exit-codes` has JSON".to_owned(),
            Self::HomeUnknown(path) => {
                format!("the home directory in this path is not known: {}", path.display())
            }
            Self::NoDirectory(_) => "the current directory cannot be read".to_owned(),
            Self::NoRandomness(_) => "the system gives no random bytes".to_owned(),
            Self::NoOutput(_) => "stdout cannot be written".to_owned(),
            Self::NoInput(path, _) => format!("{} cannot be read", path.display()),
            Self::DigestInvalid => "--expect must be 64 lower-case hexadecimal digits".to_owned(),
            Self::NotCanonical(error) => error.to_string(),
            Self::Bundle(error) => error.to_string(),
            Self::Policy(path, error) => format!("{} is no policy: {error}", path.display()),
            Self::Effects(path, error) => {
                format!("{} holds no list of effects: {error}", path.display())
            }
            Self::Simulation(_, error) => error.to_string(),
            Self::Signals(path, _) => format!("{} holds no signals", path.display()),
            Self::Library(error) => error.to_string(),
            Self::Scope(error) => error.to_string(),
            Self::ScopeFile(error) => error.to_string(),
            Self::EffectsCheck(error) => error.to_string(),
            Self::Wrap(error) => error.to_string(),
            Self::Action(error) => error.to_string(),
            Self::Lock(LedgerError::TtlInvalid { .. })
            | Self::Work(WorkFailure::Work(WorkError::Ledger(LedgerError::TtlInvalid { .. }))) => {
                "--ttl is not a time that ends: a positive number of seconds, before the year 10000"
                    .to_owned()
            }
            Self::Lock(error) => error.to_string(),
            Self::Receipt(error) => error.to_string(),
            Self::Release(error) => error.to_string(),
            Self::WorkStoreOff => {
                "MOTUS_WORK_STORE_BRIDGE says that work is not to be recorded, and there is no other \
                 place for it"
                    .to_owned()
            }
            Self::Init(error) => error.to_string(),
            Self::Settings(error) => error.to_string(),
            Self::Care(error) => error.to_string(),
            Self::Travel(error) => error.to_string(),
            Self::Run(RunError::Ambiguous { prefix, .. })
            | Self::Work(WorkFailure::Run(RunError::Ambiguous { prefix, .. })) => {
                format!("more than one run starts with `{prefix}`")
            }
            Self::Run(error) => error.to_string(),
            Self::Evidence(error) => error.to_string(),
            Self::Work(error) => error.to_string(),
            Self::Hinted { failure, .. } => failure.message(),
        }
    }

    /// Returns what led to the failure, nearest first, without what the message says already.
    pub(crate) fn causes(&self) -> Vec<String> {
        match self {
            Self::NoDirectory(error) | Self::NoOutput(error) | Self::NoInput(_, error) => {
                vec![error.to_string()]
            }
            Self::NoRandomness(error) => vec![error.to_string()],
            Self::Simulation(_, error) => sources(error),
            Self::Library(error) => sources(error),
            Self::Scope(ScopeError::LevelTooLow { shortfalls, .. }) => shortfalls.clone(),
            Self::Scope(error) => sources(error),
            Self::ScopeFile(error) => sources(error),
            Self::EffectsCheck(error) => sources(error),
            Self::Wrap(error) => sources(error),
            Self::Lock(error) => sources(error),
            Self::Evidence(error) => sources(error),
            Self::Work(error) => sources(error),
            Self::Receipt(error) => sources(error),
            Self::Release(error) => [error.details(), sources(error)].concat(),
            Self::Init(error) => sources(error),
            Self::Settings(error) => sources(error),
            Self::Care(error) => sources(error),
            Self::Travel(error) => sources(error),
            Self::Run(error) => sources(error),
            Self::Hinted { failure, .. } => failure.causes(),
            _ => Vec::new(),
        }
    }

    /// Returns what the person can do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) if !refusal.tips.is_empty() => refusal.tips.clone(),
            Self::Hinted { hint, .. } => vec![hint.clone()],
            Self::Work(WorkFailure::Work(WorkError::Held(holding)))
                if !holding.resource.starts_with("task:") =>
            {
                vec!["wait until then, or take work that needs something else".to_owned()]
            }
            Self::Care(CareError::Backup(BackupError::Store(error)))
                if error.code() == "store.missing" =>
            {
                vec!["check the path of the Store that is to be copied".to_owned()]
            }
            // Signals in another form are told by what is wrong with them as JSON.
            Self::Signals(..) => hint("signals.shape").map(str::to_owned).into_iter().collect(),
            Self::Work(failure) if failure.hint().is_some() => failure.hint().into_iter().collect(),
            _ => hint(self.code()).map(str::to_owned).into_iter().collect(),
        }
    }

    /// Returns how the command is written, when it was written otherwise.
    fn usage(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.usage.as_deref(),
            _ => None,
        }
    }

    /// Returns the runs that were meant, perhaps.
    fn candidates(&self) -> Vec<&str> {
        match self {
            Self::Run(RunError::Ambiguous { candidates, .. })
            | Self::Work(WorkFailure::Run(RunError::Ambiguous { candidates, .. })) => {
                candidates.iter().map(RunId::as_str).collect()
            }
            Self::Hinted { failure, .. } => failure.candidates(),
            _ => Vec::new(),
        }
    }
}

fn sources(error: &dyn Error) -> Vec<String> {
    let message = error.to_string();
    let mut causes: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !message.contains(&text) && !causes.iter().any(|cause| cause.contains(&text)) {
            causes.push(text);
        }
        source = cause.source();
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use motus_app::loops::ScenarioError;
    use motus_app::scope::Level;
    use motus_ledger::{StoreError, StoreErrorKind};

    #[expect(clippy::unnecessary_wraps, reason = "it stands for a search that may find nothing")]
    fn above() -> Option<PathBuf> {
        Some(PathBuf::from("/p"))
    }

    #[test]
    fn the_store_above_is_named_whichever_command_missed_it() {
        let missing = || StoreError::new(StoreErrorKind::Missing, "there is no Store yet: x.db");
        let failures: [Failure; 4] = [
            RunError::from(missing()).into(),
            LedgerError::from(missing()).into(),
            CareError::from(missing()).into(),
            TravelError::from(missing()).into(),
        ];
        for failure in failures {
            let told = failure.or_above(above);
            assert_eq!(told.hints(), ["there is a Store in /p; go there or use --db"], "{told:?}");
            assert_eq!(told.code(), "store.missing");
            assert_eq!(told.exit_code(), exit::FAILED);
            assert_eq!(told.message(), "there is no Store yet: x.db");
        }
    }

    #[test]
    fn a_loop_that_ran_to_its_end_has_failed_and_one_that_cannot_run_is_misused() {
        for (code, expected) in [
            ("loop.unverifiable", exit::FAILED),
            ("loop.persist", exit::FAILED),
            ("loop.request", exit::USAGE),
            ("scenario.missing_answer", exit::USAGE),
        ] {
            let fault = ScenarioError { code, message: String::new(), line: 1, column: 1 };
            let error = SimulateError::Scenario(vec![fault]);
            let failure = Failure::Simulation(PathBuf::from("s.yaml"), error);
            assert_eq!((failure.code(), failure.exit_code()), (code, expected));
            assert_eq!(failure.hints().len(), 1, "{code}");
        }
    }

    #[test]
    fn a_machine_that_falls_short_is_no_misuse_and_says_why() {
        let error = ScopeError::LevelTooLow {
            required: Level::EnforcedObserved,
            level: Level::Snapshot,
            shortfalls: vec!["files: no Landlock".to_owned(), "attempts: no listener".to_owned()],
        };
        let failure = Failure::from(error);
        assert_eq!((failure.code(), failure.exit_code()), ("scope.level_too_low", exit::FAILED));
        assert_eq!(
            failure.message(),
            "enforced+observed is required, and this machine holds to no more than snapshot"
        );
        assert_eq!(failure.causes(), ["files: no Landlock", "attempts: no listener"]);
        let unknown = Failure::from(ScopeError::UnknownProfile("x".to_owned()));
        assert_eq!((unknown.exit_code(), unknown.hints().len()), (exit::USAGE, 1));
    }

    #[test]
    fn only_a_missing_store_is_looked_for_above() {
        let denied = StoreError::new(StoreErrorKind::Denied, "x.db cannot be read");
        let told = Failure::from(CareError::from(denied)).or_above(above);
        assert!(matches!(told, Failure::Care(_)), "{told:?}");
        let missing = StoreError::new(StoreErrorKind::Missing, "there is no Store yet: x.db");
        let told = Failure::from(CareError::from(missing)).or_above(|| None);
        assert!(matches!(told, Failure::Care(_)), "{told:?}");
    }
}
