//! What the figures depend on: commit, date, machine, and how busy it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::workspace;

/// Returns the facts; one that this machine does not tell is null.
pub(super) fn facts(folder: &Path) -> Value {
    let cores = std::thread::available_parallelism().ok();
    json!({
        "commit": said("git", &["rev-parse", "HEAD"]),
        "changed_since_commit": said("git", &["status", "--porcelain"]).map(|list| !list.is_empty()),
        "date": said("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
        "machine": {
            "cores": cores.map(std::num::NonZero::get),
            "kernel": said("uname", &["-sr"]),
            "processor": processor(),
            "filesystem": filesystem(folder),
            "load_at_start": load(),
        },
    })
}

/// Returns the file system under a folder as `stat` calls it, such as `ext2/ext3` or `tmpfs`.
pub(super) fn filesystem(folder: &Path) -> Option<String> {
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

/// Returns how many processes wanted to run, over the last minute.
fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}
