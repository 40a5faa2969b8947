//! A store that is open: its manifest is read, and nothing of it was changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use motus_fs::{FileType, Jail, JailError};
use textus_core::manifest::{self, Manifest, is_bare_name};
use textus_core::schema::Schema;
use textus_core::time::Utc;
use textus_core::{Clock, Code, Error, Etag, Ids, uid};

use crate::journal::Journal;
use crate::{failure, layout};

/// How long a writer waits for another one.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The longest schema that is read, in bytes.
const LONGEST_SCHEMA: u64 = 256 << 10;

/// A textus/3 store on disk.
///
/// Opening and reading have no side effects; only [`Store::write`] and what builds on it change anything.
pub struct Store {
    root: Jail,
    manifest: Manifest,
    manifest_etag: Etag,
    clock: Box<dyn Clock>,
    ids: Box<dyn Ids>,
    correlation_id: String,
    run_id: Option<String>,
    patience: Duration,
    schemas: RefCell<BTreeMap<String, Rc<Schema>>>,
}

impl Store {
    /// Opens the `.textus` directory `root` and reads its manifest.
    ///
    /// No link below it is followed, also not one that stays inside: it could let one who may write one zone
    /// change another. Errors: `io_error` without a manifest or where it is no plain file; `bad_manifest`,
    /// `bad_frontmatter` and `usage` for what a manifest may not say.
    pub fn open(root: &Path, clock: Box<dyn Clock>, ids: Box<dyn Ids>) -> Result<Self, Error> {
        let root = Jail::open(root).map_err(|error| failure::of_file(&error))?.without_links();
        let bytes = read_manifest(&root)?;
        let manifest = parse_manifest(&root, &bytes)?;
        Ok(Self {
            manifest,
            manifest_etag: Etag::of(&bytes),
            correlation_id: uid::correlation_id(ids.correlation()),
            run_id: None,
            patience: LONGEST_WAIT,
            schemas: RefCell::default(),
            root,
            clock,
            ids,
        })
    }

    /// Says which run of a wrapping program this invocation belongs to; audit rows tell it.
    #[must_use]
    pub fn in_run(mut self, run_id: Option<String>) -> Self {
        self.run_id = run_id;
        self
    }

    /// Says how long a writer waits for another one, instead of ten seconds.
    #[must_use]
    pub fn waiting_up_to(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// Begins another invocation: the rows that follow have another correlation id.
    pub fn begin_invocation(&mut self) {
        self.correlation_id = uid::correlation_id(self.ids.correlation());
    }

    /// Returns where the store is.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Returns what the store declares.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the etag of the manifest's file.
    pub fn manifest_etag(&self) -> &Etag {
        &self.manifest_etag
    }

    /// Returns the time.
    pub fn now(&self) -> Utc {
        Utc::from_nanoseconds(self.clock.unix_nanoseconds())
    }

    /// Returns a new uid.
    pub fn mint_uid(&self) -> String {
        uid::mint(self.ids.uid())
    }

    /// Returns what all audit rows of this invocation have in common.
    pub fn correlation_id(&self) -> &str {
        &self.correlation_id
    }

    /// Returns the run that this invocation belongs to.
    pub fn run_id(&self) -> Option<&str> {
        self.run_id.as_deref()
    }

    /// Returns the audit log, for reading.
    pub fn journal(&self) -> Journal<'_> {
        Journal::new(&self.root, self.manifest.audit.max_size)
    }

    /// Returns the text of the file `role`, if there is one.
    pub fn role_file(&self) -> Result<Option<String>, Error> {
        match self.root.read(layout::ROLE, 4096) {
            Ok(file) => Ok(Some(String::from_utf8_lossy(&file.bytes).into_owned())),
            Err(JailError::Missing { .. }) => Ok(None),
            Err(error) => Err(failure::of_jail(&error)),
        }
    }

