//! The command lines of scopes: what `motus wrap` takes of them, and `motus scope`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use motus_app::scope::Level;

/// What grants something.
#[derive(Debug, Args)]
pub(crate) struct GrantArguments {
    /// Allow this: read:PATH, write:PATH, exec:PROGRAM, net:URL or unix:PATH; may be repeated
    #[arg(long, value_name = "KIND:VALUE", help_heading = "Scope")]
    pub(crate) allow: Vec<String>,
    /// Allow what this profile allows; `motus scope profiles` lists them; may be repeated
    #[arg(long, value_name = "NAME", help_heading = "Scope")]
    pub(crate) profile: Vec<String>,
    /// Allow what this document allows
    #[arg(long = "scope", value_name = "FILE", help_heading = "Scope")]
    pub(crate) file: Option<PathBuf>,
}

/// What `motus wrap` takes of scopes; any of it puts one in force.
#[derive(Debug, Args)]
pub(crate) struct ScopeArguments {
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    /// Refuse to run where the scope would be held to less: snapshot, observed, enforced+snapshot or enforced+observed
    #[arg(
        long,
        value_name = "LEVEL",
        hide_possible_values = true,
        value_parser = level(),
        help_heading = "Scope"
    )]
    pub(crate) require: Option<Level>,
    /// Stop nothing, and tell the smallest scope that would have let it pass: on stderr, or in a new FILE
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "Scope"
    )]
    #[expect(clippy::option_option, reason = "it may stand there without a file")]
    pub(crate) learn: Option<Option<PathBuf>>,
}

/// What `motus action` takes of scopes: texts as a system hands them over, so that one that is wrong is told to it.
#[derive(Debug, Args)]
pub(crate) struct StepScopeArguments {
    /// Allow this: read:PATH, write:PATH, exec:PROGRAM, net:URL or unix:PATH, one on a line; may be repeated
    #[arg(long, value_name = "KIND:VALUE", help_heading = "Scope")]
    allow: Vec<String>,
    /// Allow what this profile allows, one on a line; `motus scope profiles` lists them; may be repeated
    #[arg(long, value_name = "NAME", help_heading = "Scope")]
    profile: Vec<String>,
    /// Allow what this document allows
    #[arg(long = "scope", value_name = "FILE", value_parser = OsStringValueParser::new(), help_heading = "Scope")]
    file: Option<OsString>,
    /// Refuse to run where the scope would be held to less: snapshot, observed, enforced+snapshot or enforced+observed
    #[arg(long, value_name = "LEVEL", help_heading = "Scope")]
    require: Option<String>,
    /// Stop nothing, and tell the smallest scope that would have let it pass: on stderr, or in a new FILE
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "Scope"
    )]
    #[expect(clippy::option_option, reason = "it may stand there without a file")]
    learn: Option<Option<PathBuf>>,
}

impl StepScopeArguments {
    /// Reads them; a text without anything in it is as good as none. The error says what is wrong.
    pub(crate) fn read(&self) -> Result<ScopeArguments, String> {
        let is_given = |text: &&str| !text.is_empty();
        let lines = |texts: &[String]| -> Vec<String> {
            let lines = texts.iter().flat_map(|text| text.lines());
            lines.map(str::trim).filter(is_given).map(str::to_owned).collect()
        };
        let level = |name: &str| {
            let names = Level::ALL.map(Level::as_str).join(", ");
            Level::parse(name).ok_or(format!("--require '{name}': the levels are {names}"))
        };
        let require = self.require.as_deref().map(str::trim).filter(is_given);
        Ok(ScopeArguments {
            grants: GrantArguments {
                allow: lines(&self.allow),
                profile: lines(&self.profile),
                file: self.file.as_ref().filter(|file| !file.is_empty()).map(PathBuf::from),
            },
            require: require.map(level).transpose()?,
            learn: self.learn.clone(),
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScopeCommand {
    Probe(ProbeArguments),
    Check(CheckScopeArguments),
    Explain(ExplainScopeArguments),
    Profiles(ProfilesArguments),
}

impl ScopeCommand {
    /// Tells whether an error is to be printed as JSON.
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Probe(arguments) => arguments.json,
            Self::Check(arguments) => arguments.json,
            Self::Explain(arguments) => arguments.json,
            Self::Profiles(arguments) => arguments.json,
        }
    }
}

/// Tries what this machine can do to hold a command to a scope
///
/// A process of its own tries each thing and is gone afterwards. Exits 0 whatever came of it; to be refused where
/// too little can be done, use `motus wrap --require LEVEL`.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus scope probe\n  motus scope probe --json")]
pub(crate) struct ProbeArguments {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tells whether a document is one of a scope, and what it names is there
///
/// Exits 1 when it is not, with every fault and its place.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  motus scope check scope.yaml")]
pub(crate) struct CheckScopeArguments {
    /// The document, YAML of at most 256 KiB
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tells what a scope grants, where each grant comes from, and how far this machine holds to it
///
/// Nothing is run. With a command, what every command gets for itself is told, too.
#[derive(Debug, Args)]
#[command(
    override_usage = "motus scope explain [OPTIONS] [-- COMMAND [ARGUMENTS]...]",
    before_help = "Examples:\n  \
    motus scope explain --allow write:out/ -- make\n  \
    motus scope explain --profile toolchain --scope scope.yaml --json"
)]
pub(crate) struct ExplainScopeArguments {
    #[command(flatten)]
    pub(crate) grants: GrantArguments,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The command and its arguments, after `--`
    #[arg(value_name = "COMMAND", last = true)]
    pub(crate) command: Vec<OsString>,
}

/// Lists the profiles, or prints the document of one
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus scope profiles\n  \
    motus scope profiles toolchain > scope.yaml     begin a scope of your own with it")]
pub(crate) struct ProfilesArguments {
    /// The profile whose document is printed
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn level() -> impl TypedValueParser<Value = Level> {
    let names = Level::ALL.map(Level::as_str);
    PossibleValuesParser::new(names).try_map(|name| Level::parse(&name).ok_or("not a level"))
}
