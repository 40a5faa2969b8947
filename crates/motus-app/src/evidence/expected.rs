//! What a command is expected to leave: noted before it starts, gathered when it has ended.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use motus_ledger::report::{Artifact, Attached, FileReference, Problem, Subject};
use motus_ledger::wrap::EvidenceRecord;
use motus_runtime::scope::Access;
use motus_store::StorePlace;

use super::file::{
    LARGEST_ARTIFACT, Stamp, digest, name_in, open_plain, refuse_long, refuse_store,
};
use super::intake::LARGEST_REPORT;
use super::patience::{Patience, Patient};
use super::{EvidenceError, read_as};
use crate::scope::Plan;

/// A file that a command is expected to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// As what it is read.
    pub subject: Subject,
    /// Where it is, from the working directory.
    pub file: PathBuf,
}

/// What came of a file that was expected.
#[derive(Debug)]
pub struct Gathered {
    /// What was asked for.
    pub wanted: Wanted,
    /// What is recorded of it.
    pub record: EvidenceRecord,
    /// What there is to tell: why nothing was taken, or that an artifact is as it was before.
    pub trouble: Option<EvidenceError>,
}

/// Files that a command is expected to leave, as they were before it started.
pub(crate) struct Expected {
    directory: PathBuf,
    files: Vec<(Wanted, Option<Stamp>)>,
}

impl Expected {
    /// Notes how the files are now.
    pub(crate) fn note(wanted: &[Wanted], directory: &Path) -> Self {
        let noted = |wanted: &Wanted| {
            let stamp = Stamp::at(&directory.join(&wanted.file));
            (wanted.clone(), stamp)
        };
        Self { directory: directory.to_owned(), files: wanted.iter().map(noted).collect() }
    }

    /// Reads the files as they are now: where there is a scope, what the command itself may read. A link that it made
    /// would have us read for it what it may not, and a long file would keep what was seen of it from being recorded.
    pub(crate) fn gather(
        self,
        place: &StorePlace,
        scope: Option<&Plan>,
        mut patience: Patience<'_>,
    ) -> Vec<Gathered> {
        let Self { directory, files } = self;
        let numbered = (1..).zip(files);
        let gather = |(number, (wanted, before)): (usize, (Wanted, Option<Stamp>))| {
            let path = directory.join(&wanted.file);
            let read = if scope.is_none_or(|plan| may_be_read(plan, &path)) {
                wanted.read(&path, &directory, before, place, &mut patience)
            } else {
                Err(EvidenceError::OutOfScope(wanted.file.clone()))
            };
            let (attached, trouble) = match read {
                Ok(attached) => {
                    let is_stale = attached.artifacts.iter().any(|artifact| artifact.is_stale);
                    (attached, is_stale.then(|| EvidenceError::Stale(wanted.file.clone())))
                }
                Err(error) => (wanted.missing(&error, &path, &directory), Some(error)),
            };
            let record = EvidenceRecord { subject: wanted.subject, number, attached };
            Gathered { wanted, record, trouble }
        };
        numbered.map(gather).collect()
    }
}

/// Tells whether a command in a scope may read a file itself; what is not there is nobody's.
///
/// What lies in `/proc` is told to each process as its own.
fn may_be_read(plan: &Plan, path: &Path) -> bool {
    let Ok(real) = path.canonicalize() else { return true };
    let is_of_a_process = real.starts_with("/proc");
    !plan.level.enforces() || (!is_of_a_process && plan.scope.rules.allow(Access::Read, &real))
}

impl Wanted {
    fn read(
        &self,
        path: &Path,
        project: &Path,
        before: Option<Stamp>,
        place: &StorePlace,
        patience: &mut Patience<'_>,
    ) -> Result<Attached, EvidenceError> {
        refuse_store(path, place).map_err(|error| self.unreadable(error))?;
        let file = match open_plain(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(EvidenceError::Missing(self.file.clone()));
            }
            opened => opened.map_err(|error| self.unreadable(error))?,
        };
        let metadata = file.metadata().map_err(|error| self.unreadable(error))?;
        let is_stale = before == Some(Stamp::of(&metadata));
        let is_report = matches!(self.subject, Subject::Report(_));
        // It tells of another command: its counts are none of this one's.
        if is_stale && is_report {
            return Err(EvidenceError::Stale(self.file.clone()));
        }
        let most = if is_report { LARGEST_REPORT } else { LARGEST_ARTIFACT };
        refuse_long(&metadata, most).map_err(|error| self.unreadable(error))?;
        let mut stream = Patient::new(file, patience);
        let attached = self.take(&mut stream, name_in(path, project), is_stale);
        if stream.is_given_up {
            return Err(EvidenceError::Interrupted(self.file.clone()));
        }
        attached
    }

    /// Reads a file that is called so.
    fn take(
        &self,
        stream: impl Read,
        name: Option<String>,
        is_stale: bool,
    ) -> Result<Attached, EvidenceError> {
        let mut attached = Attached::default();
        match self.subject {
            Subject::Report(format) => {
                let report = read_as(format, stream, name);
                attached.reports.push(report.map_err(|flaw| flaw.of(&self.file, format))?);
            }
            Subject::Artifact => {
                let (digest, bytes) = digest(stream).map_err(|error| self.unreadable(error))?;
                let file = FileReference { name, digest, bytes };
                attached.artifacts.push(Artifact { file, is_stale });
            }
        }
        Ok(attached)
    }

    fn unreadable(&self, source: io::Error) -> EvidenceError {
        EvidenceError::Unreadable { file: self.file.clone(), source }
    }

    /// Says that nothing was taken, and where a report is wrong.
    fn missing(&self, error: &EvidenceError, path: &Path, project: &Path) -> Attached {
        let place = match error {
            EvidenceError::Malformed { line, column, .. } => Some((*line, *column)),
            _ => None,
        };
        let name = name_in(path, project);
        let problem = Problem { subject: self.subject, name, code: error.code(), place };
        Attached { problems: vec![problem], ..Attached::default() }
    }
}
