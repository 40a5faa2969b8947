//! `docs/textus-coverage.md` names tests that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/textus-coverage.md");

/// Collects the names of all functions below a directory.
fn functions(directory: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let starts = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
            names.extend(starts.filter_map(|rest| Some(rest.split('(').next()?.to_owned())));
        }
    }
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for name in ["textus", "textus-core", "textus-cli"] {
        functions(&crates.join(name), known.entry(name).or_default());
    }
    let mut counted = 0;
    for word in PAGE.split('`').skip(1).step_by(2) {
        let Some((name, test)) = word.split_once("::") else { continue };
        let tests = known.get(name).unwrap_or_else(|| panic!("no crate {name}"));
        assert!(tests.contains(test), "{word} is not there");
        counted += 1;
    }
    assert!(counted > 100, "{counted}");
}

#[test]
fn every_fixture_is_on_the_page() {
    for line in include_str!("fixtures.rs").lines() {
        if let Some(name) = line.strip_prefix("fn ").and_then(|rest| rest.split('(').next()) {
            assert!(PAGE.contains(&format!("`textus-cli::{name}`")), "{name}");
        }
    }
}
