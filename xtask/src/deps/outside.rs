//! What a pure crate takes from outside the workspace: an exact list, because a package can bring
//! any effect with it.

use super::arrows::{POLICY, manifest};
use super::graph::{Graph, Kind};
use super::policy::CrateRule;
use crate::finding::Finding;

/// Checks the direct normal dependencies of each crate that has a list, in both directions, and
/// that it has no build-dependency at all.
pub(super) fn outside_packages(graph: &Graph, rules: &[CrateRule]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules {
        let (Some(listed), Some(id)) = (rule.may_use_outside, graph.member(rule.name)) else {
            continue;
        };
        let uses = |kind| {
            let edges = graph.packages.get(id).map_or(&[] as &[_], |package| &package.uses);
            let outside = edges
                .iter()
                .filter(move |(found, used)| *found == kind && !graph.members.contains(used));
            outside.map(|(_, used)| graph.name(used))
        };
        let mut find = |path: &str, what: String| findings.push(Finding::new(path, 1, what));
        let name = rule.name;
        for used in uses(Kind::Normal).filter(|used| !listed.contains(used)) {
            let what = format!("{name} may not use {used}: do without, or list it in {POLICY}");
            find(&manifest(name), what);
        }
        for used in uses(Kind::Build) {
            let what = format!("{name} may not use {used} to build: a build script has effects");
            find(&manifest(name), what);
        }
        for unused in
            listed.iter().filter(|listed| !uses(Kind::Normal).any(|used| used == **listed))
        {
            find(POLICY, format!("{name} does not use {unused}: remove it from its row"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::graph::sample;
    use super::*;

    /// Checks the beginnings of what is found in a crate `core` that may use `one` and `two`.
    #[track_caller]
    fn check(uses: &[(Kind, &str)], expected: &[&str]) {
        let rule = CrateRule {
            name: "core",
            may_use_outside: Some(&["one", "two"]),
            ..CrateRule::NOTHING
        };
        let findings = outside_packages(&sample(&[("core", uses), ("member", &[])]), &[rule]);
        assert_eq!(findings.len(), expected.len(), "{findings:?}");
        for (finding, start) in findings.iter().zip(expected) {
            assert!(finding.to_string().contains(start), "{finding}");
        }
    }

    #[test]
    fn the_exact_list_passes() {
        let listed = [(Kind::Normal, "one"), (Kind::Normal, "two")];
        check(&listed, &[]);
        check(&[&listed[..], &[(Kind::Dev, "three"), (Kind::Normal, "member")]].concat(), &[]);
    }

    #[test]
    fn a_package_more_or_less_is_found() {
        check(&[(Kind::Normal, "one")], &["core does not use two"]);
        let all = [(Kind::Normal, "one"), (Kind::Normal, "two"), (Kind::Normal, "three")];
        check(&all, &["crates/core/Cargo.toml:1: core may not use three: "]);
    }

    #[test]
    fn a_listed_package_is_not_for_building() {
        let uses = [(Kind::Normal, "one"), (Kind::Normal, "two"), (Kind::Build, "one")];
        check(&uses, &["core may not use one to build"]);
    }

    #[test]
    fn a_crate_without_a_list_is_free() {
        let graph = sample(&[("core", &[(Kind::Normal, "three")])]);
        let rule = CrateRule { name: "core", ..CrateRule::NOTHING };
        assert_eq!(outside_packages(&graph, &[rule]), []);
    }
}
