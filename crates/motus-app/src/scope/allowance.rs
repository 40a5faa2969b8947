//! The word that allows an action, and what else it allows.

use std::path::{Path, PathBuf};

use motus_runtime::scope::{Access, Action, Peer};

use super::entries::Entries;
use super::grant::Kind;
use super::spelling::{shown, socket, written};
use super::width::{REPOSITORY, Width};
use super::{Grant, Plan, spelling, told};

/// From this port on Linux draws them, unless it is told otherwise.
const FIRST_DRAWN_PORT: u16 = 32_768;

/// Where the system tells of processes, by numbers that are others the next time.
const PROCESSES: &str = "/proc";

/// What to do about files in the system's directory for temporary files, whose names are others each time.
const HEED_TMPDIR: &str =
    "the program does not heed TMPDIR; name that directory to it by an option of its own";

/// Where that is, wherever `TMPDIR` may point.
const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];

/// What a profile is there for, since a name in it is another one each time: terminals that are made for others with
/// what makes them, and memory that is shared.
const OF_PROFILES: [(&str, &str); 3] =
    [("/dev/ptmx", "terminal"), ("/dev/pts", "terminal"), ("/dev/shm", "shared-memory")];

/// What is read as a whole, since its parts have other names with the next commit or version: repositories of git, and
/// packages as npm and pip install them.
const READ_AS_A_WHOLE: [&str; 3] = [REPOSITORY, "node_modules", "site-packages"];

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
    /// What would do in its place, where the name is not there.
    pub(super) narrower: Option<Narrower>,
}

/// What helps in place of a wide word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Narrower {
    /// The name, when it is made beforehand.
    Made(String),
    /// The directory of its own that the command has for temporary files.
    Temporary,
}

impl Reach {
    /// Says it to people.
    pub(super) fn text(&self) -> String {
        let careful = if self.is_wide { "careful, that is " } else { "" };
        let narrower = self.narrower.as_ref().filter(|_| self.is_wide);
        let narrower = narrower.map(|narrower| match narrower {
            Narrower::Made(name) => format!(
                "; narrower: write:{name}/ for a directory; for a file make it first, then write:{name}"
            ),
            Narrower::Temporary => format!("; better: {HEED_TMPDIR}"),
        });
        format!("{careful}{}{}", self.what, narrower.unwrap_or_default())
    }
}

/// Returns the word that allows an action; `None` where no scope can. `entries` are those of the same run.
pub(super) fn allowing(plan: &Plan, entries: &Entries<'_>, action: &Action) -> Option<Allowance> {
    let exactly = |word: String| Some(Allowance { word, reach: None });
    match action {
        Action::Write(path) | Action::Entry(path) if is_of_process(path) => None,
        action if profile_of(action).is_some() => None,
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
                let directory = path.parent()?;
                reach.narrower = match () {
                    () if is_for_temporary_files(plan, directory) => Some(Narrower::Temporary),
                    // Whoever makes a lock fails where one is.
                    () if is_lock(path) => None,
                    () => written(plan, Access::Write, path, false).map(Narrower::Made),
                };
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
    // No grant has port 0, for one.
    spelled(action).filter(|address| Grant::new(Kind::Net, address).is_ok())
}

fn spelled(action: &Action) -> Option<String> {
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
pub(super) fn instead(action: &Action) -> Option<String> {
    let profile = profile_of(action).map(|name| format!("to allow it: --profile {name}"));
    profile.or_else(|| advice(action).map(str::to_owned))
}

fn advice(action: &Action) -> Option<&'static str> {
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
    matches!(
        action,
        Action::Call("socket:netlink")
            | Action::Connect(Peer::Family(told::NETLINK))
            | Action::Listen(Peer::Family(told::NETLINK))
    )
}

/// Returns the profile that is there for an action.
pub(super) fn profile_of(action: &Action) -> Option<&'static str> {
    let (Action::Read(path) | Action::Write(path) | Action::Entry(path)) = action else {
        return None;
    };
    let known = OF_PROFILES.iter().find(|(known, _)| path.starts_with(known));
    known.map(|(_, profile)| *profile)
}

/// Tells whether a directory is the one in which the system has everybody make temporary files.
pub(super) fn is_for_temporary_files(plan: &Plan, directory: &Path) -> bool {
    plan.temporary.parent() == Some(directory)
        || TEMPORARY.iter().any(|it| directory == Path::new(it))
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
            let of_record = is_of_record(plan, path).then(|| "the record of this run".to_owned());
            let by_name = || Width::of_file(plan, access, path).map(|width| width.to_string());
            let what = of_record.or_else(by_name);
            let reach = what.map(|what| Reach { what, is_wide: true, narrower: None });
            Allowance { word: format!("{}:{value}", kind(access)), reach }
        }
        None => directory(plan, access, path.parent().unwrap_or(path)),
    }
}

/// Returns the directory that is to be read where a part of it is.
pub(super) fn read_as_a_whole(access: Access, path: &Path) -> Option<&Path> {
    let is_whole = |above: &&Path| READ_AS_A_WHOLE.iter().any(|name| above.ends_with(name));
    let wholes = path.ancestors().filter(is_whole);
    wholes.filter(|above| access == Access::Read && above.is_dir()).last()
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

/// Tells whether a name that is not there is that of a lock on what is there, as `index.lock` of git is.
fn is_lock(path: &Path) -> bool {
    let of_what = path.with_extension("");
    path.extension().is_some_and(|extension| extension == "lock") && !is_absent(&of_what)
}

fn is_absent(path: &Path) -> bool {
    path.symlink_metadata().is_err()
}

/// Returns a path without links, as far as it is there.
pub(super) fn without_links(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    })
}
