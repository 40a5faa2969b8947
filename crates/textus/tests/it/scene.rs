//! A store in a directory of its own, and what a test does with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use motus_testkit::harness::Scratch;
use textus::{Record, Store};
use textus_core::audit::{Moved, Row};
use textus_core::{Clock, Error, Etag, Ids};

pub(crate) const WRITER: &str = env!("CARGO_BIN_EXE_textus-writer");

pub(crate) const MANIFEST: &str = "\
version: textus/3
roles:
- {name: human, can: [author, propose, keep, fetch, build]}
zones:
- {name: knowledge, kind: canon}
- {name: notes, kind: workspace}
- {name: queue, kind: queue}
entries:
- {key: main, path: main.md, zone: knowledge, kind: leaf}
- {key: notes, path: notes, zone: notes, kind: nested}
- {key: notes.inner, path: elsewhere, zone: notes, kind: nested}
- {key: data, path: data, zone: notes, kind: nested, format: yaml}
- {key: skills, path: skills, zone: notes, kind: nested, index_filename: SKILL.md}
- {key: queue, path: queue, zone: queue, kind: nested}
";

/// Stands at 2026-01-02T03:04:05Z.
struct Still;

impl Clock for Still {
    fn unix_nanoseconds(&self) -> i128 {
        1_767_323_045_000_000_000
    }
}

/// Counts, so that each invocation has another correlation id.
struct Counting;

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Ids for Counting {
    fn uid(&self) -> [u8; 8] {
        NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes()
    }

    fn correlation(&self) -> [u8; 16] {
        (u128::from(NEXT.fetch_add(1, Ordering::SeqCst)) << 80).to_be_bytes()
    }
}

/// A directory with a store in it.
pub(crate) struct Scene {
    pub(crate) scratch: Scratch,
    root: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with_manifest(MANIFEST)
    }

    /// Rotates its log after so many bytes and keeps so many.
    pub(crate) fn rotating(bytes: u64, keep: u64) -> Self {
        Self::with_manifest(&format!("{MANIFEST}audit: {{max_size: {bytes}, keep: {keep}}}\n"))
    }

    pub(crate) fn with_manifest(manifest: &str) -> Self {
        let scratch = Scratch::new();
        let root = scratch.project().join(".textus");
        fs::create_dir_all(root.join("zones")).unwrap();
        fs::write(root.join("manifest.yaml"), manifest).unwrap();
        Self { scratch, root }
    }

    /// Copies all of the store, modes and times aside.
    pub(crate) fn copied(&self) -> Self {
        let copy = Self::with_manifest("");
        for name in self.names() {
            let (from, to) = (self.root.join(&name), copy.root.join(&name));
            if from.is_dir() {
                fs::create_dir_all(to).unwrap();
            } else {
                fs::copy(from, to).unwrap();
            }
        }
        copy
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn zones(&self) -> PathBuf {
        self.root.join("zones")
    }

    pub(crate) fn store(&self) -> Store {
        open(&self.root).unwrap()
    }

    /// Writes a file below `.textus` behind the store's back.
    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.root.join(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file below `.textus`; `None` when it is not there.
    pub(crate) fn text(&self, relative: &str) -> Option<String> {
        fs::read_to_string(self.root.join(relative)).ok()
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        let log = self.text("audit.log").unwrap_or_default();
        log.lines().map(|line| Row::from_line(line.as_bytes()).unwrap()).collect()
    }

    /// Waits until nobody holds the lock: while another test starts a program, that has a copy of ours.
    pub(crate) fn wait_for_lock(&self) {
        if let Ok(lock) = fs::File::open(self.root.join(".store.lock")) {
            lock.lock_shared().unwrap();
        }
    }

    /// Returns the writer, told to work on this store.
    pub(crate) fn writer(&self, words: &[&str]) -> Command {
        let mut command = self.scratch.command(WRITER);
        command.arg(&self.root).args(words);
        command
    }

    /// Names everything below `.textus`, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.root, "", &mut names);
        names.sort();
        names
    }
}

pub(crate) fn open(root: &Path) -> Result<Store, Error> {
    Store::open(root, Box::new(Still), Box::new(Counting))
}

fn collect(directory: &Path, place: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{place}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), names);
        }
        names.push(name);
    }
}

pub(crate) fn record(verb: &str, key: &str) -> Record {
    let (role, verb, key) = ("human".to_owned(), verb.to_owned(), key.to_owned());
    Record { role, verb, key, ..Record::default() }
}

pub(crate) fn put(store: &Store, key: &str, text: &str) -> Result<Etag, Error> {
    store.write("put", |open| open.put(&path(key), text.into(), record("put", key)))
}

pub(crate) fn delete(store: &Store, key: &str) -> Result<Etag, Error> {
    store.write("delete", |open| open.delete(&path(key), record("delete", key)))
}

pub(crate) fn rename(
    store: &Store,
    from: &str,
    to: &str,
    text: Option<&str>,
) -> Result<Etag, Error> {
    let moved = Moved { from_key: from.to_owned(), to_key: to.to_owned(), uid: None };
    let record = Record { moved: Some(moved), ..record("mv", to) };
    let bytes = text.map(|text| text.as_bytes().to_vec());
    store.write("mv", |open| open.rename(&path(from), &path(to), bytes, record))
}

/// Returns where the scene's manifest puts a key.
pub(crate) fn path(key: &str) -> String {
    format!("{}.md", key.replace('.', "/"))
}

pub(crate) fn etag(text: &str) -> Etag {
    Etag::of(text.as_bytes())
}
