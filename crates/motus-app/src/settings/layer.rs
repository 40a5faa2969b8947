//! What one file says: settings with values, members without an effect, and what is wrong.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use motus_fs::{FileType, Jail, inspect, read_bounded_through_links};
use motus_json::{Object, Value};

use super::place::{LIMIT, NAME, PROJECT_DIRECTORY, STATE};
use super::published::{Name, meaning_of};
use super::{Key, Origin, Owner, Places, SettingValue, SettingsError, Spot, document, store_path};

/// A member of a file that has no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// Its name.
    pub name: &'static str,
    /// What it says; `None` of a credential, which is not shown.
    pub value: Option<Value>,
    /// The file that says it.
    pub origin: Origin,
    /// Whether it is a credential, which does not belong into a file.
    pub is_credential: bool,
}

/// One file; nothing in it counts when something in it is wrong.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) is_there: bool,
    pub(super) ignored: Vec<Ignored>,
    pub(super) problems: Vec<SettingsError>,
    values: Vec<(Key, SettingValue)>,
}

/// Whose file it is, with what is asked of its content for that.
struct Source<'a> {
    path: PathBuf,
    origin: Origin,
    /// The project, when it is a project's.
    project: Option<&'a Path>,
}

impl Layer {
    /// Reads the user's file, through links: it is the user who made them.
    pub(super) fn of_user(places: &Places) -> Self {
        let Some(path) = places.user_file() else { return Self::default() };
        if !is_reachable(&path) {
            return Self::default();
        }
        let bytes = read_bounded_through_links(&path, LIMIT).map_err(SettingsError::unreadable);
        Self::of(&Source { path, origin: Origin::User, project: None }, bytes)
    }

    /// Reads the project's file, through no link.
    pub(super) fn of_project(places: &Places) -> Self {
        let path = places.project_file();
        // Nothing is recorded in a `.motus` that is a link, and nothing is read through it.
        if !is_reachable(&path) || is_link(&places.state()) {
            return Self::default();
        }
        let bytes = read_without_links(places.project()).map_err(SettingsError::Unreadable);
        let source = Source { path, origin: Origin::Project, project: Some(places.project()) };
        Self::of(&source, bytes)
    }

    pub(super) fn get(&self, key: Key) -> Option<&SettingValue> {
        self.values.iter().find(|(it, _)| *it == key).map(|(_, value)| value)
    }

    fn of(source: &Source<'_>, bytes: Result<Vec<u8>, SettingsError>) -> Self {
        let mut layer = Self { is_there: true, ..Self::default() };
        let read = bytes.and_then(|bytes| {
            let object = document::object_of(&source.path, &bytes)?;
            Ok((bytes, object))
        });
        match read {
            Ok((bytes, object)) => layer.take(source, &bytes, &object),
            Err(error) => layer.problems.push(error),
        }
        if !layer.problems.is_empty() {
            layer.values.clear();
        }
        layer
    }

    fn take(&mut self, source: &Source<'_>, bytes: &[u8], object: &Object) {
        for (name, value) in object {
            let text = name.as_str().unwrap_or_default();
            let ignored = |name, value, is_credential| Ignored {
                name,
                value,
                origin: source.origin,
                is_credential,
            };
            match meaning_of(text) {
                Name::Setting(key) => match source.value(key, value, bytes) {
                    Ok(value) => self.values.extend(value.map(|value| (key, value))),
                    Err(problem) => self.problems.push(problem),
                },
                Name::Inert(inert) => {
                    self.ignored.push(ignored(inert.name, Some(value.clone()), false));
                }
                // Published files have it as null.
                Name::Credential(credential) if !value.is_null() => {
                    self.ignored.push(ignored(credential.name, None, true));
                }
                Name::Credential(_) => {}
                Name::Unknown => self.problems.push(SettingsError::KeyUnknown {
                    spot: Some(source.spot(text, bytes)),
                    key: name.as_str().unwrap_or("\u{fffd}").to_owned(),
                }),
            }
        }
    }
}

impl Source<'_> {
    /// Takes a value that this file may have.
    fn value(
        &self,
        key: Key,
        value: &Value,
        bytes: &[u8],
    ) -> Result<Option<SettingValue>, SettingsError> {
        let spot = || Some(self.spot(key.as_str(), bytes));
        if self.project.is_some() && key.owner() == Owner::User {
            return Err(SettingsError::UserOnly { spot: spot(), key: key.as_str() });
        }
        let value = SettingValue::of_json(key, value)
            .map_err(|unfit| SettingsError::unfit(spot(), key, unfit))?;
        if let (Some(project), Key::StorePath, Some(SettingValue::Text(text))) =
            (self.project, key, &value)
        {
            store_path::refuse(project, text)
                .map_err(|why| SettingsError::StoreOutside { spot: spot(), why })?;
        }
        Ok(value)
    }

    fn spot(&self, name: &str, bytes: &[u8]) -> Spot {
        let position = document::position_of(bytes, name);
        Spot { path: self.path.clone(), position }
    }
}

/// Tells whether something is at a place that this user may look at: what is out of reach cannot be
/// this user's.
fn is_reachable(path: &Path) -> bool {
    match inspect(path) {
        Ok(found) => found.is_some(),
        Err(error) => {
            !matches!(error.source.kind(), ErrorKind::PermissionDenied | ErrorKind::NotADirectory)
        }
    }
}

fn is_link(path: &Path) -> bool {
    matches!(inspect(path), Ok(Some(found)) if found.file_type == FileType::Link)
}

fn read_without_links(project: &Path) -> Result<Vec<u8>, super::error::Trouble> {
    let jail = Jail::open(project)?.without_links();
    let file = jail.read(&format!("{STATE}/{PROJECT_DIRECTORY}/{NAME}"), LIMIT)?;
    Ok(file.bytes)
}
