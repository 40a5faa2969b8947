//! The page of a piece of work for one who reviews it: what, who, proof, outcome, accepted by whom, next.
//!
//! What is told is gathered once, as pieces that say whether they are our words or recorded ones; text and
//! markdown spell them, each so that nothing recorded can do more than be read.

mod attached;
mod facts;
mod markdown;
mod page;
mod proof;
mod scope;
mod text;

pub(crate) use facts::{acceptance, next, outcome, what, who};
pub(crate) use markdown::markdown;
pub(crate) use page::{Line, Piece};
pub(crate) use proof::{origin, own_sections, sections, work_gist};
pub(crate) use scope::{gist as scope_gist, outside_sections, scope};
pub(crate) use text::{heading_lines, section_pages};

use motus_ledger::work::Origin;

/// Spells what a claim goes on from.
pub(crate) fn origin_lines(work: &Origin) -> String {
    let (lines, section) = origin(work);
    let mut page = String::new();
    for (name, value) in heading_lines(&lines) {
        page.push_str(&format!("{name}: {value}\n"));
    }
    page.push_str(&section_pages(&[section]));
    page
}
