//! Handing over, going on, accepting.

use motus_json::Value;
use motus_ledger::portable::story::Actor;
use motus_ledger::work::{
    self, AcceptRequest, ClaimRequest, EvidenceFact, HandOff, Judgement, Lease, Method, Origin,
    Party, ReleaseOutcome, Stage, TestCounts, WorkError,
};
use motus_ledger::{Outcome, RunId};

use super::{Work, code, owner, request};

fn hand_off(receiver: Party) -> HandOff {
    HandOff {
        receiver,
        expected_action: "approve".to_owned(),
        reason: "must, with token=abc".to_owned(),
    }
}

/// Claims, adds evidence and hands over; returns the run and its evidence.
fn handed(work: &mut Work, receiver: &Party) -> (RunId, String) {
    let claimed = work.claim(&request("lease-a", "T1")).expect("granted");
    let evidence = work.evidence("lease-a", "e").expect("recorded").id;
    let hand_off = hand_off(receiver.clone());
    work.release("lease-a", ReleaseOutcome::Partial, Some(hand_off)).expect("released");
    (claimed.lease.run.id, evidence)
}

fn acceptance(run: &RunId, acceptor: Option<Party>, agent: &str) -> AcceptRequest {
    AcceptRequest {
        run_id: run.clone(),
        acceptor,
        agent_id: agent.to_owned(),
        cwd: "/w".to_owned(),
        git_sha: None,
    }
}

fn judgement(work: &mut Work, run: &RunId) -> Judgement {
    let run = work.ledger.run(run);
    work.ledger.read(|transaction| work::judge(transaction, &run)).expect("readable").judgement
}

#[test]
fn handing_over_needs_evidence_and_says_to_whom() {
    let mut work = Work::new();
    let claimed = work.claim(&request("lease-a", "T1")).expect("granted");
    let refused = work.release("lease-a", ReleaseOutcome::Partial, Some(hand_off(owner())));
    assert_eq!(code(refused), "work.handoff_without_evidence");
    assert_eq!(work.ledger.events(&claimed.lease.run.id).len(), 1);
    let evidence = work.evidence("lease-a", "e").expect("recorded");
    work.release("lease-a", ReleaseOutcome::Partial, Some(hand_off(owner()))).expect("released");
    let events = work.ledger.events(&claimed.lease.run.id);
    let kinds: Vec<(&str, &str)> = events
        .iter()
        .map(|event| (event.schema_kind.as_str(), event.idempotency_key.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("work.claim", "claim:lease-a:event"),
            ("evidence.motus_work.test_result", "evidence:lease-a:e"),
            ("route.motus_work", "route:lease-a"),
            ("handoff.motus_work", "handoff:lease-a"),
            ("work.release", "release:lease-a:partial"),
        ]
    );
    let handoff = events[3].payload().expect("readable");
    assert_eq!(handoff.get("evidence_refs"), Some(&Value::from(vec![evidence.id])));
    assert_eq!(handoff.get("reason").and_then(Value::as_str), Some("must, with token=[REDACTED]"));
    let release = events[4].payload().expect("readable");
    assert_eq!(release.get("redaction_applied").and_then(Value::as_bool), Some(true));
}

#[test]
fn a_hand_off_says_what_and_why() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.evidence("lease-a", "e").expect("recorded");
    let good = || hand_off(owner());
    for (hand_off, expected) in [
        (HandOff { expected_action: " ".to_owned(), ..good() }, "ledger.field_required"),
        (HandOff { reason: String::new(), ..good() }, "ledger.field_required"),
        (HandOff { reason: "x".repeat(65_537), ..good() }, "work.text_too_long"),
        (
            HandOff { receiver: Party::parse("agent:token=x").expect("a party"), ..good() },
            "work.secret_in_name",
        ),
        (
            HandOff { receiver: Party::parse("human:/home/own er").expect("a party"), ..good() },
            "receipt.actor_invalid",
        ),
    ] {
        let refused = work.release("lease-a", ReleaseOutcome::Success, Some(hand_off));
        assert_eq!(code(refused), expected);
    }
}

#[test]
fn releasing_again_is_a_replay_only_with_the_same_hand_off() {
    let mut work = Work::new();
    handed(&mut work, &owner());
    let mut again =
        |hand_off| work.release("lease-a", ReleaseOutcome::Partial, hand_off).map(|it| it.replayed);
    assert!(again(Some(hand_off(owner()))).expect("a replay"));
    let mut differs = |hand_off| {
        let refused = again(hand_off).expect_err("a conflict");
        assert_eq!(refused.code(), "work.release_conflict");
        refused.to_string()
    };
    let to_owner = "lease was released before and handed to human:owner: lease-a";
    assert_eq!(differs(None), to_owner);
    assert_eq!(differs(Some(hand_off(Party::parse("human:other").expect("a party")))), to_owner);
    assert_eq!(
        differs(Some(HandOff { reason: "other".to_owned(), ..hand_off(owner()) })),
        "lease was released before and handed to human:owner, for another action or reason: lease-a"
    );
    work.claim(&request("lease-b", "T2")).expect("granted");
    work.release("lease-b", ReleaseOutcome::Success, None).expect("released");
    let late = work.release("lease-b", ReleaseOutcome::Success, Some(hand_off(owner())));
    let text = late.as_ref().err().map(ToString::to_string);
    let to_nobody = "lease was released before and handed to nobody: lease-b";
    assert_eq!(text.as_deref(), Some(to_nobody));
    assert_eq!(code(late), "work.release_conflict");
}

