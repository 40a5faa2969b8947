//! The command line: what clap parses, with the help that it prints.

mod action;
mod bundle;
mod config;
mod db;
mod init;
mod install;
mod lock;
mod loops;
mod receipt;
mod release;
mod run;
mod scope;
mod strategies;
mod wanted;
mod work;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use motus_app::evidence::Wanted;

pub(crate) use action::{ActionArguments, ENVELOPE, EXPORT, RECEIPT};
pub(crate) use config::{
    ConfigArguments, ConfigCommand, FileArguments, GetArguments, SetArguments, ShowConfigArguments,
    UnsetArguments,
};
pub(crate) use db::{BackupArguments, DbCommand, VacuumArguments, WaitArguments};
pub(crate) use init::InitArguments;
pub(crate) use install::InstallArguments;
pub(crate) use lock::{AcquireArguments, FenceArguments, LockCommand, LockListArguments};
pub(crate) use loops::{LoopCommand, SimulateArguments};
pub(crate) use receipt::{
    PortableArguments, PortableCommand, SchemaArguments, VerifyReceiptArguments,
};
pub(crate) use release::{
    FinalizeArguments, ReleaseCommand, ReleaseGroup, ReleaseOutput, ScaffoldArguments,
    ShowReleaseArguments, SyncArguments, ValidateArguments,
};
pub(crate) use run::{
    ExportArguments, HandoffArguments, ImportArguments, ListArguments, ProjectionArguments,
    ReceiptArguments, RunCommand, ShowArguments,
};

pub(crate) use scope::{
    CheckScopeArguments, ExplainScopeArguments, GrantArguments, ProbeArguments, ProfilesArguments,
    ScopeArguments, ScopeCommand, StepScopeArguments,
};
pub(crate) use strategies::{MatchArguments, StrategyCommand};
pub(crate) use wanted::wanted_lines;
pub(crate) use work::{
    AcceptArguments, ClaimArguments, CleanupArguments, ContextArguments, DecisionArguments,
    EvidenceArguments, LeaseArgument, OutcomeArguments, PageFormat, ReleaseArguments,
    StatusArguments, WorkCommand, WorkListArguments, WorkReceiptArguments, WritingArguments,
};

pub(crate) use bundle::{
    BundleCommand, CanonicalizeArguments, CheckEffectsArguments, CompressArguments,
    CoversArguments, EffectsCommand, ExplainArguments, VerifyArguments,
};

