//! The table: which crate may use which, how heavy a tree may be, what is banned.
//!
//! A change here is a design decision and belongs in the same commit as its reason.

/// What one crate of the workspace may do. An allowance that it does not use is a finding.
pub(super) struct CrateRule {
    pub(super) name: &'static str,
    /// Workspace crates it may depend on.
    pub(super) may_use: &'static [&'static str],
    /// For a pure crate exactly the packages from outside that it depends on by itself, tests
    /// aside; for the others, whatever their weight allows.
    pub(super) may_use_outside: Option<&'static [&'static str]>,
    /// Most packages in its tree of normal and build dependencies, itself included.
    pub(super) most_packages: Option<usize>,
}

impl CrateRule {
    /// A crate that uses no other crate; each row says what differs.
    pub(super) const NOTHING: Self =
        Self { name: "", may_use: &[], may_use_outside: None, most_packages: None };
}

/// A package that may enter the graph only through one crate of the workspace.
pub(super) struct Confinement {
    pub(super) package: &'static str,
    pub(super) only_under: &'static str,
}

/// What may not be in a crate's tree, however it gets there.
pub(super) struct KeptOut {
    pub(super) tree_of: &'static str,
    pub(super) packages: &'static [&'static str],
    pub(super) because: &'static str,
}

/// May be used by every crate as a dev-dependency and, beside `xtask`, by none otherwise.
pub(super) const TESTKIT: &str = "motus-testkit";

/// Every crate, lightest first. The caps leave a little room over the day they were set.
pub(super) const CRATES: &[CrateRule] = &[
    CrateRule {
        name: "motus-json",
        may_use_outside: Some(&["thiserror"]),
        most_packages: Some(8),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "motus-kernel",
        may_use: &["motus-json"],
        may_use_outside: Some(&["memchr", "sha2", "thiserror"]),
        most_packages: Some(30),
    },
    CrateRule {
        name: "motus-ledger",
        may_use: &["motus-json"],
        may_use_outside: Some(&["jiff", "regex-lite", "sha2", "thiserror"]),
        most_packages: Some(26),
    },
    CrateRule {
        name: "textus-core",
        may_use: &["motus-json"],
        may_use_outside: Some(&["granit-parser", "jiff", "sha2", "strsim"]),
        most_packages: Some(30),
    },
    CrateRule {
        name: "motus-bundle",
        may_use: &["motus-json", "motus-kernel"],
        most_packages: Some(40),
        ..CrateRule::NOTHING
    },
    CrateRule { name: "motus-fs", most_packages: Some(20), ..CrateRule::NOTHING },
    CrateRule { name: "motus-runtime", most_packages: Some(28), ..CrateRule::NOTHING },
    CrateRule {
        name: "motus-store",
        may_use: &["motus-fs", "motus-json", "motus-ledger"],
        most_packages: Some(52),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "motus-app",
        may_use: &[
            "motus-bundle",
            "motus-fs",
            "motus-json",
            "motus-kernel",
            "motus-ledger",
            "motus-runtime",
            "motus-store",
        ],
        most_packages: Some(66),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "motus-cli",
        may_use: &["motus-app", "motus-json", "motus-ledger"],
        most_packages: Some(80),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "textus",
        may_use: &["motus-fs", "motus-json", "textus-core"],
        most_packages: Some(44),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "textus-cli",
        may_use: &["motus-json", "textus", "textus-core"],
        most_packages: Some(64),
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: TESTKIT,
        // Of textus only the pure rules: what reading memory costs at the least is parsing with them.
        may_use: &["motus-json", "motus-kernel", "motus-ledger", "motus-store", "textus-core"],
        ..CrateRule::NOTHING
    },
    CrateRule {
        name: "xtask",
        // The front doors only for their command lines, from which the manual is rendered; the use cases only
        // for the simulation, which the report runs.
        may_use: &["motus-app", "motus-cli", TESTKIT, "textus-cli"],
        ..CrateRule::NOTHING
    },
];