#[test]
fn the_receiver_accepts_in_a_run_of_its_own() {
    let mut work = Work::new();
    let (run, _) = handed(&mut work, &owner());
    let accepted = work.accept(&acceptance(&run, Some(owner()), "ann")).expect("accepted");
    assert!(!accepted.replayed);
    assert_ne!(accepted.run.id, run);
    assert_eq!(accepted.run.idempotency_key, format!("accept:{run}:human:owner"));
    assert_eq!(accepted.run.producer_id, "motus-work:ann");
    let end = accepted.run.closing.as_ref().expect("closed");
    assert_eq!(
        (end.outcome, &end.outcome_note),
        (Outcome::Success, &Some(format!("motus work accepted {run}")))
    );
    let payload = accepted.event.payload().expect("readable");
    let said = |name| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    assert_eq!(said("decision").as_deref(), Some("accepted"));
    assert_eq!(said("accepted_run").as_deref(), Some(run.as_str()));
    assert_eq!(said("lease_id").as_deref(), Some("lease-a"));
    let receipt = work.ledger.receipt(&run);
    assert!(receipt.contains(&said("receipt_id").expect("a receipt")), "{receipt}");

    let elsewhere =
        AcceptRequest { cwd: "/x".to_owned(), ..acceptance(&run, Some(owner()), "bob") };
    let again = work.accept(&elsewhere).expect("a replay");
    assert!(again.replayed);
    assert_eq!((again.run.id, again.event.id), (accepted.run.id.clone(), accepted.event.id));
    let closing = accepted.run.closing.expect("closed");
    assert_eq!(
        judgement(&mut work, &run),
        Judgement::Accepted {
            by: Actor { kind: "human".to_owned(), id: "owner".to_owned() },
            method: Method::HandoffAcceptance,
            at: closing.ended_at,
            in_run: Some(accepted.run.id.clone()),
        }
    );
    let own = work.ledger.run(&accepted.run.id);
    let own = work.ledger.read(|transaction| work::judge(transaction, &own)).expect("readable");
    assert_eq!((own.hand_off, own.accepts), (None, Some(run)));
}

#[test]
fn nobody_else_accepts() {
    let mut work = Work::new();
    let (run, _) = handed(&mut work, &owner());
    let other = Party::parse("human:other").expect("a party");
    let agent = Party::parse("agent:owner").expect("a party");
    for (acceptor, name) in [(Some(other), "owner"), (Some(agent), "owner"), (None, "owner")] {
        assert_eq!(code(work.accept(&acceptance(&run, acceptor, name))), "work.not_receiver");
    }
    assert_eq!(judgement(&mut work, &run), Judgement::Waiting { receiver: owner() });
}

#[test]
fn an_agent_that_is_the_receiver_need_not_say_so() {
    let mut work = Work::new();
    let (run, _) = handed(&mut work, &Party::parse("agent:bob").expect("a party"));
    assert_eq!(code(work.accept(&acceptance(&run, None, "ann"))), "work.not_receiver");
    let accepted = work.accept(&acceptance(&run, None, "bob")).expect("accepted");
    assert_eq!(accepted.acceptor.to_string(), "agent:bob");
}

#[test]
fn only_what_was_handed_over_is_accepted() {
    let mut work = Work::new();
    let open = work.claim(&request("lease-b", "T2")).expect("granted").lease.run.id;
    assert_eq!(code(work.accept(&acceptance(&open, None, "ann"))), "work.not_handed_over");
    work.release("lease-b", ReleaseOutcome::Success, None).expect("released");
    assert_eq!(code(work.accept(&acceptance(&open, None, "ann"))), "work.not_handed_over");
    let unknown = acceptance(&RunId::from("run_9"), None, "ann");
    assert_eq!(code(work.accept(&unknown)), "ledger.run_unknown");
}

