//! `motus wrap --learn`: watched, and told what would have been needed.

use super::{is_whole, scoped};
use crate::support::Scene;

const SCRIPT: &str = "cat kept > out/a; echo more >> kept; exit 0";

fn scene() -> Scene {
    let scene = Scene::new();
    scene.scratch.write("kept", "old\n");
    scene.scratch.write("out/b", "");
    scene
}

#[test]
fn what_is_learned_is_printed_and_lets_the_same_pass() {
    if !is_whole("what_is_learned_is_printed_and_lets_the_same_pass") {
        return;
    }
    let scene = scene();
    let told = scoped(&scene, &["-q", "--learn"], SCRIPT);
    assert_eq!((told.code, told.stdout.len()), (Some(0), 0), "{}", told.stderr_text());
    let document = told.stderr_text();
    assert!(document.starts_with("motus_scope: \"0.1\"\n"), "{document}");
    let dash = scoped(&self::scene(), &["-q", "--learn=-"], SCRIPT);
    assert_eq!(dash.stderr_text(), document, "it is no file's name");
    assert!(!document.contains("motus scope:"), "what went on is in the document: {document}");
    scene.scratch.write("learned.yaml", &document);
    let checked = scene.run(&["scope", "check", "learned.yaml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stdout_text());
    let told = scoped(&scene, &["-q", "--scope", "learned.yaml"], SCRIPT);
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(0), ""));
}

#[test]
fn what_is_learned_is_kept_in_a_new_file_only() {
    if !is_whole("what_is_learned_is_kept_in_a_new_file_only") {
        return;
    }
    let scene = scene();
    let told = scoped(&scene, &["--learn=learned.yaml"], SCRIPT);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    assert!(told.stderr_text().contains("what was learned is in learned.yaml\n"));
    let document = std::fs::read_to_string(scene.path("learned.yaml")).unwrap();
    assert!(document.starts_with("motus_scope: \"0.1\"\n"), "{document}");
    let refused = scoped(&scene, &["--learn=learned.yaml"], "touch ran");
    insta::assert_snapshot!(scene.spell(&refused), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.file_exists]: there is something at [DIR]/project/learned.yaml already
    hint: name another file for what is learned, or move that one away
    ");
    assert!(!scene.path("ran").exists());
    assert_eq!(std::fs::read_to_string(scene.path("learned.yaml")).unwrap(), document);
}

#[test]
fn what_cannot_be_kept_is_printed() {
    if !is_whole("what_cannot_be_kept_is_printed") {
        return;
    }
    let scene = scene();
    let there = scene.path("such");
    std::fs::create_dir(&there).unwrap();
    let script = format!("rmdir such; {SCRIPT}");
    let told = scoped(&scene, &["-q", "--learn=such/learned.yaml"], &script);
    assert_eq!(told.code, Some(0));
    let told = told.stderr_text();
    assert!(told.starts_with("warning[file.missing]: what was learned was not kept: "), "{told}");
    assert!(told.contains("\nmotus_scope: \"0.1\"\n"), "{told}");
}

#[test]
fn where_nothing_could_be_kept_nothing_is_run() {
    let scene = scene();
    let told = scoped(&scene, &["--learn=no/such/learned.yaml"], "touch ran");
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.directory_missing]: the directory of what is to be learned is not there: [DIR]/project/no/such
    hint: make the directory first, or name a file elsewhere
    ");
    assert!(!scene.path("ran").exists() && !scene.path(".motus").exists());
}

#[test]
fn a_file_that_was_taken_for_the_program_is_told() {
    let scene = scene();
    let told = scene.run(&["wrap", "--no-record", "--learn", "learned.yaml", "--", "true"]);
    assert_eq!(told.code, Some(127));
    let hint = "hint: to keep what is learned in a file, write --learn=learned.yaml\n";
    assert!(told.stderr_text().contains(hint), "{}", told.stderr_text());
}

#[test]
fn learning_and_enforcing_exclude_each_other() {
    let scene = Scene::new();
    let told = scoped(&scene, &["--learn", "--require", "enforced+observed"], "touch ran");
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: --learn stops nothing, so --require can be observed or snapshot with it
    hint: add --help to see what it takes
    ");
    assert!(!scene.path("ran").exists());
}

/// Learns from a script, and runs it again in the scope that was learned, in a project as the first one was.
///
/// Returns the document; what the script writes, and its code, are the same.
#[track_caller]
fn learned_and_held(script: &str) -> String {
    let script = &format!("{script} || exit 7");
    let [first, second] = [scene(), scene()];
    for scene in [&first, &second] {
        scene.scratch.write("src/a", "1\n");
        scene.scratch.write("~/k", "own\n");
    }
    let learned = scoped(&first, &["--learn=learned.yaml"], script);
    let document = std::fs::read_to_string(first.path("learned.yaml")).unwrap();
    second.scratch.write("learned.yaml", &document);
    let held = scoped(&second, &["-q", "--scope", "learned.yaml"], script);
    let told = format!("{script}\n{document}\n{}", held.stderr_text());
    assert_eq!((held.code, held.stdout_text()), (Some(0), learned.stdout_text()), "{told}");
    assert!(!held.stderr_text().contains("denied"), "{told}");
    assert!(!learned.stderr_text().contains("left out"), "{}", learned.stderr_text());
    document
}

