//! Names of strangers without credentials and absolute paths, and why something was replaced.

use motus_json::{Object, Value};

use crate::portable::privacy::{names_a_path, scrub};
use crate::redact::redact_all;

/// The longest name that is recorded, in bytes.
const LONGEST: usize = 1024;

/// As much of a name as is looked at, in bytes; what of it is recorded depends on no more.
const LOOKED_AT: usize = 16 << 10;

/// What stands behind a name that was cut.
const CUT: &str = "…";

/// Why an absolute path was replaced.
const PATH_REASON: &str = "absolute_path";

const APPLIED: &str = "redaction_applied";
const CODES: &str = "redaction_reason_codes";

/// Cleans names, and remembers why.
#[derive(Debug, Clone, Default)]
pub(super) struct Scrubber {
    reasons: Vec<&'static str>,
}

impl Scrubber {
    /// Returns a name as it may be recorded.
    pub(super) fn clean(&mut self, name: &str) -> String {
        let looked_at = head(name, LOOKED_AT);
        let scrubbed = scrub(looked_at);
        if scrubbed.changed {
            self.learn(&redact_all(looked_at).reasons);
            if names_a_path(looked_at) {
                self.learn(&[PATH_REASON]);
            }
        }
        let kept = head(&scrubbed.text, LONGEST);
        let is_cut = kept.len() < scrubbed.text.len() || looked_at.len() < name.len();
        format!("{kept}{}", if is_cut { CUT } else { "" })
    }

    /// Takes over what another one learnt.
    pub(super) fn join(&mut self, other: &Self) {
        self.learn(&other.reasons);
    }

    /// Adds to a payload why something of it was replaced, behind what it says of that already.
    pub(super) fn record(&self, payload: &mut Object) {
        if self.reasons.is_empty() {
            return;
        }
        let said = payload.get(CODES).and_then(Value::as_array).unwrap_or_default();
        let mut codes = said.to_vec();
        for reason in &self.reasons {
            if !codes.iter().any(|code| code.as_str() == Some(reason)) {
                codes.push((*reason).into());
            }
        }
        payload.insert(APPLIED, true);
        payload.insert(CODES, codes);
    }

    fn learn(&mut self, reasons: &[&'static str]) {
        for reason in reasons {
            if !self.reasons.contains(reason) {
                self.reasons.push(reason);
            }
        }
    }
}

fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(name: &str) -> (String, Vec<&'static str>) {
        let mut scrubber = Scrubber::default();
        let cleaned = scrubber.clean(name);
        (cleaned, scrubber.reasons)
    }

    #[test]
    fn credentials_and_absolute_paths_are_replaced_and_told() {
        for (name, cleaned, reasons) in [
            ("tests::good", "tests::good", &[][..]),
            ("src/lib.rs - two (line 3)", "src/lib.rs - two (line 3)", &[]),
            ("logs in with ghp_0123456789abcdef", "logs in with [REDACTED]", &["github_token"]),
            ("reads /home/bob/x", "reads [PATH]", &["absolute_path"]),
            (
                "/srv/x with token=abc",
                "[PATH] with token=[REDACTED]",
                &["generic_secret_assignment", "absolute_path"],
            ),
        ] {
            assert_eq!(clean(name), (cleaned.to_owned(), reasons.to_vec()), "{name}");
        }
    }

    #[test]
    fn a_long_name_is_cut_at_a_character_behind_what_is_replaced() {
        let (cleaned, _) = clean(&"é".repeat(100_000));
        assert_eq!(cleaned, format!("{}…", "é".repeat(LONGEST / 2)));
        let (cleaned, reasons) = clean(&format!("token={}", "x".repeat(5000)));
        assert_eq!((cleaned.as_str(), reasons.len()), ("token=[REDACTED]", 1));
    }

    #[test]
    fn reasons_stand_behind_those_that_were_given_before() {
        let mut payload = Object::from([(CODES, Value::from(["github_token"]))]);
        let mut scrubber = Scrubber::default();
        scrubber.clean("ghp_0123456789abcdef /home/bob");
        scrubber.record(&mut payload);
        let codes = Value::from(["github_token", "absolute_path"]);
        assert_eq!(payload.get(CODES), Some(&codes));
        assert_eq!(payload.get(APPLIED), Some(&Value::from(true)));
        let mut nothing = Object::new();
        Scrubber::default().record(&mut nothing);
        assert!(nothing.is_empty());
    }
}
