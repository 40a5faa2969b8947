//! Reading a workspace: bounded, never through a link, never waiting.

use motus_fs::{FileType, Found, Jail, JailError};
use motus_ledger::release::{Entry, FINAL_RECEIPT, Refusal, SOURCE, Tree, is_generated};

use super::{ReleaseError, Workspace};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The most names that are looked at.
const MOST: usize = 1000;

/// The directories of generated documents.
const GENERATED: [&str; 2] = ["generated", "generated/packets"];

/// Reads a workspace; one that is not there is empty.
pub(super) fn tree(workspace: &Workspace) -> Result<Tree, ReleaseError> {
    match workspace.open()? {
        Some(jail) => tree_in(&jail, workspace),
        None => Ok(Tree::default()),
    }
}

/// Reads a workspace that is open.
///
/// The documents are read; of other files only the names, and only beside generated documents. Errors:
/// `release.too_many`, and those of a file that stands there and may not be read.
pub(super) fn tree_in(jail: &Jail, workspace: &Workspace) -> Result<Tree, ReleaseError> {
    let mut tree = Tree::default();
    for path in [SOURCE, FINAL_RECEIPT] {
        if let Some(entry) = entry(jail, path)? {
            tree.entries.insert(path.to_owned(), entry);
        }
    }
    for directory in GENERATED {
        let paths = list(jail, directory, &mut tree)?;
        if tree.entries.len() + paths.len() > MOST {
            return Err(workspace.refused()(Refusal::TooMany { most: MOST }));
        }
        for path in paths {
            let entry = if is_generated(&path) { entry(jail, &path)? } else { Some(stray()) };
            tree.entries.extend(entry.map(|entry| (path, entry)));
        }
    }
    Ok(tree)
}

/// What is told of a file that nothing generates: that it is there.
fn stray() -> Entry {
    Entry::File(Vec::new())
}

/// Lists the paths in a directory of generated documents, without directories of more of them.
fn list(jail: &Jail, directory: &str, tree: &mut Tree) -> Result<Vec<String>, ReleaseError> {
    let mut unusable = |why| {
        tree.entries.insert(directory.to_owned(), Entry::Unusable(why));
        Ok(Vec::new())
    };
    match jail.inspect(directory) {
        Ok(None) => return Ok(Vec::new()),
        Ok(Some(found)) if found.file_type == FileType::Directory => {}
        // A link further up was told there.
        Err(JailError::NotAFile { path, .. }) if path != jail.path_of(directory) => {
            return Ok(Vec::new());
        }
        Ok(Some(_)) | Err(JailError::NotAFile { .. }) => {
            return unusable(instead_of_directory(jail, directory));
        }
        Err(error) => return Err(error.into()),
    }
    let mut paths = Vec::new();
    jail.below(directory)?.list(&mut |name, _| {
        let path = format!("{directory}/{}", String::from_utf8_lossy(name));
        // One more than is taken shows that there are too many.
        if paths.len() <= MOST && !GENERATED.contains(&path.as_str()) {
            paths.push(path);
        }
    })?;
    Ok(paths)
}

/// Tells what stands where a directory belongs.
fn instead_of_directory(jail: &Jail, path: &str) -> &'static str {
    match jail.read(path, 0) {
        Err(JailError::NotAFile { found: Found::Link, .. }) => "is a link, not a directory",
        Err(JailError::NotAFile { found: Found::Pipe, .. }) => "is a pipe, not a directory",
        Err(JailError::NotAFile { found: Found::Socket, .. }) => "is a socket, not a directory",
        Err(JailError::NotAFile { found: Found::Device, .. }) => "is a device, not a directory",
        _ => "is a file, not a directory",
    }
}

/// Reads a document; nothing when it is not there.
fn entry(jail: &Jail, path: &str) -> Result<Option<Entry>, ReleaseError> {
    let why = match jail.read(path, LONGEST) {
        Ok(file) => return Ok(Some(Entry::File(file.bytes))),
        Err(JailError::Missing { .. }) => return Ok(None),
        Err(JailError::TooLarge { .. }) => "has more than 1048576 bytes",
        Err(JailError::NotAFile { found, .. }) => match found {
            Found::Directory => "is a directory, not a file",
            Found::Pipe => "is a pipe, not a file",
            Found::Socket => "is a socket, not a file",
            Found::Device => "is a device, not a file",
            Found::Link | Found::SharedFile => "is a link, not a file",
        },
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Entry::Unusable(why)))
}
