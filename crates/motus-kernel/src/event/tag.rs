//! What a content is: bare, or `{"type","data"}` with its kind as the type and bare content as the data.
//!
//! No content of the specification has a member `type` or `data` of its own, so that there these two make a
//! tag or nothing: what only resembles one would be read as bare by some and as another event by others.

use motus_json::canonical::cj::{self, RawMember};

use super::LINE_LIMITS;

/// The kinds whose content the specification defines, and the one that it only names.
const KNOWN: [&str; 13] = [
    "ActError",
    "ChildJoined",
    "ChildSpawned",
    "HitlDecision",
    "HitlPrompt",
    "HitlTimeout",
    "IntentSet",
    "LensAssembled",
    "Locked",
    "PlanChosen",
    "SignalsCaptured",
    "SkillExecuted",
    "VerificationRun",
];

/// Tells whether a canonical text is neither bare content of the kind nor such content with its tag.
pub(super) fn is_wrong(kind: &str, text: &str) -> bool {
    let Some(content) = Members::of(text) else { return true };
    if content.is_bare(kind) {
        return false;
    }
    let data = content.tagged(kind).and_then(Members::of);
    !data.is_some_and(|data| data.is_bare(kind))
}

/// The members of an object, as they are spelled.
struct Members<'l>(Vec<RawMember<'l>>);

impl<'l> Members<'l> {
    /// What is no object has none.
    fn of(text: &'l str) -> Option<Self> {
        let mut members = Vec::new();
        cj::check_members(text.as_bytes(), &LINE_LIMITS, &mut members).ok()?;
        Some(Self(members))
    }

    fn get(&self, name: &str) -> Option<&'l str> {
        self.0.iter().find(|member| member.key == name).map(|member| member.value)
    }

    /// Content of a kind that nobody knows may have a type, or data; both are the form of a tag.
    fn is_bare(&self, kind: &str) -> bool {
        match (self.get("type"), self.get("data")) {
            (None, None) => true,
            (Some(_), Some(_)) => false,
            _ => !KNOWN.contains(&kind),
        }
    }

    /// Returns the data of a tag.
    fn tagged(&self, kind: &str) -> Option<&'l str> {
        let name = self.get("type")?.strip_prefix('"')?.strip_suffix('"')?;
        (name == kind && self.0.len() == 2).then(|| self.get("data"))?
    }
}

#[cfg(test)]
mod tests {
    use super::is_wrong;

    #[test]
    fn content_is_bare_or_has_its_tag() {
        for right in [
            r"{}",
            r#"{"passed":true,"results":[{"data":1,"type":2}]}"#,
            r#"{"data":{},"type":"VerificationRun"}"#,
            r#"{"data":{"passed":true},"type":"VerificationRun"}"#,
        ] {
            assert!(!is_wrong("VerificationRun", right), "{right}");
        }
        for wrong in [
            r#"{"data":{"passed":true}}"#,
            r#"{"passed":true,"type":"VerificationRun"}"#,
            r#"{"data":{"passed":true},"type":"Locked"}"#,
            r#"{"data":{"passed":true},"type":null}"#,
            r#"{"data":{"passed":true},"type":["VerificationRun"]}"#,
            r#"{"data":{"passed":true},"passed":true,"type":"VerificationRun"}"#,
            r#"{"data":[{"passed":true}],"type":"VerificationRun"}"#,
            r#"{"data":"{}","type":"VerificationRun"}"#,
            r#"{"data":null,"type":"VerificationRun"}"#,
            r#"{"data":{"data":{}},"type":"VerificationRun"}"#,
            r#"{"data":{"data":{},"type":null},"type":"VerificationRun"}"#,
        ] {
            assert!(is_wrong("VerificationRun", wrong), "{wrong}");
        }
    }

    #[test]
    fn content_that_nobody_knows_may_have_one_of_the_two() {
        for right in
            [r#"{"type":"VerificationRun"}"#, r#"{"data":[]}"#, r#"{"data":{},"type":"x"}"#]
        {
            assert!(!is_wrong("x", right), "{right}");
        }
        for wrong in [r#"{"data":[],"type":"x"}"#, r#"{"data":{},"type":7}"#] {
            assert!(is_wrong("x", wrong), "{wrong}");
        }
    }
}
