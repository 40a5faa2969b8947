//! The receipt's file: its bytes, its tree, its fields.

use motus_json::Value;
use motus_json::canonical::cj;

use super::failure::{Code, Failures};
use super::files::{Content, Files, RECEIPT_LIMITS};
use super::log::EventLog;
use crate::Digest;
use crate::manifest::{Manifest, RECEIPT};
use crate::proof::receipt_hash;
use crate::receipt::Receipt;
use crate::source::BundleSource;

/// A receipt that was read and parsed.
pub(super) struct ReceiptFile {
    pub(super) receipt: Receipt,
    /// The canonical text.
    pub(super) text: String,
    /// The hash over all but the integrity block.
    pub(super) hash: Digest,
}

/// What came of loading: the receipt, and the same as a tree in which fields stand that the type does not
/// know; or why it is none. Which file is wrong is told before what is wrong in it, so that this is looked
/// at later.
pub(super) struct Loaded(Result<(ReceiptFile, Option<Value>), Failures>);

impl Loaded {
    /// Takes the receipt's tree, if there is one: what events are compared with is taken out of it, and
    /// there is memory for one of them.
    pub(super) fn take_document(&mut self) -> Option<Value> {
        self.0.as_mut().ok().and_then(|(_, document)| document.take())
    }
}

impl ReceiptFile {
    pub(super) fn load(
        source: &dyn BundleSource,
        manifest: &Manifest,
        files: &mut Files,
    ) -> Loaded {
        let listed = manifest.file(RECEIPT);
        let size_bytes = listed.map_or(u64::MAX, |listed| listed.size_bytes);
        let content = Content::read(source, RECEIPT, size_bytes);
        if let Some(listed) = listed {
            match &content {
                // What is too long was not read to its end: it is refused for that.
                Ok(content) if content.is_as_listed(listed) && content.bounded().is_err() => {}
                Ok(content) => files.compare(listed, Ok(content.digest)),
                Err(error) => files.compare(listed, Err(error.clone())),
            }
        }
        Loaded(match content {
            Ok(content) => {
                content.bounded().and_then(Self::parse).map(|(file, tree)| (file, Some(tree)))
            }
            Err(error) => Err(Failures::one(Code::ParseError, RECEIPT, error.message)),
        })
    }

    fn parse(bytes: &[u8]) -> Result<(Self, Value), Failures> {
        let parse_error = |message: String| Failures::one(Code::ParseError, RECEIPT, message);
        let mut members = Vec::new();
        cj::check_members(bytes, &RECEIPT_LIMITS, &mut members)
            .map_err(|error| parse_error(error.to_string()))?;
        let document =
            cj::read(bytes, &RECEIPT_LIMITS).map_err(|error| parse_error(error.to_string()))?;
        let receipt = Receipt::read(&document).map_err(|faults| {
            let mut failures = Failures::new(Code::ParseError);
            failures.note_faults(RECEIPT, "", faults);
            failures
        })?;
        // `intent` always follows `integrity`, so that the comma to leave out stands behind it.
        let hash = members
            .iter()
            .find(|member| member.key == "integrity")
            .and_then(|member| Some((bytes.get(..member.start)?, bytes.get(member.end + 1..)?)))
            .map(|(before, after)| receipt_hash(&[before, after]))
            .ok_or_else(|| parse_error("integrity is missing".to_owned()))?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        Ok((Self { receipt, text, hash }, document))
    }
}

/// Ends step 0 for both documents that are parsed after all files were hashed.
pub(super) fn both_parsed(
    receipt: Loaded,
    log: EventLog,
) -> Result<(ReceiptFile, EventLog), Failures> {
    let unread = log.parse_failures();
    match receipt.0 {
        Ok((receipt, _)) => {
            unread.end_step()?;
            Ok((receipt, log))
        }
        Err(mut failures) => {
            failures.append(unread);
            Err(failures)
        }
    }
}
