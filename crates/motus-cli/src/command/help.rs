//! `motus help`: a command's help, or a topic.

use std::fmt::Write as _;

use clap::CommandFactory;
use motus_app::exit;
use motus_json::{Object, Value};

use crate::arguments::{Arguments, HelpArguments};
use crate::failure::Failure;
use crate::output;

/// An exit code, what is added to it, what it means.
const EXIT_CODES: [(u8, &str, &str); 10] = [
    (exit::OK, "", "done"),
    (
        exit::FAILED,
        "",
        "refused, failed, or the answer is no; the report, or error[code] on stderr, says why",
    ),
    (exit::USAGE, "", "the command line, or a document that it names, cannot be used"),
    (exit::WAITING, "", "reserved for waiting for a person or a gate; no command gives it yet"),
    (exit::CONFLICT, "", "in conflict with what is recorded: held, closed, or said otherwise"),
    (exit::TIMED_OUT, "", "wrap: the command ran out of time"),
    (exit::NOT_EXECUTABLE, "", "wrap: the command exists and cannot be executed"),
    (exit::NOT_FOUND, "", "wrap: the command was not found"),
    (exit::READER_LEFT, "", "wrap: nobody reads the command's output any more"),
    (exit::SIGNAL_BASE, "+N", "wrap: signal N ended the command, or was sent to end it"),
];

/// How a command's own 1 or 2 is told from those of `motus wrap`.
const OWN_CODES: &str = "
When 1 or 2 is that of `motus wrap` itself, the command was not started: a line on stderr begins
with `error[`, and no line `motus run:` follows. It is also 1 when the command ended with 0 and its
output could not be written: `warning[output.failed]`. Every other 1 or 2 is the command's own.
";

pub(crate) fn run(arguments: &HelpArguments) -> Result<u8, Failure> {
    let topic: Vec<&str> = arguments.topic.iter().map(String::as_str).collect();
    match topic.as_slice() {
        ["exit-codes"] if arguments.json => output::json(exit_codes_document())?,
        ["exit-codes"] => output::data(&exit_codes_page())?,
        path => {
            let help = command_help(path)?;
            if arguments.json {
                return Err(Failure::TopicIsText);
            }
            output::data(&help)?;
        }
    }
    Ok(exit::OK)
}

/// Returns what the command's own `--help` prints.
fn command_help(path: &[&str]) -> Result<String, Failure> {
    let mut found = &Arguments::command();
    for name in path {
        found = found.find_subcommand(name).ok_or_else(|| Failure::TopicUnknown(path.join(" ")))?;
    }
    let words = ["motus"].iter().chain(path).chain(&["--help"]);
    let help = Arguments::command()
        .try_get_matches_from(words)
        .expect_err("clap answers --help with an error that holds the help");
    Ok(help.render().to_string())
}

fn exit_codes_page() -> String {
    let mut page = String::from(
        "`motus wrap` exits with the code of the command that it runs. Otherwise:\n\n",
    );
    for (code, more, meaning) in EXIT_CODES {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{:>7}  {meaning}", format!("{code}{more}"));
    }
    page.push_str(OWN_CODES);
    page
}

fn exit_codes_document() -> Object {
    let members = EXIT_CODES.iter();
    members.map(|(code, more, meaning)| (format!("{code}{more}"), Value::from(*meaning))).collect()
}
