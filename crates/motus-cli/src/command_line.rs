//! Reading the command line: clap's answers become help on stdout or a failure with a code.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use motus_app::exit;

use crate::arguments::Arguments;
use crate::failure::{Failure, Refusal};
use crate::output;

/// What a command line comes to.
#[derive(Debug)]
pub(crate) enum CommandLine {
    /// A command to run.
    Command(Box<Arguments>),
    /// Help or the version was asked for and told; this is the exit code.
    Told(u8),
}

/// Reads a command line, the program's name first.
pub(crate) fn read(words: &[OsString]) -> Result<CommandLine, Failure> {
    let error = match Arguments::try_parse_from(words) {
        Ok(arguments) => return Ok(CommandLine::Command(Box::new(arguments))),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::data(&error.render().to_string())?;
            Ok(CommandLine::Told(exit::OK))
        }
        // As published: the loop tells what it is to who asks for nothing of it.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            if words.last().is_some_and(|word| word == "work") =>
        {
            output::data(&error.render().to_string())?;
            Ok(CommandLine::Told(exit::OK))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::talk(error.render().to_string().trim_end());
            Ok(CommandLine::Told(exit::USAGE))
        }
        _ => Err(Failure::Refused(refusal(&error))),
    }
}

/// Tells whether an error about the command line itself is to be printed as JSON.
pub(crate) fn wants_json(words: &[OsString]) -> bool {
    words.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

/// Takes clap's page apart: what is wrong, tips, usage.
fn refusal(error: &clap::Error) -> Refusal {
    let page = error.render().to_string();
    let mut paragraphs = page.split("\n\n");
    let message = joined(paragraphs.next().unwrap_or_default());
    let lines = || page.lines().map(str::trim);
    // Who meant a command of a group did not mistype another one.
    let tips = match meant(error) {
        Some(meant) => vec![meant],
        None => lines().filter_map(|line| line.strip_prefix("tip: ")).map(str::to_owned).collect(),
    };
    let usage = lines().filter_map(|line| line.strip_prefix("Usage: ")).next_back();
    Refusal {
        message: message.strip_prefix("error: ").unwrap_or(&message).to_owned(),
        tips,
        usage: usage.map(str::to_owned),
    }
}

fn joined(paragraph: &str) -> String {
    paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Returns where to find a command that belongs to a group, or to some, and was looked for one level above.
fn meant(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let command = Arguments::command();
    let groups = command.get_subcommands().filter(|group| group.find_subcommand(name).is_some());
    let names: Vec<String> =
        groups.map(|group| format!("`motus {} {name}`", group.get_name())).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[track_caller]
    fn refused(line: &str) -> Refusal {
        match read(&words(line)) {
            Err(Failure::Refused(refusal)) => refusal,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_refusal_has_message_tips_and_usage() {
        let refusal = refused("motus run shw latest");
        assert_eq!(refusal.message, "unrecognized subcommand 'shw'");
        assert_eq!(refusal.tips, ["a similar subcommand exists: 'show'"]);
        assert_eq!(refusal.usage.as_deref(), Some("motus run <COMMAND>"));
        let refusal = refused("motus run show");
        assert_eq!(refusal.message, "the following required arguments were not provided: <RUN>");
    }

    #[test]
    fn a_command_of_a_group_is_found_from_above() {
        for (group, name) in [
            ("run", "list"),
            ("run", "show"),
            ("run", "export"),
            ("work", "list"),
            ("work", "claim"),
            ("receipt", "verify"),
            ("bundle", "verify"),
            ("bundle", "explain"),
            ("effects", "normalize"),
            ("effects", "compress"),
            ("effects", "covers"),
        ] {
            let refusal = refused(&format!("motus {name} latest"));
            let tip = format!("`motus {group} {name}`");
            let first = refusal.tips.first().cloned().unwrap_or_default();
            assert!(first.starts_with("did you mean ") && first.contains(&tip), "{first}");
        }
        assert!(!refused("motus wrp").tips.iter().any(|tip| tip.contains("motus run")));
    }

    #[test]
    fn an_option_given_again_counts_the_last_time() {
        for line in [
            "motus run list --json --json --limit 1 --limit 2",
            "motus --db a --db b run list --db c --db d",
            "motus wrap --timeout 1 --timeout 2 -q -q -- true",
            "motus doctor --fix --fix",
        ] {
            assert!(matches!(read(&words(line)), Ok(CommandLine::Command(_))), "{line}");
        }
    }

    #[test]
    fn json_is_asked_for_before_the_separator() {
        assert!(wants_json(&words("motus list --json")));
        assert!(!wants_json(&words("motus wrap --no -- jq --json")));
    }
}
