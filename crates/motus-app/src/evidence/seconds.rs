//! Decimal numbers of seconds as whole milliseconds, without a float between them.

/// Returns the milliseconds nearest to a number of seconds as tools write it; none for what is no such number.
///
/// Shape: digits with a point, an exponent, or commas between groups of three where there is more than one
/// comma or a point as well: a lone comma may be either, and nothing is guessed.
pub(super) fn milliseconds(text: &str) -> Option<u64> {
    nearest(text, 3)
}

/// Returns the whole number nearest to a number of milliseconds.
pub(super) fn whole_milliseconds(text: &str) -> Option<u64> {
    nearest(text, 0)
}

/// Returns the whole number nearest to one that is written in a unit so many powers of ten larger.
fn nearest(text: &str, powers: i32) -> Option<u64> {
    let text = text.trim();
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let number = number.strip_prefix('+').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let has_point = number.contains('.');
    let digits = format!("{}{fraction}", ungrouped(whole, has_point)?);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The number is digits × 10^shift.
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_add(powers)?;
    shifted(digits.trim_start_matches('0'), shift)
}

/// Takes the commas out of a whole number.
fn ungrouped(whole: &str, has_point: bool) -> Option<String> {
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, rest) = groups.split_first()?;
    if rest.is_empty() {
        return Some(whole.to_owned());
    }
    let is_grouped = (has_point || rest.len() > 1)
        && (1..=3).contains(&first.len())
        && rest.iter().all(|group| group.len() == 3);
    is_grouped.then(|| groups.concat())
}

fn shifted(digits: &str, shift: i32) -> Option<u64> {
    if digits.is_empty() {
        return Some(0);
    }
    if let Ok(zeros) = usize::try_from(shift) {
        // More zeros than that no number of milliseconds has.
        return (zeros <= 20).then(|| format!("{digits}{}", "0".repeat(zeros)))?.parse().ok();
    }
    let dropped = usize::try_from(shift.unsigned_abs()).ok()?;
    let Some(kept) = digits.len().checked_sub(dropped) else { return Some(0) };
    let (kept, rest) = digits.split_at_checked(kept)?;
    let rounded = u64::from(rest.bytes().next().is_some_and(|digit| digit >= b'5'));
    let kept: u64 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    kept.checked_add(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_the_nearest_milliseconds() {
        for (text, expected) in [
            ("0", 0),
            ("0.0", 0),
            ("1", 1000),
            ("0.007", 7),
            ("0.0004", 0),
            ("0.0005", 1),
            ("0.000499999999999999999999", 0),
            ("12.3456", 12346),
            (".5", 500),
            ("5.", 5000),
            (" 1.5 ", 1500),
            ("+1.5", 1500),
            ("1,234.5", 1_234_500),
            ("1,234,567", 1_234_567_000),
            ("1e3", 1_000_000),
            ("1.5E-2", 15),
            ("9.5367431640625e-07", 0),
            ("1e-99999", 0),
            ("18446744073709551.615", u64::MAX),
            ("0e999999999", 0),
        ] {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn milliseconds_are_rounded() {
        let read = ["12", "0.49", "0.5", "1e2", "12ms"].map(whole_milliseconds);
        assert_eq!(read, [Some(12), Some(0), Some(1), Some(100), None]);
    }

    #[test]
    fn what_is_no_number_of_seconds_or_could_be_two_is_none() {
        for text in [
            "",
            ".",
            "e3",
            "-1",
            "NaN",
            "inf",
            "1s",
            "1,234",
            "1,23.4",
            "1234,567.8",
            "1.2.3",
            "0x10",
            "1e",
            "1e99",
            "1e99999999999",
            "18446744073709551.616",
            "１",
        ] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
