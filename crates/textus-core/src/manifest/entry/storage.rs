//! Where the files of an entry lie below `zones/`, and how they are spelled.

use super::super::members::{Members, bad, refuse};
use super::super::model::Entry;
use super::super::names::is_bare_name;
use crate::format::Format;
use crate::{Code, Error};

/// Reads the path of an entry. Errors: `usage`, `bad_manifest`.
///
/// Shape: parts joined by `/`; it stays inside `zones/` on every system, so a part is not empty,
/// does not begin with a dot, as `..` and the folders of other tools do, and holds no backslash and no
/// control character. A `/` at the end is dropped.
pub(super) fn path<'a>(members: &Members<'a>) -> Result<&'a str, Error> {
    let declared = members.required_text("path", Code::Usage)?;
    let path = declared.strip_suffix('/').unwrap_or(declared);
    let fault = if path.starts_with('/') || path.is_empty() {
        Some("is absolute")
    } else if path.contains(|letter: char| letter == '\\' || letter.is_control()) {
        Some("holds a backslash or a control character")
    } else if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        Some("has a part that is empty or begins with a dot")
    } else {
        None
    };
    match fault {
        None => Ok(path),
        Some(fault) => Err(bad(&members.place_of("path"), format!("path '{declared}' {fault}"))
            .hint("a path is relative to zones/ and stays inside it")),
    }
}

/// Reads the format, or sees it from the path. Errors: `usage`.
pub(super) fn format(members: &Members<'_>, path: &str, nested: bool) -> Result<Format, Error> {
    let found = extension(path);
    let format = match members.text("format")? {
        None => found.and_then(Format::of_extension).unwrap_or(Format::Markdown),
        Some(word) => Format::from_name(word).ok_or_else(|| {
            refuse(Code::Usage, &members.place_of("format"), format!("unknown format '{word}'"))
                .hint("formats: markdown, json, yaml, text")
        })?,
    };
    let needed = match (format, nested) {
        (Format::Markdown, _) => [None, Some(".md")].as_slice(),
        (Format::Json | Format::Yaml | Format::Text, true) => &[None],
        (Format::Json, false) => &[Some(".json")],
        (Format::Yaml, false) => &[Some(".yaml"), Some(".yml")],
        (Format::Text, false) => &[Some(".txt"), None],
    };
    if needed.contains(&found) {
        return Ok(format);
    }
    let words: Vec<&str> =
        needed.iter().map(|extension| extension.unwrap_or("no extension")).collect();
    let kind = if nested { "a nested entry" } else { "an entry" };
    let why = format!("path '{path}' of {kind} of format '{}' needs", format.name());
    let place = members.place_of("path");
    Err(refuse(Code::Usage, &place, format!("{why} {}", words.join(" or "))))
}

/// Reads the one file name that counts in each directory. Errors: `usage`.
pub(super) fn index_filename(
    members: &Members<'_>,
    format: Format,
    nested: bool,
) -> Result<Option<String>, Error> {
    let Some(value) = members.get("index_filename") else {
        return Ok(None);
    };
    let usage = |why: String| refuse(Code::Usage, &members.place_of("index_filename"), why);
    let Some(name) = value.as_str() else {
        return Err(usage("expected a text".to_owned()));
    };
    if !nested {
        return Err(usage("'index_filename' needs a nested entry".to_owned()));
    }
    if !is_bare_name(name) {
        return Err(usage(format!("'{name}' is not the bare name of a file")));
    }
    if extension(name).and_then(Format::of_extension) != Some(format) {
        return Err(usage(format!("'{name}' is no file of format '{}'", format.name())));
    }
    Ok(Some(name.to_owned()))
}

impl Entry {
    /// Returns the file of the entry's own key, below `zones/`.
    pub fn file(&self) -> String {
        match extension(&self.path) {
            Some(_) => self.path.clone(),
            None => format!("{}{}", self.path, self.format.primary_extension()),
        }
    }
}

/// Returns the extension of the last part of a path, with its dot.
fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.get(name.rfind('.')?..)
}