/// Most packages in `Cargo.lock`, all platforms and dev-dependencies included.
pub(super) const LOCKED_PACKAGES: usize = 150;

/// Packages that no platform and no feature may pull in.
pub(super) const FORBIDDEN_PACKAGES: &[(&str, &str)] = &[
    ("chrono", "use jiff"),
    ("git2", "ask the git command through motus-runtime"),
    ("gix", "ask the git command through motus-runtime"),
    ("openssl", "no C library but SQLite"),
    ("openssl-sys", "no C library but SQLite"),
    ("serde_yaml", "unmaintained, and it resolves scalars on its own terms"),
    ("serde_yml", "unmaintained, and it resolves scalars on its own terms"),
    ("sqlx", "use rusqlite in motus-store"),
    ("tokio", "synchronous code throughout"),
];

/// Features that would change bytes or numbers wherever the package is used.
pub(super) const FORBIDDEN_FEATURES: &[(&str, &str)] =
    &[("serde_json", "arbitrary_precision"), ("serde_json", "preserve_order")];

/// Packages that one crate keeps to itself.
pub(super) const CONFINED_PACKAGES: &[Confinement] = &[
    Confinement { package: "rusqlite", only_under: "motus-store" },
    Confinement { package: "libsqlite3-sys", only_under: "motus-store" },
];

/// Packages that would give a crate an effect that it promises not to have, and that no arrow keeps out.
pub(super) const KEPT_OUT: &[KeptOut] = &[
    KeptOut {
        tree_of: "motus-bundle",
        packages: &[
            // Crates of our own with effects.
            "motus-app",
            "motus-cli",
            "motus-fs",
            "motus-ledger",
            "motus-runtime",
            "motus-store",
            // Databases, writers, processes, clocks, randomness.
            "fs-err",
            "getrandom",
            "jiff",
            "libsqlite3-sys",
            "memmap2",
            "nix",
            "rand",
            "rusqlite",
            "signal-hook",
            "tempfile",
            "time",
            // Networks.
            "curl",
            "hyper",
            "mio",
            "native-tls",
            "reqwest",
            "rustls",
            "socket2",
            "ureq",
        ],
        because: "motus-verify reads one directory and does nothing else",
    },
    KeptOut {
        tree_of: "motus-cli",
        packages: &["clap_mangen", "roff"],
        because: "the manual is rendered by xtask, and the program carries no renderer",
    },
    KeptOut {
        tree_of: "textus-cli",
        packages: &[
            "clap_mangen",
            "libsqlite3-sys",
            "motus-ledger",
            "motus-store",
            "native-tls",
            "roff",
            "rusqlite",
            "rustls",
            "socket2",
        ],
        because: "project memory is plain files: it needs no database, no network and no renderer",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::PURE_CRATES;

    /// `cargo deny` reads its own file; this keeps the two lists from drifting apart.
    #[test]
    fn deny_toml_names_every_ban() {
        let deny = include_str!("../../../deny.toml");
        let confined = CONFINED_PACKAGES.iter().map(|confined| confined.package);
        let forbidden = FORBIDDEN_PACKAGES.iter().map(|(package, _)| *package);
        for package in forbidden.chain(confined) {
            assert!(deny.contains(&format!("{{ crate = \"{package}\",")), "{package} is missing");
        }
        for (_, feature) in FORBIDDEN_FEATURES {
            assert!(deny.contains(&format!("\"{feature}\"")), "{feature} is missing");
        }
    }

    #[test]
    fn the_table_names_only_its_own_crates() {
        for rule in CRATES {
            for used in rule.may_use {
                assert!(CRATES.iter().any(|other| other.name == *used), "{used} has no row");
            }
        }
    }

    #[test]
    fn the_pure_crates_are_those_that_list_what_they_take_from_outside() {
        let listing = CRATES.iter().filter(|rule| rule.may_use_outside.is_some());
        let listing: Vec<&str> = listing.map(|rule| rule.name).collect();
        assert_eq!(listing, PURE_CRATES);
    }
}
