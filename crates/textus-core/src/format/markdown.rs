//! Markdown entries: YAML between two `---` lines, then any text.
//!
//! It does not know Markdown; whatever follows the front matter is the body.

use motus_json::Value;

use super::fault::{Fault, too_long};
use super::structured::check;
use super::{Document, Format, MOST_BYTES, Payload, Times, with_line_end};
use crate::{Code, Error, uid, yaml};

/// The line that opens and closes front matter.
const FENCE: &str = "---";

/// A file cut at its fences.
struct Parts<'a> {
    /// The opening line.
    opening: &'a str,
    /// The lines between.
    front: &'a str,
    /// The closing line and all behind it.
    rest: &'a str,
    /// What is behind the closing line.
    body: &'a str,
}

/// Reads a file; `bad_frontmatter` as [`read`](super::read()).
pub(super) fn read(text: &str, path: &str) -> Result<Document, Error> {
    let refuse = |fault: Fault| fault.error(Code::BadFrontmatter, path);
    let Some(parts) = split(text).map_err(refuse)? else {
        return Ok(Document { body: text.to_owned(), ..Document::default() });
    };
    let tree = yaml::read(parts.front).map_err(|fault| refuse(Fault::from(fault).below(1)))?;
    let body = parts.body.replace("\r\n", "\n");
    match tree.value {
        Value::Object(meta) => Ok(Document { meta, body, content: None, times: tree.times }),
        _ => Ok(Document { body, ..Document::default() }),
    }
}

/// Writes a payload; `bad_content` as [`write`](super::write()).
pub(super) fn write(payload: &Payload, uid: Option<&str>, path: &str) -> Result<String, Error> {
    let mut meta = payload.meta.clone();
    if let (None, Some(uid)) = (uid::kept(&meta), uid) {
        meta.insert("uid", uid);
    }
    let meta = Value::Object(meta);
    check(Format::Yaml, &meta).map_err(|fault| fault.error(Code::BadContent, path))?;
    let front = match meta.as_object() {
        Some(meta) => yaml::write_within(meta, &Times::default(), MOST_BYTES),
        None => None,
    };
    let front = front.ok_or_else(|| too_long(path))?;
    let body = with_line_end(payload.body.clone().unwrap_or_default());
    Ok(format!("{FENCE}\n{front}{FENCE}\n{body}"))
}

/// Sets one string in the front matter; `bad_frontmatter` as [`with_uid`](super::with_uid()).
pub(super) fn set(text: &str, name: &str, value: &str, path: &str) -> Result<String, Error> {
    let refuse = |fault: Fault| fault.error(Code::BadFrontmatter, path);
    let Some(parts) = split(text).map_err(refuse)? else {
        let line_end = match text.split_once('\n') {
            Some((line, _)) if line.ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let front = yaml::set("", None, name, value).map_err(|fault| refuse(fault.into()))?;
        return Ok([FENCE, line_end, front.trim_end(), line_end, FENCE, line_end, text].concat());
    };
    let front = match yaml::set(parts.front, None, name, value) {
        Ok(front) => front,
        Err(_) => set_anew(parts.front, name, value).map_err(|fault| refuse(fault.below(1)))?,
    };
    Ok([parts.opening, &front, parts.rest].concat())
}

/// Writes front matter anew with one string set.
fn set_anew(front: &str, name: &str, value: &str) -> Result<String, Fault> {
    let yaml::Tree { value: meta, mut times } = yaml::read(front)?;
    let Value::Object(mut meta) = meta else {
        return Err(Fault::whole("the front matter is no mapping"));
    };
    meta.insert(name, value);
    times.0.forget(None, name);
    Ok(yaml::write_timed(&meta, &times))
}

/// Cuts a file at its fences; `None` if it does not begin with one.
fn split(text: &str) -> Result<Option<Parts<'_>>, Fault> {
    if text.strip_prefix('\u{feff}').is_some_and(|rest| opening(rest).is_some()) {
        return Err(Fault::whole("a byte order mark stands before the front matter"));
    }
    let Some(opening) = opening(text) else {
        return Ok(None);
    };
    let lines = text.get(opening.len()..).unwrap_or_default();
    let mut from = 0;
    for line in lines.split_inclusive('\n') {
        let to = from + line.len();
        if line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
            == FENCE
        {
            let (front, rest) = lines.split_at_checked(from).unwrap_or_default();
            let body = lines.get(to..).unwrap_or_default();
            return Ok(Some(Parts { opening, front, rest, body }));
        }
        from = to;
    }
    let message = "the front matter is never closed by a line '---'";
    Err(Fault { line: Some(1), message: message.to_owned() })
}

fn opening(text: &str) -> Option<&'static str> {
    ["---\n", "---\r\n"].into_iter().find(|line| text.starts_with(line))
}
