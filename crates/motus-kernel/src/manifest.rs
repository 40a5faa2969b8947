//! The manifest: every file of a bundle but itself, with size and digest.
//!
//! No hash covers the manifest, so everything in it is checked on its own when it is read.
//! Source: MOTUS-SPEC-V0.1 §1.14.

use motus_json::{Object, Value};

use crate::shape::{Fault, Faults, Fields, Node};
use crate::{Digest, Uuid};

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// `BUNDLE-0.1`.
    pub bundle_version: String,
    /// The loop whose bundle this is.
    pub loop_id: Uuid,
    /// When the bundle was made; bound by nothing.
    pub created_utc: String,
    /// The files, sorted by path.
    pub files: Vec<ListedFile>,
}

/// A file that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Where, below the bundle's root, with `/` between names.
    pub path: String,
    /// The digest of its bytes.
    pub sha256: Digest,
    /// How many bytes it has.
    pub size_bytes: u64,
}

/// The version of bundles.
pub const BUNDLE_VERSION: &str = "BUNDLE-0.1";
/// The name of the manifest itself, which it does not list.
pub const MANIFEST: &str = "manifest.json";
/// The name of the receipt.
pub const RECEIPT: &str = "receipt.json";
/// The name of the event log.
pub const EVENTS: &str = "events.jsonl";
/// What the paths of evidence begin with.
pub const EVIDENCE: &str = "evidence/";

impl Manifest {
    /// Takes a manifest's fields out of a document.
    ///
    /// Errors: every field that is not as it must be: missing, not known, of another type, a path of another form,
    /// paths that are not sorted or not unique, more than 100,000 files.
    pub fn read(document: &Value) -> Result<Self, Vec<Fault>> {
        let faults = Faults::default();
        let read = Node::root(document, &faults).fields().map(|fields| manifest(&fields));
        if let Some(manifest) = &read {
            check_paths(manifest, &faults);
        }
        let faults = faults.into_vec();
        match read {
            Some(manifest) if faults.is_empty() => Ok(manifest),
            _ => Err(faults),
        }
    }

    /// Returns the manifest as a document, which reads back as the same.
    pub fn write(&self) -> Object {
        Object::from([
            ("bundle_version", Value::from(&self.bundle_version)),
            ("loop_id", self.loop_id.to_string().into()),
            ("created_utc", Value::from(&self.created_utc)),
            ("files", self.files.iter().map(ListedFile::write).collect()),
        ])
    }

    /// Finds a file by its path.
    pub fn file(&self, path: &str) -> Option<&ListedFile> {
        let found = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(found)
    }

    /// Returns the files that are evidence.
    pub fn evidence(&self) -> impl Iterator<Item = &ListedFile> {
        self.files.iter().filter(|file| file.path.starts_with(EVIDENCE))
    }
}

impl ListedFile {
    fn write(&self) -> Object {
        Object::from([
            ("path", Value::from(&self.path)),
            ("sha256", self.sha256.to_string().into()),
            ("size_bytes", self.size_bytes.into()),
        ])
    }
}

fn manifest(fields: &Fields<'_>) -> Manifest {
    fields.only(&["bundle_version", "loop_id", "created_utc", "files"]);
    Manifest {
        bundle_version: fields.text("bundle_version"),
        loop_id: fields.uuid("loop_id"),
        created_utc: fields.time("created_utc"),
        files: fields.objects("files", listed_file),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn listed_file(fields: &Fields<'_>) -> Option<ListedFile> {
    fields.only(&["path", "sha256", "size_bytes"]);
    Some(ListedFile {
        path: fields.text("path"),
        sha256: fields.digest("sha256"),
        size_bytes: fields.unsigned("size_bytes", u64::MAX),
    })
}

fn check_paths(manifest: &Manifest, faults: &Faults) {
    for (index, file) in manifest.files.iter().enumerate() {
        if !is_bundle_path(&file.path) {
            faults.note(format!("files[{index}].path"), "is no path inside a bundle");
        }
    }
    for (index, pair) in manifest.files.windows(2).enumerate() {
        if let [left, right] = pair
            && left.path >= right.path
        {
            faults.note(format!("files[{}].path", index + 1), "must come after the path before it");
        }
    }
}

/// Tells whether a path names a file inside a bundle in its one spelling.
///
/// Shape: names with `/` between them; no empty name, `.` or `..`; no backslash, no control character, no
/// drive letter; not the manifest.
pub fn is_bundle_path(path: &str) -> bool {
    let is_drive = path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && path.as_bytes().get(1) == Some(&b':');
    !is_drive
        && path != MANIFEST
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."))
        && !path.contains(|character: char| character == '\\' || character.is_control())
}

#[cfg(test)]
mod tests {
    use motus_json::ReadOptions;
    use motus_json::canonical::cj;
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::{ListedFile, Manifest, is_bundle_path};
    use crate::receipt::any;

    fn manifest() -> impl Strategy<Value = Manifest> {
        let path = any::text().prop_filter("a path of a bundle", |path| is_bundle_path(path));
        let files = btree_map(path, (any::digest(), any::<u64>()), 0..5);
        (any::text(), any::uuid(), any::time(), files).prop_map(
            |(bundle_version, loop_id, created_utc, files)| {
                let file = |(path, (sha256, size_bytes))| ListedFile { path, sha256, size_bytes };
                let files = files.into_iter().map(file).collect();
                Manifest { bundle_version, loop_id, created_utc, files }
            },
        )
    }

    proptest! {
        #![proptest_config(any::config(200))]

        #[test]
        fn what_is_written_reads_back(manifest in manifest()) {
            let text = cj::write(&manifest.write().into()).expect("it has a canonical text");
            let document = cj::read(text.as_bytes(), &ReadOptions::default()).expect("canonical");
            prop_assert_eq!(Manifest::read(&document), Ok(manifest), "{}", text);
        }
    }

    #[test]
    fn paths_have_one_spelling() {
        for good in
            ["receipt.json", "evidence/act/a b.txt", "evidence/é", "ab:c", "x/manifest.json"]
        {
            assert!(is_bundle_path(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "./a",
            "a/..",
            "../a",
            "a/./b",
            "a\\b",
            "C:/a",
            "c:a",
            "a\0",
            "a\nb",
            "a\u{7f}",
            "a\u{85}",
            "manifest.json",
        ] {
            assert!(!is_bundle_path(bad), "{bad:?}");
        }
    }
}
