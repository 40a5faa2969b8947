//! Grants as rules about what is there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use motus_kernel::effect::CanonicalEffect;
use motus_runtime::scope::{Access, Network, Peer, Rule, Rules};

use super::super::grant::Reach;
use super::super::spelling::{of_host, of_peer, of_rule, of_socket};
use super::super::{Grant, ScopeError};
use super::program::Search;
use super::sources::Sources;
use super::{Origin, Planned, Surroundings};

pub(crate) mod place;

use place::{Missing, Places};

/// What the grants come to on this machine.
#[derive(Debug)]
pub(super) struct Resolution {
    pub(super) rules: Rules,
    pub(super) network: Network,
    pub(super) planned: Vec<Planned>,
    pub(super) made: Vec<PathBuf>,
    /// What the person lets be changed, no profile: sorted.
    pub(super) roots: Vec<PathBuf>,
    /// What profiles that the person named let be changed: sorted.
    pub(super) profile_roots: Vec<PathBuf>,
    /// Grants of the person that say that they are of the working directory, and lead out of it by a link.
    pub(super) leading_elsewhere: Vec<(String, PathBuf)>,
    /// The working directory, without links.
    pub(super) directory: PathBuf,
    /// The command's own directory for temporary files, without links.
    pub(super) temporary: PathBuf,
}

impl Resolution {
    pub(super) fn of(
        sources: &Sources,
        program: &OsStr,
        surroundings: &Surroundings,
    ) -> Result<Self, ScopeError> {
        let places = Places::of(surroundings)?;
        let mut resolver = Resolver::new(&places, surroundings);
        resolver.grant_temporary();
        resolver.grant_program(program)?;
        // What is to be made must be known before somebody else names it.
        let (writes, others): (Vec<_>, Vec<_>) =
            sources.grants.iter().partition(|(_, grant)| matches!(grant, Grant::Write(_)));
        for (origin, grant) in writes.into_iter().chain(others) {
            let may_be_absent = match origin {
                Origin::CommandLine => false,
                Origin::File(_) => sources.is_old,
                Origin::Profile(_) | Origin::Always => true,
            };
            resolver.grant(origin, grant, may_be_absent)?;
        }
        Ok(resolver.finish())
    }
}

struct Resolver<'r> {
    places: &'r Places,
    search: Search<'r>,
    resolution: Resolution,
}

/// Why a grant comes to nothing.
enum Trouble {
    /// What it names is not there, so that one of a profile is left out.
    Absent(ScopeError),
    Refused(ScopeError),
}

impl<'r> Resolver<'r> {
    fn new(places: &'r Places, surroundings: &'r Surroundings) -> Self {
        let search = Search { path: surroundings.path.as_deref(), directory: &places.directory };
        let resolution = Resolution {
            rules: Rules::default(),
            network: Network::default(),
            planned: Vec::new(),
            made: Vec::new(),
            roots: Vec::new(),
            profile_roots: Vec::new(),
            leading_elsewhere: Vec::new(),
            directory: places.directory.clone(),
            temporary: places.temporary.clone(),
        };
        Self { places, search, resolution }
    }

    fn finish(self) -> Resolution {
        let mut resolution = self.resolution;
        let Resolution { rules, network, roots, profile_roots, made, .. } = &mut resolution;
        rules.0.sort();
        rules.0.dedup();
        network.hosts.sort();
        network.hosts.dedup();
        network.addresses.sort();
        network.addresses.dedup();
        network.sockets.sort();
        network.sockets.dedup();
        for roots in [roots, profile_roots] {
            roots.sort();
            roots.dedup();
        }
        made.sort();
        made.dedup();
        resolution
    }

    /// Lets the command write its own directory.
    fn grant_temporary(&mut self) {
        let temporary = self.places.temporary.clone();
        let written = "write:$TMPDIR/".to_owned();
        let effects =
            of_rule(Access::Write, &temporary, true, &self.places.directory).unwrap_or_default();
        self.resolution.rules.0.push(Rule { access: Access::Write, path: temporary });
        self.note(effects, written, &Origin::Always);
    }

