//! Every text of a document, keys among them, with where it stands.

use motus_json::{Text, Value};

/// A text on the way through a document.
pub(super) struct Passed<'v> {
    /// The member under which it stands; nothing in an array, and nothing for a key itself.
    pub(super) member: Option<&'v str>,
    /// What it says.
    pub(super) text: &'v Text,
}

/// A step on the way to a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'v> {
    Member(&'v Text),
    Item(usize),
}

/// Hands every text of a value to `visit`, with the way to it. Depth is bounded by the reader.
pub(super) fn each_text<'v>(value: &'v Value, visit: &mut dyn FnMut(&[Step<'v>], Passed<'v>)) {
    Walk { path: Vec::new(), visit }.value(None, value);
}

/// Joins the names and indices on the way to a place with dots.
pub(super) fn dotted(path: &[Step<'_>]) -> String {
    if path.is_empty() {
        return "<root>".to_owned();
    }
    let steps = path.iter().map(|step| match step {
        Step::Member(name) => name.to_string_lossy(),
        Step::Item(index) => index.to_string().into(),
    });
    steps.collect::<Vec<_>>().join(".")
}

struct Walk<'w, 'v> {
    path: Vec<Step<'v>>,
    visit: &'w mut dyn FnMut(&[Step<'v>], Passed<'v>),
}

impl<'v> Walk<'_, 'v> {
    fn value(&mut self, member: Option<&'v str>, value: &'v Value) {
        match value {
            Value::String(text) => (self.visit)(&self.path, Passed { member, text }),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(Step::Item(index), None, item);
                }
            }
            Value::Object(object) => {
                for (key, value) in object {
                    (self.visit)(&self.path, Passed { member: None, text: key });
                    self.below(Step::Member(key), key.as_str(), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn below(&mut self, step: Step<'v>, member: Option<&'v str>, value: &'v Value) {
        self.path.push(step);
        self.value(member, value);
        self.path.pop();
    }
}
