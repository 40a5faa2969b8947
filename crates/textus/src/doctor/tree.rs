//! Everything below a directory, for checks that look at names.

use motus_fs::{FileType, Jail, JailError};

/// Deeper than anything of a store lies.
const DEEPEST: usize = 64;

/// One thing in a directory.
pub(super) struct Met<'a> {
    /// Where it is, below the jail. What is no UTF-8 is replaced.
    pub(super) path: &'a str,
    /// Its last part.
    pub(super) name: &'a str,
    pub(super) kind: FileType,
}

/// A directory that could not be looked at.
pub(super) struct Unreadable {
    /// Where it is, below the jail.
    pub(super) path: String,
    pub(super) why: String,
}

/// Visits all that lies in and below a directory of a jail, in no order; links are not followed.
///
/// Directories are opened one after the other. Returns those that could not be looked at; one that is not
/// there is empty.
pub(super) fn visit(jail: &Jail, base: &str, each: &mut dyn FnMut(Met<'_>)) -> Vec<Unreadable> {
    let mut unreadable = Vec::new();
    let mut waiting = vec![(base.to_owned(), 0)];
    while let Some((place, depth)) = waiting.pop() {
        let listed = jail.below(&place).and_then(|mut directory| {
            directory.list(&mut |name, kind| {
                let name = String::from_utf8_lossy(name);
                let path = format!("{place}/{name}");
                each(Met { path: &path, name: &name, kind });
                if kind == FileType::Directory && depth < DEEPEST {
                    waiting.push((path, depth + 1));
                }
            })
        });
        match listed {
            // It went away, or its name is no UTF-8 and does not lead back to it.
            Ok(()) | Err(JailError::Missing { .. }) => {}
            Err(error) => unreadable.push(Unreadable { path: place, why: error.to_string() }),
        }
    }
    unreadable
}
