//! The arguments of `motus run`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, value_parser};

use super::{CommonArguments, PageFormat, StoreArguments};

#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    List(ListArguments),
    Show(ShowArguments),
    Receipt(ReceiptArguments),
    /// Prints all that a run says of itself
    ///
    /// Its facts, evidence, decisions, route and events, also while it is open. Text that is very long
    /// is cut on the page, never in the JSON.
    #[command(before_help = "Examples:\n  \
        motus run packet latest\n  \
        motus run packet latest --json > packet.json")]
    Packet(ProjectionArguments),
    /// Prints the evidence that a run holds
    ///
    /// Its events of a kind `evidence.*`, also while it is open. `motus wrap` records some where it is
    /// asked to, with --evidence, and so do `motus work evidence` and other tools that use the Store. Text
    /// that is very long is cut on the page, never in the JSON.
    #[command(before_help = "Examples:\n  \
        motus run evidence latest\n  \
        motus run evidence latest --json")]
    Evidence(ProjectionArguments),
    /// Prints the decisions that a run holds
    ///
    /// Its events of a kind `decision.*`, also while it is open. `motus wrap` records none: decisions
    /// come from other tools that use the Store. Text that is very long is cut on the page, never in
    /// the JSON.
    #[command(before_help = "Examples:\n  \
        motus run decisions latest\n  \
        motus run decisions latest --json")]
    Decisions(ProjectionArguments),
    /// Prints where the work of a run went
    ///
    /// Its outcome, once it is closed, and its events of a kind `route.*`.
    #[command(before_help = "Examples:\n  \
        motus run route latest\n  \
        motus run route latest --json")]
    Route(ProjectionArguments),
    Handoff(HandoffArguments),
    Export(ExportArguments),
    Import(ImportArguments),
}

impl RunCommand {
    /// Tells whether an error is to be printed as JSON.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(arguments) => arguments.json,
            Self::Show(arguments) => arguments.json,
            Self::Receipt(arguments) => arguments.json,
            Self::Packet(arguments)
            | Self::Evidence(arguments)
            | Self::Decisions(arguments)
            | Self::Route(arguments) => arguments.common.json,
            Self::Handoff(arguments) => arguments.projection.common.json,
            Self::Export(arguments) => arguments.json,
            Self::Import(arguments) => arguments.common.json,
        }
    }

    /// Returns the Store that is named behind the command.
    pub(super) fn store(&self) -> &StoreArguments {
        match self {
            Self::List(arguments) => &arguments.store,
            Self::Show(arguments) => &arguments.store,
            Self::Receipt(arguments) => &arguments.store,
            Self::Packet(arguments)
            | Self::Evidence(arguments)
            | Self::Decisions(arguments)
            | Self::Route(arguments) => &arguments.common.store,
            Self::Handoff(arguments) => &arguments.projection.common.store,
            Self::Export(arguments) => &arguments.store,
            Self::Import(arguments) => &arguments.common.store,
        }
    }
}

/// Lists runs, newest first
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus run list\n  motus run list --open --json")]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// List at most this many runs [default: 20, or as configured]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// List only runs of this source, such as motus-wrap
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// List only runs that are still open
    #[arg(long)]
    pub(crate) open: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Names the run to read.
#[derive(Debug, Args)]
pub(crate) struct RunSelector {
    /// A run identifier, a unique prefix of one, or `latest`
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: String,
}

/// Shows a run with its events
///
/// What it is, who did it, what shows that, what it came to, who accepted it and what is next.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus run show latest\n  \
    motus run show latest --json\n  \
    motus run show latest --format markdown")]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    pub(crate) selector: RunSelector,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// How the page is written; markdown is safe to paste, and leaves the events out
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json")]
    pub(crate) format: PageFormat,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the receipt of a closed run
///
/// The receipt identifier is a digest over everything the receipt says: the same run always gives
/// the same receipt.
#[derive(Debug, Args)]
#[command(
    after_long_help = "What the lines say:\n  \
        Accepted close  whether the run came to an accepted end: it succeeded and no release of its\n  \
                        work denies that, or it failed and the release says so too\n  \
        Evidence        how many events of a kind `evidence.*` the run has\n  \
        Decisions       how many events of a kind `decision.*` the run has\n  \
        Next            what the published receipt recommends; the same sentence for every run\n\n\
        `motus wrap` records evidence where it is asked to, with --evidence, and no decisions; both\n\
        come from `motus work` as well, and from other tools that use the Store.",
    before_help = "Examples:\n  \
    motus run receipt latest\n  \
    motus run receipt latest --json > receipt.json\n  \
    motus run receipt latest --json | diff - receipt.json"
)]
pub(crate) struct ReceiptArguments {
    #[command(flatten)]
    pub(crate) selector: RunSelector,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes a run with its events as canonical JSON
///
/// The bytes are the same wherever the run is exported, so an export can be compared by digest. With
/// --all, every run is written on a line of its own, the oldest first, behind the kinds that their
/// events refer to: `motus run import` makes a Store of it again. Locks are not written.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus run export latest > run.json\n  \
    motus run export latest | sha256sum\n  \
    motus run export --all > runs.ndjson")]
pub(crate) struct ExportArguments {
    /// A run identifier, a unique prefix of one, or `latest`
    #[arg(
        value_name = "RUN",
        value_parser = NonEmptyStringValueParser::new(),
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(crate) run: Option<String>,
    /// Write every run, with the kinds of their events before them
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Print errors as JSON; the export is JSON in any case
    #[arg(long)]
    pub(crate) json: bool,
}

/// Names the run to project.
#[derive(Debug, Args)]
pub(crate) struct ProjectionArguments {
    #[command(flatten)]
    pub(crate) selector: RunSelector,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Prints what a run hands to the one that goes on with its work
///
/// Its events of a kind `handoff.*`. Who goes on is not recorded with them: name that run with --child.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus run handoff run_0179\n  \
    motus run handoff run_0179 --child latest --json")]
pub(crate) struct HandoffArguments {
    #[command(flatten)]
    pub(crate) projection: ProjectionArguments,
    /// The run that goes on with the work, named like RUN
    #[arg(long, value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) child: Option<String>,
}

/// Takes in runs that were exported
///
/// Every digest is computed again, and nothing is written unless all of the file can be taken in. Runs
/// that the Store has are left as they are, open ones are continued, and one that the Store tells
/// otherwise is a conflict; so the same file may be taken in again.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus run export --all > runs.ndjson\n  \
    motus run import runs.ndjson --db other.db\n  \
    motus run import --check runs.ndjson")]
pub(crate) struct ImportArguments {
    /// The file to take in: of `motus run export --all`, or of one run; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Only tell what would be taken in
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}
