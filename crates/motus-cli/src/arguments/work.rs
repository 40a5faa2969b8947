//! The arguments of `motus work`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use motus_ledger::work::{Party, ReleaseOutcome};

use super::{CommonArguments, seconds};

#[derive(Debug, Subcommand)]
pub(crate) enum WorkCommand {
    Claim(ClaimArguments),
    Context(ContextArguments),
    Outcome(OutcomeArguments),
    Evidence(EvidenceArguments),
    Decision(DecisionArguments),
    Release(ReleaseArguments),
    Accept(AcceptArguments),
    Status(StatusArguments),
    Receipt(WorkReceiptArguments),
    Cleanup(CleanupArguments),
    List(WorkListArguments),
}

impl WorkCommand {
    pub(super) fn common(&self) -> &CommonArguments {
        match self {
            Self::Claim(arguments) => &arguments.common,
            Self::Context(arguments) => &arguments.common,
            Self::Outcome(arguments) => &arguments.writing.common,
            Self::Evidence(arguments) => &arguments.writing.common,
            Self::Decision(arguments) => &arguments.writing.common,
            Self::Release(arguments) => &arguments.writing.common,
            Self::Accept(arguments) => &arguments.common,
            Self::Status(arguments) => &arguments.common,
            Self::Receipt(arguments) => &arguments.common,
            Self::Cleanup(arguments) => &arguments.common,
            Self::List(arguments) => &arguments.common,
        }
    }
}

/// Claims a task and prints the lease
///
/// A task that somebody works on is refused to everybody else who uses this Store, with exit 4: who holds it
/// and until when is told. A claim lives until it is released, or until nothing was added to it for its time to live.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus work claim FIX-12 --intent \"Mend the reader\"\n  \
    motus work claim FIX-12 -r file:src/reader.rs -r db:schema --ttl 600\n  \
    motus work claim --from run_0179    go on with work that was handed over")]
pub(crate) struct ClaimArguments {
    /// The task; any text that its workers agree on
    #[arg(value_name = "TASK", required_unless_present = "from")]
    pub(crate) task: Option<String>,
    /// Keep others from claiming this as well; without a type it is a file
    #[arg(short, long = "resource", value_name = "TYPE:PATH")]
    pub(crate) resources: Vec<String>,
    /// What the work is for
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub(crate) intent: String,
    /// Who works; `MC_AGENT_ID` when it is left out
    #[arg(short, long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
    /// How long the claim lives when nothing is added to it [default: 3600, or as configured]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = seconds)]
    pub(crate) ttl: Option<i64>,
    /// Let others work on the task as well; resources are kept from them all the same
    #[arg(long)]
    pub(crate) shared: bool,
    /// Go on with the work that this run hands over to the agent; a run, a prefix of one, `latest` or a lease
    #[arg(long, value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) from: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Names the claim to write to, and who writes.
#[derive(Debug, Args)]
pub(crate) struct WritingArguments {
    /// Who writes; `MC_AGENT_ID` when it is left out, else who claimed the task
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Names a claim.
#[derive(Debug, Args)]
pub(crate) struct LeaseArgument {
    /// The lease that `motus work claim` printed, or its run
    #[arg(value_name = "LEASE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) lease: String,
}

/// Prints what the holder of a lease goes on from
///
/// When the claim continues work that was handed over, that work's evidence is listed.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus work context lease-0123456789ab")]
pub(crate) struct ContextArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// What the work is for by now; it is repeated, not recorded
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) intent: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Records what came out of the work
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  \
    motus work outcome lease-0123456789ab file -p src/reader.rs -d \"reads empty lines\"")]
pub(crate) struct OutcomeArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// What it is: file, api, config, …
    #[arg(value_name = "TYPE")]
    pub(crate) outcome_type: String,
    /// Where it is
    #[arg(short, long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) description: Option<String>,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// Records what shows that the work was done
///
/// Reports of tools are counted, and named by their digest; of what they say, only the names of the cases
/// and their times are kept. Credentials of a known shape are replaced before anything is recorded, and
/// that is recorded too.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus work evidence lease-0123456789ab test_result --passed 12 --failed 0\n  \
    motus work evidence lease-0123456789ab test_result --junit target/junit.xml\n  \
    motus work evidence lease-0123456789ab artifact --file dist/app.tar.gz\n  \
    motus work evidence lease-0123456789ab diff --diff \"two files, 30 lines\"")]
