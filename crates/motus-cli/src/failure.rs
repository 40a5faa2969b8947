//! Every error as code, message, causes, hints and exit code.

mod report;

use std::error::Error;
use std::io;
use std::path::PathBuf;

use motus_app::bundle::{OpenError, PolicyError};
use motus_app::effects::EffectsError;
use motus_app::exit;
use motus_app::hint::hint;
use motus_app::runs::RunError;
use motus_app::wrap::WrapError;
use motus_json::CheckError;
use motus_ledger::RunId;

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
    /// A command was not started.
    Wrap(WrapError),
    /// A run could not be read back.
    Run(RunError),
    /// There is no Store here, and there is one in a directory above.
    StoreAbove {
        /// What was met here.
        error: RunError,
        /// The directory that has a Store.
        directory: PathBuf,
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
    /// Looks for the Store that was meant when there is none here.
    pub(crate) fn look_above(self, environment: &Environment) -> Self {
        match self {
            Self::Run(error) if error.code() == "store.missing" => {
                match environment.store_above() {
                    Some(directory) => Self::StoreAbove { error, directory },
                    None => Self::Run(error),
                }
            }
            other => other,
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
            Self::Wrap(error) => error.code(),
            Self::Run(error) | Self::StoreAbove { error, .. } => error.code(),
        }
    }

    /// Returns the exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.code() {
            code if code.starts_with("usage.") => exit::USAGE,
            _ if self.is_about_input() => exit::USAGE,
            "ledger.start_conflict"
            | "ledger.event_conflict"
            | "ledger.close_conflict"
            | "ledger.run_closed" => exit::CONFLICT,
            _ => exit::FAILED,
        }
    }

    /// Tells whether there was nothing to judge, which is told apart from a verdict that is no.
    fn is_about_input(&self) -> bool {
        matches!(self, Self::Bundle(_) | Self::Policy(..) | Self::Effects(..) | Self::NoInput(..))
    }

    fn message(&self) -> String {
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
            Self::Wrap(error) => error.to_string(),
            Self::Run(RunError::Ambiguous { prefix, .. }) => {
                format!("more than one run starts with `{prefix}`")
            }
            Self::Run(error) | Self::StoreAbove { error, .. } => error.to_string(),
        }
    }

    /// Returns what led to the failure, nearest first, without what the message says already.
    fn causes(&self) -> Vec<String> {
        match self {
            Self::NoDirectory(error) | Self::NoOutput(error) | Self::NoInput(_, error) => {
                vec![error.to_string()]
            }
            Self::NoRandomness(error) => vec![error.to_string()],
            Self::Wrap(error) => sources(error),
            Self::Run(error) | Self::StoreAbove { error, .. } => sources(error),
            _ => Vec::new(),
        }
    }

    /// Returns what the person can do.
    fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) if !refusal.tips.is_empty() => refusal.tips.clone(),
            Self::StoreAbove { directory, .. } => {
                vec![format!("there is a Store in {}; go there or use --db", directory.display())]
            }
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
            Self::Run(RunError::Ambiguous { candidates, .. }) => {
                candidates.iter().map(RunId::as_str).collect()
            }
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
        if !message.contains(&text) && causes.last() != Some(&text) {
            causes.push(text);
        }
        source = cause.source();
    }
    causes
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Bundle(error)
    }
}

impl From<WrapError> for Failure {
    fn from(error: WrapError) -> Self {
        Self::Wrap(error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}
