//! Changing a file of settings: whole or not at all, and everything else that it holds stays.

mod file;

use std::path::PathBuf;

use motus_json::Object;

use super::published::{Name, meaning_of};
use super::{Key, Owner, Places, SettingValue, SettingsError, store_path};

pub(super) use file::Editing;

use file::Content;

/// Which file is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The user's.
    User,
    /// The project's.
    Project,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The file.
    pub path: PathBuf,
    /// The value that was set.
    pub set: Option<(Key, SettingValue)>,
    /// The members that were taken out.
    pub removed: Vec<String>,
    /// Where the file was put because it could not be read.
    pub put_aside: Option<PathBuf>,
}

impl Changed {
    fn of(editing: &Editing) -> Self {
        let path = editing.path().to_owned();
        Self { path, set: None, removed: Vec::new(), put_aside: None }
    }
}

/// Sets a value, given as a word; the file is made when it is missing.
///
/// Errors: `config.key_unknown`, `config.key_ignored`, `config.key_secret`, `config.user_only`,
/// `config.value_invalid`, `config.store_outside`, those of reading the file, and those of writing it.
pub fn set(
    places: &Places,
    target: Target,
    name: &str,
    word: &str,
) -> Result<Changed, SettingsError> {
    let key = settable(name)?;
    let value =
        SettingValue::of_word(key, word).map_err(|unfit| SettingsError::unfit(None, key, unfit))?;
    if target == Target::Project {
        require_of_project(places, key, &value)?;
    }
    let editing = Editing::begin(places, target)?;
    let mut object = editing.object()?;
    object.insert(key.as_str(), value.to_json());
    editing.write(object)?;
    Ok(Changed { set: Some((key, value)), ..Changed::of(&editing) })
}

/// Takes a member out, whatever it is; nothing is written where there is none.
///
/// Errors: `config.key_unknown` for a name that neither means anything nor stands in the file, and those of
/// [`set`] about the file.
pub fn unset(places: &Places, target: Target, name: &str) -> Result<Changed, SettingsError> {
    let Some(editing) = Editing::begin_if_there(places, target)? else {
        require_known(name)?;
        let path = Editing::place(places, target)?;
        return Ok(Changed { path, set: None, removed: Vec::new(), put_aside: None });
    };
    let mut object = editing.object()?;
    if object.remove(name).is_none() {
        require_known(name)?;
        return Ok(Changed::of(&editing));
    }
    editing.write(object)?;
    Ok(Changed { removed: vec![name.to_owned()], ..Changed::of(&editing) })
}

/// Takes every setting that has an effect out, and leaves the other members.
///
/// A file that cannot be read as an object is put aside under another name, and nothing takes its place.
/// Errors: those of [`set`] about the file.
pub fn reset(places: &Places, target: Target) -> Result<Changed, SettingsError> {
    let Some(editing) = Editing::begin_if_there(places, target)? else {
        let path = Editing::place(places, target)?;
        return Ok(Changed { path, set: None, removed: Vec::new(), put_aside: None });
    };
    let mut object = match editing.content()? {
        Content::Object(object) => object,
        Content::Unreadable => {
            let put_aside = Some(editing.put_aside()?);
            return Ok(Changed { put_aside, ..Changed::of(&editing) });
        }
    };
    let removed = take_settings(&mut object);
    if !removed.is_empty() {
        editing.write(object)?;
    }
    Ok(Changed { removed, ..Changed::of(&editing) })
}

fn take_settings(object: &mut Object) -> Vec<String> {
    let names = Key::ALL.map(Key::as_str).into_iter();
    names.filter(|name| object.remove(name).is_some()).map(str::to_owned).collect()
}

fn settable(name: &str) -> Result<Key, SettingsError> {
    match meaning_of(name) {
        Name::Setting(key) => Ok(key),
        Name::Inert(inert) => {
            Err(SettingsError::KeyIgnored { key: inert.name, reason: inert.reason })
        }
        Name::Credential(credential) => {
            let (key, variable) = (credential.name, credential.variable);
            Err(SettingsError::KeySecret { key, variable })
        }
        Name::Unknown => Err(SettingsError::KeyUnknown { spot: None, key: name.to_owned() }),
    }
}

fn require_known(name: &str) -> Result<(), SettingsError> {
    match meaning_of(name) {
        Name::Unknown => Err(SettingsError::KeyUnknown { spot: None, key: name.to_owned() }),
        _ => Ok(()),
    }
}

fn require_of_project(
    places: &Places,
    key: Key,
    value: &SettingValue,
) -> Result<(), SettingsError> {
    if key.owner() == Owner::User {
        return Err(SettingsError::UserOnly { spot: None, key: key.as_str() });
    }
    match (key, value) {
        (Key::StorePath, SettingValue::Text(text)) => store_path::refuse(places.project(), text)
            .map_err(|why| SettingsError::StoreOutside { spot: None, why }),
        _ => Ok(()),
    }
}
