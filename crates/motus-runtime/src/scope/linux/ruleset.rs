//! Landlock: the rules as the kernel keeps them.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, Ruleset,
    RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetStatus, Scope as Outside,
};
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;

use super::super::{Access, Rule, Rules};
use super::unlinked;

/// What is asked for: files, TCP, devices, signals and sockets without a file. Nothing later adds what a scope needs.
const ASKED: ABI = ABI::V6;

/// How much of what is asked for a kernel has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Demand {
    /// All of it, as scopes promise.
    Whole,
    /// As much as it knows, files at least.
    Known,
}

/// Holds this thread, and all that it starts, to these rules, for good.
///
/// Sets `no_new_privs`. Nothing can be reached by TCP afterwards, and nobody outside be signalled. A rule whose path
/// has gone since it was resolved allows nothing.
/// Errors: less than demanded is held, or a link has taken the place of a rule's path or of a directory above it;
/// then the thread must start nothing.
pub(in super::super) fn restrict(rules: &Rules, demand: Demand) -> io::Result<()> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ASKED))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ASKED)))
        .and_then(|ruleset| ruleset.scope(Outside::from_all(ASKED)))
        .and_then(Ruleset::create)
        .map_err(io::Error::other)?;
    let ruleset = rules.0.iter().try_fold(ruleset, add)?;
    // What was asked for and what is held may differ; only the answer counts.
    let status = ruleset.restrict_self().map_err(io::Error::other)?;
    let is_held = match demand {
        Demand::Whole => status.ruleset == RulesetStatus::FullyEnforced,
        Demand::Known => status.ruleset != RulesetStatus::NotEnforced,
    };
    if is_held && status.no_new_privs {
        Ok(())
    } else {
        Err(io::Error::other("the kernel holds only a part of the rules"))
    }
}

fn add(ruleset: RulesetCreated, rule: &Rule) -> io::Result<RulesetCreated> {
    let Some((opened, is_directory)) = open(&rule.path)? else { return Ok(ruleset) };
    let mut rights = rights(rule.access);
    if !is_directory {
        rights &= AccessFs::from_file(ASKED);
    }
    ruleset.add_rule(PathBeneath::new(opened, rights)).map_err(io::Error::other)
}

/// Opens a path of a rule, once, and without following any link: it was resolved when it was declared, so that a link
/// has been put there since, and would have the kernel allow what nobody declared.
fn open(path: &Path) -> io::Result<Option<(OwnedFd, bool)>> {
    match unlinked::open(path) {
        Ok(opened) => match FileType::from_raw_mode(fstat(&opened)?.st_mode) {
            // With these flags a last link is opened itself.
            FileType::Symlink => Err(replaced(path)),
            kind => Ok(Some((opened, kind == FileType::Directory))),
        },
        Err(Errno::LOOP) => Err(replaced(path)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn replaced(path: &Path) -> io::Error {
    io::Error::other(format!("{} became a link after it was declared", path.display()))
}

fn rights(access: Access) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    match access {
        Access::Read => read,
        Access::Execute => read | AccessFs::Execute,
        // A device made where one may write would be a way to a disk as a whole.
        Access::Write => {
            let devices = AccessFs::MakeChar | AccessFs::MakeBlock;
            AccessFs::from_all(ASKED) & !AccessFs::Execute & !devices
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "only motus-fs changes files; these are a test's own"
)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_became_a_link_is_never_granted() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("real/below")).unwrap();
        std::fs::write(root.join("real/file"), "").unwrap();
        symlink("real", root.join("link")).unwrap();
        symlink("real/file", root.join("name")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        for path in ["link", "link/below", "link/file", "name", "dangling"] {
            let told = open(&root.join(path)).unwrap_err().to_string();
            assert!(told.contains(path) && told.contains("became a link"), "{path}: {told}");
            let steps = unlinked::open_by_steps(&root.join(path));
            let is_seen =
                steps.map_or_else(|error| error == Errno::LOOP, |last| unlinked::is_link(&last));
            assert!(is_seen, "{path}");
        }
        for (path, expected) in [
            ("real", Some(true)),
            ("real/file", Some(false)),
            ("none", None),
            ("real/file/x", None),
        ] {
            let opened = open(&root.join(path)).unwrap();
            assert_eq!(opened.map(|(_, is_directory)| is_directory), expected, "{path}");
            let steps = unlinked::open_by_steps(&root.join(path));
            assert_eq!(steps.is_ok(), expected.is_some(), "{path}");
        }
    }
}