/// Records work as runs with append-only events, and turns runs into receipts.
#[derive(Debug, Parser)]
#[command(
    name = "motus",
    version = concat!(env!("CARGO_PKG_VERSION"), " (Apache 2.0)"),
    before_help = "Examples:\n  \
        motus wrap -- cargo test       run a command and record it\n  \
        motus run list                 see what was recorded\n  \
        motus work claim FIX-12        take a task, and keep others from it\n  \
        motus run receipt latest       read the receipt of the newest run\n  \
        motus doctor                   check the Store\n  \
        motus bundle verify bundle/    verify the bundle of a loop",
    after_help = "The Store is .motus/kernel-store.db in the current directory, \
        or MOTUS_KERNEL_STORE_PATH.\nExit codes: `motus help exit-codes`.",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    args_override_self = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Wrap(WrapArguments),
    /// Tells what a command may do, and how far this machine holds it to that
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus wrap --allow write:out/ --profile toolchain -- make\n  \
        motus scope probe\n  \
        motus scope explain --profile toolchain -- make"
    )]
    Scope(ScopeCommand),
    Action(ActionArguments),
    /// Reads, exports and takes in recorded runs
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus run list --limit 5\n  \
        motus run receipt latest\n  \
        motus run export latest > run.json"
    )]
    Run(RunCommand),
    /// Claims tasks, adds proof, releases and hands over
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        LEASE=$(motus work claim FIX-12 --json | jq -r .lease_id)\n  \
        motus work evidence \"$LEASE\" test_result --passed 12 --failed 0\n  \
        motus work release \"$LEASE\" success\n  \
        motus work receipt \"$LEASE\""
    )]
    Work(WorkCommand),
    Receipt(Box<PortableArguments>),
    Release(Box<ReleaseGroup>),
    /// Takes, shows and gives back locks with fencing tokens
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus lock acquire deploy --holder ci-17 --ttl 600\n  \
        motus lock assert deploy --holder ci-17 --token 1\n  \
        motus lock release deploy --holder ci-17 --token 1"
    )]
    Lock(LockCommand),
    /// Looks after the Store's file
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus db stats\n  \
        motus db backup ../kernel-store.backup.db"
    )]
    Db(DbCommand),
    Doctor(DoctorArguments),
    Init(InitArguments),
    Install(InstallArguments),
    Config(ConfigArguments),
    /// Verifies and explains bundles of loops
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus bundle verify bundle/\n  \
        motus bundle explain bundle/"
    )]
    Bundle(BundleCommand),
    /// Runs loops that a scenario simulates
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus loop simulate scenario.yaml\n  \
        motus loop simulate scenario.yaml --out bundle/"
    )]
    Loop(LoopCommand),
    /// Tells which strategies fit what was observed
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus strategy match --signals signals.json --library strategies/"
    )]
    Strategy(StrategyCommand),
    /// Normalises, compresses and compares effects, and checks those of a run
    #[command(
        subcommand,
        before_help = "Examples:\n  \
        motus effects check latest\n  \
        motus effects normalize < effects.json\n  \
        motus effects covers declared.json observed.json"
    )]
    Effects(EffectsCommand),
    Canonicalize(CanonicalizeArguments),
    Completions(CompletionsArguments),
    Help(HelpArguments),
}

impl Command {
    /// Tells whether an error is to be printed as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Run(command) => command.wants_json(),
            Self::Work(command) => command.common().json,
            Self::Receipt(arguments) => arguments.wants_json(),
            Self::Release(arguments) => arguments.wants_json(),
            Self::Lock(command) => command.common().json,
            Self::Db(command) => command.common().json,
            Self::Doctor(arguments) => arguments.json,
            Self::Init(arguments) => arguments.json,
            Self::Install(arguments) => arguments.json,
            Self::Config(arguments) => arguments.wants_json(),
            Self::Bundle(BundleCommand::Verify(arguments)) => arguments.bundle.json,
            Self::Bundle(BundleCommand::Explain(arguments)) => arguments.bundle.json,
            Self::Loop(LoopCommand::Simulate(arguments)) => arguments.json,
            Self::Strategy(StrategyCommand::Match(arguments)) => arguments.json,
            Self::Effects(EffectsCommand::Normalize(arguments)) => arguments.json,
            Self::Effects(EffectsCommand::Compress(arguments)) => arguments.json,
            Self::Effects(EffectsCommand::Covers(arguments)) => arguments.json,
            Self::Effects(EffectsCommand::Check(arguments)) => arguments.json,
            Self::Scope(command) => command.wants_json(),
            Self::Canonicalize(arguments) => arguments.json,
            Self::Help(arguments) => arguments.json,
            Self::Wrap(_) | Self::Action(_) | Self::Completions(_) => false,
        }
    }

    /// Returns the Store that is named behind the command.
    pub(crate) fn store(&self) -> Option<&Path> {
        let named = match self {
            Self::Wrap(arguments) => &arguments.store,
            Self::Action(arguments) => return arguments.store_path.as_deref(),
            Self::Run(command) => command.store(),
            Self::Work(command) => &command.common().store,
            Self::Receipt(arguments) => &arguments.store,
            Self::Release(arguments) => arguments.store()?,
            Self::Lock(command) => &command.common().store,
            Self::Db(command) => &command.common().store,
            Self::Doctor(arguments) => &arguments.store,
            Self::Effects(EffectsCommand::Check(arguments)) => &arguments.store,
            Self::Scope(_)
            | Self::Init(_)
            | Self::Install(_)
            | Self::Config(_)
            | Self::Bundle(_)
            | Self::Loop(_)
            | Self::Strategy(_)
            | Self::Effects(_)
            | Self::Canonicalize(_)
            | Self::Completions(_)
            | Self::Help(_) => return None,
        };
        named.store.as_deref()
    }
}

