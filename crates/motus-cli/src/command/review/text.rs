//! The page as text for a terminal.

use std::fmt::Write as _;

use super::page::{Line, Piece, Section};
use crate::command::run_page::brief;
use crate::output;
use crate::text::printable;

/// Spells the facts: what each is called, and what it is.
pub(crate) fn heading_lines(lines: &[Line]) -> Vec<(&'static str, String)> {
    lines.iter().map(|line| (line.label, spelled(&line.pieces))).collect()
}

/// Spells the lists.
pub(crate) fn section_pages(sections: &[Section]) -> String {
    let mut page = String::new();
    for section in sections {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(page, "\n{}", output::bold(section.title));
        if section.items.is_empty() {
            page.push_str("      none\n");
        }
        for (number, item) in (1_u32..).zip(&section.items) {
            let _ = writeln!(page, "{number:>4}  {}", spelled(&item.head));
            for below in &item.below {
                let _ = writeln!(page, "      {}", spelled(below));
            }
        }
    }
    page
}

fn spelled(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Own(text) => text.clone(),
            Piece::Name(text) | Piece::Producer(text) => printable(text),
            Piece::Said(text) | Piece::Kept(text) => brief(text),
        })
        .collect()
}
