//! Paths of the manifest in forms that lead elsewhere, or to the same place twice.
//!
//! Where a file system would find a file under such a path, it finds the listed content. The file stands
//! in the bundle under its proper path too, so that nothing but the form of the path is wrong.

use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::Vector;
use super::bases::small;
use crate::bundle::Parts;

pub(super) fn vectors() -> Vec<Vector> {
    let aliases = ALIASES.iter().map(|(name, description, path)| {
        vector(name, description, move |parts| alias(parts, path))
    });
    let odd = ODD.iter().map(|(name, description, path)| {
        vector(name, description, move |parts| beside(parts, path)).in_memory_only()
    });
    aliases.chain(odd).chain([manifest_of_itself()]).collect()
}

fn vector(name: &str, description: &str, make: impl Fn(Parts) -> MemoryBundle + 'static) -> Vector {
    let name = format!("manifest_path_{name}");
    Vector::new((name, "21", Some(Code::ParseError)), description, small, make)
}

/// Paths to the one file of evidence.
const ALIASES: &[(&str, &str, &str)] = &[
    ("with_dot", "A path has a segment `.`.", "evidence/./verify/cargo_test.txt"),
    ("with_leading_dot", "A path begins with `./`.", "./evidence/verify/cargo_test.txt"),
    ("with_two_dots", "A path goes up and down again.", "evidence/verify/../verify/cargo_test.txt"),
    ("with_empty_segment", "A path has two slashes in a row.", "evidence//verify/cargo_test.txt"),
    ("with_final_slash", "A path ends in a slash.", "evidence/verify/cargo_test.txt/"),
];

/// Lists the file under another path too, and seals as if that were another file.
fn alias(mut parts: Parts, path: &str) -> MemoryBundle {
    let bytes = parts.files.get("evidence/verify/cargo_test.txt").cloned().unwrap_or_default();
    parts.files.insert(path.to_owned(), bytes);
    parts.seal_receipt();
    let mut bundle = parts.bundle();
    bundle.files.remove(path);
    bundle
}

/// Paths that not every file system can hold, or that lead out of the bundle.
const ODD: &[(&str, &str, &str)] = &[
    ("empty", "A path is empty.", ""),
    ("absolute", "A path is absolute.", "/etc/motus"),
    ("above", "A path leads out of the bundle.", "../secret"),
    ("of_a_drive", "A path begins with the letter of a drive.", "C:/evidence/a.txt"),
    (
        "relative_to_a_drive",
        "A path begins with the letter of a drive, without a slash.",
        "c:a.txt",
    ),
    ("with_backslash", "A path has a backslash.", "evidence\\a.txt"),
    (
        "with_backslashes_above",
        "A path leads out of the bundle where backslashes separate.",
        "..\\a",
    ),
    ("with_nul", "A path has a NUL.", "evidence/a\0.txt"),
    ("with_line_feed", "A path has a line feed.", "evidence/a\n.txt"),
    ("with_escape_character", "A path has a character that terminals obey.", "evidence/\u{1b}[2J"),
    ("with_delete", "A path has U+007F.", "evidence/a\u{7f}"),
];

/// The file is there under just that path.
fn beside(mut parts: Parts, path: &str) -> MemoryBundle {
    parts.files.insert(path.to_owned(), b"odd\n".to_vec());
    parts.seal_receipt();
    parts.bundle()
}

/// No digest can be right here.
fn manifest_of_itself() -> Vector {
    vector("of_itself", "The manifest lists itself.", |parts| {
        let mut bundle = parts.bundle();
        let own = bundle.files.get("manifest.json").cloned().unwrap_or_default();
        super::edit::list(&mut bundle, |manifest| {
            let files = manifest.get("files").and_then(|files| files.as_array());
            let mut files = files.unwrap_or_default().to_vec();
            files.insert(2, crate::bundle::entry("manifest.json", &own));
            manifest.insert("files", files);
        });
        bundle
    })
}
