//! Where a project may put the Store: below `.motus`, which is private and which git ignores.
//!
//! A project's file may come from a stranger. With it a run must not be recorded where nobody looks for it,
//! where it is committed by accident, or through a link to somewhere else.

use std::path::{Component, Path};

use motus_fs::{Found, Jail, JailError};

use super::place::STATE;

/// What of `.motus` belongs to a workspace: settings, releases and what tells git of them.
const OF_WORKSPACE: [&str; 5] = ["project", "user", "releases", "current", ".gitignore"];

/// Tells what is wrong with a place that a project names.
pub(super) fn refuse(directory: &Path, path: &str) -> Result<(), String> {
    let parts: Option<Vec<&str>> = Path::new(path)
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let Some(parts) = parts.filter(|_| !path.ends_with('/')) else {
        return Err("it is absolute, leads upwards, or names no file".to_owned());
    };
    match parts.as_slice() {
        [state, name, ..] if *state == STATE && OF_WORKSPACE.contains(name) => {
            Err(format!("{STATE}/{name} is for something else"))
        }
        [state, _, ..] if *state == STATE => refuse_links(directory, &parts.join("/")),
        _ => Err("it lies elsewhere".to_owned()),
    }
}

fn refuse_links(directory: &Path, path: &str) -> Result<(), String> {
    let jail = Jail::open(directory).map_err(|error| error.to_string())?.without_links();
    match jail.inspect(path) {
        Ok(_) => Ok(()),
        Err(JailError::NotAFile { path, found: Found::Link }) => {
            Err(format!("{} is a link", path.display()))
        }
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use motus_testkit::harness::Scratch;

    use super::*;

    #[test]
    fn only_what_lies_below_the_state_directory_is_let_pass() {
        let scratch = Scratch::new();
        let project = scratch.project();
        for path in [".motus/other.db", ".motus/a/b.db", ".motus/./c.db", ".motus/..x/s.db"] {
            assert_eq!(refuse(&project, path), Ok(()), "{path}");
        }
        for path in [
            "/tmp/s.db",
            "s.db",
            "../s.db",
            ".motus/../s.db",
            ".motus/../../s.db",
            "./../s.db",
            "~/s.db",
            ".motus",
            ".motus/",
            ".motus/a/",
            "",
            "/",
            ".motusx/s.db",
            ".git/s.db",
            ".motus/.gitignore",
            ".motus/project/config/config.json",
            ".motus/releases/r1/final-receipt.json",
            ".motus/./current/s.db",
        ] {
            assert!(refuse(&project, path).is_err(), "{path}");
        }
    }

    #[test]
    fn no_link_is_followed_on_the_way() {
        let scratch = Scratch::new();
        let (project, state) = (scratch.project(), scratch.project().join(".motus"));
        fs::create_dir(&state).unwrap();
        symlink(scratch.home(), state.join("away")).unwrap();
        symlink("kernel-store.db", state.join("near.db")).unwrap();
        for (path, link) in [(".motus/away/s.db", "away"), (".motus/near.db", "near.db")] {
            let told = refuse(&project, path).unwrap_err();
            assert_eq!(told, format!("{} is a link", state.join(link).display()));
        }
        fs::remove_dir_all(&state).unwrap();
        symlink(scratch.home(), &state).unwrap();
        assert_eq!(
            refuse(&project, ".motus/s.db").unwrap_err(),
            format!("{} is a link", state.display())
        );
    }
}
