//! What every row measures with: the binaries, Stores of known size, the published Python CLI.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::spent::quietly;
use crate::failure::Failure;
use crate::product::{APPENDER, FILLER, KERNEL_BENCH, Product, VERIFIER};
use crate::workspace;

/// How many pairs decide a ratio.
const PAIRS: usize = 7;

/// The binaries, and a folder in which each row makes its own.
pub(super) struct Workbench {
    pub(super) product: Product,
    folders: Cell<u32>,
}

/// A Store made by the filler, with its run ids in the order of the counts asked for.
pub(super) struct Filled {
    pub(super) store: PathBuf,
    pub(super) runs: Vec<String>,
}

impl Workbench {
    pub(super) fn new(parent: &Path) -> Result<Self, Failure> {
        Ok(Self { product: Product::build(parent)?, folders: Cell::new(0) })
    }

    /// Returns the path of a Store that is not there yet, in a new folder.
    pub(super) fn new_store(&self) -> Result<PathBuf, Failure> {
        Ok(self.new_folder("store")?.join("store.db"))
    }

    /// Makes a folder whose name begins with a word.
    pub(super) fn new_folder(&self, word: &str) -> Result<PathBuf, Failure> {
        let number = self.folders.replace(self.folders.get() + 1);
        self.product.new_folder(&format!("{word}-{number}"))
    }

    /// Makes a Store with one open run for each number of events; `RUNSxEVENTS` makes closed ones.
    pub(super) fn fill<T: ToString>(&self, amounts: &[T]) -> Result<Filled, Failure> {
        let store = self.new_store()?;
        let mut filler = self.product.command(self.product.binary(FILLER));
        filler.arg(&store).args(amounts.iter().map(T::to_string));
        let said = workspace::capture(&mut filler)?;
        let runs = said.lines().map(str::to_owned).collect();
        Ok(Filled { store, runs })
    }

    /// Prepares a producer that appends so many events to the first run of a Store, one per transaction.
    pub(super) fn appender(&self, filled: &Filled, producer: &str, events: u32) -> Command {
        let mut command = self.product.command(self.product.binary(APPENDER));
        command.arg(&filled.store).arg(filled.runs.first().map_or("", String::as_str));
        command.args([producer, &events.to_string()]);
        command
    }

    /// Prepares a measurement inside of one process.
    pub(super) fn kernel(&self, arguments: &[&str]) -> Command {
        let mut command = self.product.command(self.product.binary(KERNEL_BENCH));
        command.args(arguments);
        command
    }

    /// Writes a bundle into a new folder: what to write, such as `write` or `large`, and its arguments.
    pub(super) fn bundle(
        &self,
        name: &str,
        what: &str,
        arguments: &[&str],
    ) -> Result<String, Failure> {
        let folder = self.product.new_folder(name)?.display().to_string();
        quietly(self.kernel(&[what, &folder]).args(arguments))?;
        Ok(folder)
    }

    /// Prepares `motus-verify` on a bundle.
    pub(super) fn verify(&self, folder: &str) -> Command {
        let mut command = self.product.command(self.product.binary(VERIFIER));
        command.arg(folder);
        command
    }

    /// Returns the pairs of a measurement inside of one process, in milliseconds.
    pub(super) fn kernel_pairs(&self, arguments: &[&str]) -> Result<Vec<(f64, f64)>, Failure> {
        let said = workspace::capture(&mut self.kernel(arguments))?;
        let pairs: Option<Vec<_>> = said.lines().map(pair).collect();
        pairs.ok_or_else(|| Failure::Failed(format!("`{KERNEL_BENCH}` printed no pair: {said}")))
    }

    /// Prepares `motus wrap -- COMMAND` on a Store.
    pub(super) fn wrap(&self, store: &Path, wrapped: &[&str]) -> Command {
        let mut command = self.product.motus();
        command.args(["wrap", "--db"]).arg(store).arg("--");
        command.args(wrapped);
        command
    }
}

/// Reads a line `{"ours":MS,"theirs":MS}`.
fn pair(line: &str) -> Option<(f64, f64)> {
    let pair: Value = serde_json::from_str(line).ok()?;
    Some((pair["ours"].as_f64()?, pair["theirs"].as_f64()?))
}

/// Finds the published Python CLI.
///
/// Errors: the sentence that tells why a row is skipped.
pub(super) fn reference() -> Result<PathBuf, String> {
    let program = std::env::var_os("MOTUS_REFERENCE").filter(|value| !value.is_empty());
    let program = PathBuf::from(program.ok_or("MOTUS_REFERENCE is not set")?);
    if program.is_file() {
        return Ok(program);
    }
    Err("MOTUS_REFERENCE names no file".to_owned())
}

/// Measures two things in turn: one pair to warm up, then those that count.
///
/// Who goes first changes from pair to pair, so that a drift of the machine favours neither.
pub(super) fn alternate<A, B>(
    mut ours: impl FnMut() -> Result<A, Failure>,
    mut theirs: impl FnMut() -> Result<B, Failure>,
) -> Result<Vec<(A, B)>, Failure> {
    ours()?;
    theirs()?;
    let mut pairs = Vec::with_capacity(PAIRS);
    for number in 0..PAIRS {
        pairs.push(if number % 2 == 0 {
            let ours = ours()?;
            (ours, theirs()?)
        } else {
            let theirs = theirs()?;
            (ours()?, theirs)
        });
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_from_lines() {
        assert_eq!(pair(r#"{"ours":1.5,"theirs":2}"#), Some((1.5, 2.0)));
        assert_eq!(pair(r#"{"ours":1.5}"#), None);
    }

    #[test]
    fn both_sides_go_first_in_turn_and_the_first_pair_is_forgotten() {
        let order = Cell::new(0);
        let next = || {
            order.set(order.get() + 1);
            Ok(order.get())
        };
        let pairs = alternate(next, next).unwrap();
        assert_eq!(pairs.len(), PAIRS);
        assert_eq!(pairs[..3], [(3, 4), (6, 5), (7, 8)]);
    }
}
