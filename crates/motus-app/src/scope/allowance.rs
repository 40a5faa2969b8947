//! The word that allows an action, and what else it allows.

use std::path::{Path, PathBuf};

use motus_runtime::scope::{Access, Action, Peer};

use super::{Plan, spelling};

/// A word that allows an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The word, such as `write:out/`.
    pub(super) word: String,
    /// What it grants besides, in a few words; `None` when that is nothing.
    pub(super) reach: Option<Reach>,
}

/// How much more than the action a word allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    /// What, such as `all of your home directory`.
    pub(super) what: String,
    /// Whether nobody should grant that without a thought.
    pub(super) is_wide: bool,
    /// The word that would do when the name were made beforehand: the name, which is not there.
    pub(super) narrower: Option<String>,
}

impl Reach {
    /// Says it to people.
    pub(super) fn text(&self) -> String {
        let careful = if self.is_wide { "careful, that is " } else { "" };
        let narrower = self.narrower.as_ref().filter(|_| self.is_wide);
        let narrower = narrower.map(|name| {
            format!("; narrower: make it beforehand, then write:{name}, or write:{name}/ for a directory")
        });
        format!("{careful}{}{}", self.what, narrower.unwrap_or_default())
    }
}

/// Returns the word that allows an action; `None` where no scope can.
pub(super) fn allowing(plan: &Plan, action: &Action) -> Option<Allowance> {
    let exactly = |word: String| Some(Allowance { word, reach: None });
    match action {
        Action::Read(path) => Some(file(plan, Access::Read, path)),
        Action::Write(path) => Some(file(plan, Access::Write, path)),
        // The word of the profile holds as soon as there is such a file.
        Action::Entry(path) if is_foreseen(plan, path) => Some(Allowance {
            word: format!("write:{}", shown(plan, path)),
            reach: Some(Reach {
                what: "once it is there; the profile allows it then".to_owned(),
                is_wide: false,
                narrower: None,
            }),
        }),
        // Only a directory can be allowed to get or to lose an entry.
        Action::Entry(path) => {
            let mut allowance = directory(plan, Access::Write, path.parent()?);
            if let Some(reach) = allowance.reach.as_mut().filter(|_| is_absent(path)) {
                reach.narrower = Some(shown(plan, path));
            }
            Some(allowance)
        }
        Action::Execute(path) => exactly(format!("exec:{}", program(plan, path))),
        Action::Connect(Peer::File(path)) => exactly(format!("unix:{}", shown(plan, path))),
        Action::Connect(_) | Action::Listen(_) => exactly(format!("net:{}", address(action)?)),
        Action::Call(_) => None,
    }
}

/// Returns the address, such as `tcp://localhost:80/`, whose grant allows a connection; `None` where none does, and
/// for sockets of the file system.
pub(super) fn address(action: &Action) -> Option<String> {
    match action {
        Action::Connect(Peer::Internet(address)) if address.ip().to_canonical().is_loopback() => {
            Some(format!("tcp://localhost:{}/", address.port()))
        }
        Action::Connect(Peer::Internet(address)) => Some(format!("tcp://{address}/")),
        Action::Connect(Peer::Host(host)) => {
            let effect = spelling::of_host(host)?;
            effect.selector().strip_prefix("net:").map(str::to_owned)
        }
        Action::Listen(Peer::Internet(address)) if address.ip().to_canonical().is_loopback() => {
            Some("listen://localhost/".to_owned())
        }
        _ => None,
    }
}

/// Says what helps where no word does; `None` when nothing is known to.
pub(super) fn instead(action: &Action) -> Option<&'static str> {
    match action {
        Action::Call("socket:udp") => Some(
            "no scope can allow it; names are looked up by the proxy: declare the host, as in \
             --allow net:https://HOST/, and let the program use HTTPS_PROXY",
        ),
        Action::Listen(Peer::Internet(_)) => Some(
            "no scope can allow it; listen at 127.0.0.1 instead, with --allow net:listen://localhost/",
        ),
        _ => None,
    }
}

/// Tells whether an action is one that libraries try by themselves and go on without: it is recorded, not told.
pub(super) fn is_idle(action: &Action) -> bool {
    matches!(action, Action::Call("socket:netlink"))
}

fn file(plan: &Plan, access: Access, path: &Path) -> Allowance {
    if path.is_dir() {
        return directory(plan, access, path);
    }
    Allowance { word: format!("{}:{}", kind(access), shown(plan, path)), reach: None }
}

fn directory(plan: &Plan, access: Access, path: &Path) -> Allowance {
    let wide = wide(plan, path);
    let is_wide = wide.is_some();
    let what = wide.unwrap_or_else(|| "all of that directory".to_owned());
    Allowance {
        word: format!("{}:{}", kind(access), shown_directory(plan, path)),
        reach: Some(Reach { what, is_wide, narrower: None }),
    }
}

fn kind(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
        Access::Execute => "exec",
    }
}

/// Says what a directory is of which nobody should grant the whole unawares.
fn wide(plan: &Plan, path: &Path) -> Option<String> {
    let home = plan.home.as_deref();
    if path.parent().is_none() {
        return Some("the whole disk".to_owned());
    }
    if home.is_some_and(|home| home.starts_with(path)) {
        return Some("all of your home directory".to_owned());
    }
    if plan.store.as_ref().is_some_and(|store| store.starts_with(path)) {
        let where_it_is = if path == plan.directory { "the working directory" } else { "it" };
        return Some(format!("all of {where_it_is}, the record of this run included"));
    }
    if plan.directory.starts_with(path) {
        return Some("all of the working directory".to_owned());
    }
    let is_hidden = |below: &Path| below.as_os_str().as_encoded_bytes().starts_with(b".");
    let below_home = home.and_then(|home| path.strip_prefix(home).ok());
    if below_home.is_some_and(|below| below.components().count() == 1 && is_hidden(below)) {
        return Some("all that programs keep there, credentials and settings included".to_owned());
    }
    let is_of_the_system = path.parent().is_some_and(|parent| parent.parent().is_none());
    is_of_the_system.then(|| format!("all of {}", path.display()))
}

/// Tells whether a profile lets a file be written that this machine has not.
fn is_foreseen(plan: &Plan, path: &Path) -> bool {
    let Some(below) = plan.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) else {
        return false;
    };
    let word = format!("write:~/{}", below.display());
    plan.planned.iter().any(|planned| planned.is_absent && planned.written == word)
}

fn is_absent(path: &Path) -> bool {
    path.symlink_metadata().is_err()
}

/// A path as a person in the working directory would write it.
pub(super) fn shown(plan: &Plan, path: &Path) -> String {
    match path.strip_prefix(&plan.directory) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Ok(inside) => inside.to_string_lossy().into_owned(),
        Err(_) => path.to_string_lossy().into_owned(),
    }
}

/// A directory as a person would write it.
pub(super) fn shown_directory(plan: &Plan, path: &Path) -> String {
    let shown = shown(plan, path);
    if shown.ends_with('/') { shown } else { shown + "/" }
}

/// A program as a person would write it: a name alone would be looked up in `PATH`.
pub(super) fn program(plan: &Plan, path: &Path) -> String {
    let shown = shown(plan, path);
    if shown.contains('/') { shown } else { format!("./{shown}") }
}

/// Where a person keeps what no command should get unasked: known to a plan.
pub(super) fn without_links(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    })
}
