//! The documents of a run as files: its export, its receipt and its portable receipt.
//!
//! A file is whole or absent, and of this run or absent: one of an earlier run does not stay where this run's
//! could not be made. Files and the directories that are made for them follow the umask, for they are handed on.

use std::io;
use std::path::{Path, PathBuf};

use motus_fs::{FileError, FileType, Jail, JailError, inspect};
use motus_json::{Object, Value, pretty};
use motus_ledger::RunId;
use motus_store::StorePlace;
use thiserror::Error;

use super::Places;
use super::places::real;
use crate::receipts::{self, Format, ReceiptError};
use crate::runs::{self, RunError};

/// Why a document of a run is not there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It could not be made.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// Its path is no text, or names no file.
    #[error("no file of this name can be written: {}", .0.display())]
    Unnameable(PathBuf),
    /// Something else has its name.
    #[error("what is there is no plain file, and stays: {}", .0.display())]
    NotPlain(PathBuf),
    /// Another directory is there by its name than before the command, which was held to a scope.
    #[error("another way leads there than before the command: {}", .0.display())]
    LedAway(PathBuf),
    /// Its place or directory could not be looked at.
    #[error(transparent)]
    Directory(#[from] FileError),
    /// It could not be written.
    #[error(transparent)]
    File(#[from] JailError),
}

impl DocumentError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Receipt(error) => error.code(),
            Self::Unnameable(_) | Self::NotPlain(_) | Self::LedAway(_) => "file.failed",
            Self::Directory(error) => error.code(),
            Self::File(error) => error.code(),
        }
    }
}

impl From<RunError> for DocumentError {
    fn from(error: RunError) -> Self {
        Self::Receipt(error.into())
    }
}

/// What was left of a run, each by itself.
#[derive(Debug)]
pub struct Documents {
    /// The export.
    pub export: Result<(), DocumentError>,
    /// The receipt, with its identifier.
    pub receipt: Result<String, DocumentError>,
    /// The portable receipt.
    pub envelope: Result<(), DocumentError>,
}

/// Leaves the documents of a run at their places.
///
/// Shape: the export is one canonical line, the receipt is sorted, and both have the bytes of the published
/// adapter. What cannot be made of an open run is missing; the export can. With `before`, which is
/// [`Places::without_links`] as it was before the command, nothing is written or removed where another way leads by now.
pub fn leave(
    store: &StorePlace,
    run_id: &RunId,
    places: &Places,
    before: Option<&Places>,
) -> Documents {
    let temporary = format!(".motus-new-{run_id}");
    let put = |of: fn(&Places) -> &PathBuf, made: Result<Vec<u8>, DocumentError>| {
        let path = way(of(places), before.map(of))?;
        let written = made.and_then(|bytes| write(&path, &bytes, &temporary));
        if written.is_err() {
            remove_stale(&path);
        }
        written
    };
    let receipt = runs::receipt(store, run_id.as_str());
    let receipt_id = receipt.as_ref().ok().and_then(receipt_id).unwrap_or_default();
    let receipt = receipt.map(|receipt| spelled(receipt.sorted())).map_err(DocumentError::from);
    Documents {
        export: put(|it| &it.export, export(store, run_id)),
        receipt: put(|it| &it.receipt, receipt).map(|()| receipt_id),
        envelope: put(|it| &it.envelope, envelope(store, run_id)),
    }
}

/// Returns where a document is to be written, without links but for one that has its own name.
fn way(path: &Path, before: Option<&PathBuf>) -> Result<PathBuf, DocumentError> {
    let now = real(path).ok_or_else(|| DocumentError::Unnameable(path.to_owned()))?;
    if before.is_some_and(|before| *before != now) {
        return Err(DocumentError::LedAway(path.to_owned()));
    }
    Ok(now)
}

fn export(store: &StorePlace, run_id: &RunId) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    runs::export(store, run_id.as_str(), &mut bytes)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn envelope(store: &StorePlace, run_id: &RunId) -> Result<Vec<u8>, DocumentError> {
    let emitted = receipts::emit(store, run_id.as_str(), Format::Envelope, None)?;
    Ok(emitted.text()?.as_bytes().to_vec())
}

fn receipt_id(receipt: &Object) -> Option<String> {
    receipt.get("receipt_id").and_then(Value::as_str).map(str::to_owned)
}

fn spelled(document: Object) -> Vec<u8> {
    (pretty::write(&Value::Object(document)) + "\n").into_bytes()
}

/// Writes a file whole, with the directories that are missing; a plain file that has its name is replaced.
///
/// Nothing else is: who names `/dev/stdout` or a link means what is behind it, and that is not replaced either.
fn write(path: &Path, bytes: &[u8], temporary: &str) -> Result<(), DocumentError> {
    let unnameable = || DocumentError::Unnameable(path.to_owned());
    if !matches!(file_type(path)?, None | Some(FileType::File)) {
        return Err(DocumentError::NotPlain(path.to_owned()));
    }
    let parent = path.parent().ok_or_else(unnameable)?;
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(unnameable)?;
    let mut staged = Jail::make_unlinked(parent)?.stage(name, temporary, bytes, None)?;
    staged.publish()?;
    Ok(staged.sync()?)
}

/// Tells what is there; of a place that cannot be reached nothing is.
fn file_type(path: &Path) -> Result<Option<FileType>, FileError> {
    match inspect(path) {
        Err(error) if error.source.kind() == io::ErrorKind::NotADirectory => Ok(None),
        found => Ok(found?.map(|found| found.file_type)),
    }
}

fn remove_stale(path: &Path) {
    let name = path.file_name().and_then(|name| name.to_str());
    if let (Ok(Some(FileType::File)), Some(directory), Some(name)) =
        (file_type(path), path.parent(), name)
    {
        // What cannot be removed stays; that this run's is missing is told in any case.
        let _ = Jail::open_unlinked(directory).map(|directory| directory.remove(name));
    }
}
