//! Selectors of files and directories: `fs:a/b`, `fs:a/`, `fs:/a`, and the roots `fs:./` and `fs:/`.
//!
//! A name is kept as it is: no letter case, percent sign or Unicode form is touched, since a file
//! system may tell them apart.

use super::SelectorError;

pub(super) const PREFIX: &str = "fs:";

/// Returns the canonical selector of a path.
///
/// Shape: one `/` between names, no `.`; a path that can only be a directory ends in `/`.
pub(super) fn canonical(path: &str) -> Result<String, SelectorError> {
    if path.is_empty() {
        return Err(SelectorError::Empty);
    }
    if path.contains('\\') {
        return Err(SelectorError::Backslash);
    }
    let is_absolute = path.starts_with('/');
    let is_directory = path.rsplit('/').next().is_none_or(is_nothing);
    let mut out = String::with_capacity(PREFIX.len() + path.len() + 1);
    out.push_str(PREFIX);
    if is_absolute {
        out.push('/');
    }
    let mut names = path.split('/').filter(|name| !is_nothing(name)).peekable();
    match names.peek() {
        // The only selector with a dot: without it the root of everything relative would be
        // spelled like nothing, or like the root of the disk.
        None if !is_absolute => out.push_str("./"),
        Some(first) if !is_absolute && is_drive(first) => return Err(SelectorError::DriveLetter),
        _ => {}
    }
    while let Some(name) = names.next() {
        if name == ".." {
            return Err(SelectorError::Traversal);
        }
        out.push_str(name);
        if is_directory || names.peek().is_some() {
            out.push('/');
        }
    }
    Ok(out)
}

/// Tells whether a segment stands for the directory it is in.
fn is_nothing(segment: &str) -> bool {
    matches!(segment, "" | ".")
}

/// Tells whether a name is a drive to a system that has drives; below the root it is only a name.
fn is_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}
