//! Every small change of a document: what a forger, a bad cable or a careless emitter does to one place.

use serde_json::{Value, json};

/// A document after one change.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where and what, such as `remove actor.id`.
    pub name: String,
    /// The member or index that was changed.
    pub place: String,
    /// The document.
    pub document: Value,
}

/// Returns the document after each change, one for each place and each kind of change.
pub fn changes(document: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut places = Vec::new();
    collect(document, "", &mut places);
    for place in places {
        let found = document.pointer(&place).expect("the place is there");
        for (what, replacement) in replacements(found) {
            add(&mut changes, document, what, &place, |value| *value = replacement);
        }
        if found.is_object() {
            add(&mut changes, document, "add to", &place, |value| {
                value["unexpected"] = json!(true);
            });
        }
        if let Some(first) = found.as_array().and_then(|items| items.first()) {
            let again = first.clone();
            let push = |value: &mut Value| value.as_array_mut().expect("an array").push(again);
            add(&mut changes, document, "repeat in", &place, push);
        }
        remove(&mut changes, document, &place);
    }
    changes
}

/// Collects the JSON pointer of every place but the root.
fn collect(value: &Value, pointer: &str, places: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(items) => {
            (0..).zip(items).map(|(at, it): (u32, _)| (at.to_string(), it)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in below {
        let pointer = format!("{pointer}/{step}");
        collect(value, &pointer, places);
        places.push(pointer);
    }
}

fn replacements(value: &Value) -> Vec<(&'static str, Value)> {
    let mut replacements = vec![
        ("make null", Value::Null),
        ("make a number", json!(7)),
        ("make a list", json!([])),
        ("make an object", json!({})),
    ];
    if let Some(text) = value.as_str() {
        let end = text.chars().last().map_or('0', |last| if last == '0' { '1' } else { '0' });
        let mut cut = text.to_owned();
        cut.pop();
        replacements.push(("empty", json!("")));
        replacements.push(("blank", json!(" ")));
        replacements.push(("put a word in", json!("robot")));
        replacements.push(("break the line in", json!(format!("{text}\n"))));
        replacements.push(("cut", json!(cut.clone())));
        replacements.push(("change the end of", json!(format!("{cut}{end}"))));
    }
    replacements.retain(|(_, replacement)| replacement != value);
    replacements
}

fn add(
    changes: &mut Vec<Change>,
    document: &Value,
    what: &str,
    pointer: &str,
    change: impl FnOnce(&mut Value),
) {
    let mut document = document.clone();
    change(document.pointer_mut(pointer).expect("the place is there"));
    changes.push(named(what, pointer, document));
}

fn remove(changes: &mut Vec<Change>, document: &Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a place has a name");
    let mut document = document.clone();
    match document.pointer_mut(parent).expect("the parent is there") {
        Value::Object(members) => drop(members.remove(name)),
        Value::Array(items) => drop(items.remove(name.parse().expect("an index"))),
        _ => return,
    }
    changes.push(named("remove", pointer, document));
}

fn named(what: &str, pointer: &str, document: Value) -> Change {
    let path = pointer.trim_start_matches('/').replace('/', ".");
    let place = path.rsplit('.').next().unwrap_or_default().to_owned();
    Change { name: format!("{what} {path}"), place, document }
}
