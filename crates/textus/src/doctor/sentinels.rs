//! Sentinels: what says that a published file is ours, against the file.

use std::collections::BTreeMap;

use motus_fs::{FileType, Jail, JailError};
use motus_json::{ReadOptions, Value, read};
use textus_core::{Error, Etag};

use super::issue::{Issue, Level};
use super::tree::{Unreadable, visit};
use crate::{Store, failure, layout};

/// The longest sentinel that is read, in bytes.
const LONGEST_SENTINEL: u64 = 64 << 10;

/// The longest published file that is compared, in bytes.
const LONGEST_TARGET: u64 = 64 << 20;

/// How much of all published files is compared, in bytes.
const LONGEST_TARGETS: u64 = 512 << 20;

/// Finds sentinels that cannot be read, whose target is gone, or whose target was changed.
pub(super) fn examine(store: &Store) -> Result<Vec<Issue>, Error> {
    let mut paths = Vec::new();
    let unreadable = visit(store.jail(), layout::SENTINELS, &mut |met| {
        if met.kind == FileType::File && met.name.ends_with(".textus-managed.json") {
            paths.push(met.path.to_owned());
        }
    });
    paths.sort_unstable();
    let repository = store.root().parent().unwrap_or(store.root());
    let repository = Jail::open(repository).map_err(|error| failure::of_file(&error))?;
    let mut targets = Targets { repository, digests: BTreeMap::new(), budget: LONGEST_TARGETS };
    let judged = paths.iter().filter_map(|path| judge(store, &mut targets, path));
    Ok(judged.chain(unreadable.iter().map(|directory| unread(store, directory))).collect())
}

/// Published files, each of which is hashed once.
struct Targets {
    repository: Jail,
    digests: BTreeMap<String, Digested>,
    /// Bytes that may still be hashed.
    budget: u64,
}

/// What became of hashing a file.
#[derive(Clone)]
enum Digested {
    Done(Etag),
    Missing,
    Refused(String),
}

impl Targets {
    fn digest(&mut self, target: &str) -> Digested {
        if let Some(known) = self.digests.get(target) {
            return known.clone();
        }
        let digested = match self.repository.read(target, LONGEST_TARGET.min(self.budget)) {
            Ok(file) => {
                let length = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
                self.budget = self.budget.saturating_sub(length);
                Digested::Done(Etag::of(&file.bytes))
            }
            Err(JailError::Missing { .. }) => Digested::Missing,
            Err(error) => Digested::Refused(error.to_string()),
        };
        self.digests.insert(target.to_owned(), digested.clone());
        digested
    }
}

fn unread(store: &Store, directory: &Unreadable) -> Issue {
    let path = store.root().join(&directory.path).to_string_lossy().into_owned();
    Issue::new("sentinel.parse_error", Level::Warning, path, directory.why.as_str())
}

fn judge(store: &Store, targets: &mut Targets, path: &str) -> Option<Issue> {
    let shown = store.root().join(path).to_string_lossy().into_owned();
    let issue = |code: &str, subject: &str, message: String| {
        Some(Issue::new(code, Level::Warning, subject, message))
    };
    let Some((target, digest)) = sentinel(store, path) else {
        return issue("sentinel.parse_error", &shown, format!("{shown} is no sentinel"));
    };
    match targets.digest(&target) {
        Digested::Done(etag) if etag.as_str().strip_prefix("sha256:") == Some(&digest) => None,
        Digested::Done(_) => {
            issue("sentinel.drift", &target, format!("{target} was changed since it was published"))
        }
        Digested::Missing => {
            issue("sentinel.orphan", &shown, format!("the target {target} is not there"))
        }
        Digested::Refused(why) => issue("sentinel.drift", &target, why),
    }
}

/// Reads the target and the digest that a sentinel tells.
fn sentinel(store: &Store, path: &str) -> Option<(String, String)> {
    let file = store.jail().read(path, LONGEST_SENTINEL).ok()?;
    let told = read(&file.bytes, &ReadOptions::default()).ok()?;
    let text = |name: &str| Some(told.get(name).and_then(Value::as_str)?.to_owned());
    Some((text("target")?, text("sha256")?))
}
