//! `releases/`: the governed releases of this repository, as a fresh clone has them.

use std::fs;
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::capture;

use crate::support::{Scene, parse};

#[test]
fn our_releases_are_final_and_a_clone_knows_no_pin_of_them() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut names: Vec<String> = fs::read_dir(workspace.join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.first().map(String::as_str), Some("0.1.0"));
    let scene = Scene::new();
    for name in names {
        let words = ["release", "validate", "--release-id", &name, "--output-dir", "releases"];
        let mut command = scene.motus(&words);
        // The Store of whoever works here may know the receipt; that of a clone does not.
        command.args(["--final", "--json", "--db"]).arg(scene.store()).current_dir(&workspace);
        let captured = capture(&mut command);
        assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
        let verdict = parse(captured.stdout);
        assert_eq!(verdict.get("pin").and_then(Value::as_str), Some("not available"));
        assert_eq!(verdict.get("final"), Some(&Value::Bool(true)));
    }
    assert!(!scene.store().exists());
}

/// What a release says of this repository can be followed from its root.
#[test]
fn what_our_releases_refer_to_is_there() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let receipt = fs::read(workspace.join("releases/0.1.0/final-receipt.json")).unwrap();
    let receipt = parse(receipt);
    let listed = |name: &str| receipt.get(name).and_then(Value::as_array).unwrap().to_vec();
    let decision = receipt.get("decision_ref").cloned().unwrap();
    for reference in [listed("evidence_refs"), listed("output_refs"), vec![decision]].concat() {
        let (path, part) =
            reference.as_str().map(|it| it.split_once('#').unwrap_or((it, ""))).unwrap();
        assert!(workspace.join(path).exists(), "{path}");
        if !part.is_empty() {
            let heading = format!("\n## {}\n", part.replace('-', " "));
            let page = fs::read_to_string(workspace.join(path)).unwrap().to_lowercase();
            assert!(page.contains(&heading), "{path} has no {part}");
        }
    }
}
