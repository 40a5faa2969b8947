//! The three documents of a finished work: its export, its receipt, and the manifest that ties them.

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Object, Value};

use crate::Digest;
use crate::portable::canon::{INSTRUCTION_METHOD, METHOD, digest_object};
use crate::portable::export::{Export, Referred, described, referred};
use crate::portable::seal::seal_with;
use crate::portable::work::{Happening, Instruction, Step, Work};

/// All three.
#[derive(Debug, Clone, PartialEq)]
pub struct Documents {
    /// The export.
    pub export: Export,
    /// The receipt.
    pub envelope: Object,
    /// The manifest.
    pub manifest: Object,
}

impl Documents {
    /// Makes all three of a work.
    ///
    /// Errors: a text of the work has half of a character.
    pub fn of(work: Work) -> Result<Self, LoneSurrogate> {
        let export = Export::of(&work)?;
        let Receipt { envelope, manifest } = Receipt::of(work)?;
        Ok(Self { export, envelope, manifest })
    }
}

/// The two that are short: of the export they only need to know what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The receipt.
    pub envelope: Object,
    /// The manifest.
    pub manifest: Object,
}

impl Receipt {
    /// Makes both of a work. Its export is hashed and never held as a whole.
    ///
    /// Errors: a text of the work has half of a character.
    pub fn of(work: Work) -> Result<Self, LoneSurrogate> {
        let referred = referred(&work)?;
        let references = work.references.clone();
        let (envelope, receipt) = envelope(work, &referred)?;
        let mut projection = Object::from([("kind", Value::from("work-receipt-envelope"))]);
        if let Some(uri) = references.receipt_uri {
            projection.insert("uri", uri);
        }
        projection.insert("digest", receipt.as_str());
        let manifest = Object::from([
            ("schema_version", Value::from("motus.projection-manifest.v0.1")),
            ("projection_id", references.projection_id.into()),
            ("source_export_hash", referred.export.as_str().into()),
            ("generated_at", references.created_at.into()),
            ("canonicalization", METHOD.into()),
            ("projections", Object::from([("work_receipt", Value::Object(projection))]).into()),
        ]);
        Ok(Self { envelope, manifest })
    }
}

/// Returns the sealed receipt and its seal.
fn envelope(work: Work, referred: &Referred) -> Result<(Object, Digest), LoneSurrogate> {
    let source = digest_object(&referred.export, METHOD);
    let mut events_ref = Object::new();
    if let Some(uri) = work.references.export_uri {
        events_ref.insert("uri", uri);
    }
    events_ref.insert("digest", source.clone());
    let canonicalization = Object::from([
        ("method", Value::from(METHOD)),
        ("volatile_fields", vec!["created_at"].into()),
    ]);
    let (tools, evidence) = references(work.steps);
    let mut envelope = Object::from([
        ("schema_version", Value::from("motus.work-receipt-envelope.v0.1")),
        // The seal takes its place.
        ("receipt_id", Value::Null),
        ("run_id", work.run_id.into()),
        ("work_id", work.work_id.into()),
        ("actor", work.actor.into()),
        ("runtime", work.runtime.into()),
        ("trigger", work.trigger.into()),
        ("instruction_ref", instruction_ref(&work.instruction).into()),
        ("events_ref", events_ref.into()),
        ("evidence_refs", Value::Array(evidence)),
        ("tool_refs", Value::Array(tools)),
        ("outcome", work.outcome.into()),
        ("acceptance", work.acceptance.into()),
        ("route_summary", work.route_summary.into()),
        ("handoff", work.handoff.into()),
        ("canonicalization", canonicalization.into()),
        ("hashes", Object::from([("source_export", Value::Object(source))]).into()),
        ("redaction", work.redaction.into()),
        ("created_at", work.references.created_at.into()),
    ]);
    let seal = seal_with(&mut envelope, ("evidence_refs", &referred.evidence))?;
    Ok((envelope, seal))
}

/// Returns every tool and every piece of evidence, in order.
fn references(steps: Vec<Step>) -> (Vec<Value>, Vec<Value>) {
    let (mut tools, mut evidence) = (Vec::new(), Vec::new());
    for step in steps {
        match step.what {
            Happening::Tools(mut used) => tools.append(&mut used),
            Happening::Evidence(mut referred) => evidence.append(&mut referred),
        }
    }
    (tools, evidence)
}

fn instruction_ref(instruction: &Instruction) -> Object {
    let mut reference = described(instruction);
    let text = Digest::of(&instruction.text);
    reference.insert("digest", digest_object(&text, INSTRUCTION_METHOD));
    reference
}
