//! The requests of workers, and how the history spells them.

use motus_ledger::{Fence, Outcome};
use serde_json::{Value, json};

/// A request with everything that it needs, so that it can be made again.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operation {
    /// Starting a run.
    Start {
        key: String,
        intent: String,
    },
    Append(Append),
    Close(Close),
    /// Taking or renewing a lock.
    Acquire {
        resource: String,
        holder: String,
        ttl: i64,
    },
    Assert(Fence),
    Release(Fence),
}

/// Appending an event, under a lock when there is a fence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Append {
    pub(super) run: String,
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) producer: String,
    pub(super) fence: Option<Fence>,
}

/// Closing a run, under a lock when there is a fence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Close {
    pub(super) run: String,
    pub(super) key: String,
    pub(super) outcome: Outcome,
    pub(super) note: Option<String>,
    pub(super) producer: String,
    pub(super) fence: Option<Fence>,
}

impl Operation {
    /// Returns what is told apart in counts and in the history.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Append(Append { fence: None, .. }) => "append",
            Self::Append(_) => "fenced append",
            Self::Close(Close { fence: None, .. }) => "close",
            Self::Close(_) => "fenced close",
            Self::Acquire { .. } => "acquire",
            Self::Assert(_) => "assert",
            Self::Release(_) => "release",
        }
    }

    /// Returns the fence of a write under a lock.
    pub(super) fn fence_of_write(&self) -> Option<&Fence> {
        match self {
            Self::Append(Append { fence, .. }) | Self::Close(Close { fence, .. }) => fence.as_ref(),
            _ => None,
        }
    }

    /// Returns the fence that is shown.
    pub(super) fn fence(&self) -> Option<&Fence> {
        match self {
            Self::Assert(fence) | Self::Release(fence) => Some(fence),
            _ => self.fence_of_write(),
        }
    }

    /// Returns the same request as one that nobody guards.
    pub(super) fn without_fence(&self) -> Self {
        let mut operation = self.clone();
        if let Self::Append(Append { fence, .. }) | Self::Close(Close { fence, .. }) =
            &mut operation
        {
            *fence = None;
        }
        operation
    }

    /// Returns the runs and resources that this is about, by identifier, key or name.
    pub(super) fn subjects(&self) -> Vec<&str> {
        match self {
            Self::Start { key, .. } => vec![key],
            Self::Append(Append { run, fence, .. }) | Self::Close(Close { run, fence, .. }) => {
                let resource = fence.as_ref().map(|fence| fence.resource.as_str());
                std::iter::once(run.as_str()).chain(resource).collect()
            }
            Self::Acquire { resource, .. } => vec![resource],
            Self::Assert(fence) | Self::Release(fence) => vec![&fence.resource],
        }
    }

    /// Spells the request.
    pub(super) fn to_json(&self) -> Value {
        let mut spelled = match self {
            Self::Start { key, intent } => json!({ "key": key, "intent": intent }),
            Self::Append(Append { run, key, kind, payload, producer, fence }) => json!({
                "run": run, "key": key, "kind": kind, "payload": payload, "producer": producer,
                "fence": fence.as_ref().map(spell_fence),
            }),
            Self::Close(Close { run, key, outcome, note, producer, fence }) => json!({
                "run": run, "key": key, "outcome": outcome.as_str(), "note": note,
                "producer": producer, "fence": fence.as_ref().map(spell_fence),
            }),
            Self::Acquire { resource, holder, ttl } => {
                json!({ "resource": resource, "holder": holder, "ttl": ttl })
            }
            Self::Assert(fence) | Self::Release(fence) => json!({ "fence": spell_fence(fence) }),
        };
        spelled["name"] = self.name().into();
        spelled
    }

    /// Reads what [`Operation::to_json`] spelled.
    pub(super) fn from_json(spelled: &Value) -> Option<Self> {
        let text = |name: &str| Some(spelled.get(name)?.as_str()?.to_owned());
        let fence = match spelled.get("fence") {
            None | Some(Value::Null) => None,
            Some(fence) => Some(read_fence(fence)?),
        };
        let operation = match spelled.get("name")?.as_str()? {
            "start" => Self::Start { key: text("key")?, intent: text("intent")? },
            "append" | "fenced append" => Self::Append(Append {
                run: text("run")?,
                key: text("key")?,
                kind: text("kind")?,
                payload: spelled.get("payload")?.clone(),
                producer: text("producer")?,
                fence,
            }),
            "close" | "fenced close" => Self::Close(Close {
                run: text("run")?,
                key: text("key")?,
                outcome: Outcome::parse(&text("outcome")?)?,
                note: text("note"),
                producer: text("producer")?,
                fence,
            }),
            "acquire" => Self::Acquire {
                resource: text("resource")?,
                holder: text("holder")?,
                ttl: spelled.get("ttl")?.as_i64()?,
            },
            "assert" => Self::Assert(fence?),
            "release" => Self::Release(fence?),
            _ => return None,
        };
        Some(operation)
    }
}

fn spell_fence(fence: &Fence) -> Value {
    json!({ "resource": fence.resource, "holder": fence.holder, "token": fence.token })
}

fn read_fence(spelled: &Value) -> Option<Fence> {
    Some(Fence {
        resource: spelled.get("resource")?.as_str()?.to_owned(),
        holder: spelled.get("holder")?.as_str()?.to_owned(),
        token: spelled.get("token")?.as_u64()?,
    })
}
