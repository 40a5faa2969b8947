//! Profiles: scopes of the repository that a user can name, read and copy.
//!
//! They lie as documents under `scopes/` and are part of the program. What they name and this machine has not is
//! left out.

use std::path::Path;

use motus_kernel::Digest;

use super::{ScopeDocument, ScopeError, document};

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// Its text, as it lies in the repository.
    pub text: &'static str,
    /// What the text says.
    pub document: ScopeDocument,
}

/// What every command has.
pub(super) const SYSTEM: &str = "system";

/// Every profile, by name.
const TEXTS: &[(&str, &str)] = &[
    ("crates", include_str!("../../../../scopes/crates.yaml")),
    ("loopback", include_str!("../../../../scopes/loopback.yaml")),
    ("offline", include_str!("../../../../scopes/offline.yaml")),
    ("shared-memory", include_str!("../../../../scopes/shared-memory.yaml")),
    (SYSTEM, include_str!("../../../../scopes/system.yaml")),
    ("terminal", include_str!("../../../../scopes/terminal.yaml")),
    ("toolchain", include_str!("../../../../scopes/toolchain.yaml")),
    ("workspace", include_str!("../../../../scopes/workspace.yaml")),
];

/// Returns every profile, by name.
pub fn profiles() -> Vec<Profile> {
    names().filter_map(|name| find(name).ok()).collect()
}

/// Returns the names of the profiles, sorted.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

/// Returns the names of the profiles, as a message lists them.
pub(super) fn known() -> String {
    names().collect::<Vec<_>>().join(", ")
}

pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

/// Returns one profile.
///
/// Errors: `scope.profile_unknown`.
pub(super) fn find(name: &str) -> Result<Profile, ScopeError> {
    let (name, text) = TEXTS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| ScopeError::UnknownProfile(name.to_owned()))?;
    let file = format!("scopes/{name}.yaml");
    let document = document::read_document(text.as_bytes(), Path::new(&file))?;
    Ok(Profile { name, text, document })
}

impl Profile {
    /// Returns the digest of the text: `sha256:` and 64 hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        format!("sha256:{}", Digest::of(&[self.text.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_read_and_says_what_it_is_for() {
        let profiles = profiles();
        assert_eq!(profiles.len(), TEXTS.len());
        for profile in profiles {
            let ScopeDocument { name, about, profiles, grants, is_offline, .. } = &profile.document;
            assert_eq!(name.as_deref(), Some(profile.name));
            assert!(about.is_some(), "{}", profile.name);
            assert!(is_offline ^ !grants.is_empty(), "{} grants nothing", profile.name);
            // One that builds on others is two steps from what it grants.
            assert!(profiles.is_empty(), "{}", profile.name);
        }
    }

    #[test]
    fn every_grant_of_a_profile_says_why() {
        for profile in profiles() {
            let mut is_explained = false;
            for line in profile.text.lines() {
                let line = line.trim();
                is_explained = line.starts_with('#') || (line.starts_with("- ") && is_explained);
                assert!(
                    !line.starts_with("- ") || is_explained || line.contains(" # "),
                    "{}: {line}",
                    profile.name
                );
            }
        }
    }

    #[test]
    fn a_digest_is_of_the_text() {
        let profile = Profile { name: "x", text: "abc", document: ScopeDocument::default() };
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(profile.digest(), format!("sha256:{expected}"));
        assert!(matches!(find("nope"), Err(ScopeError::UnknownProfile(name)) if name == "nope"));
    }
}
