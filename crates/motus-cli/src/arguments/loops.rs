//! The command line of `motus loop`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum LoopCommand {
    Simulate(SimulateArguments),
}

/// Runs a loop whose every answer comes from a scenario
///
/// Nothing is executed: the scenario says what each step answers, and what follows from that is computed
/// and told, event by event. Exits 0 when the loop succeeded and 1 when it did not; its bundle is written
/// in both cases. docs/scenarios.md tells the form of a scenario; scenarios/0.1/ holds the seven of the
/// specification.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    before_help = "Examples:\n  \
        motus loop simulate scenario.yaml\n  \
        motus loop simulate scenario.yaml --out bundle/\n  \
        motus loop simulate - --json < scenario.yaml"
)]
pub(crate) struct SimulateArguments {
    /// The scenario, YAML of at most 1 MiB, or - for standard input
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: PathBuf,
    /// Write the bundle to this directory, which must not exist, and those of children to DIR.children
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
