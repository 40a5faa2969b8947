//! Starts the helper binary and waits for conditions; no test sleeps to wait for something.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

pub(crate) use motus_testkit::harness::{is_alive as is_running, skip as skipped, wait_until};

pub(crate) const SUPERVISE: &str = env!("CARGO_BIN_EXE_supervise");

/// A folder for one test, with the files that the helper and its command use to talk to it.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
}

/// What the helper said and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) report: String,
    /// The exit code, or minus the signal.
    pub(crate) status: i32,
}

impl Scene {
    pub(crate) fn new() -> Scene {
        Scene { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn make_executable(&self, name: &str) {
        fs::set_permissions(self.path(name), PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// The helper with these options, without its command; outputs piped, input empty.
    pub(crate) fn supervise(&self, options: &[&str]) -> Command {
        let mut command = Command::new(SUPERVISE);
        command.args(options).arg("--report").arg(self.path("report")).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a shell script under the helper.
    pub(crate) fn run(&self, options: &[&str], script: &str) -> Told {
        self.finish(self.supervise(options).args(["sh", "-c", script]).spawn().unwrap())
    }

    pub(crate) fn finish(&self, child: Child) -> Told {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Told {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            report: self.report(),
            status: output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0)),
        }
    }

    /// The report, or nothing when there is none.
    pub(crate) fn report(&self) -> String {
        fs::read_to_string(self.path("report")).unwrap_or_default()
    }

    pub(crate) fn wait_for(&self, name: &str) {
        let path = self.path(name);
        wait_until(name, || path.exists());
    }

    /// Waits for a file with a process number in it.
    pub(crate) fn wait_for_pid(&self, name: &str) -> i32 {
        let read = || fs::read_to_string(self.path(name)).ok()?.strip_suffix('\n')?.parse().ok();
        wait_until(name, || read().is_some());
        read().unwrap()
    }
}

impl Told {
    /// Looks up one `name=value` of the report.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found =
            self.report.split(' ').find_map(|pair| pair.split_once('=').filter(|it| it.0 == name));
        found.unwrap_or_else(|| panic!("no {name} in {self:?}")).1
    }

    #[track_caller]
    pub(crate) fn check(&self, name: &str, expected: &str) {
        assert_eq!(self.get(name), expected, "{name} in {self:?}");
    }
}

pub(crate) fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

pub(crate) fn has(tool: &str) -> bool {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
