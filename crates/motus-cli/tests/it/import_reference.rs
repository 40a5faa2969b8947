//! Stores of the published releases, rebuilt from our export of them: equal in their eyes and in ours.
//!
//! Needs `MOTUS_REFERENCE`, and `MOTUS_REFERENCE_065` for the release with larger kinds.

use motus_testkit::harness::{Reference, capture};

use crate::import::export_all;
use crate::support::{Scene, parse, succeed};

/// Fills a Store through the published interface: odd payloads and keys, open and closed runs.
const RECORD: &str = "
import json, sys
from motus.kernel.store import Store

store = Store(sys.argv[1])
payloads = [
    {'n': [1, 1.0, -0.0, 1e16, 1e-05, 5e-324, 0.1, 123456789.12345679]},
    {'big': 2 ** 200, 'small': -2 ** 64},
    {'text': 'h\\u00e9llo\\n\\x00\\x7f\\u2028\\U0001f600<>&/'},
    {'lone': '\\ud800', 'low': 'x\\udfff'},
    {'\\u00e9': 1, '\\uffff': 2, '\\U0001f600': 3, '': 4, '\\ud800': 5},
    json.loads('{\"deep\":' + '[' * 300 + ']' * 300 + '}'),
    {'nan': float('nan'), 'more': [float('inf'), float('-inf')]},
]
keys = [' e', 'e\\x00', '\\u00e9', 'e\\u0301', '%', '\\U0001f600', '\\x7f']
store.register_kind('note', {'type': 'object'})
store.register_kind('strict', {'type': 'object', 'required': ['b'], 'properties': {
    'a': {'enum': [1, 'x', None, 2.0]}, 'b': {'type': ['integer', 'null']}}})
store.register_kind('note', {'type': 'object', 'properties': {'new': {'type': 'string'}}})
for number in range(3):
    run = store.start_run(source='demo', intent='n\\u00e9 \\x00' + str(number), cwd='/w',
                          git_sha=[None, '', 'abc'][number], idempotency_key='k' + str(number),
                          producer_id='p1').id
    for key, payload in zip(keys, payloads):
        store.log_event(run_id=run, schema_kind='note', payload=payload, idempotency_key=key,
                        producer_id='p1')
    for key, payload in [('s1', {'b': None, 'a': True}), ('s2', {'b': 2 ** 70, 'a': 2})]:
        store.log_event(run_id=run, schema_kind='strict', payload=payload, idempotency_key=key,
                        producer_id='p1')
    if number:
        store.end_run(run_id=run, outcome=['', 'failure', 'aborted'][number],
                      outcome_note=[None, 'n\\u00e9', None][number], idempotency_key='z',
                      producer_id='p2')
";

/// Tells all that a Store says through the published interface.
const TELL: &str = "
import json, sqlite3, sys
from motus.kernel.projections import project_receipt
from motus.kernel.store import Store

store = Store(sys.argv[1])
print(store.integrity_check())
for run in store.list_runs():
    print(store.export_run(run.id))
    print(json.dumps(project_receipt(store.snapshot(run.id)), sort_keys=True))
for row in sqlite3.connect(sys.argv[1]).execute('select * from kind_versions order by rowid'):
    print(row)
";

/// Registers what it registered before, and goes on with the run that is open.
const GO_ON: &str = "
import sys
from motus.kernel.store import Store

store = Store(sys.argv[1])
store.register_kind('note', {'type': 'object'})
store.register_kind('note', {'type': 'object', 'properties': {
    'new': {'type': 'string'}, 'newer': {}}})
run = store.list_runs()[0].id
event = store.log_event(run_id=run, schema_kind='note', payload={'new': 'x'},
                        idempotency_key='more', producer_id='p1')
store.end_run(run_id=run, outcome='success', outcome_note=None, idempotency_key='z',
              producer_id='p1')
print(event.seq)
";

/// A release.
struct Release(Reference);

impl Release {
    fn of_053(test: &str) -> Option<Self> {
        Reference::or_skip(&format!("import_reference::{test}")).map(Self)
    }

    fn of_065(test: &str) -> Option<Self> {
        Reference::later_or_skip(&format!("import_reference::{test}")).map(Self)
    }

    /// Runs a script on a Store in the working directory.
    #[track_caller]
    fn run(&self, scene: &Scene, store: &str, script: &str) -> String {
        let mut command = scene.scratch.command(self.0.python());
        command.arg("-c").arg(script).arg(scene.path(store)).env("PYTHONIOENCODING", "ascii");
        capture(&mut command).expect_success().stdout_text()
    }

    /// Wraps a command into a Store in the working directory, whatever comes of it.
    fn wrap(&self, scene: &Scene, store: &str) -> Option<i32> {
        let mut command = scene.scratch.command(self.0.program());
        capture(command.args(["wrap", "--db", store, "--", "true"])).code
    }
}

fn copy(scene: &Scene, from: &str, to: &str) {
    scene.scratch.write("all.ndjson", export_all(scene, from));
    succeed(scene.run(&["run", "import", "all.ndjson", "--db", to]));
}

