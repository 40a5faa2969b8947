//! Names that are known for the credentials that they hold, or for being run later: the best known, by no means all.

use std::path::{Path, PathBuf};

use motus_runtime::scope::Access;

use super::super::Plan;
use super::is_hidden;

/// Where the home directory has keys, passwords and tokens: files, directories, and beginnings of names.
const CREDENTIALS: [Known; 12] = [
    Known::Beginning(".ssh/id_"),
    Known::Path(".aws/credentials"),
    Known::Path(".config/gh/hosts.yml"),
    Known::Path(".config/git/credentials"),
    Known::Path(".docker/config.json"),
    Known::Path(".git-credentials"),
    Known::Path(".gnupg"),
    Known::Path(".kube/config"),
    Known::Path(".netrc"),
    Known::Path(".npmrc"),
    Known::Path(".pypirc"),
    Known::Beginning(".cargo/credentials"),
];

/// Where the system has them.
const CREDENTIALS_OF_THE_SYSTEM: [&str; 2] = ["/etc/shadow", "/etc/gshadow"];

/// The part of a pair of keys that everybody may know.
const PUBLIC: &str = "pub";

/// Directories of the home directory whose files logins, shells and git run, or take for what they run; beside its
/// own hidden files.
const RUN_LATER: [&str; 9] = [
    ".cargo/bin",
    ".config/autostart",
    ".config/fish",
    ".config/git",
    ".config/systemd/user",
    ".local/bin",
    ".local/share/systemd/user",
    ".ssh",
    "bin",
];

/// Directories of the system whose files everybody runs, or goes by.
const SYSTEM: [&str; 9] =
    ["/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/sbin", "/usr", "/var/lib"];

/// What is known below the home directory.
enum Known {
    /// A file, or a directory and all below it.
    Path(&'static str),
    /// Files whose names begin so.
    Beginning(&'static str),
}

impl Known {
    fn is(&self, below: &Path) -> bool {
        match self {
            Self::Path(known) => below.starts_with(known),
            Self::Beginning(known) => {
                let known = Path::new(known);
                let name = |path: &Path| path.file_name().map(|it| it.as_encoded_bytes().to_vec());
                let begins_so = || Some(name(below)?.starts_with(&name(known)?));
                below.parent() == known.parent() && begins_so() == Some(true)
            }
        }
    }

    fn lies_in(&self, directory: &Path) -> bool {
        match self {
            Self::Path(known) => Path::new(known).starts_with(directory),
            Self::Beginning(known) => {
                Path::new(known).parent().is_some_and(|parent| parent.starts_with(directory))
            }
        }
    }
}

/// Tells whether a file holds credentials, or one that does lies in a directory.
pub(super) fn has_credentials(plan: &Plan, path: &Path, is_directory: bool) -> bool {
    let mut of_the_system = CREDENTIALS_OF_THE_SYSTEM.iter().map(Path::new);
    if of_the_system.any(|known| known == path) {
        return true;
    }
    let is_public = path.extension().is_some_and(|extension| extension == PUBLIC);
    let below = below_home(plan, path);
    let below_any = below.or_else(|| below_usual_home(path).filter(|_| !is_project_s(plan, path)));
    CREDENTIALS.iter().any(|known| {
        let lies_there = || below.is_some_and(|below| known.lies_in(below));
        (!is_public && below_any.is_some_and(|below| known.is(below)))
            || (is_directory && lies_there())
    })
}

/// Tells whether what is written there is run later, by whoever it may be, outside of any scope.
pub(super) fn is_run_later(plan: &Plan, access: Access, path: &Path, is_directory: bool) -> bool {
    if access != Access::Write {
        return false;
    }
    if is_searched(plan, path, is_directory) {
        return true;
    }
    let Some(below) = below_home(plan, path) else { return false };
    let is_known = RUN_LATER.iter().any(|known| {
        below.starts_with(known) || (is_directory && Path::new(known).starts_with(below))
    });
    is_known || (!is_directory && is_hidden(below))
}

/// Returns the directory of the system's that a path lies in, to be written. A project may lie there as well, and a home.
pub(super) fn system_tree(plan: &Plan, access: Access, path: &Path) -> Option<&'static Path> {
    let is_own = path.starts_with(&plan.directory) || below_home(plan, path).is_some();
    let mut trees = SYSTEM.iter().map(Path::new);
    trees.find(|tree| access == Access::Write && !is_own && path.starts_with(tree))
}

/// Tells whether a program would be found there by its name; what lies in the working directory is the project's.
fn is_searched(plan: &Plan, path: &Path, is_directory: bool) -> bool {
    let is_other = |it: &&PathBuf| {
        !it.starts_with(&plan.directory)
            && plan.home.as_ref() != Some(it)
            && !path.starts_with(&plan.directory)
    };
    let mut searched = plan.searched.iter().filter(is_other);
    searched.any(|searched| {
        let is_in_it = path == searched || path.parent() == Some(searched);
        is_in_it || (is_directory && searched.starts_with(path))
    })
}

fn is_project_s(plan: &Plan, path: &Path) -> bool {
    path.starts_with(&plan.directory)
}

/// Returns what lies below a directory in which systems have homes: another user's, or one's own that nobody named.
fn below_usual_home(path: &Path) -> Option<&Path> {
    let below = |homes: &str| {
        let mut names = path.strip_prefix(homes).ok()?.components();
        names.next()?;
        Some(names.as_path())
    };
    path.strip_prefix("/root").ok().or_else(|| below("/home")).or_else(|| below("/Users"))
}

fn below_home<'p>(plan: &Plan, path: &'p Path) -> Option<&'p Path> {
    path.strip_prefix(plan.home.as_deref()?).ok()
}
