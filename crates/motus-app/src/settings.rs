//! Settings: what flags, the environment, a project's file and the user's file say, and which of them counts.
//!
//! The user's file is `~/.motus/config.json`, in the published form: what Motus does not own in it is kept. A
//! project's file is `.motus/project/config/config.json`. It comes with a repository that a stranger may have
//! written, so that it may set little, runs nothing, and is not read through a link. A file that says
//! something wrong is refused as a whole: what it was meant to say is not known.

mod change;
mod document;
mod error;
mod install;
mod key;
mod layer;
mod place;
mod published;
mod store_path;
mod value;

use motus_json::Value;

pub use change::{Changed, Target, reset, set, unset};
pub use error::{SettingsError, Spot};
pub use install::{Installed, install};
pub use key::{Key, Owner};
pub use layer::Ignored;
pub use place::Places;
pub use published::{CREDENTIALS, Credential, INERT, Inert, Name, meaning_of};
pub use value::SettingValue;

use layer::Layer;

/// Where a value comes from; an earlier one counts before a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// The project's file.
    Project,
    /// The user's file.
    User,
    /// Nothing says otherwise.
    Default,
}

impl Origin {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Environment(_) => "environment",
            Self::Project => "project",
            Self::User => "user",
            Self::Default => "default",
        }
    }

    /// Returns the option or variable, where it is one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Flag(name) | Self::Environment(name) => Some(name),
            _ => None,
        }
    }
}

/// What the front door was told besides the files, nearest first.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Values with where they come from: flags before variables.
    pub values: Vec<(Key, SettingValue, Origin)>,
}

/// The value of one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Which one.
    pub key: Key,
    /// What it is; `None` where nothing is set and nothing is the default.
    pub value: Option<SettingValue>,
    /// Where that comes from.
    pub origin: Origin,
}

impl Setting {
    /// Returns the value for a document.
    pub fn to_json(&self) -> Value {
        self.value.as_ref().map(SettingValue::to_json).into()
    }
}

/// Every setting with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    settings: Vec<Setting>,
}

impl Settings {
    /// Returns all of them in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter()
    }

    /// Returns one of them.
    pub fn get(&self, key: Key) -> Setting {
        let found = self.settings.iter().find(|setting| setting.key == key);
        found.cloned().unwrap_or_else(|| by_default(key))
    }

    /// Returns the text of a setting that is one, and is set.
    pub fn text(&self, key: Key) -> Option<String> {
        match self.get(key).value {
            Some(SettingValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of a setting that is one, and is set.
    pub fn number(&self, key: Key) -> Option<u64> {
        match self.get(key).value {
            Some(SettingValue::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// Tells whether a setting is on.
    pub fn is_on(&self, key: Key) -> bool {
        self.get(key).value == Some(SettingValue::Flag(true))
    }

    fn resolve(given: &Given, project: &Layer, user: &Layer) -> Self {
        let of_files = |layer: &Layer, key, origin| {
            layer.get(key).map(|value| Setting { key, value: Some(value.clone()), origin })
        };
        let of_given = |key| {
            let mut found = given.values.iter().filter(|(it, ..)| *it == key);
            let (_, value, origin) = found.next()?;
            Some(Setting { key, value: Some(value.clone()), origin: *origin })
        };
        let settings = Key::ALL.map(|key| {
            of_given(key)
                .or_else(|| of_files(project, key, Origin::Project))
                .or_else(|| of_files(user, key, Origin::User))
                .unwrap_or_else(|| by_default(key))
        });
        Self { settings: settings.into() }
    }
}

fn by_default(key: Key) -> Setting {
    Setting { key, value: key.default(), origin: Origin::Default }
}

/// What looking at everything came to.
#[derive(Debug)]
pub struct Looked {
    /// The settings; a file that was refused says nothing here.
    pub settings: Settings,
    /// What stands in the files and has no effect here.
    pub ignored: Vec<Ignored>,
    /// What is wrong with the files.
    pub problems: Vec<SettingsError>,
    /// Whether the user's file is there.
    pub has_user_file: bool,
    /// Whether the project's file is there.
    pub has_project_file: bool,
}

/// Looks at both files and settles what counts; never fails, so that a wrong file can be mended.
///
/// Who acts on the settings refuses to do so while there are problems: a project's file that was not
/// understood may say where a run is to be recorded.
pub fn look(places: &Places, given: &Given) -> Looked {
    let project = Layer::of_project(places);
    let user = Layer::of_user(places);
    let settings = Settings::resolve(given, &project, &user);
    let (has_project_file, has_user_file) = (project.is_there, user.is_there);
    let mut looked = Looked {
        settings,
        ignored: Vec::new(),
        problems: Vec::new(),
        has_user_file,
        has_project_file,
    };
    for layer in [project, user] {
        looked.ignored.extend(layer.ignored);
        looked.problems.extend(layer.problems);
    }
    looked
}

#[cfg(test)]
mod tests;
