//! Where git keeps what it knows of the tree that a directory lies in.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// What stands for it in grants, as git calls it.
pub(crate) const GIT_COMMON_DIRECTORY: &str = "$GIT_COMMON_DIR/";

/// Longer is no path in a file of git's.
const MOST: u64 = 8192;

/// Returns the directory, without links: the next `.git` above, below the home directory if that is above as well, or that
/// of the repository which this is a further work tree of.
///
/// A `.git` that is a file may have been written by whoever works in the tree, to lead anywhere: it is believed where the
/// repository that it names says in turn that this is a work tree of its own.
pub(crate) fn git_common_directory(directory: &Path, home: Option<&Path>) -> Option<PathBuf> {
    let mut trees = directory.ancestors().take_while(|above| Some(*above) != home);
    let git = trees.find_map(|tree| {
        let git = tree.join(".git");
        git.symlink_metadata().is_ok().then_some(git)
    })?;
    if git.symlink_metadata().is_ok_and(|it| it.is_dir()) {
        return Some(git);
    }
    let own = named_in(&git, "gitdir: ")?.canonicalize().ok()?;
    let back = named_in(&own.join("gitdir"), "")?.canonicalize().ok()?;
    let others = own.parent().filter(|others| others.ends_with("worktrees"))?;
    let is_one_of_its = back == git.canonicalize().ok()?;
    others
        .parent()
        .filter(|common| is_one_of_its && keeps_no_tree(common, directory, home))
        .map(Path::to_owned)
}

/// Tells whether a directory is a repository and nothing more: what a tree, or a home, lies in holds more than git's own.
fn keeps_no_tree(common: &Path, directory: &Path, home: Option<&Path>) -> bool {
    let is_repository = common.join("HEAD").is_file()
        && ["objects", "refs"].iter().all(|name| common.join(name).is_dir());
    let holds = |place: &Path| place.canonicalize().is_ok_and(|place| place.starts_with(common));
    is_repository && !holds(directory) && !home.is_some_and(holds)
}

/// Reads the path that is all that a file of git's says, seen from the file.
fn named_in(file: &Path, label: &str) -> Option<PathBuf> {
    let text = crate::plain_document(file, MOST).ok()?;
    let named = text.strip_prefix(label.as_bytes())?.trim_ascii_end();
    (!named.is_empty()).then(|| file.parent().unwrap_or(file).join(OsStr::from_bytes(named)))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make the files that are to be found")]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_repository_is_found_from_below_and_from_its_further_trees() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |path: &str| root.join(path);
        let repository = ["main/.git/worktrees/tree", "main/.git/objects", "main/.git/refs"];
        for directory in repository.into_iter().chain(["main/sub/deep", "tree/sub", "home/.git"]) {
            fs::create_dir_all(at(directory)).unwrap();
        }
        fs::write(at("main/.git/HEAD"), "").unwrap();
        let own = format!("gitdir: {}\n", at("main/.git/worktrees/tree").display());
        let back = format!("{}\n", at("tree/.git").display());
        fs::write(at("tree/.git"), &own).unwrap();
        fs::write(at("main/.git/worktrees/tree/gitdir"), back).unwrap();
        let find = |path: &str, home: &str| git_common_directory(&at(path), Some(&at(home)));
        for path in ["main", "main/sub/deep", "tree", "tree/sub"] {
            assert_eq!(find(path, "home"), Some(at("main/.git")), "{path}");
        }
        // What a home directory keeps is not that of a project in it.
        fs::create_dir_all(at("home/project")).unwrap();
        assert_eq!(find("home/project", "home"), None);
        assert_eq!(find("home/project", "other"), Some(at("home/.git")));
    }

    #[test]
    fn a_file_that_leads_elsewhere_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |path: &str| root.join(path);
        for directory in ["secret/worktrees/x", "main/.git/worktrees/tree", "planted"] {
            fs::create_dir_all(at(directory)).unwrap();
        }
        fs::write(at("main/.git/worktrees/tree/gitdir"), at("tree/.git").to_str().unwrap())
            .unwrap();
        for target in ["secret", "secret/worktrees/x", "main/.git/worktrees/tree", "nowhere"] {
            fs::write(at("planted/.git"), format!("gitdir: {}\n", at(target).display())).unwrap();
            assert_eq!(git_common_directory(&at("planted"), None), None, "{target}");
        }
        for text in ["", "gitdir: ", "gitdir: \n", "nothing of that kind"] {
            fs::write(at("planted/.git"), text).unwrap();
            assert_eq!(git_common_directory(&at("planted"), None), None, "{text:?}");
        }
        fs::remove_file(at("planted/.git")).unwrap();
        symlink(at("secret"), at("planted/.git")).unwrap();
        assert_eq!(git_common_directory(&at("planted"), None), None);
    }

    #[test]
    fn a_tree_is_not_taken_for_a_work_tree_of_what_it_lies_in() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let tree = root.join("worktrees/feature");
        for directory in [tree.clone(), root.join("objects"), root.join("refs")] {
            fs::create_dir_all(directory).unwrap();
        }
        fs::write(root.join("HEAD"), "").unwrap();
        fs::write(tree.join(".git"), "gitdir: .\n").unwrap();
        fs::write(tree.join("gitdir"), ".git\n").unwrap();
        assert_eq!(git_common_directory(&tree, None), None);
        let elsewhere = root.join("elsewhere");
        fs::create_dir_all(&elsewhere).unwrap();
        fs::write(elsewhere.join(".git"), format!("gitdir: {}\n", tree.display())).unwrap();
        fs::write(tree.join("gitdir"), elsewhere.join(".git").to_str().unwrap()).unwrap();
        assert_eq!(git_common_directory(&elsewhere, None), None, "it lies in it, too");
    }
}
