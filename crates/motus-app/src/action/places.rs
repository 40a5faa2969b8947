//! Where a step leaves the documents of its run, and that each has a place of its own.

use std::io;
use std::path::{Component, Path, PathBuf};

use motus_store::StorePlace;

use super::ActionError;

/// The paths of the documents, absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The export of the run.
    pub export: PathBuf,
    /// Its receipt.
    pub receipt: PathBuf,
    /// Its portable receipt.
    pub envelope: PathBuf,
}

/// What belongs to somebody else, the Store aside; all paths are absolute.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'a> {
    /// The directory of the step: what Motus keeps in it is no document's place.
    pub directory: &'a Path,
    /// Files of the runner, with the variables that name them.
    pub runners: &'a [Option<(&'static str, PathBuf)>],
    /// What the command is expected to leave.
    pub evidence: &'a [PathBuf],
}

/// The directory of Motus's own state: releases, settings and the Store.
const STATE: &str = ".motus";

impl Places {
    /// Refuses a path that names no file, one that two documents have, one of the command's evidence, one of the
    /// runner's own files, and one of the Store or of Motus's directory: a document takes the place of what is
    /// there.
    ///
    /// Errors: `action.path_invalid`, `action.path_taken`.
    pub fn check(&self, store: &StorePlace, reserved: &Owned<'_>) -> Result<(), ActionError> {
        let named = [
            ("the export", &self.export),
            ("the receipt", &self.receipt),
            ("the envelope", &self.envelope),
        ];
        let mut own = own_files(store);
        own.push(("the state of Motus", reserved.directory.join(STATE)));
        // What is a directory is no file of a runner, and everything may stand below it.
        own.extend(reserved.runners.iter().flatten().filter(|(_, path)| !path.is_dir()).cloned());
        let mut taken = with_what_links_lead_to(own);
        taken.extend(
            reserved.evidence.iter().filter_map(|path| Some(("the evidence", real(path)?))),
        );
        for (document, path) in named {
            let name = || ActionError::PathInvalid { document, path: path.clone() };
            let place = real(path).ok_or_else(name)?;
            // Below as well: the spool is a directory, and of a file's name nobody makes one.
            let owner = taken.iter().find(|(_, other)| place.starts_with(other));
            if let Some((owner, _)) = owner {
                return Err(ActionError::PathTaken { document, owner, path: path.clone() });
            }
            taken.push((document, place));
        }
        Ok(())
    }

    /// Returns where each of them is without the links that lead there now; `None` when one names no file.
    ///
    /// For a command that is held to a scope: a link that it makes on the way would lead out of what it may write.
    pub fn without_links(&self) -> Option<Self> {
        let (export, receipt) = (real(&self.export)?, real(&self.receipt)?);
        Some(Self { export, receipt, envelope: real(&self.envelope)? })
    }
}

/// Returns the files of a Store.
fn own_files(store: &StorePlace) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("the Store", store.path().to_owned()),
        ("the Store's log", store.wal()),
        ("the Store's log index", store.shm()),
        ("the Store's journal", store.journal()),
        ("the Store's spool", store.spool()),
    ]
}

