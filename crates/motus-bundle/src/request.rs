//! Verification as a caller asks for it: against a policy, and perhaps for one digest only.

use motus_kernel::Digest;
use motus_kernel::policy::Policy;
use motus_kernel::source::BundleSource;
use motus_kernel::verify::{Code, Failure, Report, verify_bundle};

/// What a bundle is held against; all of it comes from the caller, none from the bundle.
#[derive(Clone, Copy)]
pub struct Request<'p> {
    /// The policy that the caller trusts.
    pub policy: &'p dyn Policy,
    /// The digest that the bundle must have, from a place that the bundle's maker cannot change.
    pub expected: Option<Digest>,
    /// Whether the caller opens the bundles of the children, too, and adds what is wrong with them, each
    /// with a path, to the failures of a bundle that passed.
    pub children_opened: bool,
}

impl<'p> Request<'p> {
    /// Asks for one bundle, whatever its digest.
    pub fn new(policy: &'p dyn Policy) -> Self {
        Self { policy, expected: None, children_opened: false }
    }
}

/// Verifies a bundle, and that it is the one that was expected.
///
/// Shape: a bundle that is consistent but has another digest gets one `PROOF_DIGEST_MISMATCH` without a
/// path, keeps its summary, and loses its digest, which only a success carries.
pub fn verify(source: &dyn BundleSource, request: &Request<'_>) -> Report {
    let mut report = verify_bundle(source, request.policy);
    if let (Some(found), Some(expected)) = (report.proof_digest, request.expected)
        && found != expected
    {
        report.proof_digest = None;
        report.failures.push(another_bundle(&found, &expected));
    }
    report
}

fn another_bundle(found: &Digest, expected: &Digest) -> Failure {
    let message = format!(
        "the bundle is consistent, but another one: its digest is {found}, expected was {expected}"
    );
    Failure::new(Code::ProofDigestMismatch, None, &message)
}
