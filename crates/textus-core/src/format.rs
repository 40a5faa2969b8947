//! The four storage formats: how an entry becomes bytes, and bytes an entry.
//!
//! Nothing here knows roles, schemas or files: bytes and payloads come in, bytes and documents go
//! out.

mod fault;
mod json;
mod markdown;
mod name;
mod structured;
pub(crate) mod times;

use motus_json::{Object, Value};

use crate::{Code, Error};

pub use name::{check_name, stem};
pub use times::Times;

/// The longest file of an entry, in bytes; [`write()`] refuses to make a longer one.
pub const MOST_BYTES: usize = 1_048_576;

/// The member of JSON and YAML entries that holds their metadata.
const META: &str = "_meta";

/// How the files of an entry are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// YAML between `---` lines, then any text.
    Markdown,
    /// An object; its member `_meta` is the metadata.
    Json,
    /// A mapping; its member `_meta` is the metadata.
    Yaml,
    /// Any text, without metadata.
    Text,
}

impl Format {
    /// Returns the name as manifests and envelopes have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Text => "text",
        }
    }

    /// Returns the format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Markdown, Self::Json, Self::Yaml, Self::Text]
            .into_iter()
            .find(|format| format.name() == name)
    }

    /// Returns the format of a file's extension, which may begin with its dot.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.strip_prefix('.').unwrap_or(extension) {
            "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    /// Returns the extension that a file gets when nothing names one, with its dot.
    pub fn primary_extension(self) -> &'static str {
        match self {
            Self::Markdown => ".md",
            Self::Json => ".json",
            Self::Yaml => ".yaml",
            Self::Text => ".txt",
        }
    }

    /// Returns the extensions, with their dots, that files below a nested entry may have.
    pub fn nested_extensions(self) -> &'static [&'static str] {
        match self {
            Self::Markdown => &[".md"],
            Self::Json => &[".json"],
            Self::Yaml => &[".yaml", ".yml"],
            Self::Text => &[".txt"],
        }
    }
}

/// An entry as it was read from its bytes.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The metadata; empty for text.
    pub meta: Object,
    /// What follows the front matter; for the other formats the whole file.
    pub body: String,
    /// The rest of the mapping, for JSON and YAML.
    pub content: Option<Object>,
    /// Where unquoted dates and times stand; their values are their source text.
    pub times: Times,
}

/// What somebody wants an entry to hold.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    /// The metadata.
    pub meta: Object,
    /// The text after the front matter, or the whole file for the other formats.
    pub body: Option<String>,
    /// The rest of the mapping, for JSON and YAML.
    pub content: Option<Value>,
    /// Whether a uid that the body says itself counts for nothing.
    pub ignores_uid_of_body: bool,
}

/// Reads the bytes of a file, whose path is for messages.
///
/// Shape: as textus/3 §5 has each format. Markdown without front matter is all body, and front
/// matter that is no mapping counts as empty; behind front matter, CRLF becomes LF. `_meta` that is
/// no mapping counts as empty.
/// Errors: `bad_frontmatter` with `details.path`, and `details.line`
/// where there is one: not UTF-8, front matter that is never closed or cannot be read, a byte order
/// mark before it, JSON or YAML that cannot be read or is no mapping, more than 100 levels. The
/// length is the caller's to bound.
pub fn read(format: Format, bytes: &[u8], path: &str) -> Result<Document, Error> {
    let text = fault::utf_8(bytes, path)?;
    match format {
        Format::Markdown => markdown::read(text, path),
        Format::Json | Format::Yaml => {
            structured::read(format, text).map_err(|fault| fault.error(Code::BadFrontmatter, path))
        }
        Format::Text => Ok(Document { body: text.to_owned(), ..Document::default() }),
    }
}

/// Writes what somebody wants an entry to hold, with a uid where the payload has none.
///
/// Shape: `uid` is the one of the existing file or a new one, or `None` where none belongs; a uid
/// of the payload wins. It keeps its place in `_meta` or comes last. Markdown and text get a
/// newline at their end unless they are empty; text has neither metadata nor uid. An empty body is
/// none where there is content.
///
/// JSON and YAML from `content`: `_meta` first, then the rest. Where `content` has a `_meta` of its
/// own, its members come behind those of the payload's, which win.
///
/// JSON and YAML from `body`: the very bytes if they hold a uid and all members that the payload's
/// `_meta` names; what the body's `_meta` says wins. A uid alone is set in place, as by
/// [`with_uid`]; for other missing members the whole is written anew.
///
/// Errors: `usage` for JSON and YAML without content and body or with both, for content elsewhere,
/// and for metadata of a text; `bad_content` with `details.path` for a body that cannot be read,
/// content or a `_meta` in it that is no mapping, more than 100 levels, half a character where the
/// file would be YAML, and more than [`MOST_BYTES`].
pub fn write(
    format: Format,
    payload: &Payload,
    uid: Option<&str>,
    path: &str,
) -> Result<Vec<u8>, Error> {
    let written = match format {
        Format::Json | Format::Yaml => structured::write(format, payload, uid, path)?,
        _ if payload.content.is_some() => {
            let message = format!("a {} entry has a body, no content", format.name());
            return Err(Error::new(Code::Usage, message).with("path", path));
        }
        Format::Markdown => markdown::write(payload, uid, path)?,
        Format::Text if !payload.meta.is_empty() => {
            let message = "a text entry has no metadata, and some is given";
            return Err(Error::new(Code::Usage, message)
                .with("path", path)
                .hint("leave '_meta' empty; a proposal of a text says 'frontmatter: {}'"));
        }
        Format::Text => with_line_end(payload.body.clone().unwrap_or_default()),
    };
    if written.len() > MOST_BYTES {
        return Err(fault::too_long(path));
    }
    Ok(written.into_bytes())
}

/// Sets the uid in the bytes of a file and keeps every other byte where that can be.
///
/// Shape: a uid that is there is replaced, else it comes last in its mapping. Markdown without
/// front matter gets one; JSON and YAML without `_meta` get it as their first member, in the layout
/// of the member that was first. Where YAML cannot be changed in place (the old uid is a list,
/// say), the mapping is written anew, and its comments are lost. Text stays as it is.
/// Errors: as [`read()`], and `bad_frontmatter` where front matter or `_meta` is there but no
/// mapping.
pub fn with_uid(format: Format, bytes: &[u8], uid: &str, path: &str) -> Result<Vec<u8>, Error> {
    with_member(format, bytes, "uid", uid, path)
}

/// Sets the name in the bytes of a file, as [`with_uid`] does, if it has one that is a string.
pub fn with_name(format: Format, bytes: &[u8], name: &str, path: &str) -> Result<Vec<u8>, Error> {
    let document = read(format, bytes, path)?;
    match document.meta.get("name") {
        Some(Value::String(_)) => with_member(format, bytes, "name", name, path),
        _ => Ok(bytes.to_vec()),
    }
}

fn with_member(
    format: Format,
    bytes: &[u8],
    name: &str,
    value: &str,
    path: &str,
) -> Result<Vec<u8>, Error> {
    let text = fault::utf_8(bytes, path)?;
    let changed = match format {
        Format::Markdown => markdown::set(text, name, value, path)?,
        Format::Json | Format::Yaml => structured::set(format, text, name, value)
            .map_err(|fault| fault.error(Code::BadFrontmatter, path))?,
        Format::Text => text.to_owned(),
    };
    Ok(changed.into_bytes())
}

/// Ends a text that is not empty with a newline.
fn with_line_end(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