    /// Returns a schema by its bare name; read once.
    ///
    /// Errors: `io_error` for one that is missing, broken or no plain file.
    pub fn schema(&self, name: &str) -> Result<Rc<Schema>, Error> {
        if let Some(schema) = self.schemas.borrow().get(name) {
            return Ok(Rc::clone(schema));
        }
        let schema = Rc::new(self.read_schema(name)?);
        self.schemas.borrow_mut().insert(name.to_owned(), Rc::clone(&schema));
        Ok(schema)
    }

    fn read_schema(&self, name: &str) -> Result<Schema, Error> {
        let path = format!("{}/{name}.yaml", layout::SCHEMAS);
        let refuse = |why: &str| {
            let message = format!("schema '{name}' {why}");
            let path = self.root.path_of(&path).to_string_lossy().into_owned();
            Error::new(Code::IoError, message).with("path", path)
        };
        if !is_bare_name(name) {
            return Err(refuse("is not a bare name"));
        }
        let directory = match self.root.below(layout::SCHEMAS) {
            Err(JailError::Missing { .. }) => return Err(refuse("is not there")),
            opened => opened.map_err(|error| failure::of_jail(&error))?,
        };
        let file = match directory.read(&format!("{name}.yaml"), LONGEST_SCHEMA) {
            Err(JailError::Missing { .. }) => return Err(refuse("is not there")),
            read => read.map_err(|error| failure::of_jail(&error))?,
        };
        let text = String::from_utf8(file.bytes).map_err(|_| refuse("is not UTF-8"))?;
        Schema::read(name, &text)
    }

    /// Returns the names of the schemas that there are, sorted; none is read.
    pub fn schema_names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let mut directory = match self.root.below(layout::SCHEMAS) {
            Err(JailError::Missing { .. }) => return Ok(names),
            opened => opened.map_err(|error| failure::of_jail(&error))?,
        };
        let mut visit = |name: &[u8], kind: FileType| {
            let stem = std::str::from_utf8(name).ok().and_then(|name| name.strip_suffix(".yaml"));
            let is_file = matches!(kind, FileType::File | FileType::Link);
            names.extend(stem.filter(|stem| is_file && is_bare_name(stem)).map(str::to_owned));
        };
        directory.list(&mut visit).map_err(|error| failure::of_jail(&error))?;
        names.sort_unstable();
        Ok(names)
    }

    /// Opens `zones/`, if there is one; it may not be a link.
    pub(crate) fn zones(&self) -> Result<Option<Jail>, Error> {
        match self.root.below(layout::ZONES) {
            Ok(zones) => Ok(Some(zones)),
            Err(JailError::Missing { .. }) => Ok(None),
            Err(error) => Err(failure::of_jail(&error)),
        }
    }

    pub(crate) fn jail(&self) -> &Jail {
        &self.root
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Store");
        shown.field("root", &self.root.path()).field("manifest_etag", &self.manifest_etag);
        shown.finish_non_exhaustive()
    }
}

fn read_manifest(root: &Jail) -> Result<Vec<u8>, Error> {
    let limit = u64::try_from(manifest::MOST_BYTES).unwrap_or(u64::MAX);
    match root.read(layout::MANIFEST, limit) {
        Ok(file) => Ok(file.bytes),
        Err(error @ JailError::TooLarge { .. }) => Err(bad_manifest(root, error.to_string())),
        Err(JailError::Missing { path }) => {
            let path = path.to_string_lossy().into_owned();
            Err(Error::new(Code::IoError, format!("{path} is not there")).with("path", path))
        }
        Err(error) => Err(failure::of_jail(&error)),
    }
}

fn parse_manifest(root: &Jail, bytes: &[u8]) -> Result<Manifest, Error> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| bad_manifest(root, format!("{} is not UTF-8", layout::MANIFEST)))?;
    // Some of it is told as `usage`, which would otherwise seem to be about the command line.
    Manifest::read(text)
        .map_err(|error| error.with("path", manifest_path(root)).about(layout::MANIFEST))
}

fn bad_manifest(root: &Jail, message: String) -> Error {
    Error::new(Code::BadManifest, message).with("path", manifest_path(root))
}

fn manifest_path(root: &Jail) -> String {
    root.path_of(layout::MANIFEST).to_string_lossy().into_owned()
}
