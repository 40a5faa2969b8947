//! Where a release is.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{
    DirectoryLock, FileType, Jail, JailError, create_private_directory, create_shared_path,
};
use motus_ledger::release::{PinKey, Refusal, ReleaseId};
use motus_store::{StorePlace, renew_ignored};

use super::ReleaseError;

/// The directory of releases when no other is named, below the root.
pub const OUTPUT_DIRECTORY: &str = ".motus/releases";

/// The directory of Motus's own state, which is private.
const STATE: &str = ".motus";

/// How long a process that changes a release waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns the directory below which releases are: the working directory, or that of the whole repository
/// where the published workflow starts in its `packages/cli`.
pub fn root_of(directory: &Path) -> PathBuf {
    let is_nested = directory.file_name().is_some_and(|name| name == "cli")
        && directory.join("pyproject.toml").exists();
    let above = directory.ancestors().nth(2).filter(|_| is_nested);
    above.unwrap_or(directory).to_owned()
}

/// The directory of one release.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    /// The directory of releases that was named; links that lead to it are followed.
    named: Option<PathBuf>,
    id: ReleaseId,
}

impl Workspace {
    /// Names a release in the default directory below `root`, or in one that somebody named.
    pub fn new(root: &Path, output: &Path, id: ReleaseId) -> Self {
        let is_blank = output.to_str().is_some_and(|output| output.trim().is_empty());
        let is_default = is_blank || output == Path::new(OUTPUT_DIRECTORY);
        // Collecting takes dots out, as the published workflow does.
        let named = (!is_default).then(|| root.join(output).components().collect());
        Self { root: root.to_owned(), named, id }
    }

    /// Returns the name of the release.
    pub fn id(&self) -> &ReleaseId {
        &self.id
    }

    /// Returns the directory of releases.
    fn base(&self) -> PathBuf {
        self.named.clone().unwrap_or_else(|| self.root.join(OUTPUT_DIRECTORY))
    }

    /// Returns where it is.
    pub fn path(&self) -> PathBuf {
        self.base().join(self.id.as_str())
    }

    /// Returns where something of it is.
    pub fn path_of(&self, relative: &str) -> PathBuf {
        self.path().join(relative)
    }

    /// Returns how a refusal is told of this workspace.
    pub(super) fn refused(&self) -> impl Fn(Refusal) -> ReleaseError {
        let workspace = self.path();
        move |refusal| ReleaseError::Refused { refusal, workspace: workspace.clone() }
    }

    /// Opens the directory of releases; nothing when it is not there.
    fn open_base(&self) -> Result<Option<Jail>, ReleaseError> {
        let opened = match &self.named {
            Some(directory) => Jail::open(directory).map_err(JailError::from),
            // Nobody named it: a repository that was cloned may have anything there.
            None => Jail::open(&self.root)
                .map_err(JailError::from)
                .and_then(|root| root.without_links().below(OUTPUT_DIRECTORY)),
        };
        match opened {
            Ok(base) => Ok(Some(base.without_links())),
            Err(error) if error.code() == "file.missing" => Ok(None),
            Err(error) => Err(self.in_the_way().unwrap_or_else(|| directory_expected(error))),
        }
    }

    /// Tells what stands where a directory that was named leads through, or should be.
    fn in_the_way(&self) -> Option<ReleaseError> {
        let mut there = self.named.as_deref()?.ancestors();
        let (path, found) =
            there.find_map(|path| Some((path, fs::metadata(path).ok()?.file_type())))?;
        let found = match found {
            found if found.is_dir() => return None,
            found if found.is_file() => "a file",
            found if found.is_fifo() => "a pipe",
            found if found.is_socket() => "a socket",
            _ => "a device",
        };
        Some(ReleaseError::NotADirectory { path: path.to_owned(), found: found.to_owned() })
    }

    /// Opens the directory of releases, which is made when it is missing.
    ///
    /// With `private`, the directory of Motus's own state is made so that nobody else may enter it.
    pub(super) fn create_base(&self, private: bool) -> Result<Jail, ReleaseError> {
        if let Some(directory) = &self.named {
            create_shared_path(directory)
                .map_err(|error| self.in_the_way().unwrap_or_else(|| error.into()))?;
        } else {
            let root = Jail::open(&self.root)?.without_links();
            if private && matches!(root.below(STATE), Err(JailError::Missing { .. })) {
                create_private_directory(&self.root.join(STATE))?;
            }
            root.create_directories(OUTPUT_DIRECTORY).map_err(directory_expected)?;
        }
        let missing = || JailError::Missing { path: self.base() };
        Ok(self.open_base()?.ok_or_else(missing)?)
    }

    /// Opens the workspace itself in the directory of releases; nothing when it is not there.
    pub(super) fn open_in(&self, base: &Jail) -> Result<Option<Jail>, ReleaseError> {
        let name = self.id.as_str();
        match base.inspect(name).map_err(directory_expected)? {
            None => Ok(None),
            Some(found) if found.file_type == FileType::Directory => {
                Ok(Some(base.below(name).map_err(directory_expected)?))
            }
            Some(_) => {
                let found = match base.read(name, 0) {
                    Err(JailError::NotAFile { found, .. }) => found.to_string(),
                    _ => "a file".to_owned(),
                };
                Err(ReleaseError::NotADirectory { path: self.path(), found })
            }
        }
    }

    /// Opens the workspace; nothing when it is not there.
    pub(super) fn open(&self) -> Result<Option<Jail>, ReleaseError> {
        match self.open_base()? {
            Some(base) => self.open_in(&base),
            None => Ok(None),
        }
    }

    /// Lets git see it where an older release hid it; only what that release wrote is changed for it.
    pub(super) fn show_to_git(&self) {
        if self.named.is_none() {
            // Without it, somebody has to add the release by name.
            let _ = renew_ignored(&self.root.join(STATE));
        }
    }

    /// Keeps others from changing a directory of it. Errors: `release.busy`.
    pub(super) fn lock(&self, directory: &Jail) -> Result<DirectoryLock, ReleaseError> {
        directory.lock(PATIENCE)?.ok_or_else(|| ReleaseError::Busy(self.path()))
    }

    /// Names its final receipt in a Store: by the release, and by where it is as seen from the project of the
    /// Store, so that both may be moved together.
    pub(super) fn pin_key(&self, store: &StorePlace) -> PinKey {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let project = store.state_directory().unwrap_or(store.path()).parent();
        let path = real(&self.path());
        let place = project.and_then(|project| path.strip_prefix(real(project)).ok());
        PinKey::new(&self.id, &place.unwrap_or(&path).to_string_lossy())
    }

    /// Returns the root, as a run tells it.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// Tells what stands where a directory was expected.
fn directory_expected(error: JailError) -> ReleaseError {
    match error {
        JailError::NotAFile { path, found } => {
            ReleaseError::NotADirectory { path, found: found.to_string() }
        }
        error => error.into(),
    }
}
