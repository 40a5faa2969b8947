//! The weight: how many packages a tree and the lock file may hold.

use super::arrows::manifest;
use super::graph::{Graph, Kind};
use super::policy::CrateRule;
use crate::finding::Finding;

/// Checks each crate's tree of normal and build dependencies against its cap.
pub(super) fn heavy_trees(graph: &Graph, rules: &[CrateRule]) -> Vec<Finding> {
    let weighed = rules.iter().filter_map(|rule| Some((rule, rule.most_packages?)));
    weighed
        .filter_map(|(rule, most)| {
            let weight = weight(graph, rule.name)?;
            let message = format!(
                "{} packages in the tree of {}, at most {most}: find a lighter way, or raise the \
                 cap and say why in the commit",
                weight, rule.name
            );
            (weight > most).then(|| Finding::new(&manifest(rule.name), 1, message))
        })
        .collect()
}

/// Checks the number of packages in the lock file.
pub(super) fn heavy_lock(locked: usize, most: usize) -> Vec<Finding> {
    if locked <= most {
        return Vec::new();
    }
    let message = format!("{locked} packages locked, at most {most}: find a lighter way");
    vec![Finding::new("Cargo.lock", 1, message)]
}

/// Returns `name weight/cap` of each capped crate, for the summary line.
pub(super) fn summary(graph: &Graph, rules: &[CrateRule]) -> String {
    let weighed = rules.iter().filter_map(|rule| {
        Some(format!("{} {}/{}", rule.name, weight(graph, rule.name)?, rule.most_packages?))
    });
    weighed.collect::<Vec<_>>().join(", ")
}

/// Counts the packages of a crate's tree, itself included and dev-dependencies not.
fn weight(graph: &Graph, name: &str) -> Option<usize> {
    let root = graph.member(name)?;
    Some(graph.tree(root, |_, kind| kind != Kind::Dev).len())
}

#[cfg(test)]
mod tests {
    use super::super::graph::sample;
    use super::*;

    /// A crate that weighs three packages; its dev-dependency does not count.
    fn three() -> Graph {
        let uses = [(Kind::Normal, "one"), (Kind::Build, "two"), (Kind::Dev, "free")];
        sample(&[("core", &uses)])
    }

    #[test]
    fn a_tree_over_its_cap_is_found() {
        let rule =
            |most| [CrateRule { name: "core", most_packages: Some(most), ..CrateRule::NOTHING }];
        assert_eq!(heavy_trees(&three(), &rule(3)), []);
        let findings = heavy_trees(&three(), &rule(2));
        assert!(findings[0].to_string().contains("3 packages in the tree of core, at most 2"));
    }

    #[test]
    fn a_lock_over_its_cap_is_found() {
        assert_eq!(heavy_lock(10, 10), []);
        assert_eq!(heavy_lock(11, 10).len(), 1);
    }
}
