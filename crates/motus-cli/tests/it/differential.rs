//! Beside the published CLI: the same commands leave the same records, and Stores are shared.
//!
//! Needs `MOTUS_REFERENCE`, and `MOTUS_REFERENCE_065` for the release with larger kinds.

use std::path::Path;
use std::process::Command;

use motus_json::{Value, canonical};
use motus_testkit::harness::{Reference, capture};

use crate::support::{Python, Scene, bare, payloads_in, succeed};

/// Prepares the published CLI in a scene.
fn published(scene: &Scene, program: &Path, arguments: &[&str]) -> Command {
    let mut command = scene.scratch.command(program);
    command.args(arguments);
    command
}

/// What both are asked to wrap. None of it is a case in which we differ on purpose: an empty
/// argument, a clean working tree, death by a signal, a password in an address, a secret in the
/// program's name, a blank in it, which gets a hint, or a longer name around a word like `token`.
const COMMANDS: [&[&str]; 36] = [
    &["true"],
    &["false"],
    &["/bin/true"],
    &["sh", "-c", "exit 3"],
    &["sh", "-c", "echo out; echo err >&2"],
    &["sh", "-c", "printf 'no line end'; printf '\\n\\n' >&2"],
    &["sh", "-c", "head -c 20000 /dev/zero"],
    &["printf", "%s", "é漢😀"],
    &["true", "--token", "x"],
    &["true", "--token=x"],
    &["true", "--TOKEN", "x", "--key", "y"],
    &["true", "--token"],
    &["true", "--keys=1", "--authority", "x"],
    &["true", "--api-key", "--token"],
    &["true", "-p", "password=hunter2"],
    &["true", "token: abc", "x-token=abc", "tokens abc"],
    &["true", "Bearer abcdefghij", "bearer short"],
    &["true", "Authorization: Basic abc", "the authorization: header"],
    &["true", "Cookie: a=b", "set-cookie: c=d"],
    &["true", "ghp_0123456789", "github_pat_0123456789", "xghp_0123456789"],
    &["true", "sk-0123456789ab", "task-0123456789abcdef0123"],
    &["true", "AKIA0123456789AB", "ASIA0123456789AB"],
    &["true", "pypi-0123456789ab"],
    &["true", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"],
    &["true", "api_key=1", "api-key: 2", "private key=3", "passwd\t=\t4"],
    &["true", "a b", "it's", "\"", "$HOME", "*", "\\", "\n"],
    &["--token", "x"],
    &["a/./no-such/."],
    &["/no/such/command"],
    &["no-such-command", "x"],
    &["it's"],
    &["no\"such\""],
    &["é漢"],
    &["x\u{1b}[1my"],
    &["dir/"],
    &["a\\b\u{7f}\u{202e}"],
];

/// Spells the newest run of a scene without what differs between two runs and two programs.
fn spell(scene: &Scene) -> String {
    let shown = scene.show("latest");
    let run = shown.get("run").unwrap();
    let id = run.get("id").and_then(Value::as_str).unwrap().to_owned();
    let mut spelled = String::new();
    for name in ["source", "intent", "cwd", "git_sha", "outcome", "outcome_note", "producer_id"] {
        spelled.push_str(&format!("{name} {:?}\n", run.get(name).unwrap().as_str()));
    }
    for event in shown.get("events").and_then(Value::as_array).unwrap() {
        let text = |name| event.get(name).and_then(Value::as_str).unwrap();
        spelled.push_str(&format!("{} {}\n", text("schema_hash"), text("idempotency_key")));
    }
    for (kind, mut payload) in payloads_in(&shown) {
        let object = payload.as_object_mut().unwrap();
        object.remove("process");
        for time in ["duration_ms", "started_at", "ended_at"] {
            if object.contains_key(time) {
                object.insert(time, Value::Null);
            }
        }
        spelled.push_str(&format!("{kind} {}\n", canonical::store::write(&payload)));
    }
    let root = scene.scratch.path().to_string_lossy().into_owned();
    bare(&spelled.replace(&id, "[RUN]").replace(&root, "[DIR]"))
}

#[test]
fn the_same_command_leaves_the_same_record() {
    let Some(reference) = Reference::or_skip("the_same_command_leaves_the_same_record") else {
        return;
    };
    let (ours, theirs) = (Scene::new(), Scene::new());
    for command in COMMANDS {
        let arguments = [&["wrap", "--"], command].concat();
        let own = ours.run(&arguments);
        let published = capture(&mut published(&theirs, reference.program(), &arguments));
        assert_eq!(own.code, published.code, "{command:?}: {}", published.stderr_text());
        assert_eq!(own.stdout, published.stdout, "{command:?}");
        assert_eq!(ours.spell(&own), theirs.spell(&published), "{command:?}");
        assert_eq!(spell(&ours), spell(&theirs), "{command:?}");
    }
}

/// Returns how the newest run names its command.
fn names(scene: &Scene) -> [String; 3] {
    let start = scene.payload("adapter.wrap.start");
    let spell = |name: &str| canonical::store::write(start.get(name).unwrap());
    [scene.column("intent").unwrap(), spell("argv_summary"), spell("command_display")]
}

#[test]
fn long_names_are_cut_at_the_same_place() {
    let Some(reference) = Reference::or_skip("long_names_are_cut_at_the_same_place") else {
        return;
    };
    let (ours, theirs) = (Scene::new(), Scene::new());
    for name in
        ["n".repeat(4096), "é".repeat(2047), "a'".repeat(900), format!("x{}", "漢".repeat(1500))]
    {
        let arguments = ["wrap", "--", name.as_str(), "argument"];
        assert_eq!(ours.run(&arguments).code, Some(127));
        let published = capture(&mut published(&theirs, reference.program(), &arguments));
        assert_eq!(published.code, Some(127), "{}", published.stderr_text());
        assert_eq!(names(&ours), names(&theirs));
    }
}

#[test]
fn options_and_environment_leave_the_same_record() {
    let Some(reference) = Reference::or_skip("options_and_environment_leave_the_same_record")
    else {
        return;
    };
    let (ours, theirs) = (Scene::new(), Scene::new());
    for arguments in [
        ["wrap", "--max-output-bytes", "2", "--", "echo", "a"].as_slice(),
        &["wrap", "--max-output-bytes", "1", "echo", "a"],
        &["wrap", "printf", "%s", "--", "--token"],
        &["wrap", "--", "--", "x"],
    ] {
        let own = capture(ours.motus(arguments).env("MOTUS_PRODUCER_ID", " é "));
        let mut command = published(&theirs, reference.program(), arguments);
        let published = capture(command.env("MOTUS_PRODUCER_ID", " é "));
        assert_eq!(own.code, published.code, "{arguments:?}: {}", published.stderr_text());
        assert_eq!(spell(&ours), spell(&theirs), "{arguments:?}");
    }
}

#[test]
fn both_record_into_one_store_in_turn() {
    let Some(reference) = Reference::or_skip("both_record_into_one_store_in_turn") else {
        return;
    };
    for ours_first in [true, false] {
        let scene = Scene::new();
        for turn in 0..6 {
            let arguments = ["wrap", "--", "sh", "-c", "echo x"];
            let ended = if (turn % 2 == 0) == ours_first {
                scene.run(&arguments)
            } else {
                capture(&mut published(&scene, reference.program(), &arguments))
            };
            succeed(ended);
        }
        let told = scene.doctor(&[]);
        assert_eq!(told.code, Some(0), "{}", told.stdout_text());
        let listed = scene.run(&["run", "list"]).stdout_text();
        assert_eq!(listed.matches(" success ").count(), 6, "{listed}");
        let theirs = capture(&mut published(&scene, reference.program(), &["doctor"]));
        let report = theirs.stdout_text();
        assert_eq!(theirs.code, Some(0), "{report}");
        assert!(report.contains("store_schema: pass"), "{report}");
        assert!(report.contains("0 failed"), "{report}");
    }
}

#[test]
fn a_store_of_the_release_with_larger_kinds_takes_our_runs() {
    let test = "a_store_of_the_release_with_larger_kinds_takes_our_runs";
    let Some(later) = Reference::later_or_skip(test) else { return };
    let program = later.program();
    let scene = Scene::new();
    succeed(capture(&mut published(&scene, program, &["wrap", "--", "true"])));
    succeed(scene.run(&["wrap", "--", "sh", "-c", "echo x; exit 0"]));
    succeed(capture(&mut published(&scene, program, &["wrap", "--", "true"])));
    let told = scene.doctor(&[]);
    assert_eq!(told.code, Some(0), "{}", told.stdout_text());
    let theirs = capture(&mut published(&scene, program, &["doctor"]));
    assert_eq!(theirs.code, Some(0), "{}", theirs.stdout_text());
    let listed = scene.run(&["run", "list"]).stdout_text();
    assert_eq!(listed.matches(" success ").count(), 3, "{listed}");
}

/// Prints the export of a run, or its receipt as canonical JSON or as a sorted, indented page.
const PROJECT: &str = "import json, sys\n\
    from motus.kernel.store import Store\n\
    from motus.kernel.projections import project_receipt\n\
    store = Store(sys.argv[1], migrate=False, readonly=True)\n\
    run = store.list_runs()[-1].id\n\
    if sys.argv[2] == 'export': sys.stdout.write(store.export_run(run))\n\
    else: print(json.dumps(project_receipt(store.snapshot(run)), indent=2, sort_keys=True))";

#[test]
fn export_and_receipt_are_those_of_the_published_package() {
    let Some(reference) =
        Reference::or_skip("export_and_receipt_are_those_of_the_published_package")
    else {
        return;
    };
    let python = Python::of(&reference);
    let scene = Scene::new();
    for arguments in [
        ["wrap", "--", "sh", "-c", "echo é; exit 3"].as_slice(),
        &["wrap", "--timeout", "0.2", "--", "sleep", "9"],
        &["wrap", "--", "no-such-é-\u{1b}"],
    ] {
        scene.run(arguments);
        let theirs = |what: &str| python.run(PROJECT, &[&scene.store(), Path::new(what)]);
        let export = scene.run(&["run", "export", "latest"]).expect_success();
        assert_eq!(export.stdout_text(), theirs("export"), "{arguments:?}");
        let receipt = scene.run(&["run", "receipt", "latest", "--json"]).expect_success();
        assert_eq!(receipt.stdout_text(), theirs("receipt"), "{arguments:?}");
    }
}

#[test]
fn a_history_made_by_the_published_package_reads_the_same() {
    let Some(reference) = Reference::or_skip("a_history_made_by_the_published_package") else {
        return;
    };
    let python = Python::of(&reference);
    let scene = Scene::new();
    python.run(
        "import sys\n\
        from motus.kernel.store import Store\n\
        store = Store(sys.argv[1])\n\
        run = store.start_run(source='s', intent='Ship \\u00e9\\ud83d\\ude00'.encode('utf-16', 'surrogatepass').decode('utf-16'),\n\
            cwd='/w', git_sha='', idempotency_key='k', producer_id='p')\n\
        for number, (kind, payload) in enumerate([\n\
            ('note', {'n': [1, 1.0, 1e-7, 1e22, -0.0, 10**30, float('nan')], 's': '\\u2028\\x7f\\x00'}),\n\
            ('evidence.test', {'passed': 3}), ('decision.pick', {'summary': 'go'}), ('decision.x', {}),\n\
            ('route.next', {'to': 'qa'}), ('work.claim', {'work_id': 'W'}),\n\
            ('work.release', {'outcome': 'partial'})]):\n\
            \tstore.register_kind(kind, {'type': 'object', 'properties': {}, 'required': []})\n\
            \tstore.log_event(run_id=run.id, schema_kind=kind, payload=payload,\n\
            \t\tidempotency_key=f'e{number}', producer_id='p')\n\
        store.end_run(run_id=run.id, outcome='success', outcome_note=None, idempotency_key='z', producer_id='q')",
        &[&scene.store()],
    );
    let theirs = |what: &str| python.run(PROJECT, &[&scene.store(), Path::new(what)]);
    let export = scene.run(&["run", "export", "latest"]).expect_success();
    assert_eq!(export.stdout_text(), theirs("export"));
    let receipt = scene.run(&["run", "receipt", "latest", "--json"]).expect_success();
    assert_eq!(receipt.stdout_text(), theirs("receipt"));
    let told = scene.doctor(&[]);
    assert_eq!(told.code, Some(0), "{}", told.stdout_text());
}
