//! An entry: what the tool says of it, the metadata, and the body.

use motus_json::{Object, Value, printable};

use super::{cell, push_member};

/// What the tool itself says of an entry.
const MEMBERS: [&str; 5] = ["key", "zone", "path", "etag", "uid"];

/// What the tool says of a renaming.
const OF_RENAMING: [&str; 6] = ["from_key", "to_key", "from_path", "to_path", "uid", "dry_run"];

/// The tool's own lines, the metadata below a line of its own, then the body as it is, but for what a
/// terminal would obey.
pub(super) fn render(result: &Object) -> String {
    let mut text = String::new();
    push_known(&mut text, result, &MEMBERS);
    if result.get("stale").and_then(Value::as_bool) == Some(true) {
        push_member(&mut text, "stale", result.get("stale_reason").unwrap_or(&Value::Null));
    }
    push_metadata(&mut text, result);
    push_body(&mut text, result);
    text
}

/// What was renamed, and the entry as it is now.
pub(super) fn renamed(result: &Object) -> String {
    let mut text = String::new();
    let Some(entry) = result.get("envelope").and_then(Value::as_object) else {
        push_known(&mut text, result, &OF_RENAMING);
        return text;
    };
    push_known(&mut text, result, &["from_key"]);
    text.push_str(&render(entry));
    text
}

fn push_known(text: &mut String, result: &Object, names: &[&str]) {
    for name in names {
        if let Some(value) = result.get(name).filter(|value| !value.is_null()) {
            push_member(text, name, value);
        }
    }
}

fn push_metadata(text: &mut String, result: &Object) {
    let is_shown = result.get("uid").is_some_and(|uid| !uid.is_null());
    let meta = result.get("_meta").and_then(Value::as_object).into_iter().flatten();
    let mut meta = meta.filter(|(name, _)| !(is_shown && name.as_str() == Some("uid"))).peekable();
    if meta.peek().is_some() {
        text.push_str("metadata:\n");
    }
    for (name, value) in meta {
        let name = printable(&name.to_string_lossy());
        text.push_str(&format!("  {name}: {}\n", cell(Some(value))));
    }
}

fn push_body(text: &mut String, result: &Object) {
    let body = result.get("body").and_then(Value::as_str).unwrap_or_default();
    if !body.is_empty() {
        text.push('\n');
        for line in body.lines() {
            text.push_str(&printable(line));
            text.push('\n');
        }
    }
}
