//! Measures the kernel inside of one process, in pairs: ours, and what it may cost at most.
//!
//! Prints one JSON line for each pair, `{"ours":MS,"theirs":MS}`. Usage: `motus-testkit-kernel-bench CASE`.
//! Where a time is demanded and not a ratio, `theirs` is that time.
//! How long one thing takes by itself is told by `.. time CASE N`, as `{"n":N,"time_ms":MS}`.
//! For measurements of whole processes it writes bundles, `.. write FOLDER EVENTS EVIDENCE` and
//! `.. large FOLDER BYTES`, and hashes the log of one, `.. pass FOLDER`.

mod bundles;
mod effects;
mod folder;
mod json;
mod loops;
mod pairs;
mod timed;

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use motus_testkit::bundle::Shape;
use pairs::Pair;
use timed::Timed;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let pairs: Vec<Pair> = match arguments {
        ["chain"] => bundles::chain(&Shape { records: 10_000, ..Shape::default() }),
        ["chain", "short"] => bundles::chain(&Shape { events: 10_000, ..Shape::default() }),
        ["chain", "skills"] => bundles::chain(&Shape { skills: 10_000, ..Shape::default() }),
        ["hashes"] => bundles::hashes(&Shape { records: 10_000, ..Shape::default() }),
        ["double", kind] => bundles::double(kind).ok_or("no such kind")?,
        ["merkle"] => bundles::merkle(10_000),
        ["effects", count] => effects::compress_many(count.parse()?),
        ["loop", kind] => loops::events(kind).ok_or("no such kind")?,
        ["lens", items] => loops::lens(items.parse()?),
        ["cj_write"] => json::write(),
        ["cj_check"] => json::check(),
        ["time", case, n] => {
            let Timed { n, time_ms } = timed::time(case, n.parse()?).ok_or("no such case")?;
            writeln!(io::stdout(), "{{\"n\":{n},\"time_ms\":{time_ms}}}")?;
            Vec::new()
        }
        ["write", folder, events, evidence] => {
            folder::write(Path::new(folder), events.parse()?, evidence.parse()?)?;
            Vec::new()
        }
        ["large", folder, size_bytes] => {
            folder::write_large(Path::new(folder), size_bytes.parse()?)?;
            Vec::new()
        }
        ["pass", folder] => {
            folder::pass_over_log(Path::new(folder))?;
            Vec::new()
        }
        _ => return Err("unknown case; the cases stand at the head of the source".into()),
    };
    for Pair { ours, theirs } in pairs {
        writeln!(io::stdout(), "{{\"ours\":{ours},\"theirs\":{theirs}}}")?;
    }
    Ok(())
}
