//! The arguments of `motus action`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::StepScopeArguments;

/// Runs the command of a CI step, records it, and leaves its documents as files
///
/// The command is run and recorded as `motus wrap` does, and its exit code becomes this command's. It is
/// taken apart into words by this program, with the quotes of POSIX and without a shell. The export, the
/// receipt and the portable receipt of the run are left as files, whatever the command's exit code; what
/// later steps may want to know is appended to the file that `GITHUB_OUTPUT` names, and the page for
/// reviewers to that of `GITHUB_STEP_SUMMARY`. Every call is a run of its own, also of the same step.
///
/// An option whose text is empty is as good as none; what may be repeated may have several lines.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    before_help = "Examples:\n  \
    motus action --command 'pytest -q'\n  \
    motus action --command=\"$MOTUS_COMMAND\" --envelope-path out/envelope.json\n  \
    motus action --command 'pytest --junitxml=report.xml' --evidence junit:report.xml\n  \
    motus action --command \"sh -c 'make && make check'\"",
    after_help = "See docs/ci.md for the action of GitHub and the template of GitLab that call it."
)]
pub(crate) struct ActionArguments {
    /// The command with its arguments, in one text
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub(crate) command: OsString,
    /// Use this Store file instead of the default one
    #[arg(long, visible_alias = "db", value_name = "PATH", value_parser = path())]
    pub(crate) store_path: Option<PathBuf>,
    /// Where the export of the run goes
    #[arg(long, value_name = "PATH", default_value = EXPORT, value_parser = path())]
    pub(crate) export_path: PathBuf,
    /// Where the receipt of the run goes
    #[arg(long, value_name = "PATH", default_value = RECEIPT, value_parser = path())]
    pub(crate) receipt_path: PathBuf,
    /// Where the portable receipt of the run goes
    #[arg(long, value_name = "PATH", default_value = ENVELOPE, value_parser = path())]
    pub(crate) envelope_path: PathBuf,
    /// Take files that the command writes as evidence: KIND:PATH, one on a line, with the kind junit, tap, sarif,
    /// cargo-json or file; may be repeated
    #[arg(long, value_name = "KIND:PATH", allow_hyphen_values = true)]
    pub(crate) evidence: Vec<OsString>,
    /// Mark output larger than this many bytes as truncated in the record, whatever is configured
    #[arg(long, value_name = "N", default_value_t = 16384, allow_negative_numbers = true)]
    pub(crate) max_output_bytes: i64,
    /// End the command, with all of its process group, after this many seconds; `inf` is no limit, as it is
    /// without this option, whatever is configured
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) timeout: Option<f64>,
    #[command(flatten)]
    pub(crate) scope: StepScopeArguments,
}

/// Where the export goes when nothing else is said, as published.
pub(crate) const EXPORT: &str = "motus-run-export.json";
/// Where the receipt goes when nothing else is said, as published.
pub(crate) const RECEIPT: &str = "motus-receipt.json";
/// Where the portable receipt goes when nothing else is said.
pub(crate) const ENVELOPE: &str = "motus-envelope.json";

/// An empty path is as good as none; the parser for paths would refuse it.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}
