//! Which plain scalars are numbers, and which.
//!
//! Integers of any length survive in decimal; in other bases 128 bits are the most. Base 60 is a
//! time of day in seconds, as the protocol's reference has it: `12:30` is 45000, `1:2:3` is 3723.

use motus_json::{Number, ReadOptions, Value};

use super::Plain;

/// Decides whether a text is a number; `None` for text.
pub(super) fn resolve(text: &str) -> Option<Plain> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if is_not_finite(text, digits) {
        return Some(Plain::Refused(format!("'{text}' is no number that can be kept; quote it")));
    }
    if digits.contains('.') {
        return float(negative, digits);
    }
    if digits.contains(':') {
        return base_60(negative, digits);
    }
    integer(negative, digits)
}

fn is_not_finite(text: &str, digits: &str) -> bool {
    matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn integer(negative: bool, digits: &str) -> Option<Plain> {
    if let Some(rest) = digits.strip_prefix("0x") {
        return in_base(negative, rest, 16);
    }
    if let Some(rest) = digits.strip_prefix("0b") {
        return in_base(negative, rest, 2);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return in_base(negative, digits, 8);
    }
    decimal(negative, &run(digits, 10)?)
}

/// Returns the digits of a run without the `_` and `,` between them; `None` for any other text.
fn run(text: &str, base: u32) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    let mut between = false;
    for character in text.chars() {
        if character.is_digit(base) {
            digits.push(character);
            between = true;
        } else if between && matches!(character, '_' | ',') {
            between = false;
        } else {
            return None;
        }
    }
    // A separator at the end has no digit behind it.
    between.then_some(digits)
}

fn in_base(negative: bool, text: &str, base: u32) -> Option<Plain> {
    let digits = run(text, base)?;
    match u128::from_str_radix(&digits, base) {
        Ok(value) => decimal(negative, &value.to_string()),
        Err(_) => Some(too_large()),
    }
}

fn too_large() -> Plain {
    Plain::Refused("an integer that is not in decimal has more than 128 bits; quote it".into())
}

/// Makes an integer of any length of its decimal digits.
fn decimal(negative: bool, digits: &str) -> Option<Plain> {
    let mut token = String::with_capacity(digits.len() + 1);
    if negative {
        token.push('-');
    }
    token.push_str(digits);
    if let Ok(value) = token.parse::<i64>() {
        return Some(Plain::Number(value.into()));
    }
    match motus_json::read(token.as_bytes(), &ReadOptions::default()) {
        Ok(Value::Number(number)) => Some(Plain::Number(number)),
        _ => None,
    }
}

/// Resolves `H:M` and `H:M:S`, the sign being that of the whole.
fn base_60(negative: bool, digits: &str) -> Option<Plain> {
    let mut parts = digits.split(':');
    let hours = run(parts.next()?, 10)?;
    let minutes = sixtieth(parts.next()?)?;
    let seconds = parts.next().map_or(Some(0), sixtieth)?;
    if parts.next().is_some() {
        return None;
    }
    let total = hours
        .parse::<u128>()
        .ok()
        .and_then(|hours| hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds));
    match total {
        Some(total) => decimal(negative, &total.to_string()),
        None => Some(too_large()),
    }
}

fn sixtieth(text: &str) -> Option<u128> {
    let short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = if short { text.parse().ok()? } else { return None };
    (value < 60).then_some(value)
}

/// Resolves a float: digits around a point, at least one, and an exponent with its sign.
fn float(negative: bool, text: &str) -> Option<Plain> {
    let (whole, rest) = text.split_once('.')?;
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at)?, Some(rest.get(at + 1..)?)),
        None => (rest, None),
    };
    let whole = if whole.is_empty() { String::new() } else { run(whole, 10)? };
    let digits_only = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !digits_only || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let exponent = match exponent {
        Some(exponent) if is_signed(exponent) => format!("e{exponent}"),
        Some(_) => return None,
        None => String::new(),
    };
    let sign = if negative { "-" } else { "" };
    let value: f64 = format!("{sign}{whole}.{fraction}{exponent}").parse().ok()?;
    Some(match Number::float(value) {
        Some(number) => Plain::Number(number),
        None => Plain::Refused("a float is too large; quote it".into()),
    })
}

fn is_signed(exponent: &str) -> bool {
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
