//! One line of an export: a version of a kind, or a run with its events.

use motus_json::{Limits, Object, ReadErrorKind, ReadOptions, Value, canonical};

use super::columns::Columns;
use super::exported_run::ExportedRun;
use super::refusal::{Refusal, RefusalKind, shown};
use super::{DEEPEST, LONGEST_LINE, MOST_VALUES};
use crate::integrity::check_kind_version;
use crate::kind::{KindVersion, Schema};

/// The one member of the document of a kind.
pub(crate) const KIND_MEMBER: &str = "kind_version";

const KIND_COLUMNS: [&str; 4] = ["registered_at", "schema_hash", "schema_json", "schema_kind"];

const OPTIONS: ReadOptions = ReadOptions {
    limits: Limits { bytes: LONGEST_LINE, depth: DEEPEST, values: MOST_VALUES },
    non_finite: motus_json::NonFinite::Refuse,
};

/// What a line holds, checked as far as it can be by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A version of a kind.
    Kind(KindVersion),
    /// A run with its events.
    Run(Box<ExportedRun>),
}

/// Reads one line, without its newline, and checks everything that it says of itself.
///
/// White space around and in the document is as JSON has it; a document is required. Errors:
/// `import.line_too_long`, `import.line_invalid`, `import.shape`, `import.too_large`,
/// `import.integrity`, `import.kind_invalid`, and for runs `import.foreign_event`, `import.sequence`,
/// `import.key_repeated`.
/// Memory: some six times the line, for a moment.
pub fn read_line(line: &[u8]) -> Result<Line, Refusal> {
    let document = motus_json::read(line, &OPTIONS).map_err(|error| {
        let kind = match error.kind() {
            ReadErrorKind::TooLarge { .. } | ReadErrorKind::TooManyValues { .. } => {
                RefusalKind::LineTooLong
            }
            _ => RefusalKind::LineInvalid,
        };
        if line.trim_ascii().is_empty() {
            return Refusal::new(kind, "", "the line is blank");
        }
        Refusal::new(kind, "", format!("not a JSON document: {error}"))
    })?;
    let Value::Object(mut members) = document else {
        return Err(neither());
    };
    match (members.remove(KIND_MEMBER), members.remove("run"), members.remove("events")) {
        (Some(kind), None, None) if members.is_empty() => read_kind(kind).map(Line::Kind),
        (None, Some(run), Some(events)) => {
            refuse_others(&members)?;
            ExportedRun::read(run, events).map(Box::new).map(Line::Run)
        }
        _ => Err(neither()),
    }
}

fn neither() -> Refusal {
    let problem = "neither a run, {\"events\":…,\"run\":…}, nor a kind, {\"kind_version\":…}";
    Refusal::new(RefusalKind::Shape, "", problem)
}

fn refuse_others(members: &Object) -> Result<(), Refusal> {
    match members.iter().next() {
        None => Ok(()),
        Some((name, _)) => {
            let problem = format!("beside run and events stands `{}`", shown(&name.to_string()));
            Err(Refusal::new(RefusalKind::Shape, "", problem))
        }
    }
}

fn read_kind(row: Value) -> Result<KindVersion, Refusal> {
    let mut columns = Columns::new("kind".to_owned(), row, &KIND_COLUMNS)?;
    let schema_kind = columns.filled_text("schema_kind")?;
    columns.rename(format!("kind {schema_kind}"));
    let version = KindVersion {
        schema_hash: columns.text("schema_hash")?,
        schema_json: columns.text("schema_json")?,
        registered_at: columns.time("registered_at")?,
        schema_kind,
    };
    if let Some(found) = check_kind_version(&version) {
        return Err(found.into());
    }
    Schema::from_stored(&version.schema_json)
        .map_err(|error| columns.refusal(RefusalKind::KindInvalid, error.to_string()))?;
    canonical::store::check(version.schema_json.as_bytes(), &ReadOptions::STORED)
        .map_err(|_| columns.refusal(RefusalKind::Integrity, "schema is not in canonical form"))?;
    Ok(version)
}
