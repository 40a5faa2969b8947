//! The published bundles of MOTUS-SPEC-V0.1 §8: their digests, and their files where `MOTUS_FIXTURES` has them.

use std::io;
use std::path::Path;

use motus_kernel::Digest;
use motus_kernel::policy::Rules;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::verify_bundle;

use crate::harness;

/// The digest of `basic_edit`, whose content the bundle of that name in this crate has as well.
pub const BASIC_EDIT: &str = "11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b";

/// Name and proof digest of a published bundle, as §8 prints them.
pub const PUBLISHED: [(&str, &str); 10] = [
    ("basic_edit", BASIC_EDIT),
    ("verify_fail_backtrack", "a06657caf89502e8cafd4966bb170e5d898e8ffa2e9a7ce65f5dc0fb28673b8c"),
    (
        "parallel_children/parent",
        "9ca6104ddcb2c71354aed35faac67380d14f6b598cdc2d89c4a4ab3a50ce40e9",
    ),
    (
        "parallel_children/child_1",
        "0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53",
    ),
    (
        "parallel_children/child_2",
        "e119b01f3209cb889804acd1957e667f005c6b33556c5e7429fea25c118b85fd",
    ),
    (
        "parallel_children/child_3",
        "7fc9ac4bbc6b17cf201aa732ad82149b492bd3c6ffcbd1c2fa16f10a26235595",
    ),
    ("effect_compression", "4e6fb94d48b93c247f3df91c293e0d16b209ef368efb86c4fb7df36d580bf7d2"),
    ("hitl_checkpoint", "f3d2f2d2321364f2452ea88f3c4e07d710ac4085c0b29b3d75cac764eee417af"),
    ("strategy_applied", "e04ce0f769a205f3629ee749d9a1733b06e624be9b1ac70b1082cdded75baf05"),
    ("tiered_recovery", "ab9ed30161d036d051bd91a940e2bd8404781688e3745fb496172330b2ff67a9"),
];

/// Returns the published digest of a name.
pub fn digest(name: &str) -> Option<Digest> {
    let (_, digest) = PUBLISHED.iter().find(|(published, _)| *published == name)?;
    Digest::parse(digest)
}

/// What came of reproducing a published digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden {
    /// The name of the bundle, and by what its digest was reproduced where that is not the published bundle.
    pub name: String,
    /// The published digest.
    pub expected: &'static str,
    /// The digest that came out; `None` when there is none.
    pub actual: Option<String>,
    /// Why there is none.
    pub notes: Option<String>,
}

impl Golden {
    /// Tells whether the published digest came out. What was not looked at did not.
    pub fn passed(&self) -> bool {
        self.actual.as_deref() == Some(self.expected)
    }
}

/// Verifies every published bundle.
///
/// Errors: the sentence that tells why they cannot be looked at, such as that there are no fixtures.
pub fn verify_published() -> Result<Vec<Golden>, String> {
    let fixtures = harness::fixtures()?;
    Ok(PUBLISHED.iter().map(|(name, expected)| verify(&fixtures, name, expected)).collect())
}

fn verify(fixtures: &Path, name: &str, expected: &'static str) -> Golden {
    let (actual, notes) = match read(fixtures, name) {
        Ok(bundle) => {
            let report = verify_bundle(&bundle, &Rules::published_default());
            let failure = report.failures.first();
            let failure =
                failure.map(|failure| format!("{}: {}", failure.code.as_str(), failure.message));
            (report.proof_digest.map(|digest| digest.to_string()), failure)
        }
        Err(error) => (None, Some(format!("cannot be read: {error}"))),
    };
    Golden { name: name.to_owned(), expected, actual, notes }
}

/// Reads a published bundle below the folder that `MOTUS_FIXTURES` names.
pub fn read(fixtures: &Path, name: &str) -> io::Result<MemoryBundle> {
    let root = fixtures.join("golden/v0.1").join(name).join("bundle");
    let mut bundle = MemoryBundle::default();
    read_below(&root, "", &mut bundle)?;
    Ok(bundle)
}

fn read_below(folder: &Path, above: &str, bundle: &mut MemoryBundle) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{above}{name}");
        if path.is_dir() {
            read_below(&path, &format!("{name}/"), bundle)?;
        } else {
            bundle.files.insert(name, std::fs::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digest_is_one_and_none_stands_twice() {
        let digests: Vec<_> = PUBLISHED.iter().filter_map(|(name, _)| digest(name)).collect();
        assert_eq!(digests.len(), PUBLISHED.len());
        for (place, digest) in digests.iter().enumerate() {
            assert!(!digests[..place].contains(digest), "{digest}");
        }
        assert_eq!(digest("nobody"), None);
    }

    #[test]
    fn a_bundle_is_read_with_its_folders() {
        let fixtures = tempfile::tempdir().unwrap();
        let root = fixtures.path().join("golden/v0.1/a/bundle");
        std::fs::create_dir_all(root.join("evidence/act")).unwrap();
        std::fs::write(root.join("receipt.json"), "{}").unwrap();
        std::fs::write(root.join("evidence/act/log.txt"), "done").unwrap();
        let files = read(fixtures.path(), "a").unwrap().files;
        assert_eq!(files.keys().collect::<Vec<_>>(), ["evidence/act/log.txt", "receipt.json"]);
        assert_eq!(files["evidence/act/log.txt"], b"done");
        assert!(read(fixtures.path(), "b").is_err());
    }

    #[test]
    fn a_golden_has_passed_when_its_digest_came_out() {
        let (name, expected) = PUBLISHED[0];
        let fixtures = tempfile::tempdir().unwrap();
        let missing = verify(fixtures.path(), name, expected);
        assert!(
            !missing.passed() && missing.notes.as_deref().unwrap().starts_with("cannot be read")
        );

        let root = fixtures.path().join("golden/v0.1").join(name).join("bundle");
        for (path, bytes) in crate::bundle::basic_edit().bundle().files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let found = verify(fixtures.path(), name, expected);
        assert!(found.passed() && found.notes.is_none(), "{found:?}");

        std::fs::write(root.join("evidence/verify/cargo_test.txt"), "FAIL\n").unwrap();
        let damaged = verify(fixtures.path(), name, expected);
        assert!(!damaged.passed() && damaged.actual.is_none());
        assert!(damaged.notes.unwrap().starts_with("FILE_HASH_MISMATCH"));
    }
}
