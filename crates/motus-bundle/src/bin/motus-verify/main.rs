//! The motus-verify command: parse, verify, print.
//!
//! No rule lives here. Exit codes: 0 verified, 1 not verified or not told, 2 nothing to verify.

mod arguments;
mod policy_file;

use std::io::{self, Write};
use std::process::ExitCode;

use motus_bundle::{Directory, Request, report, verify};
use motus_json::{Value, pretty};
use motus_kernel::verify::Report;

use crate::arguments::{Arguments, Asked};

const FAILED: u8 = 1;
const USAGE: u8 = 2;

#[expect(clippy::disallowed_methods, reason = "a command reads its own arguments, once")]
fn main() -> ExitCode {
    let asked = arguments::parse(std::env::args_os().skip(1));
    ExitCode::from(match asked {
        Ok(Asked::Help) => print(arguments::HELP, 0),
        Ok(Asked::Version) => print(concat!("motus-verify ", env!("CARGO_PKG_VERSION"), "\n"), 0),
        Ok(Asked::Verify(arguments)) => run(&arguments),
        Err(message) => refuse("usage.arguments", &format!("{message}; see motus-verify --help")),
    })
}

fn run(arguments: &Arguments) -> u8 {
    let policy = match policy_file::load(arguments.policy.as_deref()) {
        Ok(policy) => policy,
        Err((code, message)) => return refuse(code, &message),
    };
    let source = match Directory::open(&arguments.directory) {
        Ok(source) => source,
        Err(error) => return refuse(error.code(), &error.to_string()),
    };
    let request = Request { expected: arguments.expected, ..Request::new(&policy) };
    let report = verify(&source, &request);
    let text = if arguments.json { json(&report) } else { report::text(&report, &request) };
    print(&text, if report.is_ok() { 0 } else { FAILED })
}

fn json(report: &Report) -> String {
    let mut text = pretty::write(&Value::Object(report::json(report)));
    text.push('\n');
    text
}

/// Prints data. A verdict that reached nobody is none, not even when the reader went away on purpose.
fn print(text: &str, code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(error) => {
            talk("output.failed", &format!("the report cannot be printed: {error}"));
            FAILED
        }
    }
}

fn refuse(code: &str, message: &str) -> u8 {
    talk(code, message);
    USAGE
}

/// There is nobody to tell when stderr is gone.
fn talk(code: &str, message: &str) {
    let _ = writeln!(io::stderr(), "error[{code}]: {}", motus_json::printable(message));
}
