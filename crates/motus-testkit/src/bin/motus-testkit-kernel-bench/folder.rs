//! A bundle in a folder, handed over in pieces: no file of it has to fit in memory.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use motus_kernel::source::{BundleSource, Entry, EntryKind, SourceError, Take};
use motus_testkit::bundle::write_long;

/// The names of the files are read once, before anything is measured.
pub(super) struct Folder {
    root: PathBuf,
    paths: Vec<String>,
}

const NAMES: &str = "names";
const PIECE: usize = 64 << 10;

impl Folder {
    /// Writes a bundle with a log of so many events; a file beside it holds the names of its files.
    pub(super) fn write(root: &Path, events: usize) -> io::Result<()> {
        std::fs::create_dir_all(root)?;
        let mut log = BufWriter::new(File::create(root.join("events.jsonl"))?);
        let mut bundle = write_long(events, &mut log)?;
        log.flush()?;
        let mut names = vec!["events.jsonl"];
        names.extend(bundle.files.keys().map(String::as_str));
        let names = names.join("\n").into_bytes();
        for (path, bytes) in &bundle.files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(root))?;
            std::fs::write(path, bytes)?;
        }
        bundle.files.clear();
        std::fs::write(root.join(NAMES), names)
    }

    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let names = std::fs::read_to_string(root.join(NAMES))?;
        Ok(Self { root: root.to_owned(), paths: names.lines().map(str::to_owned).collect() })
    }
}

impl BundleSource for Folder {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let entry = |path: &String| Entry { path: path.clone(), kind: EntryKind::File };
        Ok(self.paths.iter().map(entry).collect())
    }

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let failed = |error: io::Error| SourceError::new(error.to_string());
        let mut file = File::open(self.root.join(path)).map_err(failed)?;
        let size_bytes = file.metadata().map_err(failed)?.len();
        let mut buffer = vec![0; PIECE];
        loop {
            match file.read(&mut buffer).map_err(failed)? {
                0 => return Ok(size_bytes),
                read if take(buffer.get(..read).unwrap_or_default()).is_break() => {
                    return Ok(size_bytes);
                }
                _ => {}
            }
        }
    }
}
