//! Little memory and large files: the right code, and no abort.

use std::fs;
use std::process::Command;

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_kernel::digest::Hasher;
use motus_testkit::bundle::{basic_edit, document, write_among};
use motus_testkit::harness::{Captured, capture, skip};

use crate::scene::{EVIDENCE, PROGRAM, Scene, expect_failure, make_holes, make_sparse};

/// The address space that verification has to do with.
const MEMORY: &str = "--as=268435456";
const MIB: u64 = 1 << 20;

/// Makes a scene, unless memory cannot be limited here.
fn scene(test: &str) -> Option<Scene> {
    let tried = Command::new("prlimit").args([MEMORY, "true"]).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        skip(test, "there is no prlimit");
        return None;
    }
    Some(Scene::new())
}

fn verify(scene: &Scene) -> Captured {
    verify_with(scene, &[])
}

fn verify_with(scene: &Scene, options: &[&str]) -> Captured {
    let mut command = scene.scratch.command("prlimit");
    capture(command.args([MEMORY, PROGRAM]).arg(&scene.bundle).args(options))
}

/// Writes a bundle whose log has 120 events more, each with a name of a million characters in it.
fn scene_of_long_names(event: fn(&str) -> (String, Object)) -> Scene {
    scene_of_names(120, event)
}

fn scene_of_names(count: usize, event: fn(&str) -> (String, Object)) -> Scene {
    let scene = Scene::new();
    let mut log = fs::File::create(scene.path("events.jsonl")).expect("a file can be made");
    let name = |number: usize| format!("{number:06}{}", "A".repeat(1_000_000));
    let events = (0..count).map(|number| event(&name(number)));
    let bundle = write_among(events, 0, &mut log).expect("the log can be written");
    for (path, bytes) in &bundle.files {
        fs::write(scene.path(path), bytes).expect("a file can be written");
    }
    scene
}

/// Expects an ordinary failure, which is told in few words whatever the names in it.
#[track_caller]
fn expect_few_words(scene: &Scene, code: &str, what: &str) {
    for options in [[].as_slice(), &["--json"]] {
        let captured = verify_with(scene, options);
        let told = captured.stdout_text();
        assert_eq!((captured.code, captured.signal), (Some(1), None), "{told}");
        assert_eq!(captured.stderr_text(), "");
        assert!(told.contains(code) && told.matches(what).count() == 100, "{told}");
        assert!(told.len() < 100_000, "{}", told.len());
    }
}

#[test]
fn evidence_larger_than_memory_is_hashed() {
    let Some(scene) = scene("limits::evidence_larger_than_memory_is_hashed") else { return };
    let digest = make_sparse(&scene.path(EVIDENCE), 300 * MIB);
    let line = format!("FILE_HASH_MISMATCH {EVIDENCE}: has {} bytes, not 40", 300 * MIB);
    expect_failure(&verify(&scene), &line);
    // Listed as it is, it is a file like all others, of another bundle.
    scene.list_again(EVIDENCE, &digest, 300 * MIB);
    let text = verify(&scene).stdout_text();
    assert!(text.starts_with("FAILED ROOT_MISMATCH\n"), "{text}");
    assert!(text.contains("\nROOT_MISMATCH receipt.json: evidence_root is not that"), "{text}");
}

#[test]
fn a_log_of_one_endless_line_is_refused() {
    let Some(scene) = scene("limits::a_log_of_one_endless_line_is_refused") else { return };
    let digest = make_sparse(&scene.path("events.jsonl"), 200 * MIB);
    let line = format!("FILE_HASH_MISMATCH events.jsonl: has {} bytes, not 3409", 200 * MIB);
    expect_failure(&verify(&scene), &line);
    scene.list_again("events.jsonl", &digest, 200 * MIB);
    expect_failure(&verify(&scene), "PARSE_ERROR events.jsonl: line 1 is longer than 1 MiB");
}

#[test]
fn documents_larger_than_memory_are_refused() {
    let Some(scene) = scene("limits::documents_larger_than_memory_are_refused") else { return };
    let digest = make_sparse(&scene.path("receipt.json"), 300 * MIB);
    scene.list_again("receipt.json", &digest, 300 * MIB);
    let line = "PARSE_ERROR receipt.json: is longer than 8388608 bytes";
    expect_failure(&verify(&scene), line);
    make_sparse(&scene.path("manifest.json"), 300 * MIB);
    let line = "PARSE_ERROR manifest.json: is longer than 8388608 bytes";
    expect_failure(&verify(&scene), line);
}

#[test]
fn what_is_longer_than_listed_is_not_read_to_its_end() {
    // 8 TiB of holes would take hours.
    for path in [EVIDENCE, "receipt.json", "events.jsonl"] {
        let scene = Scene::new();
        let listed = fs::metadata(scene.path(path)).expect("it is there").len();
        make_holes(&scene.path(path), 8 << 40);
        let line = format!("FILE_HASH_MISMATCH {path}: has {} bytes, not {listed}", 8_u64 << 40);
        expect_failure(&scene.verify(&[]), &line);
    }
    let scene = Scene::new();
    scene.list_again("receipt.json", &"0".repeat(64), 8 << 40);
    make_holes(&scene.path("receipt.json"), 8 << 40);
    let line = "PARSE_ERROR receipt.json: is longer than 8388608 bytes";
    expect_failure(&scene.verify(&[]), line);
    make_holes(&scene.path("manifest.json"), 8 << 40);
    let line = "PARSE_ERROR manifest.json: is longer than 8388608 bytes";
    expect_failure(&scene.verify(&[]), line);
}

