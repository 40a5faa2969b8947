//! Whether a portable document is what it says it is.
//!
//! In this order, and the first phase that fails decides, with all of its faults: the bytes are one JSON
//! document; it has its shape; its times are times; its seal holds; it has the digest that was expected of
//! it. Then a careful reader asks further: does it name what belongs to one machine, does it contradict
//! itself? What they find is a warning, or an error for who asks for that, but for what a correct run may
//! show.
//!
//! A seal shows that nothing was changed since it was made. It does not show who made it, nor that what
//! was sealed is true.

mod beside;
mod consistency;
mod export;
mod finding;
mod integrity;
mod privacy;
mod reading;
mod times;
mod walk;

use motus_json::{Object, Value};

use crate::portable::shape::{Document, Fault, Shape, Strictness, check};
use crate::portable::shapes::{ENVELOPE, REGISTRY, STORE_EXPORT};

pub use beside::{Said, compare};
pub use finding::{Finding, FindingKind};
pub use reading::{EXPORT_BYTES, RECEIPT_BYTES};

/// What is asked of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What the format says; what a careful reader finds is a warning.
    Normal,
    /// The same, and every finding is an error of which [`FindingKind::is_error`] says so.
    Strict,
    /// What the published validator asks of an envelope, no less and no more: of equal keys the last
    /// counts, `NaN` is a number, times are what its Python takes for them, and nothing is found.
    Reference,
}

/// How a document is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// What is asked of it.
    pub mode: Mode,
    /// The digest that is expected of it, as a golden file has it.
    pub golden: Option<&'a str>,
}

/// A step of the way; the first that fails decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The bytes are one JSON document.
    Reading,
    /// It has its shape.
    Shape,
    /// Its times are times.
    Times,
    /// Its seal holds.
    Seal,
    /// It has the digest that was expected.
    Golden,
    /// A careful reader finds nothing.
    Findings,
}

impl Phase {
    /// Returns the phase's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Shape => "shape",
            Self::Times => "times",
            Self::Seal => "seal",
            Self::Golden => "golden",
            Self::Findings => "findings",
        }
    }
}

/// What was found out about a document.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// What it is: a name of the registry, or nothing when it could not be read.
    pub document: Option<&'static str>,
    /// The phase that failed; none when the document is valid.
    pub failed: Option<Phase>,
    /// Everything that is wrong in that phase; empty when it is that of the findings.
    pub faults: Vec<Fault>,
    /// What a careful reader asks about: warnings, unless the phase that failed is theirs; those that are no
    /// errors stay warnings there.
    pub findings: Vec<Finding>,
    /// The identifier of a receipt whose seal holds.
    pub receipt_id: Option<String>,
    /// The digest of the document, 64 hexadecimal digits: of a receipt its seal, of others that of their
    /// canonical bytes.
    pub sha256: Option<String>,
}

impl Verdict {
    /// Tells whether nothing failed.
    pub fn is_valid(&self) -> bool {
        self.failed.is_none()
    }

    /// Adds what was found by who looked at other documents as well.
    pub fn add(&mut self, finding: Finding, mode: Mode) {
        let fails = mode == Mode::Strict && finding.kind.is_error();
        self.findings.push(finding);
        if fails {
            self.failed = self.failed.or(Some(Phase::Findings));
        }
    }

    fn fail(mut self, phase: Phase, faults: Vec<Fault>) -> Self {
        self.failed = Some(phase);
        self.faults = faults;
        self
    }
}

/// Looks at a document. Cost: linear, within [`RECEIPT_BYTES`] or [`EXPORT_BYTES`].
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Verdict {
    look(bytes, options, &mut |_, _, _| ())
}

/// Looks at a document, and keeps what it says for [`compare`]; nothing of one that fails before that.
pub fn verify_among(bytes: &[u8], options: &Options<'_>) -> (Verdict, Option<Said>) {
    let mut said = None;
    let verdict = look(bytes, options, &mut |object, document, digest| {
        said = Said::of(object, document, digest);
    });
    (verdict, said)
}

