//! One test's directory, and the binary run in it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use motus_json::{Object, ReadOptions, Value, compact};
use motus_testkit::harness::{Captured, Mask, Scratch, capture, capture_with_input};

use super::{JANE, MANIFEST, Refusal, SCHEMAS};

/// The binary under test.
pub(crate) const TEXTUS: &str = env!("CARGO_BIN_EXE_textus");

/// Longer than anything takes; what takes longer hangs.
const PATIENCE: &str = "60";

/// A directory of its own, with or without a store.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) scratch: Scratch,
}

impl Scene {
    /// Makes one without a store.
    pub(crate) fn empty() -> Self {
        Self { scratch: Scratch::new() }
    }

    /// Makes one with the common store, in which there is one entry.
    pub(crate) fn new() -> Self {
        let scene = Self::with_manifest(MANIFEST);
        for (path, schema) in SCHEMAS {
            scene.write(path, schema);
        }
        scene.write("zones/knowledge/network/org/jane.md", JANE);
        scene
    }

    /// Makes the common store with more rules.
    pub(crate) fn ruled(rules: &str) -> Self {
        let scene = Self::new();
        scene.write("manifest.yaml", format!("{MANIFEST}{rules}"));
        scene
    }

    /// Makes a store that declares this and holds nothing.
    pub(crate) fn with_manifest(manifest: &str) -> Self {
        let scene = Self::empty();
        scene.write("manifest.yaml", manifest);
        scene
    }

    /// Prepares the binary; it starts in the project, and is killed when it hangs.
    pub(crate) fn textus(&self, words: &[&str]) -> Command {
        let mut command = self.scratch.command("timeout");
        command.args(["-s", "KILL", PATIENCE, TEXTUS]).args(words);
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Captured {
        capture(&mut self.textus(words))
    }

    /// Runs the binary to its end with something to read.
    pub(crate) fn feed(&self, words: &[&str], input: impl AsRef<[u8]>) -> Captured {
        capture_with_input(&mut self.textus(words), input.as_ref())
    }

    /// Puts an entry as a role.
    pub(crate) fn put(&self, key: &str, role: &str, request: impl AsRef<[u8]>) -> Captured {
        self.feed(&["put", key, "--stdin", "--as", role], request)
    }

    /// Runs what must succeed, and returns its result.
    #[track_caller]
    pub(crate) fn ok(&self, words: &[&str]) -> Value {
        parse(self.run(words).expect_success().stdout)
    }

    /// Puts what must be taken, and returns the envelope.
    #[track_caller]
    pub(crate) fn puts(&self, key: &str, role: &str, request: impl AsRef<[u8]>) -> Value {
        parse(self.put(key, role, request).expect_success().stdout)
    }

    /// Runs what must be refused.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) -> Refusal {
        Refusal::of(&self.run(words))
    }

    /// Puts what must be refused.
    #[track_caller]
    pub(crate) fn put_refused(&self, key: &str, role: &str, request: impl AsRef<[u8]>) -> Refusal {
        Refusal::of(&self.put(key, role, request))
    }

    /// Runs the binary and spells what came of it for a snapshot.
    pub(crate) fn tell(&self, words: &[&str]) -> String {
        self.run(words).snapshot(&self.mask())
    }

    /// Returns what is masked in snapshots: digests, times, and where the scene lies.
    pub(crate) fn mask(&self) -> Mask {
        self.scratch.mask()
    }

    /// Returns the store's directory.
    pub(crate) fn root(&self) -> PathBuf {
        self.scratch.project().join(".textus")
    }

    /// Returns a path below `.textus`, as the binary prints it.
    pub(crate) fn shown(&self, relative: &str) -> String {
        self.root().join(relative).to_str().unwrap().to_owned()
    }

    /// Writes a file below `.textus` behind the store's back.
    pub(crate) fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        self.scratch.write(&format!(".textus/{relative}"), bytes)
    }

    /// Reads a file below `.textus`; `None` when there is none.
    pub(crate) fn file(&self, relative: &str) -> Option<String> {
        fs::read_to_string(self.root().join(relative)).ok()
    }

    /// Returns the rows of the audit log that is not rotated.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Object> {
        let log = self.file("audit.log").unwrap_or_default();
        assert!(log.is_empty() || log.ends_with('\n'), "{log}");
        log.lines().map(|line| parse(line).as_object().unwrap().clone()).collect()
    }

    /// Returns verb and key of each row of the log.
    pub(crate) fn history(&self) -> Vec<String> {
        let text = |row: &Object, name| row.get(name).and_then(Value::as_str).unwrap().to_owned();
        let tell = |row: &Object| format!("{} {}", text(row, "verb"), text(row, "key"));
        self.rows().iter().map(tell).collect()
    }
}

/// Reads a JSON document.
#[track_caller]
pub(crate) fn parse(bytes: impl AsRef<[u8]>) -> Value {
    motus_json::read(bytes.as_ref(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes.as_ref())))
}

/// Writes a value in one line, its members in their order.
pub(crate) fn spell(value: &Value) -> String {
    compact::write(value)
}

/// Returns the etag of bytes.
pub(crate) fn etag(bytes: impl AsRef<[u8]>) -> String {
    textus_core::Etag::of(bytes.as_ref()).as_str().to_owned()
}
