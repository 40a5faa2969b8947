//! The rules of a workspace, in the order of the published workflow.

use motus_json::Object;

use super::document::{check, packet, take, template, workflow};
use super::error::Refusal;
use super::metadata::Metadata;
use super::source::Source;
use super::stage::STAGES;
use super::tree::Tree;
use super::{
    METRICS_TEMPLATE, RECEIPT_TEMPLATE, ReleaseId, WORKFLOW, is_generated, metrics, shapes,
};
use crate::portable::shape::Shape;

/// Checks a workspace and returns its source.
///
/// The source is there, has its shape and names the release; everything that is generated is there, follows
/// from this source, has its shape and is what generating it again gives, with one metadata block in all of
/// it; and nothing else stands among it. Of the metrics, values and their origins are left to people.
/// Errors: the first rule that fails.
pub fn validate(tree: &Tree, id: &ReleaseId) -> Result<Source, Refusal> {
    let source = Source::read(tree, id)?;
    let workflow_document = take(tree, "generated workflow manifest", WORKFLOW)?;
    let template_document = take(tree, "generated receipt template", RECEIPT_TEMPLATE)?;
    let metrics_document = take(tree, "generated metrics template", METRICS_TEMPLATE)?;
    let rules = Rules { source: &source, block: Metadata::common(tree) };
    for stage in &STAGES {
        let path = stage.packet_ref();
        let document = take(tree, "generated stage packet", &path)?;
        let name = format!("{} packet", stage.id);
        rules.hold(
            "generated stage packet",
            &path,
            &name,
            &document,
            shapes::PACKET,
            |metadata| packet(&source, stage, metadata),
        )?;
    }
    rules.hold(
        "generated receipt template",
        RECEIPT_TEMPLATE,
        "receipt template",
        &template_document,
        shapes::TEMPLATE,
        |metadata| template(&source, metadata),
    )?;
    rules.hold(
        "generated metrics template",
        METRICS_TEMPLATE,
        "metrics template",
        &metrics_document,
        shapes::METRICS,
        |metadata| metrics::document(&source, metadata, Some(&metrics_document)),
    )?;
    rules.hold(
        "generated workflow manifest",
        WORKFLOW,
        "workflow manifest",
        &workflow_document,
        shapes::WORKFLOW,
        |metadata| workflow(&source, metadata),
    )?;
    no_strays(tree)?;
    Ok(source)
}

/// What every generated document is held against.
struct Rules<'s> {
    source: &'s Source,
    /// The metadata that all documents carry.
    block: Option<Metadata>,
}

impl Rules<'_> {
    fn hold(
        &self,
        what: &'static str,
        path: &str,
        name: &str,
        document: &Object,
        shape: Shape,
        again: impl FnOnce(&Metadata) -> Object,
    ) -> Result<(), Refusal> {
        let metadata = Metadata::of(document);
        let told = metadata.as_ref().and_then(Metadata::source_hash);
        if told.is_some_and(|told| told != self.source.hash().as_str()) {
            return Err(Refusal::Stale { what, path: path.to_owned() });
        }
        check(name, document, shape)?;
        let is_the_same = metadata == self.block
            && metadata.is_some_and(|metadata| again(&metadata) == *document);
        if is_the_same {
            Ok(())
        } else {
            Err(Refusal::Drift { what: "generated artifact", path: path.to_owned() })
        }
    }
}

/// Refuses what stands among the generated documents and is none.
pub(super) fn no_strays(tree: &Tree) -> Result<(), Refusal> {
    let paths = strays(tree);
    if paths.is_empty() { Ok(()) } else { Err(Refusal::Stray { paths }) }
}

/// Returns what stands among the generated documents and is none.
pub fn strays(tree: &Tree) -> Vec<String> {
    let generated = tree.entries.keys().filter(|path| path.starts_with("generated/"));
    generated.filter(|path| !is_generated(path)).cloned().collect()
}
