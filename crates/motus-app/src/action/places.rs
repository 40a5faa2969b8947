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

impl Places {
    /// Refuses a path that names no file, one that two documents have, and one of the Store's own files: a
    /// document takes the place of what is there. Errors: `action.path_invalid`, `action.path_taken`.
    pub fn check(&self, store: &StorePlace) -> Result<(), ActionError> {
        let named = [
            ("the export", &self.export),
            ("the receipt", &self.receipt),
            ("the envelope", &self.envelope),
        ];
        let mut taken = own_files(store);
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
}

/// Returns the files of a Store, those of links to it included.
fn own_files(store: &StorePlace) -> Vec<(&'static str, PathBuf)> {
    let own = [
        ("the Store", store.path().to_owned()),
        ("the Store's log", store.wal()),
        ("the Store's log index", store.shm()),
        ("the Store's journal", store.journal()),
        ("the Store's spool", store.spool()),
    ];
    let linked =
        |(owner, path): &(&'static str, PathBuf)| Some((*owner, path.canonicalize().ok()?));
    let led_to: Vec<_> = own.iter().filter_map(linked).collect();
    let named = own.into_iter().filter_map(|(owner, path)| Some((owner, real(&path)?)));
    named.chain(led_to).collect()
}

/// Returns the place of a name without the links that lead to its directory; `None` when it names no file.
fn real(path: &Path) -> Option<PathBuf> {
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
            let refused = places(&root, names).check(&StorePlace::new(root.join(store)));
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
            [".motus/a", "x/../b", "\n"],
            ["kernel-store.db", "b", "c"],
            ["/dev/null/x", "b", "c"],
        ] {
            assert!(places(&root, names).check(&store).is_ok(), "{names:?}");
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
        let refused = places(&root, ["real.db", "b", "c"]).check(&store).expect_err("taken");
        assert_eq!(refused.code(), "action.path_taken");
    }

    #[test]
    fn what_names_no_file_is_refused() {
        for name in ["", "/", "out/", "out/.", "..", "out/.."] {
            refused([name, "b", "c"], "action.path_invalid", "the export names no file: ");
        }
    }
}
