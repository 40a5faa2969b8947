//! Files by reference: a name within the project, a digest and a size.

use motus_json::{Object, Value};

use crate::Digest;
use crate::report::scrub::Scrubber;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReference {
    /// Its path below the project, or of a file elsewhere its last part; none for a stream.
    pub name: Option<String>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A file that came out of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Which.
    pub file: FileReference,
    /// Whether it is as it was before the work began.
    pub is_stale: bool,
}

impl FileReference {
    pub(super) fn members(&self, scrubber: &mut Scrubber) -> Object {
        let name = self.name.as_deref().map(|name| scrubber.clean(name));
        Object::from([
            ("name", Value::from(name)),
            ("digest", self.digest.as_str().into()),
            ("bytes", self.bytes.into()),
        ])
    }
}

impl Artifact {
    pub(super) fn to_value(&self, scrubber: &mut Scrubber) -> Value {
        let mut members = self.file.members(scrubber);
        if self.is_stale {
            members.insert("stale", true);
        }
        members.into()
    }
}
