//! One case of a report.

use super::suite::OpenSuite;
use super::{Element, Status};
use crate::evidence::seconds::milliseconds;

/// A case that has begun.
pub(super) struct OpenCase {
    name: String,
    milliseconds: Option<u64>,
    status: Status,
    /// Whether it is known to be not done yet: what it says beside that is no failure.
    is_todo: bool,
}

impl OpenCase {
    pub(super) fn begin(element: &Element, suite: &OpenSuite) -> Self {
        let said = |name| element.attribute(name).filter(|value| !value.is_empty());
        Self {
            name: name(said("name"), said("classname").or(suite.name.as_deref())),
            milliseconds: said("time").and_then(milliseconds),
            status: status(said("status"), said("result")),
            is_todo: false,
        }
    }

    /// Takes in an element of the case.
    pub(super) fn observe(&mut self, element: &Element) {
        // What failed and was carried out again with success stands in other elements.
        let said = match element.name.as_str() {
            "failure" => Status::Failed,
            "error" => Status::Errored,
            "skipped" => {
                // Node writes a point with `# TODO` so, and counts none of them as a failure.
                let of_type = element.attribute("type").unwrap_or_default();
                self.is_todo |= of_type.eq_ignore_ascii_case("todo");
                Status::Skipped
            }
            _ => return,
        };
        if weight(said) > weight(self.status) {
            self.status = said;
        }
    }

    pub(super) fn end(self) -> (String, Status, Option<u64>) {
        let status = if self.is_todo { Status::Skipped } else { self.status };
        (self.name, status, self.milliseconds)
    }
}

/// Says which of several things that a case says counts.
fn weight(status: Status) -> u8 {
    match status {
        Status::Passed => 0,
        Status::Skipped => 1,
        Status::Errored => 2,
        Status::Failed => 3,
    }
}

/// Some writers say in an attribute what others say in an element.
fn status(status: Option<&str>, result: Option<&str>) -> Status {
    let is_one_of = |words: &[&str]| {
        [status, result]
            .into_iter()
            .flatten()
            .any(|said| words.iter().any(|word| word.eq_ignore_ascii_case(said)))
    };
    if is_one_of(&["failed", "fail", "failure"]) {
        Status::Failed
    } else if is_one_of(&["errored", "error"]) {
        Status::Errored
    } else if is_one_of(&["skipped", "disabled", "notrun", "suppressed", "ignored"]) {
        Status::Skipped
    } else {
        Status::Passed
    }
}

/// Puts what a case belongs to before its name, unless its name begins with it.
fn name(name: Option<&str>, group: Option<&str>) -> String {
    match (name, group) {
        (Some(name), Some(group)) if !begins_with(name, group) => {
            // A path ends where its word does: what follows is none of it.
            let is_path = group.contains(['/', '\\', ' ']);
            format!("{group}{}{name}", if is_path { " > " } else { "::" })
        }
        (Some(name), _) => name.to_owned(),
        (None, Some(group)) => group.to_owned(),
        (None, None) => "unnamed".to_owned(),
    }
}

fn begins_with(name: &str, group: &str) -> bool {
    let continues_a_word = |rest: &str| {
        rest.starts_with(|character: char| character.is_alphanumeric() || character == '_')
    };
    name.strip_prefix(group).is_some_and(|rest| !continues_a_word(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_belongs_to() {
        for (case, group, expected) in [
            (Some("tests::good"), Some("demo"), "demo::tests::good"),
            (Some("a b"), Some("a b"), "a b"),
            (Some("a b"), Some("a"), "a b"),
            (Some("test_xf"), Some("test_x"), "test_x::test_xf"),
            (Some("reads"), Some("src/a.spec.js"), "src/a.spec.js > reads"),
            (Some("a"), None, "a"),
            (None, Some("Setup"), "Setup"),
            (None, None, "unnamed"),
        ] {
            assert_eq!(name(case, group), expected);
        }
    }

    #[test]
    fn attributes_say_what_came_of_a_case() {
        for (said, result, expected) in [
            (Some("run"), Some("completed"), Status::Passed),
            (Some("notrun"), Some("suppressed"), Status::Skipped),
            (Some("fail"), None, Status::Failed),
            (None, Some("ERROR"), Status::Errored),
            (Some("disabled"), None, Status::Skipped),
            (None, None, Status::Passed),
        ] {
            assert_eq!(status(said, result), expected, "{said:?} {result:?}");
        }
    }
}
