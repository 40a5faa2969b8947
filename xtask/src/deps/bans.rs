//! The bans: packages that may not be there at all, features that may not be on, packages that
//! one crate keeps to itself, packages that one crate does without.

use super::arrows::{POLICY, manifest};
use super::graph::{Graph, Kind};
use super::policy::{Confinement, KeptOut};
use crate::finding::Finding;

/// Checks the lock file, and so every platform, for banned packages.
pub(super) fn forbidden_packages(locked: &[String], banned: &[(&str, &str)]) -> Vec<Finding> {
    let present = banned.iter().filter(|(name, _)| locked.iter().any(|locked| locked == name));
    present
        .map(|(name, instead)| {
            let message = format!("package {name} is banned: {instead} (`cargo tree -i {name}`)");
            Finding::new("Cargo.lock", 1, message)
        })
        .collect()
}

/// Checks that no dependency, dev-dependencies included, turns a banned feature on.
pub(super) fn forbidden_features(graph: &Graph, banned: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in graph.packages.values() {
        let on = banned.iter().filter(|(name, feature)| {
            package.name == *name && package.features.iter().any(|on| on == feature)
        });
        findings.extend(on.map(|(name, feature)| {
            let message = format!(
                "feature {name}/{feature} is on: turn it off (`cargo tree -e features -i {name}`)"
            );
            Finding::new("Cargo.lock", 1, message)
        }));
    }
    findings
}

/// Checks that every way from a workspace crate to a confined package leads through its keeper,
/// and that the keeper is there.
pub(super) fn confined_packages(graph: &Graph, confined: &[Confinement]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for Confinement { package, only_under } in confined {
        if graph.member(only_under).is_none() {
            let message = format!("{package} is kept by {only_under}, which is no crate: ban it");
            findings.push(Finding::new(POLICY, 1, message));
        }
        for id in graph.members.iter().filter(|id| graph.name(id) != *only_under) {
            let tree = graph.tree(id, |from, _| from.name != *only_under);
            if tree.iter().any(|used| graph.name(used) == *package) {
                let name = graph.name(id);
                let message =
                    format!("{name} reaches {package} without {only_under}: go through it");
                findings.push(Finding::new(&manifest(name), 1, message));
            }
        }
    }
    findings
}

/// Checks that no package that is kept out of a crate's tree of normal and build dependencies is in it,
/// and that the crate is there.
pub(super) fn kept_out_packages(graph: &Graph, kept_out: &[KeptOut]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for KeptOut { tree_of, packages, because } in kept_out {
        let Some(id) = graph.member(tree_of) else {
            let message = format!("the tree of {tree_of} is watched, which is no crate: remove it");
            findings.push(Finding::new(POLICY, 1, message));
            continue;
        };
        let tree = graph.tree(id, |_, kind| kind != Kind::Dev);
        let found = tree.iter().map(|used| graph.name(used)).filter(|name| packages.contains(name));
        findings.extend(found.map(|name| {
            let message =
                format!("{name} is in the tree of {tree_of}: do without it, because {because}");
            Finding::new(&manifest(tree_of), 1, message)
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::graph::sample;
    use super::*;

    #[test]
    fn a_banned_package_is_found_in_the_lock() {
        let locked = ["serde".to_owned(), "chrono".to_owned()];
        let findings = forbidden_packages(&locked, &[("chrono", "use jiff")]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("package chrono is banned: use jiff"));
        assert_eq!(forbidden_packages(&locked, &[("sqlx", "use rusqlite")]), []);
    }

    #[test]
    fn a_banned_feature_is_found_on_its_package_only() {
        let mut graph = sample(&[("core", &[(Kind::Dev, "serde_json"), (Kind::Normal, "other")])]);
        let banned = [("serde_json", "preserve_order")];
        let on = vec!["preserve_order".to_owned()];
        graph.packages.get_mut("other").unwrap().features.clone_from(&on);
        assert_eq!(forbidden_features(&graph, &banned), []);
        graph.packages.get_mut("serde_json").unwrap().features = on;
        assert_eq!(forbidden_features(&graph, &banned).len(), 1);
    }

    #[test]
    fn a_confined_package_is_found_outside_its_keeper() {
        let confined = [Confinement { package: "rusqlite", only_under: "store" }];
        let inside = sample(&[
            ("app", &[(Kind::Normal, "store")]),
            ("store", &[(Kind::Normal, "rusqlite")]),
        ]);
        assert_eq!(confined_packages(&inside, &confined), []);
        let outside = sample(&[
            ("app", &[(Kind::Normal, "store"), (Kind::Dev, "rusqlite")]),
            ("store", &[(Kind::Normal, "rusqlite")]),
        ]);
        let findings = confined_packages(&outside, &confined);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("app reaches rusqlite without store"));
    }

    #[test]
    fn a_keeper_that_does_not_exist_is_found() {
        let confined = [Confinement { package: "rusqlite", only_under: "store" }];
        let findings = confined_packages(&sample(&[("app", &[])]), &confined);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("rusqlite is kept by store, which is no crate"));
    }

    #[test]
    fn a_package_that_is_kept_out_is_found_wherever_it_comes_from() {
        let kept_out =
            [KeptOut { tree_of: "verifier", packages: &["rusqlite"], because: "it only reads" }];
        let inside = |kind| {
            let graph = sample(&[
                ("verifier", &[(Kind::Normal, "helper")]),
                ("helper", &[(kind, "rusqlite")]),
            ]);
            kept_out_packages(&graph, &kept_out)
        };
        for kind in [Kind::Normal, Kind::Build] {
            let findings = inside(kind);
            assert_eq!(findings.len(), 1, "{findings:?}");
            let printed = findings[0].to_string();
            assert!(
                printed.contains("rusqlite is in the tree of verifier: do without"),
                "{printed}"
            );
        }
        assert_eq!(inside(Kind::Dev), []);
        let findings = kept_out_packages(&sample(&[("helper", &[])]), &kept_out);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].to_string().contains("the tree of verifier is watched"));
    }
}
