//! The directories of a workspace.

use motus_fs::{FileType, Jail};

use super::InitError;

/// Every directory that holds no other one of them, below `.motus`.
pub(super) const LEAVES: [&str; 6] = [
    "releases/0.0.0/system",
    "user/config",
    "project/config",
    "state/ledger",
    "state/evidence",
    "state/locks",
];

/// Returns the leaves that are not there; refuses what stands in the way of one.
pub(super) fn missing(jail: &Jail) -> Result<Vec<&'static str>, InitError> {
    let mut missing = Vec::new();
    for leaf in LEAVES {
        if !is_there(jail, leaf)? {
            missing.push(leaf);
        }
    }
    Ok(missing)
}

/// Makes them, and returns all that was made, those above them included.
pub(super) fn make(jail: &Jail, leaves: &[&str]) -> Result<Vec<String>, InitError> {
    let mut made = Vec::new();
    for leaf in leaves {
        made.extend(jail.create_directories(leaf).map_err(InitError::of_directory)?);
    }
    Ok(made)
}

/// Tells whether a directory is there with all above it; what is something else is refused.
fn is_there(jail: &Jail, leaf: &str) -> Result<bool, InitError> {
    let ends = leaf.match_indices('/').map(|(at, _)| at).chain([leaf.len()]);
    for directory in ends.filter_map(|end| leaf.get(..end)) {
        match jail.inspect(directory).map_err(InitError::of_directory)? {
            None => return Ok(false),
            Some(found) if found.file_type == FileType::Directory => {}
            Some(found) => {
                return Err(InitError::not_a_directory(jail.path_of(directory), found.file_type));
            }
        }
    }
    Ok(true)
}
