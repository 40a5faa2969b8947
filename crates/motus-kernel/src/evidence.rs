//! Evidence references: every string under a key `evidence`, at any depth, and every key there that is a path.
//!
//! Source: MOTUS-SPEC-V0.1 §6.3 step 1.

use memchr::memchr2;
use memchr::memmem::Finder;
use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};

/// How the key is spelled in canonical text. Inside a string its quotes would be escaped, so that every
/// occurrence without a backslash before it is the key.
const KEY: &str = "\"evidence\":";

/// Hands over every reference in a canonical text.
///
/// Shape: strings under the key, in lists and objects too, and those keys of these objects that hold a slash,
/// since a path may be one. `null` is none, nor is an empty list or object, in which nothing is named. Anything else under the key
/// is handed over as its text, which no path can equal.
pub(crate) fn for_each_reference(text: &str, options: &ReadOptions, visit: &mut dyn FnMut(&str)) {
    References::new().for_each(text, options, visit);
}

/// Looks for references in one text after the other.
#[derive(Debug, Clone)]
pub(crate) struct References {
    key: Finder<'static>,
}

impl References {
    pub(crate) fn new() -> Self {
        Self { key: Finder::new(KEY) }
    }

    /// Does as [`for_each_reference`].
    pub(crate) fn for_each(&self, text: &str, options: &ReadOptions, visit: &mut dyn FnMut(&str)) {
        for place in self.key.find_iter(text.as_bytes()) {
            let (before, after) = text.split_at_checked(place).unwrap_or_default();
            if before.ends_with('\\') {
                continue;
            }
            let value = after.get(KEY.len()..).unwrap_or_default();
            match plain_string(value) {
                Some(reference) => visit(reference),
                None if value.starts_with("null") => {}
                // Escapes or a container: rare enough for a tree of the whole.
                None => return visit_tree(text, options, visit),
            }
        }
    }
}

/// Returns the string that begins here when it has no escapes.
fn plain_string(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('"')?;
    let end = memchr2(b'"', b'\\', inside.as_bytes())?;
    let is_whole = inside.as_bytes().get(end) == Some(&b'"');
    inside.get(..end).filter(|_| is_whole)
}

fn visit_tree(text: &str, options: &ReadOptions, visit: &mut dyn FnMut(&str)) {
    let Ok(document) = cj::read(text.as_bytes(), options) else { return };
    let mut open = vec![(&document, false)];
    while let Some((value, is_evidence)) = open.pop() {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let key = key.as_str().unwrap_or("");
                    // A name for a file is none of a file.
                    if is_evidence && key.contains('/') {
                        visit(key);
                    }
                    open.push((value, is_evidence || key == "evidence"));
                }
            }
            Value::Array(items) => open.extend(items.iter().map(|item| (item, is_evidence))),
            Value::Null => {}
            Value::String(text) if is_evidence => visit(text.as_str().unwrap_or("")),
            scalar if is_evidence => visit(&cj::write(scalar).unwrap_or_default()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn references(text: &str) -> BTreeSet<String> {
        cj::check(text.as_bytes(), &ReadOptions::default()).expect("the text is canonical");
        let mut found = BTreeSet::new();
        for_each_reference(text, &ReadOptions::default(), &mut |reference| {
            found.insert(reference.to_owned());
        });
        found
    }

    #[test]
    fn references_are_found_at_any_depth() {
        let text = r#"{"a":[{"evidence":"evidence/x"}],"b":{"c":{"evidence":"evidence/y"}},"evidence":null}"#;
        assert_eq!(references(text), ["evidence/x", "evidence/y"].map(String::from).into());
    }

    #[test]
    fn text_that_looks_like_a_reference_is_none() {
        let text = r#"{"note":"\"evidence\":\"evidence/x\"","other_evidence":"evidence/y","z":"evidence"}"#;
        assert_eq!(references(text), BTreeSet::new());
    }

    #[test]
    fn a_key_that_ends_in_the_same_bytes_is_another() {
        let text = r#"{"\"evidence":"evidence/x","x\\\"evidence":"evidence/y"}"#;
        assert_eq!(references(text), BTreeSet::new());
    }

    #[test]
    fn odd_forms_are_references_too() {
        let text = r#"{"evidence":["evidence/a\n",{"b":"evidence/b","evidence":7},null]}"#;
        let expected = ["evidence/a\n", "evidence/b", "7"];
        assert_eq!(references(text), expected.map(String::from).into());
    }

    #[test]
    fn a_key_is_a_reference_whatever_stands_behind_it() {
        for value in ["null", "{}", "[]", "[null]", "{\"a\":[]}"] {
            let found = references(&format!(r#"{{"evidence":{{"evidence/x":{value}}}}}"#));
            assert!(found.contains("evidence/x"), "{value}: {found:?}");
        }
    }

    #[test]
    fn what_is_empty_names_nothing() {
        for value in ["null", "{}", "[]", "[null,[],{}]"] {
            assert_eq!(references(&format!(r#"{{"evidence":{value}}}"#)), BTreeSet::new());
        }
    }
}
