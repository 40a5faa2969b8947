//! Bundles in folders, for measurements of whole processes: no file of them has to fit in memory.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use motus_kernel::digest::Hasher;
use motus_kernel::source::{FileDigest, MemoryBundle};
use motus_testkit::bundle::{basic_edit, write_long};

const LOG: &str = "events.jsonl";
const LARGE: &str = "evidence/large.bin";
const PIECE: usize = 128 << 10;

/// Writes a bundle with a log of so many events, and with so many files of evidence.
pub(super) fn write(root: &Path, events: usize, evidence: usize) -> io::Result<()> {
    std::fs::create_dir_all(root)?;
    let mut log = BufWriter::new(File::create(root.join(LOG))?);
    let bundle = write_long(events, evidence, &mut log)?;
    log.flush()?;
    write_files(root, &bundle)
}

/// Writes a bundle with a file of evidence of so many bytes, all of them a hole.
pub(super) fn write_large(root: &Path, size_bytes: u64) -> io::Result<()> {
    let mut parts = basic_edit();
    let file = FileDigest { sha256: pass(io::repeat(0).take(size_bytes))?.finish(), size_bytes };
    parts.elsewhere.insert(LARGE.to_owned(), file);
    parts.seal_receipt();
    write_files(root, &parts.bundle())?;
    File::create(root.join(LARGE))?.set_len(size_bytes)
}

fn write_files(root: &Path, bundle: &MemoryBundle) -> io::Result<()> {
    for (path, bytes) in &bundle.files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// Hashes the log of a bundle, and does nothing else.
pub(super) fn pass_over_log(root: &Path) -> io::Result<()> {
    pass(File::open(root.join(LOG))?).map(|hasher| {
        std::hint::black_box(hasher.finish());
    })
}

fn pass(mut file: impl Read) -> io::Result<Hasher> {
    let (mut hasher, mut buffer) = (Hasher::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