#[test]
fn the_same_passes_whatever_is_made_moved_or_built() {
    if !is_whole("the_same_passes_whatever_is_made_moved_or_built") {
        return;
    }
    for script in [
        "cp -r src dst && find dst | sort",
        "mkdir d && echo 1 > d/a && mv d e && cat e/a",
        "mkdir -p a/b && echo 1 > a/b/c && cat a/b/c",
        "mkdir build && cp /bin/true build/x && build/x && ls build",
        "cp /bin/true built && ./built && rm built && echo ran",
        "echo 'echo hi' > src/a && chmod +x src/a && src/a",
        "mkdir out/d && echo 1 > out/d/x && cat out/d/x",
        "echo 1 > \"c: d\" && echo 2 > \"$(printf 'x\\ty')\" && cat c* x*",
    ] {
        learned_and_held(script);
    }
    let home = learned_and_held("cat './~/k' && cp /bin/true './~/t' && './~/t' && ls './~'");
    insta::assert_snapshot!(home, @r#"
    motus_scope: "0.1"
    write:
      - "./~/"
    exec:
      - "./~/"
    "#);
}

#[test]
fn a_directory_that_cargo_makes_is_all_that_is_granted() {
    if !is_whole("a_directory_that_cargo_makes_is_all_that_is_granted") {
        return;
    }
    let document = learned_and_held(
        "{ [ -e made ] || { mkdir madeAbC123 && echo > madeAbC123/CACHEDIR.TAG && \
         mv -T madeAbC123 made; }; } && cp /bin/true made/built && made/built && ls made/built",
    );
    insta::assert_snapshot!(document, @r#"
    motus_scope: "0.1"
    write:
      - "made/"  # made before the start: it is found there, and a plain mkdir of it fails
    exec:
      - "made/"
    "#);
}

#[test]
fn what_nobody_should_grant_is_left_out_and_told() {
    if !is_whole("what_nobody_should_grant_is_left_out_and_told") {
        return;
    }
    let scene = scene();
    let script = "mkdir ~/.cfg; rmdir ~/.cfg; ls /etc > out/b; echo more >> kept";
    let told = scoped(&scene, &["-q", "--learn=learned.yaml"], script);
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 0
    --- stdout
    --- stderr
    motus scope: what was learned is in learned.yaml
    motus scope: 2 grants are left out: read them in what was learned, where they stand as comments
    ");
    let document = std::fs::read_to_string(scene.path("learned.yaml")).unwrap();
    insta::assert_snapshot!(document, @r#"
    motus_scope: "0.1"
    # read:
    #   - "/etc/"  # careful, left out: all of /etc; listing /etc needed it, once
    write:
      - "kept"
      - "out/b"
      # - "~/"  # careful, left out: all of your home directory; making, renaming or removing ~/.cfg needed it, 2 times
    "#);
    assert_eq!(scene.run(&["scope", "check", "learned.yaml"]).code, Some(0));
}

#[test]
fn a_document_is_brought_up_to_date() {
    if !is_whole("a_document_is_brought_up_to_date") {
        return;
    }
    let [first, second] = [scene(), scene()];
    let old = r#"
motus_scope: "0.1"
name: build
about: what the build of this project does, für alle
profiles: [workspace]
read: [../gone/]
write: [out/, target/, kept]
exec: [sort]
net: ["https://index.crates.io/"]
observe: { reads: false }
limits: { wall_seconds: 60, processes: 500 }
"#;
    first.scratch.write("old.yaml", old);
    first.scratch.write("src/a", "");
    second.scratch.write("src/a", "");
    let script = "cat kept src/a > out/a; echo > target/x; echo 1 > src/a";
    let options = ["--learn=new.yaml", "--scope", "old.yaml", "--allow", "exec:./out/"];
    let told = scoped(&first, &options, script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let document = std::fs::read_to_string(first.path("new.yaml")).unwrap();
    insta::assert_snapshot!(document, @r#"
    motus_scope: "0.1"
    name: "build"
    about: "what the build of this project does, für alle"
    profiles:
      - "workspace"
    # read:
    #   - "../gone/"  # it was not there
    write:
      - "out/"
      - "target/"
      - "src/a"
      # - "kept"  # nothing needed it this time
    # exec:
    #   - "./out/"  # nothing needed it this time
    #   - "sort"  # nothing needed it this time
    # net:
    #   - "https://index.crates.io/"  # nothing needed it this time
    observe:
      reads: false
    limits:
      wall_seconds: 60
      processes: 500
    "#);
    let refused = scoped(&first, &["--learn", "--allow", "read:../gone/"], "touch ran");
    assert_eq!(refused.code, Some(2), "a word is for now: {}", refused.stderr_text());
    assert!(!first.path("ran").exists());
    second.scratch.write("new.yaml", &document);
    let held = scoped(&second, &["-q", "--scope", "new.yaml"], script);
    assert_eq!(held.code, Some(0), "{}", held.stderr_text());
    assert!(!held.stderr_text().contains("denied"), "{}", held.stderr_text());
}
