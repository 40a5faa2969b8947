//! From a run of the Store to a finished piece of work in portable terms.
//!
//! Only what the Store holds is told, and of that nothing that belongs to one machine: no directory, no
//! process, no user. Whoever did the work is said to be the tool or agent that recorded it; a person is
//! never guessed, only taken from a hand-off that names one, or from whoever asks for the document.

mod actor;
mod error;
mod evidence;
mod handing;
mod heard;
mod judgement;
mod verdict;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use motus_json::Object;

use crate::portable::privacy::{Scrubbed, scrub};
use crate::portable::work::{Happening, Instruction, Moment, References, Step, Work};
use crate::wrap::{CiSystem, SOURCE as WRAP};
use crate::{Closing, Event, ReadTransaction, Run, StoreError};

pub use actor::Actor;
pub use error::StoryError;
pub(crate) use judgement::judge_without_evidence;
pub use judgement::{Judged, Judgement, Method, judge_alone};

use heard::Heard;

/// Tells the work of a run, holding one event at a time; `named` is who did it, if somebody says so.
///
/// Errors: `projection.run_open`, `projection.payload_unreadable`, `projection.payload_altered`,
/// `receipt.identifier_unfit`, `receipt.actor_invalid`.
pub fn tell(
    transaction: &dyn ReadTransaction,
    run: Run,
    named: Option<Actor>,
) -> Result<Work, StoryError> {
    let story = listen(transaction, run, named)?;
    story.check_identifiers()?;
    Ok(story.finish())
}

/// Hears all events of a run.
fn listen(
    transaction: &dyn ReadTransaction,
    run: Run,
    named: Option<Actor>,
) -> Result<Story, StoryError> {
    let run_id = run.id.clone();
    Story::of(run, named)?.hearing(&mut |take| transaction.visit_events(&run_id, take))
}

/// Hears those events of a run whose kind does not begin so.
fn listen_without(
    transaction: &dyn ReadTransaction,
    run: Run,
    prefix: &str,
) -> Result<Story, StoryError> {
    let run_id = run.id.clone();
    let story = Story::of(run, None)?;
    story.hearing(&mut |take| transaction.visit_events_without(&run_id, prefix, take))
}

/// Hands events to whoever takes them in.
type Visit<'v> = dyn FnMut(&mut dyn FnMut(Event) -> ControlFlow<()>) -> Result<(), StoreError> + 'v;

/// Listens to the events of a run, in order, and tells the work in the end.
#[derive(Debug)]
struct Story {
    run: Run,
    closing: Closing,
    named: Option<Actor>,
    heard: Heard,
    is_redacted: bool,
}

impl Story {
    fn of(run: Run, named: Option<Actor>) -> Result<Self, StoryError> {
        if let Some(named) = &named {
            named.check()?;
        }
        let Some(closing) = run.closing.clone() else {
            return Err(StoryError::RunOpen(run.id.to_string()));
        };
        Ok(Self { run, closing, named, heard: Heard::default(), is_redacted: false })
    }

