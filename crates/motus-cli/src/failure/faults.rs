//! What is wrong with documents that a person wrote, each fault with file, line and column.

use std::fmt;
use std::path::Path;

use motus_app::loops::SimulateError;
use motus_app::scope::ScopeError;
use motus_app::strategies::{Fault, LibraryError};
use motus_json::{Object, Value};

use super::Failure;

/// A fault with its place.
#[derive(Debug)]
pub(super) struct PlacedFault<'f> {
    file: &'f Path,
    code: &'static str,
    line: usize,
    column: usize,
    message: &'f str,
}

impl<'f> PlacedFault<'f> {
    fn of(file: &'f Path, fault: &'f Fault) -> Self {
        let Fault { code, line, column, message } = fault;
        Self { file, code, line: *line, column: *column, message }
    }

    /// Returns the fault for programs.
    pub(super) fn object(&self) -> Object {
        Object::from([
            ("code", Value::from(self.code)),
            ("column", self.column.into()),
            ("file", self.file.display().to_string().into()),
            ("line", self.line.into()),
            ("message", self.message.into()),
        ])
    }
}

impl fmt::Display for PlacedFault<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, .. } = self;
        write!(formatter, "{}:{line}:{column}: {message}", file.display())
    }
}

impl Failure {
    /// Returns what is wrong with documents, in their order; most failures are about none.
    pub(super) fn faults(&self) -> Vec<PlacedFault<'_>> {
        match self {
            Self::Simulation(file, SimulateError::Scenario(faults)) => faults
                .iter()
                .map(|fault| PlacedFault {
                    file,
                    code: fault.code,
                    line: fault.line,
                    column: fault.column,
                    message: &fault.message,
                })
                .collect(),
            Self::Signals(file, faults) => {
                faults.iter().map(|fault| PlacedFault::of(file, fault)).collect()
            }
            Self::Scope(ScopeError::Document { file, faults }) => {
                faults.iter().map(|fault| PlacedFault::of(file, fault)).collect()
            }
            Self::Library(LibraryError::Documents(faults)) => {
                faults.iter().map(|(file, fault)| PlacedFault::of(file, fault)).collect()
            }
            _ => Vec::new(),
        }
    }
}
