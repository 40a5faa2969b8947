//! What a guard judges by.

use motus_json::{Object, Value};

use crate::manifest::{Manifest, Role, Zone};
use crate::schema::{Schema, Subject};
use crate::time::Utc;
use crate::{Error, Etag};

/// Everything that the predicates of one transition may ask.
///
/// `key`, `zone`, `schema` and `etag` are those of what would change: of the entry itself for a put,
/// delete, fetch or move (judged once for either key), of the *target* for an accept, of the proposal for
/// a reject. `subject` and `made_at` are of what would be there afterwards, or of what would be removed.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Who acts.
    pub role: &'a Role,
    /// Who else could.
    pub manifest: &'a Manifest,
    /// The key that was asked for, well formed or not.
    pub key: &'a str,
    /// Where it lies; `None` when it resolves to nothing.
    pub zone: Option<&'a Zone>,
    /// What the entry must satisfy, if it declares anything, or why that cannot be read.
    pub schema: Option<Result<&'a Schema, &'a Error>>,
    /// The fields to hold the schema against; without them every schema is satisfied.
    pub subject: Option<Subject<'a>>,
    /// When the content was made, as [`made_at`] finds it.
    pub made_at: Option<&'a Value>,
    /// The etag that the caller saw.
    pub if_etag: Option<&'a str>,
    /// The etag of the file, where there is one.
    pub etag: Option<&'a Etag>,
    /// The time of the transition.
    pub now: Utc,
}

impl<'a> Facts<'a> {
    /// Takes what every transition has; the rest is not known.
    pub fn new(
        manifest: &'a Manifest,
        role: &'a Role,
        key: &'a str,
        zone: Option<&'a Zone>,
        now: Utc,
    ) -> Self {
        Self {
            role,
            manifest,
            key,
            zone,
            schema: None,
            subject: None,
            made_at: None,
            if_etag: None,
            etag: None,
            now,
        }
    }
}

/// Finds when content says that it was made: `last_fetched_at`, or else `generated_at`.
pub fn made_at(meta: &Object) -> Option<&Value> {
    let named = |name| meta.get(name).filter(|value| !value.is_null());
    named("last_fetched_at").or_else(|| named("generated_at"))
}
