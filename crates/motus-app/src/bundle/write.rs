//! Writing bundles: a directory is a whole bundle that was verified, or it is absent.
//!
//! Everything is written and synced under a temporary name, verified from there as anybody would, and only
//! then given its name. A kill, a full disk or an error half-way leaves nothing under the name that was asked
//! for; what a killed writer left under its temporary name goes with the next one. Nothing is replaced.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use motus_bundle::{Directory, Request};
use motus_fs::{FileError, NewDirectory, inspect};
use motus_kernel::Digest;
use motus_kernel::compiler::SealedLoop;
use motus_kernel::manifest::{EVENTS, EVIDENCE, MANIFEST, RECEIPT, is_bundle_path};
use motus_kernel::policy::Rules;
use motus_kernel::verify::{Failure, Report};
use thiserror::Error;

use super::children::{self, Below};

/// A bundle that is to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewBundle<'b> {
    /// Its documents.
    pub sealed: &'b SealedLoop,
    /// The bytes of its evidence, by their paths.
    pub evidence: &'b BTreeMap<String, Vec<u8>>,
}

/// A bundle that was verified, synced and given its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub directory: PathBuf,
    /// Its proof digest, as verification found it.
    pub proof_digest: Digest,
    /// Where the bundles of its descendants are, each under the identifier of its loop; `None` when there
    /// are none.
    pub children: Option<PathBuf>,
}

/// Why there is no bundle where one was to be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Something stands there, be it an empty directory.
    #[error("{} exists, and nothing is replaced", .0.display())]
    Exists(PathBuf),
    /// The directory in which it is to stand is not there.
    #[error("the directory of {} does not exist", .0.display())]
    DirectoryMissing(PathBuf),
    /// What should be the directory in which it is to stand is none.
    #[error("what is above {} is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// The system refuses.
    #[error("no bundle can be written to {}", directory.display())]
    File {
        /// Where the bundle was to be.
        directory: PathBuf,
        /// What went wrong.
        #[source]
        source: FileError,
    },
    /// What was written does not verify.
    #[error("what was written to {} does not verify, and was removed: {message}", directory.display())]
    Unsound {
        /// Where the bundle was to be.
        directory: PathBuf,
        /// What verification found first.
        message: String,
    },
}

impl WriteError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "bundle.exists",
            Self::DirectoryMissing(_) | Self::NotADirectory(_) => "bundle.directory_missing",
            Self::File { source, .. } => match source.code() {
                "file.denied" => "bundle.denied",
                "file.disk_full" => "bundle.disk_full",
                _ => "bundle.write_failed",
            },
            Self::Unsound { .. } => "bundle.unsound",
        }
    }

    fn of(source: FileError, directory: &Path) -> Self {
        match source.source.kind() {
            io::ErrorKind::NotADirectory => Self::NotADirectory(directory.to_owned()),
            _ => Self::File { directory: directory.to_owned(), source },
        }
    }

    fn unsound(directory: &Path, message: impl Into<String>) -> Self {
        Self::Unsound { directory: directory.to_owned(), message: message.into() }
    }
}

/// Returns where the bundles of descendants are written: beside the bundle, under its name and `.children`.
pub fn children_of(directory: &Path) -> PathBuf {
    let mut name = OsString::from(directory.file_name().unwrap_or_default());
    name.push(".children");
    directory.with_file_name(name)
}

/// Refuses a place at which something stands, before anything is done for it.
///
/// What appears there afterwards is still refused by [`write`].
pub fn refuse_existing(directory: &Path) -> Result<(), WriteError> {
    match inspect(directory) {
        Ok(None) if directory.file_name().is_some() => Ok(()),
        Ok(_) => Err(WriteError::Exists(directory.to_owned())),
        Err(error) => Err(WriteError::of(error, directory)),
    }
}

