//! The final receipt: made once, recorded in the Store.
//!
//! In this order: the run is opened, the receipt gets its name where nothing has it, the run takes its digest
//! and is closed. Whatever is killed between two steps, finalizing again goes on from there.

use std::path::PathBuf;
use std::time::Duration;

use motus_fs::{Jail, JailError, Staged};
use motus_ledger::release::{
    self, Beginning, Begun, FINAL_RECEIPT, FinalReceipt, Pin, PinKey, RUN_SOURCE, Recorded,
    Refusal, SOURCE, Standing, Tree, begin, record, standing,
};
use motus_ledger::{Clock, Digest, Ids, LedgerError, Run, RunId, Store, Timestamp};
use motus_runtime::git;
use motus_store::{Notice, SqliteStore, StorePlace};

use super::reading::tree_in;
use super::writing::temporary;
use super::{ReleaseError, Workspace};

/// How long the git command may take to name the commit.
const GIT_LIMIT: Duration = Duration::from_secs(2);

/// Where final receipts are recorded.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// The Store.
    pub place: StorePlace,
    /// Whether access by group and others to the Store is taken away.
    pub private: bool,
    /// Who finalizes, if somebody was named; recorded by its hash.
    pub producer: Option<String>,
}

/// A release that was finalized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finalized {
    /// The final receipt.
    pub receipt: FinalReceipt,
    /// Where it is.
    pub path: PathBuf,
    /// How it came to be there and in the Store.
    pub how: How,
    /// The run that recorded it.
    pub run_id: RunId,
}

/// How a final receipt came to be in its place and in the Store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was made, and recorded.
    Recorded,
    /// It was there, and was recorded.
    Completed,
    /// It had been recorded, and was made again, byte for byte.
    Restored,
}

impl How {
    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Completed => "completed",
            Self::Restored => "restored",
        }
    }
}

/// What came of finalizing a release.
#[derive(Debug)]
pub struct Finalizing {
    /// What was done, or why it was refused.
    pub done: Result<Finalized, ReleaseError>,
    /// What was changed about the Store's files, refused or not.
    pub notices: Vec<Notice>,
}

/// Makes the final receipt of a release and records it; a Store that is missing is made.
///
/// A receipt that is there and was not recorded is recorded; one that was recorded and is gone is made again
/// if it would be the same. Errors: what is wrong with the workspace and with its closeout, before anything
/// is written; `release.final_exists`, `release.pin_changed`, `release.recorded`, `release.busy`; those of
/// opening a Store; `release.unrecorded` once the receipt is there.
pub fn finalize(
    workspace: &Workspace,
    recorder: &Recorder,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Finalizing {
    let mut attempt = Attempt { workspace, recorder, clock, ids, notices: Vec::new() };
    let done = attempt.run();
    Finalizing { done, notices: attempt.notices }
}

struct Attempt<'a> {
    workspace: &'a Workspace,
    recorder: &'a Recorder,
    clock: &'a dyn Clock,
    ids: &'a dyn Ids,
    notices: Vec<Notice>,
}

