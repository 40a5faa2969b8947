//! The published package behind its public interface, one script per process.

use std::process::Command;

use motus_ledger::RunId;
use motus_testkit::harness::{Reference, capture_with_input};

use super::KINDS;
use crate::sandbox::Sandbox;

/// Opens the Store that the first argument names and defines what the scripts below say.
const PRELUDE: &str = "
import json, sys
from motus.kernel.projections import project_receipt
from motus.kernel.store import Store

store = Store(sys.argv[1])
run = sys.argv[2]

def start(key):
    return store.start_run(source='demo', intent='Ship it', cwd='/w', git_sha='abc',
                           idempotency_key=key, producer_id='p1').id

def log(kind, key, payload):
    return store.log_event(run_id=run, schema_kind=kind, payload=payload,
                           idempotency_key=key, producer_id='p1')

def end():
    return store.end_run(run_id=run, outcome='failure', outcome_note='n\\u00e9',
                         idempotency_key='z', producer_id='p1')

def receipt():
    value = project_receipt(store.snapshot(run))
    return json.dumps(value, sort_keys=True, separators=(',', ':'))

payloads = [
    {'n': [1, 1.0, -0.0, 1e16, 1e-05, 5e-324, 0.1, 123456789.12345679]},
    {'big': 2 ** 200, 'small': -2 ** 64},
    {'text': 'h\\u00e9llo\\n\\x00\\x7f\\u2028\\U0001f600<>&/'},
    {'lone': '\\ud800', 'low': 'x\\udfff'},
    {'\\u00e9': 1, '\\uffff': 2, '\\U0001f600': 3, '': 4, 'Z': 5},
    json.loads('{\"deep\":' + '[' * 300 + ']' * 300 + '}'),
    {'null': None, 'flags': [True, False], 'empty': [{}, []]},
    {'nan': float('nan'), 'more': [float('inf'), float('-inf')]},
]
";

/// The published package.
pub(super) struct Python {
    reference: Reference,
}

impl Python {
    /// Finds it, or says why `test` is skipped.
    pub(super) fn find(test: &str) -> Option<Self> {
        Reference::or_skip(&format!("interop::{test}")).map(|reference| Self { reference })
    }

    /// Runs a script on the Store and returns what it printed, without the last newline.
    pub(super) fn run(&self, sandbox: &Sandbox, run: &str, script: &str) -> String {
        let mut command: Command = sandbox.scratch.command(self.reference.python());
        command.arg("-").arg(sandbox.place.path()).arg(run).env("PYTHONIOENCODING", "ascii");
        let text = format!("{PRELUDE}\n{script}");
        let captured = capture_with_input(&mut command, text.as_bytes()).expect_success();
        captured.stdout_text().trim_end_matches('\n').to_owned()
    }

    /// Lets Python make the Store, with a run of all payloads.
    pub(super) fn record(&self, sandbox: &Sandbox) -> RunId {
        let script = format!(
            "
for kind in {KINDS:?}:
    store.register_kind(kind, {{'type': 'object'}})
run = start('k1')
for number, payload in enumerate(payloads):
    log({KINDS:?}[number % 4], f'e{{number}}', payload)
print(run)"
        );
        RunId::from(self.run(sandbox, "", &script))
    }
}
