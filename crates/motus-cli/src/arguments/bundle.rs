//! The command lines of `motus bundle`, `motus effects` and `motus canonicalize`.

use std::path::PathBuf;

use clap::{Args, Subcommand, value_parser};

use super::StoreArguments;
use super::run::RunSelector;

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    Verify(VerifyArguments),
    Explain(ExplainArguments),
}

/// Names a bundle and the policy that it is held against.
#[derive(Debug, Args)]
pub(crate) struct BundleArguments {
    /// The bundle's directory, in which manifest.json stands
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Hold the bundle against this policy document instead of POLICY-DEFAULT
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Verifies a bundle without trusting anything in it
///
/// Exits 0 when everything holds and 1 when anything does not. A bundle that verifies is consistent;
/// who made it is only known when its digest is, from elsewhere: see --expect.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus bundle verify bundle/\n  \
    motus bundle verify bundle/ --expect 11a09243…\n  \
    motus bundle verify parent/bundle --children . --json")]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) bundle: BundleArguments,
    /// Accept only the bundle with this proof digest
    #[arg(long, value_name = "DIGEST")]
    pub(crate) expect: Option<String>,
    /// Verify the bundles of its children too, found at any depth below this directory
    #[arg(long, value_name = "ROOT")]
    pub(crate) children: Option<PathBuf>,
}

/// Tells what happened in a loop, from its bundle
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus bundle explain bundle/\n  \
    motus bundle explain bundle/ --json")]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    pub(crate) bundle: BundleArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EffectsCommand {
    Normalize(NormalizeArguments),
    Compress(CompressArguments),
    Covers(CoversArguments),
    Check(CheckEffectsArguments),
}

/// Writes effects in their canonical form, sorted, each once
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus effects normalize < effects.json\n  \
    echo '[{\"op\":\"WriteFS\",\"selector\":\"fs:./a//b\"}]' | motus effects normalize")]
pub(crate) struct NormalizeArguments {
    /// Print errors as JSON; the effects are JSON in any case
    #[arg(long)]
    pub(crate) json: bool,
}

/// Widens effects until there are no more than K
///
/// Exits 1 when that cannot be reached: programs, publications, hosts, and relative and absolute paths
/// are never merged.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus effects compress --k 50 < effects.json")]
pub(crate) struct CompressArguments {
    /// How many effects may be left
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = value_parser!(u32))]
    pub(crate) k: u32,
    /// Print an object that also says whether they fit
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tells whether declared effects cover observed ones
///
/// Exits 1 and lists those that are not covered when they do not.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus effects covers declared.json observed.json")]
pub(crate) struct CoversArguments {
    /// The effects that were declared
    #[arg(value_name = "DECLARED")]
    pub(crate) declared: PathBuf,
    /// The effects that were observed
    #[arg(value_name = "OBSERVED")]
    pub(crate) observed: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tells whether what was seen of a run stays inside of what was declared
///
/// It is decided again, from the record alone. Exits 1 when something went on that is not declared, and when nothing
/// was seen; what could not be seen is told as a gap.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus effects check latest\n  \
    motus effects check latest --json")]
pub(crate) struct CheckEffectsArguments {
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    #[command(flatten)]
    pub(crate) selector: RunSelector,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes JSON from standard input in its canonical form CJ-0.1
///
/// There is no newline at the end: the bytes are those that are hashed.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus canonicalize < receipt.json | sha256sum\n  \
    motus canonicalize --check < receipt.json")]
pub(crate) struct CanonicalizeArguments {
    /// Write nothing, and fail when the input is not in its canonical form
    #[arg(long)]
    pub(crate) check: bool,
    /// Print errors as JSON; the output is JSON in any case
    #[arg(long)]
    pub(crate) json: bool,
}
