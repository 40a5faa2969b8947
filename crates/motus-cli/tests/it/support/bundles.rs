//! Bundles on disk, and the commands that look at them.

use std::fs;

use motus_json::Value;
use motus_testkit::bundle::Parts;
use motus_testkit::harness::{Captured, capture_with_input};

use super::Scene;

/// The digest of the bundle of `basic_edit`.
pub(crate) use motus_testkit::goldens::BASIC_EDIT as DIGEST;

/// A file of evidence in it.
pub(crate) const EVIDENCE: &str = "evidence/act/write_file.json";

impl Scene {
    /// Makes a scene with a bundle in the directory `bundle`.
    pub(crate) fn with(parts: &Parts) -> Self {
        let scene = Self::new();
        scene.place("bundle", parts);
        scene
    }

    /// Writes a bundle into a directory.
    pub(crate) fn place(&self, directory: &str, parts: &Parts) {
        for (path, bytes) in &parts.bundle().files {
            self.scratch.write(&format!("{directory}/{path}"), bytes);
        }
    }

    /// Removes a file or a directory.
    pub(crate) fn remove(&self, path: &str) {
        let path = self.path(path);
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap();
    }

    /// Runs the binary with something to read.
    pub(crate) fn feed(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Captured {
        capture_with_input(&mut self.motus(arguments), input.as_ref())
    }

    /// Runs the binary with something to read and spells what came of it for a snapshot.
    pub(crate) fn tell_of(&self, arguments: &[&str], input: &str) -> String {
        self.spell(&self.feed(arguments, input))
    }
}

/// Changes a member of the receipt that stands at a path.
pub(crate) fn set(parts: &mut Parts, path: &[&str], value: impl Into<Value>) {
    *parts.in_receipt(path) = value.into();
}

/// Returns the code of an error that was told as JSON.
#[track_caller]
pub(crate) fn error_code(refused: &Captured) -> String {
    let document = super::parse(&refused.stderr);
    document.get("code").and_then(Value::as_str).unwrap_or_default().to_owned()
}