impl Attempt<'_> {
    fn run(&mut self) -> Result<Finalized, ReleaseError> {
        let missing = || Refusal::Missing { what: "release source", path: SOURCE.to_owned() };
        let jail = self.workspace.open()?.ok_or_else(|| self.refused(missing()))?;
        let _turn = self.workspace.lock(&jail)?;
        self.workspace.show_to_git();
        let tree = tree_in(&jail, self.workspace)?;
        if tree.entry(FINAL_RECEIPT).is_some() {
            self.complete(&jail, &tree)
        } else {
            self.make(&jail, &tree)
        }
    }

    /// Records a receipt that is there.
    fn complete(&mut self, jail: &Jail, tree: &Tree) -> Result<Finalized, ReleaseError> {
        let checked = release::validate_final(tree, self.workspace.id());
        let checked = match checked.map_err(|refusal| self.unsound(refusal)) {
            // No Store is made for what is refused anyway.
            Err(unsound) if !self.recorder.place.check()? => return Err(unsound),
            checked => checked,
        };
        let mut store = self.open()?;
        let known = standing(&*store.begin_read()?, &self.key())?;
        if let Standing::Recorded(recorded) = &known {
            return Err(self.exists(recorded, checked.as_ref().ok()));
        }
        let receipt = checked?;
        let run = match self.begin(&mut store, receipt.source_hash())? {
            Begun::Run(run) => run,
            Begun::Recorded(recorded) => return Err(self.exists(&recorded, Some(&receipt))),
        };
        // Who gave it its name may have been killed before that was for good.
        jail.sync_parent(FINAL_RECEIPT)?;
        self.record(&mut store, &run, receipt, How::Completed)
    }

    /// Makes a receipt and records it.
    fn make(&mut self, jail: &Jail, tree: &Tree) -> Result<Finalized, ReleaseError> {
        let receipt = self.receipt(tree, &self.clock.timestamp())?;
        jail.require_writable_parent(FINAL_RECEIPT)?;
        let mut store = self.open()?;
        // Beside its place first: what the disk refuses is refused before a run is opened.
        let staged = stage(jail, &receipt)?;
        match self.begin(&mut store, receipt.source_hash())? {
            Begun::Run(run) => {
                self.publish(staged)?;
                self.record(&mut store, &run, receipt, How::Recorded)
            }
            Begun::Recorded(recorded) => {
                drop(staged);
                self.restore(jail, tree, recorded)
            }
        }
    }

    /// Makes the receipt again that was recorded before.
    fn restore(
        &self,
        jail: &Jail,
        tree: &Tree,
        recorded: Recorded,
    ) -> Result<Finalized, ReleaseError> {
        let again = recorded.timestamp.as_ref().map(|at| self.receipt(tree, at)).transpose()?;
        let again = again.filter(|again| again.receipt_hash() == recorded.receipt_hash);
        let Some(receipt) = again else {
            return Err(ReleaseError::Recorded {
                release: self.workspace.id().to_string(),
                receipt_hash: recorded.receipt_hash,
                run_id: recorded.run.id,
            });
        };
        self.publish(stage(jail, &receipt)?)?;
        Ok(self.finalized(receipt, How::Restored, &recorded.run))
    }

    fn receipt(&self, tree: &Tree, at: &Timestamp) -> Result<FinalReceipt, ReleaseError> {
        release::finalize(tree, self.workspace.id(), at).map_err(self.workspace.refused())
    }

    fn open(&mut self) -> Result<SqliteStore, ReleaseError> {
        let opened = SqliteStore::open(&self.recorder.place, self.recorder.private)?;
        self.notices.extend(opened.notices);
        Ok(opened.store)
    }

    fn begin(&self, store: &mut SqliteStore, source_hash: &str) -> Result<Begun, ReleaseError> {
        let root = self.workspace.root();
        let beginning = Beginning {
            key: self.key(),
            source_hash: source_hash.to_owned(),
            cwd: root.to_string_lossy().into_owned(),
            git_sha: git::commit(root, GIT_LIMIT),
            producer_id: self.producer_id(),
        };
        let mut transaction = store.begin_write()?;
        let begun = begin(&mut *transaction, &beginning, self.clock, self.ids)?;
        transaction.commit()?;
        Ok(begun)
    }

    /// Gives the receipt its name, for good.
    fn publish(&self, mut staged: Staged) -> Result<(), ReleaseError> {
        if !staged.publish_new()? {
            return Err(self.refused(Refusal::FinalExists));
        }
        Ok(staged.sync()?)
    }

    fn record(
        &self,
        store: &mut SqliteStore,
        run: &Run,
        receipt: FinalReceipt,
        how: How,
    ) -> Result<Finalized, ReleaseError> {
        let mut write = || -> Result<(), LedgerError> {
            let mut transaction = store.begin_write()?;
            record(&mut *transaction, run, &receipt, &self.producer_id(), self.clock)?;
            Ok(transaction.commit()?)
        };
        let path = self.workspace.path_of(FINAL_RECEIPT);
        write().map_err(|source| ReleaseError::Unrecorded { path, source })?;
        Ok(self.finalized(receipt, how, run))
    }

    fn finalized(&self, receipt: FinalReceipt, how: How, run: &Run) -> Finalized {
        let path = self.workspace.path_of(FINAL_RECEIPT);
        Finalized { receipt, path, how, run_id: run.id.clone() }
    }

    fn key(&self) -> PinKey {
        self.workspace.pin_key(&self.recorder.place)
    }

    fn producer_id(&self) -> String {
        match &self.recorder.producer {
            Some(name) => format!("producer-sha256-{}", Digest::of(name).hex()),
            None => RUN_SOURCE.to_owned(),
        }
    }

    /// Tells that the release has its final receipt, or another one than was recorded.
    fn exists(&self, recorded: &Recorded, receipt: Option<&FinalReceipt>) -> ReleaseError {
        let known = Standing::Recorded(recorded.clone());
        match receipt {
            Some(receipt) if known.judge(Some(receipt)) == Pin::Changed => {
                let path = self.workspace.path_of(FINAL_RECEIPT);
                ReleaseError::PinChanged { path, run_id: recorded.run.id.clone() }
            }
            _ => self.refused(Refusal::FinalExists),
        }
    }

    fn refused(&self, refusal: Refusal) -> ReleaseError {
        self.workspace.refused()(refusal)
    }

    fn unsound(&self, refusal: Refusal) -> ReleaseError {
        let path = self.workspace.path_of(FINAL_RECEIPT);
        ReleaseError::Unsound { path, source: Box::new(self.refused(refusal)) }
    }
}

fn stage(jail: &Jail, receipt: &FinalReceipt) -> Result<Staged, JailError> {
    jail.stage(FINAL_RECEIPT, &temporary(FINAL_RECEIPT), receipt.to_text().as_bytes(), None)
}
