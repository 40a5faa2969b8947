//! What somebody may have meant by a key that is not there.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::{Code, Error, Key};

/// Most keys that are compared; a caller may stop looking for more.
pub const MOST_CANDIDATES: usize = 200;

/// Most keys that are suggested.
const MOST_SUGGESTIONS: usize = 5;

/// Makes the error for a key that no entry has, or, where `is_declared`, that has no file yet.
///
/// Shape: code `unknown_key`, details `{key, suggestions?}`; the hint tells the suggestions too.
/// Source: textus/3 §8.
pub fn unknown_key<'a>(
    key: &Key,
    is_declared: bool,
    candidates: impl IntoIterator<Item = &'a Key>,
) -> Error {
    let (why, next) = if is_declared {
        ("it has no file yet", "'put' makes it")
    } else {
        ("no entry of the manifest has it", "declare it in manifest.yaml")
    };
    let error = Error::new(Code::UnknownKey, format!("unknown key '{key}': {why}"));
    let error = error.with("key", key.as_str());
    let suggestions = suggestions(key, candidates);
    if suggestions.is_empty() {
        return error.hint(next);
    }
    let hint = format!("did you mean: {}? otherwise {next}", suggestions.join(", "));
    error.with("suggestions", suggestions).hint(hint)
}

/// Returns up to five of the candidates, the likeliest first, without repeats and never the key.
///
/// Those that share more leading segments come first, then those with fewer letters to change, then
/// those that sort first. Of the candidates the first [`MOST_CANDIDATES`] count.
pub fn suggestions<'a>(key: &Key, candidates: impl IntoIterator<Item = &'a Key>) -> Vec<&'a str> {
    let candidates: BTreeSet<&Key> = candidates.into_iter().take(MOST_CANDIDATES).collect();
    let mut ranked: Vec<_> = candidates
        .into_iter()
        .filter(|candidate| *candidate != key)
        .map(|candidate| (Reverse(shared(key, candidate)), distance(key, candidate), candidate))
        .collect();
    ranked.sort_unstable();
    ranked.iter().take(MOST_SUGGESTIONS).map(|(_, _, candidate)| candidate.as_str()).collect()
}

/// Counts the leading segments that two keys share.
fn shared(left: &Key, right: &Key) -> usize {
    left.segments().zip(right.segments()).take_while(|(left, right)| left == right).count()
}

/// Counts the letters to change.
fn distance(left: &Key, right: &Key) -> usize {
    strsim::levenshtein(left.as_str(), right.as_str())
}

#[cfg(test)]
mod tests {
    use motus_json::Value;

    use super::*;

    fn keys(texts: &[&str]) -> Vec<Key> {
        texts.iter().map(|text| Key::parse(text).unwrap()).collect()
    }

    #[test]
    fn nearer_segments_come_before_nearer_letters() {
        let key = Key::parse("notes.people.jane").unwrap();
        let known = keys(&[
            "note.people.jane",
            "notes.people.wolfgang",
            "notes.people.jan",
            "notes.places.rome",
            "notes.people.janet",
            "else",
            "notes.people.jane",
            "notes.people.jan",
        ]);
        assert_eq!(
            suggestions(&key, &known),
            [
                "notes.people.jan",
                "notes.people.janet",
                "notes.people.wolfgang",
                "notes.places.rome",
                "note.people.jane",
            ]
        );
    }

    #[test]
    fn only_the_first_candidates_count() {
        let key = Key::parse("wanted").unwrap();
        let mut known: Vec<Key> =
            (0..MOST_CANDIDATES).map(|n| Key::parse(&format!("something-{n}")).unwrap()).collect();
        known.push(Key::parse("wantet").unwrap());
        assert!(!suggestions(&key, &known).contains(&"wantet"));
        assert!(suggestions(&key, known.iter().rev()).contains(&"wantet"));
    }

    #[test]
    fn the_error_tells_programs_and_people() {
        let key = Key::parse("a.b").unwrap();
        let error = unknown_key(&key, true, &keys(&["a.c", "a.b"]));
        assert_eq!(error.code(), Code::UnknownKey);
        assert_eq!(error.message(), "unknown key 'a.b': it has no file yet");
        assert_eq!(error.details().get("key"), Some(&"a.b".into()));
        assert_eq!(error.details().get("suggestions"), Some(&Value::from(["a.c"])));
        assert_eq!(error.next_step(), Some("did you mean: a.c? otherwise 'put' makes it"));

        let error = unknown_key(&key, false, &keys(&["a.b"]));
        assert!(!error.details().contains_key("suggestions"));
        assert_eq!(error.message(), "unknown key 'a.b': no entry of the manifest has it");
        assert_eq!(error.next_step(), Some("declare it in manifest.yaml"));
    }
}