#[test]
fn a_log_of_blank_lines_is_not_looked_at_to_its_end() {
    let Some(scene) = scene("limits::a_log_of_blank_lines_is_not_looked_at_to_its_end") else {
        return;
    };
    let blank = "\n".repeat(64 << 20);
    fs::write(scene.path("events.jsonl"), &blank).expect("a file can be written");
    let mut hasher = Hasher::new();
    hasher.update(blank.as_bytes());
    scene.list_again("events.jsonl", &hasher.finish().to_string(), 64 * MIB);
    let text = verify(&scene).stdout_text();
    assert!(text.starts_with("FAILED PARSE_ERROR\n"), "{text}");
    assert!(text.contains("\nPARSE_ERROR events.jsonl: line 100: "), "{text}");
    assert!(text.ends_with("\nPARSE_ERROR: and 1 more\n"), "{text}");
}

#[test]
fn a_receipt_of_tiny_values_fits_into_little_memory() {
    let test = "limits::a_receipt_of_tiny_values_fits_into_little_memory";
    for (value, count, verdict) in [
        ("{\"\":0}", 120_000, "VERIFIED "),
        ("{\"\":0}", 499_000, "FAILED PARSE_ERROR\n"),
        ("{\"a\":{\"a\":{\"a\":{}}}}", 60_000, "VERIFIED "),
        ("{\"evidence\":[]}", 120_000, "VERIFIED "),
    ] {
        if scene(test).is_none() {
            return;
        }
        let mut parts = basic_edit();
        let list = format!("[{}]", vec![value; count].join(","));
        let options = ReadOptions::default();
        parts.receipt.insert("zz", cj::read(list.as_bytes(), &options).expect("it is a list"));
        let scene = Scene::of(&parts.seal().bundle());
        let captured = verify(&scene);
        let told = captured.stdout_text();
        assert!(told.starts_with(verdict), "{value} {:?}: {told}", captured.signal);
    }
}

#[test]
fn many_files_fit_into_little_memory() {
    let Some(scene) = scene("limits::many_files_fit_into_little_memory") else { return };
    for folder in 0..20 {
        let folder = scene.path(&format!("evidence/{}", format!("{folder:02}").repeat(50)));
        fs::create_dir(&folder).expect("a directory can be made");
        for file in 0..1000 {
            fs::write(folder.join(file.to_string()), "x").expect("a file can be written");
        }
    }
    let text = verify(&scene).stdout_text();
    assert!(text.starts_with("FAILED FILE_HASH_MISMATCH\n"), "{text}");
    assert!(text.ends_with("\nFILE_HASH_MISMATCH: and 19900 more\n"), "{text}");
}

#[test]
fn long_names_in_a_log_are_told_in_few_words() {
    let test = "limits::long_names_in_a_log_are_told_in_few_words";
    if scene(test).is_none() {
        return;
    }
    let kinds =
        scene_of_long_names(|name| (name.to_owned(), document(r#"{"type":"X","data":{}}"#)));
    expect_few_words(&kinds, "FSM_INVALID", "A…A");
    let selectors = scene_of_long_names(|name| {
        let effects =
            format!(r#"{{"effects_observed":[{{"op":"WriteFS","selector":"fs:{name}"}}]}}"#);
        ("SkillExecuted".to_owned(), document(&effects))
    });
    expect_few_words(&selectors, "EFFECT_BOUNDS_VIOLATION", "is not in executed_raw");
}

#[test]
fn long_references_that_lead_nowhere_are_told_in_few_words() {
    let test = "limits::long_references_that_lead_nowhere_are_told_in_few_words";
    if scene(test).is_none() {
        return;
    }
    let references = scene_of_long_names(|name| {
        let evidence = format!(r#"{{"evidence":"evidence/{name}"}}"#);
        ("Note".to_owned(), document(&evidence))
    });
    expect_few_words(&references, "FILE_HASH_MISMATCH", "refers to evidence that is not listed");
}

/// A member that the receipt's lens has not is compared with nothing.
#[test]
fn what_a_log_tells_beside_the_receipt_is_not_kept() {
    let test = "limits::what_a_log_tells_beside_the_receipt_is_not_kept";
    if scene(test).is_none() {
        return;
    }
    let lenses = scene_of_names(300, |name| {
        ("LensAssembled".to_owned(), document(&format!(r#"{{"{name}":1}}"#)))
    });
    let captured = verify(&lenses);
    assert_eq!((captured.code, captured.stderr_text().as_ref()), (Some(0), ""));
}

#[test]
fn a_check_that_is_required_often_is_told_once() {
    if scene("limits::a_check_that_is_required_often_is_told_once").is_none() {
        return;
    }
    let mut parts = basic_edit();
    let result = format!(
        r#"{{"check_id":"x@{}","level":"Regression","passed":false}}"#,
        "9".repeat(900_000)
    );
    let result = Value::from(document(&result));
    *parts.in_receipt(&["verification", "results"]) = vec![result.clone()].into();
    *parts.in_receipt(&["verification", "spec", "checks_required"]) = vec!["x"; 90_000].into();
    let run = Object::from([("passed", Value::from(false)), ("results", vec![result].into())]);
    parts.event(5).insert("payload", run);
    let captured = verify(&Scene::of(&parts.seal().bundle()));
    let told = captured.stdout_text();
    assert!(told.starts_with("FAILED POLICY_VIOLATION\n"), "{:?}: {told}", captured.signal);
    assert_eq!(told.matches("did not pass").count(), 1, "{told}");
}
