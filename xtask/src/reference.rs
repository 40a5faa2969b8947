//! `cargo xtask reference`: the published Python CLI, for the tests that compare with it.
//!
//! Makes a virtual environment outside the repository and installs one pinned release in it.
//! Nothing of it is read, shipped or linked: tests run the program and look at what it does.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{output, workspace};

const PACKAGE: &str = "motusos";
const VERSION: &str = "0.5.3";

/// Prints the installed version, and nothing else.
const ASK_VERSION: &str =
    "import sys\nfrom importlib.metadata import version\nprint(version(sys.argv[1]))";

/// Installs the reference unless it is there; the last line of stdout exports its path.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    let folder = match requested_folder(arguments)? {
        Some(folder) => folder,
        None => default_folder(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))?,
    };
    let folder = absolute(&folder)?;
    refuse_inside(&folder, &workspace::root())?;
    if installed_version(&folder).as_deref() == Some(VERSION) {
        output::talk(&format!("reference: {PACKAGE} {VERSION} is there"));
    } else {
        install(&folder)?;
    }
    let command = folder.join("bin").join("motus");
    output::data(&format!("export MOTUS_REFERENCE={}", shell_word(&command)?));
    Ok(())
}

fn requested_folder(arguments: &[OsString]) -> Result<Option<PathBuf>, Failure> {
    match arguments {
        [] => Ok(None),
        [flag, folder] if flag == "--dir" && !folder.is_empty() => Ok(Some(folder.into())),
        _ => Err(Failure::Usage("reference takes only `--dir DIR`".to_owned())),
    }
}

/// Returns `motus-reference/VERSION` in the user's cache; an empty variable counts as unset.
fn default_folder(cache: Option<OsString>, home: Option<OsString>) -> Result<PathBuf, Failure> {
    let set = |value: Option<OsString>| value.filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set(cache).or_else(|| set(home).map(|home| home.join(".cache")));
    let missing = "neither XDG_CACHE_HOME nor HOME is set: name a folder with --dir";
    let cache = cache.ok_or_else(|| Failure::Failed(missing.to_owned()))?;
    Ok(cache.join("motus-reference").join(VERSION))
}

/// Resolves links in the part of the path that exists; the rest may not climb with `..`.
fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    let cannot = |why: &str| Failure::Failed(format!("cannot use {}: {why}", folder.display()));
    let folder = std::path::absolute(folder).map_err(|error| cannot(&error.to_string()))?;
    for ancestor in folder.ancestors() {
        let Ok(real) = fs::canonicalize(ancestor) else {
            continue;
        };
        let rest = folder.strip_prefix(ancestor).unwrap_or(Path::new(""));
        if rest.components().any(|part| part == Component::ParentDir) {
            break;
        }
        return Ok(if rest == Path::new("") { real } else { real.join(rest) });
    }
    Err(cannot("name it without `..`"))
}

fn refuse_inside(folder: &Path, repository: &Path) -> Result<(), Failure> {
    let repository = fs::canonicalize(repository).unwrap_or_else(|_| repository.to_path_buf());
    if !folder.starts_with(&repository) {
        return Ok(());
    }
    let folder = folder.display();
    Err(Failure::Failed(format!("{folder} lies inside the repository: name a folder outside it")))
}

fn installed_version(folder: &Path) -> Option<String> {
    let mut ask = Command::new(folder.join("bin").join("python"));
    let version = workspace::capture(ask.args(["-c", ASK_VERSION, PACKAGE])).ok()?;
    folder.join("bin").join("motus").is_file().then(|| version.trim().to_owned())
}

/// Refuses a folder that holds anything but an environment: installing would mix with it.
fn refuse_foreign(folder: &Path) -> Result<(), Failure> {
    let mut entries = fs::read_dir(folder).into_iter().flatten();
    if entries.next().is_none() || folder.join("pyvenv.cfg").is_file() {
        return Ok(());
    }
    let folder = folder.display();
    Err(Failure::Failed(format!("{folder} holds other files: name an empty or new folder")))
}

