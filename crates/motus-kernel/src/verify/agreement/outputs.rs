//! Outputs: what the events said of each path last.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::Value;

use crate::Digest;

/// The receipt's outputs by their paths, and the members of each of which the last word is another.
#[derive(Default)]
pub(super) struct Outputs(BTreeMap<String, (Value, BTreeSet<String>)>);

impl Outputs {
    /// Takes the receipt's outputs, without nulls.
    pub(super) fn new(outputs: impl Iterator<Item = (String, Value)>) -> Self {
        Self(outputs.map(|(path, output)| (path, (output, BTreeSet::new()))).collect())
    }

    /// Takes what an event put out and returns what is wrong with that, if anything is.
    pub(super) fn told(&mut self, content: &Value) -> Option<String> {
        let told = content.get("artifacts_out")?;
        let Some(told) = told.as_array() else { return Some("artifacts_out".to_owned()) };
        let mut paths = BTreeMap::new();
        told.iter().find_map(|output| {
            let Some(path) = path_of(output) else {
                return Some("an entry of artifacts_out without path or digest".to_owned());
            };
            if paths.insert(path, output).is_some_and(|other| other != output) {
                return Some(format!("artifacts_out with {path} in two ways"));
            }
            let Some((expected, disputed)) = self.0.get_mut(path) else {
                return Some(format!("the output {path}"));
            };
            dispute(output, expected, disputed);
            None
        })
    }

    /// Says of which outputs the last word is not the receipt's.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let other = self.0.iter().filter(|(_, (_, disputed))| !disputed.is_empty());
        other.map(|(path, _)| {
            format!("the last artifacts_out of {path} is not the receipt's output")
        })
    }
}

/// Returns the path of what has a digest too.
fn path_of(output: &Value) -> Option<&str> {
    output.get("sha256").and_then(Value::as_str).and_then(Digest::parse)?;
    output.get("path").and_then(Value::as_str)
}

/// Notes of each member that both tell whether they agree; what an event leaves out stays as it was.
fn dispute(told: &Value, expected: &Value, disputed: &mut BTreeSet<String>) {
    for (name, told) in told.as_object().into_iter().flatten() {
        let Some(name) = name.as_str() else { continue };
        match expected.get(name) {
            Some(expected) if expected == told => {
                disputed.remove(name);
            }
            Some(_) => {
                disputed.insert(name.to_owned());
            }
            None => {}
        }
    }
}
