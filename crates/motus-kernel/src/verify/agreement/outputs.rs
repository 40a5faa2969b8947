//! Outputs: what the events said of each path last.

use std::collections::BTreeMap;

use motus_json::Value;

use crate::Digest;

/// The receipt's outputs by their paths, and whether the last event that told each told the same.
#[derive(Default)]
pub(super) struct Outputs(BTreeMap<String, (Value, bool)>);

impl Outputs {
    /// Takes the receipt's outputs, without nulls.
    pub(super) fn new(outputs: impl Iterator<Item = (String, Value)>) -> Self {
        Self(outputs.map(|(path, output)| (path, (output, true))).collect())
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
            let Some((expected, agrees)) = self.0.get_mut(path) else {
                return Some(format!("the output {path}"));
            };
            *agrees = shared_members_agree(output, expected);
            None
        })
    }

    /// Says of which outputs the last word is not the receipt's.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let other = self.0.iter().filter(|(_, (_, agrees))| !agrees);
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

fn shared_members_agree(told: &Value, expected: &Value) -> bool {
    let members = told.as_object().into_iter().flatten();
    let shared = members.filter_map(|(name, told)| Some((told, expected.get(name.as_str()?)?)));
    shared.into_iter().all(|(told, expected)| told == expected)
}