    fn hearing(mut self, visit: &mut Visit<'_>) -> Result<Self, StoryError> {
        let mut heard = Ok(());
        visit(&mut |event| {
            heard = self.heard.take(&event);
            if heard.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        heard.map(|()| self)
    }

    /// Two identifiers that were cleaned might be one: what is unfit to travel is refused.
    fn check_identifiers(&self) -> Result<(), StoryError> {
        let is_unfit = |id: &str| scrub(id).changed;
        if is_unfit(self.run.id.as_str()) {
            return Err(StoryError::IdentifierUnfit("the run"));
        }
        if self.evidence_ids().into_iter().any(is_unfit) {
            return Err(StoryError::IdentifierUnfit("an event"));
        }
        Ok(())
    }

    fn finish(mut self) -> Work {
        self.is_redacted = self.heard.is_redacted;
        let run_id = self.run.id.to_string();
        let claimed = self.heard.claim.as_ref().and_then(|claim| claim.work_id.clone());
        let work_id = claimed.map_or_else(|| run_id.clone(), |id| self.clean(&id));
        let actor = self.actor();
        let ended_at = self.closing.ended_at.to_string();
        let instruction = self.instruction();
        let trigger = self.trigger();
        let verdict = self.verdict();
        let mut steps = vec![self.tools()];
        steps.append(&mut self.heard.evidence);
        Work {
            work_id,
            producer_id: None,
            git_sha: self.run.git_sha.clone().filter(|sha| is_commit(sha)),
            trigger,
            runtime: Object::from([("name", "motus"), ("kind", self.runtime_kind())]),
            instruction,
            started: Moment { at: self.run.started_at.to_string(), key: self.key("started") },
            steps,
            closed: Moment { at: ended_at.clone(), key: self.key("closed") },
            outcome: verdict.outcome,
            acceptance: verdict.acceptance,
            route_summary: verdict.route_summary,
            handoff: verdict.handoff,
            redaction: self.redaction(),
            references: References {
                export_uri: Some(run_uri(&run_id)),
                receipt_uri: None,
                projection_id: format!("projection:{run_id}"),
                exported_at: ended_at.clone(),
                created_at: ended_at,
            },
            actor,
            run_id,
        }
    }

    /// Makes a text fit to travel, and remembers when that changed it.
    fn clean(&mut self, text: &str) -> String {
        let Scrubbed { text, changed } = scrub(text);
        self.is_redacted |= changed;
        text
    }

    fn instruction(&mut self) -> Instruction {
        let intent = self.run.intent.clone();
        let text = self.clean(&intent);
        let kind = match (&self.heard.claim, self.is_command()) {
            (Some(_), _) => "ticket",
            (None, true) => "command",
            (None, false) => "other",
        };
        Instruction { kind: kind.to_owned(), summary: Some(text.clone()), uri: None, text }
    }

    fn trigger(&mut self) -> Object {
        if let Some(system) = self.ci_system() {
            return Object::from([("kind", "ci"), ("ref", system.source())]);
        }
        let source = self.run.source.clone();
        Object::from([("kind", "manual".to_owned()), ("ref", self.clean(&source))])
    }

    fn runtime_kind(&self) -> &'static str {
        if self.ci_system().is_some() { "ci" } else { "cli" }
    }

    fn ci_system(&self) -> Option<CiSystem> {
        CiSystem::of_source(&self.run.source)
    }

    fn is_command(&self) -> bool {
        self.heard.is_command || self.run.source == WRAP
    }

    fn tools(&mut self) -> Step {
        let tool = match self.heard.tool.take() {
            Some(name) => {
                Object::from([("name", self.clean(&name)), ("kind", "command".to_owned())])
            }
            None if self.heard.is_of_work() => {
                Object::from([("name", "motus-work"), ("kind", "cli")])
            }
            None => Object::from([("name", "motus"), ("kind", "cli")]),
        };
        let moment = Moment { at: self.run.started_at.to_string(), key: self.key("tool") };
        Step { moment, what: Happening::Tools(vec![tool.into()]) }
    }

    /// The Store's own keys hold process numbers; these say the same of every run.
    fn key(&self, what: &str) -> String {
        format!("{}:{what}", self.run.id)
    }

    fn redaction(&self) -> Object {
        if !self.is_redacted {
            return Object::from([("status", "none")]);
        }
        Object::from([
            ("status", "redacted"),
            ("summary", "output, credentials and absolute paths are left out"),
        ])
    }

    fn evidence_ids(&self) -> BTreeSet<&str> {
        let steps = self.heard.evidence.iter();
        let references = steps.filter_map(|step| match &step.what {
            Happening::Evidence(references) => Some(references),
            Happening::Tools(_) => None,
        });
        references
            .flatten()
            .filter_map(|reference| reference.get("evidence_id")?.as_str())
            .collect()
    }
}

/// Returns how a document refers to a run of the Store that it was made from.
fn run_uri(run_id: &str) -> String {
    format!("motus-store:run/{run_id}")
}

/// Git names a commit by its whole digest; what another hand put there may be anything.
fn is_commit(sha: &str) -> bool {
    matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_hexdigit())
}
