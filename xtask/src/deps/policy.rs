//! The table: which crate may use which, how heavy a tree may be, what is banned.
//!
//! A change here is a design decision and belongs in the same commit as its reason.

/// What one crate of the workspace may do.
pub(super) struct CrateRule {
    pub(super) name: &'static str,
    /// Workspace crates it may depend on.
    pub(super) may_use: &'static [&'static str],
    /// Most packages in its tree of normal and build dependencies, itself included.
    pub(super) most_packages: Option<usize>,
}

/// A package that may enter the graph only through one crate of the workspace.
pub(super) struct Confinement {
    pub(super) package: &'static str,
    pub(super) only_under: &'static str,
}

/// May be used by every crate as a dev-dependency and, beside `xtask`, by none otherwise.
pub(super) const TESTKIT: &str = "motus-testkit";

/// Every crate, lightest first. The caps leave a little room over the day they were set.
pub(super) const CRATES: &[CrateRule] = &[
    CrateRule { name: "motus-json", may_use: &[], most_packages: Some(8) },
    CrateRule { name: "motus-ledger", may_use: &["motus-json"], most_packages: Some(26) },
    CrateRule { name: "motus-fs", may_use: &[], most_packages: Some(20) },
    CrateRule { name: "motus-runtime", may_use: &[], most_packages: Some(20) },
    CrateRule {
        name: "motus-store",
        may_use: &["motus-fs", "motus-json", "motus-ledger"],
        most_packages: Some(52),
    },
    CrateRule {
        name: "motus-app",
        may_use: &["motus-fs", "motus-json", "motus-ledger", "motus-runtime", "motus-store"],
        most_packages: Some(60),
    },
    CrateRule {
        name: "motus-cli",
        may_use: &["motus-app", "motus-json", "motus-ledger"],
        most_packages: Some(80),
    },
    CrateRule {
        name: TESTKIT,
        may_use: &[
            "motus-app",
            "motus-fs",
            "motus-json",
            "motus-ledger",
            "motus-runtime",
            "motus-store",
        ],
        most_packages: None,
    },
    CrateRule { name: "xtask", may_use: &[TESTKIT], most_packages: None },
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
];

/// Features that would change bytes or numbers wherever the package is used.
pub(super) const FORBIDDEN_FEATURES: &[(&str, &str)] =
    &[("serde_json", "arbitrary_precision"), ("serde_json", "preserve_order")];

/// Packages that one crate keeps to itself.
pub(super) const CONFINED_PACKAGES: &[Confinement] = &[
    Confinement { package: "rusqlite", only_under: "motus-store" },
    Confinement { package: "tokio", only_under: "motus-mcp" },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo deny` reads its own file; this keeps the two lists from drifting apart.
    #[test]
    fn deny_toml_names_every_ban() {
        let deny = include_str!("../../../deny.toml");
        let forbidden = FORBIDDEN_PACKAGES.iter().map(|(package, _)| package);
        for package in forbidden.chain(CONFINED_PACKAGES.iter().map(|confined| &confined.package)) {
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
}
