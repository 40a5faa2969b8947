//! Which programs git may be: those that a search finds where nobody who works on the tree would have put them.
//!
//! A directory of the tree that is in `PATH`, such as `node_modules/.bin`, may be written by whoever works there, and so
//! may what is relative. What the user's other directories hold the user runs already.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Returns the programs, absolute, as they are looked for from a directory, the first of them first.
pub(super) fn find(directory: &Path) -> Vec<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the search of the system, of which this is a part"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    find_in(&path, directory)
}

fn find_in(path: &OsStr, directory: &Path) -> Vec<PathBuf> {
    let Ok(directory) = directory.canonicalize() else { return Vec::new() };
    let trees: Vec<&Path> = directory
        .ancestors()
        .filter(|above| *above == directory || above.join(".git").exists())
        .collect();
    let is_apart = |place: &PathBuf| {
        let real = place.canonicalize();
        place.is_absolute()
            && real.is_ok_and(|real| !trees.iter().any(|tree| real.starts_with(tree)))
    };
    let places = std::env::split_paths(path).filter(is_apart);
    places.map(|place| place.join("git")).filter(|program| is_program(program)).collect()
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_lies_in_the_tree_is_relative_or_cannot_be_run_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let make = |name: &str, mode| {
            let program = root.join(name).join("git");
            fs::create_dir_all(root.join(name)).unwrap();
            fs::write(&program, "").unwrap();
            fs::set_permissions(program, Permissions::from_mode(mode)).unwrap();
        };
        fs::create_dir_all(root.join("tree/.git")).unwrap();
        fs::create_dir_all(root.join("tree/sub/.git")).unwrap();
        make("tree/bin", 0o755);
        make("tree/sub/bin", 0o755);
        make("notes", 0o644);
        make("own", 0o755);
        symlink("tree/bin", root.join("link")).unwrap();
        symlink("own", root.join("other")).unwrap();
        let find = |places: &[&str]| {
            let path = std::env::join_paths(places.iter().map(|place| root.join(place))).unwrap();
            find_in(&path, &root.join("tree/sub"))
        };
        let own = vec![root.join("own/git")];
        assert_eq!(find(&["tree/bin", "tree/sub/bin", "link", "notes", "none", "own"]), own);
        assert_eq!(find(&["other", "own"]), ["other/git", "own/git"].map(|git| root.join(git)));
        assert!(find(&["tree/bin", "notes"]).is_empty());
        let relative = OsStr::new(":bin:.");
        assert!(find_in(relative, &root.join("own")).is_empty());
        // The tree is no part of a directory beside it.
        let beside = std::env::join_paths([root.join("tree/bin")]).unwrap();
        assert_eq!(find_in(&beside, &root.join("own")), [root.join("tree/bin/git")]);
    }
}
