//! A file of settings that is being changed, while nobody else of ours changes it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{DirectoryLock, FileType, Jail, JailError, create_private_directory, inspect};
use motus_json::{Object, Value, pretty};

use super::Target;
use crate::settings::place::{LIMIT, NAME, PROJECT_DIRECTORY};
use crate::settings::{Places, SettingsError, document};

/// The new content waits under this name; what a killed process left there is replaced.
const TEMPORARY: &str = ".config.json.new-motus";

/// How long somebody else may be at it.
const PATIENCE: Duration = Duration::from_secs(5);

/// More files than this are not put aside.
const MOST_ASIDE: u32 = 1000;

/// The directory of a file, held for one change.
#[derive(Debug)]
pub(crate) struct Editing {
    jail: Jail,
    path: PathBuf,
    _lock: DirectoryLock,
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// An object, or nothing yet.
    Object(Object),
    /// Something else.
    Unreadable,
}

impl Editing {
    /// Returns where the file is, or would be.
    pub(super) fn place(places: &Places, target: Target) -> Result<PathBuf, SettingsError> {
        match target {
            Target::User => places.user_file().ok_or(SettingsError::HomeUnknown),
            Target::Project => Ok(places.project_file()),
        }
    }

    /// Begins a change, and makes the directory of the file when it is missing.
    pub(crate) fn begin(places: &Places, target: Target) -> Result<Self, SettingsError> {
        let path = Self::place(places, target)?;
        let jail = match target {
            Target::User => directory_of_user(&path)?,
            Target::Project => directory_of_project(places)?,
        };
        Self::hold(jail, path)
    }

    /// Begins a change of a file that is there; `None` when there is none.
    pub(super) fn begin_if_there(
        places: &Places,
        target: Target,
    ) -> Result<Option<Self>, SettingsError> {
        let path = Self::place(places, target)?;
        match inspect(&path).map_err(SettingsError::unreadable)? {
            None => Ok(None),
            Some(_) => Self::begin(places, target).map(Some),
        }
    }

    fn hold(jail: Jail, path: PathBuf) -> Result<Self, SettingsError> {
        let lock = jail.lock(PATIENCE).map_err(SettingsError::not_written)?;
        let lock = lock.ok_or_else(|| SettingsError::Busy(path.clone()))?;
        match jail.read_link(NAME).map_err(SettingsError::unreadable)? {
            Some(_) => Err(SettingsError::IsLink(path)),
            None => Ok(Self { jail, path, _lock: lock }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what the file holds, to be changed; that of a missing one is empty.
    pub(super) fn object(&self) -> Result<Object, SettingsError> {
        match self.jail.read(NAME, LIMIT) {
            Ok(file) => document::object_of(&self.path, &file.bytes),
            Err(JailError::Missing { .. }) => Ok(Object::new()),
            Err(error) => Err(SettingsError::unreadable(error)),
        }
    }

    /// Tells a plain file that holds something else from one that cannot be looked at.
    pub(super) fn content(&self) -> Result<Content, SettingsError> {
        match self.object() {
            Ok(object) => Ok(Content::Object(object)),
            Err(error) => match self.jail.inspect(NAME) {
                Ok(Some(found)) if found.file_type == FileType::File => Ok(Content::Unreadable),
                _ => Err(error),
            },
        }
    }

    /// Gives the file this content; a new one is private to its user.
    pub(super) fn write(&self, object: Object) -> Result<(), SettingsError> {
        self.publish(object, true).map(drop)
    }

    /// Writes a file where none is; `false` when something is there.
    pub(crate) fn write_new(&self, object: Object) -> Result<bool, SettingsError> {
        self.publish(object, false)
    }

    /// Shape: the published one, indented by two spaces, ASCII, without a newline at the end.
    fn publish(&self, object: Object, may_replace: bool) -> Result<bool, SettingsError> {
        let text = pretty::write_ascii(&Value::Object(object));
        let is_there = self.jail.inspect(NAME).map_err(SettingsError::unreadable)?.is_some();
        let mode = (!is_there).then_some(0o600);
        let publish = || {
            let mut staged = self.jail.stage(NAME, TEMPORARY, text.as_bytes(), mode)?;
            let is_done =
                if may_replace { staged.publish().map(|()| true) } else { staged.publish_new() };
            let is_done = is_done?;
            staged.sync()?;
            Ok::<_, JailError>(is_done)
        };
        publish().map_err(SettingsError::not_written)
    }

    /// Gives the file a name that nothing has, and returns that.
    pub(super) fn put_aside(&self) -> Result<PathBuf, SettingsError> {
        for number in 1..=MOST_ASIDE {
            let name = format!("{NAME}.broken-{number}");
            if self.is_free(&name)? {
                self.jail.rename(NAME, &name).map_err(SettingsError::not_written)?;
                self.jail.sync_parent(&name).map_err(SettingsError::not_written)?;
                return Ok(self.jail.path_of(&name));
            }
        }
        Err(SettingsError::Busy(self.path.clone()))
    }

    fn is_free(&self, name: &str) -> Result<bool, SettingsError> {
        let place = self.jail.path_of(name);
        Ok(inspect(&place).map_err(SettingsError::unreadable)?.is_none())
    }
}

/// Opens the directory of the user's file; a link to it is the user's own.
fn directory_of_user(path: &Path) -> Result<Jail, SettingsError> {
    let directory = path.parent().unwrap_or(path);
    if inspect(directory).map_err(SettingsError::not_written)?.is_none() {
        create_private_directory(directory).map_err(SettingsError::not_written)?;
    }
    Jail::open(directory).map_err(SettingsError::not_written)
}

/// Opens the directory of a project's file below a `.motus` that is there.
fn directory_of_project(places: &Places) -> Result<Jail, SettingsError> {
    let project = Jail::open(places.project()).map_err(SettingsError::not_written)?;
    let state = match project.without_links().below(crate::settings::place::STATE) {
        Err(JailError::Missing { .. }) => {
            return Err(SettingsError::NoWorkspace(places.project().to_owned()));
        }
        state => state.map_err(SettingsError::not_written)?,
    };
    state.create_directories(PROJECT_DIRECTORY).map_err(SettingsError::not_written)?;
    state.below(PROJECT_DIRECTORY).map_err(SettingsError::not_written)
}
