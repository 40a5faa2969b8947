//! The lists of effects that lie beside a Store: which records name them, whether they are what was recorded, and how
//! they follow a copy of the Store.

use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::PathBuf;

use motus_fs::{FileError, Operation, read_bounded};
use motus_ledger::scope::{EffectList, OBSERVED_KIND, ScopeEvent};
use motus_ledger::{Digest, Event, ReadTransaction, RunId, Store, StoreError};
use motus_store::{BackupError, SqliteStore, StorePlace};

/// The longest list that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// So many runs are asked for at once.
const PAGE: u32 = 500;

/// A list, and the run whose record names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) run: RunId,
    pub(crate) list: EffectList,
}

/// What lies at the place of a list.
#[derive(Debug)]
pub(crate) enum Found {
    /// What was recorded.
    Whole(Vec<u8>),
    /// Nothing.
    Missing,
    /// Something that cannot be read, such as a link, a pipe, or what is longer than any list.
    Unreadable(FileError),
    /// Something else.
    Changed,
}

/// What became of the lists of a Store that was copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopiedLists {
    /// How many lie beside the copy.
    pub copied: u64,
    /// Runs whose list is not beside the Store.
    pub missing: Vec<RunId>,
    /// Runs whose list is not what was recorded.
    pub changed: Vec<RunId>,
}

/// Returns the file of a list; a record that anybody may have written leads to no other directory.
pub(crate) fn file_of(place: &StorePlace, list: &EffectList) -> PathBuf {
    place.scope_lists().join(name_of(list))
}

fn name_of(list: &EffectList) -> String {
    let name = list.digest.strip_prefix("sha256:").unwrap_or(&list.digest);
    format!("{}.json", name.replace('/', "_"))
}

/// Reads a list, and compares it with what was recorded.
pub(crate) fn read(place: &StorePlace, list: &EffectList) -> Found {
    match read_bounded(&file_of(place, list), LONGEST) {
        Err(error) if error.code() == "file.missing" => Found::Missing,
        Err(error) => Found::Unreadable(error),
        Ok(text) if Digest::of(&text).as_str() == list.digest => Found::Whole(text),
        Ok(_) => Found::Changed,
    }
}

/// Returns the list that an event names.
pub(crate) fn named_by(event: &Event) -> Option<EffectList> {
    if event.schema_kind != OBSERVED_KIND {
        return None;
    }
    match ScopeEvent::read(OBSERVED_KIND, &event.payload().ok()?)? {
        ScopeEvent::Observed(facts) => facts.observed.list,
        ScopeEvent::Declared(_) => None,
    }
}

/// Returns every list that the records of a Store name.
pub(crate) fn named(rows: &dyn ReadTransaction) -> Result<Vec<Named>, StoreError> {
    let mut named = Vec::new();
    // Without the kind there is no such event, and every event need not be read.
    if rows.latest_kind_version(OBSERVED_KIND)?.is_none() {
        return Ok(named);
    }
    let mut after = None;
    loop {
        let page = rows.run_ids_after(after.as_ref(), PAGE)?;
        let Some(last) = page.last() else { return Ok(named) };
        after = Some(last.clone());
        for run in &page {
            rows.visit_events(run, &mut |event| {
                let found = named_by(&event);
                named.extend(found.map(|list| Named { run: run.clone(), list }));
                ControlFlow::Continue(())
            })?;
        }
    }
}

/// Puts the lists that the records of a copy name beside it: synced, and what was recorded.
///
/// One that is missing, or is not what was recorded, is told and is no failure; one that cannot be written is.
pub(crate) fn copy(
    copy: &mut SqliteStore,
    from: &StorePlace,
    to: &StorePlace,
) -> Result<CopiedLists, BackupError> {
    let named = named(&*copy.begin_read()?)?;
    let mut copied = CopiedLists::default();
    for Named { run, list } in named {
        match read(from, &list) {
            Found::Missing => copied.missing.push(run),
            Found::Unreadable(_) | Found::Changed => copied.changed.push(run),
            Found::Whole(text) => {
                let failed = |error| BackupError::of_file(error, &file_of(to, &list));
                put(to, &list, &text).map_err(failed)?;
                copied.copied = copied.copied.saturating_add(1);
            }
        }
    }
    Ok(copied)
}

