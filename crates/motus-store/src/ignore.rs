//! What git is told of Motus's own directory: recorded runs stay out of a repository, what is written for
//! everybody in it does not.

use std::path::Path;

use motus_fs::{FileError, read_bounded, replace, write_if_absent};

/// The file that tells git.
const FILE: &str = ".gitignore";

/// Git sees the settings of the project and governed releases, but neither what is packaged with Motus nor
/// files that are not whole yet; and nothing at all where there are none of them.
const RECORDED: &str = concat!(
    "*\n",
    "!/project/\n!/project/config/\n!/project/config/config.json\n",
    "!/releases/\n!/releases/**\n/releases/0.0.0/system/\n/releases/**/.*.new\n",
);

/// The same for a workspace that was set up on purpose: git sees this file, too, so that the rules hold in
/// every clone.
const SHARED: &str = concat!(
    "*\n!.gitignore\n",
    "!/project/\n!/project/config/\n!/project/config/config.json\n",
    "!/releases/\n!/releases/**\n/releases/0.0.0/system/\n/releases/**/.*.new\n",
);

/// What was written before releases were seen, with what stands for it now.
const OUTDATED: [(&str, &str); 2] = [
    ("*\n", RECORDED),
    ("*\n!.gitignore\n!project/\n!project/config/\n!project/config/config.json\n", SHARED),
];

/// Tells git what a directory holds that was made for a Store; rules that somebody wrote stay as they are.
pub(crate) fn ignore_recorded(directory: &Path) -> Result<(), FileError> {
    write_if_absent(&directory.join(FILE), RECORDED.as_bytes())?;
    renew_ignored(directory)
}

/// Tells git what a workspace holds that is set up; tells whether there was nothing of it.
///
/// Errors: those of writing.
pub fn ignore_shared(directory: &Path) -> Result<bool, FileError> {
    write_if_absent(&directory.join(FILE), SHARED.as_bytes())
}

/// Replaces what an older release told git, which hid governed releases; anything else stays as it is.
///
/// Errors: those of reading and of writing.
pub fn renew_ignored(directory: &Path) -> Result<(), FileError> {
    let file = directory.join(FILE);
    let longest = OUTDATED.iter().map(|(old, _)| old.len()).max().unwrap_or_default();
    let Ok(bytes) = read_bounded(&file, longest as u64) else {
        // Longer, no plain file, or not there: it is not one of ours.
        return Ok(());
    };
    match OUTDATED.iter().find(|(old, _)| old.as_bytes() == bytes) {
        Some((_, new)) => replace(&file, new.as_bytes()),
        None => Ok(()),
    }
}
