//! Where an entry is copied to: `publish_to` and `publish_each`.
//!
//! Targets are kept as they were written; whether one may be written to is asked when it is.

use super::super::members::{Members, refuse};
use crate::{Code, Error};

const VARIABLES: [&str; 4] = ["leaf", "basename", "key", "ext"];

/// Returns the targets, and the template of targets for each leaf. Errors: `usage`, `bad_manifest`.
pub(super) fn read(
    members: &Members<'_>,
    nested: bool,
) -> Result<(Vec<String>, Option<String>), Error> {
    let publish_to = members.texts("publish_to")?;
    let Some(value) = members.get("publish_each") else {
        return Ok((publish_to, None));
    };
    let place = members.place_of("publish_each");
    let usage = |why: &str| refuse(Code::Usage, &place, why);
    let Some(template) = value.as_str() else {
        return Err(usage("expected a text"));
    };
    if !nested {
        return Err(usage("'publish_each' needs a nested entry"));
    }
    if !publish_to.is_empty() {
        return Err(usage("'publish_each' and 'publish_to' exclude one another"));
    }
    let variables = variables(template).map_err(|why| usage(&why).hint(allowed()))?;
    if variables.iter().all(|name| *name == "ext") {
        return Err(usage("one of {leaf}, {basename} and {key} must be used"));
    }
    Ok((publish_to, Some(template.to_owned())))
}

fn allowed() -> String {
    format!("variables: {}", VARIABLES.map(|name| format!("{{{name}}}")).join(", "))
}

/// Returns the variables of a template in order, or why it is none.
fn variables(template: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a '{' is not closed")?;
        if !VARIABLES.contains(&name) {
            return Err(format!("unknown variable '{{{name}}}'"));
        }
        found.push(name);
        rest = after;
    }
    Ok(found)
}