/// Returns each place as it is named, without links on the way, and the one to which a link there leads.
fn with_what_links_lead_to(own: Vec<(&'static str, PathBuf)>) -> Vec<(&'static str, PathBuf)> {
    let linked =
        |(owner, path): &(&'static str, PathBuf)| Some((*owner, path.canonicalize().ok()?));
    let led_to: Vec<_> = own.iter().filter_map(linked).collect();
    let named = own.into_iter().filter_map(|(owner, path)| Some((owner, real(&path)?)));
    named.chain(led_to).collect()
}

/// Returns the place of a name without the links that lead to its directory; `None` when it names no file.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    let spelled = path.as_os_str().as_encoded_bytes();
    if spelled.ends_with(b"/") || spelled.ends_with(b"/.") {
        return None;
    }
    Some(real_directory(path.parent()?)?.join(name))
}

/// Follows the links of what is there; of what is not there yet, `..` is taken for the one above.
fn real_directory(path: &Path) -> Option<PathBuf> {
    let (mut found, mut missing) = (None, Vec::new());
    for ancestor in path.ancestors() {
        match ancestor.canonicalize() {
            Ok(real) => {
                found = Some(real);
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                missing.extend(ancestor.components().next_back());
            }
            // What cannot be looked at cannot be written to, and is told then.
            Err(_) => return Some(path.to_owned()),
        }
    }
    let mut directory = found?;
    for component in missing.into_iter().rev() {
        match component {
            Component::ParentDir => drop(directory.pop()),
            Component::Normal(name) => directory.push(name),
            _ => {}
        }
    }
    Some(directory)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use motus_testkit::harness::Scratch;

    use super::*;

    fn places(root: &Path, names: [&str; 3]) -> Places {
        let [export, receipt, envelope] = names.map(|name| root.join(name));
        Places { export, receipt, envelope }
    }

    /// Nothing but the Store belongs to anybody.
    fn alone(directory: &Path) -> Owned<'_> {
        Owned { directory, runners: &[], evidence: &[] }
    }

    #[test]
    fn what_belongs_to_motus_or_to_the_runner_is_not_replaced() {
        let scratch = Scratch::new();
        let root = scratch.project();
        scratch.write("kept/output", "");
        symlink(root.join("kept"), root.join("link")).expect("linked");
        symlink(root.join("kept/output"), root.join("led")).expect("linked");
        let runners = [
            None,
            Some(("GITHUB_OUTPUT", root.join("led"))),
            Some(("GITHUB_STEP_SUMMARY", root.join("summary"))),
            Some(("GITHUB_OUTPUT", root.clone())),
        ];
        let owned = Owned { runners: &runners, ..alone(&root) };
        for (name, owner) in [
            (".motus/project/config/config.json", "the state of Motus"),
            (".motus/releases/r2/final-receipt.json", "the state of Motus"),
            ("x/../.motus/.gitignore", "the state of Motus"),
            ("link/output", "GITHUB_OUTPUT"),
            ("led", "GITHUB_OUTPUT"),
            ("summary", "GITHUB_STEP_SUMMARY"),
        ] {
            let store = StorePlace::new(root.join("elsewhere/s.db"));
            let refused = places(&root, [name, "b", "c"]).check(&store, &owned);
            let refused = refused.expect_err(name);
            assert_eq!(refused.code(), "action.path_taken");
            let message = format!("the export is where {owner} is: ");
            assert!(refused.to_string().starts_with(&message), "{refused}");
        }
    }

    #[track_caller]
    fn refused(names: [&str; 3], code: &str, message: &str) {
        let scratch = Scratch::new();
        let root = scratch.project();
        scratch.write("there/kept", "");
        symlink(root.join("there"), root.join("link")).expect("linked");
        symlink(root.join("real.db"), root.join("there/linked.db")).expect("linked");
        fs::write(root.join("real.db"), "").expect("written");
        for store in ["there/s.db", "new/deep/s.db", "there/linked.db"] {
            let names = names.map(|name| name.replace("STORE", store));
            let names = names.each_ref().map(String::as_str);
            let refused =
                places(&root, names).check(&StorePlace::new(root.join(store)), &alone(&root));
            let refused = refused.expect_err("one of them is taken");
            assert_eq!(refused.code(), code, "{refused}");
            assert!(refused.to_string().starts_with(message), "{refused}");
        }
    }

    #[test]
    fn each_document_has_a_place_of_its_own() {
        let scratch = Scratch::new();
        let root = scratch.project();
        let store = StorePlace::new(root.join(".motus/kernel-store.db"));
        for names in [
            ["a", "b", "c"],
            ["out/a", "out/b", "out/a.c"],
            [".motus-a", "x/../b", "\n"],
            ["kernel-store.db", "b", "c"],
            ["/dev/null/x", "b", "c"],
        ] {
            assert!(places(&root, names).check(&store, &alone(&root)).is_ok(), "{names:?}");
        }
    }

    #[test]
    fn two_documents_in_one_place_are_refused() {
        let (code, message) = ("action.path_taken", "the receipt is where the export is: ");
        refused(["a", "a", "c"], code, message);
        refused(["new/a", "./new//b/../a", "c"], code, message);
        refused(["there/a", "link/a", "c"], code, message);
        refused(["a", "b", "b"], code, "the envelope is where the receipt is: ");
    }

    #[test]
    fn the_files_of_the_store_are_not_replaced() {
        let code = "action.path_taken";
        refused(["STORE", "b", "c"], code, "the export is where the Store is: ");
        refused(["a", "x/../STORE", "c"], code, "the receipt is where the Store is: ");
        refused(["a", "b", "STORE-wal"], code, "the envelope is where the Store's log is: ");
        refused(["STORE-shm", "b", "c"], code, "the export is where the Store's log index is: ");
        refused(["STORE-journal", "b", "c"], code, "the export is where the Store's journal is: ");
        let message = "the export is where the Store's spool is: ";
        refused(["STORE-spool/run.json", "b", "c"], code, message);
    }

    #[test]
    fn what_a_link_to_the_store_leads_to_is_not_replaced() {
        let scratch = Scratch::new();
        let root = scratch.project();
        fs::write(root.join("real.db"), "").expect("written");
        symlink(root.join("real.db"), root.join("linked.db")).expect("linked");
        let store = StorePlace::new(root.join("linked.db"));
        let refused = places(&root, ["real.db", "b", "c"]).check(&store, &alone(&root));
        let refused = refused.expect_err("taken");
        assert_eq!(refused.code(), "action.path_taken");
    }

    #[test]
    fn what_names_no_file_is_refused() {
        for name in ["", "/", "out/", "out/.", "..", "out/.."] {
            refused([name, "b", "c"], "action.path_invalid", "the export names no file: ");
        }
    }
}
