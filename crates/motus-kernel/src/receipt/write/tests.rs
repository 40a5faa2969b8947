//! What is written reads back, and published documents are written as they were.

use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};
use proptest::prelude::*;

use crate::manifest::Manifest;
use crate::receipt::{Receipt, any};

fn read(text: &str) -> Value {
    cj::read(text.as_bytes(), &ReadOptions::default()).expect("the text is canonical")
}

fn written(receipt: &Receipt) -> String {
    cj::write(&receipt.write().into()).expect("a receipt has a canonical text")
}

proptest! {
    #![proptest_config(any::config(400))]

    #[test]
    fn what_is_written_reads_back(receipt in any::receipt()) {
        let text = written(&receipt);
        let again = Receipt::read(&read(&text));
        prop_assert_eq!(again, Ok(receipt), "{}", text);
    }

    /// What has no value is `null` in two places, as in published receipts, and left out in all others.
    #[test]
    fn nulls_stand_in_two_places(mut receipt in any::receipt()) {
        receipt.body.effects.compression = None;
        receipt.body.strategies.suggestions.clear();
        receipt.body.strategies.used = None;
        let mut found = Vec::new();
        nulls("", &receipt.write().into(), &mut found);
        found.sort_unstable();
        let parent = receipt.parent_loop_id.is_none().then_some(".parent_loop_id");
        let expected: Vec<&str> = parent.into_iter().chain([".strategies.used"]).collect();
        prop_assert_eq!(found, expected);
    }
}

/// Finds the places of nulls.
fn nulls(place: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(place.to_owned()),
        Value::Array(items) => items.iter().for_each(|item| nulls(place, item, found)),
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, value)| nulls(&format!("{place}.{name}"), value, found));
        }
        _ => {}
    }
}

#[test]
fn published_documents_are_written_as_they_were() {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => return skip("receipt::published_documents_are_written_as_they_were", &why),
    };
    for (name, _) in goldens::PUBLISHED {
        let files = goldens::read(&fixtures, name).expect("the bundle can be read").files;
        let text = |path: &str| str::from_utf8(&files[path]).expect("a document is text");
        let receipt = Receipt::read(&read(text("receipt.json"))).expect("a published receipt");
        assert_eq!(written(&receipt), text("receipt.json"), "{name}");
        let manifest = Manifest::read(&read(text("manifest.json"))).expect("a published manifest");
        let manifest = cj::write(&manifest.write().into()).expect("it has a canonical text");
        assert_eq!(manifest, text("manifest.json"), "{name}");
    }
}
