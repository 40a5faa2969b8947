//! The arguments of `motus db`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::CommonArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Tells how large the Store is and what it holds
    ///
    /// Reads every page. Without a Store it says so, and exits 0.
    #[command(before_help = "Examples:\n  \
        motus db stats\n  \
        motus db stats --json")]
    Stats(CommonArguments),
    Vacuum(VacuumArguments),
    /// Tells why there are no statistics to gather
    #[command(before_help = "Example:\n  motus db analyze")]
    Analyze(CommonArguments),
    /// Moves the log into the database
    ///
    /// Exits 1 when a part of the log had to stay in it, because somebody reads or writes the Store.
    #[command(before_help = "Example:\n  motus db checkpoint")]
    Checkpoint(CommonArguments),
    /// Lists every lock that was ever taken
    ///
    /// Without a Store it says so, and exits 0. `motus lock list` lists those that are held.
    #[command(before_help = "Examples:\n  \
        motus db lock-info\n  \
        motus db lock-info --json")]
    LockInfo(CommonArguments),
    Wait(WaitArguments),
    /// Brings a Store that nobody uses into order after a crash
    ///
    /// Replays the log, moves it into the database and makes what is missing. A Store that somebody
    /// has open is left alone, and of a damaged one nothing is changed; both exit 1.
    #[command(verbatim_doc_comment, before_help = "Example:\n  motus db recover")]
    Recover(CommonArguments),
    Backup(BackupArguments),
}

impl DbCommand {
    pub(super) fn common(&self) -> &CommonArguments {
        match self {
            Self::Stats(common)
            | Self::Analyze(common)
            | Self::Checkpoint(common)
            | Self::LockInfo(common)
            | Self::Recover(common) => common,
            Self::Vacuum(arguments) => &arguments.common,
            Self::Wait(arguments) => &arguments.common,
            Self::Backup(arguments) => &arguments.common,
        }
    }
}

/// Rewrites the database without the room that nothing needs any more
///
/// Needs room for a second database, in the directory for temporary files and in the log.
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus db vacuum")]
pub(crate) struct VacuumArguments {
    /// Accepted for the published CLI's sake; there is nothing more to do
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Waits until the Store can be written
///
/// Writes nothing. Exits 1 when the time is over.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus db wait\n  \
    motus db wait --max-seconds 0")]
pub(crate) struct WaitArguments {
    /// Give up after this many seconds; 0 asks once, `inf` waits for ever
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, allow_negative_numbers = true)]
    pub(crate) max_seconds: f64,
    /// Ask again after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.2, allow_negative_numbers = true)]
    pub(crate) interval: f64,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}

/// Writes a consistent copy of the Store to a new file, while others write
///
/// The copy is examined before it gets its name, and can be used as a Store at once. Lists of effects that its runs
/// name, and that are too long for their records, go along, into a directory beside it.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus db backup ../kernel-store.backup.db\n  \
    motus db backup --db ../kernel-store.backup.db .motus/kernel-store.db")]
pub(crate) struct BackupArguments {
    /// The file to make; it must not be there yet
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) common: CommonArguments,
}
