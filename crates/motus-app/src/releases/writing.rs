//! Writing a workspace: each file whole, and what was begun can be completed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use motus_fs::{Jail, JailError};
use motus_ledger::Clock;
use motus_ledger::release::{
    FINAL_RECEIPT, GeneratedBy, Metadata, Refusal, SOURCE, Source, Tree, generate, is_generated,
    require_replaceable, strays, validate,
};

use super::reading::tree_in;
use super::{ReleaseError, Workspace};

/// A workspace that is being made, in the directory of releases; it gets its name when it is whole.
const UNFINISHED: &str = ".motus-release.new";

/// The directories of a workspace, the innermost one: the others lie on the way.
const DIRECTORIES: &str = "generated/packets";

/// The directory of what is packaged with Motus, in a release that `motus init` makes.
const PACKAGED: &[u8] = b"system";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The generated documents, sorted; none when everything was as it is.
    pub files: Vec<PathBuf>,
    /// Files among them that nothing generates; they were left where they are.
    pub strays: Vec<PathBuf>,
}

/// Makes a workspace; with `force`, makes the generated documents of one that is there anew.
///
/// A new one appears whole or not at all. Its source is kept when there is one. With `private`, a directory
/// of Motus's own state that has to be made is private. Errors: `release.exists` without `force`,
/// `release.final_exists`, those of the source, `release.busy`, and those of writing.
pub fn scaffold(
    workspace: &Workspace,
    force: bool,
    private: bool,
    clock: &dyn Clock,
) -> Result<Written, ReleaseError> {
    let base = workspace.create_base(private)?;
    let _turn = workspace.lock(&base)?;
    workspace.show_to_git();
    let Some(mut jail) = workspace.open_in(&base)? else {
        return create(&base, workspace, clock);
    };
    match (content(&mut jail)?, force) {
        (Content::Nothing, _) => create(&base, workspace, clock),
        (Content::Packaged, _) | (Content::Something, true) => refresh(&jail, workspace, clock),
        (Content::Something, false) => Err(workspace.refused()(Refusal::Exists)),
    }
}

/// What the directory of a release holds.
enum Content {
    Nothing,
    /// What `motus init` makes of `0.0.0`, which is no workspace of a release, and stays.
    Packaged,
    Something,
}

fn content(jail: &mut Jail) -> Result<Content, JailError> {
    let mut content = Content::Nothing;
    jail.list(&mut |name, _| {
        let is_packaged = name == PACKAGED && !matches!(content, Content::Something);
        content = if is_packaged { Content::Packaged } else { Content::Something };
    })?;
    Ok(content)
}

/// Makes a workspace beside its place and gives it its name.
fn create(base: &Jail, workspace: &Workspace, clock: &dyn Clock) -> Result<Written, ReleaseError> {
    let source = Source::default_for(workspace.id());
    let written = generated(&source, GeneratedBy::Scaffold, &Tree::default(), workspace, clock)?;
    base.remove_tree(UNFINISHED)?;
    let made = make(base, &source, &written).and_then(|()| {
        let name = workspace.id().as_str();
        base.rename(UNFINISHED, name)?;
        base.sync_parent(name)
    });
    if made.is_err() {
        // What is left is removed the next time.
        let _ = base.remove_tree(UNFINISHED);
    }
    made?;
    Ok(workspace.written(&written, &Tree::default()))
}

fn make(base: &Jail, source: &Source, written: &[(String, String)]) -> Result<(), JailError> {
    base.create_directories(UNFINISHED)?;
    let jail = base.below(UNFINISHED)?;
    let source = (SOURCE.to_owned(), source.to_text());
    write(&jail, &[&[source], written].concat())
}

/// Makes the generated documents of a workspace anew.
fn refresh(jail: &Jail, workspace: &Workspace, clock: &dyn Clock) -> Result<Written, ReleaseError> {
    let _turn = workspace.lock(jail)?;
    let tree = tree_in(jail, workspace)?;
    let refused = workspace.refused();
    if tree.entry(FINAL_RECEIPT).is_some() {
        return Err(refused(Refusal::FinalExists));
    }
    let (source, new_source) = if tree.entry(SOURCE).is_some() {
        (Source::read(&tree, workspace.id()).map_err(refused)?, None)
    } else {
        let source = Source::default_for(workspace.id());
        let text = source.to_text();
        (source, Some((SOURCE.to_owned(), text)))
    };
    let written = generated(&source, GeneratedBy::Scaffold, &tree, workspace, clock)?;
    let all: Vec<_> = new_source.into_iter().chain(written.iter().cloned()).collect();
    write(jail, &all)?;
    clean_up(jail, &tree);
    Ok(workspace.written(&written, &tree))
}

