//! The types of a manifest, as its declarations have them.

use motus_json::Object;

use crate::Key;
use crate::format::Format;

/// Holds everything that a store declares.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Who may do what; at most one role has [`Capability::Author`].
    pub roles: Vec<Role>,
    /// Places; each has a kind, and some role has the capability that the kind requires.
    pub zones: Vec<Zone>,
    /// What is stored where, in the order of the file; keys are unique, no file has two, and none is
    /// claimed by two zones.
    pub entries: Vec<Entry>,
    /// What else holds for keys, in the order of the file.
    pub rules: Vec<Rule>,
    /// How large the audit log may get.
    pub audit: AuditSettings,
}

/// A name under which somebody acts, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `[a-z][a-z0-9_-]*`.
    pub name: String,
    /// Without repeats, in the order of the file.
    pub can: Vec<Capability>,
}

/// What a role may be allowed to do; each is what writing to one kind of zone requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Write to the queue.
    Propose,
    /// Write what is canon, accept and reject.
    Author,
    /// Write to a workspace.
    Keep,
    /// Write to a quarantine.
    Fetch,
    /// Write what is derived.
    Build,
}

/// What a zone is for, which decides who may write to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneKind {
    /// Authored truth.
    Canon,
    /// An agent's own durable lane.
    Workspace,
    /// Bytes from outside.
    Quarantine,
    /// Proposals that wait for somebody.
    Queue,
    /// Computed from other zones.
    Derived,
}

/// A place for entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// A bare name.
    pub name: String,
    /// What it is for.
    pub kind: ZoneKind,
    /// For people only.
    pub owner: Option<String>,
    /// For people only; `purpose` in a boot envelope.
    pub desc: Option<String>,
}

/// A key, or a subtree of keys, and where its files are.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, or what the keys of a nested entry begin with.
    pub key: Key,
    /// Below `zones/`; no part of it begins with a dot.
    pub path: String,
    /// The name of a declared zone.
    pub zone: String,
    /// How its files come about.
    pub kind: EntryKind,
    /// How they are spelled.
    pub format: Format,
    /// Whether the rest of a key is a path below [`Entry::path`].
    pub nested: bool,
    /// The bare name of a schema.
    pub schema: Option<String>,
    /// Who is told to own it.
    pub owner: Option<String>,
    /// The bare name of a template.
    pub template: Option<String>,
    /// What computes it.
    pub compute: Option<Compute>,
    /// What fetches it.
    pub intake: Option<Intake>,
    /// Targets relative to the repository.
    pub publish_to: Vec<String>,
    /// A target for each leaf, with variables.
    pub publish_each: Option<String>,
    /// Opaque here: what to run on which event.
    pub events: Object,
    /// Whether templates see the boot envelope.
    pub inject_boot: bool,
    /// The one file name that counts in each directory.
    pub index_filename: Option<String>,
}

/// How the files of an entry come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// One file that somebody writes.
    Leaf,
    /// A subtree of files that somebody writes.
    Nested,
    /// Computed from other entries.
    Derived,
    /// Fetched from outside.
    Intake,
}

/// What computes a derived entry.
#[derive(Clone, Debug)]
pub struct Compute {
    /// Who computes.
    pub kind: ComputeKind,
    /// Key prefixes that a projection reads.
    pub select: Vec<String>,
    /// The whole declaration, for what only a build needs.
    pub declared: Object,
    /// Keys or paths that an external computation reads.
    pub sources: Vec<String>,
    /// How it is computed, for people only.
    pub command: Option<String>,
}

/// Who computes a derived entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputeKind {
    /// A projection of other entries.
    Projection,
    /// Somebody else.
    External,
}

/// What fetches an entry.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The name of a handler.
    pub handler: String,
    /// Opaque here.
    pub config: Object,
}

/// What else holds for the keys that a glob matches.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// A glob over segments: `*` is one, `**` any number.
    pub matches: String,
    /// When what was fetched is stale.
    pub fetch: Option<FetchPolicy>,
    /// Which handlers may be named.
    pub intake_handler_allowlist: Option<Vec<String>>,
    /// What a transition requires beyond its base guard, in the order of the file.
    pub guard: Option<Vec<(Transition, Vec<PredicateRef>)>>,
    /// When leaves are pruned.
    pub retention: Option<Retention>,
}

/// When something fetched is stale, and what then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchPolicy {
    /// Seconds; without it nothing gets stale.
    pub ttl: Option<u64>,
    /// What reading something stale does.
    pub on_stale: OnStale,
    /// Milliseconds that a reader waits with [`OnStale::TimedSync`].
    pub sync_budget_ms: Option<u64>,
    /// Seconds, 1 to 3600.
    pub fetch_timeout_seconds: Option<u64>,
}

/// What reading something stale does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStale {
    /// Says so.
    Warn,
    /// Fetches first.
    Sync,
    /// Fetches first, for so long.
    TimedSync,
}

/// When leaves are pruned; seconds since their file changed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Retention {
    /// Deleted when older.
    pub expire_after: Option<u64>,
    /// Moved to the archive when older.
    pub archive_after: Option<u64>,
}

/// A change that a guard stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transition {
    /// Writing an entry.
    Put,
    /// Deleting one.
    Delete,
    /// Renaming one.
    Mv,
    /// Making a proposal canon.
    Accept,
    /// Refusing a proposal.
    Reject,
    /// Fetching from outside.
    Fetch,
}

/// A condition of a guard by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PredicateRef {
    /// The role has the capability that the zone requires.
    ZoneWritableBy,
    /// The role has [`Capability::Author`].
    AuthorHeld,
    /// The proposal's target lies in a canon zone.
    TargetIsCanon,
    /// What would be written satisfies the target's schema.
    SchemaValid,
    /// The file is the one that the caller saw.
    EtagMatch,
    /// What would be written was made in the last so many seconds; `None` reads as no limit.
    FreshWithin(Option<u64>),
}

/// How large the audit log may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// Bytes after which the log is rotated.
    pub max_size: u64,
    /// Rotated logs that are kept.
    pub keep: u64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { max_size: 10_485_760, keep: 5 }
    }
}
