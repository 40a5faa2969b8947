//! The doctor: what is wrong with a store, found without changing it.
//!
//! Every check reads what it needs once; the audit log and each entry are read once for all of them.
//! Source: textus/3 §10.2.

mod check;
mod declared;
mod entries;
mod issue;
mod log;
mod names;
mod sentinels;
mod tree;
mod unfinished;
mod unreachable;

use std::collections::BTreeMap;

use motus_json::{Object, Value};
use textus_core::audit::Row;
use textus_core::{Code, Error};

use crate::Store;

pub use check::Check;
pub use issue::{Issue, Level};

use issue::Issues;
use log::LogFacts;

/// Names of the protocol for checks of what this build does not have.
const LATER_CHECKS: [&str; 3] = ["hooks", "intake_registration", "fetch_locks"];

/// How much is examined.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Everything that the named checks look at; every check if none is named.
    Whole(&'a [String]),
    /// What is declared, and the entries that these rows changed.
    Changed(&'a [Row]),
}

/// What was found, in the order of the checks.
#[derive(Clone, Debug, Default)]
pub struct Examination {
    /// What is wrong; of one check at most a thousand things.
    pub issues: Vec<Issue>,
    left_out: BTreeMap<Level, usize>,
}

impl Examination {
    /// Counts the issues of a level, those that are not told included.
    pub fn count(&self, level: Level) -> usize {
        let told = self.issues.iter().filter(|issue| issue.level == level).count();
        told + self.left_out.get(&level).copied().unwrap_or_default()
    }

    /// Tells whether nothing is wrong that must not be.
    pub fn is_ok(&self) -> bool {
        self.count(Level::Error) == 0
    }

    /// Adds what one check found.
    fn add(&mut self, found: Issues) {
        self.issues.extend(found.told);
        for (level, count) in found.left_out {
            *self.left_out.entry(level).or_default() += count;
        }
    }
}

/// Examines a store, and finishes first what a killed writer left where `is_fixing` says so.
///
/// Tells `ok, issues, summary`, and whether all is well. Errors: `usage` for a check that is not known;
/// `io_error` for what cannot be examined at all.
pub fn doctor(store: &Store, checks: &[String], is_fixing: bool) -> Result<(Object, bool), Error> {
    refuse_unknown(checks)?;
    if is_fixing {
        store.settle()?;
    }
    let found = examine(store, Scope::Whole(checks))?;
    let summary = [Level::Error, Level::Warning, Level::Info];
    let summary: Object =
        summary.map(|level| (level.name(), Value::from(found.count(level)))).into();
    let mut told = Object::new();
    told.insert("ok", found.is_ok());
    told.insert("issues", found.issues.iter().map(Issue::told).collect::<Value>());
    told.insert("summary", summary);
    Ok((told, found.is_ok()))
}

/// Looks at everything that the scope names. Errors: `io_error`.
pub fn examine(store: &Store, scope: Scope<'_>) -> Result<Examination, Error> {
    let mut log = match scope {
        Scope::Whole(_) if scope.asks(Check::AuditLog) || scope.asks(Check::SchemaViolations) => {
            LogFacts::read(store)?
        }
        Scope::Whole(_) => LogFacts::default(),
        Scope::Changed(rows) => LogFacts::of(rows),
    };
    let mut of_entries = entries::examine(store, scope, &log)?;
    let mut examination = Examination::default();
    for check in Check::ALL.into_iter().filter(|check| scope.asks(*check)) {
        examination.add(match check {
            // A manifest of another protocol is refused before anything can be examined.
            Check::ProtocolVersion => Issues::default(),
            Check::ManifestFiles => declared::missing_files(store)?.into(),
            Check::Schemas => declared::missing_schemas(store)?.into(),
            Check::SchemaParseError => declared::broken_schemas(store)?.into(),
            Check::Templates => declared::missing_templates(store)?.into(),
            Check::IllegalKeys => names::illegal(store)?.into(),
            Check::UnreachableEntries => unreachable::examine(store)?.into(),
            Check::Sentinels => sentinels::examine(store)?.into(),
            Check::AuditLog => {
                let mut found = std::mem::take(&mut log.issues);
                found.extend(std::mem::take(&mut of_entries.unlogged).told);
                found
            }
            Check::UnownedSchemaFields => declared::unowned_fields(store)?.into(),
            Check::SchemaViolations => std::mem::take(&mut of_entries.violations),
            Check::RuleAmbiguity => declared::ambiguous_rules(store).into(),
            Check::HandlerAllowlist => declared::forbidden_handlers(store).into(),
            Check::ProposalTargets => std::mem::take(&mut of_entries.proposals),
            Check::UnfinishedWrites => unfinished::examine(store)?.into(),
        });
    }
    Ok(examination)
}

impl Scope<'_> {
    /// Tells whether a check is part of it.
    fn asks(&self, check: Check) -> bool {
        match self {
            Self::Whole([]) => true,
            Self::Whole(named) => named.iter().any(|name| name == check.name()),
            Self::Changed(_) => !check.is_costly(),
        }
    }
}

fn refuse_unknown(checks: &[String]) -> Result<(), Error> {
    let Some(unknown) = checks.iter().find(|name| Check::from_name(name).is_none()) else {
        return Ok(());
    };
    let why = if LATER_CHECKS.contains(&unknown.as_str()) {
        "is of something that this version does not have"
    } else {
        "is not known"
    };
    Err(Error::new(Code::Usage, format!("check '{unknown}' {why}"))
        .with("check", unknown)
        .hint(format!("checks: {}", Check::ALL.map(Check::name).join(", "))))
}
