//! The scope of a wrapped command: planned before it starts, told on stderr when it has ended.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use motus_app::scope::{self, Denial, Grant, Level, Plan, Request, Surroundings, Told, learned};
use motus_ledger::Ids;
use motus_ledger::wrap::shell_quote;

use super::{Command, Wrapped};
use crate::arguments::{GrantArguments, ScopeArguments};
use crate::environment::Environment;
use crate::failure::{Failure, Refusal};
use crate::output;
use crate::real::SystemIds;
use crate::text::{counted, printable, shown};

/// How many changes that nobody saw are named.
const MOST_UNOBSERVED: usize = 3;

/// How many hosts are named that were not reached.
const MOST_UNREACHED: usize = 3;

/// Holds a command to the scope that the command line asks for, if it does, and tells what should be known before
/// the start; returns what says how long the command may take where that is the scope.
pub(crate) fn hold(
    command: &mut Command,
    arguments: &ScopeArguments,
    store: Option<&Path>,
    environment: &Environment,
    is_quiet: bool,
) -> Result<Option<&'static str>, Failure> {
    let Some(request) = request(arguments)? else { return Ok(None) };
    if let Some(file) = learned_file(arguments) {
        learned::check_free(&environment.directory.join(file))?;
    }
    let surroundings = surroundings(store, environment)?;
    let plan = scope::plan(&request, &command.program, &surroundings, &scope::probe()?)?;
    warn(&plan, is_quiet);
    let is_shorter = shorten(command, &plan);
    command.scope = Some(Box::new(plan));
    Ok(is_shorter.then_some("limits.wall_seconds of the scope"))
}

/// Reads what is asked for; nothing is when no option of a scope is given.
fn request(arguments: &ScopeArguments) -> Result<Option<Request>, Failure> {
    let mut request = grants(&arguments.grants)?;
    request.require = arguments.require;
    request.learns = arguments.learn.is_some();
    if request.learns && request.require.is_some_and(Level::enforces) {
        let message = "--learn stops nothing, so --require can be observed or snapshot with it";
        let refusal = Refusal { message: message.to_owned(), tips: Vec::new(), usage: None };
        return Err(Failure::Refused(refusal));
    }
    let given = &arguments.grants;
    let is_asked_for = !given.allow.is_empty()
        || !given.profile.is_empty()
        || given.file.is_some()
        || request.require.is_some()
        || request.learns;
    Ok(is_asked_for.then_some(request))
}

/// Reads what grants something.
pub(crate) fn grants(arguments: &GrantArguments) -> Result<Request, Failure> {
    Ok(Request {
        grants: arguments.allow.iter().map(|word| Grant::parse(word)).collect::<Result<_, _>>()?,
        profiles: arguments.profile.clone(),
        file: arguments.file.clone(),
        ..Request::default()
    })
}

/// Returns where a command will be started; `store` is where its run is recorded.
pub(crate) fn surroundings(
    store: Option<&Path>,
    environment: &Environment,
) -> Result<Surroundings, Failure> {
    Ok(Surroundings {
        directory: environment.directory.clone(),
        home: environment.home.clone(),
        tool_homes: environment.tool_homes.clone(),
        path: environment.path.clone(),
        temporary: environment.directory.join(&environment.temporary),
        nonce: SystemIds::draw()?.random(),
        store: store.map(Path::to_owned),
    })
}

/// Lets the shorter of two times count; tells whether that is the scope's.
fn shorten(command: &mut Command, plan: &Plan) -> bool {
    let own = plan.wall_seconds.map(Duration::from_secs);
    let is_shorter = own.is_some_and(|own| command.timeout.is_none_or(|timeout| own < timeout));
    if is_shorter {
        command.timeout = own;
    }
    is_shorter
}

/// Says how a file is named for what is learned, where it was taken for the program.
pub(super) fn hint_learned_file(arguments: &ScopeArguments, program: &OsStr) {
    let is_document = Path::new(program).extension().is_some_and(|it| it == "yaml" || it == "yml");
    if matches!(arguments.learn, Some(None)) && is_document {
        let program = printable(&program.to_string_lossy());
        output::hint(format!("to keep what is learned in a file, write --learn={program}"));
    }
}

