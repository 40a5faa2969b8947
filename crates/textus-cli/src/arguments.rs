//! The command line: what clap parses, with the help that it prints.
//!
//! Positional arguments are optional here: a store that cannot be opened is told before an argument
//! that is missing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use textus_core::Error;

/// Keeps a project's memory in plain files that agents may read freely and change only as allowed.
#[derive(Debug, Parser)]
#[command(
    name = "textus",
    before_help = "Examples:\n  \
        textus init                                  start a memory in this directory\n  \
        textus boot                                  what an agent should read first\n  \
        textus get knowledge.identity                read an entry\n  \
        textus put notebook.notes.a --stdin --as=agent < entry.json\n  \
        textus accept proposals.notes.a --as=human   make a proposal canon",
    after_help = "The store is the nearest directory .textus with a manifest.yaml, or TEXTUS_ROOT, or --root.\n\
        Exit codes: 0 done, 1 refused, 2 usage, 64 file system.",
    disable_help_subcommand = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub(crate) struct Arguments {
    /// The directory .textus itself
    #[arg(long, global = true, value_name = "PATH", help_heading = GLOBAL)]
    pub(crate) root: Option<PathBuf>,
    /// How results are printed
    #[arg(long, global = true, value_name = "FORM", default_value = "json", help_heading = GLOBAL)]
    pub(crate) output: Output,
    /// Its old name, so that whoever uses it is told the new one
    #[arg(long, global = true, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub(crate) format: Option<String>,
    /// Prints the version
    #[arg(long, short = 'v')]
    pub(crate) version: bool,
    /// What lacks of the verb's arguments; told once the store is known to be there
    #[arg(skip)]
    pub(crate) missing: Option<Error>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Stands above the options that every verb has.
const GLOBAL: &str = "Global options";

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// One line of JSON
    Json,
    /// For people
    Text,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Starts a memory in the current directory
    Init,
    /// Lists entries
    List(ListArguments),
    /// Tells where an entry's file is, or would be
    Where(KeyArgument),
    /// Reads an entry
    Get(GetArguments),
    /// Writes an entry
    Put(PutArguments),
    /// Deletes an entry
    Delete(DeleteArguments),
    /// Renames, deletes and identifies entries
    #[command(subcommand_required = true, arg_required_else_help = false)]
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Makes a proposal canon
    Accept(ActArguments),
    /// Refuses a proposal
    Reject(ActArguments),
    /// Tells which entries are stale
    Freshness(FreshnessArguments),
    /// Reads the audit log
    Audit(AuditArguments),
    /// Tells what changed since a cursor
    Pulse(PulseArguments),
    /// Tells an agent what it must know to begin
    Boot,
    /// Checks the store
    Doctor(DoctorArguments),
    /// Reads the rules
    #[command(subcommand_required = true, arg_required_else_help = false)]
    Rule {
        #[command(subcommand)]
        command: RuleCommand,
    },
    /// Reads schemas
    #[command(subcommand_required = true, arg_required_else_help = false)]
    Schema {
        #[command(subcommand)]
        command: SchemaCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Renames an entry within its zone
    Mv(MvArguments),
    /// Deletes an entry
    Delete(DeleteArguments),
    /// Tells the identifier that stays with an entry when it is renamed
    Uid(KeyArgument),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// Lists the rules in the order of the manifest
    List,
    /// Tells which rules hold for a key, and what guards it
    Explain(KeyArgument),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Shows the schema of a key
    Show(KeyArgument),
}

#[derive(Debug, Args)]
pub(crate) struct KeyArgument {
    /// The key of an entry
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
}

const ROLE_HELP: &str =
    "The role to act as; else TEXTUS_ROLE, else the file .textus/role, else human";

#[derive(Debug, Args)]
pub(crate) struct RoleArgument {
    /// The role to act as
    #[arg(long = "as", value_name = "ROLE", help = ROLE_HELP)]
    pub(crate) role: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ActArguments {
    #[command(flatten)]
    pub(crate) key: KeyArgument,
    #[command(flatten)]
    pub(crate) role: RoleArgument,
    /// Only if the proposal is still this one
    #[arg(long, value_name = "ETAG")]
    pub(crate) if_etag: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Only this key and those below it
    #[arg(long, value_name = "KEY")]
    pub(crate) prefix: Option<String>,
    /// Only entries of this zone
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// Only entries with this schema
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Option<String>,
    /// Only entries that hold this text, in any case; reads every entry
    #[arg(long = "q", value_name = "TEXT")]
    pub(crate) query: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GetArguments {
    #[command(flatten)]
    pub(crate) key: KeyArgument,
    #[command(flatten)]
    pub(crate) role: RoleArgument,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Standard input is an object: {\"_meta\": {}, \"body\": \"text\", \"if_etag\": \"sha256:..\"},\n\
    with \"content\" instead of \"body\" for JSON and YAML. The file is replaced."
)]
pub(crate) struct PutArguments {
    #[command(flatten)]
    pub(crate) key: KeyArgument,
    #[command(flatten)]
    pub(crate) role: RoleArgument,
    /// Reads the entry from standard input
    #[arg(long)]
    pub(crate) stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteArguments {
    #[command(flatten)]
    pub(crate) key: KeyArgument,
    #[command(flatten)]
    pub(crate) role: RoleArgument,
    /// Only if the file is still this one
    #[arg(long, value_name = "ETAG")]
    pub(crate) if_etag: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MvArguments {
    /// The key now
    #[arg(value_name = "FROM")]
    pub(crate) from: Option<String>,
    /// The key then
    #[arg(value_name = "TO")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) role: RoleArgument,
    /// Tells what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FreshnessArguments {
    /// Only keys that begin with this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) prefix: Option<String>,
    /// Only entries of this zone
    #[arg(long)]
    pub(crate) zone: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// Only rows of this key
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Only rows of keys in this zone
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// Only rows of this role
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Only rows of this verb
    #[arg(long)]
    pub(crate) verb: Option<String>,
    /// Only rows from then on: a date, a time, or 30s, 15m, 12h, 7d ago
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only rows after this one
    #[arg(long, value_name = "N")]
    pub(crate) seq_since: Option<u64>,
    /// Only rows of one invocation
    #[arg(long, value_name = "ID")]
    pub(crate) correlation_id: Option<String>,
    /// At most so many, the oldest
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct PulseArguments {
    /// The cursor of the pulse before; one beyond the log has nothing after it
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) since: u64,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Only these checks, joined by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) check: Vec<String>,
    /// Finishes what a killed writer left
    #[arg(long)]
    pub(crate) fix: bool,
}
