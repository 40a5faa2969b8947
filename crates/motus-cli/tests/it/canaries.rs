//! No secret that passed through a command is left in any file.

use std::fs;
use std::path::{Path, PathBuf};

use motus_testkit::harness::capture_with_input;

use crate::support::{Python, Scene, WAIT_FOR_GO, wait_until};

/// What a secret passes through, and the word that must not be left.
const CANARIES: [&str; 15] = [
    "canaryflagvalue01",
    "canaryflagequals02",
    "canarypositional03",
    "canaryuserinfo04",
    "canaryenvironment05",
    "canaryinput06",
    "canarystdout07",
    "canarystderr08",
    "canarypembody09",
    "canarypemrest10",
    "canarybearer11",
    "canaryproducer12",
    "canaryshort13",
    "canaryassign14",
    "canaryprogram15",
];

/// Sends every canary to both outputs, the key in two writes.
const SCRIPT: &str = "\
    printf 'token=canarystdout07\\n'; cat; \
    printf -- '-----BEGIN PRIVATE KEY-----\\ncanarypembody09'; sleep 0.05; \
    printf -- 'canarypemrest10\\n-----END PRIVATE KEY-----\\n'; \
    printf 'Authorization: Bearer canarystderr08\\n' >&2; \
    env | grep -o canaryenvironment05 >&2";

/// Wraps the script with a canary wherever a person may put one.
fn wrap_canaries(scene: &Scene, prologue: &str) -> Vec<u8> {
    let script = format!("{prologue}{SCRIPT}");
    let mut command = scene.wrapping(&script);
    command.args([
        "sh",
        "--token",
        "canaryflagvalue01",
        "--password=canaryflagequals02",
        "canarypositional03",
        "https://user:canaryuserinfo04@host/path",
        "Bearer canarybearer11",
        "-pcanaryshort13",
        "api_key=canaryassign14",
    ]);
    command.env("SECRET_TOKEN", "canaryenvironment05");
    command.env("MOTUS_PRODUCER_ID", "canaryproducer12");
    let ended = capture_with_input(&mut command, b"canaryinput06\n").expect_success();
    [ended.stdout, ended.stderr].concat()
}

fn contains(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Expects no canary in any byte of any file, and returns the files that were read.
#[track_caller]
fn expect_none(directory: &Path) -> Vec<PathBuf> {
    let mut read = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read.extend(expect_none(&path));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for word in CANARIES {
            assert!(!contains(&bytes, word), "{word} in {}", path.display());
            assert!(!path.to_string_lossy().contains(word), "{}", path.display());
        }
        read.push(path);
    }
    read
}

#[test]
fn nothing_of_a_secret_is_left_in_the_store() {
    let scene = Scene::new();
    let passed = wrap_canaries(&scene, "");
    for word in ["canaryinput06", "canarystdout07", "canarystderr08", "canarypemrest10"] {
        assert!(contains(&passed, word), "{word} did not pass through");
    }
    let read = expect_none(scene.scratch.path());
    assert!(read.contains(&scene.store()), "{read:?}");
    assert!(read.contains(&scene.path(".motus/kernel-store.db-wal")), "{read:?}");
    let shown = scene.run(&["run", "show", "latest", "--json"]).stdout_text();
    assert!(shown.contains("secret_like_argv_flag"), "the secrets were noticed");
}

#[test]
fn nothing_of_a_secret_is_left_in_a_kept_end() {
    let Some(python) = Python::find("nothing_of_a_secret_is_left_in_a_kept_end") else {
        return;
    };
    let scene = Scene::new();
    std::thread::scope(|scope| {
        scope.spawn(|| wrap_canaries(&scene, &format!("{WAIT_FOR_GO}; ")));
        wait_until("the command runs", || scene.path("started").exists());
        let refuse =
            "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END";
        python.sql(&scene.store(), refuse);
        scene.go();
    });
    let [kept] = scene.spooled().try_into().unwrap();
    let read = expect_none(scene.scratch.path());
    assert!(read.contains(&kept), "{read:?}");
}

#[test]
fn a_secret_that_is_the_program_itself_is_not_left() {
    for (program, intent) in [
        ("sk-canaryprogram15canaryprogram15", "'[REDACTED]'"),
        ("sk-canaryprogram15canaryprogram15/canaryprogram15", "'[REDACTED]'"),
        ("GITHUB_TOKEN=canaryprogram15", "'GITHUB_TOKEN=[REDACTED]'"),
        ("DB_PASSWORD=canaryprogram15", "'DB_PASSWORD=[REDACTED]'"),
        ("PGURI=canaryprogram15/canaryprogram15", "'PGURI=[REDACTED]'"),
        ("./PGURI=canaryprogram15", "'PGURI=[REDACTED]'"),
        ("AWS_SECRET_ACCESS_KEY=a/b/canaryprogram15", "'AWS_SECRET_ACCESS_KEY=[REDACTED]'"),
        ("password=ab/canaryprogram15", "'password=[REDACTED]'"),
        ("https://user:canaryprogram15@host", "'[REDACTED]'"),
        ("https://user:a/canaryprogram15@host", "'[REDACTED]'"),
        ("Bearer abcdefgh/canaryprogram15", "'[REDACTED]'"),
        ("cookie :canaryprogram15", "'[REDACTED]'"),
        ("authorization\t: canaryprogram15", "'[REDACTED]'"),
        ("--token=canaryprogram15", "'--token=[REDACTED]'"),
        ("--key=a/canaryprogram15", "'--key=[REDACTED]'"),
    ] {
        let scene = Scene::new();
        let ended = scene.run(&["wrap", "--", program, "make"]);
        assert_eq!(ended.code, Some(127), "{program}");
        expect_none(scene.scratch.path());
        let told = format!("{intent} '[ARGUMENTS_OMITTED:1]' '[REDACTED]'");
        assert_eq!(scene.column("intent").unwrap(), told, "{program}");
    }
}
