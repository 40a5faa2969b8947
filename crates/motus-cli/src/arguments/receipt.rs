//! The arguments of `motus receipt`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use motus_app::receipts::Format;
use motus_ledger::portable::shapes::REGISTRY;

use super::StoreArguments;

/// Makes a receipt of a closed run, and looks at those of others
///
/// A projection is the receipt of `motus run receipt`, and refers to its Store. The other formats travel: they
/// are read without one, such as --format envelope. Every format says what the Store holds and nothing else: the bytes are the same wherever the Store lies.
/// Absolute paths and credentials of known shapes are left out, and who did the work is the agent or the
/// tool that recorded it, unless you say who it was.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    before_help = "Examples:\n  \
    motus receipt latest --format envelope > receipt.json\n  \
    motus receipt latest --format store-export > export.json\n  \
    motus receipt verify receipt.json --strict\n  \
    motus receipt schema work-receipt-envelope"
)]
pub(crate) struct PortableArguments {
    #[command(subcommand)]
    pub(crate) command: Option<PortableCommand>,
    /// A run identifier, a unique prefix of one, `latest`, or a lease
    #[arg(value_name = "RUN", required = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) run: Option<String>,
    /// What to make of it
    #[arg(long, value_name = "FORMAT", default_value = "projection", value_parser = format())]
    pub(crate) format: Format,
    /// What did the work: human, agent, service, ci or tool
    #[arg(long, value_name = "TYPE", requires = "actor_id")]
    pub(crate) actor_type: Option<String>,
    /// Who did the work
    #[arg(long, value_name = "ID", requires = "actor_type")]
    pub(crate) actor_id: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
    /// Print errors as JSON; every format is JSON in any case
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PortableCommand {
    Verify(VerifyReceiptArguments),
    Schema(SchemaArguments),
}

impl PortableArguments {
    /// Tells whether an error is to be printed as JSON.
    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            Some(PortableCommand::Verify(arguments)) => arguments.json,
            Some(PortableCommand::Schema(arguments)) => arguments.json,
            None => self.json,
        }
    }
}

/// Tells whether portable documents are what they say they are
///
/// Their shape with every fault, their times, and the seal of a receipt. A path of one machine, a
/// credential, or a contradiction is a warning. The exit code is 1 when one of them is not valid. A seal
/// shows that nothing was changed since it was made; not who made it, nor that what it says is true.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
    motus receipt verify receipt.json export.json\n  \
    motus receipt verify --strict --json receipt.json\n  \
    motus receipt verify --reference --golden golden/ receipt.json")]
pub(crate) struct VerifyReceiptArguments {
    /// The documents; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Let warnings be errors
    #[arg(long, conflicts_with = "reference")]
    pub(crate) strict: bool,
    /// Decide as the published validator does, no less and no more
    #[arg(long)]
    pub(crate) reference: bool,
    /// Compare with the digests in this directory: of NAME.json that in NAME.sha256, and say whether it is there
    #[arg(long, value_name = "DIR")]
    pub(crate) golden: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the JSON Schema of a portable document
#[derive(Debug, Args)]
#[command(before_help = "Example:\n  motus receipt schema work-receipt-envelope > envelope.json")]
pub(crate) struct SchemaArguments {
    /// The document
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(REGISTRY.map(|it| it.name)))]
    pub(crate) name: String,
    /// Print errors as JSON; the schema is JSON in any case
    #[arg(long)]
    pub(crate) json: bool,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::as_str))
        .try_map(|name| Format::parse(&name).ok_or("unknown format"))
}
