//! What verifying 10,000 events and 1,000 files of evidence costs, against `openssl dgst -sha256` over the
//! same files: whole processes both, the one with one directory as its argument, the other with 1,007 files.

use std::fs;
use std::path::{Path, PathBuf};

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "verify_bundle", gate: false, measure };

const RUNS: u32 = 10;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let openssl = || workbench.product.command("openssl");
    if batch(1, || with(openssl(), &["version"])).is_err() {
        return Ok(vec![Measurement::skipped(ROW.name, "there is no openssl")]);
    }
    let folder = workbench.bundle("bundle", "write", &["10000", "1000"])?;
    let files = files(Path::new(&folder))
        .map_err(|error| Failure::Failed(format!("cannot list {folder}: {error}")))?;
    let ours = || Ok(batch(RUNS, || workbench.verify(&folder))?.wall_milliseconds(RUNS));
    let theirs = || {
        let hash = || with(with(openssl(), &["dgst", "-sha256"]), &files);
        Ok(batch(RUNS, hash)?.wall_milliseconds(RUNS))
    };
    let pairs = alternate(ours, theirs)?;
    let (bound, against) = (Bound::AtMost(1.5), "`openssl dgst -sha256`");
    Ok(vec![Measurement::ratio(ROW.name, bound, against, "ms wall", pairs)])
}

fn with(
    mut command: std::process::Command,
    arguments: &[impl AsRef<std::ffi::OsStr>],
) -> std::process::Command {
    command.args(arguments);
    command
}

/// Returns every file below a folder.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut found, mut ahead) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { ahead.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_in_folders_of_folders() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::create_dir_all(folder.path().join("a/b")).expect("a folder can be made");
        for path in ["one", "a/two", "a/b/three"] {
            fs::write(folder.path().join(path), "").expect("a file can be written");
        }
        let mut found = files(folder.path()).expect("it can be read");
        found.sort();
        assert_eq!(found, ["a/b/three", "a/two", "one"].map(|path| folder.path().join(path)));
    }
}
