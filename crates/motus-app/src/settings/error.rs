//! What is wrong with a configuration, or with a change of it.

use std::path::PathBuf;

use motus_fs::{FileError, JailError};
use motus_json::ReadError;
use thiserror::Error;

use super::Key;
use super::value::Unfit;

/// Why a file of settings is refused, or was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The user's file has no place.
    #[error("the home directory is not known, so there is no file of yours: HOME is not set")]
    HomeUnknown,
    /// There is no workspace whose file could be changed.
    #[error("there is no workspace here: {}", .0.display())]
    NoWorkspace(PathBuf),
    /// A file cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] Trouble),
    /// A file cannot be written.
    #[error("the configuration cannot be changed: {0}")]
    NotWritten(#[source] Trouble),
    /// A link stands in the place of the user's file.
    #[error("{} is a link, and is not replaced by a file", .0.display())]
    IsLink(PathBuf),
    /// Somebody else was changing the file all the time.
    #[error("another process is changing {}", .0.display())]
    Busy(PathBuf),
    /// A file is no JSON document.
    #[error("{}:{line}:{column}: {kind}", path.display(), kind = error.kind())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character in the line, from 1.
        column: usize,
        /// What is wrong.
        error: ReadError,
    },
    /// A file is no JSON object.
    #[error("{} holds no JSON object", .0.display())]
    NotAnObject(PathBuf),
    /// A name stands for nothing; in a file where there is one.
    #[error("{}there is no setting `{key}`", lead(spot.as_ref()))]
    KeyUnknown {
        /// Where it stands, when it is in a file.
        spot: Option<Spot>,
        /// The name.
        key: String,
    },
    /// A published member would have no effect here.
    #[error("`{key}` has no effect here: {reason}")]
    KeyIgnored {
        /// The name.
        key: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// A credential is never stored.
    #[error("`{key}` is a credential, and none is ever stored; its variable is {variable}")]
    KeySecret {
        /// The name.
        key: &'static str,
        /// The variable of the environment that may hold it.
        variable: &'static str,
    },
    /// A project says something that only the user may say.
    #[error("{}a project may not set `{key}`", lead(spot.as_ref()))]
    UserOnly {
        /// Where it stands, when it is in a file.
        spot: Option<Spot>,
        /// The name.
        key: &'static str,
    },
    /// A value is not what the setting takes.
    #[error("{}`{key}` must be {expected}, not {found}", lead(spot.as_ref()))]
    ValueInvalid {
        /// Where it stands, when it is in a file.
        spot: Option<Spot>,
        /// The name.
        key: &'static str,
        /// What it has to be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A project puts the Store out of the place that is Motus's own there.
    #[error("{}a project's store_path must lie below .motus, without links; {why}", lead(spot.as_ref()))]
    StoreOutside {
        /// Where it stands, when it is in a file.
        spot: Option<Spot>,
        /// What is wrong with it.
        why: String,
    },
}

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub path: PathBuf,
    /// Line and character of its name, from 1; `None` when the name is written with escapes.
    pub position: Option<(usize, usize)>,
}

/// What the system or the place of a file refused.
#[derive(Debug, Error)]
#[error(transparent)]
pub enum Trouble {
    /// By path.
    File(#[from] FileError),
    /// Below a directory.
    Jail(#[from] JailError),
}

impl SettingsError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HomeUnknown => "config.no_home",
            Self::NoWorkspace(_) => "config.no_workspace",
            Self::Unreadable(_) => "config.unreadable",
            Self::NotWritten(_) => "config.not_written",
            Self::IsLink(_) => "config.is_link",
            Self::Busy(_) => "config.busy",
            Self::NotJson { .. } => "config.not_json",
            Self::NotAnObject(_) => "config.not_an_object",
            Self::KeyUnknown { .. } => "config.key_unknown",
            Self::KeyIgnored { .. } => "config.key_ignored",
            Self::KeySecret { .. } => "config.key_secret",
            Self::UserOnly { .. } => "config.user_only",
            Self::ValueInvalid { .. } => "config.value_invalid",
            Self::StoreOutside { .. } => "config.store_outside",
        }
    }

    pub(super) fn unfit(spot: Option<Spot>, key: Key, unfit: Unfit) -> Self {
        let Unfit { expected, found } = unfit;
        Self::ValueInvalid { spot, key: key.as_str(), expected, found }
    }

    pub(super) fn unreadable(error: impl Into<Trouble>) -> Self {
        Self::Unreadable(error.into())
    }

    pub(super) fn not_written(error: impl Into<Trouble>) -> Self {
        Self::NotWritten(error.into())
    }
}

/// Begins a message with the place that it is about, where there is one.
fn lead(spot: Option<&Spot>) -> String {
    match spot {
        None => String::new(),
        Some(Spot { path, position: None }) => format!("{}: ", path.display()),
        Some(Spot { path, position: Some((line, column)) }) => {
            format!("{}:{line}:{column}: ", path.display())
        }
    }
}
