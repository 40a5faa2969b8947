//! The motus command: parse, call a use case, print.
//!
//! No rule lives here. Each command is one file under `command`, which turns arguments into a call
//! of `motus-app` and its result into output; `failure` turns every error into code, hint and exit.

mod arguments;
mod command;
mod command_line;
mod environment;
mod failure;
mod input;
mod output;
mod real;
mod text;

use std::process::ExitCode;

use crate::arguments::{Arguments, BundleCommand, Command, RunCommand};
use crate::command_line::CommandLine;
use crate::environment::Environment;
use crate::failure::Failure;

fn main() -> ExitCode {
    let words = environment::words();
    let (told, json) = match command_line::read(&words) {
        Ok(CommandLine::Command(arguments)) => {
            let json = arguments.command.wants_json();
            (dispatch(&arguments), json)
        }
        Ok(CommandLine::Told(code)) => (Ok(code), false),
        Err(failure) => (Err(failure), command_line::wants_json(&words)),
    };
    ExitCode::from(told.unwrap_or_else(|failure| failure.report(json)))
}

fn dispatch(arguments: &Arguments) -> Result<u8, Failure> {
    let environment =
        || Environment::read(arguments.command.store().or(arguments.store.store.as_deref()));
    match &arguments.command {
        Command::Completions(arguments) => command::completions::run(arguments),
        Command::Help(arguments) => command::help::run(arguments),
        Command::Bundle(BundleCommand::Verify(arguments)) => command::bundle_verify::run(arguments),
        Command::Bundle(BundleCommand::Explain(arguments)) => {
            command::bundle_explain::run(arguments)
        }
        Command::Effects(command) => command::effects::run(command),
        Command::Canonicalize(arguments) => command::canonicalize::run(arguments),
        Command::Wrap(arguments) => command::wrap::run(arguments, &environment()?),
        Command::Doctor(arguments) => command::doctor::run(arguments, &environment()?),
        Command::Run(command) => {
            let environment = environment()?;
            dispatch_run(command, &environment).map_err(|failure| failure.look_above(&environment))
        }
    }
}

fn dispatch_run(command: &RunCommand, environment: &Environment) -> Result<u8, Failure> {
    match command {
        RunCommand::List(arguments) => command::run_list::run(arguments, environment),
        RunCommand::Show(arguments) => command::run_show::run(arguments, environment),
        RunCommand::Receipt(arguments) => command::run_receipt::run(arguments, environment),
        RunCommand::Export(arguments) => command::run_export::run(arguments, environment),
    }
}
