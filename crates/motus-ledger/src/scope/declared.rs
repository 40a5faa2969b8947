//! What a command was allowed before it started.

use motus_json::{Object, Value};

use super::listing::Room;
use super::{DECLARED_KIND, RecordedEffect};
use crate::Run;
use crate::kind::{ARRAY, BOOLEAN, Field, INTEGER, Kind, STRING};
use crate::wrap::WrapIdentity;
use crate::wrap::common;

/// What is recorded of a scope before the command starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredScope {
    /// The level, by its name.
    pub level: String,
    /// Whether anything is stopped: `enforce` or `observe`.
    pub mode: String,
    /// Everything that is declared, the effects of profiles included; sorted.
    pub effects: Vec<RecordedEffect>,
    /// The profiles that were named, sorted, each with the digest of its text.
    pub profiles: Vec<(String, String)>,
    /// Whether reads are seen one by one.
    pub observes_reads: bool,
    /// What the machine could not do, and is not held to therefore: names of features.
    pub shortfalls: Vec<String>,
    /// How many effects are left out of the record, because they look like secrets.
    pub withheld: u64,
    /// The document that was named, if one was.
    pub document: Option<DeclaredDocument>,
    /// What the command may use up.
    pub limits: DeclaredLimits,
    /// Whether a document said that nobody is reached.
    pub is_offline: bool,
}

/// The document of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredDocument {
    /// The name of its file, without the directories; `None` where that looks like a secret.
    pub name: Option<String>,
    /// The digest of its text: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
}

/// What a command may use up; of what is `None` there is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeclaredLimits {
    /// Seconds from start to end, as documents say; `--timeout` is the wrapper's own.
    pub wall_seconds: Option<u64>,
    /// Processes of its user.
    pub processes: Option<u64>,
    /// Bytes on both outputs together.
    pub output_bytes: Option<u64>,
}

pub(super) fn kind() -> Kind {
    Kind::plain(
        DECLARED_KIND,
        &["run_id", "producer_id", "idempotency_key", "level", "mode", "effects"],
        &[
            ("run_id", STRING),
            ("producer_id", STRING),
            ("idempotency_key", STRING),
            ("level", STRING),
            ("mode", STRING),
            ("effects", Field::Type("object")),
            ("profiles", ARRAY),
            ("observes_reads", BOOLEAN),
            ("shortfalls", ARRAY),
            ("withheld", INTEGER),
            ("document", Field::Type("object")),
            ("limits", Field::Type("object")),
            ("is_offline", BOOLEAN),
        ],
    )
}

impl DeclaredScope {
    /// The part of the event's key that names it.
    pub const KEY_PART: &'static str = "scope:declared";

    /// Returns the payload of [`DECLARED_KIND`], whose lists take at most `limit` bytes as they are stored.
    pub fn payload(&self, run: &Run, identity: &WrapIdentity, limit: usize) -> Value {
        let mut payload = common(run, identity, Self::KEY_PART);
        payload.insert("level", self.level.as_str());
        payload.insert("mode", self.mode.as_str());
        let effects = self.effects.iter().map(RecordedEffect::to_value);
        payload.insert("effects", Room::new(limit).listing(effects));
        let profile = |(name, digest): &(String, String)| {
            Value::from(Object::from([("name", name.as_str()), ("digest", digest.as_str())]))
        };
        payload.insert("profiles", self.profiles.iter().map(profile).collect::<Vec<_>>());
        payload.insert("observes_reads", self.observes_reads);
        let shortfalls: Vec<Value> =
            self.shortfalls.iter().map(|feature| feature.as_str().into()).collect();
        payload.insert("shortfalls", shortfalls);
        payload.insert("withheld", self.withheld);
        if let Some(document) = &self.document {
            payload.insert("document", document.to_value());
        }
        payload.insert("limits", self.limits.to_value());
        payload.insert("is_offline", self.is_offline);
        payload.into()
    }
}

impl DeclaredDocument {
    fn to_value(&self) -> Value {
        let mut members = Object::from([("digest", Value::from(self.digest.as_str()))]);
        if let Some(name) = &self.name {
            members.insert("name", name.as_str());
        }
        members.into()
    }

    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |name| Some(value.get(name)?.as_text()?.to_string());
        Some(Self { name: text("name"), digest: text("digest")? })
    }
}

impl DeclaredLimits {
    const NAMES: [&'static str; 3] = ["wall_seconds", "processes", "output_bytes"];

    fn to_value(self) -> Value {
        let mut members = Object::default();
        let limits = [self.wall_seconds, self.processes, self.output_bytes];
        for (name, limit) in Self::NAMES.into_iter().zip(limits) {
            if let Some(limit) = limit {
                members.insert(name, limit);
            }
        }
        members.into()
    }

    /// Reads what is there; records of before have none.
    pub(super) fn read(value: Option<&Value>) -> Self {
        let [wall_seconds, processes, output_bytes] =
            Self::NAMES.map(|name| value?.get(name)?.as_u64());
        Self { wall_seconds, processes, output_bytes }
    }
}
