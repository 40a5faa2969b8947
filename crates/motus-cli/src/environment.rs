//! The environment, read once.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use motus_app::StorePlace;

use crate::failure::Failure;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The current directory.
    pub(crate) directory: PathBuf,
    /// The user's home directory.
    pub(crate) home: Option<PathBuf>,
    /// The producer to record, by its hash.
    pub(crate) producer: Option<String>,
    /// Whether the Store is to be private to its user.
    pub(crate) private: bool,
    store: Option<OsString>,
    path: Option<OsString>,
}

impl Environment {
    pub(crate) fn read() -> Result<Self, Failure> {
        Ok(Self {
            directory: env::current_dir().map_err(|error| Failure::no_directory(&error))?,
            home: variable("HOME").map(PathBuf::from),
            producer: variable("MOTUS_PRODUCER_ID").map(|name| name.to_string_lossy().into_owned()),
            private: variable("MOTUS_ALLOW_SHARED_STATE_PERMISSIONS").is_none(),
            store: variable("MOTUS_KERNEL_STORE_PATH").or_else(|| variable("MOTUS_STORE_PATH")),
            path: env::var_os("PATH"),
        })
    }

    /// Returns the Store that the argument names, else the environment, else the default one.
    pub(crate) fn store(&self, argument: Option<&Path>) -> StorePlace {
        let named = argument.filter(|path| !is_blank(path.as_os_str()));
        let path = match (named, &self.store) {
            (Some(path), _) => self.expand(path),
            (None, Some(path)) => self.expand(Path::new(path)),
            (None, None) => PathBuf::from(".motus/kernel-store.db"),
        };
        StorePlace::new(self.directory.join(path))
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

    /// Replaces a leading `~` by the home directory.
    fn expand(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }
}

/// Reads a variable; an empty or blank one is as good as none.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !is_blank(value))
}

fn is_blank(text: &std::ffi::OsStr) -> bool {
    text.to_str().is_some_and(|text| text.trim().is_empty())
}
