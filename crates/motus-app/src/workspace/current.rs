//! The link `current`, which names the release of a workspace.

use std::ffi::OsStr;

use motus_fs::{FileType, Found, Jail, JailError};

use super::InitError;

/// The link, below `.motus`.
const LINK: &str = "current";

/// What it says in a new workspace.
pub(super) const TARGET: &str = "releases/0.0.0";

/// The link is made under this name when it takes the place of another one.
const TEMPORARY: &str = ".current.new-link";

/// What stands at the place of the link.
#[derive(Debug)]
pub(super) enum Current {
    /// Nothing.
    Missing,
    /// A link to a release of this workspace, this one or a later one.
    Kept(String),
    /// A link elsewhere.
    Elsewhere(String),
    /// No link; what it is instead.
    Other(&'static str),
}

impl Current {
    pub(super) fn look(jail: &Jail) -> Result<Self, InitError> {
        if let Some(target) = jail.read_link(LINK)? {
            return Ok(Self::of(jail, &target));
        }
        Ok(match jail.inspect(LINK) {
            Ok(None) => Self::Missing,
            Ok(Some(found)) if found.file_type == FileType::Directory => Self::Other("a directory"),
            // It became a link right now.
            Err(JailError::NotAFile { found: Found::Link, .. }) => Self::Other("a link"),
            Ok(Some(_)) => Self::Other("a file"),
            Err(error) => return Err(error.into()),
        })
    }

    fn of(jail: &Jail, target: &OsStr) -> Self {
        match target.to_str() {
            Some(target) if is_release(jail, target) => Self::Kept(target.to_owned()),
            _ => Self::Elsewhere(target.to_string_lossy().into_owned()),
        }
    }

    /// Refuses what leads to no release here; with `force`, a link elsewhere is let pass.
    pub(super) fn or_refuse(self, jail: &Jail, force: bool) -> Result<Self, InitError> {
        let (found, is_link) = match &self {
            Self::Missing | Self::Kept(_) => return Ok(self),
            Self::Elsewhere(_) if force => return Ok(self),
            Self::Elsewhere(target) => (format!("is a link to {target}"), true),
            Self::Other(kind) => (format!("is {kind}"), false),
        };
        let path = jail.path_of(LINK);
        Err(InitError::CurrentElsewhere { path, found, is_link })
    }

    /// Lets the link lead to a release; returns its target, and what it said before if that was changed.
    pub(super) fn settle(
        self,
        jail: &Jail,
        made: &mut Vec<String>,
    ) -> Result<(String, Option<String>), InitError> {
        match self {
            Self::Kept(target) => Ok((target, None)),
            Self::Elsewhere(target) => {
                jail.remove(TEMPORARY)?;
                jail.create_link(TEMPORARY, TARGET)?;
                jail.rename(TEMPORARY, LINK)?;
                jail.sync_parent(LINK)?;
                Ok((TARGET.to_owned(), Some(target)))
            }
            Self::Missing | Self::Other(_) => {
                if jail.create_link(LINK, TARGET)? {
                    made.push(LINK.to_owned());
                    return Ok((TARGET.to_owned(), None));
                }
                // Who was faster has made something of their own, and it is not replaced.
                match Self::look(jail)?.or_refuse(jail, false)? {
                    Self::Kept(target) => Ok((target, None)),
                    _ => Ok((TARGET.to_owned(), None)),
                }
            }
        }
    }
}

/// Tells whether a link's target is a release beside it: that of a new workspace, or one that is there.
fn is_release(jail: &Jail, target: &str) -> bool {
    let Some(name) = target.strip_prefix("releases/") else {
        return false;
    };
    let is_name = !matches!(name, "" | "." | "..") && !name.contains('/');
    target == TARGET || is_name && jail.below(target).is_ok()
}
