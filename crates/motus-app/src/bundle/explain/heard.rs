//! A bundle that is overheard while it is verified: what is told is what was verified, and the log, however
//! long, is read once.

use std::cell::RefCell;
use std::ops::ControlFlow;

use motus_bundle::Directory;
use motus_json::canonical::cj;
use motus_kernel::manifest::{EVENTS, RECEIPT};
use motus_kernel::receipt::Receipt;
use motus_kernel::source::{BundleSource, Entry, FileDigest, SourceError, Take};
use motus_kernel::verify::RECEIPT_LIMITS;

use super::timeline::Timeline;

pub(super) struct Heard<'s> {
    source: &'s Directory,
    /// `None` until it was read.
    receipt: RefCell<Option<Vec<u8>>>,
    timeline: RefCell<Option<Timeline>>,
}

impl<'s> Heard<'s> {
    pub(super) fn new(source: &'s Directory) -> Self {
        Self { source, receipt: RefCell::new(None), timeline: RefCell::new(None) }
    }

    /// Returns the receipt, if it is one, and what the log tells. A bundle without a manifest is verified
    /// no further: then both are read now.
    pub(super) fn end(self) -> (Option<Receipt>, Timeline) {
        let unread = [
            (RECEIPT, self.receipt.borrow().is_none()),
            (EVENTS, self.timeline.borrow().is_none()),
        ];
        for (path, _) in unread.into_iter().filter(|(_, is_unread)| *is_unread) {
            // What cannot be read tells nothing; that it cannot be is for verification to say.
            let _ = self.read(path, &mut |_| ControlFlow::Break(()));
        }
        let receipt = self.receipt.into_inner().unwrap_or_default();
        let receipt = cj::read(&receipt, &RECEIPT_LIMITS).ok();
        let receipt = receipt.and_then(|document| Receipt::read(&document).ok());
        (receipt, self.timeline.into_inner().unwrap_or_default())
    }

    /// Ends when it has heard enough.
    fn hear(&self, path: &str, piece: &[u8]) -> ControlFlow<()> {
        let is_enough = match path {
            RECEIPT => {
                let mut receipt = self.receipt.borrow_mut();
                let bytes = receipt.get_or_insert_default();
                let room = (RECEIPT_LIMITS.limits.bytes + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
                bytes.len() > RECEIPT_LIMITS.limits.bytes
            }
            EVENTS => {
                let mut timeline = self.timeline.borrow_mut();
                let timeline = timeline.get_or_insert_default();
                timeline.take(piece);
                timeline.has_stopped()
            }
            _ => true,
        };
        if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl BundleSource for Heard<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.source.list()
    }

    /// Reads on while anybody wants more: what is too long to be verified is told all the same.
    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let mut taking = ControlFlow::Continue(());
        self.source.read(path, &mut |piece| {
            let hearing = self.hear(path, piece);
            if taking.is_continue() {
                taking = take(piece);
            }
            if taking.is_break() { hearing } else { ControlFlow::Continue(()) }
        })
    }

    fn digests(&self, files: &[(&str, u64)]) -> Vec<Result<FileDigest, SourceError>> {
        self.source.digests(files)
    }

    fn in_order(&self, count: usize, job: &(dyn Fn(usize) + Sync), finish: &mut dyn FnMut(usize)) {
        self.source.in_order(count, job, finish);
    }
}

#[cfg(test)]
mod tests {
    use motus_kernel::policy::Rules;
    use motus_kernel::verify::verify_bundle;
    use motus_testkit::bundle::basic_edit;
    use motus_testkit::harness::Scratch;

    use super::*;

    fn scene() -> (Scratch, Directory) {
        let scratch = Scratch::new();
        for (path, bytes) in &basic_edit().bundle().files {
            scratch.write(path, bytes);
        }
        let source = Directory::open(&scratch.project()).expect("it was written");
        (scratch, source)
    }

    #[test]
    fn what_is_told_is_what_was_verified() {
        let (scratch, source) = scene();
        let heard = Heard::new(&source);
        assert!(verify_bundle(&heard, &Rules::published_default()).is_ok());
        scratch.write(RECEIPT, "{}");
        scratch.write(EVENTS, "something else\n");
        let (receipt, timeline) = heard.end();
        let (moments, left_out) = timeline.end();
        assert_eq!(receipt.expect("it was heard").lens.lens_id, "lens-basic-001");
        assert_eq!((moments.len(), left_out), (7, 0));
    }

    #[test]
    fn what_was_not_verified_is_read_all_the_same() {
        let (scratch, source) = scene();
        scratch.write("manifest.json", "{}");
        let heard = Heard::new(&source);
        assert!(!verify_bundle(&heard, &Rules::published_default()).is_ok());
        let (receipt, timeline) = heard.end();
        assert!(receipt.is_some());
        assert_eq!(timeline.end().0.len(), 7);
    }

    #[test]
    fn a_receipt_that_is_too_long_is_not_told() {
        let (scratch, source) = scene();
        let receipt = motus_testkit::bundle::canonical(&basic_edit().receipt);
        scratch.write(RECEIPT, receipt + &" ".repeat(RECEIPT_LIMITS.limits.bytes));
        let heard = Heard::new(&source);
        assert!(!verify_bundle(&heard, &Rules::published_default()).is_ok());
        assert_eq!(heard.end().0, None);
    }
}
