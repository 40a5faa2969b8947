//! Bundles: verifying one, with its children if asked, telling what happened in it, and writing one.

mod children;
mod explain;
mod write;

use std::path::Path;

use motus_bundle::{Directory, Request, report};
use motus_json::Object;
use motus_kernel::Digest;

use children::Below;
pub(crate) use explain::moments;
pub use explain::{Explanation, Moment, Section, Step, explain, shortened};
pub use motus_bundle::OpenError;
pub use motus_json::printable;
pub use motus_kernel::Digest as ProofDigest;
pub use motus_kernel::names::Phase;
pub use motus_kernel::policy::{PolicyError, Rules};
pub use write::{NewBundle, WriteError, Written, children_of, refuse_existing, write};

/// What to verify, and against what.
#[derive(Debug)]
pub struct Verification<'v> {
    /// The bundle's directory.
    pub directory: &'v Path,
    /// The policy that the caller trusts.
    pub policy: &'v Rules,
    /// The digest that the bundle must have, known from elsewhere.
    pub expected: Option<Digest>,
    /// Where the children's bundles lie, at any depth, when they are verified too.
    pub children: Option<&'v Path>,
}

/// What verification came to, ready to be told.
#[derive(Debug)]
pub struct Verdict {
    /// Whether everything that was asked for holds.
    pub ok: bool,
    /// For people.
    pub text: String,
    /// For programs.
    pub object: Object,
}

/// Verifies a bundle and whatever else was asked for.
///
/// Errors: a directory that was named cannot be opened; everything inside is told by the verdict.
pub fn verify(verification: &Verification<'_>) -> Result<Verdict, OpenError> {
    let source = Directory::open(verification.directory)?;
    let below = verification.children.map(Below::open).transpose()?;
    let mut request = Request::new(verification.policy);
    request.expected = verification.expected;
    let mut report = motus_bundle::verify(&source, &request);
    if let (true, Some(below)) = (report.is_ok(), &below) {
        request.children_opened = true;
        let found = children::verify(&report, below, verification.policy);
        report.warnings.extend(found.warnings);
        if !found.failures.is_empty() {
            report.failures = found.failures;
            report.proof_digest = None;
        }
    }
    let (text, object) = (report::text(&report, &request), report::json(&report));
    Ok(Verdict { ok: report.is_ok(), text, object })
}

/// Reads a policy document.
pub fn read_policy(document: &[u8]) -> Result<Rules, PolicyError> {
    Rules::read(document)
}

#[cfg(test)]
mod tests {
    use motus_kernel::event::LINE_LIMITS;
    use motus_kernel::verify::{
        Code, LONGEST_MESSAGE, MANIFEST_LIMITS, NOT_PROVEN, RECEIPT_LIMITS, TOLD,
    };

    use super::*;

    const CODES: &str = include_str!("../../../docs/error-codes.md");
    const VERIFIER: &str = include_str!("../../../docs/verifier.md");
    const POLICY: &str = include_str!("../../../docs/policy.md");
    const EXAMPLE: &str = include_str!("../../../docs/policy.example.json");

    #[test]
    fn the_pages_tell_every_code_and_what_is_not_proven() {
        for code in Code::ALL.map(Code::as_str) {
            assert!(CODES.contains(&format!("\n| `{code}` | ")), "{code}");
            assert!(VERIFIER.contains(&format!("`{code}`")), "{code}");
        }
        for sentence in NOT_PROVEN {
            assert!(VERIFIER.contains(&format!("\n- {sentence}\n")), "{sentence}");
        }
    }

    #[test]
    fn the_page_tells_the_bounds() {
        for (name, options, values) in [
            ("manifest", MANIFEST_LIMITS, "300,000 values, 100,000 entries in a list"),
            ("receipt", RECEIPT_LIMITS, "250,000 values, 100,000 entries in a list"),
            ("one event", LINE_LIMITS, "1,000,000 values"),
        ] {
            let limits = options.limits;
            let (bytes, depth) = (limits.bytes >> 20, limits.depth);
            let line = format!("\n| {name} | {bytes} MiB, {depth} levels, {values} |\n");
            assert!(VERIFIER.contains(&line), "{line}");
            let plain = values.replace(',', "");
            assert!(plain.starts_with(&format!("{} values", limits.values)), "{line}");
        }
        assert!(VERIFIER.contains(&format!("\n| a message of a failure | {LONGEST_MESSAGE} ")));
        assert!(VERIFIER.contains(&format!("\n| failures told one by one | {TOLD} of a step")));
    }

    #[test]
    fn the_page_about_policies_shows_a_policy() {
        assert!(read_policy(EXAMPLE.as_bytes()).is_ok());
        assert!(POLICY.contains(&format!("```json\n{EXAMPLE}```\n")));
        let example = motus_json::read(EXAMPLE.as_bytes(), &motus_json::ReadOptions::default());
        let example = example.expect("the example is JSON");
        let members = |value: &motus_json::Value| -> Vec<String> {
            let object = value.as_object().expect("the example has objects here");
            object.iter().map(|(name, _)| name.to_string()).collect()
        };
        for name in members(&example).iter().filter(|name| *name != "human") {
            assert!(POLICY.contains(&format!("\n| `{name}` | ")), "{name}");
            let less = EXAMPLE.replacen(&format!("\"{name}\""), "\"other\"", 1);
            let error = read_policy(less.as_bytes()).expect_err("a member is missing");
            assert_eq!(error.code(), "policy.shape", "{name}");
        }
        for name in members(example.get("human").expect("the example tells of humans")) {
            assert!(POLICY.contains(&format!("\n| `human.{name}` | ")), "{name}");
        }
    }
}
