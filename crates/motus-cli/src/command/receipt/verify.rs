//! `motus receipt verify`: whether documents are what they say they are.

mod golden;

use std::fmt::Write as _;
use std::path::Path;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::receipts::{self, Document, LONGEST_DOCUMENT, Verified};
use motus_json::{Object, Value};
use motus_ledger::portable::verify::{Mode, Phase, Verdict};

use self::golden::{Comparison, Goldens};
use crate::arguments::VerifyReceiptArguments;
use crate::failure::Failure;
use crate::input;
use crate::output;
use crate::text::printable;

/// A file that was looked at, or could not be.
struct Looked {
    name: String,
    verified: Result<Verified, Failure>,
    golden: Option<Comparison>,
}

impl Looked {
    fn is_valid(&self) -> bool {
        self.verdict().is_ok_and(Verdict::is_valid)
    }

    fn verdict(&self) -> Result<&Verdict, &Failure> {
        self.verified.as_ref().map(|verified| &verified.verdict)
    }
}

pub(crate) fn verify(arguments: &VerifyReceiptArguments) -> Result<u8, Failure> {
    let mode = match (arguments.reference, arguments.strict) {
        (true, _) => Mode::Reference,
        (false, true) => Mode::Strict,
        (false, false) => Mode::Normal,
    };
    let goldens = arguments.golden.as_deref().map(|path| Goldens::open(path, mode)).transpose()?;
    let mut looked = Vec::new();
    for file in &arguments.files {
        // One after the other: together they may be long.
        let one = look_at(file, mode, goldens.as_ref(), arguments.files.len() > 1);
        let is_valid = one.is_valid();
        looked.push(one);
        if mode == Mode::Reference && !is_valid {
            break;
        }
    }
    if let [Looked { verified: Err(_), .. }] = looked.as_slice() {
        // Of one file there is nothing to tell but why it cannot be read.
        return looked.pop().map_or(Ok(exit::OK), |one| one.verified.map(|_| exit::OK));
    }
    let mut verified: Vec<_> =
        looked.iter_mut().filter_map(|one| one.verified.as_mut().ok()).collect();
    receipts::compare(&mut verified, mode);
    if arguments.json {
        output::json(document(&looked))?;
    } else {
        output::data(&page(&looked))?;
    }
    Ok(exit_code(&looked))
}

/// What could not be read was not judged, which is more than a verdict that is no.
fn exit_code(looked: &[Looked]) -> u8 {
    let unread = looked.iter().filter_map(|one| one.verdict().err());
    let worst = unread.map(Failure::exit_code).max();
    worst.unwrap_or(if looked.iter().all(Looked::is_valid) { exit::OK } else { exit::FAILED })
}

fn look_at(file: &Path, mode: Mode, goldens: Option<&Goldens>, has_others: bool) -> Looked {
    let name = file.to_string_lossy().into_owned();
    match verdict_on(file, &name, mode, goldens, has_others) {
        Ok((verified, golden)) => Looked { name, verified: Ok(verified), golden },
        Err(failure) => Looked { name, verified: Err(failure), golden: None },
    }
}

fn verdict_on(
    file: &Path,
    name: &str,
    mode: Mode,
    goldens: Option<&Goldens>,
    has_others: bool,
) -> Result<(Verified, Option<Comparison>), Failure> {
    let bytes = if file == Path::new("-") {
        input::standard()?
    } else {
        // What is longer than any document is told as that, not as a file that cannot be read.
        let read = motus_app::document(file, LONGEST_DOCUMENT);
        read.map_err(|error| Failure::NoInput(file.to_owned(), error))?
    };
    let golden = goldens.map(|goldens| goldens.digest_of(file)).transpose()?;
    let expected = golden.as_ref().and_then(Option::as_deref);
    let document = Document { name, bytes: &bytes, golden: expected };
    let verified = receipts::verify_one(&document, mode, has_others);
    let comparison = golden.map(|golden| Comparison::of(golden.is_some(), &verified.verdict));
    Ok((verified, comparison))
}

fn document(looked: &[Looked]) -> Object {
    let receipts: Value = looked.iter().map(|one| Value::Object(entry(one))).collect();
    let are_valid = looked.iter().all(Looked::is_valid);
    Object::from([("valid", Value::from(are_valid)), ("receipts", receipts)])
}