/// Takes in a document whose seal holds, with its digest.
type Keep<'k> = dyn FnMut(&Object, &Document, &str) + 'k;

fn look(bytes: &[u8], options: &Options<'_>, keep: &mut Keep<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let value = match reading::read_in(bytes, options.mode) {
        Ok(value) => value,
        Err(fault) => return verdict.fail(Phase::Reading, vec![fault]),
    };
    if options.mode != Mode::Reference
        && let Some(fault) = reading::of_a_store(&value)
    {
        return verdict.fail(Phase::Shape, vec![fault]);
    }
    let document = document_of(&value, options.mode);
    if let Some(fault) = reading::too_large(bytes, document, options.mode) {
        return verdict.fail(Phase::Reading, vec![fault]);
    }
    verdict.document = Some(document.name);
    let faults = check(&value, Shape::Document(document), strictness(options.mode));
    let times = times::faults(&value, options.mode);
    match (faults.is_empty(), times.is_empty()) {
        (false, _) if options.mode == Mode::Reference => return verdict.fail(Phase::Shape, faults),
        // Everything that is wrong is told at once.
        (false, _) => return verdict.fail(Phase::Shape, [faults, times].concat()),
        (true, false) => return verdict.fail(Phase::Times, times),
        (true, true) => {}
    }
    let Value::Object(object) = value else { return verdict.fail(Phase::Shape, Vec::new()) };
    sealed(object, document, options, verdict, keep)
}

/// What is asked of a document that has its shape.
fn sealed(
    object: Object,
    document: &Document,
    options: &Options<'_>,
    mut verdict: Verdict,
    keep: &mut Keep<'_>,
) -> Verdict {
    match integrity::digest_of(&object, document) {
        Ok(digest) => {
            let is_receipt = document.name == ENVELOPE.name;
            verdict.receipt_id = is_receipt.then(|| digest.as_str().to_owned());
            verdict.sha256 = Some(digest.hex().to_owned());
            keep(&object, document, digest.hex());
        }
        Err(faults) => return verdict.fail(Phase::Seal, faults),
    }
    if let Some(fault) = golden_fault(options.golden, verdict.sha256.as_deref()) {
        return verdict.fail(Phase::Golden, vec![fault]);
    }
    if options.mode != Mode::Reference {
        verdict.findings = findings(object, document);
    }
    let has_errors = verdict.findings.iter().any(|finding| finding.kind.is_error());
    if options.mode == Mode::Strict && has_errors {
        return verdict.fail(Phase::Findings, Vec::new());
    }
    verdict
}

fn findings(object: Object, document: &Document) -> Vec<Finding> {
    let mut findings = match document.name {
        name if name == ENVELOPE.name => consistency::findings(&object),
        name if name == STORE_EXPORT.name => export::findings(&object),
        _ => Vec::new(),
    };
    findings.append(&mut privacy::findings(&Value::Object(object)));
    findings
}

fn strictness(mode: Mode) -> Strictness {
    match mode {
        Mode::Normal | Mode::Strict => Strictness::Untimed,
        Mode::Reference => Strictness::Published,
    }
}

/// Returns which document this is to be: an envelope, unless it says that it is another.
fn document_of(value: &Value, mode: Mode) -> &'static Document {
    let named = value.get("schema_version").and_then(Value::as_str);
    let is_it = |document: &&Document| named.is_some() && document.schema_version() == named;
    let found = if mode == Mode::Reference { None } else { REGISTRY.into_iter().find(is_it) };
    found.unwrap_or(&ENVELOPE)
}

fn golden_fault(golden: Option<&str>, found: Option<&str>) -> Option<Fault> {
    let expected = golden?.trim();
    let found = found?;
    (expected != found).then(|| Fault {
        path: "<root>".to_owned(),
        message: format!("golden mismatch: expected {expected}, got {found}"),
    })
}
