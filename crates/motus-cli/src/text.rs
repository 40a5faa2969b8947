//! Spelling what is recorded for people.

use std::path::Path;

pub(crate) use motus_app::bundle::printable;
pub(crate) use motus_ledger::counted;

/// Spells a path.
pub(crate) fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

/// Spells whole seconds as people do: `42s`, `3m05s`, `2h03m`.
pub(crate) fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(
            [0, 59, 60, 3599, 7380].map(duration),
            ["0s", "59s", "1m00s", "59m59s", "2h03m"]
        );
    }
}
