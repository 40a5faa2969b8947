//! A folder with what may be written, what may be read, and what may not be touched.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use motus_runtime::scope::{Feature, Level, Probed, Scope, probe};
use motus_testkit::harness::copy_program;
use nix::unistd::geteuid;
use tempfile::TempDir;

use crate::support::{SUPERVISE, skipped};

/// The user that owns nothing.
const NOBODY: u32 = 65534;

pub(super) const EPERM: &str = "1";
pub(super) const EBADF: &str = "9";
pub(super) const EACCES: &str = "13";
pub(super) const EBUSY: &str = "16";
pub(super) const EXDEV: &str = "18";
pub(super) const ENOSYS: &str = "38";
pub(super) const EOPNOTSUPP: &str = "95";

/// A folder for one test: `in` may be written, `ro` read, and `out` is nobody's business.
pub(super) struct Scene {
    pub(super) folder: TempDir,
    pub(super) user: Option<u32>,
}

/// What an attempt said, and what was seen of it.
#[derive(Debug)]
pub(super) struct Told {
    /// `ok`, or the number of the error.
    pub(super) said: String,
    /// The lines of the observation; the folder is left out of paths.
    pub(super) seen: Vec<String>,
    pub(super) status: i32,
}

impl Told {
    pub(super) fn has(&self, line: &str) -> bool {
        self.seen.iter().any(|seen| seen == line)
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        let value = self.seen.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.and_then(|value| value.parse().ok()).expect("the number is told")
    }
}

/// Runs a test as every user that there is, unless the machine lacks something or nobody can compile.
pub(super) fn for_each_user(test: &str, needs: &[Feature], run: impl Fn(&Scene)) {
    if let Some(why) = lacking(needs) {
        return skipped(test, &why);
    }
    if program().is_none() {
        return skipped(test, "there is no C compiler");
    }
    run(&Scene::new(None));
    if geteuid().is_root() {
        run(&Scene::new(Some(NOBODY)));
    } else {
        skipped(&format!("{test} as root"), "the tests are not root");
    }
}

/// What holding and seeing everything takes.
pub(super) const ALL: &[Feature] = &[
    Feature::Files,
    Feature::Truncation,
    Feature::Connections,
    Feature::Isolation,
    Feature::Attempts,
    Feature::Paths,
];

fn probed() -> &'static Probed {
    static PROBED: OnceLock<Probed> = OnceLock::new();
    PROBED.get_or_init(|| probe().unwrap())
}

fn lacking(needs: &[Feature]) -> Option<String> {
    let short = probed().shortfalls.iter().find(|short| needs.contains(&short.feature))?;
    Some(format!("{}: {}", short.feature.as_str(), short.reason))
}

/// Returns the level that an ordinary scope gets here.
pub(super) fn level() -> Level {
    probed().level(&Scope::default())
}

/// Compiles the program once; `None` without a compiler.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/escape/escape.c");
        let target =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("escape-{}", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-pthread", "-w", "-o"]).arg(&target).arg(source);
        compiler.status().is_ok_and(|status| status.success()).then_some(target)
    };
    PROGRAM.get_or_init(compile).as_deref()
}

impl Scene {
    fn new(user: Option<u32>) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene { folder, user };
        open_up(scene.folder.path(), 0o755);
        for (directory, mode) in [("in", 0o777), ("ro", 0o755), ("out", 0o777)] {
            fs::create_dir(scene.path(directory)).unwrap();
            open_up(&scene.path(directory), mode);
        }
        for (file, mode) in [("in/file", 0o666), ("ro/file", 0o644), ("out/secret", 0o666)] {
            fs::write(scene.path(file), "as it was").unwrap();
            open_up(&scene.path(file), mode);
        }
        copy_program(program().expect("it was compiled"), scene.path("escape")).unwrap();
        open_up(&scene.path("escape"), 0o755);
        // Where it lies otherwise, an ordinary user may not look.
        copy_program(Path::new(SUPERVISE), scene.path("supervise")).unwrap();
        open_up(&scene.path("supervise"), 0o755);
        scene
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn is_ordinary(&self) -> bool {
        self.user.is_some() || !geteuid().is_root()
    }

