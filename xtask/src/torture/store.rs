//! The Stores that are tortured: each takes several kills, then is examined to the last event.

use std::path::{Path, PathBuf};

use super::acknowledged::{Acknowledged, Notes};
use super::oracle;
use super::victim::{Victim, wrap};
use crate::failure::Failure;
use crate::product::Product;

/// How many kills a Store takes before its turn is over: enough to pile up, few enough to look at.
const KILLS: u32 = 20;

/// One Store and all that was acknowledged about it.
pub(super) struct Tortured {
    folder: PathBuf,
    pub(super) acknowledged: Vec<Acknowledged>,
    kills: u32,
}

/// The Store at hand, and room for the next.
pub(super) struct Stores<'a> {
    product: &'a Product,
    current: Option<Tortured>,
    made: u32,
}

impl<'a> Stores<'a> {
    pub(super) fn new(product: &'a Product) -> Self {
        Self { product, current: None, made: 0 }
    }

    /// Returns a Store to kill on: one not made yet when `fresh`, else one that is there.
    pub(super) fn take(&mut self, fresh: bool) -> Result<&mut Tortured, Failure> {
        let is_spent = |store: &Tortured| fresh || store.kills >= KILLS;
        if self.current.as_ref().is_none_or(is_spent) {
            self.retire()?;
            self.made += 1;
            let mut store = Tortured::new(self.product, &format!("tortured-{}", self.made))?;
            if !fresh {
                store.require_usable(self.product)?;
            }
            self.current = Some(store);
        }
        let missing = || Failure::Failed("there is no Store to torture".to_owned());
        self.current.as_mut().ok_or_else(missing)
    }

    /// Examines the Store at hand to the last event and removes it.
    pub(super) fn retire(&mut self) -> Result<(), Failure> {
        match self.current.take() {
            Some(store) => store.retire(self.product),
            None => Ok(()),
        }
    }
}

impl Tortured {
    /// Makes the folder of a Store, and nothing in it.
    pub(super) fn new(product: &Product, name: &str) -> Result<Self, Failure> {
        Ok(Self { folder: product.new_folder(name)?, acknowledged: Vec::new(), kills: 0 })
    }

    /// Returns the Store's path; its folder is one that Motus makes and keeps private.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(".motus").join("kernel-store.db")
    }

    /// Makes a folder for the notes of the next kill.
    pub(super) fn next_notes(&mut self) -> Result<Notes, Failure> {
        self.kills += 1;
        let folder = self.folder.join(format!("notes-{}", self.kills));
        crate::product::create_folder(&folder)?;
        Ok(Notes::in_folder(&folder))
    }

    /// Takes note of what was acknowledged, and examines the Store and what is new in it.
    pub(super) fn examine(
        &mut self,
        product: &Product,
        acknowledged: Option<Acknowledged>,
    ) -> Result<(), Failure> {
        self.acknowledged.extend(acknowledged);
        oracle::examine(product, &self.path(), &self.acknowledged, 1)?;
        self.require_usable(product)
    }

    /// Wraps a command that nobody kills: the Store must take it, and it is acknowledged too.
    pub(super) fn require_usable(&mut self, product: &Product) -> Result<(), Failure> {
        let notes = self.next_notes()?;
        self.kills -= 1;
        let folder = notes.folder().to_owned();
        Victim::launch(wrap(product, &self.path(), &notes, 0), notes)?.wait()?;
        let acknowledged = Acknowledged::read(&Notes::in_folder(&folder));
        remove(&folder)?;
        match acknowledged {
            Some(acknowledged) if acknowledged.closed => {
                self.acknowledged.push(acknowledged);
                Ok(())
            }
            other => Err(Failure::Failed(format!("a wrap in peace acknowledged only {other:?}"))),
        }
    }

    pub(super) fn retire(self, product: &Product) -> Result<(), Failure> {
        let all = self.acknowledged.len();
        oracle::examine(product, &self.path(), &self.acknowledged, all)?;
        remove(&self.folder)
    }
}

fn remove(folder: &Path) -> Result<(), Failure> {
    std::fs::remove_dir_all(folder)
        .map_err(|error| Failure::Failed(format!("cannot remove {}: {error}", folder.display())))
}