/// Makes the environment, or mends one that was cut short, and installs the release.
fn install(folder: &Path) -> Result<(), Failure> {
    refuse_foreign(folder)?;
    output::talk(&format!("reference: installing {PACKAGE} {VERSION}"));
    let mut make = Command::new("python3");
    workspace::capture(make.args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin").join("python"));
    let quiet = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    let patience = ["--retries", "1", "--timeout", "20"];
    pip.args(quiet).args(patience).arg(format!("{PACKAGE}=={VERSION}"));
    workspace::capture(&mut pip).map(drop).map_err(|failure| {
        Failure::Failed(format!(
            "{PACKAGE} {VERSION} could not be installed; is the package index reachable?\n{failure}"
        ))
    })
}

/// Quotes a path for a POSIX shell.
fn shell_word(path: &Path) -> Result<String, Failure> {
    let not_text = || Failure::Failed("the folder's name is not UTF-8: name another".to_owned());
    let text = OsStr::to_str(path.as_os_str()).ok_or_else(not_text)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    let quoted = || format!("'{}'", text.replace('\'', r"'\''"));
    Ok(if text.chars().all(is_plain) { text.to_owned() } else { quoted() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments;

    #[test]
    fn the_default_folder_is_in_the_users_cache() {
        let folder =
            |cache: &str, home: &str| default_folder(Some(cache.into()), Some(home.into()));
        let of_cache = Path::new("/c/motus-reference").join(VERSION);
        let of_home = Path::new("/h/.cache/motus-reference").join(VERSION);
        assert_eq!(folder("/c", "/h").unwrap(), of_cache);
        assert_eq!(folder("", "/h").unwrap(), of_home);
        assert_eq!(default_folder(None, None).unwrap_err().exit_code(), 1);
    }

    #[test]
    fn a_folder_inside_the_repository_is_refused() {
        let repository = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let inside = absolute(&repository.path().join("not/there")).unwrap();
        assert!(inside.ends_with("not/there"));
        let failure = refuse_inside(&inside, repository.path()).unwrap_err();
        assert!(failure.to_string().contains("lies inside the repository"));
        let outside = absolute(outside.path()).unwrap();
        assert!(refuse_inside(&outside, repository.path()).is_ok());
        assert!(!repository.path().join("not").exists(), "asking must not create");
    }

    #[test]
    fn a_path_that_climbs_out_of_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let failure = absolute(&folder.path().join("not-there/../x")).unwrap_err();
        assert!(failure.to_string().contains("without `..`"));
    }

    #[test]
    fn a_folder_with_other_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refuse_foreign(folder.path()).is_ok());
        assert!(refuse_foreign(&folder.path().join("new")).is_ok());
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        assert_eq!(refuse_foreign(folder.path()).unwrap_err().exit_code(), 1);
        fs::write(folder.path().join("pyvenv.cfg"), "").unwrap();
        assert!(refuse_foreign(folder.path()).is_ok());
    }

    #[test]
    fn only_the_folder_can_be_chosen() {
        let requested = |words: &[&str]| requested_folder(&arguments::of(words));
        assert_eq!(requested(&[]).unwrap(), None);
        assert_eq!(requested(&["--dir", "x"]).unwrap(), Some(PathBuf::from("x")));
        for wrong in [&["--dir"] as &[&str], &["x"], &["--dir", ""], &["--dir", "x", "y"]] {
            assert_eq!(requested(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
        }
    }

    #[test]
    fn paths_are_quoted_for_the_shell() {
        assert_eq!(shell_word(Path::new("/a/b-1.0/motus")).unwrap(), "/a/b-1.0/motus");
        assert_eq!(shell_word(Path::new("/a b/it's")).unwrap(), r"'/a b/it'\''s'");
    }

    #[test]
    fn an_empty_folder_holds_no_reference() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(installed_version(folder.path()), None);
    }
}
