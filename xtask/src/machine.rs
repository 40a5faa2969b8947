//! What the figures depend on: commit, date, machine, and how busy it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::workspace;

/// Returns the facts; one that this machine does not tell is null.
///
/// Shape: `machine` is as MOTUS-SPEC-V0.1 §12.2 wants it, and has more.
pub(crate) fn facts(folder: &Path) -> Value {
    let cores = std::thread::available_parallelism().ok();
    json!({
        "commit": said("git", &["rev-parse", "HEAD"]),
        "changed_since_commit": said("git", &["status", "--porcelain"]).map(|list| !list.is_empty()),
        "date": said("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
        "machine": {
            "os": said("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.to_owned()),
            "cpu": processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            "ram_gb": memory_gb(),
            "cores": cores.map(std::num::NonZero::get),
            "filesystem": filesystem(folder),
            "load_at_start": load(),
        },
    })
}

/// Returns the file system under a folder as `stat` calls it, such as `ext2/ext3` or `tmpfs`.
pub(crate) fn filesystem(folder: &Path) -> Option<String> {
    said("stat", &["-f", "-c", "%T", folder.to_str()?])
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).args(arguments);
    let said = workspace::capture(&mut command).ok()?;
    Some(said.trim().to_owned())
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(": ")?.1.to_owned())
}

/// Returns the memory in gibibytes, to a tenth; 0 where the machine does not tell.
fn memory_gb() -> f64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    (kilobytes.unwrap_or_default() / 104_857.6).round() / 10.0
}

/// Returns how many processes wanted to run, over the last minute.
fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}
