//! What was seen of a command in a scope.

use motus_json::{Object, Value};

use super::listing::Room;
use super::{OBSERVED_KIND, RecordedEffect};
use crate::Run;
use crate::kind::{ARRAY, Field, INTEGER, Kind, STRING};
use crate::wrap::WrapIdentity;
use crate::wrap::common;

/// What is recorded after the command ended.
///
/// Shape: of each list the record may hold a part; `list` names the file that holds all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObservedEffects {
    /// The level, by its name.
    pub level: String,
    /// What went on and is declared; sorted.
    pub seen: Vec<RecordedEffect>,
    /// What went on and is not declared; sorted.
    pub outside: Vec<RecordedEffect>,
    /// What was stopped; sorted.
    pub denied: Vec<RecordedEffect>,
    /// Calls that no scope allows, such as `mount`, each with how often it was made; sorted.
    pub calls: Vec<(String, u64)>,
    /// Programs that were run; sorted.
    pub programs: Vec<ProgramCount>,
    /// How many attempts there were, one by one.
    pub attempts: u64,
    /// How many attempts are in no list.
    pub unlisted: u64,
    /// Attempts whose path could not be read.
    pub unreadable: u64,
    /// Changes that no attempt accounts for, as effects; sorted.
    pub unobserved: Vec<RecordedEffect>,
    /// How many processes had to be ended after the command.
    pub left_running: u64,
    /// How many files that were written had further names where nobody looked.
    pub aliased: u64,
    /// What could not be seen, in our own words.
    pub blind: Vec<String>,
    /// The file with the whole lists, if there is one.
    pub list: Option<EffectList>,
}

/// A program, by its absolute path, and how often it was run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProgramCount {
    /// Where it lies.
    pub program: String,
    /// How often.
    pub count: u64,
}

/// The file that holds whole lists of effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectList {
    /// `sha256:` and 64 hexadecimal digits in lower case.
    pub digest: String,
    /// Its length.
    pub bytes: u64,
}

const LISTING: Field = Field::Type("object");

pub(super) fn kind() -> Kind {
    Kind::plain(
        OBSERVED_KIND,
        &["run_id", "producer_id", "idempotency_key", "level", "attempts", "outside", "seen"],
        &[
            ("run_id", STRING),
            ("producer_id", STRING),
            ("idempotency_key", STRING),
            ("level", STRING),
            ("attempts", INTEGER),
            ("outside", LISTING),
            ("denied", LISTING),
            ("unobserved", LISTING),
            ("calls", LISTING),
            ("programs", LISTING),
            ("seen", LISTING),
            ("unlisted", INTEGER),
            ("unreadable", INTEGER),
            ("left_running", INTEGER),
            ("aliased", INTEGER),
            ("blind", ARRAY),
            ("list", Field::Nullable("object")),
        ],
    )
}

impl ObservedEffects {
    /// The part of the event's key that names it.
    pub const KEY_PART: &'static str = "scope:observed";

    /// Returns the payload of [`OBSERVED_KIND`], whose lists take at most `limit` bytes as they are stored.
    ///
    /// What is not as it should be comes first into what room there is.
    pub fn payload(&self, run: &Run, identity: &WrapIdentity, limit: usize) -> Value {
        let mut payload = common(run, identity, Self::KEY_PART);
        payload.insert("level", self.level.as_str());
        payload.insert("attempts", self.attempts);
        self.add_lists(&mut payload, limit);
        payload.insert("unlisted", self.unlisted);
        payload.insert("unreadable", self.unreadable);
        payload.insert("left_running", self.left_running);
        payload.insert("aliased", self.aliased);
        let blind: Vec<Value> = self.blind.iter().map(|why| why.as_str().into()).collect();
        payload.insert("blind", blind);
        payload.insert("list", self.list.as_ref().map(EffectList::members));
        payload.into()
    }

    /// Tells whether the level is one at which what is not declared is stopped.
    pub fn is_enforced(&self) -> bool {
        matches!(self.level.as_str(), "enforced+observed" | "enforced+snapshot")
    }

    /// Returns the listed calls that went on although no scope allows them.
    ///
    /// Where nothing is stopped these are all but those of `io_uring`, which fail at every level: nobody could see what
    /// they do.
    pub fn calls_that_went_on(&self) -> impl Iterator<Item = &(String, u64)> {
        let is_enforced = self.is_enforced();
        self.calls.iter().filter(move |(name, _)| !is_enforced && !name.starts_with("io_uring"))
    }

    /// Tells whether attempts may have gone on of which nobody knows what they were: at a level that neither stops nor
    /// sees them, any may.
    ///
    /// Where what is not declared is stopped, such an attempt was declared, or was stopped.
    pub fn went_on_unknown(&self) -> bool {
        let is_seen = self.level == "observed";
        !self.is_enforced() && (!is_seen || self.unlisted > 0 || self.unreadable > 0)
    }

    /// Returns the whole lists as a document of their own.
    pub fn whole_lists(&self) -> Value {
        let mut document = Object::from([("schema_version", Value::from("motus.scope.lists.v1"))]);
        self.add_lists(&mut document, usize::MAX);
        document.into()
    }

    /// Tells whether the lists take at most so many bytes.
    pub fn fits(&self, limit: usize) -> bool {
        let mut members = Object::default();
        self.add_lists(&mut members, limit);
        self.lengths().into_iter().all(|(name, length)| {
            let kept = members.get(name).and_then(|listing| listing.get("items")?.as_array());
            kept.is_some_and(|kept| kept.len() == length)
        })
    }

    fn lengths(&self) -> [(&'static str, usize); 6] {
        [
            ("outside", self.outside.len()),
            ("denied", self.denied.len()),
            ("unobserved", self.unobserved.len()),
            ("calls", self.calls.len()),
            ("programs", self.programs.len()),
            ("seen", self.seen.len()),
        ]
    }

    fn add_lists(&self, members: &mut Object, limit: usize) {
        let mut room = Room::new(limit);
        let mut add = |name, effects: &[RecordedEffect]| {
            members.insert(name, room.listing(effects.iter().map(RecordedEffect::to_value)));
        };
        add("outside", &self.outside);
        add("denied", &self.denied);
        add("unobserved", &self.unobserved);
        let call = |(name, count): &(String, u64)| {
            Value::from(Object::from([
                ("call", Value::from(name.as_str())),
                ("count", (*count).into()),
            ]))
        };
        members.insert("calls", room.listing(self.calls.iter().map(call)));
        members.insert("programs", room.listing(self.programs.iter().map(ProgramCount::to_value)));
        let seen = self.seen.iter().map(RecordedEffect::to_value);
        members.insert("seen", room.listing(seen));
    }
}

impl ProgramCount {
    fn to_value(&self) -> Value {
        let members =
            [("program", Value::from(self.program.as_str())), ("count", self.count.into())];
        Object::from(members).into()
    }

    pub(super) fn read(value: &Value) -> Option<Self> {
        let program = value.get("program")?.as_text()?.to_string();
        Some(Self { program, count: value.get("count")?.as_u64()? })
    }
}

impl EffectList {
    fn members(&self) -> Object {
        Object::from([("digest", Value::from(self.digest.as_str())), ("bytes", self.bytes.into())])
    }

    /// A digest of another form is none: it would be looked for as a file of some other name.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let digest = value.get("digest")?.as_text()?.to_string();
        let digits = digest.strip_prefix("sha256:")?.bytes();
        let is_digest = digits.len() == 64
            && digits.into_iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        is_digest.then_some(())?;
        Some(Self { digest, bytes: value.get("bytes")?.as_u64()? })
    }
}
