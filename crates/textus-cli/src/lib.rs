//! The textus command: parse, call a use case, print.
//!
//! No rule lives here. `command` turns each verb into a call of the crate `textus`, whose result is
//! printed as one line of JSON, or by `text` for people. A library only so that the manual is rendered
//! from the same command line that the program reads.

mod arguments;
mod command;
mod command_line;
mod environment;
mod output;
mod real;
mod text;

use std::process::ExitCode;

use crate::arguments::Output;
use crate::command_line::CommandLine;

/// Returns the command line: every verb, argument and option with its help.
pub fn command() -> clap::Command {
    command_line::strict()
}

/// Reads the process's command line, does what it says and returns the exit code.
pub fn run() -> ExitCode {
    let words = environment::words();
    match command_line::read(&words) {
        Ok(CommandLine::Told(text)) => output::page(&text),
        Ok(CommandLine::Run(arguments, command)) => match command::run(&arguments, &command) {
            Ok(answer) => output::answer(&answer, arguments.output),
            Err(error) => output::error(&error, arguments.output),
        },
        Err(error) => output::error(&error, wanted(&words)),
    }
}

fn wanted(words: &[std::ffi::OsString]) -> Output {
    command_line::wanted_output(words)
}
