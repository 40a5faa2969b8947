//! From bytes to a document: strictly, or as the published validator's Python reads.

use motus_json::{
    Limits, NonFinite, Object, ReadError, ReadErrorKind, ReadOptions, Value, read, read_last_wins,
};

use crate::portable::shape::{Document, Fault};
use crate::portable::shapes::STORE_EXPORT;
use crate::portable::verify::Mode;

/// The longest receipt, and the longest document that is no export, in bytes.
pub const RECEIPT_BYTES: usize = 8 << 20;

/// The longest export, in bytes.
pub const EXPORT_BYTES: usize = 64 << 20;

/// The longest integer that the published validator's Python reads, in digits.
const PYTHON_DIGITS: usize = 4300;

const STRICT: ReadOptions = ReadOptions {
    limits: Limits { bytes: EXPORT_BYTES, depth: 64, values: 4_000_000 },
    non_finite: NonFinite::Refuse,
};

const LENIENT: ReadOptions = ReadOptions {
    limits: Limits { bytes: EXPORT_BYTES, depth: Limits::MAX_DEPTH, values: 4_000_000 },
    non_finite: NonFinite::Accept,
};

pub(super) fn read_in(bytes: &[u8], mode: Mode) -> Result<Value, Fault> {
    let value = match mode {
        Mode::Normal | Mode::Strict => read(bytes, &STRICT),
        Mode::Reference => read_as_python(bytes),
    };
    let value = value.map_err(|error| at_root(error.to_string()))?;
    if mode == Mode::Reference && has_a_long_integer(&value) {
        return Err(at_root(format!("integer of more than {PYTHON_DIGITS} digits")));
    }
    Ok(value)
}

/// Python takes a float that is too large for an infinite one.
fn read_as_python(bytes: &[u8]) -> Result<Value, ReadError> {
    match read_last_wins(bytes, &LENIENT) {
        Err(error) if error.kind() == ReadErrorKind::NumberRange => {
            read_last_wins(&with_infinities(bytes), &LENIENT)
        }
        other => other,
    }
}

/// Writes a float that is too large as the word that the reader has for it.
fn with_infinities(bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut is_in_string = false;
    while let Some(&first) = rest.first() {
        let length = match first {
            b'\\' if is_in_string => 2.min(rest.len()),
            b'-' | b'0'..=b'9' if !is_in_string => number_length(rest),
            _ => 1,
        };
        let (token, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        is_in_string ^= first == b'"';
        written.extend_from_slice(spelled(token));
        rest = behind;
    }
    written
}

fn number_length(text: &[u8]) -> usize {
    let is_of_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    text.iter().take_while(is_of_number).count().max(1)
}

fn spelled(token: &[u8]) -> &[u8] {
    let error = if token.len() > 1 { read(token, &LENIENT).err() } else { None };
    match (error.map(|error| error.kind()), token.first()) {
        (Some(ReadErrorKind::NumberRange), Some(b'-')) => b"-Infinity",
        (Some(ReadErrorKind::NumberRange), _) => b"Infinity",
        _ => token,
    }
}

/// Only an export may be long: it grows with the events of its run.
pub(super) fn too_large(bytes: &[u8], document: &Document, mode: Mode) -> Option<Fault> {
    let may_be_long = mode == Mode::Reference || document.name == STORE_EXPORT.name;
    let is_too_large = bytes.len() > RECEIPT_BYTES && !may_be_long;
    is_too_large.then(|| at_root(format!("input longer than {RECEIPT_BYTES} bytes")))
}

/// Finds what we print of a run and what does not travel: a projection, or an export of its rows.
pub(super) fn of_a_store(value: &Value) -> Option<Fault> {
    let version = value.get("schema_version").and_then(Value::as_str);
    let is_projection =
        |version: &&str| version.starts_with("motus.") && version.ends_with(".projection.v1");
    let is_rows = |object: &Object| {
        let is_run = object.get("run").is_some_and(|run| run.as_object().is_some());
        is_run && object.get("events").is_some_and(|events| events.as_array().is_some())
    };
    let name = match version.filter(is_projection) {
        Some(version) => version,
        None if version.is_none() && value.as_object().is_some_and(is_rows) => "an export of a run",
        None => return None,
    };
    let advice = "make one that travels with `motus receipt RUN --format envelope`";
    Some(at_root(format!("{name} refers to its Store; {advice}")))
}

fn at_root(message: String) -> Fault {
    Fault { path: "<root>".to_owned(), message }
}

fn has_a_long_integer(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            // Those of 64 bits are short.
            let is_small = number.as_i64().is_some() || number.as_u64().is_some();
            let digits = |text: &str| text.trim_start_matches('-').len();
            !is_small && number.is_integer() && digits(&number.to_string()) > PYTHON_DIGITS
        }
        Value::Array(items) => items.iter().any(has_a_long_integer),
        Value::Object(object) => object.iter().any(|(_, value)| has_a_long_integer(value)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
