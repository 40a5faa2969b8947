//! What is wrong with a command line, in our own words, and how the verb is used.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use textus_core::{Code, Error};

use super::{Arguments, strict};

/// Makes the error of the protocol for what clap found.
pub(super) fn of(error: &clap::Error, words: &[OsString]) -> Error {
    let refused = Error::new(Code::Usage, message(error, words));
    match error.kind() {
        ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => refused.hint(verbs(words)),
        ErrorKind::MissingRequiredArgument if names_stdin(error) => {
            refused.hint("pipe an object into it: {\"_meta\": {..}, \"body\": \"..\"}")
        }
        _ => match text(error, ContextKind::SuggestedArg) {
            Some(likely) => refused.hint(format!("did you mean {likely}? {}", usage(words))),
            None => refused.hint(usage(words)),
        },
    }
}

/// Names the verbs of the group that was asked, or all of them.
pub(super) fn verbs(words: &[OsString]) -> String {
    let command = Arguments::command();
    let group = words_of_verb(words).first().and_then(|name| command.find_subcommand(name));
    let group = group.filter(|group| group.has_subcommands()).unwrap_or(&command);
    let names: Vec<&str> = group.get_subcommands().map(clap::Command::get_name).collect();
    format!("one of: {}", names.join(", "))
}

fn message(error: &clap::Error, words: &[OsString]) -> String {
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    // A value has a name only where it stands for one.
    let option = argument.split(' ').next().unwrap_or_default();
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            format!("'{}' has no option '{option}'", command_of(words))
        }
        ErrorKind::UnknownArgument => {
            format!("'{}' has no use for '{argument}'", command_of(words))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("option {option} needs a value"),
        ErrorKind::InvalidValue => {
            let valid = text(error, ContextKind::ValidValue).unwrap_or_default();
            format!("option {option} takes one of {valid}, not '{value}'")
        }
        ErrorKind::ValueValidation => {
            format!("option {option} takes a whole number from 0 to {}, not '{value}'", u64::MAX)
        }
        ErrorKind::TooManyValues => {
            format!("option {option} takes no value, and was given '{value}'")
        }
        ErrorKind::MissingRequiredArgument if names_stdin(error) => {
            format!("'{}' needs --stdin", command_of(words))
        }
        ErrorKind::MissingRequiredArgument => format!("missing argument {argument}"),
        ErrorKind::MissingSubcommand => format!("'{}' needs one of its verbs", command_of(words)),
        ErrorKind::InvalidSubcommand => {
            let verb = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("'{}' has no verb '{verb}'", command_of(words))
        }
        ErrorKind::InvalidUtf8 => "a word of the command line is no UTF-8".to_owned(),
        _ => first_paragraph(error),
    }
}

/// Whether nothing but the flag lacks that says where the content comes from.
fn names_stdin(error: &clap::Error) -> bool {
    text(error, ContextKind::InvalidArg).as_deref() == Some("--stdin")
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

fn first_paragraph(error: &clap::Error) -> String {
    let page = error.render().to_string();
    let lines = page.lines().take_while(|line| !line.is_empty()).map(str::trim);
    let paragraph = lines.collect::<Vec<_>>().join(" ");
    paragraph.strip_prefix("error: ").unwrap_or(&paragraph).to_owned()
}

/// Says how the verb is used, and where more is told.
fn usage(words: &[OsString]) -> String {
    let mut command = strict();
    command.build();
    let inner =
        |group: clap::Command, name: &String| group.find_subcommand(name).cloned().unwrap_or(group);
    let mut verb = words_of_verb(words).iter().fold(command, inner);
    let line = verb.render_usage().to_string();
    let line = line.strip_prefix("Usage: ").unwrap_or(&line);
    format!("usage: {line}; see '{} --help'", command_of(words))
}

/// Returns the command as far as its words are verbs, as `textus key mv`.
fn command_of(words: &[OsString]) -> String {
    let mut command = vec!["textus".to_owned()];
    command.extend(words_of_verb(words));
    command.join(" ")
}

/// Finds the verb, and that of its group, among options and their values.
fn words_of_verb(words: &[OsString]) -> Vec<String> {
    let command = Arguments::command();
    let (mut place, mut names) = (&command, Vec::new());
    let mut words = words.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--root" || word == "--output" {
            words.next();
        } else if !word.starts_with('-') {
            let Some(inner) = place.find_subcommand(&*word) else { break };
            names.push(inner.get_name().to_owned());
            place = inner;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::{CommandLine, read};

    /// Reads a line that is refused, and returns message and hint.
    #[track_caller]
    fn told(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = match read(&words) {
            Err(error) => error,
            Ok(CommandLine::Run(arguments, _)) => arguments.missing.expect(line),
            other => panic!("{line}: {other:?}"),
        };
        format!("{}\n{}", error.message(), error.next_step().unwrap_or_default())
    }

    #[test]
    fn values_are_refused_with_the_option_and_its_form() {
        for line in ["textus audit --limit=x", "textus audit --limit=-1"] {
            assert!(
                told(line).starts_with("option --limit takes a whole number from 0 to "),
                "{line}"
            );
        }
        assert!(
            told("textus pulse --since=99999999999999999999")
                .contains("not '99999999999999999999'")
        );
        let output = told("textus boot --output=yaml");
        assert!(
            output.starts_with("option --output takes one of json, text, not 'yaml'"),
            "{output}"
        );
        assert!(told("textus list --prefix").starts_with("option --prefix needs a value"));
        assert!(told("textus doctor --fix=1").starts_with("option --fix takes no value"));
    }

    #[test]
    fn the_hint_is_how_the_verb_is_used() {
        assert_eq!(
            told("textus put a.b --fetch=x"),
            "'textus put' has no option '--fetch'\n\
             usage: textus put [OPTIONS] --stdin <KEY>; see 'textus put --help'"
        );
        assert_eq!(
            told("textus --root list key mv a"),
            "missing argument <TO>\nusage: textus key mv [OPTIONS] <FROM> <TO>; see 'textus key mv --help'"
        );
        assert!(told("textus list extra").starts_with("'textus list' has no use for 'extra'\n"));
        assert!(told("textus list --zon=x").contains("did you mean --zone? usage: textus list"));
        assert!(
            told("textus get")
                .starts_with("missing argument <KEY>\nusage: textus get [OPTIONS] <KEY>;")
        );
        assert!(told("textus put a.b").starts_with("'textus put' needs --stdin\npipe an object"));
        assert!(told("textus put --stdin").starts_with("missing argument <KEY>\n"));
    }

    #[test]
    fn no_error_advises_to_pass_an_option_as_a_value() {
        for line in [
            "textus put a.b --fetch=x",
            "textus get -x",
            "textus where --fetch",
            "textus key mv a -b",
        ] {
            assert!(!told(line).contains("as a value"), "{line}");
        }
    }
}
