//! The arguments of `motus lock`.

use clap::{Args, Subcommand};

use super::{CommonArguments, seconds};

#[derive(Debug, Subcommand)]
pub(crate) enum LockCommand {
    Acquire(AcquireArguments),
    /// Confirms that a lock is still held with this token
    ///
    /// Exits 4 when it is not. What it says is true of now; a write that must not come too late is fenced
    /// in the transaction that makes it.
    #[command(before_help = "Example:\n  motus lock assert deploy --holder ci-17 --token 1")]
    Assert(FenceArguments),
    /// Gives a lock back
    ///
    /// Giving it back again changes nothing. Exits 4 when somebody else has taken it since.
    #[command(before_help = "Example:\n  motus lock release deploy --holder ci-17 --token 1")]
    Release(FenceArguments),
    List(LockListArguments),
}

impl LockCommand {
    pub(super) fn common(&self) -> &CommonArguments {
        match self {
            Self::Acquire(arguments) => &arguments.common,
            Self::Assert(arguments) | Self::Release(arguments) => &arguments.common,
            Self::List(arguments) => &arguments.common,
        }
    }
}

/// Takes a lock, or renews one's own, and prints its token
///
/// Exits 4 when somebody else holds it. A renewal keeps the token; every new tenure has the next one, so
/// that what a holder writes who comes too late can be refused.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus lock acquire deploy --holder ci-17\n  \
    motus lock acquire file:schema.sql --holder \"$USER-$$\" --ttl 600")]
pub(crate) struct AcquireArguments {
    /// What to lock; any text that its users agree on
    #[arg(value_name = "RESOURCE")]
    pub(crate) resource: String,
    /// Who takes it; whoever gives the same name is the same holder
    #[arg(long, value_name = "NAME")]
    pub(crate) holder: String,
    /// For how long, from now [default: 3600, or as configured]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = seconds)]
    pub(crate) ttl: Option<i64>,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Says which tenure of a lock is meant.
#[derive(Debug, Args)]
pub(crate) struct FenceArguments {
    /// What is locked
    #[arg(value_name = "RESOURCE")]
    pub(crate) resource: String,
    /// Who holds it
    #[arg(long, value_name = "NAME")]
    pub(crate) holder: String,
    /// The token that `motus lock acquire` printed
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: u64,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Lists the locks that are held
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus lock list\n  motus lock list --all --json")]
pub(crate) struct LockListArguments {
    /// List those that have ended as well; their tokens are kept
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}
