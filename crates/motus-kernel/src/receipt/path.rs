//! Paths of artifacts: one spelling for each place, so that no place is told with two contents.

use super::Artifact;
use crate::effect::{CanonicalEffect, EffectOp};
use crate::names::ArtifactKind;

/// Tells whether a path is in its one spelling for the kind of artifact that it leads to.
///
/// Shape: that of a file is canonical as in a selector, relative or from the root, and does not end in `/`;
/// where no kind is told it is one of a file. That of a directory may end in `/`. What has an address has
/// any text after a scheme and a colon. No path has control characters.
/// Source: MOTUS-SPEC-V0.1 §1.4, §2 Algorithm 10.1.
pub fn is_artifact_path(path: &str, kind: Option<ArtifactKind>) -> bool {
    if path.contains(char::is_control) {
        return false;
    }
    match kind {
        Some(ArtifactKind::Uri) => has_scheme(path),
        Some(ArtifactKind::Directory) => is_canonical(path),
        Some(ArtifactKind::File) | None => is_canonical(path) && !path.ends_with('/'),
    }
}

/// Tells an address from what could be a path: a scheme of two characters or more, and a colon.
fn has_scheme(path: &str) -> bool {
    let Some((scheme, _)) = path.split_once(':') else { return false };
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(rest)
}

fn is_canonical(path: &str) -> bool {
    let selector = ["fs:", path].concat();
    CanonicalEffect::new(EffectOp::ReadFS, &selector)
        .is_ok_and(|effect| effect.selector() == selector)
}

/// Returns what two artifacts may not share: a directory is one place with and without its last `/`.
pub(crate) fn place(artifact: &Artifact) -> &str {
    let path = artifact.path.as_str();
    match artifact.kind {
        Some(ArtifactKind::Directory) => path.strip_suffix('/').unwrap_or(path),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_spelling() {
        for kind in [None, Some(ArtifactKind::File)] {
            for good in
                ["src/lib.rs", "/etc/motus", "a b", "é", "..a", "a/...", ".gitignore", "ab:c"]
            {
                assert!(is_artifact_path(good, kind), "{good}");
            }
            for bad in [
                "", "/", "./", ".", "..", "./a", "a/.", "a/./b", "a//b", "//a", "a/", "../a",
                "a/..", "/../a", "a\\b", "a\\..\\b", "a\0b", "a\n", "a\u{7f}", "a\u{85}", "C:/a",
            ] {
                assert!(!is_artifact_path(bad, kind), "{bad:?}");
            }
        }
    }

    #[test]
    fn a_directory_may_end_in_a_slash_and_an_address_has_its_own_form() {
        for good in ["src", "src/", "/", "./"] {
            assert!(is_artifact_path(good, Some(ArtifactKind::Directory)), "{good}");
        }
        for bad in ["", ".", "src//", "./src/", "../", "a\\"] {
            assert!(!is_artifact_path(bad, Some(ArtifactKind::Directory)), "{bad:?}");
        }
        for good in ["https://example.org/a//b?c=../d", "urn:x"] {
            assert!(is_artifact_path(good, Some(ArtifactKind::Uri)), "{good}");
        }
        for bad in ["./src/lib.rs", "../../etc/passwd", "src/a:b", "C:/a", ":x", "1a:x"] {
            assert!(!is_artifact_path(bad, Some(ArtifactKind::Uri)), "{bad}");
        }
        for bad in ["", "https://example.org/\0", "urn:\u{85}"] {
            assert!(!is_artifact_path(bad, Some(ArtifactKind::Uri)), "{bad:?}");
        }
    }
}