/// Makes the generated documents follow the source.
///
/// When they do already, nothing is written. Errors: `release.finalized`, those of the source,
/// `release.busy`, and those of writing.
pub fn sync(workspace: &Workspace, clock: &dyn Clock) -> Result<Written, ReleaseError> {
    let refused = workspace.refused();
    let missing = || Refusal::Missing { what: "release source", path: SOURCE.to_owned() };
    let jail = workspace.open()?.ok_or_else(|| refused(missing()))?;
    let _turn = workspace.lock(&jail)?;
    workspace.show_to_git();
    let tree = tree_in(&jail, workspace)?;
    if tree.entry(FINAL_RECEIPT).is_some() {
        return Err(refused(Refusal::Finalized));
    }
    let source = Source::read(&tree, workspace.id()).map_err(&refused)?;
    let is_current = matches!(validate(&tree, workspace.id()), Ok(_) | Err(Refusal::Stray { .. }));
    let written = if is_current {
        Vec::new()
    } else {
        let written = generated(&source, GeneratedBy::Sync, &tree, workspace, clock)?;
        write(&jail, &written)?;
        written
    };
    clean_up(&jail, &tree);
    Ok(workspace.written(&written, &tree))
}

/// Returns the texts of the generated documents; refuses what cannot be replaced by a file.
fn generated(
    source: &Source,
    by: GeneratedBy,
    tree: &Tree,
    workspace: &Workspace,
    clock: &dyn Clock,
) -> Result<Vec<(String, String)>, ReleaseError> {
    let refused = workspace.refused();
    require_replaceable(tree).map_err(&refused)?;
    let metadata = Metadata::new(source, by, &clock.timestamp());
    let generated = generate(source, &metadata, tree).map_err(refused)?;
    Ok(generated.files().map(|(path, text)| (path.to_owned(), text)).collect())
}

/// Writes files so that each is there whole: all beside their places first, then each under its name.
fn write(jail: &Jail, files: &[(String, String)]) -> Result<(), JailError> {
    jail.create_directories(DIRECTORIES)?;
    let mut staged = Vec::new();
    for (path, text) in files {
        staged.push(jail.stage(path, &temporary(path), text.as_bytes(), None)?);
    }
    for file in &mut staged {
        file.publish()?;
    }
    let mut synced = BTreeSet::new();
    for (path, _) in files {
        if synced.insert(path.rsplit_once('/').map_or("", |(directory, _)| directory)) {
            jail.sync_parent(path)?;
        }
    }
    Ok(())
}

/// Returns the name that a file has until it is whole.
pub(super) fn temporary(path: &str) -> String {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    format!(".{name}.new")
}

/// Tells whether a file of this path is one that a killed process left of writing a generated document.
fn is_leftover(path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.strip_prefix('.').and_then(|name| name.strip_suffix(".new"));
    name.is_some_and(|name| is_generated(&format!("{directory}/{name}")))
}

/// Removes what killed processes left; what cannot be removed is no less whole for it.
fn clean_up(jail: &Jail, tree: &Tree) {
    let beside = [SOURCE, FINAL_RECEIPT].map(temporary);
    let among = tree.entries.keys().filter(|path| is_leftover(path));
    for path in beside.iter().chain(among) {
        let _ = jail.remove(path);
    }
}

impl Workspace {
    fn written(&self, written: &[(String, String)], before: &Tree) -> Written {
        let mut files: Vec<PathBuf> = written.iter().map(|(path, _)| self.path_of(path)).collect();
        files.sort();
        let strays = strays(before).into_iter().filter(|path| !is_leftover(path));
        Written { files, strays: strays.map(|path| self.path_of(&path)).collect() }
    }
}