    /// Lets the command be started; one that is not there fails when it is.
    fn grant_program(&mut self, program: &OsStr) -> Result<(), ScopeError> {
        let Some(found) = self.search.find(program) else { return Ok(()) };
        let written = format!("exec:{}", program.to_string_lossy());
        match self.program(&found, &written) {
            Ok(effects) => self.note(effects, written, &Origin::Always),
            Err(Trouble::Absent(_)) => {}
            Err(Trouble::Refused(error)) => return Err(error),
        }
        Ok(())
    }

    fn grant(
        &mut self,
        origin: &Origin,
        grant: &Grant,
        may_be_absent: bool,
    ) -> Result<(), ScopeError> {
        let effects = match grant {
            Grant::Read(value) => self.file(Access::Read, value, grant, origin),
            Grant::Write(value) => self.file(Access::Write, value, grant, origin),
            Grant::Exec(value) => self.executable(value, grant, origin),
            Grant::Net(address) => self.peer(address, grant),
            Grant::Unix(value) => self.socket(value, grant),
        };
        let planned = match effects {
            Ok(effects) => Planned {
                effects,
                written: grant.to_string(),
                origin: origin.clone(),
                is_absent: false,
            },
            Err(Trouble::Absent(_)) if may_be_absent => Planned {
                effects: Vec::new(),
                written: grant.to_string(),
                origin: origin.clone(),
                is_absent: true,
            },
            Err(Trouble::Absent(error) | Trouble::Refused(error)) => return Err(error),
        };
        self.resolution.planned.push(planned);
        Ok(())
    }

    fn note(&mut self, effects: Vec<CanonicalEffect>, written: String, origin: &Origin) {
        let planned = Planned { effects, written, origin: origin.clone(), is_absent: false };
        self.resolution.planned.push(planned);
    }

    fn file(
        &mut self,
        access: Access,
        value: &str,
        grant: &Grant,
        origin: &Origin,
    ) -> Result<Vec<CanonicalEffect>, Trouble> {
        let is_own = is_own(origin);
        let path = match self.places.resolve(value) {
            Ok(path) => path,
            Err(missing) => self.missing(access, missing, grant, is_own)?,
        };
        let is_out = !path.starts_with(&self.places.directory);
        if is_own
            && (is_out || access == Access::Write)
            && self.places.leads_elsewhere(value, &path)
        {
            self.resolution.leading_elsewhere.push((grant.to_string(), path.clone()));
        }
        // A directory that will be made is one already.
        let is_directory = value.ends_with('/') || path.is_dir();
        let effects = self.rule(access, &path, is_directory, grant)?;
        match origin {
            _ if access != Access::Write => {}
            Origin::CommandLine | Origin::File(_) => self.resolution.roots.push(path),
            Origin::Profile(_) => self.resolution.profile_roots.push(path),
            // Devices that keep nothing.
            Origin::Always => {}
        }
        Ok(effects)
    }

    /// Returns where a missing directory will be: one that the person lets be written, or that lies in such a one.
    fn missing(
        &mut self,
        access: Access,
        missing: Missing,
        grant: &Grant,
        is_own: bool,
    ) -> Result<PathBuf, Trouble> {
        let (path, to_make) = match missing {
            Missing::Directory { path, to_make } => (path, to_make),
            other => return Err(Trouble::Absent(not_there(other, grant))),
        };
        let is_writable = self.resolution.roots.iter().any(|root| path.starts_with(root));
        if !is_own || (access != Access::Write && !is_writable) {
            return Err(Trouble::Absent(ScopeError::PathMissing(path)));
        }
        self.resolution.made.extend(to_make);
        Ok(path)
    }

    fn executable(
        &mut self,
        value: &str,
        grant: &Grant,
        origin: &Origin,
    ) -> Result<Vec<CanonicalEffect>, Trouble> {
        let is_path = value.contains('/') || matches!(value, "." | ".." | "~");
        if is_path
            && (value.ends_with('/') || self.places.resolve(value).is_ok_and(|it| it.is_dir()))
        {
            return self.file(Access::Execute, value, grant, origin);
        }
        let found = if is_path {
            let found = self.places.resolve(value).ok();
            found.and_then(|path| self.search.find(path.as_os_str()))
        } else {
            self.search.find(OsStr::new(value))
        };
        let none = || Trouble::Absent(ScopeError::NoProgram(value.to_owned()));
        self.program(&found.ok_or_else(none)?, &grant.to_string())
    }

