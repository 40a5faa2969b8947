//! Reading a YAML file as a tree in which every scalar is text.

use granit_parser::{Event, Parser};
use motus_json::{Object, Value};

enum Open {
    List(Vec<Value>),
    Mapping(Object, Option<String>),
}

/// Reads a document of mappings, lists and texts; anchors, tags and other types are not for these files.
#[track_caller]
pub(super) fn read(text: &str) -> Value {
    let (mut open, mut root) = (Vec::new(), None);
    for event in Parser::new_from_str(text) {
        let (event, _) = event.unwrap_or_else(|error| panic!("{error}"));
        let finished = match event {
            Event::Scalar(text, ..) => Value::from(text.as_ref()),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Mapping(Object::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop().unwrap() {
                Open::List(items) => Value::from(items),
                Open::Mapping(members, _) => Value::Object(members),
            },
            _ => continue,
        };
        match open.last_mut() {
            None => root = Some(finished),
            Some(Open::List(items)) => items.push(finished),
            Some(Open::Mapping(members, key)) => match key.take() {
                None => *key = finished.as_str().map(str::to_owned),
                Some(key) => {
                    assert!(members.insert(key.as_str(), finished).is_none(), "{key} again");
                }
            },
        }
    }
    root.unwrap()
}
