//! One piece of work, two hands: our work loop, and the package's kernel in the same run.

use motus_ledger::work::{
    self, ClaimRequest, Claimed, EvidenceFact, HandOff, Party, ReleaseOutcome, ReleaseRequest,
    ResourceSpec, TestCounts, WorkError,
};
use motus_ledger::{Clock, RunId};
use motus_testkit::{FixedClock, TestLedger, WallClock};

use super::{Python, both_agree};
use crate::sandbox::Sandbox;

/// What the package registers before it claims, in its own words, and how it does all else.
const PRELUDE: &str = "
def kind(name, required, **fields):
    types = {'s': 'string', 'i': 'integer', 'a': 'array', 'n': ['string', 'null'],
             'o': ['object', 'null']}
    properties = {field: {'type': types[letter]} for field, letter in fields.items()}
    return store.register_kind(
        name, {'type': 'object', 'required': required.split(), 'properties': properties})

def evidence(key):
    name = 'evidence.motus_work.test_result'
    kind(name, 'lease_id evidence_type summary', lease_id='s', legacy_evidence_id='n',
         evidence_type='s', summary='s', test_results='o', diff_summary='n', log_excerpt='n')
    return log(name, key, {'lease_id': 'lease-a', 'evidence_type': 'test_result', 'summary': 's'})

def claim(lease, task):
    id = store.start_run(source='motus-work', intent='i', cwd='/w', git_sha=None,
                         idempotency_key='claim:' + lease, producer_id='motus-work:bob').id
    kind('work.claim', 'lease_id work_id agent_id intent resource_specs', lease_id='s',
         work_id='s', agent_id='s', intent='s', resource_specs='a', ttl_s='i')
    store.log_event(run_id=id, schema_kind='work.claim', idempotency_key='c', producer_id='p', payload={
        'lease_id': lease, 'work_id': task, 'agent_id': 'bob', 'intent': 'i',
        'resource_specs': [], 'ttl_s': 3600})
    return id
";

/// The package has the time of the machine.
fn now() -> FixedClock {
    FixedClock::at_nanoseconds(WallClock.unix_nanoseconds())
}

fn request(lease: &str, task: &str) -> ClaimRequest {
    ClaimRequest {
        lease_id: lease.to_owned(),
        work_id: task.to_owned(),
        agent_id: "ann".to_owned(),
        intent: String::new(),
        resources: vec![ResourceSpec::parse("file:src/é.rs")],
        ttl_seconds: 3600,
        shared: false,
        cwd: "/w".to_owned(),
        git_sha: None,
        from: None,
    }
}

fn claim(ledger: &mut TestLedger, request: &ClaimRequest) -> Result<Claimed, WorkError> {
    ledger.step(|transaction, clock, ids| work::claim(transaction, request, clock, ids))
}

fn add_evidence(ledger: &mut TestLedger, id: &str) -> Result<u64, WorkError> {
    let tests = TestCounts { passed: Some(1), ..TestCounts::default() };
    let (id, evidence_type) = (id.to_owned(), "test_result".to_owned());
    let fact = EvidenceFact { id, evidence_type, tests, diff: None, log: None }.fact()?;
    ledger.step(|transaction, clock, _| {
        work::record(transaction, "lease-a", &fact, None, clock).map(|(_, event)| event.seq)
    })
}

fn code<T>(result: Result<T, WorkError>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

fn tell(python: &Python, sandbox: &Sandbox, run: &RunId, script: &str) -> String {
    python.run(sandbox, run.as_str(), &format!("{PRELUDE}\n{script}"))
}

#[test]
fn a_claim_of_ours_is_continued_by_the_package_and_by_us() {
    let test = "work::a_claim_of_ours_is_continued_by_the_package_and_by_us";
    let Some(python) = Python::find(test) else { return };
    let sandbox = Sandbox::new();
    let mut ledger = TestLedger { clock: now(), ..sandbox.ledger() };
    let run = claim(&mut ledger, &request("lease-a", "T1")).expect("granted").lease.run.id;
    assert_eq!(add_evidence(&mut ledger, "evidence-1").expect("recorded"), 2);
    assert_eq!(tell(&python, &sandbox, &run, "print(evidence('theirs').seq)"), "3");
    assert_eq!(add_evidence(&mut ledger, "evidence-2").expect("recorded"), 4);
    let release = ReleaseRequest {
        lease: "lease-a".to_owned(),
        outcome: ReleaseOutcome::Success,
        hand_off: Some(HandOff {
            receiver: Party::parse("human:é").expect("a party"),
            expected_action: "approve".to_owned(),
            reason: "é".to_owned(),
        }),
        note: None,
        agent_id: None,
    };
    ledger
        .step(|transaction, clock, _| work::release(transaction, &release, clock))
        .expect("released");
    both_agree(&python, &sandbox, &run);
}

#[test]
fn a_claim_of_the_package_is_in_our_way_while_it_is_open() {
    let test = "work::a_claim_of_the_package_is_in_our_way_while_it_is_open";
    let Some(python) = Python::find(test) else { return };
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    let theirs = tell(&python, &sandbox, &RunId::from(""), "print(claim('lease-0', 'T1'))");
    let theirs = RunId::from(theirs);
    let mut ledger = TestLedger { clock: now(), ..sandbox.ledger() };
    assert_eq!(code(claim(&mut ledger, &request("lease-a", "T1"))), "work.held");
    assert_eq!(ledger.lock("file:src/é.rs"), None);
    tell(&python, &sandbox, &theirs, "end()");
    claim(&mut ledger, &request("lease-a", "T1")).expect("granted");
    both_agree(&python, &sandbox, &theirs);
}

#[test]
fn a_run_that_the_package_closed_gives_its_locks_to_the_next_claim() {
    let test = "work::a_run_that_the_package_closed_gives_its_locks_to_the_next_claim";
    let Some(python) = Python::find(test) else { return };
    let sandbox = Sandbox::new();
    let mut ledger = TestLedger { clock: now(), ..sandbox.ledger() };
    let run = claim(&mut ledger, &request("lease-a", "T1")).expect("granted").lease.run.id;
    tell(&python, &sandbox, &run, "end()");
    assert_eq!(code(add_evidence(&mut ledger, "evidence-1")), "work.lease_closed");
    let next = claim(&mut ledger, &request("lease-b", "T1")).expect("granted");
    let tokens: Vec<u64> = next.locks.iter().map(|lock| lock.fencing_token).collect();
    assert_eq!(tokens, [2, 2]);
    assert_eq!(tell(&python, &sandbox, &run, "print(len(store.list_runs()))"), "2");
}
