//! The rules of a workspace, in the order of the published workflow.

use motus_json::Object;

use super::document::{check, is_packet, take, template, workflow};
use super::error::Refusal;
use super::metadata::Metadata;
use super::source::Source;
use super::stage::STAGES;
use super::tree::Tree;
use super::{
    FINAL_RECEIPT, METRICS_TEMPLATE, RECEIPT_TEMPLATE, ReleaseId, WORKFLOW, is_generated, metrics,
    shapes,
};
use crate::portable::shape::Shape;

/// Checks a workspace and returns its source.
///
/// The source is there, has its shape and names the release; everything that is generated is there, follows
/// from this source, has its shape and is what generating it again gives, with one metadata block in all of
/// it; and nothing else stands among it. Of the metrics, values and their origins are left to people. Once
/// there is a final receipt nothing can be generated anew: default words of the stages may then be those of
/// another release of Motus, as long as the packet has its shape.
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
            |metadata| is_packet(&document, &source, stage, metadata, is_finalized(tree)),
        )?;
    }
    rules.hold(
        "generated receipt template",
        RECEIPT_TEMPLATE,
        "receipt template",
        &template_document,
        shapes::TEMPLATE,
        |metadata| template(&source, metadata) == template_document,
    )?;
    rules.hold(
        "generated metrics template",
        METRICS_TEMPLATE,
        "metrics template",
        &metrics_document,
        shapes::METRICS,
        |metadata| {
            metrics::document(&source, metadata, Some(&metrics_document)) == metrics_document
        },
    )?;
    rules.hold(
        "generated workflow manifest",
        WORKFLOW,
        "workflow manifest",
        &workflow_document,
        shapes::WORKFLOW,
        |metadata| workflow(&source, metadata) == workflow_document,
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
        is_given: impl FnOnce(&Metadata) -> bool,
    ) -> Result<(), Refusal> {
        let metadata = Metadata::of(document);
        let told = metadata.as_ref().and_then(Metadata::source_hash);
        // What does not tell its source was not generated from this one, as published.
        if told != Some(self.source.hash().as_str()) {
            return Err(Refusal::Stale { what, path: path.to_owned() });
        }
        check(name, document, shape)?;
        let is_the_same =
            metadata == self.block && metadata.is_some_and(|metadata| is_given(&metadata));
        if is_the_same {
            Ok(())
        } else {
            Err(Refusal::Drift { what: "generated artifact", path: path.to_owned() })
        }
    }
}

/// Tells whether there is a final receipt, whatever it is.
pub(super) fn is_finalized(tree: &Tree) -> bool {
    tree.entry(FINAL_RECEIPT).is_some()
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
