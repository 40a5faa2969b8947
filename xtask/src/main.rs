//! The workspace's own chores, run as `cargo xtask COMMAND`.
//!
//! One file per command and one row in [`COMMANDS`]. Each check is a pure function that returns
//! findings; only [`output`] prints, only this file knows exit codes. Nothing here is shipped.

#[cfg(test)]
mod arguments;
mod bench;
mod deps;
mod docs;
mod failure;
mod finding;
mod generated;
mod machine;
mod output;
mod product;
mod reference;
mod report;
mod rust_text;
mod tidy;
mod torture;
mod vectors;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use failure::Failure;

/// One chore: its name, one line of help, and the function that does it.
struct Command {
    name: &'static str,
    summary: &'static str,
    run: fn(&[OsString]) -> Result<(), Failure>,
}

/// Every command, in the order in which the help lists them.
const COMMANDS: &[Command] = &[
    Command {
        name: "tidy",
        summary: "check headers, text fences and docs that must not drift",
        run: tidy::run,
    },
    Command {
        name: "deps",
        summary: "check the arrows between crates, their weight and the bans",
        run: deps::run,
    },
    Command {
        name: "reference",
        summary: "install the published Python CLI outside the repository [--dir DIR]",
        run: reference::run,
    },
    Command {
        name: "bench",
        summary: "measure the product against its bounds [--gate] [--only ROW].. [--dir DIR]",
        run: bench::run,
    },
    Command {
        name: "report",
        summary: "write test_report.json, bench_report.json and growth.svg [--seed N] [--out DIR] [--only tests|benches] [--most N]",
        run: report::run,
    },
    Command {
        name: "torture",
        summary: "torture writers [--only wrap|textus|ledger] [--rounds N] [--races N] [--seeds N] [--seed N]",
        run: torture::run,
    },
    Command {
        name: "vectors",
        summary: "write the test vectors for verifiers, or compare them [--check]",
        run: vectors::run,
    },
    Command {
        name: "docs",
        summary: "write the manual pages of the programs, or compare them [--check]",
        run: docs::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::talk(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Runs the command that the first argument names, or prints the help when there is none.
fn dispatch(arguments: &[OsString]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        output::data(&help());
        return Ok(());
    };
    if ["help", "--help", "-h"].iter().any(|word| name == word) {
        output::data(&help());
        return Ok(());
    }
    match COMMANDS.iter().find(|command| name == command.name) {
        Some(command) => (command.run)(rest),
        None => Err(Failure::Usage(format!("unknown command `{}`", name.display()))),
    }
}

fn help() -> String {
    let lines =
        COMMANDS.iter().map(|Command { name, summary, .. }| format!("  {name:<10} {summary}"));
    let head = "usage: cargo xtask COMMAND\n\ncommands:".to_owned();
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_is_a_usage_error() {
        let failure = dispatch(&[OsString::from("tidyy")]).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.to_string().contains("unknown command `tidyy`"));
    }

    #[test]
    fn the_help_names_every_command() {
        for command in COMMANDS {
            assert!(help().contains(command.name), "{} is missing", command.name);
        }
    }
}
