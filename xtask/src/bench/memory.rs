//! Project memories of known size, made of plain files as people and agents write them.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::workbench::Workbench;
use crate::failure::Failure;
use crate::product::{MEMORY_BASELINE, TEXTUS};

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
- {key: knowledge.notes, path: knowledge/notes, zone: knowledge, kind: nested, schema: note}
- {key: notebook.notes, path: notebook/notes, zone: notebook, kind: nested}
- {key: proposals.notes, path: proposals/notes, zone: proposals, kind: nested}
";

const SCHEMA: &str = "\
name: note
required: [name, title, status]
optional: [tags, uid]
fields:
  name: {type: string, max: 64}
  title: {type: string, max: 200}
  status: {type: enum, values: [draft, settled]}
  tags: {type: array, items: {type: string}}
";

const SENTENCE: &str = "What was found out here is written in whole sentences of usual length. ";

/// Bytes of the text below the front matter.
const BODY: usize = 300;

/// Files in one directory.
const IN_A_DIRECTORY: u32 = 100;

/// A store, half of whose entries have a schema.
pub(super) struct Memory<'w> {
    workbench: &'w Workbench,
    folder: PathBuf,
    requests: Cell<u32>,
}

impl<'w> Memory<'w> {
    /// Makes a store with so many entries and an empty log.
    pub(super) fn new(workbench: &'w Workbench, entries: u32) -> Result<Self, Failure> {
        let folder = workbench.new_folder("memory")?;
        let memory = Self { workbench, folder, requests: Cell::new(0) };
        memory.fill(entries).map_err(|error| failed(&error))?;
        Ok(memory)
    }

    fn fill(&self, entries: u32) -> io::Result<()> {
        let root = self.root();
        fs::create_dir_all(root.join("schemas"))?;
        fs::write(root.join("manifest.yaml"), MANIFEST)?;
        fs::write(root.join("schemas/note.yaml"), SCHEMA)?;
        fs::write(root.join("audit.log"), "")?;
        for zone in ["knowledge", "notebook", "proposals"] {
            fs::create_dir_all(self.zones().join(zone).join("notes"))?;
        }
        for number in 0..entries {
            let path = self.zones().join(key(number).replace('.', "/")).with_extension("md");
            if let Some(directory) = path.parent().filter(|directory| !directory.is_dir()) {
                fs::create_dir_all(directory)?;
            }
            fs::write(path, entry(number))?;
        }
        Ok(())
    }

    /// Fills the log with rows of about so many bytes together.
    pub(super) fn fill_log(&self, bytes: u64) -> Result<(), Failure> {
        let write = || {
            let mut log = BufWriter::new(File::create(self.log())?);
            let (mut written, mut seq) = (0, 0);
            while written < bytes {
                seq += 1;
                let row = row(seq);
                written += row.len() as u64;
                log.write_all(row.as_bytes())?;
            }
            log.flush()
        };
        write().map_err(|error| failed(&error))
    }

    pub(super) fn log(&self) -> PathBuf {
        self.root().join("audit.log")
    }

    pub(super) fn zones(&self) -> PathBuf {
        self.root().join("zones")
    }

    fn root(&self) -> PathBuf {
        self.folder.join(".textus")
    }

    /// Returns where a trace may be left.
    pub(super) fn trace(&self) -> PathBuf {
        self.folder.join("trace")
    }

    /// Prepares `textus` on this store.
    pub(super) fn textus(&self, words: &[&str]) -> Command {
        let product = &self.workbench.product;
        let mut command = product.command(product.binary(TEXTUS));
        command.arg("--root").arg(self.root()).args(words);
        command
    }

    /// Prepares what reading this store costs at the least: `sort` or `read`.
    pub(super) fn baseline(&self, case: &str) -> Command {
        let product = &self.workbench.product;
        let mut command = product.command(product.binary(MEMORY_BASELINE));
        command.arg(case).arg(self.zones());
        command
    }

    /// Leaves a request for `put` in a file.
    pub(super) fn request(&self, request: &serde_json::Value) -> Result<PathBuf, Failure> {
        let number = self.requests.replace(self.requests.get() + 1);
        let path = self.folder.join(format!("request-{number}.json"));
        fs::write(&path, request.to_string()).map_err(|error| failed(&error))?;
        Ok(path)
    }
}

/// Returns the key of an entry; even ones have the schema.
pub(super) fn key(number: u32) -> String {
    let zone = if number.is_multiple_of(2) { "knowledge" } else { "notebook" };
    let part = number / 2 / IN_A_DIRECTORY;
    format!("{zone}.notes.part-{part}.note-{number}")
}

/// Returns the request of an agent's note.
pub(super) fn note(body: &str) -> serde_json::Value {
    json!({"_meta": {"title": "A note", "status": "draft"}, "body": format!("{body}\n")})
}

/// Opens what a command is to read.
pub(super) fn opened(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| failed(&error))
}

fn entry(number: u32) -> String {
    let body: String = SENTENCE.chars().cycle().take(BODY - 1).collect();
    format!(
        "---\nname: note-{number}\ntitle: What was found out about part {number}\n\
         status: settled\ntags:\n- alpha\n- beta\nuid: c2dc{number:012x}\n---\n{body}\n"
    )
}

fn row(seq: u32) -> String {
    let key = key(seq % 1000);
    format!(
        "{{\"seq\":{seq},\"ts\":\"2026-01-02T03:04:05Z\",\"role\":\"human\",\"verb\":\"put\",\
         \"key\":\"{key}\",\"etag_before\":\"sha256:{:064x}\",\"etag_after\":\"sha256:{:064x}\",\
         \"extras\":{{\"correlation_id\":\"00000000-0000-4000-8000-{seq:012x}\"}}}}\n",
        seq - 1,
        seq
    )
}

fn failed(error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot make a memory: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_spread_over_zones_and_directories() {
        assert_eq!(key(0), "knowledge.notes.part-0.note-0");
        assert_eq!(key(9_999), "notebook.notes.part-49.note-9999");
        let (head, body) = entry(7)
            .split_once("---\nname")
            .map(|(_, rest)| rest.to_owned())
            .and_then(|rest| rest.split_once("---\n").map(|(a, b)| (a.to_owned(), b.to_owned())))
            .unwrap();
        assert_eq!(body.len(), BODY);
        assert!(head.contains("title: What was found out about part 7\n"));
    }

    #[test]
    fn rows_are_json_and_follow_each_other() {
        let told: serde_json::Value = serde_json::from_str(&row(2)).unwrap();
        let before: serde_json::Value = serde_json::from_str(&row(1)).unwrap();
        assert_eq!(told["seq"], 2);
        assert_eq!(told["etag_before"], before["etag_after"]);
    }
}