/// Puts a list in its place, whatever stands there: whole, or not at all.
///
/// What is right already is left alone: two runs may have the same list, and somebody else may be making the same copy.
pub(crate) fn put(place: &StorePlace, list: &EffectList, text: &[u8]) -> Result<(), FileError> {
    if matches!(read(place, list), Found::Whole(_)) {
        return Ok(());
    }
    if text.len() as u64 > LONGEST {
        // Nobody could read it again.
        let (path, source) = (file_of(place, list), ErrorKind::FileTooLarge.into());
        return Err(FileError { operation: Operation::Write, path, source });
    }
    place.create_scope_lists()?.replace_private(&name_of(list), text)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use motus_testkit::harness::{Scratch, capture};

    use super::*;

    fn list_of(text: &[u8]) -> EffectList {
        EffectList { digest: Digest::of(text).as_str().to_owned(), bytes: text.len() as u64 }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
    fn a_list_takes_the_place_of_whatever_has_its_name() {
        let scratch = Scratch::new();
        let place = StorePlace::new(scratch.project().join("s.db"));
        let (text, elsewhere) = (b"the list".as_slice(), scratch.project().join("elsewhere"));
        let list = list_of(text);
        let file = file_of(&place, &list);
        put(&place, &list, text).unwrap();
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        put(&place, &list, text).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written, "it was right");

        let torn = || fs::write(&file, "the li").unwrap();
        let link = || symlink(&elsewhere, &file).unwrap();
        let pipe = || make_pipe(&scratch, &file);
        for make in [&torn as &dyn Fn(), &link, &pipe] {
            fs::remove_file(&file).unwrap();
            make();
            put(&place, &list, text).unwrap();
            assert_eq!(fs::read(&file).unwrap(), text);
            assert!(fs::symlink_metadata(&file).unwrap().is_file() && !elsewhere.exists());
        }
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert!(put(&place, &list, text).is_err(), "a directory is not replaced");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
    fn what_cannot_be_read_is_there_all_the_same() {
        let scratch = Scratch::new();
        let place = StorePlace::new(scratch.project().join("s.db"));
        let list = list_of(b"the list");
        let file = file_of(&place, &list);
        let found = || match read(&place, &list) {
            Found::Unreadable(error) => error.code(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(read(&place, &list), Found::Missing));
        fs::create_dir(scratch.project().join("s.db-scope")).unwrap();
        assert!(matches!(read(&place, &list), Found::Missing));
        make_pipe(&scratch, &file);
        assert_eq!(found(), "file.failed");
        fs::remove_file(&file).unwrap();
        symlink(scratch.project().join("nowhere"), &file).unwrap();
        assert_eq!(found(), "file.failed");
        fs::remove_file(&file).unwrap();
        fs::File::create(&file).unwrap().set_len(LONGEST + 1).unwrap();
        assert_eq!(found(), "file.too_large");
        fs::write(&file, "{}").unwrap();
        assert!(matches!(read(&place, &list), Found::Changed));
    }

    fn make_pipe(scratch: &Scratch, file: &Path) {
        assert_eq!(capture(scratch.command("mkfifo").arg(file)).code, Some(0));
    }

    #[test]
    fn a_forged_digest_leads_to_no_other_directory() {
        let place = StorePlace::new("/d/s.db");
        let file =
            |digest: &str| file_of(&place, &EffectList { digest: digest.to_owned(), bytes: 0 });
        assert_eq!(file("sha256:ab"), Path::new("/d/s.db-scope/ab.json"));
        for forged in ["../../x", "sha256:/etc/x", "/x"] {
            assert_eq!(file(forged).parent(), Some(Path::new("/d/s.db-scope")), "{forged}");
        }
    }
}
