//! The tour of `docs/textus.md`, walked: each command is run as it stands there, and says what stands there.

use motus_testkit::harness::{Captured, capture, skip};

use crate::support::{Scene, TEXTUS};

const TOUR: &str = include_str!("../../../../docs/textus.md");

/// Stands for whatever differs from day to day and from place to place.
const ANYTHING: char = '…';

/// A command and what the page says that it prints.
#[derive(Debug)]
struct Step {
    script: String,
    told: String,
}

/// Finds the commands of all console blocks, in their order.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in TOUR.split("```console\n").skip(1) {
        let mut end = None;
        for line in block.split("```").next().unwrap().lines() {
            if let Some(script) = line.strip_prefix("$ ") {
                end = script.contains("<<'END'").then_some("END");
                steps.push(Step { script: format!("{script}\n"), told: String::new() });
                continue;
            }
            let step = steps.last_mut().unwrap();
            let is_input = end.is_some();
            let text = if is_input { &mut step.script } else { &mut step.told };
            text.push_str(line);
            text.push('\n');
            end = end.filter(|end| *end != line);
        }
    }
    steps
}

/// Runs a command in a shell in which the binary is called `textus`.
fn walk(scene: &Scene, shell: &str, step: &Step) -> Captured {
    let script = format!("textus() {{ {TEXTUS} \"$@\"; }}\n{{ {}}} 2>&1\n", step.script);
    capture(scene.scratch.command(shell).args(["-c", &script]))
}

/// Tells whether a text is what the page says, whatever stands where the page leaves it open.
fn is_told(mut text: &str, page: &str) -> bool {
    for (number, part) in page.split(ANYTHING).enumerate() {
        match text.find(part) {
            Some(at) if at == 0 || number > 0 => text = &text[at + part.len()..],
            _ => return false,
        }
    }
    text.is_empty() || page.ends_with(ANYTHING)
}

#[test]
fn the_tour_says_what_happens() {
    let is_there =
        |shell: &str| std::process::Command::new(shell).args(["-c", "true"]).output().is_ok();
    for shell in ["sh", "bash"] {
        if !is_there(shell) {
            skip("tour::the_tour_says_what_happens", &format!("there is no {shell}"));
            continue;
        }
        let scene = Scene::empty();
        let begun = capture(scene.scratch.command("git").args(["init", "-q"]));
        assert_eq!(begun.code, Some(0), "git init");
        let steps = steps();
        assert!(steps.len() > 8, "{steps:?}");
        for step in steps {
            let told = walk(&scene, shell, &step);
            let text = told.stdout_text();
            assert!(is_told(&text, &step.told), "{shell}: {}{text}\n{}", step.script, step.told);
            let refusal = ["write_forbidden: ", "schema_violation: "];
            let refusal = refusal.iter().any(|code| text.starts_with(code));
            assert_eq!(told.code, Some(i32::from(refusal)), "{shell}: {}{text}", step.script);
        }
        let doctor = scene.run(&["doctor"]).expect_success().stdout_text();
        assert!(doctor.contains(r#""error":0,"warning":0"#), "{doctor}");
    }
}

#[test]
fn the_page_says_who_writes_where_in_a_new_store() {
    let scene = Scene::empty();
    drop(scene.run(&["init"]).expect_success());
    let told = scene.ok(&["boot"]);
    for zone in told.get("zones").unwrap().as_array().unwrap() {
        let text = |name| zone.get(name).and_then(motus_json::Value::as_str).unwrap();
        let row = TOUR.lines().find(|line| line.starts_with(&format!("| `{}` |", text("name"))));
        let row = row.unwrap_or_else(|| panic!("no row for {}", text("name")));
        assert!(row.contains(text("kind")) && row.contains(text("purpose")), "{row}");
        for writer in zone.get("writers").unwrap().as_array().unwrap() {
            assert!(row.contains(&format!("`{}`", writer.as_str().unwrap())), "{row}");
        }
    }
}

#[test]
fn every_code_of_this_version_has_its_row() {
    for code in [
        "unknown_key",
        "bad_frontmatter",
        "bad_manifest",
        "bad_content",
        "schema_violation",
        "write_forbidden",
        "guard_failed",
        "etag_mismatch",
        "proposal_error",
        "invalid_role",
        "cursor_expired",
    ] {
        assert!(TOUR.contains(&format!("| `{code}` | 1 |")), "{code}");
    }
    for (code, exit) in [("usage", 2), ("flag_renamed", 2), ("io_error", 64)] {
        assert!(TOUR.contains(&format!("| `{code}` | {exit} |")), "{code}");
    }
}
