//! `init`: a store where there was none, as a whole or not at all.

use std::path::Path;

use motus_fs::{Jail, JailError, inspect};
use motus_json::Object;
use textus_core::{Code, Error, Ids, uid};

use crate::{failure, layout};

/// The files of a new store.
const FILES: [(&str, &str); 13] = [
    (layout::MANIFEST, include_str!("init/manifest.yaml")),
    (layout::AUDIT_LOG, ""),
    (".gitignore", ".store.lock\n.build.lock\n.locks/\n.textus-*.new\nrole\n"),
    (".gitattributes", "audit.log merge=union\n"),
    ("schemas/.gitkeep", ""),
    ("templates/.gitkeep", ""),
    ("sentinels/.gitkeep", ""),
    ("hooks/README.md", include_str!("init/hooks.md")),
    ("zones/knowledge/.gitkeep", ""),
    ("zones/notebook/.gitkeep", ""),
    ("zones/feeds/.gitkeep", ""),
    ("zones/proposals/.gitkeep", ""),
    ("zones/artifacts/.gitkeep", ""),
];

/// Makes the store `root`, whose parent directory is there, and tells `initialized`.
///
/// It is put together under another name and then renamed. Errors: `usage` when something is there already,
/// `io_error`.
pub fn init(root: &Path, ids: &dyn Ids) -> Result<Object, Error> {
    let name = root.file_name().and_then(|name| name.to_str());
    let (Some(parent), Some(name)) = (root.parent(), name) else {
        return Err(Error::new(Code::Usage, format!("{} is no place for a store", root.display())));
    };
    let parent = Jail::open(parent).map_err(|error| failure::of_file(&error))?;
    if is_taken(root)? {
        return Err(taken(root));
    }
    let temporary = format!("{name}.new-{}", uid::mint(ids.uid()));
    if let Err(error) = make(&parent, &temporary, name) {
        discard(&parent, &temporary);
        // Somebody else may have been quicker.
        return Err(if is_taken(root)? { taken(root) } else { failure::of_jail(&error) });
    }
    Ok(Object::from([("initialized", root.to_string_lossy().into_owned())]))
}

fn make(parent: &Jail, temporary: &str, name: &str) -> Result<(), JailError> {
    for (file, text) in FILES {
        let path = format!("{temporary}/{file}");
        parent.create_directories(layout::directory_of(&path))?;
        let mut staged = parent.stage(&path, ".new", text.as_bytes(), None)?;
        staged.publish()?;
        staged.sync()?;
    }
    parent.rename(temporary, name)?;
    parent.sync_parent(name)
}

/// Removes what was made; what cannot be removed does no harm.
fn discard(parent: &Jail, temporary: &str) {
    let mut directories = vec![temporary.to_owned()];
    for (file, _) in FILES {
        let path = format!("{temporary}/{file}");
        let _ = parent.remove(&path);
        let ends = file.match_indices('/').map(|(at, _)| at);
        directories
            .extend(ends.filter_map(|end| Some(format!("{temporary}/{}", file.get(..end)?))));
    }
    directories.sort_unstable();
    directories.dedup();
    parent.remove_directories(&directories);
}

/// Tells whether something is there, be it a link that leads nowhere.
fn is_taken(root: &Path) -> Result<bool, Error> {
    let found = inspect(root).map_err(|error| failure::of_file(&error))?;
    Ok(found.is_some())
}

fn taken(root: &Path) -> Error {
    let root = root.display();
    Error::new(Code::Usage, format!("{root} is there already"))
        .with("path", root.to_string())
        .hint("a store is made once; change its manifest.yaml")
}

#[cfg(test)]
mod tests {
    use textus_core::manifest::Manifest;

    #[test]
    fn the_manifest_that_is_made_can_be_read() {
        let manifest = Manifest::read(include_str!("init/manifest.yaml")).unwrap();
        let keys: Vec<&str> = manifest.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(
            keys,
            ["knowledge.identity", "knowledge.notes", "notebook.notes", "proposals.notes"]
        );
        assert_eq!(manifest.author().map(|role| role.name.as_str()), Some("human"));
    }
}
