//! Globs over the segments of a key: which keys one matches, and how specific it is.
//!
//! Any text is a glob: a segment that no key can have matches nothing, and nothing is refused.

use crate::Key;

/// Counts one literal segment of a glob.
const LITERAL: usize = 10;

/// Tells whether a glob matches a key.
///
/// Shape: split on `.`; `*` is one segment, `**` zero or more, any other segment is itself. Cost:
/// segments of the glob times those of the key, whatever the glob is. Source: textus/3 §5.11.
pub fn matches(glob: &str, key: &Key) -> bool {
    let length = key.segments().count();
    // Bit `n` is set where the glob so far can match the first `n` segments; a key has at most 8.
    let mut reached: u32 = 1;
    let possible = (2_u32 << length) - 1;
    for part in glob.split('.') {
        reached = possible
            & match part {
                "**" => u32::MAX.checked_shl(reached.trailing_zeros()).unwrap_or_default(),
                "*" => reached << 1,
                literal => (reached & places_of(literal, key)) << 1,
            };
        if reached == 0 {
            return false;
        }
    }
    reached & (1 << length) != 0
}

/// Returns a bit for each place where a key has the segment.
fn places_of(segment: &str, key: &Key) -> u32 {
    let places = key.segments().zip(0_u32..).filter(|(own, _)| *own == segment);
    places.fold(0, |bits, (_, place)| bits | 1 << place)
}

/// Returns how specific a glob is: 10 for each literal segment, 1 for each `*`, 0 for each `**`.
///
/// Source: textus/3 §5.11.
pub fn specificity(glob: &str) -> usize {
    let weights = glob.split('.').map(|part| match part {
        "**" => 0,
        "*" => 1,
        _ => LITERAL,
    });
    weights.sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(glob: &str, yes: &[&str], no: &[&str]) {
        for (keys, expected) in [(yes, true), (no, false)] {
            for key in keys {
                assert_eq!(matches(glob, &Key::parse(key).unwrap()), expected, "{glob} {key}");
            }
        }
    }

    #[test]
    fn stars_stand_for_segments() {
        check("a.b", &["a.b"], &["a", "a.b.c", "a.c", "b.a"]);
        check("a.*", &["a.b", "a.c"], &["a", "a.b.c", "b.a"]);
        check("a.**", &["a", "a.b", "a.b.c"], &["b", "b.a"]);
        check("**", &["a", "a.b.c.d.e.f.g.h"], &[]);
        check("**.z", &["z", "a.z", "a.b.z"], &["z.a", "a"]);
        check("a.**.z", &["a.z", "a.b.z", "a.b.c.z"], &["a", "z", "a.b.z.c"]);
        check("*.**.*", &["a.b", "a.b.c"], &["a"]);
    }

    #[test]
    fn a_star_inside_a_segment_is_literal() {
        check("a*.b", &[], &["a.b", "ab.b"]);
        check("***", &[], &["a"]);
        check("", &[], &["a"]);
        check("a.", &[], &["a"]);
    }

    #[test]
    fn a_hostile_glob_costs_its_length() {
        let glob = vec!["**"; 50_000].join(".");
        check(&glob, &["a.b.c.d.e.f.g.h"], &[]);
        check(&format!("{glob}.x"), &["x", "a.b.c.d.e.f.g.x"], &["a.b.c.d.e.f.g.h"]);
        check(&vec!["*"; 50_000].join("."), &[], &["a.b.c.d.e.f.g.h"]);
    }

    #[test]
    fn literals_outweigh_stars() {
        for (glob, expected) in [("a.b", 20), ("a.*", 11), ("a.**", 10), ("*.*", 2), ("**", 0)] {
            assert_eq!(specificity(glob), expected, "{glob}");
        }
    }

    /// Matches by trying everything.
    fn naive(parts: &[&str], segments: &[&str]) -> bool {
        match (parts.split_first(), segments.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((&"**", below)), rest) => {
                naive(below, segments) || rest.is_some_and(|(_, rest)| naive(parts, rest))
            }
            (Some((part, below)), Some((first, rest))) => {
                (*part == "*" || part == first) && naive(below, rest)
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_trying_everything(
            parts in prop::collection::vec("a|b|\\*|\\*\\*", 1..8),
            segments in prop::collection::vec("a|b|c", 1..=8),
        ) {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            let key = Key::parse(&segments.join(".")).unwrap();
            prop_assert_eq!(matches(&parts.join("."), &key), naive(&parts, &segments));
        }

        #[test]
        fn any_text_is_a_glob(glob in "\\PC*") {
            let _ = matches(&glob, &Key::parse("a.b").unwrap());
            prop_assert!(specificity(&glob) <= LITERAL * (glob.len() + 1));
        }
    }
}