/// Writes a bundle, and those of its descendants beside it, and verifies them as a family.
///
/// Shape: directories are 0700 and files 0600. The descendants have their place before the bundle has its own:
/// where the bundle is, they are.
/// Errors: `bundle.exists`, `bundle.directory_missing`, `bundle.denied`, `bundle.disk_full`,
/// `bundle.write_failed`, `bundle.unsound`; each leaves nothing.
pub fn write(
    directory: &Path,
    bundle: NewBundle<'_>,
    descendants: &[NewBundle<'_>],
    policy: &Rules,
) -> Result<Written, WriteError> {
    refuse_existing(directory)?;
    let mut below = stage_descendants(directory, descendants, policy)?;
    let mut staged = begin(directory)?;
    fill(&mut staged, "", directory, bundle)?;
    staged.sync().map_err(|error| WriteError::of(error, directory))?;
    let report = verify(&staged.path(), directory, bundle.sealed, policy)?;
    if let Some(below) = &below {
        verify_family(&report, &below.staged.path(), directory, policy)?;
    }
    publish(directory, &mut staged, below.as_mut())?;
    Ok(Written {
        directory: directory.to_owned(),
        proof_digest: bundle.sealed.receipt.integrity.proof_digest,
        children: below.map(|below| below.directory),
    })
}

/// The bundles of descendants, before they have their place.
struct Descendants {
    staged: NewDirectory,
    directory: PathBuf,
}

fn stage_descendants(
    directory: &Path,
    descendants: &[NewBundle<'_>],
    policy: &Rules,
) -> Result<Option<Descendants>, WriteError> {
    if descendants.is_empty() {
        return Ok(None);
    }
    let directory = children_of(directory);
    refuse_existing(&directory)?;
    let mut staged = begin(&directory)?;
    let name = |bundle: &NewBundle<'_>| bundle.sealed.receipt.loop_id.to_string();
    for bundle in descendants {
        fill(&mut staged, &format!("{}/", name(bundle)), &directory, *bundle)?;
    }
    staged.sync().map_err(|error| WriteError::of(error, &directory))?;
    for bundle in descendants {
        let (there, named) = (staged.path().join(name(bundle)), directory.join(name(bundle)));
        verify(&there, &named, bundle.sealed, policy)?;
    }
    Ok(Some(Descendants { staged, directory }))
}

fn begin(directory: &Path) -> Result<NewDirectory, WriteError> {
    NewDirectory::beside(directory).map_err(|error| match error.code() {
        "file.missing" => WriteError::DirectoryMissing(directory.to_owned()),
        _ => WriteError::of(error, directory),
    })
}

/// Writes the files of a bundle, the manifest last.
fn fill(
    staged: &mut NewDirectory,
    prefix: &str,
    directory: &Path,
    bundle: NewBundle<'_>,
) -> Result<(), WriteError> {
    let evidence = bundle.evidence.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    let SealedLoop { events_jsonl, receipt_json, manifest_json, .. } = bundle.sealed;
    let documents = [(EVENTS, events_jsonl), (RECEIPT, receipt_json), (MANIFEST, manifest_json)];
    let documents = documents.map(|(path, text)| (path, text.as_bytes()));
    for path in bundle.evidence.keys() {
        if !is_bundle_path(path) || !path.starts_with(EVIDENCE) {
            return Err(WriteError::unsound(directory, format!("{path} is no path of evidence")));
        }
    }
    for (path, bytes) in evidence.chain(documents) {
        staged
            .write(&format!("{prefix}{path}"), bytes)
            .map_err(|error| WriteError::of(error, directory))?;
    }
    Ok(())
}

/// Verifies what was written, which must be exactly what was sealed.
fn verify(
    staged: &Path,
    directory: &Path,
    sealed: &SealedLoop,
    policy: &Rules,
) -> Result<Report, WriteError> {
    let source = Directory::open(staged)
        .map_err(|error| WriteError::unsound(directory, error.to_string()))?;
    let mut request = Request::new(policy);
    request.expected = Some(sealed.receipt.integrity.proof_digest);
    let report = motus_bundle::verify(&source, &request);
    match report.failures.first() {
        None => Ok(report),
        Some(failure) => Err(WriteError::unsound(directory, told(failure))),
    }
}

fn verify_family(
    report: &Report,
    below: &Path,
    directory: &Path,
    policy: &Rules,
) -> Result<(), WriteError> {
    let opened =
        Below::open(below).map_err(|error| WriteError::unsound(directory, error.to_string()))?;
    match children::verify(report, &opened, policy).failures.first() {
        None => Ok(()),
        Some(failure) => Err(WriteError::unsound(directory, failure.message.clone())),
    }
}

fn told(failure: &Failure) -> String {
    let (code, message) = (failure.code.as_str(), &failure.message);
    match &failure.path {
        Some(path) => format!("{code} {path}: {message}"),
        None => format!("{code}: {message}"),
    }
}

/// Gives the bundle its name; where it does not get it, its descendants lose theirs.
fn publish(
    directory: &Path,
    staged: &mut NewDirectory,
    below: Option<&mut Descendants>,
) -> Result<(), WriteError> {
    let Some(below) = below else { return publish_one(directory, staged) };
    publish_one(&below.directory, &mut below.staged)?;
    let published = publish_one(directory, staged);
    if published.is_err() {
        // What cannot be taken back are whole bundles; the first error is the one to tell.
        let _ = below.staged.take_back();
    }
    published
}

fn publish_one(directory: &Path, staged: &mut NewDirectory) -> Result<(), WriteError> {
    match staged.publish() {
        Ok(true) => Ok(()),
        Ok(false) => Err(WriteError::Exists(directory.to_owned())),
        Err(error) => Err(WriteError::of(error, directory)),
    }
}

#[cfg(test)]
mod tests;