    /// The words of a scope: the system may be read and run, `ro` read, `in` written.
    pub(super) fn scope(&self) -> String {
        let mut words = String::new();
        for system in ["/usr", "/bin", "/lib", "/lib64"] {
            if let Ok(path) = fs::canonicalize(system) {
                words.push_str(&format!("exec {}\n", path.display()));
            }
        }
        for readable in ["/etc", "/proc", "/dev"] {
            words.push_str(&format!("read {readable}\n"));
        }
        words.push_str("write /dev/null\n");
        let root = self.folder.path().display();
        words.push_str(&format!(
            "exec {root}/escape\nread {root}/ro\nwrite {root}/in\nwatch {root}/in\n"
        ));
        words
    }

    /// The helper about to run this, in the folder's `in`.
    pub(super) fn command(&self, scope: &str, words: &[&str]) -> Command {
        fs::write(self.path("scope"), scope).unwrap();
        let _ = fs::remove_file(self.path("seen"));
        fs::write(self.path("seen"), "").unwrap();
        open_up(&self.path("seen"), 0o666);
        open_up(self.folder.path(), 0o777);
        let mut command = Command::new(self.path("supervise"));
        command.arg("--scope").arg(self.path("scope"));
        command.arg("--seen").arg(self.path("seen")).arg("--timeout").arg("60000");
        command.args(words).current_dir(self.path("in")).stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Makes one attempt in the ordinary scope.
    pub(super) fn attempt(&self, words: &[&str]) -> Told {
        self.attempt_in(&self.scope(), words)
    }

    /// Makes one attempt in another scope.
    pub(super) fn attempt_in(&self, scope: &str, words: &[&str]) -> Told {
        let program = self.path("escape");
        let mut all = vec![program.to_str().unwrap()];
        all.extend(words);
        self.run(self.command(scope, &all))
    }

    /// Has a shell run a script.
    pub(super) fn run_script(&self, scope: &str, script: &str) -> Told {
        self.run(self.command(scope, &["/bin/sh", "-c", script]))
    }

    pub(super) fn run(&self, mut command: Command) -> Told {
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        let root = self.folder.path().to_str().unwrap();
        let seen = fs::read_to_string(self.path("seen")).unwrap_or_default();
        let seen = seen.lines().map(|line| line.replace(root, "")).collect();
        let status = output.status.code().unwrap_or(-1);
        assert_ne!(status, 3, "there is no such attempt");
        Told { said, seen, status }
    }

    /// Checks that nothing outside has changed.
    #[track_caller]
    pub(super) fn assert_untouched(&self, after: &str) {
        let names = |directory: &str| -> Vec<String> {
            let entries = fs::read_dir(self.path(directory)).unwrap();
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
        };
        assert_eq!(names("out"), ["secret"], "{after}");
        assert_eq!(names("ro"), ["file"], "{after}");
        for (file, mode) in [("out/secret", 0o666), ("ro/file", 0o644)] {
            assert_eq!(fs::read_to_string(self.path(file)).unwrap(), "as it was", "{after}");
            let metadata = fs::metadata(self.path(file)).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o7777, mode, "{after}: {file}");
            let changed = metadata.modified().unwrap().elapsed().unwrap_or_default();
            assert!(changed.as_secs() < 3600, "{after}: the times of {file}");
        }
    }

    /// Makes an attempt that must fail with one of these errors, leave everything as it was, and be seen like this.
    #[track_caller]
    pub(super) fn assert_denied(&self, words: &[&str], errors: &[&str], seen: &str) {
        let told = self.attempt(words);
        assert!(errors.contains(&told.said.as_str()), "{words:?}: {told:#?}");
        assert!(told.has(seen), "{words:?}: {seen:?} is missing in {told:#?}");
        self.assert_untouched(&format!("{words:?}"));
    }

    /// Makes an attempt that must succeed, and be seen like this.
    #[track_caller]
    pub(super) fn assert_allowed(&self, words: &[&str], seen: &str) {
        let told = self.attempt(words);
        assert_eq!(told.said, "ok", "{words:?}: {told:#?}");
        assert!(told.has(seen), "{words:?}: {seen:?} is missing in {told:#?}");
        assert!(!told.seen.iter().any(|line| line.starts_with("Denied")), "{told:#?}");
        assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
        self.assert_untouched(&format!("{words:?}"));
    }
}

pub(super) fn open_up(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}
