//! A project memory in a directory of its own, and the program that works on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use textus_core::Etag;

use crate::harness::{Captured, Scratch, capture_with_input};

const MANIFEST: &str = "\
version: textus/3
roles:
- {name: human, can: [author, propose]}
- {name: agent, can: [propose, keep]}
zones:
- {name: knowledge, kind: canon}
- {name: notebook, kind: workspace}
- {name: proposals, kind: queue}
entries:
- {key: knowledge.notes, path: knowledge/notes, zone: knowledge, kind: nested}
- {key: notebook.notes, path: notebook/notes, zone: notebook, kind: nested}
- {key: proposals.notes, path: proposals/notes, zone: proposals, kind: nested}
";

/// The file that no writer gives an identifier, so that it gets a new one.
const MINTED: &str = "knowledge/notes/fresh.md";

/// The length of an identifier.
const UID_DIGITS: usize = 16;

/// More logs than any of these stores has.
const MOST_ROTATED: u32 = 60;

/// A store, and where the program is.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) scratch: Scratch,
    program: PathBuf,
}

/// What is on disk, the lock aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// By path below `zones/`.
    pub(super) files: BTreeMap<String, Content>,
    pub(super) directories: BTreeSet<String>,
    /// Files that wait to be renamed.
    pub(super) waiting: Vec<String>,
    /// Every row that there is, the oldest first.
    pub(super) log: Vec<u8>,
}

/// What a file holds; two are equal but for the identifier that [`MINTED`] gets anew each time.
#[derive(Clone, Debug)]
pub(super) struct Content {
    etag: Etag,
    compared: Vec<u8>,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.compared == other.compared
    }
}

impl Eq for Content {}

impl Content {
    fn of(path: &str, bytes: &[u8]) -> Self {
        let mut compared = bytes.to_vec();
        let text = String::from_utf8_lossy(bytes);
        if path == MINTED
            && let Some((before, after)) = text.split_once("uid: ")
            && let Some((uid, after)) = after.split_once('\n')
            // One that looks like a number is quoted.
            && uid.trim_matches('\'').len() == UID_DIGITS
        {
            compared = format!("{before}uid: ..\n{after}").into_bytes();
        }
        Self { etag: Etag::of(bytes), compared }
    }
}

/// One invocation of the program.
#[derive(Clone, Debug)]
pub(super) struct Call {
    words: Vec<String>,
    request: Vec<u8>,
}

impl Call {
    pub(super) fn new(words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { words, request: Vec::new() }
    }

    /// A put with everything that is not to be minted, so that its bytes are known before.
    pub(super) fn put(key: &str, role: &str, request: &Value) -> Self {
        let role = format!("--as={role}");
        let request = request.to_string().into_bytes();
        Self { request, ..Self::new(&["put", key, "--stdin", &role]) }
    }

    pub(super) fn words(&self) -> String {
        self.words.join(" ")
    }

    pub(super) fn request(&self) -> &[u8] {
        &self.request
    }
}

/// A note for the notebook, as `put` takes it.
pub(super) fn note(title: &str, uid: &str) -> Value {
    json!({"_meta": {"title": title, "uid": uid}, "body": format!("{title}\n")})
}

impl Memory {
    /// Makes a store without entries; it rotates its log after so many bytes.
    pub(super) fn new(program: &Path, rotating: Option<u32>) -> io::Result<Self> {
        let memory = Self { scratch: Scratch::new(), program: program.to_owned() };
        fs::create_dir_all(memory.zones())?;
        let audit = rotating.map(|bytes| format!("audit: {{max_size: {bytes}, keep: 50}}\n"));
        let manifest = format!("{MANIFEST}{}", audit.unwrap_or_default());
        fs::write(memory.root().join("manifest.yaml"), manifest)?;
        fs::write(memory.root().join("audit.log"), "")?;
        Ok(memory)
    }

    /// Copies all of the store: quicker than making it again.
    pub(super) fn copied(&self) -> io::Result<Self> {
        let copy = Self { scratch: Scratch::new(), program: self.program.clone() };
        copy_all(&self.root(), &copy.root())?;
        Ok(copy)
    }

    pub(super) fn root(&self) -> PathBuf {
        self.scratch.project().join(".textus")
    }

    fn zones(&self) -> PathBuf {
        self.root().join("zones")
    }

    /// Prepares the program.
    pub(super) fn command(&self, call: &Call) -> Command {
        let mut command = self.scratch.command(&self.program);
        command.args(&call.words);
        command
    }

    /// Runs the program to its end.
    pub(super) fn run(&self, call: &Call) -> Captured {
        capture_with_input(&mut self.command(call), &call.request)
    }

    /// Runs it, and expects no refusal.
    pub(super) fn expect(&self, call: &Call) -> Result<Value, String> {
        let ended = self.run(call);
        match (ended.code, envelope(&ended)) {
            (Some(0), Some(told)) if told.get("code").is_none() => Ok(told),
            _ => Err(format!(
                "{} ended with {:?}: {}{}",
                call.words(),
                ended.code.or(ended.signal),
                ended.stdout_text(),
                ended.stderr_text()
            )),
        }
    }

    /// Looks at everything.
    pub(super) fn state(&self) -> io::Result<State> {
        let mut state = State { log: self.log()?, ..State::default() };
        look(&self.zones(), "", &mut state)?;
        state.waiting.sort();
        Ok(state)
    }

    fn log(&self) -> io::Result<Vec<u8>> {
        let mut log = Vec::new();
        let rotated = (1..MOST_ROTATED).rev().map(|number| format!("audit.log.{number}"));
        for name in rotated.chain(["audit.log".to_owned()]) {
            match fs::read(self.root().join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => log.extend(read?),
            }
        }
        Ok(log)
    }
}

impl State {
    /// Returns the etag of each file by its key.
    pub(super) fn etags(&self) -> BTreeMap<String, String> {
        let etag = |content: &Content| content.etag.as_str().to_owned();
        self.files.iter().map(|(path, content)| (key_of(path), etag(content))).collect()
    }
}

/// Returns the key of a path: this manifest names every directory by its key.
fn key_of(path: &str) -> String {
    path.strip_suffix(".md").unwrap_or(path).replace('/', ".")
}

/// Returns what the program said, if it is one line of JSON.
pub(super) fn envelope(ended: &Captured) -> Option<Value> {
    let line = std::str::from_utf8(&ended.stdout).ok()?.strip_suffix('\n')?;
    serde_json::from_str::<Value>(line).ok().filter(Value::is_object)
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn look(directory: &Path, place: &str, state: &mut State) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = format!("{place}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            look(&entry.path(), &format!("{path}/"), state)?;
            state.directories.insert(path);
        } else if entry.file_name().as_encoded_bytes().starts_with(b".") {
            state.waiting.push(path);
        } else {
            let content = Content::of(&path, &fs::read(entry.path())?);
            state.files.insert(path, content);
        }
    }
    Ok(())
}
