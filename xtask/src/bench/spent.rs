//! What child processes cost: time on the clock, time on the processor, memory at the peak.
//!
//! Read from `/proc`, so that nothing has to be installed; elsewhere the rows say SKIPPED. The
//! kernel tells processor time in ticks of ten milliseconds, so short commands run in batches.

use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How long one tick of `/proc/*/stat` is; the same on every machine that Rust supports.
const TICK: Duration = Duration::from_millis(10);

/// How often the memory of a running process is looked at.
const GLANCE: Duration = Duration::from_micros(200);

/// Time that went by, and time that child processes computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) wall: Duration,
    pub(super) cpu: Duration,
}

impl Spent {
    /// Returns processor milliseconds per run of a batch.
    pub(super) fn cpu_milliseconds(self, runs: u32) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / f64::from(runs)
    }

    /// Returns elapsed milliseconds per run of a batch.
    pub(super) fn wall_milliseconds(self, runs: u32) -> f64 {
        self.wall.as_secs_f64() * 1000.0 / f64::from(runs)
    }
}

/// Tells why costs cannot be measured here, when they cannot.
pub(super) fn unmeasurable() -> Option<&'static str> {
    children_cpu().is_none().then_some("there is no /proc to read processor time from")
}

/// Measures what the child processes of `work` cost.
pub(super) fn spent_on<T>(
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<(T, Spent), Failure> {
    let cpu = children_cpu().unwrap_or_default();
    let started = Instant::now();
    let result = work()?;
    let wall = started.elapsed();
    let cpu = children_cpu().unwrap_or_default().saturating_sub(cpu);
    Ok((result, Spent { wall, cpu }))
}

/// Runs a command to its successful end, silently, `runs` times.
pub(super) fn batch(runs: u32, command: impl Fn() -> Command) -> Result<Spent, Failure> {
    let work = || (0..runs).try_for_each(|_| quietly(&mut command()));
    Ok(spent_on(work)?.1)
}

/// Runs a command to its successful end without showing what it says.
pub(super) fn quietly(command: &mut Command) -> Result<(), Failure> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| cannot_start(command, &error))?;
    require_success(command, status)
}

/// Runs a command silently and returns the most memory that it held, in bytes.
///
/// Looks at the process every fifth of a millisecond: what it allocates at the very last may be
/// missed once, so callers take the largest of several runs.
pub(super) fn peak_memory(command: &mut Command) -> Result<u64, Failure> {
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|error| cannot_start(command, &error))?;
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        peak = peak.max(high_water_mark(&status).unwrap_or_default());
        let ended = child.try_wait().map_err(|error| cannot_start(command, &error))?;
        if let Some(status) = ended {
            require_success(command, status)?;
            return Ok(peak);
        }
        thread::sleep(GLANCE);
    }
}

fn require_success(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    Err(Failure::Failed(format!("{command:?} ended with {status}")))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("cannot run {command:?}: {error}"))
}

/// Returns the processor time of all children that were waited for, with their own children.
fn children_cpu() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    Some(TICK * waited_ticks(&stat)?)
}

/// Reads user and system ticks of waited-for children from a `/proc/*/stat` line.
///
/// The second field is the program's name in brackets and may hold anything, blanks too.
fn waited_ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

/// Reads the peak of resident memory from a `/proc/*/status` text, in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_any_name() {
        let stat = "7 (a ) b) S 1 1 1 0 -1 4194304 1 2 3 4 11 12 13 14 20 0 1 0 5 6 7\n";
        assert_eq!(waited_ticks(stat), Some(27));
        assert_eq!(waited_ticks("7 (a) S 1"), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tmotus\nVmPeak:\t  900 kB\nVmHWM:\t    5120 kB\n";
        assert_eq!(high_water_mark(status), Some(5 << 20));
        assert_eq!(high_water_mark("Name:\tmotus\n"), None);
    }

    #[test]
    fn a_command_that_fails_is_no_measurement() {
        assert!(quietly(&mut Command::new("false")).is_err());
        assert!(batch(1, || Command::new("no-such-program-here")).is_err());
    }
}
