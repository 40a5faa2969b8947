//! Killing at each system call that changes a file or a process, one after the other.
//!
//! strace delivers the signal as the call is entered, so the call does not happen. Random moments
//! may miss the gap between two calls; this walk visits every one of them.

use std::process::Command;

use super::acknowledged::{Acknowledged, Notes};
use super::store::Tortured;
use super::tally::Tally;
use super::victim::{Victim, wrap};
use crate::failure::Failure;
use crate::product::Product;
use crate::workspace;

/// The calls; a question mark lets strace skip one that this machine does not have.
const CALLS: [&str; 15] = [
    "pwrite64",
    "write",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "?link",
    "linkat",
    "?rename",
    "?renameat2",
    "?unlink",
    "unlinkat",
    "?mkdir",
    "clone3",
    "waitid",
];

/// More calls of one kind than a wrap makes: there the walk would never end.
const TOO_MANY: u32 = 500;

/// Walks both scenarios, or says why it cannot.
pub(super) fn walk(product: &Product, tally: &mut Tally) -> Result<(), Failure> {
    if let Err(why) = workspace::capture(&mut strace(product, "fsync", 1, &Command::new("true"))) {
        let why = why.to_string();
        tally.skipped = Some(why.lines().next().unwrap_or_default().to_owned());
        return Ok(());
    }
    for (scenario, fresh) in [("new Store", true), ("known Store", false)] {
        let mut kills = 0;
        for call in CALLS {
            kills += walk_call(product, call, fresh)
                .map_err(|failure| Failure::Failed(format!("{scenario}, {failure}")))?;
        }
        tally.system_calls.push((scenario, kills));
    }
    Ok(())
}

/// Kills at the first call, the second, and so on, until a wrap gets through; returns the kills.
fn walk_call(product: &Product, call: &str, fresh: bool) -> Result<u32, Failure> {
    let name = |number| format!("{}-{number}", call.trim_start_matches('?'));
    let mut known = None;
    for number in 1..TOO_MANY {
        let mut store = match known.take() {
            Some(store) => store,
            None => Tortured::new(product, &name(number))?,
        };
        if !fresh && store.acknowledged.is_empty() {
            store.require_usable(product)?;
        }
        let killed = kill_at(product, &mut store, call, number)
            .map_err(|failure| Failure::Failed(format!("{call} number {number}: {failure}")))?;
        if !killed {
            store.retire(product)?;
            return Ok(number - 1);
        }
        if fresh {
            store.retire(product)?;
        } else {
            known = Some(store);
        }
    }
    Err(Failure::Failed(format!("{call}: a wrap makes it more than {TOO_MANY} times")))
}

/// Kills at one call and examines what is left; tells whether the wrap came that far.
fn kill_at(
    product: &Product,
    store: &mut Tortured,
    call: &str,
    number: u32,
) -> Result<bool, Failure> {
    let notes = store.next_notes()?;
    let folder = notes.folder().to_owned();
    let wrap = wrap(product, &store.path(), &notes, 0);
    let killed = Victim::launch(strace(product, call, number, &wrap), notes)?.wait()?;
    store.examine(product, Acknowledged::read(&Notes::in_folder(&folder)))?;
    Ok(killed)
}

/// Puts strace before a command, to kill it as it enters a call for the n-th time.
///
/// Children are not followed: the wrapper is to die, and its command to live on.
fn strace(product: &Product, call: &str, number: u32, command: &Command) -> Command {
    let mut strace = product.command("strace");
    strace.args(["-qq", "-o", "/dev/null"]);
    strace.arg(format!("--trace={call}"));
    strace.arg(format!("--inject={call}:signal=SIGKILL:when={number}"));
    strace.arg(command.get_program()).args(command.get_args());
    strace
}
