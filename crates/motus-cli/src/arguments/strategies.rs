//! The command line of `motus strategy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum StrategyCommand {
    Match(MatchArguments),
}

/// Tells which strategies of a library fit what was observed
///
/// A library has one strategy in each file: .yaml, .yml or .json. Neither the order of the files nor that of
/// the signals matters.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        motus strategy match --signals signals.json --library strategies/\n  \
        motus strategy match --signals - --library strategies/ --json < signals.json",
    after_help = "Signals are [{\"name\":\"tests_failed\",\"confidence\":900}], \
        with the confidence in permille."
)]
pub(crate) struct MatchArguments {
    /// The signals, a JSON array, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) signals: PathBuf,
    /// The directory of strategies
    #[arg(long, value_name = "DIR")]
    pub(crate) library: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
