//! Values in values, each level two blanks further in.

use motus_json::{Object, Value, printable};

use super::{cell, told};

/// What lies deeper is told in one line.
const DEEPEST: usize = 12;

/// Every member of a result but the protocol.
pub(super) fn members(result: &Object) -> String {
    let mut text = String::new();
    for (name, value) in told(result) {
        push(&mut text, 0, &name, value);
    }
    text
}

/// Adds a member: in its line if it fits there, else below it.
pub(super) fn push(text: &mut String, depth: usize, name: &str, value: &Value) {
    let (indent, name) = ("  ".repeat(depth), printable(name));
    match value {
        Value::Object(members) if !members.is_empty() && depth < DEEPEST => {
            text.push_str(&format!("{indent}{name}:\n"));
            for (name, value) in members {
                push(text, depth + 1, &name.to_string_lossy(), value);
            }
        }
        Value::Array(items) if items.iter().any(is_nested) && depth < DEEPEST => {
            text.push_str(&format!("{indent}{name}:\n"));
            for item in items {
                push_item(text, depth + 1, item);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<String> = items.iter().map(|item| cell(Some(item))).collect();
            text.push_str(&format!("{indent}{name}: {}\n", items.join(", ")));
        }
        Value::Array(_) | Value::Object(_) => text.push_str(&format!("{indent}{name}: none\n")),
        scalar => text.push_str(&format!("{indent}{name}: {}\n", cell(Some(scalar)))),
    }
}

fn push_item(text: &mut String, depth: usize, item: &Value) {
    let indent = "  ".repeat(depth);
    let Value::Object(members) = item else {
        text.push_str(&format!("{indent}- {}\n", cell(Some(item))));
        return;
    };
    let mut inner = String::new();
    for (name, value) in members {
        push(&mut inner, depth + 1, &name.to_string_lossy(), value);
    }
    // The mark stands where the first member is indented.
    let marked = inner.strip_prefix(&"  ".repeat(depth + 1)).unwrap_or("-\n");
    text.push_str(&format!("{indent}- {marked}"));
}

fn is_nested(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

#[cfg(test)]
mod tests {
    use motus_json::{ReadOptions, read};

    use super::*;

    fn outlined(json: &str) -> String {
        let value = read(json.as_bytes(), &ReadOptions::default()).unwrap();
        members(value.as_object().unwrap())
    }

    #[test]
    fn each_level_is_indented() {
        let json = r#"{"protocol":"x","a":{"b":[1,"two"],"c":{},"d":[]},"e":[{"f":1,"g":{"h":2}},3],"i":null}"#;
        let text = "a:\n  b: 1, two\n  c: none\n  d: none\ne:\n  - f: 1\n    g:\n      h: 2\n  - 3\ni: -\n";
        assert_eq!(outlined(json), text);
    }

    #[test]
    fn what_is_very_deep_is_told_in_one_line() {
        let json = format!("{}1{}", r#"{"a":"#.repeat(60), "}".repeat(60));
        let text = outlined(&json);
        assert_eq!(text.lines().count(), DEEPEST + 1, "{text}");
    }

    #[test]
    fn names_and_values_make_no_lines_of_their_own() {
        assert_eq!(outlined("{\"a\\nb\":{\"\\u001b\":\"c\\nd\"}}").lines().count(), 2);
    }
}
