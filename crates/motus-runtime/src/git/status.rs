//! Reads `git status --porcelain=v2 --branch -z` no further than needed.
//!
//! Records end in NUL. Headers start with `#` and come first; any other record is a change, and the
//! first one decides: its path is never looked at.

use std::ops::ControlFlow;

const COMMIT_HEADER: &[u8] = b"# branch.oid ";

/// A hash of 64 digits and its header fit; the rest of a longer header is dropped.
const KEPT: usize = 128;

/// Collects the commit from the headers and breaks off at the first change.
#[derive(Debug, Default)]
pub(super) struct StatusReader {
    record: Vec<u8>,
    head: Option<String>,
}

impl StatusReader {
    /// Returns a reader for a bare commit line, as `git rev-parse` prints it.
    pub(super) fn for_commit() -> StatusReader {
        StatusReader { record: COMMIT_HEADER.to_vec(), head: None }
    }

    /// Takes the next piece of output, cut anywhere.
    pub(super) fn read(&mut self, bytes: &[u8]) -> ControlFlow<()> {
        for &byte in bytes {
            match byte {
                b'\0' | b'\n' => self.end_record(),
                _ if self.record.is_empty() && byte != b'#' => return ControlFlow::Break(()),
                _ if self.record.len() < KEPT => self.record.push(byte),
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }

    pub(super) fn into_head(self) -> Option<String> {
        self.head
    }

    fn end_record(&mut self) {
        if let Some(commit) = self.record.strip_prefix(COMMIT_HEADER) {
            self.head = commit_id(commit).or(self.head.take());
        }
        self.record.clear();
    }
}

/// Accepts SHA-1 and SHA-256 ids; an unborn branch says `(initial)`.
fn commit_id(text: &[u8]) -> Option<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.iter().all(u8::is_ascii_hexdigit);
    is_id.then(|| String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "f1c82df9f7364a88c5af41a1205587f541680df9";

    /// Every way to cut the output in two must give the same answer.
    fn check(output: &str, head: Option<&str>, dirty: bool) {
        for cut in 0..=output.len() {
            let (first, second) = output.as_bytes().split_at(cut);
            let mut reader = StatusReader::default();
            let stopped = reader.read(first).is_break() || reader.read(second).is_break();
            assert_eq!((reader.into_head().as_deref(), stopped), (head, dirty), "cut at {cut}");
        }
    }

    #[test]
    fn headers_alone_are_a_clean_tree() {
        check(&format!("# branch.oid {ID}\0# branch.head main\0"), Some(ID), false);
    }

    #[test]
    fn any_other_record_is_a_change() {
        for record in ["1 .M N... x y", "2 R. a\0b", "u UU x", "? new file", "? a\nb"] {
            check(&format!("# branch.oid {ID}\0# branch.head main\0{record}\0"), Some(ID), true);
        }
    }

    #[test]
    fn an_unborn_branch_has_no_commit() {
        check("# branch.oid (initial)\0# branch.head main\0", None, false);
    }

    #[test]
    fn a_long_branch_name_is_skipped() {
        let name = "b".repeat(4 * KEPT);
        check(&format!("# branch.oid {ID}\0# branch.head {name}\0"), Some(ID), false);
    }

    #[test]
    fn a_commit_line_is_read_without_its_header() {
        let mut reader = StatusReader::for_commit();
        assert!(reader.read(format!("{ID}\n").as_bytes()).is_continue());
        assert_eq!(reader.into_head().as_deref(), Some(ID));
    }
}
