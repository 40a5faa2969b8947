//! The authored file: what a release is, and how it ends.

use motus_json::{Object, Value, canonical};

use super::error::Refusal;
use super::stage::Stage;
use super::tree::Tree;
use super::{ReleaseId, SOURCE, VERSION, document, shapes};
use crate::digest::Digest;
use crate::portable::shape::Fault;

/// A source that has its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    document: Object,
    hash: Digest,
}

impl Source {
    /// Returns what a new release begins with: placeholders in `<` and `>` where somebody has to write.
    pub fn default_for(id: &ReleaseId) -> Self {
        let texts = |texts: &[&str]| Value::from(texts.to_vec());
        let document = Object::from([
            ("schema_version", Value::from(VERSION)),
            ("release_id", id.as_str().into()),
            ("thesis", "<state bounded release thesis>".into()),
            ("included_work", texts(&[])),
            ("excluded_work", texts(&[])),
            ("risk_notes", texts(&[])),
            ("acceptance_policy", acceptance_policy()),
            (
                "publication_expectations",
                Object::from([("mode", Value::from("merge")), ("expected_outputs", texts(&[]))])
                    .into(),
            ),
            (
                "next_work_judgment",
                Object::from([
                    ("on_complete", "complete"),
                    ("notes", "<capture next work or explicit terminal outcome>"),
                ])
                .into(),
            ),
            ("stage_overrides", Object::new().into()),
            ("closeout", closeout("complete").into()),
        ]);
        Self::of(document)
    }

    /// Takes the source out of a workspace.
    ///
    /// Errors: [`Refusal::Missing`], [`Refusal::Unreadable`], [`Refusal::Invalid`], [`Refusal::Mismatch`].
    pub fn read(tree: &Tree, id: &ReleaseId) -> Result<Self, Refusal> {
        let document = document::take(tree, "release source", SOURCE)?;
        document::check("release source", &document, shapes::SOURCE)?;
        let source = Self::of(document);
        let found = source.text(&["release_id"]);
        if found == id.as_str() {
            return Ok(source);
        }
        if ReleaseId::parse(found).is_err() {
            let message = format!("'{found}' does not match '^[A-Za-z0-9][A-Za-z0-9._-]*$'");
            let faults = vec![Fault { path: "release_id".to_owned(), message }];
            return Err(Refusal::Invalid { what: "release source".to_owned(), faults });
        }
        Err(Refusal::Mismatch { expected: id.to_string(), found: found.to_owned() })
    }

    fn of(document: Object) -> Self {
        let hash = hash(document.clone().into());
        Self { document, hash }
    }

    /// Returns the digest of the whole source.
    pub fn hash(&self) -> &Digest {
        &self.hash
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        document::text(&self.document)
    }

    /// Returns the name of the release.
    pub fn release_id(&self) -> &str {
        self.text(&["release_id"])
    }

    /// Returns the members that still are placeholders, as paths in dots.
    pub fn placeholders(&self) -> Vec<String> {
        let mut found = Vec::new();
        placeholders_in(&Value::from(self.document.clone()), "", &mut found);
        found
    }

    pub(super) fn closeout(&self) -> Object {
        let closeout = self.document.get("closeout").and_then(Value::as_object);
        closeout.cloned().unwrap_or_default()
    }

    pub(super) fn text(&self, path: &[&str]) -> &str {
        self.at(path).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn count(&self, list: &str) -> usize {
        self.at(&[list]).and_then(Value::as_array).map_or(0, <[Value]>::len)
    }

    /// Returns what the source says instead of a stage's own words.
    pub(super) fn instead(&self, stage: &Stage, member: &str) -> Option<Value> {
        self.at(&["stage_overrides", stage.id, member]).cloned()
    }

    fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.document.get(first)?, |value, name| value.get(name))
    }
}

/// Hashes a document: its compact text, keys sorted, everything that is not ASCII escaped.
pub(super) fn hash(document: Value) -> Digest {
    Digest::of(canonical::store::write(&document.sorted()))
}

fn acceptance_policy() -> Value {
    let checks =
        vec!["targeted-tests", "review-packet-preflight", "self-review", "independent-review"];
    let policy = [("required_checks", Value::from(checks)), ("allow_exceptions", false.into())];
    Object::from(policy).into()
}

/// Returns the end of a release as nobody has written it yet.
pub(super) fn closeout(next_work_ref: &str) -> Object {
    Object::from([
        ("disposition", Value::from(format!("<{}>", shapes::DISPOSITIONS.join("|")))),
        ("decision_ref", "<decision-ref>".into()),
        ("evidence_refs", vec!["<evidence-ref>"].into()),
        ("output_refs", vec!["<output-ref>"].into()),
        ("route_taken", "<route-name>".into()),
        ("next_work_ref", next_work_ref.into()),
        ("summary", "<closeout-summary>".into()),
    ])
}

fn placeholders_in(value: &Value, path: &str, found: &mut Vec<String>) {
    let below =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) if text.as_str().is_some_and(|text| text.starts_with('<')) => {
            found.push(path.to_owned());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                placeholders_in(item, &below(&index.to_string()), found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                placeholders_in(value, &below(&name.to_string_lossy()), found);
            }
        }
        _ => {}
    }
}
