//! The arguments of `motus init`.

use std::path::{Path, PathBuf};

use clap::Args;
use motus_app::workspace::Mode;

/// Sets a workspace up
///
/// Makes the directories of `.motus` and the link `current` where they are missing; what is there is left
/// as it is, so that it may be repeated, and follow `motus wrap`. Nothing else needs it: commands that record
/// make what they need.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus init --empty --path .\n  \
    motus init --integrate ../service")]
pub(crate) struct InitArguments {
    #[command(flatten)]
    pub(crate) mode: ModeArguments,
    /// The root of the workspace; made when it is missing
    #[arg(long, value_name = "DIR", default_value = ".", conflicts_with = "integrate")]
    pub(crate) path: PathBuf,
    /// Lead a `current` that is a link elsewhere back to the workspace; nothing else is ever replaced
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Says which kind of workspace it is; a neutral one when nothing is said.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct ModeArguments {
    /// A neutral workspace, which is the default
    #[arg(long)]
    pub(crate) empty: bool,
    /// Another word for --empty
    #[arg(long)]
    pub(crate) full: bool,
    /// The legacy word for a packaged release; the workspace is a neutral one
    #[arg(long)]
    pub(crate) lite: bool,
    /// Over a directory that is in use; project/config/init.yaml says so
    #[arg(long, value_name = "DIR")]
    pub(crate) integrate: Option<PathBuf>,
}

impl InitArguments {
    pub(crate) fn mode(&self) -> Mode {
        match &self.mode {
            ModeArguments { integrate: Some(_), .. } => Mode::Integrate,
            ModeArguments { lite: true, .. } => Mode::Lite,
            _ => Mode::Empty,
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.mode.integrate.as_deref().unwrap_or(&self.path)
    }
}
