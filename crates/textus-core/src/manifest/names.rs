//! The words of the manifest: how each kind, capability and predicate is spelled.
//!
//! The sets are closed; a word that is not here is refused where it stands.

use super::model::{Capability, EntryKind, OnStale, PredicateRef, Transition, ZoneKind};

/// Names the events that `events:` of an entry may listen to.
pub const PUBLISHED_EVENTS: [&str; 12] = [
    "entry_put",
    "entry_deleted",
    "entry_fetched",
    "build_completed",
    "proposal_accepted",
    "proposal_rejected",
    "file_published",
    "entry_renamed",
    "store_loaded",
    "fetch_started",
    "fetch_failed",
    "fetch_backgrounded",
];

/// Gives a fieldless type its words, and the way back.
macro_rules! words {
    ($($type:ty { $($variant:ident: $word:literal),+ $(,)? })+) => {$(
        impl $type {
            /// Holds every value, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the word.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// Finds the value that a word names.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    )+};
}

words! {
    Capability { Propose: "propose", Author: "author", Keep: "keep", Fetch: "fetch", Build: "build" }
    ZoneKind {
        Canon: "canon",
        Workspace: "workspace",
        Quarantine: "quarantine",
        Queue: "queue",
        Derived: "derived",
    }
    EntryKind { Leaf: "leaf", Nested: "nested", Derived: "derived", Intake: "intake" }
    OnStale { Warn: "warn", Sync: "sync", TimedSync: "timed_sync" }
    Transition {
        Put: "put",
        Delete: "delete",
        Mv: "mv",
        Accept: "accept",
        Reject: "reject",
        Fetch: "fetch",
    }
}

impl ZoneKind {
    /// Returns what a role needs in order to write here. Source: textus/3 §5.
    pub fn requires(self) -> Capability {
        match self {
            Self::Canon => Capability::Author,
            Self::Workspace => Capability::Keep,
            Self::Quarantine => Capability::Fetch,
            Self::Queue => Capability::Propose,
            Self::Derived => Capability::Build,
        }
    }
}

impl PredicateRef {
    /// Holds the word of every predicate, in the order of the specification.
    pub const NAMES: [&str; 6] = [
        "zone_writable_by",
        "schema_valid",
        "author_held",
        "target_is_canon",
        "etag_match",
        "fresh_within",
    ];

    /// Returns the word, without a parameter.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ZoneWritableBy => "zone_writable_by",
            Self::AuthorHeld => "author_held",
            Self::TargetIsCanon => "target_is_canon",
            Self::SchemaValid => "schema_valid",
            Self::EtagMatch => "etag_match",
            Self::FreshWithin(_) => "fresh_within",
        }
    }
}

/// Tells whether a text may name a role: `[a-z][a-z0-9_-]*`. Source: textus/3 §5.1.
pub fn is_role_name(text: &str) -> bool {
    let begins_well = text.starts_with(|first: char| first.is_ascii_lowercase());
    let goes_on_well = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
    };
    begins_well && text.bytes().all(goes_on_well)
}

/// Tells whether a text may name a zone, schema, template or file: one visible part of a path.
///
/// Shape: up to 255 bytes without `/`, `\`, control characters and a leading dot.
pub fn is_bare_name(text: &str) -> bool {
    let separates = |letter: char| matches!(letter, '/' | '\\') || letter.is_control();
    !text.is_empty() && text.len() <= 255 && !text.starts_with('.') && !text.contains(separates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back() {
        for value in Capability::ALL {
            assert_eq!(Capability::from_name(value.name()), Some(*value));
        }
        for value in Transition::ALL {
            assert_eq!(Transition::from_name(value.name()), Some(*value));
        }
        assert_eq!(OnStale::from_name("timed_sync"), Some(OnStale::TimedSync));
        assert_eq!(EntryKind::from_name("Leaf"), None);
        assert_eq!(ZoneKind::from_name(""), None);
    }

    #[test]
    fn each_capability_opens_one_kind_of_zone() {
        let mut opened: Vec<_> = ZoneKind::ALL.iter().map(|kind| kind.requires()).collect();
        opened.sort_unstable();
        assert_eq!(opened, Capability::ALL);
    }

    #[test]
    fn role_names_begin_with_a_letter() {
        for name in ["human", "a", "ci-bot_2"] {
            assert!(is_role_name(name), "{name}");
        }
        for name in ["", "Human", "2x", "-a", "_a", "a b", "a\n", "ä"] {
            assert!(!is_role_name(name), "{name:?}");
        }
    }

    #[test]
    fn bare_names_are_one_part_of_a_path() {
        for name in ["person", "people.mustache", "a b", "ä"] {
            assert!(is_bare_name(name), "{name}");
        }
        let long = "x".repeat(256);
        for name in ["", ".", "..", ".hidden", "a/b", "/a", "a\\b", "a\0", "a\n", &long] {
            assert!(!is_bare_name(name), "{name:?}");
        }
    }
}
