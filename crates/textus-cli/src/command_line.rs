//! Reading the command line: clap's answers become help on stdout or an error of the protocol.

mod refusal;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, CommandFactory, FromArgMatches};
use textus_core::{Code, Error};

use crate::arguments::{Arguments, Command, Output};

/// What a command line comes to.
#[derive(Debug)]
pub(crate) enum CommandLine {
    /// A command to run.
    Run(Box<Arguments>, Command),
    /// A text that was asked for.
    Told(String),
}

/// Reads a command line, the program's name first.
pub(crate) fn read(words: &[OsString]) -> Result<CommandLine, Error> {
    let (mut arguments, missing) = match parse(strict(), words) {
        Ok(arguments) => (arguments, None),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            return Ok(CommandLine::Told(error.render().to_string()));
        }
        Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => {
            let arguments = parse(Arguments::command(), words);
            let missing = refusal::of(&error, words);
            (arguments.map_err(|error| refusal::of(&error, words))?, Some(missing))
        }
        Err(error) => return Err(refusal::of(&error, words)),
    };
    if arguments.format.is_some() {
        return Err(renamed());
    }
    if arguments.version {
        return Ok(CommandLine::Told(format!("{}\n", env!("CARGO_PKG_VERSION"))));
    }
    arguments.missing = missing;
    match arguments.command.take() {
        Some(command) => Ok(CommandLine::Run(Box::new(arguments), command)),
        None => Err(Error::new(Code::Usage, "no verb given").hint(refusal::verbs(words))),
    }
}

fn parse(mut command: clap::Command, words: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = command.try_get_matches_from_mut(words)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Returns the command as it is meant: help shows what each verb needs.
pub(crate) fn strict() -> clap::Command {
    let is_needed = |arg: &Arg| arg.is_positional() || arg.get_id() == "stdin";
    let needing = move |arg: Arg| if is_needed(&arg) { arg.required(true) } else { arg };
    let verb = move |verb: clap::Command| verb.mut_args(needing);
    Arguments::command().mut_subcommands(move |group| verb(group).mut_subcommands(verb))
}

/// Guesses how results are wanted of a command line that cannot be read.
pub(crate) fn wanted_output(words: &[OsString]) -> Output {
    let joined = words.iter().any(|word| word == "--output=text");
    let apart = words.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "text");
    if joined || apart { Output::Text } else { Output::Json }
}

fn renamed() -> Error {
    Error::new(Code::FlagRenamed, "the flag --format is called --output now")
        .with("old", "--format")
        .with("new", "--output")
        .hint("use --output=json or --output=text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[track_caller]
    fn refused(line: &str) -> Error {
        match read(&words(line)) {
            Err(error) => error,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn options_may_stand_anywhere_after_the_verb() {
        for line in [
            "textus list --prefix=a --zone b",
            "textus --root=x list",
            "textus list --root x --output json",
            "textus put --as=agent a.b --stdin",
            "textus put a.b --stdin --as agent --output=text",
        ] {
            assert!(matches!(read(&words(line)), Ok(CommandLine::Run(..))), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_usage() {
        for line in [
            "textus",
            "textus lst",
            "textus key",
            "textus key rename",
            "textus list --unknown",
            "textus list --output=yaml",
            "textus pulse --since=x",
            "textus list extra",
        ] {
            let error = refused(line);
            assert_eq!(error.code(), Code::Usage, "{line}");
            assert!(!error.message().is_empty() && error.next_step().is_some(), "{line}: {error}");
        }
    }

    #[test]
    fn a_group_of_verbs_tells_its_verbs() {
        for line in ["textus key", "textus key rename a b", "textus --root x key --output json"] {
            let error = refused(line);
            assert_eq!(error.next_step(), Some("one of: mv, delete, uid"), "{line}: {error}");
        }
        assert_eq!(refused("textus key").message(), "'textus key' needs one of its verbs");
        for line in ["textus", "textus lst"] {
            assert!(refused(line).next_step().is_some_and(|hint| hint.contains("accept")));
        }
    }

    #[test]
    fn the_old_name_of_a_flag_says_the_new_one() {
        for line in
            ["textus list --format=json", "textus --format json list", "textus list --format"]
        {
            let error = refused(line);
            assert_eq!(error.code(), Code::FlagRenamed, "{line}");
            assert_eq!(error.details().get("new"), Some(&"--output".into()));
        }
    }

    #[test]
    fn the_version_is_bare() {
        for line in ["textus --version", "textus -v"] {
            let Ok(CommandLine::Told(text)) = read(&words(line)) else { panic!("{line}") };
            assert_eq!(text.trim_end(), env!("CARGO_PKG_VERSION"));
        }
    }
}
