//! A bundle in a directory of its own, to be damaged and verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use motus_kernel::digest::Hasher;
use motus_kernel::source::MemoryBundle;
use motus_testkit::bundle::basic_edit;
use motus_testkit::harness::{Captured, Scratch, capture, fixtures};

/// The digest of the bundle that tests damage.
pub(crate) use motus_testkit::goldens::BASIC_EDIT as DIGEST;

/// A file of evidence in it that tests damage.
pub(crate) const EVIDENCE: &str = "evidence/act/write_file.json";

/// A bundle in a directory of its own.
pub(crate) struct Scene {
    pub(crate) scratch: Scratch,
    pub(crate) bundle: PathBuf,
}

impl Scene {
    /// Writes a bundle that verifies.
    pub(crate) fn new() -> Self {
        Self::of(&basic_edit().bundle())
    }

    /// Writes any bundle.
    pub(crate) fn of(bundle: &MemoryBundle) -> Self {
        let scratch = Scratch::new();
        let root = scratch.path().join("bundle");
        for (path, bytes) in &bundle.files {
            let path = root.join(path);
            let parent = path.parent().expect("a path under a directory has a parent");
            fs::create_dir_all(parent).expect("directories can be made");
            fs::write(path, bytes).expect("the file can be written");
        }
        Self { scratch, bundle: root }
    }

    /// Returns where a file of the bundle is.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.bundle.join(relative)
    }

    /// Takes a file away and keeps it outside of the bundle.
    pub(crate) fn move_out(&self, relative: &str) -> PathBuf {
        let outside = self.scratch.path().join("outside");
        fs::rename(self.path(relative), &outside).expect("a file can be moved");
        outside
    }

    /// Changes the manifest's text.
    pub(crate) fn edit_manifest(&self, from: &str, to: &str) {
        let path = self.path("manifest.json");
        let text = fs::read_to_string(&path).expect("the manifest can be read");
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).expect("the manifest can be written");
    }

    /// Lists a file as it is now instead of as it was.
    pub(crate) fn list_again(&self, relative: &str, digest: &str, size_bytes: u64) {
        let text = fs::read_to_string(self.path("manifest.json")).expect("the manifest is text");
        let start = text.find(&format!("{{\"path\":\"{relative}\"")).expect("the file is listed");
        let old = &text[start..=start + text[start..].find('}').expect("an object ends")];
        let new = format!(
            "{{\"path\":\"{relative}\",\"sha256\":\"{digest}\",\"size_bytes\":{size_bytes}}}"
        );
        self.edit_manifest(old, &new);
    }

    /// Verifies the bundle with the command.
    pub(crate) fn verify(&self, options: &[&str]) -> Captured {
        capture(self.command().arg(&self.bundle).args(options))
    }

    /// Prepares the command, without arguments.
    pub(crate) fn command(&self) -> Command {
        self.scratch.command(PROGRAM)
    }
}

/// The command.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_motus-verify");

/// Returns where a published bundle is.
pub(crate) fn golden(name: &str) -> Result<PathBuf, String> {
    Ok(fixtures()?.join("golden/v0.1").join(name).join("bundle"))
}

/// Makes a file that is all holes.
pub(crate) fn make_holes(path: &Path, size_bytes: u64) {
    let file = fs::File::create(path).expect("a file can be made");
    file.set_len(size_bytes).expect("a file can be all holes");
}

/// Makes a file that is all holes and returns the digest of its zeros.
pub(crate) fn make_sparse(path: &Path, size_bytes: u64) -> String {
    make_holes(path, size_bytes);
    let zeros = vec![0; 1 << 20];
    let mut hasher = Hasher::new();
    for _ in 0..size_bytes >> 20 {
        hasher.update(&zeros);
    }
    hasher.finish().to_string()
}

/// Makes a pipe.
pub(crate) fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo can be run");
    assert!(made.success());
}

/// Expects a failed verification with this line among its failures.
#[track_caller]
pub(crate) fn expect_failure(captured: &Captured, line: &str) {
    let text = captured.stdout_text();
    assert_eq!((captured.code, captured.signal), (Some(1), None), "{text}");
    assert!(text.lines().any(|found| found == line), "no line {line:?} in:\n{text}");
    let code = line.split([' ', ':']).next().expect("a line begins with a code");
    assert!(text.starts_with(&format!("FAILED {code}\n")), "{text}");
    assert_eq!(captured.stderr_text(), "");
}