#[test]
fn a_claim_goes_on_with_the_evidence_in_view() {
    let mut work = Work::new();
    let (run, evidence) = handed(&mut work, &owner());
    let asked = ClaimRequest { from: Some(run.clone()), ..request("lease-b", "T1") };
    let claimed = work.claim(&asked).expect("granted");
    assert_eq!(claimed.lease.from_run.as_ref(), Some(&run));
    let lease = work.lease("lease-b");
    let origin = work.ledger.read(|transaction| Origin::of_lease(transaction, &lease));
    let origin = origin.expect("readable").expect("it continues something");
    assert_eq!((&origin.run.id, origin.work_id.as_str()), (&run, "T1"));
    assert_eq!(origin.hand_off.receiver, owner());
    assert_eq!(origin.hand_off.evidence_refs, [evidence.as_str()]);
    let ids: Vec<&str> = origin
        .evidence
        .iter()
        .filter_map(|item| item.get("evidence_id").and_then(Value::as_str))
        .collect();
    assert_eq!(ids, [evidence.as_str()]);
}

#[test]
fn a_claim_that_continues_nothing_known_stands_alone() {
    let mut work = Work::new();
    let open = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    for (lease, from) in
        [("lease-b", None), ("lease-c", Some(RunId::from("run_9"))), ("lease-d", Some(open))]
    {
        let asked = ClaimRequest { from, ..request(lease, lease) };
        let lease = work.claim(&asked).expect("granted").lease;
        let origin = work.ledger.read(|transaction| Origin::of_lease(transaction, &lease));
        assert_eq!(origin.expect("readable"), None);
    }
}

/// Claims what a run hands over, as an agent, for a task that is perhaps named.
fn go_on(work: &mut Work, run: &RunId, agent: &str, task: &str) -> Result<Lease, WorkError> {
    let mut asked = ClaimRequest {
        agent_id: agent.to_owned(),
        intent: String::new(),
        ..request(&format!("lease-{agent}-{task}"), task)
    };
    let run = work.ledger.run(run);
    work.step(|transaction, clock, ids| {
        Origin::of_claim(transaction, run, &mut asked)?;
        Ok(work::claim(transaction, &asked, clock, ids)?.lease)
    })
}

#[test]
fn the_receiver_goes_on_and_nobody_else() {
    let mut work = Work::new();
    let (run, _) = handed(&mut work, &owner());
    assert_eq!(code(go_on(&mut work, &run, "stranger", "")), "work.not_receiver");
    assert_eq!(code(go_on(&mut work, &run, "ann", "T1")), "work.not_receiver");
    assert_eq!(code(go_on(&mut work, &run, "owner", "T2")), "work.other_task");
    let lease = go_on(&mut work, &run, "owner", "").expect("granted");
    assert_eq!((&*lease.work_id, &*lease.run.intent), ("T1", "approve"));
    assert_eq!(lease.from_run, Some(run.clone()));
    assert_eq!(code(go_on(&mut work, &run, "owner", "T1")), "work.held");
}

#[test]
fn evidence_that_says_nothing_is_not_handed_over() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    let empty = EvidenceFact {
        id: "e".to_owned(),
        evidence_type: "test_result".to_owned(),
        tests: TestCounts::default(),
        diff: None,
        log: Some(" ".to_owned()),
    };
    let fact = empty.fact().expect("a fact");
    work.step(|transaction, clock, _| work::record(transaction, "lease-a", &fact, None, clock))
        .expect("recorded");
    let refused = work.release("lease-a", ReleaseOutcome::Partial, Some(hand_off(owner())));
    assert_eq!(code(refused), "work.handoff_without_evidence");
    work.evidence("lease-a", "f").expect("recorded");
    work.release("lease-a", ReleaseOutcome::Partial, Some(hand_off(owner()))).expect("released");
}

#[test]
fn a_claim_tells_where_it_stands() {
    let mut work = Work::new();
    let stage = |work: &mut Work, name: &str| {
        let lease = work.lease(name);
        let judged = work.ledger.read(|transaction| work::judge(transaction, &lease.run));
        Stage::of(&lease, judged.ok().as_ref(), &work.ledger.clock).as_str()
    };
    let (run, _) = handed(&mut work, &owner());
    assert_eq!(stage(&mut work, "lease-a"), "handed_over");
    work.accept(&acceptance(&run, Some(owner()), "ann")).expect("accepted");
    assert_eq!(stage(&mut work, "lease-a"), "accepted");
    for (lease, outcome, told) in [
        ("lease-b", ReleaseOutcome::Success, "released"),
        ("lease-c", ReleaseOutcome::Failure, "failed"),
        ("lease-d", ReleaseOutcome::Aborted, "aborted"),
        ("lease-e", ReleaseOutcome::Partial, "released"),
    ] {
        work.claim(&request(lease, lease)).expect("granted");
        assert_eq!(stage(&mut work, lease), "open");
        work.release(lease, outcome, None).expect("released");
        assert_eq!(stage(&mut work, lease), told);
    }
    work.claim(&request("lease-f", "T6")).expect("granted");
    work.ledger.clock.advance_seconds(60);
    assert_eq!(stage(&mut work, "lease-f"), "expired");
    work.clean_up();
    assert_eq!(stage(&mut work, "lease-f"), "cleaned");
}
