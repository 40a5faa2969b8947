//! The environment and the settings, read once.

mod ci;

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use motus_app::StorePlace;
use motus_app::scope::ToolHomes;
use motus_app::settings::{self, Given, Key, Looked, Origin, Places, SettingValue, Settings};

pub(crate) use ci::Ci;

use crate::failure::Failure;

/// The variables that name the Store, the first of them first.
const STORE_VARIABLES: [&str; 2] = ["MOTUS_KERNEL_STORE_PATH", "MOTUS_STORE_PATH"];

const AGENT_VARIABLE: &str = "MC_AGENT_ID";

const SHARED_VARIABLE: &str = "MOTUS_ALLOW_SHARED_STATE_PERMISSIONS";

/// What the environment and the files of settings say.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The current directory.
    pub(crate) directory: PathBuf,
    /// The user's home directory.
    pub(crate) home: Option<PathBuf>,
    /// The producer to record, by its hash.
    pub(crate) producer: Option<String>,
    /// The agent that works here.
    pub(crate) agent: Option<String>,
    /// Whether the work loop is told to use no Store.
    pub(crate) work_store_is_off: bool,
    /// Whether this is, or is started by, a command that another `motus` runs and records.
    pub(crate) is_wrapped: bool,
    /// Whether the Store is to be private to its user.
    pub(crate) private: bool,
    /// The settings, and what is wrong with their files.
    pub(crate) looked: Looked,
    /// Where tools keep what is theirs.
    pub(crate) tool_homes: ToolHomes,
    /// Where programs are looked for.
    pub(crate) path: Option<OsString>,
    /// Where temporary files belong.
    pub(crate) temporary: PathBuf,
    named: Option<PathBuf>,
    store: Option<OsString>,
}

impl Environment {
    /// Reads everything; `named` is the Store that the command line names.
    ///
    /// Refuses files of settings that say something wrong: one of them may say where to record.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let mut environment = Self::look(named)?;
        if environment.looked.problems.is_empty() {
            return Ok(environment);
        }
        Err(Failure::Settings(environment.looked.problems.remove(0)))
    }

    /// Reads everything as [`Environment::read`] does, for commands that mend what is wrong with it.
    pub(crate) fn look(named: Option<&Path>) -> Result<Self, Failure> {
        let places = Places {
            home: variable("HOME").map(PathBuf::from),
            directory: env::current_dir().map_err(Failure::NoDirectory)?,
        };
        let looked = settings::look(&places, &given(named));
        let environment = Self {
            named: named.map(Path::to_owned),
            directory: places.directory,
            home: places.home,
            producer: variable("MOTUS_PRODUCER_ID").map(|name| name.to_string_lossy().into_owned()),
            agent: looked.settings.text(Key::AgentId),
            work_store_is_off: is_denied("MOTUS_WORK_STORE_BRIDGE"),
            is_wrapped: variable("MOTUS_RUN_ID").is_some(),
            private: !looked.settings.is_on(Key::AllowSharedState),
            looked,
            store: STORE_VARIABLES.into_iter().find_map(variable),
            tool_homes: ToolHomes::read(|name| env::var_os(name)),
            path: env::var_os("PATH"),
            temporary: variable("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from),
        };
        match environment.chosen(None) {
            Some(path) if environment.expand(path).is_none() => {
                Err(Failure::HomeUnknown(path.to_owned()))
            }
            _ => Ok(environment),
        }
    }

    /// Returns the settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.looked.settings
    }

    /// Returns where the files of settings are.
    pub(crate) fn places(&self) -> Places {
        Places { home: self.home.clone(), directory: self.directory.clone() }
    }

    /// Returns a number that the command line gives, or else the settings; one of the two has it.
    pub(crate) fn number(&self, argument: Option<i64>, key: Key) -> i64 {
        let configured = || i64::try_from(self.settings().number(key).unwrap_or(0)).ok();
        argument.or_else(configured).unwrap_or(i64::MAX)
    }

    /// Returns the Store that the command line names, as it is written there.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.named.as_deref().filter(|path| !is_blank(path.as_os_str()))
    }

    /// Returns the Store that the argument names, else the environment, else the settings.
    pub(crate) fn store(&self, argument: Option<&Path>) -> StorePlace {
        let configured = self.configured_store();
        let path = self.chosen(argument).unwrap_or(&configured);
        // What cannot be expanded was refused when the environment was read.
        let path = self.expand(path).unwrap_or_else(|| path.to_owned());
        StorePlace::new(self.directory.join(path))
    }

    /// Returns the nearest directory above that has a Store where this one would have it, unless one was
    /// named or the project itself says where it is.
    pub(crate) fn store_above(&self) -> Option<PathBuf> {
        let is_of_project = self.settings().get(Key::StorePath).origin == Origin::Project;
        let configured = self.expand(&self.configured_store())?;
        if self.chosen(None).is_some() || is_of_project || configured.is_absolute() {
            return None;
        }
        let above = self.directory.ancestors().skip(1);
        above.filter(|directory| directory.join(&configured).is_file()).map(Path::to_owned).next()
    }

    fn configured_store(&self) -> PathBuf {
        self.settings().text(Key::StorePath).map(PathBuf::from).unwrap_or_default()
    }

    /// Tells whether somebody says which Store is meant, on the command line or in a variable.
    pub(crate) fn names_a_store(&self) -> bool {
        self.chosen(None).is_some()
    }

    fn chosen<'a>(&'a self, argument: Option<&'a Path>) -> Option<&'a Path> {
        let argument = argument.or(self.named.as_deref());
        let argument = argument.filter(|path| !is_blank(path.as_os_str()));
        argument.or(self.store.as_deref().map(Path::new))
    }

    /// Returns every `motus` on the `PATH` that is another file than this one.
    pub(crate) fn other_executables(&self) -> Vec<PathBuf> {
        let identity = |path: &Path| {
            let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((metadata.dev(), metadata.ino()))
        };
        let own = env::current_exe().ok().and_then(|path| identity(&path));
        let mut seen: Vec<_> = own.into_iter().collect();
        let mut others = Vec::new();
        for directory in env::split_paths(self.path.as_deref().unwrap_or_default()) {
            let candidate = directory.join("motus");
            if let Some(file) = identity(&candidate)
                && !seen.contains(&file)
            {
                seen.push(file);
                others.push(candidate);
            }
        }
        others
    }

    /// Replaces a leading `~` by the home directory; nothing when there is none, or another user's.
    pub(crate) fn expand(&self, path: &Path) -> Option<PathBuf> {
        match path.strip_prefix("~") {
            Ok(rest) => self.home.as_ref().map(|home| home.join(rest)),
            Err(_) if path.as_os_str().as_encoded_bytes().starts_with(b"~") => None,
            Err(_) => Some(path.to_owned()),
        }
    }
}

