//! Paths as people write them in a grant, and read them in what is told.
//!
//! What is written here is read again as the path that it was made of: a name of its own that begins as the home
//! directory does gets `./` before it. What no grant can name has no spelling, and the directory above may have one.

use std::path::Path;

use motus_runtime::scope::Access;

use super::of_rule;
use crate::scope::Plan;
use crate::scope::width::REPOSITORY;

/// A path in words for people: relative below the working directory, which is `.`.
///
/// What is no text is shown as near as can be: nobody should read it as a grant.
pub(crate) fn shown(plan: &Plan, path: &Path) -> String {
    let name = match path.strip_prefix(&plan.directory) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".into(),
        Ok(inside) => inside.to_string_lossy(),
        Err(_) => path.to_string_lossy(),
    };
    apart_from_home(&name)
}

/// A directory in words for people: with its last slash.
pub(crate) fn shown_directory(plan: &Plan, path: &Path) -> String {
    let shown = shown(plan, path);
    if shown.ends_with('/') { shown } else { shown + "/" }
}

/// A path as the value of a grant of files or programs; `None` where no grant can name it.
pub(crate) fn written(
    plan: &Plan,
    access: Access,
    path: &Path,
    is_directory: bool,
) -> Option<String> {
    of_rule(access, path, is_directory, &plan.directory)?;
    let value = text(plan, path, is_directory)?;
    // A name alone would be looked up in `PATH`.
    let is_looked_up = access == Access::Execute && !value.contains('/');
    Some(if is_looked_up { format!("./{value}") } else { value })
}

/// The same for a document that others use: what is below the home directory begins with `~/`, and what lies beside the
/// working directory, in the same work tree of git, with `../`.
pub(crate) fn portable(
    plan: &Plan,
    access: Access,
    path: &Path,
    is_directory: bool,
) -> Option<String> {
    let value = written(plan, access, path, is_directory)?;
    Some(elsewhere(plan, path, is_directory, &value).unwrap_or(value))
}

/// A socket of the file system as the value of a grant; `None` where it is no text.
pub(crate) fn socket(plan: &Plan, path: &Path, is_directory: bool) -> Option<String> {
    text(plan, path, is_directory)
}

/// The same for a document that others use.
pub(crate) fn portable_socket(plan: &Plan, path: &Path, is_directory: bool) -> Option<String> {
    let value = socket(plan, path, is_directory)?;
    Some(elsewhere(plan, path, is_directory, &value).unwrap_or(value))
}

fn text(plan: &Plan, path: &Path, is_directory: bool) -> Option<String> {
    path.to_str()?;
    Some(if is_directory { shown_directory(plan, path) } else { shown(plan, path) })
}

/// Returns what is written of a path outside of the working directory so that it is that of others as well.
fn elsewhere(plan: &Plan, path: &Path, is_directory: bool, value: &str) -> Option<String> {
    if path.starts_with(&plan.directory) {
        return None;
    }
    beside(plan, path, is_directory).or_else(|| below_home(plan, path, value))
}

/// Returns a path of the same work tree as it is written from the working directory.
fn beside(plan: &Plan, path: &Path, is_directory: bool) -> Option<String> {
    let is_of_user = |above: &Path| plan.home.as_ref().is_some_and(|home| home.starts_with(above));
    let mut trees = plan.directory.ancestors().filter(|it| it.join(REPOSITORY).exists());
    let tree = trees.find(|it| it.parent().is_some() && !is_of_user(it))?;
    path.strip_prefix(tree).ok()?;
    let mut climbed = String::from("../");
    let mut common = plan.directory.parent()?;
    while !path.starts_with(common) {
        climbed.push_str("../");
        common = common.parent()?;
    }
    let rest = path.strip_prefix(common).ok()?.to_str()?;
    let end = if is_directory && !rest.is_empty() { "/" } else { "" };
    Some([&climbed, rest, end].concat())
}

/// Returns what is written of a path below the user's home as that of every user.
fn below_home(plan: &Plan, path: &Path, value: &str) -> Option<String> {
    let home = plan.home.as_deref().filter(|home| home.parent().is_some())?;
    if !path.starts_with(home) {
        return None;
    }
    let below = value.strip_prefix(home.to_str()?.trim_end_matches('/'))?;
    below.starts_with('/').then(|| format!("~{below}"))
}

/// Writes a name so that it is not taken for the home directory, or for that of temporary files.
pub(crate) fn apart_from_home(name: &str) -> String {
    if name.starts_with(['~', '$']) { format!("./{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
