//! Whether a Store is sound in both eyes, and reads alike in them.

use std::ops::ControlFlow;

use motus_json::Value;
use motus_ledger::integrity::{EventCheck, check_kind_version, check_run};
use motus_ledger::kind::KindVersion;
use motus_ledger::{Lock, RunId};
use motus_store::SqliteStore;
use motus_testkit::sample::{new_event, new_run};

use super::plan::KINDS;
use super::request::{Answer, Request};
use super::{Scene, text};

impl Scene {
    /// Both eyes: the file, every digest, every text and every lock.
    pub(super) fn is_sound(&mut self) {
        self.the_file_is_sound();
        self.the_rows_are_sound();
        self.runs_read_alike();
        self.kinds_are_alike();
        self.locks_are_alike();
    }

    fn the_file_is_sound(&mut self) {
        let store = SqliteStore::open_read_only(&self.sandbox.place).expect("the Store opens");
        let health = store.health().expect("the Store can be examined");
        let unexpected = &health.unexpected_tables;
        let samples = [&health.integrity, &health.dangling, unexpected];
        assert!(samples.iter().all(|sample| sample.is_empty()), "{health:?}");
        assert!(health.missing_tables.is_empty() && health.missing_guards.is_empty(), "{health:?}");
        assert!(health.changed_guards.is_empty(), "{health:?}");
        drop(store);
        for package in &self.packages {
            let report = package.told(&self.sandbox, &["doctor", "--json"]);
            let checks = report.get("checks").and_then(Value::as_array).expect("checks");
            let name = |check: &Value| check.get("name").map(text).unwrap_or_default().to_owned();
            let about_the_store =
                |check: &&Value| name(check).starts_with("store_") || name(check) == "wal_size";
            let about_the_store: Vec<&Value> = checks.iter().filter(about_the_store).collect();
            assert!(about_the_store.len() >= 5, "{report:?}");
            for check in about_the_store {
                let status = check.get("status").and_then(Value::as_str);
                assert_eq!(status, Some("pass"), "{check:?}");
            }
        }
    }

    fn the_rows_are_sound(&mut self) {
        let mut versions: Vec<KindVersion> = Vec::new();
        self.ledger
            .read(|transaction| {
                transaction.visit_kind_versions(&mut |version| {
                    versions.push(version);
                    ControlFlow::Continue(())
                })
            })
            .expect("the kinds can be read");
        assert_eq!(versions.iter().find_map(check_kind_version), None);
        for run in self.runs() {
            assert_eq!(check_run(&self.ledger.run(&run)), None);
            let mut check = EventCheck::new();
            let disagreement = self.ledger.events(&run).iter().find_map(|event| check.check(event));
            assert_eq!(disagreement, None);
        }
    }

    fn runs_read_alike(&mut self) {
        for run in self.runs() {
            let is_closed = !self.ledger.run(&run).is_open();
            for package in &mut self.packages {
                let export = package.text("export_run", run.as_str());
                assert_eq!(self.ledger.export(&run), export);
                if is_closed {
                    let receipt = package.text("receipt", run.as_str());
                    assert_eq!(self.ledger.receipt(&run), receipt);
                }
            }
        }
    }

    /// What is latest shows in which version an event gets that names none.
    fn kinds_are_alike(&mut self) {
        let run = self.ledger.start(&new_run("probe")).expect("the run starts").id;
        for kind in KINDS {
            let latest = self.latest(kind);
            for (hand, package) in self.packages.iter_mut().enumerate() {
                let request = Request::Log(new_event(
                    &run,
                    kind,
                    &format!("{kind}{hand}"),
                    r#"{"n":1,"w":1}"#,
                ));
                match (package.ask(request.call(), request.arguments(self.plan.now)), &latest) {
                    (Answer::Said(event), Some(latest)) => {
                        assert_eq!(event.get("schema_hash").map(text), Some(latest.as_str()));
                    }
                    (Answer::Refused(why), None) => {
                        assert!(why.contains("not registered"), "{why}");
                    }
                    (answer, latest) => panic!("{answer:?} {latest:?}"),
                }
            }
        }
    }

    fn locks_are_alike(&mut self) {
        let locks = self.ledger.read(|transaction| transaction.locks(None, 100));
        let ours: Value =
            locks.expect("the locks can be read").iter().map(Lock::to_object).collect();
        for package in &self.packages {
            let report = package.told(&self.sandbox, &["db", "lock-info", "--json"]);
            let theirs = report.get("locks").and_then(Value::as_array).expect("locks").to_vec();
            let theirs: Value = theirs.into_iter().map(without_expired).collect();
            assert_eq!(theirs, ours);
        }
    }

    fn runs(&mut self) -> Vec<RunId> {
        let runs = self.ledger.read(|transaction| transaction.run_ids_after(None, 1000));
        runs.expect("the runs can be listed")
    }
}

/// That column is no column: it depends on the clock of whoever reads.
fn without_expired(mut lock: Value) -> Value {
    lock.as_object_mut().expect("a lock").remove("expired");
    lock
}
