//! The arguments of `motus install`.

use clap::Args;

/// Writes your configuration where there is none
///
/// The file is ~/.motus/config.json, as published releases make it. One that is there is left alone. Motus
/// itself needs none; see `motus config`.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus install\n  motus install --dry-run")]
pub(crate) struct InstallArguments {
    /// Only tell what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
