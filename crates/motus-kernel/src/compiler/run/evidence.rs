//! Evidence: every file that an answer names, by what it was when it was named first.

use std::collections::BTreeMap;

use super::{Flow, Running};
use crate::compiler::answer::AdapterError;
use crate::evidence::References;
use crate::manifest::{EVIDENCE, ListedFile, is_bundle_path};
use crate::verify::{LONGEST_MESSAGE, RECEIPT_LIMITS, shortened};

/// The files that were named so far.
pub(super) struct Evidence {
    files: BTreeMap<String, ListedFile>,
    references: References,
}

/// No file system keeps a longer path below a bundle, nor a longer name in it.
const LONGEST_PATH: usize = 1024;
const LONGEST_NAME: usize = 255;

impl Evidence {
    pub(super) fn new() -> Self {
        Self { files: BTreeMap::new(), references: References::new() }
    }

    pub(super) fn into_files(self) -> BTreeMap<String, ListedFile> {
        self.files
    }

    /// Returns the files that a canonical text names and nobody has asked for.
    ///
    /// The text may be longer than an event: what no event tells a receipt may hold.
    pub(super) fn missing(&self, text: &str) -> Vec<String> {
        let mut missing = Vec::new();
        self.references.for_each(text, &RECEIPT_LIMITS, &mut |path| {
            if !self.files.contains_key(path) {
                missing.push(path.to_owned());
            }
        });
        missing
    }

    /// Checks that a path is one under the folder of evidence, that it can be written, and that no file is a
    /// folder of another.
    fn check(&self, path: &str) -> Result<(), String> {
        let told = shortened(path, LONGEST_MESSAGE);
        if !path.starts_with(EVIDENCE) || !is_bundle_path(path) {
            return Err(format!("{told} is no path under {EVIDENCE}"));
        }
        if path.len() > LONGEST_PATH || path.split('/').any(|name| name.len() > LONGEST_NAME) {
            return Err(format!("{told} is longer than a path may be"));
        }
        let above = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        let below = [path, "/"].concat();
        let next = self.files.range(below.clone()..).next();
        let is_folder = next.is_some_and(|(other, _)| other.starts_with(&below));
        if is_folder || above.into_iter().any(|folder| self.files.contains_key(folder)) {
            return Err(format!("{told} is a file and a folder"));
        }
        Ok(())
    }
}

impl Running<'_> {
    /// Asks for a file of evidence when it is named first; what it was then is what the bundle holds.
    pub(in crate::compiler) fn take_evidence(&mut self, path: &str) -> Flow<()> {
        if self.record.evidence.files.contains_key(path) {
            return Ok(());
        }
        let invalid = |message: String| AdapterError::refusing("EVIDENCE_INVALID", message);
        self.record.evidence.check(path).map_err(invalid)?;
        self.record.room.take_file(path)?;
        let file = self.adapters.evidence_file(path)?;
        if file.path != path {
            return Err(invalid(format!("{path} was asked for, {} is there", file.path)).into());
        }
        self.record.evidence.files.insert(path.to_owned(), file);
        Ok(())
    }
}
