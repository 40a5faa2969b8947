//! The one walk over a tree that writes it, generic over the form it is written in.
//!
//! It keeps its own stack: depth costs no thread stack.

use crate::escape::Escape;
use crate::object::{Member, Object};
use crate::text::{Part, Text};
use crate::{Number, Value};

/// Decides how values are spelled; a canonical form adds how spellings are checked.
pub(crate) trait Form {
    /// What the form cannot write: [`std::convert::Infallible`] when it writes every value.
    type Refusal;
    /// Whether every character outside U+0020..U+007E is escaped, or stands for itself.
    const ASCII: bool;
    const LAYOUT: Layout;

    /// Writes a number in its one spelling, unless the form has none for it.
    #[inline]
    fn number(number: &Number, out: &mut String) -> Result<(), Self::Refusal> {
        number.write_to(out);
        Ok(())
    }

    /// Writes half of a character as an escape, unless the form refuses it.
    fn lone_surrogate(unit: u16, out: &mut String) -> Result<(), Self::Refusal> {
        out.push_str(Escape::unicode(unit).as_str());
        Ok(())
    }
}

/// Decides the order of members and what stands between tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Members by code point of their keys; nothing between tokens.
    Canonical,
    /// Members as inserted, one line each, indented by two spaces a level.
    Indented,
    /// Members as inserted; nothing between tokens.
    Compact,
}

/// Writes a value and all it holds.
pub(crate) fn value<F: Form>(value: &Value, out: &mut String) -> Result<(), F::Refusal> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next
            && let Some(opened) = begin::<F>(value, out)?
        {
            open.push(opened);
        }
        let depth = open.len();
        let Some(top) = open.last_mut() else {
            return Ok(());
        };
        next = advance::<F>(top, depth, out)?;
        if next.is_none() {
            open.pop();
        }
    }
}

/// A container that is being written, with what is left of it.
struct Open<'v> {
    rest: Rest<'v>,
    started: bool,
}

enum Rest<'v> {
    Items(std::slice::Iter<'v, Value>),
    Members(std::slice::Iter<'v, Member>),
    Sorted(std::vec::IntoIter<&'v Member>),
}

/// Writes a scalar, or the opening bracket of a container and returns it.
#[inline]
fn begin<'v, F: Form>(value: &'v Value, out: &mut String) -> Result<Option<Open<'v>>, F::Refusal> {
    let rest = match value {
        Value::Array(items) => {
            out.push('[');
            Rest::Items(items.iter())
        }
        Value::Object(object) => {
            out.push('{');
            members(object, F::LAYOUT)
        }
        scalar => return scalar_value::<F>(scalar, out).map(|()| None),
    };
    Ok(Some(Open { rest, started: false }))
}

#[inline]
fn scalar_value<F: Form>(value: &Value, out: &mut String) -> Result<(), F::Refusal> {
    match value {
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => F::number(number, out)?,
        Value::String(string) => text::<F>(string, out)?,
        _ => out.push_str("null"),
    }
    Ok(())
}

/// Returns the members in the order of the layout; most canonical input is in order already.
fn members(object: &Object, layout: Layout) -> Rest<'_> {
    let members = object.members();
    if layout != Layout::Canonical || members.is_sorted_by(|(left, _), (right, _)| left < right) {
        return Rest::Members(members.iter());
    }
    let mut sorted: Vec<&Member> = members.iter().collect();
    sorted.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    Rest::Sorted(sorted.into_iter())
}

/// Writes up to the container's next value and returns it, or its closing bracket.
#[inline]
fn advance<'v, F: Form>(
    top: &mut Open<'v>,
    depth: usize,
    out: &mut String,
) -> Result<Option<&'v Value>, F::Refusal> {
    let member = match &mut top.rest {
        Rest::Items(items) => match items.next() {
            Some(item) => {
                separate::<F>(top, depth, out);
                return Ok(Some(item));
            }
            None => None,
        },
        Rest::Members(members) => members.next(),
        Rest::Sorted(members) => members.next(),
    };
    let Some((key, value)) = member else {
        close::<F>(top, depth, out);
        return Ok(None);
    };
    separate::<F>(top, depth, out);
    text::<F>(key, out)?;
    out.push_str(if F::LAYOUT == Layout::Indented { ": " } else { ":" });
    Ok(Some(value))
}

#[inline]
fn separate<F: Form>(top: &mut Open<'_>, depth: usize, out: &mut String) {
    if top.started {
        out.push(',');
    }
    top.started = true;
    indent::<F>(depth, out);
}

#[inline]
fn close<F: Form>(top: &Open<'_>, depth: usize, out: &mut String) {
    if top.started {
        indent::<F>(depth - 1, out);
    }
    out.push(if matches!(top.rest, Rest::Items(_)) { ']' } else { '}' });
}

#[inline]
fn indent<F: Form>(depth: usize, out: &mut String) {
    if F::LAYOUT == Layout::Indented {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// Writes a string with its quotes.
#[inline]
pub(crate) fn text<F: Form>(text: &Text, out: &mut String) -> Result<(), F::Refusal> {
    if let Some(unicode) = text.as_str() {
        string::<F>(unicode, out);
        return Ok(());
    }
    out.push('"');
    for part in text.parts() {
        match part {
            Part::Unicode(unicode) => characters::<F>(unicode, out),
            Part::LoneSurrogate(unit) => F::lone_surrogate(unit, out)?,
        }
    }
    out.push('"');
    Ok(())
}

/// Writes a string of whole characters with its quotes.
#[inline]
pub(crate) fn string<F: Form>(text: &str, out: &mut String) {
    out.push('"');
    characters::<F>(text, out);
    out.push('"');
}

#[inline]
fn characters<F: Form>(mut rest: &str, out: &mut String) {
    loop {
        let plain = crate::scan::plain_run(rest.as_bytes(), F::ASCII);
        let (run, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(run);
        let mut characters = tail.chars();
        let Some(stop) = characters.next() else {
            return;
        };
        for &mut unit in stop.encode_utf16(&mut [0; 2]) {
            if let Some(escape) = Escape::of(unit, F::ASCII) {
                out.push_str(escape.as_str());
            }
        }
        rest = characters.as_str();
    }
}
