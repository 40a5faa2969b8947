//! What two entries must not have in common: a key, or a file.
//!
//! Who may write is decided by the zone of a key, so a file that had keys in two zones would have the
//! weaker of two guards. Paths are compared as a file system that tells no cases apart would have them;
//! whether files are there is asked elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::super::members::bad;
use super::super::model::Entry;
use crate::Error;

/// Stands for `/` where paths are sorted: it comes before whatever a name may hold, so that what lies
/// below a path follows it at once.
const SEPARATOR: char = '\0';

/// Refuses two entries of one key, two of different zones one of which lies where the other does or below
/// it, and two of one zone under which one file would have two keys. Errors: `bad_manifest`.
///
/// Cost: that of sorting, and of comparing each entry with those whose paths its own lies below.
pub(super) fn check(entries: &[Entry]) -> Result<(), Error> {
    let names = Names::of(entries)?;
    let caseless: Vec<Entry> = entries.iter().map(without_case).collect();
    let mut areas: Vec<Area<'_>> =
        entries.iter().zip(&caseless).zip(0..).flat_map(Area::all_of).collect();
    areas.sort_by(|left, right| (&left.sorted, left.at).cmp(&(&right.sorted, right.at)));
    let mut around: Vec<&Area<'_>> = Vec::new();
    for area in &areas {
        while around.pop_if(|outer| outer.above(area).is_none()).is_some() {}
        around.iter().try_for_each(|outer| names.check_pair(outer, area))?;
        around.push(area);
    }
    Ok(())
}

/// Something below `zones/` that an entry has to itself.
struct Area<'a> {
    /// The number of the entry.
    at: usize,
    declared: &'a Entry,
    /// The same entry, its names without case.
    entry: &'a Entry,
    /// Without case, its parts joined by [`SEPARATOR`].
    sorted: String,
    /// Whether it is not the folder of a nested entry but the one file that the entry's own key means.
    beside_folder: bool,
}

impl<'a> Area<'a> {
    fn all_of(((declared, entry), at): ((&'a Entry, &'a Entry), usize)) -> Vec<Self> {
        let area = |path: &str, beside_folder| {
            let sorted = path.replace('/', &SEPARATOR.to_string());
            Self { at, declared, entry, sorted, beside_folder }
        };
        let file = area(&entry.file(), entry.nested);
        if entry.nested { vec![area(&entry.path, false), file] } else { vec![file] }
    }

    /// Returns how another area's path goes on behind this one's, if it lies here; empty if it is the same.
    fn above(&self, other: &Area<'_>) -> Option<String> {
        let rest = other.sorted.strip_prefix(&self.sorted)?;
        let below = if rest.is_empty() { rest } else { rest.strip_prefix(SEPARATOR)? };
        Some(below.replace(SEPARATOR, "/"))
    }

    /// Returns the path as a person knows it.
    fn path(&self) -> String {
        if self.declared.nested && !self.beside_folder {
            self.declared.path.clone()
        } else {
            self.declared.file()
        }
    }
}

/// The keys that are declared.
struct Names<'a> {
    keys: BTreeSet<&'a str>,
    /// A segment that no declared key has.
    unused: String,
}

impl<'a> Names<'a> {
    /// Takes the keys. Errors: `bad_manifest` for one that is declared twice.
    fn of(entries: &'a [Entry]) -> Result<Self, Error> {
        let mut first = BTreeMap::new();
        for (entry, at) in entries.iter().zip(0_usize..) {
            if let Some(first) = first.insert(entry.key.as_str(), at) {
                let key = &entry.key;
                let why = format!("key '{key}' is declared twice, first by $.entries[{first}]");
                return Err(bad(&place(at), why));
            }
        }
        let segments: BTreeSet<&str> = first.keys().flat_map(|key| key.split('.')).collect();
        let mut candidates = (0_u64..).map(|number| format!("x{number}"));
        let unused = candidates.find(|name| !segments.contains(name.as_str())).unwrap_or_default();
        Ok(Self { keys: first.into_keys().collect(), unused })
    }

    /// Checks two areas, the inner of which lies in the other or is the same.
    fn check_pair(&self, outer: &Area<'_>, inner: &Area<'_>) -> Result<(), Error> {
        if outer.at == inner.at {
            return Ok(());
        }
        let (first, later) = if outer.at < inner.at { (outer, inner) } else { (inner, outer) };
        let (path, key, zone) = (later.path(), &later.declared.key, &later.declared.zone);
        let (its_path, its_key) = (first.path(), &first.declared.key);
        let its_zone = &first.declared.zone;
        if zone != its_zone {
            let other = format!("path '{its_path}' of '{its_key}' in zone '{its_zone}'");
            let why = format!("path '{path}' of '{key}' in zone '{zone}' overlaps {other}");
            return Err(bad(&place(later.at), why).hint("give each zone folders of its own"));
        }
        if self.share_a_file(outer, inner) {
            let other = format!("path '{its_path}' of '{its_key}'");
            let why = format!("path '{path}' of '{key}' and {other} name one file twice");
            return Err(bad(&place(later.at), why).hint("one file has one key"));
        }
        Ok(())
    }

    /// Tells whether some file would be listed under a key of either entry.
    fn share_a_file(&self, outer: &Area<'_>, inner: &Area<'_>) -> bool {
        // Nothing is listed or written under the own key of a nested entry.
        if outer.beside_folder || inner.beside_folder {
            return false;
        }
        let Some(way) = outer.above(inner) else { return false };
        match (outer.entry.nested, inner.entry.nested) {
            (false, false) => way.is_empty(),
            (false, true) => false,
            (true, false) => self.lists(outer.entry, &way),
            (true, true) => self.samples(outer.entry, inner.entry).iter().any(|file| {
                let from_outer =
                    if way.is_empty() { file.clone() } else { format!("{way}/{file}") };
                self.lists(inner.entry, file) && self.lists(outer.entry, &from_outer)
            }),
        }
    }

    /// Returns a file below the inner of two nested entries for each way in which both might list it.
    fn samples(&self, outer: &Entry, inner: &Entry) -> Vec<String> {
        let unused = &self.unused;
        match (&outer.index_filename, &inner.index_filename) {
            (Some(outer), Some(inner)) if outer != inner => vec![],
            (_, Some(index)) => vec![format!("{unused}/{index}")],
            (Some(index), None) => vec![index.clone(), format!("{unused}/{index}")],
            (None, None) => {
                let extensions = inner.format.nested_extensions().iter();
                extensions.map(|extension| format!("{unused}{extension}")).collect()
            }
        }
    }

    /// Tells whether a file below a nested entry has a key there that belongs to no other entry.
    fn lists(&self, entry: &Entry, relative: &str) -> bool {
        let Ok(key) = entry.key_of(relative) else { return false };
        let mut owner = key.as_str();
        while !self.keys.contains(owner) {
            let Some((shorter, _)) = owner.rsplit_once('.') else { return false };
            owner = shorter;
        }
        owner == entry.key.as_str()
    }
}

fn place(at: usize) -> String {
    format!("$.entries[{at}]")
}

/// Returns an entry with its names as a file system has them that tells no cases apart.
fn without_case(entry: &Entry) -> Entry {
    let index_filename = entry.index_filename.as_deref().map(folded);
    Entry { path: folded(&entry.path), index_filename, ..entry.clone() }
}

/// Folds case: by way of capitals, so that letters with the same capital become the same.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
