//! The arguments of `motus release`.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Subcommand};
use motus_app::releases::OUTPUT_DIRECTORY;

use super::StoreArguments;

/// Takes a release through its stages to one final receipt
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus release scaffold --release-id 1.2.0\n  \
    motus release show 1.2.0                      see what is missing\n  \
    motus release sync --release-id 1.2.0         after an edit of release-source.json\n  \
    motus release finalize --release-id 1.2.0")]
pub(crate) struct ReleaseGroup {
    #[command(subcommand)]
    pub(crate) command: Option<ReleaseCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    Scaffold(ScaffoldArguments),
    Sync(SyncArguments),
    Validate(ValidateArguments),
    Finalize(FinalizeArguments),
    Show(ShowReleaseArguments),
}

impl ReleaseGroup {
    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            Some(ReleaseCommand::Scaffold(arguments)) => arguments.release.output.json,
            Some(ReleaseCommand::Sync(arguments)) => arguments.release.output.json,
            Some(ReleaseCommand::Validate(arguments)) => arguments.release.output.json,
            Some(ReleaseCommand::Finalize(arguments)) => arguments.release.output.json,
            Some(ReleaseCommand::Show(arguments)) => arguments.output.json,
            None => false,
        }
    }

    /// Returns the Store that is named by a command that uses one.
    pub(super) fn store(&self) -> Option<&StoreArguments> {
        match &self.command {
            Some(ReleaseCommand::Validate(arguments)) => Some(&arguments.store),
            Some(ReleaseCommand::Finalize(arguments)) => Some(&arguments.store),
            Some(ReleaseCommand::Show(arguments)) => Some(&arguments.store),
            _ => None,
        }
    }
}

/// Takes any word: which of them are names, the release says, also of what is no text.
fn name() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|name| name.to_string_lossy().into_owned())
}

/// Names a release, and where releases are.
#[derive(Debug, Args)]
pub(crate) struct OneRelease {
    /// The release: letters, digits, `.`, `_` and `-`
    #[arg(long, value_name = "ID", value_parser = name())]
    pub(crate) release_id: String,
    #[command(flatten)]
    pub(crate) output: ReleaseOutput,
}

/// Where releases are, and how they are told.
#[derive(Debug, Args)]
pub(crate) struct ReleaseOutput {
    /// The directory of releases
    // An empty path is as good as none, as everywhere; the parser for paths would refuse it.
    #[arg(
        long,
        value_name = "DIR",
        default_value = OUTPUT_DIRECTORY,
        value_parser = OsStringValueParser::new().map(PathBuf::from)
    )]
    pub(crate) output_dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Makes the workspace of a release
///
/// It has one file to write, release-source.json, and nine that follow from it.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus release scaffold --release-id 1.2.0\n  \
    motus release scaffold --release-id 1.2.0 --output-dir releases")]
pub(crate) struct ScaffoldArguments {
    #[command(flatten)]
    pub(crate) release: OneRelease,
    /// Make the generated files of a workspace anew that is there; its source is kept
    #[arg(long)]
    pub(crate) force: bool,
}

/// Makes the generated files follow release-source.json
///
/// When they do, nothing is written. What was filled into the metrics stays.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus release sync --release-id 1.2.0")]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) release: OneRelease,
}

/// Checks the workspace of a release, and writes nothing
///
/// With --final, the final receipt has to be there, and is compared with what the Store recorded of it:
/// `pin: ok`, `pin: changed` (exit 1), or `pin: not available`.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus release validate --release-id 1.2.0\n  \
    motus release validate --release-id 1.2.0 --final")]
pub(crate) struct ValidateArguments {
    #[command(flatten)]
    pub(crate) release: OneRelease,
    /// Check the final receipt as well
    #[arg(long = "final")]
    pub(crate) is_final: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Writes the one final receipt of a release, and records it
///
/// Everything in the source's closeout has to be filled in. An attempt that was interrupted is completed by
/// another one.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus release finalize --release-id 1.2.0")]
pub(crate) struct FinalizeArguments {
    #[command(flatten)]
    pub(crate) release: OneRelease,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Shows how far a release is, and what to do next
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus release show 1.2.0\n  \
    motus release show --release-id 1.2.0 --json")]
pub(crate) struct ShowReleaseArguments {
    /// The release
    #[arg(value_name = "ID", value_parser = name(), required_unless_present = "release_id")]
    pub(crate) id: Option<String>,
    /// The release, as the other commands take it
    #[arg(long, value_name = "ID", value_parser = name(), conflicts_with = "id")]
    pub(crate) release_id: Option<String>,
    #[command(flatten)]
    pub(crate) output: ReleaseOutput,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
