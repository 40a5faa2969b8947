//! Names below `.textus`, and those of files that are not there for long.

/// What a store declares.
pub const MANIFEST: &str = "manifest.yaml";
/// All entries lie below it.
pub const ZONES: &str = "zones";
/// Schemas, one `.yaml` file each.
pub const SCHEMAS: &str = "schemas";
/// Templates of derived entries.
pub const TEMPLATES: &str = "templates";
/// What says that a published file is ours.
pub const SENTINELS: &str = "sentinels";
/// The log that is appended to.
pub const AUDIT_LOG: &str = "audit.log";
/// Who acts when nobody else says so.
pub const ROLE: &str = "role";
/// The file that writers lock. It is of this machine only, and belongs into no repository.
pub const LOCK: &str = ".store.lock";
/// The directory of a store, in the directory that it is about.
pub const STORE: &str = ".textus";

const STAGED: (&str, &str) = (".textus-", ".new");

/// How many names new content may wait under, where a directory has the first one.
const STAGED_NAMES: u64 = 4;

/// Returns the name of a rotated log; 1 is the youngest.
pub fn rotated(number: u64) -> String {
    format!("{AUDIT_LOG}.{number}")
}

/// Returns the name of what is noted beside a rotated log.
pub fn sidecar(number: u64) -> String {
    format!("{AUDIT_LOG}.{number}.meta.json")
}

/// Returns where the new content of a file may wait, beside it; the number is that of its audit row.
pub(crate) fn staged_paths(path: &str, seq: u64) -> impl Iterator<Item = String> {
    staged_names(seq).map(move |name| match path.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{name}"),
        None => name,
    })
}

/// Returns the names under which new content may wait; the first one that no directory has is taken.
pub(crate) fn staged_names(seq: u64) -> impl Iterator<Item = String> {
    let (begin, end) = STAGED;
    let others = (2..=STAGED_NAMES).map(move |number| format!("{begin}{seq}-{number}{end}"));
    std::iter::once(format!("{begin}{seq}{end}")).chain(others)
}

/// Returns the number in the name of a waiting file.
pub(crate) fn staged_seq(name: &str) -> Option<u64> {
    let number = name.strip_prefix(STAGED.0)?.strip_suffix(STAGED.1)?;
    let seq = number.split_once('-').map_or(number, |(seq, _)| seq).parse().ok()?;
    // One spelling per number.
    staged_names(seq).any(|spelled| spelled == name).then_some(seq)
}

/// Returns the directory part of a path; empty at the top.
pub(crate) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_files_lie_beside_their_targets_and_are_found_by_their_names() {
        let paths: Vec<String> = staged_paths("knowledge/a.md", 42).collect();
        assert_eq!(paths.len(), 4);
        assert_eq!(paths[..2], ["knowledge/.textus-42.new", "knowledge/.textus-42-2.new"]);
        assert_eq!(staged_paths("a.md", 1).next().as_deref(), Some(".textus-1.new"));
        assert_eq!(staged_seq(".textus-42.new"), Some(42));
        assert_eq!(staged_seq(".textus-42-4.new"), Some(42));
        for name in [
            "textus-42.new",
            ".textus-.new",
            ".textus-042.new",
            ".textus-+4.new",
            ".textus-4",
            ".textus-42-1.new",
            ".textus-42-5.new",
            ".textus-42-02.new",
            ".textus-42-.new",
        ] {
            assert_eq!(staged_seq(name), None, "{name}");
        }
    }
}
