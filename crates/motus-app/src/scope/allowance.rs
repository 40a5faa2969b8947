//! The word that allows an action, and what else it allows.

use std::path::{Path, PathBuf};

use motus_runtime::scope::{Access, Action, Peer};

use super::entries::Entries;
use super::spelling::{shown, socket, written};
use super::width::Width;
use super::{Plan, spelling};

/// From this port on Linux draws them, unless it is told otherwise.
const FIRST_DRAWN_PORT: u16 = 32_768;

/// Where the system tells of processes, by numbers that are others the next time.
const PROCESSES: &str = "/proc";

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

/// Returns the word that allows an action; `None` where no scope can. `entries` are those of the same run.
pub(super) fn allowing(plan: &Plan, entries: &Entries<'_>, action: &Action) -> Option<Allowance> {
    let exactly = |word: String| Some(Allowance { word, reach: None });
    match action {
        Action::Write(path) | Action::Entry(path) if is_of_process(path) => None,
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
                reach.narrower = written(plan, Access::Write, path, false);
            }
            Some(allowance)
        }
        // A program that was built is not there when the next run is planned.
        Action::Execute(path) if entries.built(path) => {
            Some(directory(plan, Access::Execute, entries.there_before(path.parent()?)))
        }
        Action::Execute(path) => Some(file(plan, Access::Execute, path)),
        Action::Connect(Peer::File(path)) => exactly(match socket(plan, path, false) {
            Some(value) => format!("unix:{value}"),
            None => format!("unix:{}", socket(plan, path.parent()?, true)?),
        }),
        Action::Connect(_) | Action::Listen(_) => {
            let word = format!("net:{}", address(action)?);
            let reach = is_drawn(action).then(|| Reach {
                what: "any port of this machine's loopback: such a port is another one each time"
                    .to_owned(),
                is_wide: true,
                narrower: None,
            });
            Some(Allowance { word, reach })
        }
        Action::Call(_) => None,
    }
}

/// Returns the address, such as `tcp://localhost:80/`, whose grant allows a connection; `None` where none does, and
/// for sockets of the file system.
pub(super) fn address(action: &Action) -> Option<String> {
    match action {
        // Such a port will be another one.
        Action::Connect(Peer::Internet(_)) if is_drawn(action) => {
            Some("tcp://localhost/".to_owned())
        }
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
        Action::Write(path) | Action::Entry(path) if is_of_process(path) => {
            Some("no scope can allow it: processes have other numbers each time")
        }
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

/// Tells whether a path is one of a process, or one that nobody can make beside those.
pub(super) fn is_of_process(path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(PROCESSES) else { return false };
    let Some(first) = below.components().next() else { return true };
    let first = first.as_os_str().as_encoded_bytes();
    let is_own = first == b"self" || first == b"thread-self";
    is_own || first.iter().all(u8::is_ascii_digit) || !path.exists()
}

/// Tells whether a connection is one to a port of loopback that systems draw for who asks for none.
pub(super) fn is_drawn(action: &Action) -> bool {
    let Action::Connect(Peer::Internet(address)) = action else { return false };
    address.ip().to_canonical().is_loopback() && address.port() >= FIRST_DRAWN_PORT
}

/// Allows a file; where no grant can name it, the directory that it lies in.
fn file(plan: &Plan, access: Access, path: &Path) -> Allowance {
    if path.is_dir() {
        return directory(plan, access, path);
    }
    match written(plan, access, path, false) {
        Some(value) => {
            let of_record = || Reach {
                what: "the record of this run".to_owned(),
                is_wide: true,
                narrower: None,
            };
            let reach = is_of_record(plan, path).then(of_record);
            Allowance { word: format!("{}:{value}", kind(access)), reach }
        }
        None => directory(plan, access, path.parent().unwrap_or(path)),
    }
}

/// Tells whether a file is one of the Store's, whose names all begin with the Store's own.
fn is_of_record(plan: &Plan, path: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.as_encoded_bytes().to_owned());
    plan.store.as_deref().is_some_and(|store| {
        let begins_so = || Some(name(path)?.starts_with(&name(store)?));
        path.parent() == store.parent() && begins_so() == Some(true)
    })
}

/// Allows a directory, or the nearest one above it that a grant can name.
fn directory(plan: &Plan, access: Access, path: &Path) -> Allowance {
    let named = |path: &Path| Some((path.to_owned(), written(plan, access, path, true)?));
    let found = path.ancestors().find_map(named);
    let (path, value) = found.unwrap_or_else(|| (PathBuf::from("/"), "/".to_owned()));
    let width = Width::of(plan, access, &path);
    let is_wide = width.is_some();
    let what = width.map_or_else(|| "all of that directory".to_owned(), |it| it.to_string());
    Allowance {
        word: format!("{}:{value}", kind(access)),
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

/// Where a person keeps what no command should get unasked: known to a plan.
pub(super) fn without_links(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    })
}