/// Returns the words of the command line, the program's name first.
pub(crate) fn words() -> Vec<OsString> {
    env::args_os().collect()
}

/// Returns the settings that the command line and the environment give.
fn given(named: Option<&Path>) -> Given {
    let text = |value: &OsStr| SettingValue::Text(value.to_string_lossy().into_owned());
    let mut values = Vec::new();
    if let Some(path) = named.filter(|path| !is_blank(path.as_os_str())) {
        values.push((Key::StorePath, text(path.as_os_str()), Origin::Flag("--db")));
    }
    let variables = STORE_VARIABLES.map(|name| (Key::StorePath, name));
    for (key, name) in variables.into_iter().chain([(Key::AgentId, AGENT_VARIABLE)]) {
        if let Some(value) = variable(name) {
            values.push((key, text(&value), Origin::Environment(name)));
        }
    }
    if variable(SHARED_VARIABLE).is_some() {
        let value = SettingValue::Flag(is_affirmed(SHARED_VARIABLE));
        values.push((Key::AllowSharedState, value, Origin::Environment(SHARED_VARIABLE)));
    }
    Given { values }
}

/// Tells whether a variable holds something, without saying what.
pub(crate) fn is_set(name: &str) -> bool {
    variable(name).is_some()
}

/// Tells whether a variable says yes; anything but that is no.
fn is_affirmed(name: &str) -> bool {
    let value = variable(name).unwrap_or_default();
    let value = value.to_string_lossy().trim().to_ascii_lowercase();
    matches!(value.as_str(), "1" | "true" | "yes")
}

/// Tells whether a variable says no in one of the published words; anything but that is yes.
fn is_denied(name: &str) -> bool {
    let value = variable(name).unwrap_or_default();
    let value = value.to_string_lossy().trim().to_lowercase();
    matches!(value.as_str(), "0" | "false" | "off" | "disabled" | "no")
}

/// Reads a variable; an empty or blank one is as good as none.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !is_blank(value))
}

fn is_blank(text: &OsStr) -> bool {
    text.to_str().is_some_and(|text| text.trim().is_empty())
}
