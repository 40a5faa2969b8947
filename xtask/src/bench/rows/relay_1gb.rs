//! What it costs that a gigabyte of output passes through us.
//!
//! Both sides write into a pipe that this process reads: the same reader at the same cost, and
//! every byte has to arrive. Into `/dev/null` the plain command would move no byte at all, which
//! no real use of output does, and the ratio would compare us with nothing.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "relay_1gb", gate: false, measure };

const BYTES: u64 = 1_000_000_000;

/// The file of lines is this often in the output.
const REPEATED: usize = 20;

const LINE: &[u8] = b"test result: ok, as are most lines that a build prints\n\n";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let zeros = ["head", "-c", &BYTES.to_string(), "/dev/zero"].map(str::to_owned);
    let file = lines(workbench)?.display().to_string();
    let mut cat = vec!["cat".to_owned()];
    cat.resize(REPEATED + 1, file);
    Ok(vec![relay(workbench, "zeros", &zeros)?, relay(workbench, "lines", &cat)?])
}

fn relay(workbench: &Workbench, case: &str, producer: &[String]) -> Result<Measurement, Failure> {
    let store = workbench.new_store()?;
    let arguments: Vec<&str> = producer.iter().map(String::as_str).collect();
    let plain = || {
        let mut command = workbench.product.command(arguments[0]);
        command.args(&arguments[1..]);
        command
    };
    let pairs =
        alternate(|| drain(&mut workbench.wrap(&store, &arguments)), || drain(&mut plain()))?;
    let name = format!("{} {case}", ROW.name);
    Ok(Measurement::ratio(&name, Bound::AtMost(1.3), "inherited stdout", "ms wall", pairs))
}

/// Reads the output of a command to its end and returns the milliseconds until it had ended.
fn drain(command: &mut Command) -> Result<f64, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot run a relay: {error}"));
    let started = Instant::now();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(failed)?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    if let Some(mut pipe) = child.stdout.take() {
        loop {
            match pipe.read(&mut buffer).map_err(failed)? {
                0 => break,
                read => bytes += read as u64,
            }
        }
    }
    let status = child.wait().map_err(failed)?;
    if status.success() && bytes == BYTES {
        return Ok(started.elapsed().as_secs_f64() * 1000.0);
    }
    let message = format!("a relay of {BYTES} bytes gave {bytes} and ended with {status}");
    Err(Failure::Failed(message))
}

/// Makes the file of lines.
fn lines(workbench: &Workbench) -> Result<PathBuf, Failure> {
    let path = workbench.product.path().join("lines");
    let size = usize::try_from(BYTES).unwrap_or(usize::MAX) / REPEATED;
    let text = LINE.iter().copied().cycle().take(size).collect::<Vec<u8>>();
    write(&path, &text)
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
    Ok(path)
}

fn write(path: &Path, text: &[u8]) -> std::io::Result<()> {
    std::fs::File::create(path)?.write_all(text)
}