/// Tells what should be known before the start; who wants quiet is told what weakens the scope.
fn warn(plan: &Plan, is_quiet: bool) {
    for warning in plan.warnings.iter().filter(|warning| warning.weakens || !is_quiet) {
        output::talk(format!("warning: {}", printable(&warning.text)));
    }
}

/// Tells what came of a scope on stderr, and keeps or tells what was learned.
pub(crate) fn report(
    wrapped: &Wrapped,
    arguments: &ScopeArguments,
    environment: &Environment,
    is_quiet: bool,
) {
    let Some(told) = &wrapped.scope else { return };
    let run = wrapped.run.as_ref().map(|run| run.run_id.as_str());
    for line in lines(told, run, is_quiet) {
        output::talk(line);
    }
    if let Some(learned) = &told.learned {
        keep(&learned.document, learned_file(arguments), environment);
        left_out(learned.left_out).into_iter().for_each(output::talk);
    }
}

/// Returns the file for what is learned; `-` is none, as elsewhere.
fn learned_file(arguments: &ScopeArguments) -> Option<&Path> {
    arguments.learn.as_ref()?.as_deref().filter(|file| *file != Path::new("-"))
}

fn keep(document: &str, file: Option<&Path>, environment: &Environment) {
    let Some(file) = file else { return output::talk_plain(document.trim_end()) };
    match learned::keep(document, &environment.directory.join(file)) {
        Ok(()) => output::talk(format!("motus scope: what was learned is in {}", shown(file))),
        Err(error) => {
            let (code, message) = (error.code(), printable(&error.to_string()));
            output::talk(format!("warning[{code}]: what was learned was not kept: {message}"));
            output::talk_plain(document.trim_end());
        }
    }
}

/// Says that a document that was learned does not let all of it pass.
fn left_out(number: usize) -> Option<String> {
    let what = match number {
        0 => return None,
        1 => "1 grant is left out: read it in what was learned, where it stands as a comment"
            .to_owned(),
        number => {
            format!(
                "{number} grants are left out: read them in what was learned, where they stand as comments"
            )
        }
    };
    Some(format!("motus scope: {what}"))
}

fn lines(told: &Told, run: Option<&str>, is_quiet: bool) -> Vec<String> {
    let mut lines: Vec<String> = told.denials.iter().map(|it| line(it, "was denied", "")).collect();
    let more = |number: u64, what: &str| {
        let place = run.map(|run| format!(": motus run show {run}")).unwrap_or_default();
        (number > 0).then(|| format!("motus scope: {number} more {what}{place}"))
    };
    lines.extend(more(told.more_denials, "were denied"));
    // What was learned allows all of it.
    if told.learned.is_none() {
        let level = format!(", and the level {} stops nothing", told.level);
        lines.extend(told.undeclared.iter().map(|it| line(it, "went on", &level)));
        lines.extend(more(told.more_undeclared, "went on undeclared"));
    }
    for path in told.unobserved.iter().take(MOST_UNOBSERVED) {
        let path = printable(path);
        lines.push(format!("motus scope: {path} changed, and no attempt accounts for it"));
    }
    let unnamed = told.unobserved.len().saturating_sub(MOST_UNOBSERVED);
    lines.extend(more(u64::try_from(unnamed).unwrap_or(u64::MAX), "changed unseen"));
    for (host, reason) in told.unreached.iter().take(MOST_UNREACHED).filter(|_| !is_quiet) {
        let (host, reason) = (printable(host), printable(reason));
        lines.push(format!("motus scope: {host} was not reached, and not for the scope: {reason}"));
    }
    if told.left_running > 0 {
        let (processes, were) = (
            counted_processes(told.left_running),
            if told.left_running == 1 { "was" } else { "were" },
        );
        lines.push(format!("motus scope: {processes} left running {were} ended"));
    }
    for trouble in &told.trouble {
        lines.push(format!("warning: not all was seen: {}", printable(trouble)));
    }
    lines
}

fn counted_processes(number: u64) -> String {
    if number == 1 { "1 process".to_owned() } else { format!("{number} processes") }
}