pub(crate) struct EvidenceArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// What it is: `test_result`, diff, log, attestation, …
    #[arg(value_name = "TYPE")]
    pub(crate) evidence_type: String,
    /// How many tests passed
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = count,
        conflicts_with_all = REPORTS
    )]
    pub(crate) passed: Option<u32>,
    /// How many tests failed
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = count,
        conflicts_with_all = REPORTS
    )]
    pub(crate) failed: Option<u32>,
    /// How many tests were left out
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = count,
        conflicts_with_all = REPORTS
    )]
    pub(crate) skipped: Option<u32>,
    /// Count the cases of an XML report as pytest, Maven and nextest write it; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Vec<PathBuf>,
    /// Count the points of a report in TAP, the Test Anything Protocol
    #[arg(long, value_name = "FILE")]
    pub(crate) tap: Vec<PathBuf>,
    /// Count the results of a report in SARIF, by rule and level
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Vec<PathBuf>,
    /// Count the tests and the compiler's messages in the JSON lines of cargo
    #[arg(long, value_name = "FILE")]
    pub(crate) cargo_json: Vec<PathBuf>,
    /// Record the digest of a file, and never its content
    #[arg(long = "file", value_name = "PATH")]
    pub(crate) files: Vec<PathBuf>,
    /// What was changed, in words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) diff: Option<String>,
    /// A part of a log
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) log: Option<String>,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// The reports that say how many tests there are, as counts do.
const REPORTS: [&str; 3] = ["junit", "tap", "cargo_json"];

/// Records what was decided
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  \
    motus work decision lease-0123456789ab \"keep the format\" -r \"others read it\" -a \"a new one\"")]
pub(crate) struct DecisionArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// What was decided
    #[arg(value_name = "TEXT")]
    pub(crate) decision: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) rationale: Option<String>,
    /// What could have been decided instead
    #[arg(short, long = "alternative", value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) alternatives: Vec<String>,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// Releases a claim, which ends its run
///
/// Releasing it again in the same way changes nothing; in another way it is refused with exit 4. Work that
/// has evidence may be handed over: the receiver accepts it, or goes on with a claim of its own.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus work release lease-0123456789ab success\n  \
    motus work release lease-0123456789ab failure --note \"needs a new format\"\n  \
    motus work release lease-0123456789ab partial --handoff-to human:owner \\\n    \
    --expected-action \"approve the change\" --reason \"it changes a format\"")]
pub(crate) struct ReleaseArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// How the work ended
    #[arg(value_name = "OUTCOME", value_parser = outcome())]
    pub(crate) outcome: ReleaseOutcome,
    /// Why it ended so; a failure that is accepted needs a reason
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) note: Option<String>,
    /// Taken for compatibility; nothing is ever rolled back
    #[arg(long, hide = true)]
    pub(crate) no_rollback: bool,
    /// Hand the work to somebody: human, agent, service, ci or tool, and who
    #[arg(
        long,
        value_name = "TYPE:ID",
        value_parser = party,
        requires = "expected_action",
        requires = "reason"
    )]
    pub(crate) handoff_to: Option<Party>,
    /// What they are to do
    #[arg(long, value_name = "TEXT", requires = "handoff_to", allow_hyphen_values = true)]
    pub(crate) expected_action: Option<String>,
    /// Why it is theirs
    #[arg(long, value_name = "TEXT", requires = "handoff_to", allow_hyphen_values = true)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// Accepts work that was handed over
///
/// Only its receiver may. The acceptance is a run of its own that refers to the first; accepting again
/// changes nothing.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus work accept run_0179 --as human:owner\n  \
    motus work accept latest --agent reviewer    for work handed to agent:reviewer")]
pub(crate) struct AcceptArguments {
    /// The run that was handed over: an identifier, a unique prefix of one, `latest`, or its lease
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: String,
    /// Who accepts it; may be left out by the agent that it was handed to
    #[arg(long = "as", value_name = "TYPE:ID", value_parser = party)]
    pub(crate) acceptor: Option<Party>,
    /// Who writes; `MC_AGENT_ID` when it is left out, else who accepts
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Tells where a piece of work stands
///
/// What it is, who did it, what shows that, what it came to, who accepted it and what is next. Any run may
/// be named, with or without a lease.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus work status lease-0123456789ab\n  \
    motus work status latest --format markdown")]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    /// How the page is written; markdown is safe to paste
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json")]
    pub(crate) format: PageFormat,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// How a page for people is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    Text,
    Markdown,
}

/// Prints the receipt of work that was released
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus work receipt lease-0123456789ab --json")]
pub(crate) struct WorkReceiptArguments {
    #[command(flatten)]
    pub(crate) lease: LeaseArgument,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Closes the claims whose time is up, as aborted
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus work cleanup")]
pub(crate) struct CleanupArguments {
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Lists the claims whose run is open
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus work list\n  motus work list --all --json")]
pub(crate) struct WorkListArguments {
    /// List those that ended as well
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

fn count(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "it is a number of tests, 0 or more")
}

fn outcome() -> impl TypedValueParser<Value = ReleaseOutcome> {
    PossibleValuesParser::new(ReleaseOutcome::ALL.map(ReleaseOutcome::as_str))
        .try_map(|word| ReleaseOutcome::parse(&word).ok_or("unknown outcome"))
}

fn party(text: &str) -> Result<Party, &'static str> {
    Party::parse(text).ok_or("it is TYPE:ID, with the type human, agent, service, ci or tool")
}
