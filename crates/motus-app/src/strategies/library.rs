//! A library of strategies in a directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use motus_fs::Jail;
use motus_kernel::strategy::Strategy;

use super::document::{self, Form, LONGEST};
use super::{Fault, LibraryError};

/// So many strategies are read of one library.
const MOST: usize = 10_000;

/// So many faults of one library are told.
const TOLD: usize = 100;

/// A strategy and the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelved {
    /// The name in the library.
    pub file: String,
    /// What it holds.
    pub strategy: Strategy,
}

/// Strategies in the order of their files' names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library(Vec<Shelved>);

impl Library {
    /// Reads every strategy of a directory.
    ///
    /// Shape: at most 10,000 files of at most 1 MiB each. Names that begin with a dot, directories and other
    /// endings are left alone; a link is followed while it stays in the directory, and neither a pipe nor a
    /// device is waited for.
    pub fn read(directory: &Path) -> Result<Self, LibraryError> {
        let mut jail = Jail::open(directory).map_err(|source| unreadable(directory, source))?;
        let names = names(&mut jail, directory)?;
        let mut shelf = Vec::with_capacity(names.len());
        let mut faults = Vec::new();
        for (file, form) in names {
            let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
            let bytes = jail.read(&file, limit).map_err(LibraryError::File)?.bytes;
            match document::strategy(&bytes, form) {
                Ok(strategy) => shelf.push(Shelved { file, strategy }),
                Err(found) => note(&mut faults, &directory.join(&file), found),
            }
        }
        if !faults.is_empty() {
            return Err(LibraryError::Documents(faults));
        }
        refuse_repeated(directory, &shelf)?;
        Ok(Self(shelf))
    }

    /// Returns the strategies.
    pub fn shelf(&self) -> &[Shelved] {
        &self.0
    }
}

fn unreadable(directory: &Path, source: motus_fs::FileError) -> LibraryError {
    LibraryError::Unreadable { path: directory.to_owned(), source }
}

fn note(faults: &mut Vec<(PathBuf, Fault)>, path: &Path, found: Vec<Fault>) {
    let room = TOLD.saturating_sub(faults.len());
    faults.extend(found.into_iter().take(room).map(|fault| (path.to_owned(), fault)));
}

/// Lists the files that hold strategies, by their names.
fn names(jail: &mut Jail, directory: &Path) -> Result<BTreeMap<String, Form>, LibraryError> {
    let mut names = BTreeMap::new();
    let listed = jail.list(&mut |name, kind| {
        let Ok(name) = std::str::from_utf8(name) else { return };
        if kind == motus_fs::FileType::Directory || name.starts_with('.') || names.len() > MOST {
            return;
        }
        let form = match name.rsplit_once('.') {
            Some((_, "yaml" | "yml")) => Form::Yaml,
            Some((_, "json")) => Form::Json,
            _ => return,
        };
        names.insert(name.to_owned(), form);
    });
    listed.map_err(LibraryError::File)?;
    if names.len() > MOST {
        return Err(LibraryError::TooMany { path: directory.to_owned(), most: MOST });
    }
    Ok(names)
}

fn refuse_repeated(directory: &Path, shelf: &[Shelved]) -> Result<(), LibraryError> {
    let mut seen = BTreeMap::new();
    for Shelved { file, strategy } in shelf {
        let id = strategy.strategy_id.as_str();
        if let Some(first) = seen.insert(id, file) {
            let files = [first, file].map(|file| directory.join(file));
            return Err(LibraryError::Repeated { strategy_id: id.to_owned(), files });
        }
    }
    Ok(())
}