/// Names the Store: before the command, or behind it in every command that uses one.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// Use this Store file instead of the default one
    // An empty path is as good as none, as everywhere; the parser for paths would refuse it.
    #[arg(long = "db", value_name = "PATH", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) store: Option<PathBuf>,
}

/// What commands take that read or change the Store and print what they found.
#[derive(Debug, Args)]
pub(crate) struct CommonArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Reads whole seconds.
fn seconds(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "it is a whole number of seconds, such as 3600")
}

/// Runs a command and records it as a run
///
/// The command's output passes through unchanged and only its size is recorded. Its exit code
/// becomes this command's, with 124 when its time was up, 126 and 127 when it could not be started,
/// and 128+N when signal N ended it.
///
/// With any option of a scope the command, and all that it starts, is held to what is declared as far as
/// this machine can, what it attempts is recorded, and what it leaves running is ended. docs/scope.md tells
/// what that protects from, and what not.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "motus wrap [OPTIONS] -- COMMAND [ARGUMENTS]...",
    before_help = "Examples:\n  \
    motus wrap -- pytest -q\n  \
    motus wrap --timeout 600 -- make release\n  \
    motus wrap --evidence junit:report.xml -- pytest --junitxml=report.xml\n  \
    motus wrap --allow write:out/ --profile toolchain -- make\n  \
    motus wrap -- sh -c 'cargo build && cargo test'",
    after_help = "The command finds MOTUS_RUN_ID and MOTUS_KERNEL_STORE_PATH in its environment."
)]
pub(crate) struct WrapArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Mark output larger than this many bytes as truncated in the record [default: 16384, or as configured]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) max_output_bytes: Option<i64>,
    /// End the command, with all of its process group, after this many seconds; `inf` is no limit
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) timeout: Option<f64>,
    /// Take a file that the command writes as evidence: junit, tap, sarif, cargo-json or file, and where it is
    #[arg(
        long,
        value_name = "KIND:PATH",
        value_parser = wanted::wanted,
        conflicts_with = "no_record"
    )]
    pub(crate) evidence: Vec<Wanted>,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    /// Run the command and record nothing
    #[arg(long)]
    pub(crate) no_record: bool,
    /// Leave out the lines that name the run and the Store, and notes
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// The command and its arguments, after `--`
    #[arg(value_name = "COMMAND", trailing_var_arg = true)]
    pub(crate) command: Vec<OsString>,
}

/// Checks the Store and what is around it
///
/// Exits 1 when a check failed; warnings do not count. Without --fix nothing is changed.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus doctor\n  \
    motus doctor --fix             make what is missing, close what was abandoned")]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Mend what can be mended without losing anything
    #[arg(long)]
    pub(crate) fix: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints a completion script for a shell
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
    mkdir -p ~/.local/share/bash-completion/completions\n  \
    motus completions bash > ~/.local/share/bash-completion/completions/motus\n\n  \
    mkdir -p ~/.zfunc\n  \
    motus completions zsh > ~/.zfunc/_motus\n\n  \
    mkdir -p ~/.config/fish/completions\n  \
    motus completions fish > ~/.config/fish/completions/motus.fish",
    after_help = "Zsh looks into ~/.zfunc when ~/.zshrc has `fpath+=~/.zfunc` before `compinit`."
)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Explains a command or a topic
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus help wrap\n  motus help exit-codes")]
pub(crate) struct HelpArguments {
    /// A command, such as `run list`, or `exit-codes`
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Vec<String>,
    /// Print JSON; for `exit-codes` only
    #[arg(long)]
    pub(crate) json: bool,
}
