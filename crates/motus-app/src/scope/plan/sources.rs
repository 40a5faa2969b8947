//! Everything that is granted, from wherever, in one list.

use std::collections::BTreeSet;
use std::path::Path;

use motus_ledger::Digest;
use motus_ledger::redact::redact_all;
use motus_ledger::scope::DeclaredDocument;

use super::super::document::{self, ScopeDocument};
use super::super::profile::{self, Profile};
use super::super::{Grant, ScopeError};
use super::{Origin, Request};

/// What a person asks for, with what the documents say that they named.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// In the order of their origins, what every command has first.
    pub(super) grants: Vec<(Origin, Grant)>,
    /// The profiles, sorted, each with the digest of its text.
    pub(super) profiles: Vec<(String, String)>,
    pub(super) observes_reads: bool,
    pub(super) wall_seconds: Option<u64>,
    pub(super) processes: Option<u64>,
    pub(super) output_bytes: Option<u64>,
    /// The document that was named.
    pub(super) document: Option<DeclaredDocument>,
    /// What it says.
    pub(super) said: Option<ScopeDocument>,
    pub(super) is_offline: bool,
    /// Whether what the document names need not be there, since another one comes of it.
    pub(super) is_old: bool,
}

impl Sources {
    /// Reads what the request names.
    ///
    /// Of several limits the lowest holds. Whether reads are seen one by one is said by the person's document before
    /// any profile, and by nobody they are.
    pub(super) fn gather(request: &Request, directory: &Path) -> Result<Self, ScopeError> {
        let is_old = request.learns;
        let mut sources = Self { observes_reads: true, is_old, ..Self::default() };
        let mut named: BTreeSet<&str> = request.profiles.iter().map(String::as_str).collect();
        named.insert(profile::SYSTEM);
        let file = request.file.as_deref().map(|file| read(file, directory)).transpose()?;
        if let Some((document, digest)) = &file {
            sources.document = request.file.as_deref().map(|file| declared(file, digest));
            named.extend(document.profiles.iter().map(String::as_str));
        }
        let profiles = named.into_iter().map(profile::find).collect::<Result<Vec<_>, _>>()?;
        for profile in profiles {
            sources.add_profile(profile);
        }
        if let (Some((document, _)), Some(file)) = (file, &request.file) {
            sources.said = Some(document.clone());
            sources.add(document, &Origin::File(file.clone()));
        }
        let own = request.grants.iter().map(|grant| (Origin::CommandLine, grant.clone()));
        sources.grants.extend(own);
        sources.refuse_contradiction()?;
        Ok(sources)
    }

    fn add_profile(&mut self, profile: Profile) {
        self.profiles.push((profile.name.to_owned(), profile.digest()));
        let origin = match profile.name {
            profile::SYSTEM => Origin::Always,
            name => Origin::Profile(name.to_owned()),
        };
        self.add(profile.document, &origin);
    }

    fn add(&mut self, document: ScopeDocument, origin: &Origin) {
        self.grants.extend(document.grants.into_iter().map(|grant| (origin.clone(), grant)));
        self.is_offline |= document.is_offline;
        self.observes_reads = document.observes_reads.unwrap_or(self.observes_reads);
        let lower = |known: Option<u64>, said: Option<u64>| match (known, said) {
            (Some(known), Some(said)) => Some(known.min(said)),
            (known, said) => known.or(said),
        };
        self.wall_seconds = lower(self.wall_seconds, document.wall_seconds);
        self.processes = lower(self.processes, document.processes);
        self.output_bytes = lower(self.output_bytes, document.output_bytes);
    }

    fn refuse_contradiction(&self) -> Result<(), ScopeError> {
        let reaches = |grant: &Grant| matches!(grant, Grant::Net(_) | Grant::Unix(_));
        match self.grants.iter().find(|(_, grant)| self.is_offline && reaches(grant)) {
            None => Ok(()),
            Some((origin, grant)) => Err(ScopeError::Offline(match origin {
                Origin::Profile(name) => format!("{grant}, of the profile {name},"),
                _ => grant.to_string(),
            })),
        }
    }
}

/// Reads a document, and returns the digest of its text with it.
fn read(file: &Path, directory: &Path) -> Result<(ScopeDocument, String), ScopeError> {
    let limit = u64::try_from(document::LONGEST).unwrap_or(u64::MAX);
    let text = crate::document(&directory.join(file), limit)
        .map_err(|source| ScopeError::Unreadable { file: file.to_owned(), source })?;
    let digest = Digest::of(&text).as_str().to_owned();
    Ok((document::read_document(&text, file)?, digest))
}

/// Names a document for the record: where it lies is nobody's business.
fn declared(file: &Path, digest: &str) -> DeclaredDocument {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.filter(|name| redact_all(name).reasons.is_empty());
    DeclaredDocument { name, digest: digest.to_owned() }
}
