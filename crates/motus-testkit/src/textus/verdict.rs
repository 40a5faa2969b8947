//! What must hold of a store after a writer was disturbed, at once and after the next writer.

use serde_json::Value;

use super::history;
use super::memory::{Call, Memory, State, envelope, note};
use super::scenario::Scenario;
use crate::harness::Captured;

/// What every next writer puts.
const NEXT: &str = "notebook/notes/next.md";

/// Checks of the doctor that a settled store may not fail, nor a killed writer make fail.
const WRONG: [&str; 3] = ["write.unfinished", "audit.parse_error", "audit.seq_gap"];

/// What the disturbed writer told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The change is made.
    Done,
    /// It is not made, and nothing is changed.
    Refused,
    /// It is in the log and not in place yet.
    Unfinished,
    /// It did not come to telling.
    Nothing,
}

/// A change, and what is on disk before and after it.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) before: State,
    pub(super) after: State,
}

impl Told {
    /// Reads what a program told. Errors: what it told is none of these.
    pub(super) fn by(ended: &Captured) -> Result<Self, String> {
        let Some(told) = envelope(ended) else {
            return match (ended.stdout.is_empty(), ended.code) {
                (true, code) if code != Some(0) => Ok(Self::Nothing),
                _ => Err(format!("this is no envelope: {:?}", ended.stdout_text())),
            };
        };
        let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
        match (ended.code, text("code")) {
            // It may have printed the envelope before it was killed.
            (Some(0) | None, "") => Ok(Self::Done),
            (Some(0), code) => Err(format!("it refused with {code} and exited with 0")),
            (_, "") => Err(format!("no code: {told}")),
            (_, _) if text("message").contains("unfinished") => Ok(Self::Unfinished),
            (_, "io_error") => Ok(Self::Refused),
            (_, code) => Err(format!("{code} is no code for a disk that fails: {told}")),
        }
    }
}

impl Change<'_> {
    /// Says what is wrong before anybody else came.
    pub(super) fn check_at_once(&self, memory: &Memory, told: Told) -> Result<(), String> {
        let found = memory.state().map_err(|error| error.to_string())?;
        match told {
            Told::Done => self.check_done(&found)?,
            Told::Refused => self.check_untouched(&found)?,
            Told::Unfinished | Told::Nothing => {}
        }
        let paths = found.files.keys().chain(self.before.files.keys());
        for path in paths.chain(self.after.files.keys()) {
            let bytes = found.files.get(path);
            if bytes != self.before.files.get(path) && bytes != self.after.files.get(path) {
                return Err(format!("{path} is neither the old file nor the new one"));
            }
        }
        doctor(memory, &[]).map_err(|why| format!("before the next writer: {why}"))
    }

    fn check_done(&self, found: &State) -> Result<(), String> {
        if found.files != self.after.files || !found.waiting.is_empty() {
            return Err("it told a success that is not on disk".to_owned());
        }
        self.check_history(found, self.scenario.rows)
    }

    fn check_untouched(&self, found: &State) -> Result<(), String> {
        if *found == self.before {
            return Ok(());
        }
        Err(format!("it refused and left {:?}, {:?}", found.waiting, found.directories))
    }

    /// Lets the next writer come, and says what is wrong then.
    pub(super) fn check_settled(&self, memory: &Memory, told: Told) -> Result<(), String> {
        memory.expect(&Call::put(
            "notebook.notes.next",
            "agent",
            &note("next", "0123456789abcdef"),
        ))?;
        let mut found = memory.state().map_err(|error| error.to_string())?;
        if !found.waiting.is_empty() {
            return Err(format!("nobody settles {:?}", found.waiting));
        }
        let settled = found.clone();
        found.files.remove(NEXT);
        let (is_made, may_be) = (found.files == self.after.files, found.files == self.before.files);
        let rows = match (is_made, may_be, told) {
            (true, _, Told::Done | Told::Unfinished | Told::Nothing) => self.scenario.rows,
            (_, true, Told::Refused | Told::Nothing) => 0,
            _ => return Err(format!("told {told:?}, and this is there: {:?}", found.files.keys())),
        };
        self.check_history(&settled, rows + 1)?;
        doctor(memory, &WRONG).map_err(|why| format!("after the next writer: {why}"))
    }

    /// Requires that log and files agree, and that there are so many new rows.
    fn check_history(&self, found: &State, new: usize) -> Result<(), String> {
        let rows = |state: &State| history::read(&String::from_utf8_lossy(&state.log));
        let (before, rows) = (rows(&self.before)?, rows(found)?);
        history::check(&rows, &found.etags())?;
        if rows.starts_with(&before) && rows.len() == before.len() + new {
            return Ok(());
        }
        let verbs: Vec<&str> = rows.iter().map(|row| row.verb.as_str()).collect();
        Err(format!("{} rows were there, {new} more expected: {verbs:?}", before.len()))
    }
}

/// Requires that the doctor finds no error, and none of these.
fn doctor(memory: &Memory, wrong: &[&str]) -> Result<(), String> {
    let told = memory.expect(&Call::new(&["doctor"]))?;
    let issues = told.get("issues").and_then(Value::as_array).cloned().unwrap_or_default();
    let code = |issue: &Value| issue.get("code").and_then(Value::as_str).map(str::to_owned);
    let is_wrong = |issue: &&Value| code(issue).is_some_and(|code| wrong.contains(&code.as_str()));
    match issues.iter().find(is_wrong) {
        Some(issue) => Err(format!("the doctor finds {issue}")),
        None => Ok(()),
    }
}