/// Expects that a release sees no difference between a Store and the one that we rebuild of it.
#[track_caller]
fn expect_equal(release: &Release, scene: &Scene) {
    copy(scene, "theirs.db", "ours.db");
    assert_eq!(export_all(scene, "ours.db"), export_all(scene, "theirs.db"));
    assert_eq!(release.run(scene, "ours.db", TELL), release.run(scene, "theirs.db", TELL));
    for store in ["ours.db", "theirs.db"] {
        assert_eq!(release.run(scene, store, GO_ON), "10\n");
        assert_eq!(release.wrap(scene, store), Some(0), "{store}");
    }
    let told =
        scene.feed(&["run", "import", "-", "--db", "new.db"], export_all(scene, "theirs.db"));
    assert!(told.expect_success().stdout_text().contains("Runs added: 4\n"));
}

#[test]
fn a_store_of_0_5_3_is_rebuilt() {
    let Some(release) = Release::of_053("a_store_of_0_5_3_is_rebuilt") else { return };
    let scene = Scene::new();
    release.run(&scene, "theirs.db", RECORD);
    expect_equal(&release, &scene);
}

#[test]
fn a_store_of_0_6_5_is_rebuilt() {
    let Some(release) = Release::of_065("a_store_of_0_6_5_is_rebuilt") else { return };
    let scene = Scene::new();
    release.run(&scene, "theirs.db", RECORD);
    assert_eq!(release.wrap(&scene, "theirs.db"), Some(0));
    let text = export_all(&scene, "theirs.db");
    assert!(text.contains("execution_claim"), "its kinds are larger");
    copy(&scene, "theirs.db", "ours.db");
    assert_eq!(export_all(&scene, "ours.db"), text);
    assert_eq!(release.run(&scene, "ours.db", TELL), release.run(&scene, "theirs.db", TELL));
    succeed(scene.run(&["wrap", "--db", "ours.db", "--", "true"]));
    assert_eq!(release.wrap(&scene, "ours.db"), Some(0));
}

/// An export of its own, of a single run, and one with the newline that its adapter adds.
#[test]
fn a_published_export_is_taken_in_where_its_kinds_are_known() {
    let Some(release) = Release::of_053("a_published_export_is_taken_in") else { return };
    let scene = Scene::new();
    release.run(&scene, "theirs.db", RECORD);
    let export = "
import sys
from motus.kernel.store import Store

store = Store(sys.argv[1])
sys.stdout.write(store.export_run(store.list_runs()[1].id))";
    let bare = release.run(&scene, "theirs.db", export);
    let refused = scene.feed(&["run", "import", "-", "--db", "new.db"], &bare);
    assert!(refused.stderr_text().starts_with("error[import.kind_unknown]: line 1: event 1 of "));
    let kinds: String =
        export_all(&scene, "theirs.db").lines().take(3).collect::<Vec<_>>().join("\n");
    succeed(scene.feed(&["run", "import", "-", "--db", "new.db"], kinds));
    succeed(scene.feed(&["run", "import", "-", "--db", "new.db"], &bare));
    let again = scene.feed(&["run", "import", "-", "--db", "new.db"], format!("{bare}\n"));
    assert!(again.expect_success().stdout_text().ends_with("Runs already there: 1\n"));
    let id = parse(&bare).get("run").and_then(|run| run.get("id").cloned()).unwrap();
    let exported = scene.run(&["run", "export", id.as_str().unwrap(), "--db", "new.db"]);
    assert_eq!(exported.expect_success().stdout_text(), bare);
}

/// Where a Store of 0.5.3 stays usable for it, although it takes in runs of the later release.
#[test]
fn runs_of_0_6_5_enter_a_store_that_0_5_3_goes_on_with() {
    let test = "runs_of_0_6_5_enter_a_store_that_0_5_3_goes_on_with";
    let (Some(earlier), Some(later)) = (Release::of_053(test), Release::of_065(test)) else {
        return;
    };
    let scene = Scene::new();
    assert_eq!(earlier.wrap(&scene, "ours.db"), Some(0));
    assert_eq!(later.wrap(&scene, "theirs.db"), Some(0));
    copy(&scene, "theirs.db", "ours.db");
    for release in [&earlier, &later] {
        assert_eq!(release.wrap(&scene, "ours.db"), Some(0));
    }
    // The other way round, the smaller kinds stand behind the larger ones, and both find their own.
    copy(&scene, "ours.db", "theirs.db");
    for release in [&later, &earlier] {
        assert_eq!(release.wrap(&scene, "theirs.db"), Some(0));
    }
    let latest = "
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(
        'select schema_kind, schema_json from kind_versions order by rowid'):
    kinds = {**globals().get('kinds', {}), row[0]: row[1]}
print('execution_claim' in kinds['adapter.wrap.start'])";
    assert_eq!(later.run(&scene, "theirs.db", latest), "True\n");
}
