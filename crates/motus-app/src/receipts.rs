//! Receipts that travel: making one of a run, and looking at those of others.

#[cfg(test)]
mod tests;

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Object, Value, pretty};
use motus_ledger::portable::documents;
use motus_ledger::portable::export::Export;
use motus_ledger::portable::story::{Actor, StoryError, tell};
use motus_ledger::portable::verify::{
    self, EXPORT_BYTES, Mode, Options, Phase, RECEIPT_BYTES, Said, Verdict,
};
use motus_ledger::portable::work::Work;
use motus_ledger::{ReadTransaction, RunId, StoreError, projection};
use motus_store::StorePlace;
use thiserror::Error;

use crate::reading::read;
use crate::runs::{self, RunError};

/// More than any document that is looked at has, in bytes: what is longer is not read to its end.
pub const LONGEST_DOCUMENT: u64 = EXPORT_BYTES as u64 + 1;

/// A document that is made of a closed run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The receipt of the published CLI, `motus.receipt.projection.v1`.
    Projection,
    /// The receipt that other systems read, Work Receipt Envelope v0.1.
    Envelope,
    /// The export whose digest an envelope names.
    StoreExport,
    /// The manifest that ties an envelope to its export.
    Manifest,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] =
        [Self::Projection, Self::Envelope, Self::StoreExport, Self::Manifest];

    /// Returns the format's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Projection => "projection",
            Self::Envelope => "envelope",
            Self::StoreExport => "store-export",
            Self::Manifest => "manifest",
        }
    }

    /// Reads the format's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// Why a document could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The run could not be found or read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run has no portable form, or not under this actor.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// A text of the run has no canonical bytes.
    #[error(transparent)]
    Unwritable(#[from] LoneSurrogate),
    /// The document would be longer than any that is taken.
    #[error("the {} of {run_id} is longer than {limit} bytes", format.as_str())]
    TooLarge {
        /// The run.
        run_id: RunId,
        /// What was asked for.
        format: Format,
        /// The longest that is taken.
        limit: usize,
    },
}

impl ReceiptError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Run(error) => error.code(),
            Self::Story(error) => error.code(),
            Self::Unwritable(error) => error.code(),
            Self::TooLarge { .. } => "receipt.too_large",
        }
    }
}

impl From<StoreError> for ReceiptError {
    fn from(error: StoreError) -> Self {
        Self::Run(error.into())
    }
}

/// A document of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// The run.
    pub run_id: RunId,
    /// What the document is.
    pub format: Format,
    text: String,
}

impl Emitted {
    /// Returns the bytes of the document as a file.
    ///
    /// Shape: an export is its canonical text without a final line break, so that the digest of the file is
    /// the one that the receipt names; the others are spelled for people. Errors: `receipt.too_large` for
    /// what would be refused by [`verify()`].
    pub fn text(&self) -> Result<&str, ReceiptError> {
        let limit = match self.format {
            Format::Projection => usize::MAX,
            Format::Envelope | Format::Manifest => RECEIPT_BYTES,
            Format::StoreExport => EXPORT_BYTES,
        };
        if self.text.len() > limit {
            let (run_id, format) = (self.run_id.clone(), self.format);
            return Err(ReceiptError::TooLarge { run_id, format, limit });
        }
        Ok(&self.text)
    }
}

/// Makes a document of the run that an identifier, a unique prefix of one, or `latest` names.
///
/// It says what the Store holds and nothing else: the bytes are the same wherever the Store lies. `actor` is
/// who did the work, if somebody says so. Errors: those of [`runs::receipt`]; `receipt.actor_invalid`.
pub fn emit(
    place: &StorePlace,
    selector: &str,
    format: Format,
    actor: Option<&Actor>,
) -> Result<Emitted, ReceiptError> {
    if let Some(actor) = actor {
        actor.check()?;
    }
    read(place, |transaction| {
        let run = runs::select(transaction, selector)?;
        let run_id = run.id.clone();
        let text = match format {
            Format::Projection => spelled(projected(transaction, &run_id, actor)?),
            _ => portable(format, tell(transaction, run, actor.cloned())?)?,
        };
        Ok(Emitted { run_id, format, text })
    })
}

fn spelled(document: Object) -> String {
    pretty::write(&Value::Object(document)) + "\n"
}

fn projected(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
    actor: Option<&Actor>,
) -> Result<Object, ReceiptError> {
    if actor.is_some() {
        let message = "a projection names no actor: ask for another format";
        return Err(StoryError::ActorInvalid(message.to_owned()).into());
    }
    Ok(projection::receipt(transaction, run_id).map_err(RunError::from)?)
}

fn portable(format: Format, work: Work) -> Result<String, ReceiptError> {
    if format == Format::StoreExport {
        return Ok(Export::of(&work)?.into_text());
    }
    let receipt = documents::Receipt::of(work)?;
    Ok(spelled(match format {
        Format::Manifest => receipt.manifest,
        _ => receipt.envelope,
    }))
}

/// A document to look at.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// What it is called, such as the name of its file.
    pub name: &'a str,
    /// What it is.
    pub bytes: &'a [u8],
    /// The digest that is expected of it, as a golden file has it.
    pub golden: Option<&'a str>,
}

/// A document that was looked at.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What it is called.
    pub name: String,
    /// What was found out.
    pub verdict: Verdict,
    /// What it says, for who compares it with others.
    pub said: Option<Said>,
}

/// Looks at documents one after the other, and then at those of one run together.
///
/// As the published validator does, [`Mode::Reference`] looks at none behind one that fails, and at each by
/// itself.
pub fn verify(documents: &[Document<'_>], mode: Mode) -> Vec<Verified> {
    let mut verified = Vec::new();
    for document in documents {
        let one = verify_one(document, mode, documents.len() > 1);
        let is_last = mode == Mode::Reference && !one.verdict.is_valid();
        verified.push(one);
        if is_last {
            break;
        }
    }
    compare(&mut verified.iter_mut().collect::<Vec<_>>(), mode);
    verified
}

/// Looks at a document; what it says is kept when there are others to compare it with.
pub fn verify_one(document: &Document<'_>, mode: Mode, has_others: bool) -> Verified {
    let options = Options { mode, golden: document.golden };
    let (verdict, said) = if has_others && mode != Mode::Reference {
        verify::verify_among(document.bytes, &options)
    } else {
        (verify::verify(document.bytes, &options), None)
    };
    Verified { name: document.name.to_owned(), verdict, said }
}

/// Adds to each verdict what the documents beside it contradict, of those that are of one run.
///
/// What is found is a finding like any other: an error for who asks for that.
pub fn compare(verified: &mut [&mut Verified], mode: Mode) {
    let (places, said): (Vec<usize>, Vec<(&str, &Said)>) = verified
        .iter()
        .enumerate()
        .filter(|(_, one)| one.verdict.failed.is_none_or(|phase| phase == Phase::Findings))
        .filter_map(|(place, one)| Some((place, (one.name.as_str(), one.said.as_ref()?))))
        .unzip();
    for (number, finding) in verify::compare(&said) {
        if let Some(one) = places.get(number).and_then(|place| verified.get_mut(*place)) {
            one.verdict.add(finding, mode);
        }
    }
}
