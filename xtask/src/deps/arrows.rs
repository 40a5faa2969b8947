//! The arrows: which workspace crate may use which.

use super::graph::{Graph, Kind, Package};
use super::policy::{CrateRule, TESTKIT};
use crate::finding::Finding;

/// Where a rule is written.
pub(super) const POLICY: &str = "xtask/src/deps/policy.rs";

/// Checks that every crate of the workspace has a row in the table, and every row its crate.
pub(super) fn unlisted_crates(graph: &Graph, rules: &[CrateRule]) -> Vec<Finding> {
    let names = graph.workspace().map(|package| package.name.as_str());
    let unlisted = names.filter(|name| !rules.iter().any(|rule| rule.name == *name));
    let unlisted =
        unlisted.map(|name| format!("crate {name} has no row: say what it may use and weigh"));
    let stale = rules.iter().filter(|rule| graph.member(rule.name).is_none());
    let stale = stale.map(|rule| format!("there is no crate {}: remove its row", rule.name));
    unlisted.chain(stale).map(|message| Finding::new(POLICY, 1, message)).collect()
}

/// Checks that each arrow of the table is one that its crate uses, in whatever section.
pub(super) fn unused_arrows(graph: &Graph, rules: &[CrateRule]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in graph.workspace() {
        let Some(rule) = rules.iter().find(|rule| rule.name == package.name) else {
            continue;
        };
        for unused in rule.may_use {
            if !member_uses(graph, package).any(|(_, used)| used == *unused) {
                let message = format!("{} does not use {unused}: remove the arrow", rule.name);
                findings.push(Finding::new(POLICY, 1, message));
            }
        }
    }
    findings
}

/// Checks each edge between workspace crates against the table.
///
/// A dev-dependency may also point at the test kit, which nothing else may use.
pub(super) fn forbidden_arrows(graph: &Graph, rules: &[CrateRule]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in graph.workspace() {
        let Some(rule) = rules.iter().find(|rule| rule.name == package.name) else {
            continue;
        };
        for (kind, used) in member_uses(graph, package) {
            let is_test_kit = kind == Kind::Dev && used == TESTKIT;
            if !is_test_kit && !rule.may_use.contains(&used) {
                findings.push(forbidden(&package.name, kind, used));
            }
        }
    }
    findings
}

fn member_uses<'a>(
    graph: &'a Graph,
    package: &'a Package,
) -> impl Iterator<Item = (Kind, &'a str)> {
    let inside = package.uses.iter().filter(|(_, id)| graph.members.contains(id));
    inside.map(|(kind, id)| (*kind, graph.name(id)))
}

fn forbidden(from: &str, kind: Kind, to: &str) -> Finding {
    let section = match kind {
        Kind::Normal => "[dependencies]",
        Kind::Build => "[build-dependencies]",
        Kind::Dev => "[dev-dependencies]",
    };
    let message = format!(
        "{from} may not use {to} in {section}: remove the edge, or change the design and {POLICY}"
    );
    Finding::new(&manifest(from), 1, message)
}

/// Returns the manifest of a workspace crate: folder name = crate name.
pub(super) fn manifest(name: &str) -> String {
    if name == "xtask" {
        "xtask/Cargo.toml".to_owned()
    } else {
        format!("crates/{name}/Cargo.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::sample;
    use super::*;

    const RULES: &[CrateRule] = &[
        CrateRule { name: "core", ..CrateRule::NOTHING },
        CrateRule { name: "shell", may_use: &["core"], ..CrateRule::NOTHING },
        CrateRule { name: TESTKIT, may_use: &["core"], ..CrateRule::NOTHING },
    ];

    /// Checks which `from -> to` pairs are found in a workspace where `from` uses `to` as `kind`.
    #[track_caller]
    fn check(from: &str, kind: Kind, to: &str, is_found: bool) {
        let graph = sample(&[(from, &[(kind, to)]), (to, &[])]);
        let findings = forbidden_arrows(&graph, RULES);
        assert_eq!(!findings.is_empty(), is_found, "{from} -> {to}: {findings:?}");
    }

    #[test]
    fn an_arrow_of_the_table_passes_in_every_section() {
        check("shell", Kind::Normal, "core", false);
        check("shell", Kind::Build, "core", false);
        check("shell", Kind::Dev, "core", false);
    }

    #[test]
    fn an_arrow_outside_the_table_is_found_in_every_section() {
        check("core", Kind::Normal, "shell", true);
        check("core", Kind::Build, "shell", true);
        check("core", Kind::Dev, "shell", true);
    }

    #[test]
    fn the_test_kit_is_for_tests() {
        check("core", Kind::Dev, TESTKIT, false);
        check("core", Kind::Normal, TESTKIT, true);
        check("core", Kind::Build, TESTKIT, true);
    }

    #[test]
    fn packages_from_outside_are_no_arrows() {
        let graph = sample(&[("core", &[(Kind::Normal, "thiserror")])]);
        assert_eq!(forbidden_arrows(&graph, RULES), []);
    }

    #[test]
    fn a_finding_names_the_manifest_and_the_section() {
        let graph = sample(&[("core", &[(Kind::Build, "shell")]), ("shell", &[])]);
        let printed = forbidden_arrows(&graph, RULES)[0].to_string();
        assert!(printed.starts_with("crates/core/Cargo.toml:1: core may not use shell in [build-"));
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_found() {
        let all: &[(&str, &[_])] = &[("core", &[]), ("shell", &[]), (TESTKIT, &[])];
        assert_eq!(unlisted_crates(&sample(all), RULES), []);
        let findings = unlisted_crates(&sample(&[all, &[("motus-new", &[])]].concat()), RULES);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("crate motus-new has no row"));
        let findings = unlisted_crates(&sample(&all[1..]), RULES);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("there is no crate core"));
    }

    #[test]
    fn an_arrow_that_is_not_used_is_found() {
        for kind in [Kind::Normal, Kind::Build, Kind::Dev] {
            let graph = sample(&[("core", &[]), ("shell", &[(kind, "core")])]);
            assert_eq!(unused_arrows(&graph, RULES), []);
        }
        let findings = unused_arrows(&sample(&[("core", &[]), ("shell", &[])]), RULES);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("shell does not use core"));
    }
}
