//! The motus command: parse, call a use case, print.
//!
//! No rule lives here. Each command is one file under `command`, which turns arguments into a call
//! of `motus-app` and its result into output; `failure` turns every error into code, hint and exit.

mod arguments;
mod command;
mod environment;
mod failure;
mod output;
mod real;
mod text;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command, RunCommand};
use crate::environment::Environment;
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.command.wants_json();
    match dispatch(arguments.command) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => ExitCode::from(failure.report(json)),
    }
}

fn dispatch(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Completions(arguments) => command::completions::run(&arguments),
        Command::Help(arguments) => command::help::run(&arguments),
        Command::Wrap(arguments) => command::wrap::run(&arguments, &Environment::read()?),
        Command::Doctor(arguments) => command::doctor::run(&arguments, &Environment::read()?),
        Command::Run(command) => dispatch_run(&command, &Environment::read()?),
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
