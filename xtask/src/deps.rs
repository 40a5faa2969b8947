//! `cargo xtask deps`: the house rules of the dependency graph.
//!
//! Reads the resolved graph of this machine's platform with every feature on, and the lock file
//! for what any platform may pull in. Judges; changes nothing.

mod arrows;
mod bans;
mod graph;
mod outside;
mod policy;
mod weight;

use std::ffi::OsString;
use std::process::Command;

use crate::failure::Failure;
use crate::finding::Finding;
use crate::{output, workspace};
use graph::Graph;

/// Reads the graph and prints every finding.
pub(crate) fn run(arguments: &[OsString]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("deps takes no arguments".to_owned()));
    }
    let graph = Graph::from_metadata(&metadata()?).map_err(Failure::Failed)?;
    let locked = graph::locked_packages(&workspace::read("Cargo.lock")?);
    let weights = weight::summary(&graph, policy::CRATES);
    let summary = format!("deps: {} packages locked, {weights}; no findings", locked.len());
    output::verdict(check(&graph, &locked), &summary)
}

fn check(graph: &Graph, locked: &[String]) -> Vec<Finding> {
    [
        arrows::unlisted_crates(graph, policy::CRATES),
        arrows::forbidden_arrows(graph, policy::CRATES),
        arrows::unused_arrows(graph, policy::CRATES),
        outside::outside_packages(graph, policy::CRATES),
        weight::heavy_trees(graph, policy::CRATES),
        weight::heavy_lock(locked.len(), policy::LOCKED_PACKAGES),
        bans::forbidden_packages(locked, policy::FORBIDDEN_PACKAGES),
        bans::forbidden_features(graph, policy::FORBIDDEN_FEATURES),
        bans::confined_packages(graph, policy::CONFINED_PACKAGES),
        bans::kept_out_packages(graph, policy::KEPT_OUT),
    ]
    .concat()
}

/// Returns `cargo metadata` for the platform that this toolchain builds for.
fn metadata() -> Result<String, Failure> {
    let version = workspace::capture(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure::Failed("`rustc -vV` names no host".to_owned()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--all-features"];
    workspace::capture(
        Command::new(cargo)
            .current_dir(workspace::root())
            .args(arguments)
            .args(["--filter-platform", host]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use graph::Kind::{Dev, Normal};

    /// A graph that breaks every rule; a rule that is not wired up would leave its words out.
    #[test]
    fn every_rule_is_applied() {
        let packages: Vec<String> = (0..8).map(|number| format!("package-{number}")).collect();
        let mut heavy: Vec<_> = packages.iter().map(|name| (Normal, name.as_str())).collect();
        heavy.extend([(Normal, "motus-store"), (Dev, "rusqlite"), (Dev, "serde_json")]);
        let mut graph = graph::sample(&[
            ("motus-json", &heavy),
            ("motus-store", &[]),
            ("motus-new", &[]),
            ("motus-bundle", &[(Normal, "tempfile")]),
        ]);
        let json = graph.packages.get_mut("serde_json").unwrap();
        json.features.push("preserve_order".to_owned());
        let locked = vec!["chrono".to_owned(); policy::LOCKED_PACKAGES + 1];
        let findings: Vec<String> =
            check(&graph, &locked).iter().map(ToString::to_string).collect();
        for words in [
            "crate motus-new has no row",
            "motus-json may not use motus-store",
            "there is no crate xtask",
            "motus-store does not use motus-fs",
            "motus-json may not use package-7",
            "motus-json does not use thiserror",
            "10 packages in the tree of motus-json, at most 8",
            "packages locked, at most",
            "package chrono is banned",
            "feature serde_json/preserve_order is on",
            "motus-json reaches rusqlite without motus-store",
            "tempfile is in the tree of motus-bundle",
        ] {
            let count = findings.iter().filter(|finding| finding.contains(words)).count();
            assert_eq!(count, 1, "{words}: {findings:#?}");
        }
    }
}
