//! The work loop over the Store in memory.

mod claims;
mod hand_off;
mod published;
mod releases;

use motus_ledger::work::{
    self, AcceptRequest, Accepted, ClaimRequest, Claimed, EvidenceFact, HandOff, Lease, LeaseState,
    Party, ReleaseOutcome, ReleaseRequest, Released, TestCounts, WorkError,
};
use motus_ledger::{Event, Run, RunId, WriteTransaction};
use motus_testkit::sample::{new_event, new_run};
use motus_testkit::{MemoryStore, TestLedger};

/// The schema of `work.claim`, as every release registers it.
const CLAIM: &str = r#"{"type":"object",
    "required":["lease_id","work_id","agent_id","intent","resource_specs"],
    "properties":{"lease_id":{"type":"string"},"work_id":{"type":"string"},
        "agent_id":{"type":"string"},"intent":{"type":"string"},
        "resource_specs":{"type":"array"},"ttl_s":{"type":"integer"}}}"#;

/// The schema of `work.release`, as every release registers it.
const RELEASE: &str = r#"{"type":"object",
    "required":["lease_id","outcome","decision","reason_code"],
    "properties":{"lease_id":{"type":"string"},"outcome":{"type":"string"},
        "decision":{"type":"string"},"reason_code":{"type":"string"},"message":{"type":"string"}}}"#;

/// A ledger, and the steps of the loop on it, each in a transaction of its own.
struct Work {
    ledger: TestLedger,
}

fn request(lease: &str, task: &str) -> ClaimRequest {
    ClaimRequest {
        lease_id: lease.to_owned(),
        work_id: task.to_owned(),
        agent_id: "ann".to_owned(),
        intent: format!("Work on {task}"),
        resources: Vec::new(),
        ttl_seconds: 60,
        shared: false,
        cwd: "/w".to_owned(),
        git_sha: None,
        from: None,
    }
}

impl Work {
    fn new() -> Self {
        Self { ledger: TestLedger::new(Box::new(MemoryStore::new())) }
    }

    /// Runs a step in a transaction, which is committed unless the step is refused.
    fn step<T>(
        &mut self,
        step: impl FnOnce(
            &mut dyn WriteTransaction,
            &motus_testkit::FixedClock,
            &motus_testkit::SequentialIds,
        ) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let TestLedger { store, clock, ids } = &mut self.ledger;
        let mut transaction = store.begin_write().expect("a transaction");
        let done = step(&mut *transaction, clock, ids)?;
        transaction.commit()?;
        Ok(done)
    }

    fn claim(&mut self, request: &ClaimRequest) -> Result<Claimed, WorkError> {
        self.step(|transaction, clock, ids| work::claim(transaction, request, clock, ids))
    }

    fn evidence(&mut self, lease: &str, id: &str) -> Result<Event, WorkError> {
        let fact = EvidenceFact {
            id: id.to_owned(),
            evidence_type: "test_result".to_owned(),
            tests: TestCounts { passed: Some(1), ..TestCounts::default() },
            diff: None,
            log: None,
        };
        let fact = fact.fact()?;
        let recorded = self
            .step(|transaction, clock, _| work::record(transaction, lease, &fact, None, clock))?;
        Ok(recorded.1)
    }

    fn release(
        &mut self,
        lease: &str,
        outcome: ReleaseOutcome,
        hand_off: Option<HandOff>,
    ) -> Result<Released, WorkError> {
        let lease = lease.to_owned();
        self.release_as(&ReleaseRequest { lease, outcome, hand_off, note: None, agent_id: None })
    }

    fn release_as(&mut self, request: &ReleaseRequest) -> Result<Released, WorkError> {
        self.step(|transaction, clock, _| work::release(transaction, request, clock))
    }

    fn accept(&mut self, request: &AcceptRequest) -> Result<Accepted, WorkError> {
        self.step(|transaction, clock, ids| work::accept(transaction, request, clock, ids))
    }

    /// Cleans up page by page, each in a transaction of its own.
    fn clean_up(&mut self) -> Vec<String> {
        let (mut cleaned, mut before) = (Vec::new(), None);
        loop {
            let page = self
                .step(|transaction, clock, _| work::expire_page(transaction, before.take(), clock));
            let (closed, next) = page.expect("cleaned up");
            cleaned.extend(closed.into_iter().map(|lease| lease.lease_id));
            match next {
                Some(next) => before = Some(next),
                None => return cleaned,
            }
        }
    }

    #[track_caller]
    fn lease(&mut self, name: &str) -> Lease {
        let found = self.ledger.read(|transaction| work::find_lease(transaction, name));
        found.expect("readable").expect("found")
    }

    fn state(&mut self, name: &str) -> LeaseState {
        self.lease(name).state(&self.ledger.clock)
    }

    fn token(&mut self, resource: &str) -> Option<u64> {
        self.ledger.lock(resource).map(|lock| lock.fencing_token)
    }

    /// Claims as the published releases do: a run and an event, and no lock.
    fn claim_without_lock(&mut self, lease: &str, claim: &str) -> Run {
        let asked = motus_ledger::NewRun {
            source: work::SOURCE.to_owned(),
            ..new_run(&format!("claim:{lease}"))
        };
        let run = self.ledger.start(&asked).expect("started");
        self.ledger.register("work.claim", CLAIM).expect("registered");
        let key = format!("claim:{lease}:event");
        self.ledger.append(&new_event(&run.id, "work.claim", &key, claim)).expect("appended");
        run
    }

    /// Appends an event as the published releases do, which look at no lock.
    fn append_without_lock(&mut self, run: &RunId, key: &str) {
        self.ledger.register("note", r#"{"type":"object"}"#).expect("registered");
        self.ledger.append(&new_event(run, "note", key, "{}")).expect("appended");
    }
}

/// Spells the claim of a published release.
fn published_claim(lease: &str, task: &str) -> String {
    format!(
        r#"{{"lease_id":"{lease}","work_id":"{task}","agent_id":"bob","intent":"i","resource_specs":[{{"type":"task","path":"{task}"}}],"ttl_s":60}}"#
    )
}

fn code<T>(result: Result<T, WorkError>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

fn owner() -> Party {
    Party::parse("human:owner").expect("a party")
}
