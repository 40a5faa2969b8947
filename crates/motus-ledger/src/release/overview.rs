//! How far a release is: its six stages, and what is missing.

use super::document::{generate_again, is_packet, take};
use super::error::Refusal;
use super::metadata::Metadata;
use super::receipt::open_members;
use super::source::Source;
use super::stage::{STAGES, Stage};
use super::tree::Tree;
use super::validate::{is_finalized, strays};
use super::{
    FINAL_RECEIPT, FinalReceipt, METRICS_TEMPLATE, ReleaseId, metrics, validate, validate_final,
};

/// A release as somebody sees it who wants to know what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The stages in their order.
    pub stages: Vec<StageState>,
    /// Members of the source that nobody wrote yet.
    pub placeholders: Vec<String>,
    /// Members of the closeout without which there is no final receipt.
    pub open_closeout: Vec<String>,
    /// Metrics without a value.
    pub open_metrics: Vec<&'static str>,
    /// Files that nothing generates.
    pub strays: Vec<String>,
    /// The first rule that the workspace breaks.
    pub refusal: Option<Refusal>,
    /// Why the generated files cannot be made anew, if they cannot: somebody has to mend something first.
    pub hindrance: Option<Refusal>,
    /// The final receipt, if there is one; an error is why it does not hold.
    pub finalized: Option<Result<FinalReceipt, Refusal>>,
}

/// A stage and its packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageState {
    /// Its number, from 1.
    pub order: u8,
    /// The stage.
    pub stage_id: &'static str,
    /// What it is called.
    pub display_name: &'static str,
    /// Its packet.
    pub packet_id: String,
    /// How the packet is.
    pub packet: PacketState,
}

/// How a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketState {
    /// It is what the source gives.
    Current,
    /// The source was changed since.
    Stale,
    /// It is something else.
    Changed,
    /// It is not there.
    Missing,
}

impl PacketState {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Changed => "changed",
            Self::Missing => "missing",
        }
    }
}

/// Looks at a workspace.
///
/// Errors: a source without which nothing can be told.
pub fn overview(tree: &Tree, id: &ReleaseId) -> Result<Overview, Refusal> {
    let source = Source::read(tree, id)?;
    let metrics = take(tree, "", METRICS_TEMPLATE).unwrap_or_default();
    let block = Metadata::common(tree);
    let finalized = tree.entry(FINAL_RECEIPT).map(|_| validate_final(tree, id));
    Ok(Overview {
        stages: STAGES.iter().map(|stage| state(stage, &source, tree, block.as_ref())).collect(),
        placeholders: source.placeholders(),
        open_closeout: open_members(&source),
        open_metrics: metrics::open(&metrics),
        strays: strays(tree),
        refusal: validate(tree, id).err(),
        hindrance: generate_again(&source, tree).err(),
        finalized,
    })
}

fn state(
    stage: &'static Stage,
    source: &Source,
    tree: &Tree,
    block: Option<&Metadata>,
) -> StageState {
    StageState {
        order: stage.order,
        stage_id: stage.id,
        display_name: stage.display_name,
        packet_id: stage.packet_id(source.release_id()),
        packet: packet_state(stage, source, tree, block),
    }
}

fn packet_state(
    stage: &Stage,
    source: &Source,
    tree: &Tree,
    block: Option<&Metadata>,
) -> PacketState {
    let path = stage.packet_ref();
    let found = match take(tree, "", &path) {
        Ok(found) => found,
        Err(Refusal::Missing { .. }) => return PacketState::Missing,
        Err(_) => return PacketState::Changed,
    };
    let told = Metadata::of(&found);
    if told.as_ref().and_then(Metadata::source_hash) != Some(source.hash().as_str()) {
        return PacketState::Stale;
    }
    let is_given = |block| is_packet(&found, source, stage, block, is_finalized(tree));
    let is_current = block.is_some_and(is_given);
    if is_current { PacketState::Current } else { PacketState::Changed }
}
