//! `motus help`: a command's help, or a topic.

use std::fmt::Write as _;

use clap::CommandFactory;
use motus_app::exit;
use motus_json::{Object, Value};

use crate::arguments::{Arguments, HelpArguments};
use crate::failure::Failure;
use crate::output;

/// Each exit code with its meaning, in the order in which it is explained.
const EXIT_CODES: [(u8, &str); 9] = [
    (exit::OK, "done"),
    (exit::FAILED, "refused or failed; error[code] on stderr says why"),
    (exit::USAGE, "the command line cannot be understood"),
    (exit::WAITING, "waiting for a person or a gate"),
    (exit::CONFLICT, "in conflict with what is recorded"),
    (exit::TIMED_OUT, "wrap: the command ran out of time"),
    (exit::NOT_EXECUTABLE, "wrap: the command exists and cannot be executed"),
    (exit::NOT_FOUND, "wrap: the command was not found"),
    (exit::SIGNAL_BASE, "wrap: 128+N, the command was ended by signal N"),
];

pub(crate) fn run(arguments: &HelpArguments) -> Result<u8, Failure> {
    let topic: Vec<&str> = arguments.topic.iter().map(String::as_str).collect();
    match topic.as_slice() {
        ["exit-codes"] if arguments.json => output::json(exit_codes_document())?,
        ["exit-codes"] => output::data(&exit_codes_page())?,
        path => output::data(&command_help(path)?)?,
    }
    Ok(exit::OK)
}

/// Returns what the command's own `--help` prints.
fn command_help(path: &[&str]) -> Result<String, Failure> {
    let mut found = &Arguments::command();
    for name in path {
        found = found.find_subcommand(name).ok_or_else(|| {
            let message = format!("there is no command or topic `{}`", path.join(" "));
            Failure::usage("usage.topic_unknown", &message)
        })?;
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
    for (code, meaning) in EXIT_CODES {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{code:>5}  {meaning}");
    }
    page
}

fn exit_codes_document() -> Object {
    EXIT_CODES.iter().map(|(code, meaning)| (code.to_string(), Value::from(*meaning))).collect()
}
