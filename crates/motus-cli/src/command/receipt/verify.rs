//! `motus receipt verify`: whether documents are what they say they are.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::receipts::{self, Document, LONGEST_DOCUMENT, Verified};
use motus_json::{Object, Value};
use motus_ledger::portable::verify::{Mode, Phase, Verdict};

use crate::arguments::VerifyReceiptArguments;
use crate::failure::Failure;
use crate::input;
use crate::output;
use crate::text::printable;

/// The longest file with a digest in it.
const LONGEST_GOLDEN: u64 = 4096;

pub(crate) fn verify(arguments: &VerifyReceiptArguments) -> Result<u8, Failure> {
    let mode = match (arguments.reference, arguments.strict) {
        (true, _) => Mode::Reference,
        (false, true) => Mode::Strict,
        (false, false) => Mode::Normal,
    };
    let mut verified = Vec::new();
    for file in &arguments.files {
        // One after the other: together they may be long.
        verified.extend(look_at(file, mode, arguments.golden.as_deref())?);
        if mode == Mode::Reference && !are_valid(&verified) {
            break;
        }
    }
    if arguments.json {
        output::json(document(&verified))?;
    } else {
        output::data(&page(&verified))?;
    }
    Ok(if are_valid(&verified) { exit::OK } else { exit::FAILED })
}

fn are_valid(verified: &[Verified]) -> bool {
    verified.iter().all(|one| one.verdict.is_valid())
}

fn look_at(file: &Path, mode: Mode, goldens: Option<&Path>) -> Result<Vec<Verified>, Failure> {
    let bytes = if file == Path::new("-") {
        input::standard()?
    } else {
        // What is longer than any document is told as that, not as a file that cannot be read.
        let read = motus_app::document(file, LONGEST_DOCUMENT);
        read.map_err(|error| Failure::NoInput(file.to_owned(), error))?
    };
    let golden = goldens.map(|directory| golden(directory, file)).transpose()?.flatten();
    let name = file.to_string_lossy();
    let document = Document { name: &name, bytes: &bytes, golden: golden.as_deref() };
    Ok(receipts::verify(&[document], mode))
}

/// Reads the digest that is expected of a file; a file without one is as good as any.
fn golden(directory: &Path, file: &Path) -> Result<Option<String>, Failure> {
    let Some(stem) = file.file_stem() else { return Ok(None) };
    let mut name = stem.to_owned();
    name.push(".sha256");
    let path: PathBuf = directory.join(name);
    match motus_app::document(&path, LONGEST_GOLDEN) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::NoInput(path, error)),
    }
}

fn document(verified: &[Verified]) -> Object {
    let receipts: Value = verified.iter().map(|one| Value::Object(entry(one))).collect();
    Object::from([("valid", Value::from(are_valid(verified))), ("receipts", receipts)])
}

fn entry(one: &Verified) -> Object {
    let Verified { name, verdict } = one;
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
        ("path", Value::from(name.as_str())),
        ("receipt_id", verdict.receipt_id.as_deref().into()),
        ("sha256", verdict.sha256.as_deref().into()),
        ("valid", verdict.is_valid().into()),
        ("document", verdict.document.into()),
        ("failed", verdict.failed.map(Phase::as_str).into()),
        ("errors", faults.collect()),
        ("findings", findings.collect()),
    ])
}

fn page(verified: &[Verified]) -> String {
    let mut page = String::new();
    for Verified { name, verdict } in verified {
        let (word, colour) = if verdict.is_valid() {
            ("valid", AnsiColor::Green)
        } else {
            ("invalid", AnsiColor::Red)
        };
        let word = output::coloured(format!("{word:7}"), colour);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(page, "{word}  {}{}", printable(name), marks(verdict));
        for fault in &verdict.faults {
            let (path, message) = (printable(&fault.path), printable(&fault.message));
            let _ = writeln!(page, "  error  {path}: {message}");
        }
        let label = if verdict.is_valid() { "warning" } else { "error" };
        for finding in &verdict.findings {
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
