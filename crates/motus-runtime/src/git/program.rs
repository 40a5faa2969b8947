//! Which programs git may be: those that a search finds where nobody who works on the tree would have put them.
//!
//! A directory of the tree that is in `PATH`, such as `node_modules/.bin`, may be written by whoever works there, and so
//! may what is relative. How far a tree goes the tree cannot be asked: all that lies beside or above the working directory
//! counts, up to the home directory, but for where systems have their programs. What the user's other directories hold
//! the user runs already.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Where systems have programs, whatever lies beside them.
const SYSTEM: [&str; 6] =
    ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Returns the programs, absolute, as they are looked for from a directory, the first of them first.
pub(super) fn find(directory: &Path) -> Vec<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the search of the system, of which this is a part"
    )]
    let [path, home] = ["PATH", "HOME"].map(|name| std::env::var_os(name).unwrap_or_default());
    find_in(&path, directory, Path::new(&home))
}

fn find_in(path: &OsStr, directory: &Path, home: &Path) -> Vec<PathBuf> {
    let Ok(directory) = directory.canonicalize() else { return Vec::new() };
    let home = home.canonicalize().ok();
    let holds_more = |above: &Path| {
        above.parent().is_none() || home.as_ref().is_some_and(|home| home.starts_with(above))
    };
    // The outermost that may be a part of the tree; the working directory always is.
    let tree = directory.ancestors().take_while(|above| !holds_more(above)).last();
    let tree = tree.unwrap_or(&directory);
    let is_apart = |real: &Path| {
        SYSTEM.iter().any(|system| real == Path::new(system)) || !real.starts_with(tree)
    };
    let lies_apart = |git: &PathBuf| {
        // The program may be a link back into the tree, as its directory may be.
        let reals = [git.parent().map(Path::canonicalize), Some(git.canonicalize())];
        let [Some(Ok(place)), Some(Ok(real))] = reals else { return false };
        git.is_absolute() && is_apart(&place) && real.parent().is_some_and(is_apart)
    };
    let programs = std::env::split_paths(path).map(|place| place.join("git"));
    programs.filter(|git| is_program(git) && lies_apart(git)).collect()
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
        fs::create_dir_all(root.join("home/tree/sub")).unwrap();
        make("home/tree/bin", 0o755);
        make("home/tree/sub/bin", 0o755);
        make("notes", 0o644);
        make("own", 0o755);
        make("home/.local/bin", 0o755);
        symlink("home/tree/bin", root.join("link")).unwrap();
        symlink("own", root.join("other")).unwrap();
        let find_from = |places: &[&str], directory: &str, home: &str| {
            let path = std::env::join_paths(places.iter().map(|place| root.join(place))).unwrap();
            find_in(&path, &root.join(directory), &root.join(home))
        };
        let find = |places: &[&str]| find_from(places, "home/tree/sub", "home");
        let at = |places: &[&str]| -> Vec<PathBuf> {
            places.iter().map(|place| root.join(place).join("git")).collect()
        };
        let all = ["home/tree/bin", "home/tree/sub/bin", "link", "notes", "none", "own"];
        assert_eq!(find(&all), at(&["own"]));
        assert_eq!(find(&["other", "own"]), at(&["other", "own"]));
        assert_eq!(find(&["home/.local/bin"]), at(&["home/.local/bin"]));
        assert!(find(&["home/tree/bin", "notes"]).is_empty());
        // Whatever the tree says of itself, what lies beside the working directory may be of it.
        assert!(find_from(&["own"], "home/tree", "nowhere").is_empty());
        // In the home directory itself that is the tree, and nothing above.
        assert_eq!(find_from(&["own"], "home", "home"), at(&["own"]));
        assert!(find_from(&["home/.local/bin"], "home", "home").is_empty());
        fs::create_dir(root.join("linked")).unwrap();
        symlink(root.join("home/tree/bin/git"), root.join("linked/git")).unwrap();
        assert!(find(&["linked"]).is_empty());
        assert!(find_in(OsStr::new(":bin:."), &root.join("own"), &root).is_empty());
        // Systems have programs, also where somebody works below.
        let system = |directory: &str| find_in(OsStr::new("/usr/bin"), Path::new(directory), &root);
        assert_eq!(system("/usr/lib"), system("/"));
    }
}
