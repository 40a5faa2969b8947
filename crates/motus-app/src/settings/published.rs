//! Members of the published configuration that have no effect here: why, and what becomes of them.

use super::Key;

/// A published member without an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inert {
    /// Its name.
    pub name: &'static str,
    /// Why it has none.
    pub reason: &'static str,
}

/// Every one of releases 0.4.0 to 0.6.5, in the order of their names.
pub const INERT: [Inert; 12] = [
    Inert { name: "context_cache_db_path", reason: "a cache of release 0.4.0; there is none here" },
    Inert { name: "db_path", reason: "the database of release 0.4.0; see store_path" },
    Inert { name: "evidence_dir", reason: "evidence is kept in the Store" },
    Inert { name: "gate_timeout_seconds", reason: "no command waits for a gate" },
    Inert { name: "metrics_enabled", reason: "nothing is measured" },
    Inert { name: "motus_enabled", reason: "nothing runs that was not called" },
    Inert { name: "protocol_enforcement", reason: "the rules of the ledger always hold" },
    Inert { name: "reporting_include_evidence", reason: "nothing is reported to anybody" },
    Inert { name: "reporting_level", reason: "nothing is reported to anybody" },
    Inert { name: "sqlite_wal_mode", reason: "a Store always has a write-ahead log" },
    Inert { name: "use_sqlite", reason: "a Store is always a SQLite database" },
    Inert { name: "version", reason: "there is one form of this file" },
];

/// A credential that published releases take from the environment; Motus uses none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// Its name as a member.
    pub name: &'static str,
    /// The variable that holds it.
    pub variable: &'static str,
}

/// Every one, in the order of their names.
pub const CREDENTIALS: [Credential; 3] = [
    Credential { name: "anthropic_api_key", variable: "MC_ANTHROPIC_API_KEY" },
    Credential { name: "github_token", variable: "MC_GITHUB_TOKEN" },
    Credential { name: "openai_api_key", variable: "MC_OPENAI_API_KEY" },
];

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// A setting that has an effect.
    Setting(Key),
    /// A published member without one.
    Inert(Inert),
    /// A credential.
    Credential(Credential),
    /// Nothing that is known.
    Unknown,
}

/// Tells what a name stands for.
pub fn meaning_of(name: &str) -> Name {
    if let Some(key) = Key::parse(name) {
        return Name::Setting(key);
    }
    if let Some(inert) = INERT.into_iter().find(|it| it.name == name) {
        return Name::Inert(inert);
    }
    match CREDENTIALS.into_iter().find(|it| it.name == name) {
        Some(credential) => Name::Credential(credential),
        None => Name::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_thing() {
        let inert = INERT.map(|it| it.name);
        let credentials = CREDENTIALS.map(|it| it.name);
        assert!(inert.is_sorted_by(|one, next| one < next));
        assert!(credentials.is_sorted_by(|one, next| one < next));
        for name in inert.iter().chain(&credentials) {
            assert_eq!(Key::parse(name), None, "{name}");
            assert_ne!(meaning_of(name), Name::Unknown);
        }
        assert_eq!(meaning_of("to_dict"), Name::Unknown);
    }
}
