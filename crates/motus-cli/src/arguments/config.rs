//! The arguments of `motus config`.

use clap::{Args, Subcommand};
use motus_app::settings::Target;

/// Shows and changes settings
///
/// A value of the command line counts before one of the environment, of the project's file, of your file and
/// the default. Members of the published configuration without an effect here are shown as ignored, and are
/// not set. docs/configuration.md tells every setting.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    before_help = "Examples:\n  \
    motus config show --origin\n  \
    motus config set wrap_timeout_seconds 1800\n  \
    motus config set work_ttl_seconds 7200 --project\n  \
    motus config unset wrap_timeout_seconds"
)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    pub(crate) command: Option<ConfigCommand>,
    #[command(flatten)]
    pub(crate) show: ShowConfigArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ShowConfigArguments),
    Get(GetArguments),
    Set(SetArguments),
    Unset(UnsetArguments),
    /// Takes every setting out of a file, and leaves its other members
    ///
    /// A file that cannot be read is put aside, so that the defaults hold again.
    #[command(before_help = "Examples:\n  motus config reset\n  motus config reset --project")]
    Reset(FileArguments),
    /// Prints where a file of settings is, or would be
    #[command(before_help = "Examples:\n  motus config path\n  motus config path --project")]
    Path(FileArguments),
}

impl ConfigArguments {
    /// Tells whether an error is to be printed as JSON.
    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            None => self.show.json,
            Some(ConfigCommand::Show(arguments)) => arguments.json,
            Some(ConfigCommand::Get(arguments)) => arguments.json,
            Some(ConfigCommand::Set(arguments)) => arguments.file.json,
            Some(ConfigCommand::Unset(arguments)) => arguments.file.json,
            Some(ConfigCommand::Reset(arguments) | ConfigCommand::Path(arguments)) => {
                arguments.json
            }
        }
    }
}

/// Shows every setting with its value
///
/// Exits 1 when something is wrong with a file; what can be told is told all the same.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus config show\n  motus config show --origin")]
pub(crate) struct ShowConfigArguments {
    /// Tell where each value comes from
    #[arg(long)]
    pub(crate) origin: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the value of one setting
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus config get store_path\n  \
    motus config get store_path --origin")]
pub(crate) struct GetArguments {
    /// The setting
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Tell where the value comes from
    #[arg(long)]
    pub(crate) origin: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Says which file is meant.
#[derive(Debug, Args)]
pub(crate) struct FileArguments {
    /// The project's file instead of your own
    #[arg(long)]
    pub(crate) project: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl FileArguments {
    pub(crate) fn target(&self) -> Target {
        if self.project { Target::Project } else { Target::User }
    }
}

/// Sets a value in your file, or in the project's
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus config set agent_id ann\n  \
    motus config set store_path .motus/team.db --project")]
pub(crate) struct SetArguments {
    /// The setting
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Its value
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    pub(crate) value: String,
    #[command(flatten)]
    pub(crate) file: FileArguments,
}

/// Takes a member out of your file, or of the project's
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus config unset wrap_timeout_seconds")]
pub(crate) struct UnsetArguments {
    /// The member, whatever it is
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) file: FileArguments,
}
