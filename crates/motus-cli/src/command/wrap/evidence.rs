//! What came of the files that a wrapped command was expected to leave, told on stderr.

use std::collections::BTreeSet;
use std::path::PathBuf;

use motus_app::evidence::{EvidenceError, Gathered, Wanted};
use motus_ledger::report::Report;

use crate::environment::Environment;
use crate::failure::{Failure, Refusal};
use crate::output;
use crate::text::printable;

/// The most files that a command is expected to leave.
const MOST_FILES: usize = 64;

/// Refuses more files than are taken.
pub(crate) fn check_number(number: usize) -> Result<(), Failure> {
    if number <= MOST_FILES {
        return Ok(());
    }
    let message = format!("there are more than {MOST_FILES} files of evidence");
    Err(Failure::Refused(Refusal { message, tips: Vec::new(), usage: None }))
}

/// Puts the home directory in the place of a leading `~`, which no shell does behind a colon.
pub(crate) fn expanded(
    wanted: &[Wanted],
    environment: &Environment,
) -> Result<Vec<Wanted>, Failure> {
    let expand = |wanted: &Wanted| -> Result<Wanted, Failure> {
        let file: Option<PathBuf> = environment.expand(&wanted.file);
        let file = file.ok_or_else(|| Failure::HomeUnknown(wanted.file.clone()))?;
        Ok(Wanted { file, ..wanted.clone() })
    };
    wanted.iter().map(expand).collect()
}

/// Tells what was taken, and of each file what is wrong with it.
pub(super) fn report(gathered: &[Gathered], is_quiet: bool) {
    for item in gathered {
        if let Some(trouble) = &item.trouble {
            warn(trouble);
        }
        if let (Some(gist), false) = (item.record.attached.gist(), is_quiet) {
            let has_problem = !item.record.attached.problems.is_empty();
            if !has_problem {
                let (kind, file) = (item.wanted.subject.as_str(), &item.wanted.file);
                let file = printable(&file.display().to_string());
                output::talk(format!("motus evidence: {kind} {file}: {gist}"));
            }
        }
        for file in item.record.attached.disagreeing() {
            note_disagreement(file.unwrap_or("a report"));
        }
    }
    note_repeated(gathered.iter().flat_map(|item| &item.record.attached.reports));
}

/// Tells of reports that are there twice, so that their cases are counted twice.
pub(crate) fn note_repeated<'r>(reports: impl IntoIterator<Item = &'r Report>) {
    let mut seen = BTreeSet::new();
    for report in reports {
        if !seen.insert(report.file.digest.as_str()) {
            let file = printable(report.file.name.as_deref().unwrap_or("a report"));
            output::talk(format!(
                "notice: {file} has the same content as another report; both are counted"
            ));
        }
    }
}

/// Tells that a report gives other counts than those of its cases.
pub(crate) fn note_disagreement(file: &str) {
    let file = printable(file);
    output::talk(format!(
        "notice: {file} gives other counts than its cases have; both are recorded"
    ));
}

fn warn(trouble: &EvidenceError) {
    let cause = match trouble {
        EvidenceError::Unreadable { source, .. } => format!(": {source}"),
        _ => String::new(),
    };
    let told = printable(&format!("{trouble}{cause}"));
    output::talk(format!("warning[{}]: {told}", trouble.code()));
    if let Some(hint) = motus_app::hint::hint(trouble.code()) {
        output::hint(hint);
    }
}
