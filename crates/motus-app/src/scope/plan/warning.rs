//! What people should know of a scope before its command starts.

use std::path::{Path, PathBuf};

use motus_runtime::scope::{Feature, Level, Network, Probed, Scope};

use super::level::shortfalls;
use super::{Request, Surroundings, Warning};

/// Sockets of daemons that do for their clients whatever root may do.
const MIGHTY_SOCKETS: &[&str] = &["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];

/// Directories in which daemons keep their sockets; those of a user in one below the second, or below the home directory.
const PLACES_OF_SOCKETS: [&str; 4] = ["/run", "/run/user", "/tmp", "/var/tmp"];

/// What warnings need to know of where grants lead.
pub(super) struct Resolved {
    /// What the person lets be changed.
    pub(super) roots: Vec<PathBuf>,
    /// What profiles let be changed.
    pub(super) profile_roots: Vec<PathBuf>,
    /// Grants that a link below the working directory leads elsewhere.
    pub(super) leading_elsewhere: Vec<(String, PathBuf)>,
}

impl Resolved {
    /// Returns what lets a path be changed.
    fn root_above(&self, path: &Path) -> Option<&PathBuf> {
        let mut roots = self.roots.iter().chain(&self.profile_roots);
        roots.find(|root| path.starts_with(root))
    }
}

/// Returns every warning.
pub(super) fn of(
    request: &Request,
    scope: &Scope,
    level: Level,
    resolved: &Resolved,
    surroundings: &Surroundings,
    probed: &Probed,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let weakening = less_than_all(request, level, probed).into_iter();
    let weakening = weakening.chain(writable_store(resolved, surroundings));
    let weakening = weakening.chain(writable_document(request, resolved, surroundings));
    let leading = |it| leading_elsewhere(surroundings, it);
    let weakening = weakening.chain(resolved.leading_elsewhere.iter().map(leading));
    warnings.extend(weakening.map(|text| Warning { text, weakens: true }));
    let mut note = |text: String| warnings.push(Warning { text, weakens: false });
    unreachable(&scope.network, level, probed).map(&mut note);
    if resolved.roots.iter().any(|root| root.parent().is_none()) {
        note("write:/ lets the command change every file that its user may".to_owned());
    }
    let home = surroundings.home.as_ref().and_then(|home| home.canonicalize().ok());
    for socket in &scope.network.sockets {
        if is_mighty(socket) {
            let socket = socket.display();
            note(format!("unix:{socket} lets the command do all that the daemon behind it does"));
        } else if holds_sockets(socket, home.as_deref()) {
            let directory = socket.join("");
            let directory = directory.display();
            note(format!(
                "unix:{directory} lets the command do all that the daemons with sockets there do"
            ));
        }
    }
    warnings
}

/// Says what this machine falls short of; whoever learns wants nothing stopped.
fn less_than_all(request: &Request, level: Level, probed: &Probed) -> Option<String> {
    let what = match (level.enforces() || request.learns, level.observes()) {
        (true, true) => return None,
        (true, false) if request.learns => {
            "attempts are not seen on this machine, so nothing can be learned"
        }
        (true, false) => {
            "what is not declared is stopped, but attempts are neither seen nor told on this machine"
        }
        (false, true) => "what is not declared is not stopped on this machine, only seen",
        (false, false) => {
            "what is not declared is not stopped on this machine, only compared before and after"
        }
    };
    Some(format!("{what}: {}", shortfalls(probed).join("; ")))
}

/// Connections are made on the command's behalf; where that cannot be, there are none.
fn unreachable(network: &Network, level: Level, probed: &Probed) -> Option<String> {
    let Network { hosts, addresses, loopback, listening, sockets } = network;
    let reaches = !hosts.is_empty()
        || !addresses.is_empty()
        || *loopback
        || *listening
        || !sockets.is_empty();
    let is_brokered = level.observes() && probed.can(Feature::Brokering);
    (reaches && level.enforces() && !is_brokered)
        .then(|| format!("at the level {level} nobody can be reached, whatever is declared"))
}

/// There is no rule that takes a file out of a directory that may be written.
fn writable_store(resolved: &Resolved, surroundings: &Surroundings) -> Option<String> {
    let above = above_store(surroundings)?;
    let root = resolved.root_above(&above)?;
    Some(format!(
        "what is recorded of the command lies in {}, where the command may write; \
         keep the Store elsewhere with --db, or let less be written",
        root.display()
    ))
}

/// A command that may write the document may grant itself more, for the next time.
fn writable_document(
    request: &Request,
    resolved: &Resolved,
    surroundings: &Surroundings,
) -> Option<String> {
    let file = request.file.as_deref()?;
    let written = surroundings.directory.join(file);
    // A link to it can be replaced as well.
    let link = written.parent()?.canonicalize().ok()?.join(written.file_name()?);
    let root = resolved
        .root_above(&link)
        .or_else(|| resolved.root_above(&written.canonicalize().ok()?))?;
    Some(format!(
        "the scope's document lies in {}, where the command may write: it can grant itself more for the next time; \
         keep the document elsewhere, or let less be written",
        root.display()
    ))
}

/// Whoever may read a file may take a lock on it, and so keep others from writing it.
pub(super) fn readable_store(
    scope: &Scope,
    resolved: &Resolved,
    surroundings: &Surroundings,
) -> Option<String> {
    let above = above_store(surroundings)?;
    if resolved.root_above(&above).is_some() {
        return None; // It is told that the command may do more than that.
    }
    let rule = scope.rules.0.iter().find(|rule| above.starts_with(&rule.path))?;
    Some(format!(
        "what is recorded lies in {}, where the command may read, and so keep others from recording while it runs",
        rule.path.display()
    ))
}

/// Returns the directory that the Store lies in, or the one above that is there.
fn above_store(surroundings: &Surroundings) -> Option<PathBuf> {
    let store = surroundings.directory.join(surroundings.store.as_deref()?);
    store.ancestors().skip(1).find_map(|directory| directory.canonicalize().ok())
}

/// Whoever could write the working directory before could have put the link there.
fn leading_elsewhere(surroundings: &Surroundings, (word, path): &(String, PathBuf)) -> String {
    let is_inside = surroundings.directory.canonicalize().is_ok_and(|it| path.starts_with(it));
    let out = if is_inside { "" } else { " out of the working directory" };
    format!("{word} is a link{out}, to {}", path.display())
}

fn is_mighty(socket: &Path) -> bool {
    let name = socket.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| MIGHTY_SOCKETS.contains(&name))
}

/// Tells whether a directory is one in which daemons keep their sockets, or holds one.
fn holds_sockets(directory: &Path, home: Option<&Path>) -> bool {
    let mut places = PLACES_OF_SOCKETS.iter().map(Path::new).chain(home);
    places.any(|place| place.starts_with(directory))
        || directory.parent() == Some(Path::new("/run/user"))
        || MIGHTY_SOCKETS.iter().any(|name| directory.join(name).exists())
}
