//! A scenario as data: what a loop is asked, and an answer for each of its questions.

use std::collections::BTreeMap;

use motus_kernel::Uuid;
use motus_kernel::compiler::{
    ActOut, AdapterError, DecideOut, HitlAnswer, LensOut, LoopRequest, ObserveOut,
    OverrideEstimate, RecordingProfile, VerificationOut,
};
use motus_kernel::names::Phase;
use motus_kernel::policy::Rules;
use motus_kernel::receipt::{Gate, Outcome};

use super::error::{Faults, Place, ScenarioError};
use super::{check, read, yaml};

/// A loop, everything that it will be told, and its children.
///
/// Shape: `docs/scenarios.md`.
#[derive(Debug)]
pub struct Scenario {
    pub(super) place: Place,
    pub(super) request: LoopRequest,
    /// Where the number of events stands, or the loop.
    pub(super) events_place: Place,
    pub(super) policy: Rules,
    pub(super) profile: RecordingProfile,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) evidence: BTreeMap<String, EvidenceFile>,
    pub(super) answers: Answers,
    pub(super) children: Vec<Scenario>,
}

impl Scenario {
    /// Reads a scenario document.
    ///
    /// Errors: everything that is wrong with it, in the order of the text; of what is not well-formed YAML
    /// only the first fault.
    pub fn read(text: &str) -> Result<Self, Vec<ScenarioError>> {
        let faults = Faults::default();
        let root = yaml::read(text, &faults).map_err(|error| vec![error])?;
        let scenario = read::document(&root, &faults);
        if let Some(scenario) = scenario.as_ref().filter(|_| faults.is_empty()) {
            check::check(scenario, &faults);
        }
        let faults = faults.into_vec();
        match scenario {
            Some(scenario) if faults.is_empty() => Ok(scenario),
            _ => Err(faults),
        }
    }

    /// Returns the loop's identifier.
    pub fn loop_id(&self) -> Uuid {
        self.request.loop_id
    }

    /// Returns the policy under which the loop and its children run, and their bundles verify.
    pub fn policy(&self) -> &Rules {
        &self.policy
    }

    /// Returns the children, in the order of the document.
    pub fn children(&self) -> &[Scenario] {
        &self.children
    }
}

/// What the loop's clock shows.
#[derive(Debug)]
pub(super) enum Clock {
    /// A time, and so many milliseconds more each time it is read.
    Steps { place: Place, start: String, step_ms: u64 },
    /// One time after the other.
    Times(List<String>),
}

/// What the loop's events are called.
#[derive(Debug)]
pub(super) enum Ids {
    /// An identifier whose last group is counted up, in decimal digits.
    CountedUp { place: Place, first: Uuid, number: u64 },
    /// One identifier after the other.
    Listed(List<Uuid>),
}

/// A list in the document.
#[derive(Debug)]
pub(super) struct List<T> {
    pub(super) place: Place,
    pub(super) entries: Vec<(Place, T)>,
}

/// The answers to one kind of question, in the order in which it is asked.
pub(super) type AnswerList<T> = List<Result<T, AdapterError>>;

/// An answer that may be missing, where the question has an answer of its own.
pub(super) type Single<T> = Option<(Place, Result<T, AdapterError>)>;

/// All answers.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) observe: AnswerList<ObserveOut>,
    pub(super) orient: AnswerList<LensOut>,
    pub(super) decide: AnswerList<Decided>,
    pub(super) act: AnswerList<ActOut>,
    pub(super) verify: AnswerList<VerificationOut>,
    pub(super) gates: BTreeMap<Phase, AnswerList<Vec<Gate>>>,
    pub(super) estimate: Single<OverrideEstimate>,
    pub(super) human: AnswerList<HitlAnswer>,
    pub(super) conclude: Single<Outcome>,
}

/// A plan, and which loops its children are.
#[derive(Debug)]
pub(super) struct Decided {
    /// The plan; what is wanted of its children is what their scenarios want.
    pub(super) plan: DecideOut,
    pub(super) spawned: Vec<(Place, Uuid, bool)>,
}

/// The text of a file of evidence.
#[derive(Debug)]
pub(crate) struct EvidenceFile {
    pub(super) place: Place,
    pub(super) text: String,
}