    /// Grants a program, and what runs it if it is a script.
    fn program(&mut self, found: &Path, written: &str) -> Result<Vec<CanonicalEffect>, Trouble> {
        let mut effects = Vec::new();
        for program in [found.to_owned()].into_iter().chain(self.search.interpreters(found)) {
            let none = || Trouble::Absent(ScopeError::NoProgram(written.to_owned()));
            let path = program.canonicalize().map_err(|_| none())?;
            let own = of_rule(Access::Execute, &path, false, &self.places.directory);
            effects.extend(own.ok_or_else(|| without_selector(written, &path))?);
            self.resolution.rules.0.push(Rule { access: Access::Execute, path });
        }
        effects.sort();
        effects.dedup();
        Ok(effects)
    }

    fn rule(
        &mut self,
        access: Access,
        path: &Path,
        is_directory: bool,
        grant: &Grant,
    ) -> Result<Vec<CanonicalEffect>, Trouble> {
        let effects = of_rule(access, path, is_directory, &self.places.directory)
            .ok_or_else(|| without_selector(&grant.to_string(), path))?;
        self.resolution.rules.0.push(Rule { access, path: path.to_owned() });
        Ok(effects)
    }

    fn peer(&mut self, address: &str, grant: &Grant) -> Result<Vec<CanonicalEffect>, Trouble> {
        let reach = Reach::parse(address).map_err(|problem| refused(grant, &problem));
        let network = &mut self.resolution.network;
        Ok(match reach.map_err(Trouble::Refused)? {
            Reach::Loopback => {
                network.loopback = true;
                net("net:tcp://localhost/")
            }
            Reach::Listening => {
                network.listening = true;
                net("net:listen://localhost/")
            }
            Reach::Host(host, addresses) => {
                // Where all ports are allowed, they are spelled by the grant that allows them.
                let closed = Network::default();
                let direct = addresses.iter().map(|address| Peer::Internet(*address));
                let direct = direct.filter_map(|peer| of_peer(&peer, false, &closed));
                let effects = of_host(&host).into_iter().chain(direct).collect();
                network.hosts.push(host);
                network.addresses.extend(addresses);
                effects
            }
        })
    }

    /// A socket may be made later, by the command itself: only the directory that it lies in must be there.
    fn socket(&mut self, value: &str, grant: &Grant) -> Result<Vec<CanonicalEffect>, Trouble> {
        let resolved = self.places.resolve_last(value);
        let path = resolved.map_err(|missing| Trouble::Absent(not_there(missing, grant)))?;
        let effect = of_socket(&path, value.ends_with('/') || path.is_dir());
        self.resolution.network.sockets.push(path);
        Ok(effect.into_iter().collect())
    }
}

/// Tells whether a grant is the person's own, and no profile's.
fn is_own(origin: &Origin) -> bool {
    matches!(origin, Origin::CommandLine | Origin::File(_))
}

fn refused(grant: &Grant, problem: &str) -> ScopeError {
    ScopeError::Grant { word: grant.to_string(), problem: problem.to_owned() }
}

fn not_there(missing: Missing, grant: &Grant) -> ScopeError {
    match missing {
        Missing::HomeUnknown => refused(grant, "the home directory is not known"),
        Missing::Shared { variable, path } => {
            let path = path.display();
            let problem = format!("{variable} is {path}, which holds more than what is the tool's");
            refused(grant, &problem)
        }
        Missing::Unreadable(file, source) => ScopeError::Unreadable { file, source },
        Missing::Gone(path) if is_file(&path) => {
            refused(grant, "a file is there: leave out the / behind it")
        }
        Missing::Gone(path) | Missing::Directory { path, .. } => ScopeError::PathMissing(path),
    }
}

/// Tells whether a file is there, whatever stands behind its name.
fn is_file(path: &Path) -> bool {
    path.components().collect::<PathBuf>().is_file()
}

fn without_selector(word: &str, path: &Path) -> Trouble {
    let problem = format!("{} cannot be recorded: no selector has such a name", path.display());
    Trouble::Refused(ScopeError::Grant { word: word.to_owned(), problem })
}

fn net(selector: &str) -> Vec<CanonicalEffect> {
    let effect = CanonicalEffect::new(motus_kernel::effect::EffectOp::Network, selector);
    effect.into_iter().collect()
}
