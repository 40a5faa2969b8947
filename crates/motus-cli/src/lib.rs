//! The motus command: parse, call a use case, print.
//!
//! No rule lives here. Each command is one file under `command`, which turns arguments into a call
//! of `motus-app` and its result into output; `failure` turns every error into code, hint and exit.
//! A library only so that the manual is rendered from the same command line that the program reads.

mod arguments;
mod command;
mod command_line;
mod environment;
mod failure;
mod input;
mod notice;
mod output;
mod real;
mod text;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::arguments::{
    Arguments, BundleCommand, Command, DbCommand, LockCommand, LoopCommand, PortableCommand,
    RunCommand, StrategyCommand, WorkCommand,
};
use crate::command_line::CommandLine;
use crate::environment::Environment;
use crate::failure::Failure;

/// Returns the command line: every command, argument and option with its help.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Reads the process's command line, does what it says and returns the exit code.
pub fn run() -> ExitCode {
    // Without it a write beyond `ulimit -f` ends the process before it can say so.
    let _ = motus_app::survive_file_size_limit();
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
    let named = arguments.command.store().or(arguments.store.store.as_deref());
    let environment = || Environment::read(named);
    // What mends a wrong file of settings, or tells of it, does not stumble over it.
    let look = || Environment::look(named);
    match &arguments.command {
        Command::Completions(arguments) => command::completions::run(arguments),
        Command::Help(arguments) => command::help::run(arguments),
        Command::Bundle(BundleCommand::Verify(arguments)) => command::bundle_verify::run(arguments),
        Command::Bundle(BundleCommand::Explain(arguments)) => {
            command::bundle_explain::run(arguments)
        }
        Command::Loop(LoopCommand::Simulate(arguments)) => command::simulate::run(arguments),
        Command::Strategy(StrategyCommand::Match(arguments)) => {
            command::strategy::matching(arguments)
        }
        Command::Effects(command) => command::effects::run(command, environment),
        Command::Scope(command) => command::scope::run(command, environment),
        Command::Canonicalize(arguments) => command::canonicalize::run(arguments),
        Command::Wrap(arguments) => {
            let environment = environment()?;
            let remedy = "name one inside with --db, or record nothing with --no-record";
            command::wrap::run(arguments, &environment)
                .map_err(|failure| failure.look_around(&environment, remedy))
        }
        Command::Action(arguments) => command::action::run(arguments, environment()),
        Command::Doctor(arguments) => command::doctor::run(arguments, &look()?),
        Command::Init(arguments) => command::init::run(arguments, &look()?),
        Command::Install(arguments) => command::install::run(arguments, &look()?),
        Command::Config(arguments) => command::config::run(arguments, &look()?),
        Command::Run(command) => {
            looking_above(&environment()?, |environment| dispatch_run(command, environment))
        }
        Command::Work(command) => {
            looking_above(&environment()?, |environment| dispatch_work(command, environment))
                .map_err(Failure::of_work)
        }
        Command::Receipt(arguments) => match &arguments.command {
            Some(PortableCommand::Verify(arguments)) => command::receipt::verify(arguments),
            Some(PortableCommand::Schema(arguments)) => command::receipt::schema(arguments),
            None => looking_above(&environment()?, |environment| {
                command::receipt::emit(arguments, environment)
            }),
        },
        Command::Release(arguments) => command::release::run(arguments, &environment()?),
        Command::Lock(command) => {
            looking_above(&environment()?, |environment| dispatch_lock(command, environment))
        }
        Command::Db(command) => {
            looking_above(&environment()?, |environment| dispatch_db(command, environment))
        }
    }
}

/// Runs a command that needs a Store; when there is none here, the one above is named.
fn looking_above(
    environment: &Environment,
    run: impl FnOnce(&Environment) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    run(environment).map_err(|failure| failure.look_above(environment))
}

fn dispatch_run(command: &RunCommand, environment: &Environment) -> Result<u8, Failure> {
    match command {
        RunCommand::List(arguments) => command::run_list::run(arguments, environment),
        RunCommand::Show(arguments) => command::run_show::run(arguments, environment),
        RunCommand::Receipt(arguments) => command::run_receipt::run(arguments, environment),
        RunCommand::Packet(arguments) => command::run_projection::packet(arguments, environment),
        RunCommand::Evidence(arguments) => {
            command::run_projection::evidence(arguments, environment)
        }
        RunCommand::Decisions(arguments) => {
            command::run_projection::decisions(arguments, environment)
        }
        RunCommand::Route(arguments) => command::run_projection::route(arguments, environment),
        RunCommand::Handoff(arguments) => command::run_projection::handoff(arguments, environment),
        RunCommand::Export(arguments) => command::run_export::run(arguments, environment),
        RunCommand::Import(arguments) => command::run_import::run(arguments, environment),
    }
}

fn dispatch_work(command: &WorkCommand, environment: &Environment) -> Result<u8, Failure> {
    match command {
        WorkCommand::Claim(arguments) => command::work::claim(arguments, environment),
        WorkCommand::Context(arguments) => command::work::context(arguments, environment),
        WorkCommand::Outcome(arguments) => command::work::outcome(arguments, environment),
        WorkCommand::Evidence(arguments) => command::work::evidence(arguments, environment),
        WorkCommand::Decision(arguments) => command::work::decision(arguments, environment),
        WorkCommand::Release(arguments) => command::work::release(arguments, environment),
        WorkCommand::Accept(arguments) => command::work::accept(arguments, environment),
        WorkCommand::Status(arguments) => command::work::status(arguments, environment),
        WorkCommand::Receipt(arguments) => command::work::receipt(arguments, environment),
        WorkCommand::Cleanup(arguments) => command::work::cleanup(arguments, environment),
        WorkCommand::List(arguments) => command::work::list(arguments, environment),
    }
}

fn dispatch_lock(command: &LockCommand, environment: &Environment) -> Result<u8, Failure> {
    match command {
        LockCommand::Acquire(arguments) => command::lock::acquire(arguments, environment),
        LockCommand::Assert(arguments) => command::lock::assert(arguments, environment),
        LockCommand::Release(arguments) => command::lock::release(arguments, environment),
        LockCommand::List(arguments) => command::lock::list(arguments, environment),
    }
}

fn dispatch_db(command: &DbCommand, environment: &Environment) -> Result<u8, Failure> {
    match command {
        DbCommand::Stats(arguments) => command::db::stats(arguments, environment),
        DbCommand::Vacuum(arguments) => command::db::vacuum(arguments, environment),
        DbCommand::Analyze(arguments) => command::db::analyze(arguments, environment),
        DbCommand::Checkpoint(arguments) => command::db::checkpoint(arguments, environment),
        DbCommand::LockInfo(arguments) => command::db::lock_info(arguments, environment),
        DbCommand::Wait(arguments) => command::db::wait(arguments, environment),
        DbCommand::Recover(arguments) => command::db::recover(arguments, environment),
        DbCommand::Backup(arguments) => command::db::backup(arguments, environment),
    }
}