/// Tells one thing that was not declared, and the word that would allow it.
fn line(denial: &Denial, came: &str, why: &str) -> String {
    let what = printable(&denial.what);
    let times = match denial.count {
        0 | 1 => String::new(),
        count => format!(" ({})", counted(count, "time")),
    };
    // A word that is not what is seen of it would allow something else.
    let word = denial.allow.as_ref().map(|word| shell_quote(word));
    let note = denial.note.as_deref().map(printable);
    let allowing = match word.filter(|word| printable(word) == *word) {
        Some(word) => {
            let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
            format!("; to allow it: --allow {word}{note}")
        }
        None if denial.allow.is_none() => {
            format!("; {}", note.unwrap_or_else(|| "no scope can allow it".into()))
        }
        None => "; to allow it, name it in the document of a scope".to_owned(),
    };
    format!("motus scope: {what} {came}{times}: it is not declared{why}{allowing}")
}

#[cfg(test)]
mod tests {
    use motus_app::scope::Learned;

    use super::*;

    fn told() -> Told {
        Told {
            level: Level::EnforcedObserved,
            denials: Vec::new(),
            more_denials: 0,
            undeclared: Vec::new(),
            more_undeclared: 0,
            unobserved: Vec::new(),
            unreached: Vec::new(),
            left_running: 0,
            trouble: Vec::new(),
            learned: None,
        }
    }

    fn denial(what: &str, count: u64, allow: Option<&str>) -> Denial {
        Denial { what: what.to_owned(), count, allow: allow.map(str::to_owned), note: None }
    }

    #[test]
    fn what_was_denied_is_told_with_the_word_that_would_allow_it() {
        let told = Told {
            denials: vec![
                denial("write /etc/passwd", 3, Some("write:/etc/passwd")),
                denial("write /a b", 1, Some("write:/a b")),
                denial("call mount", 1, None),
                denial("write /x\u{1b}[31m", 1, Some("write:/x\u{1b}[31m")),
            ],
            more_denials: 12,
            ..told()
        };
        insta::assert_snapshot!(lines(&told, Some("run_1"), false).join("\n"), @r"
        motus scope: write /etc/passwd was denied (3 times): it is not declared; to allow it: --allow write:/etc/passwd
        motus scope: write /a b was denied: it is not declared; to allow it: --allow 'write:/a b'
        motus scope: call mount was denied: it is not declared; no scope can allow it
        motus scope: write /x\u{1b}[31m was denied: it is not declared; to allow it, name it in the document of a scope
        motus scope: 12 more were denied: motus run show run_1
        ");
        let unrecorded = lines(&told, None, true);
        assert_eq!(unrecorded.last().map(String::as_str), Some("motus scope: 12 more were denied"));
    }

    #[test]
    fn what_went_on_and_what_nobody_saw_is_told() {
        let told = Told {
            level: Level::Observed,
            undeclared: vec![denial("read /etc/hosts", 2, Some("read:/etc/hosts"))],
            more_undeclared: 1,
            unobserved: ["a", "b", "c", "d", "e"].map(str::to_owned).into(),
            unreached: vec![("nosuch.example:443".to_owned(), "no such name".to_owned())],
            left_running: 1,
            trouble: vec!["the listener was lost".to_owned()],
            ..told()
        };
        insta::assert_snapshot!(lines(&told, Some("run_1"), false).join("\n"), @r"
        motus scope: read /etc/hosts went on (2 times): it is not declared, and the level observed stops nothing; to allow it: --allow read:/etc/hosts
        motus scope: 1 more went on undeclared: motus run show run_1
        motus scope: a changed, and no attempt accounts for it
        motus scope: b changed, and no attempt accounts for it
        motus scope: c changed, and no attempt accounts for it
        motus scope: 2 more changed unseen: motus run show run_1
        motus scope: nosuch.example:443 was not reached, and not for the scope: no such name
        motus scope: 1 process left running was ended
        warning: not all was seen: the listener was lost
        ");
        // What was done to the user's processes is told to who wants quiet as well.
        let quiet = lines(&told, None, true);
        let is_told = |what: &str| quiet.iter().any(|line| line.contains(what));
        assert!(is_told("left running was ended") && !is_told("not reached"), "{quiet:?}");
        let learned = Learned { document: String::new(), left_out: 1 };
        let learned = Told { learned: Some(learned), ..told };
        let lines = lines(&learned, None, false);
        assert!(!lines.iter().any(|line| line.contains("undeclared")), "{lines:?}");
    }
}
