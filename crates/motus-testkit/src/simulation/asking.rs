//! From what a worker wants to a request: which run it is, and which token it has to show.

use std::collections::BTreeMap;

use motus_ledger::{Fence, LedgerError, ReadTransaction};
use serde_json::{Value, json};

use super::operation::{Append, Close, Operation};
use super::plan::{Draft, Holder, Intent, Shown, ShownToken, Turn};
use super::step::Step;
use super::world::{NOTE, OURS};

/// What a worker remembers; its death ends that.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The last fence that the worker was given, by resource.
    pub(super) fences: BTreeMap<String, Fence>,
    pub(super) requests: Vec<Operation>,
}

impl Memory {
    /// Remembers a step.
    pub(super) fn note(&mut self, step: Step) {
        match (&step.operation, fence(&step.answer)) {
            (Operation::Acquire { .. }, Some(fence)) => {
                self.fences.insert(fence.resource.clone(), fence);
            }
            (operation, None) if step.refusal() == Some("lock.fence_invalid") => {
                // A fence that was refused is of no more use.
                self.fences.retain(|_, known| operation.fence() != Some(known));
            }
            _ => {}
        }
        self.requests.push(step.operation);
    }
}

/// Returns the fence of a lock that came back.
fn fence(answer: &Value) -> Option<Fence> {
    let lock = answer.get("lock")?;
    Some(Fence {
        resource: lock.get("resource")?.as_str()?.to_owned(),
        holder: lock.get("holder")?.as_str()?.to_owned(),
        token: lock.get("fencing_token")?.as_u64()?,
    })
}

/// For how many seconds a worker takes a lock that its plan did not say it would need.
const TTL: i64 = 10;

/// Who asks.
pub(super) struct Asking<'a> {
    pub(super) worker: u64,
    pub(super) memory: &'a Memory,
}

impl Asking<'_> {
    /// Makes the request of a turn, as the Store and the memory of the worker are now.
    pub(super) fn resolve(
        &self,
        turn: &Turn,
        transaction: &dyn ReadTransaction,
    ) -> Result<Operation, LedgerError> {
        if let Some(lacking) = turn.intent.shown().filter(|shown| self.lacks(*shown))
            && !turn.blind
        {
            let (resource, holder) = (lacking.resource.to_owned(), self.name("holder"));
            return Ok(Operation::Acquire { resource, holder, ttl: TTL });
        }
        let run = match turn.intent {
            Intent::Append { slot, .. } | Intent::Close { slot, .. } => {
                match transaction.run_by_key(OURS, OURS, &key(slot))? {
                    Some(run) => run.id.as_str().to_owned(),
                    None if turn.blind => format!("run_of_{slot}"),
                    None => return Ok(start(slot, "work")),
                }
            }
            _ => String::new(),
        };
        Ok(self.request(&turn.intent, run))
    }

    fn request(&self, intent: &Intent, run: String) -> Operation {
        match intent {
            Intent::Start { slot, intent } => start(*slot, intent),
            Intent::Append { key, draft, shown, .. } => {
                let (kind, payload) = spell(*draft);
                let (key, producer) = (key.clone(), self.name("worker"));
                let fence = shown.map(|shown| self.fence(shown));
                Operation::Append(Append {
                    run,
                    key,
                    kind: kind.to_owned(),
                    payload,
                    producer,
                    fence,
                })
            }
            Intent::Close { key, outcome, shown, .. } => Operation::Close(Close {
                run,
                key: (*key).to_owned(),
                outcome: *outcome,
                note: (*key == "other-end").then(|| "closed otherwise".to_owned()),
                producer: OURS.to_owned(),
                fence: shown.map(|shown| self.fence(shown)),
            }),
            Intent::Acquire { resource, holder, ttl } => {
                let holder = match holder {
                    Holder::Own => self.name("holder"),
                    Holder::Shared => "holder".to_owned(),
                    Holder::Blank => "\t ".to_owned(),
                };
                Operation::Acquire { resource: (*resource).to_owned(), holder, ttl: *ttl }
            }
            Intent::Renew { resource, ttl } => {
                let Fence { resource, holder, .. } = self.last_fence(resource);
                Operation::Acquire { resource, holder, ttl: *ttl }
            }
            Intent::Assert(shown) => Operation::Assert(self.fence(*shown)),
            Intent::Release(shown) => Operation::Release(self.fence(*shown)),
            Intent::Repeat { back } => self.earlier(*back),
        }
    }

    fn lacks(&self, shown: Shown) -> bool {
        !self.memory.fences.contains_key(shown.resource)
    }

    fn name(&self, role: &str) -> String {
        format!("{role}-{}", self.worker)
    }

    /// Who never had the lock tries the token that the first holder has.
    fn last_fence(&self, resource: &str) -> Fence {
        let never =
            || Fence { resource: resource.to_owned(), holder: self.name("holder"), token: 1 };
        self.memory.fences.get(resource).cloned().unwrap_or_else(never)
    }

    fn fence(&self, shown: Shown) -> Fence {
        let own = self.last_fence(shown.resource);
        match shown.token {
            ShownToken::Own => own,
            ShownToken::Older => Fence { token: own.token.saturating_sub(1), ..own },
            ShownToken::Newer => Fence { token: own.token + 1, ..own },
            ShownToken::OfAnotherHolder => {
                Fence { holder: format!("holder-{}", self.worker + 1), ..own }
            }
        }
    }

    fn earlier(&self, back: u64) -> Operation {
        let requests = &self.memory.requests;
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        let index = requests.len().saturating_sub(back);
        requests.get(index).cloned().unwrap_or_else(|| start(0, "work"))
    }
}

/// Returns the key of a run.
fn key(slot: u64) -> String {
    format!("run-{slot}")
}

fn start(slot: u64, intent: &str) -> Operation {
    Operation::Start { key: key(slot), intent: intent.to_owned() }
}

fn spell(draft: Draft) -> (&'static str, Value) {
    match draft {
        Draft::Number(number) => (NOTE, json!({ "n": number })),
        Draft::Text => (NOTE, json!({ "n": "none" })),
        Draft::Unregistered => ("simulation.unknown", json!({ "n": 0 })),
    }
}
