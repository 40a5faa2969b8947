//! The environment, read once.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use motus_app::StorePlace;

use crate::failure::Failure;

/// Where the Store is when nothing names another.
const DEFAULT_STORE: &str = ".motus/kernel-store.db";

/// What the environment says.
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
    /// Whether the Store is to be private to its user.
    pub(crate) private: bool,
    named: Option<PathBuf>,
    store: Option<OsString>,
    path: Option<OsString>,
}

impl Environment {
    /// Reads everything; `named` is the Store that the command line names.
    pub(crate) fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let environment = Self {
            named: named.map(Path::to_owned),
            directory: env::current_dir().map_err(Failure::NoDirectory)?,
            home: variable("HOME").map(PathBuf::from),
            producer: variable("MOTUS_PRODUCER_ID").map(|name| name.to_string_lossy().into_owned()),
            agent: variable("MC_AGENT_ID").map(|name| name.to_string_lossy().into_owned()),
            work_store_is_off: is_denied("MOTUS_WORK_STORE_BRIDGE"),
            private: !is_affirmed("MOTUS_ALLOW_SHARED_STATE_PERMISSIONS"),
            store: variable("MOTUS_KERNEL_STORE_PATH").or_else(|| variable("MOTUS_STORE_PATH")),
            path: env::var_os("PATH"),
        };
        match environment.chosen(None) {
            Some(path) if environment.expand(path).is_none() => {
                Err(Failure::HomeUnknown(path.to_owned()))
            }
            _ => Ok(environment),
        }
    }

    /// Returns the Store that the command line names, as it is written there.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.named.as_deref().filter(|path| !is_blank(path.as_os_str()))
    }

    /// Returns the Store that the argument names, else the environment, else the default one.
    pub(crate) fn store(&self, argument: Option<&Path>) -> StorePlace {
        let path = match self.chosen(argument) {
            // What cannot be expanded was refused when the environment was read.
            Some(path) => self.expand(path).unwrap_or_else(|| path.to_owned()),
            None => PathBuf::from(DEFAULT_STORE),
        };
        StorePlace::new(self.directory.join(path))
    }

    /// Returns the nearest directory above that has a default Store, unless a Store was named.
    pub(crate) fn store_above(&self) -> Option<PathBuf> {
        if self.chosen(None).is_some() {
            return None;
        }
        let above = self.directory.ancestors().skip(1);
        above.filter(|directory| directory.join(DEFAULT_STORE).is_file()).map(Path::to_owned).next()
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
    fn expand(&self, path: &Path) -> Option<PathBuf> {
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

fn is_blank(text: &std::ffi::OsStr) -> bool {
    text.to_str().is_some_and(|text| text.trim().is_empty())
}