fn entry(one: &Looked) -> Object {
    let mut entry = match one.verdict() {
        Ok(verdict) => judged(&one.name, verdict),
        Err(failure) => unread(&one.name, failure),
    };
    if let Some(golden) = one.golden {
        entry.insert("golden", golden.as_str());
    }
    entry
}

fn judged(name: &str, verdict: &Verdict) -> Object {
    let faults = verdict.faults.iter().map(|fault| {
        Value::Object(Object::from([
            ("path", fault.path.as_str()),
            ("message", fault.message.as_str()),
        ]))
    });
    let findings = verdict.findings.iter().map(|finding| {
        Value::Object(Object::from([
            ("kind", finding.kind.as_str()),
            ("path", finding.path.as_str()),
            ("message", finding.message.as_str()),
        ]))
    });
    Object::from([
        ("path", Value::from(name)),
        ("receipt_id", verdict.receipt_id.as_deref().into()),
        ("sha256", verdict.sha256.as_deref().into()),
        ("valid", verdict.is_valid().into()),
        ("document", verdict.document.into()),
        ("failed", verdict.failed.map(Phase::as_str).into()),
        ("errors", faults.collect()),
        ("findings", findings.collect()),
    ])
}

/// Tells of a file that nothing is known of, in the members of any other and with the code of the error.
fn unread(name: &str, failure: &Failure) -> Object {
    let mut entry = judged(name, &Verdict::default());
    let error = Object::from([("path", "<root>"), ("message", &reason(failure))]);
    entry.insert("valid", false);
    entry.insert("failed", Phase::Reading.as_str());
    entry.insert("errors", Value::from(vec![Value::Object(error)]));
    entry.insert("code", failure.code());
    entry
}

fn reason(failure: &Failure) -> String {
    let causes = failure.causes();
    causes.into_iter().fold(failure.message(), |reason, cause| format!("{reason}: {cause}"))
}

fn page(looked: &[Looked]) -> String {
    let mut page = String::new();
    for one in looked {
        // Writing to a string cannot fail, here and below.
        let name = printable(&one.name);
        let verdict = match one.verdict() {
            Ok(verdict) => verdict,
            Err(failure) => {
                let word = output::coloured("unread ", AnsiColor::Red);
                let (code, reason) = (failure.code(), printable(&reason(failure)));
                let _ = writeln!(page, "{word}  {name}\n  error[{code}]  {reason}");
                continue;
            }
        };
        let (word, colour) = if verdict.is_valid() {
            ("valid", AnsiColor::Green)
        } else {
            ("invalid", AnsiColor::Red)
        };
        let word = output::coloured(format!("{word:7}"), colour);
        let golden = one.golden.map(|golden| format!("  golden: {}", golden.as_str()));
        let _ = writeln!(page, "{word}  {name}{}{}", marks(verdict), golden.unwrap_or_default());
        for fault in &verdict.faults {
            let (path, message) = (printable(&fault.path), printable(&fault.message));
            let _ = writeln!(page, "  error  {path}: {message}");
        }
        for finding in &verdict.findings {
            let is_warning = verdict.is_valid() || !finding.kind.is_error();
            let label = if is_warning { "warning" } else { "error" };
            let (path, message) = (printable(&finding.path), printable(&finding.message));
            let kind = finding.kind.as_str();
            let _ = writeln!(page, "  {label}[{kind}]  {path}: {message}");
        }
    }
    page
}

/// Tells what a document is, and by which digest it is known; or what it failed at.
fn marks(verdict: &Verdict) -> String {
    let mut marks = verdict.document.map(|name| format!("  {name}")).unwrap_or_default();
    match (verdict.failed, &verdict.receipt_id, &verdict.sha256) {
        (Some(phase), ..) => marks.push_str(&format!("  failed: {}", phase.as_str())),
        (None, Some(receipt_id), _) => marks.push_str(&format!("  {receipt_id}")),
        (None, None, Some(sha256)) => marks.push_str(&format!("  sha256:{sha256}")),
        (None, None, None) => {}
    }
    marks
}
