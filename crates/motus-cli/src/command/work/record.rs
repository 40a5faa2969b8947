//! `motus work outcome|evidence|decision`: adds to a claim.

use motus_app::work::{self, Recorded, WorkStore, new_id};
use motus_json::{Object, Value};
use motus_ledger::work::{
    DecisionFact, EvidenceFact, Fact, OutcomeFact, ReportedEvidence, TestCounts, WorkError,
};

use super::{attached, document, message, refused, store, tell, told, writer};
use crate::arguments::{
    DecisionArguments, EvidenceArguments, LeaseArgument, OutcomeArguments, WritingArguments,
};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::{SystemClock, SystemIds};
use crate::text::printable;

pub(crate) fn outcome(
    arguments: &OutcomeArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let adding = Adding::new("outcome", &arguments.lease, &arguments.writing)?;
    let fact = OutcomeFact {
        id: adding.id.clone(),
        outcome_type: arguments.outcome_type.clone(),
        path: arguments.path.clone(),
        description: arguments.description.clone(),
    };
    let page = format!(
        "Outcome registered: {}\nType: {}\n",
        adding.id,
        printable(&arguments.outcome_type)
    );
    adding.add(fact.fact(), &page, environment)
}

pub(crate) fn evidence(
    arguments: &EvidenceArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let mut adding = Adding::new("evidence", &arguments.lease, &arguments.writing)?;
    let EvidenceArguments { passed, failed, skipped, .. } = *arguments;
    let evidence = EvidenceFact {
        id: adding.id.clone(),
        evidence_type: arguments.evidence_type.clone(),
        tests: TestCounts { passed, failed, skipped },
        diff: arguments.diff.clone(),
        log: arguments.log.clone(),
    };
    let mut page = format!(
        "Evidence recorded: {}\nType: {}\n",
        adding.id,
        printable(&arguments.evidence_type)
    );
    let attached = attached::read(arguments, environment)?;
    if let Some(gist) = attached.gist() {
        page.push_str(&format!("Read: {gist}\n"));
        adding.gist = Some(gist);
    }
    adding.add(ReportedEvidence { evidence, attached }.fact(), &page, environment)
}

pub(crate) fn decision(
    arguments: &DecisionArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let adding = Adding::new("decision", &arguments.lease, &arguments.writing)?;
    let fact = DecisionFact {
        id: adding.id.clone(),
        decision: arguments.decision.clone(),
        rationale: arguments.rationale.clone(),
        alternatives: arguments.alternatives.clone(),
    };
    let page = format!("Decision logged: {}\n", adding.id);
    adding.add(fact.fact(), &page, environment)
}

/// One thing that is about to be added.
struct Adding<'a> {
    /// What it is: outcome, evidence or decision.
    what: &'static str,
    id: String,
    lease: &'a str,
    writing: &'a WritingArguments,
    /// What was read of the files that were named, in a few words.
    gist: Option<String>,
}

impl<'a> Adding<'a> {
    fn new(
        what: &'static str,
        lease: &'a LeaseArgument,
        writing: &'a WritingArguments,
    ) -> Result<Self, Failure> {
        let id = new_id(what, &SystemIds::draw()?);
        Ok(Self { what, id, lease: &lease.lease, writing, gist: None })
    }

    fn add(
        &self,
        fact: Result<Fact, WorkError>,
        page: &str,
        environment: &Environment,
    ) -> Result<u8, Failure> {
        let common = &self.writing.common;
        let store = store(common, environment)?;
        let agent = writer(self.writing, environment);
        let fact = fact.map_err(work::WorkFailure::from)?;
        let recorded =
            match told(work::record(&store, self.lease, &fact, agent.as_deref(), &SystemClock)) {
                Ok(recorded) => recorded,
                Err(failure) => {
                    return refused(failure, common, |refusal| Ok(self.refusal(refusal)));
                }
            };
        if !recorded.says_something {
            output::talk(
                "notice: it shows nothing by itself; give counts, a report, a file, --diff or --log",
            );
        }
        let written = if common.json {
            output::json(self.document(&recorded, &store))
        } else {
            output::data(page)
        };
        tell(written, || format!("the {} was recorded, as {}", self.what, self.id))
    }

    fn document(&self, recorded: &Recorded, store: &WorkStore) -> Object {
        let run_id = &recorded.lease.run.id;
        let bridge = document::bridge(false, run_id, Some(&recorded.event.id), store.place.path());
        let mut document = Object::from([
            ("accepted", Value::from(true)),
            (&*format!("{}_id", self.what), self.id.as_str().into()),
            ("message", self.what.into()),
            ("kernel_bridge", bridge.into()),
            ("kernel_run_id", run_id.as_str().into()),
        ]);
        if let Some(gist) = &self.gist {
            document.insert("read", gist.as_str());
        }
        document
    }

    fn refusal(&self, refusal: &WorkError) -> Object {
        Object::from([
            ("accepted", Value::from(false)),
            (&*format!("{}_id", self.what), Value::Null),
            ("message", message(refusal).into()),
            ("kernel_bridge", document::no_bridge().into()),
            ("reason_code", document::reason_code(refusal)),
        ])
    }
}
