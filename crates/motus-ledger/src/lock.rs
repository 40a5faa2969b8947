//! Locks: who may change a resource until when, and the token that outlives them.

use std::fmt;

use motus_json::{Object, Value};

use crate::Timestamp;

/// A stored lock: the five columns of its row.
///
/// A row is never removed, so that the tokens of a resource only grow; a released lock is one that
/// has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// What is locked; any text that its users agree on.
    pub resource: String,
    /// Who holds it.
    pub holder: String,
    /// Grows by one with each new tenure: whoever shows a smaller one comes too late.
    pub fencing_token: u64,
    /// When this tenure began.
    pub acquired_at: Timestamp,
    /// The first moment at which the lock is no longer held.
    pub expires_at: Timestamp,
}

impl Lock {
    /// Tells whether nobody holds the lock at this time: the first such moment is `expires_at` itself.
    ///
    /// A time with a fraction, as release 0.6.5 writes it, is compared as a time, never as a text.
    pub fn is_expired(&self, now: &Timestamp) -> bool {
        self.expires_at.is_no_later_than(now)
    }

    /// Returns what its holder has to show.
    pub fn fence(&self) -> Fence {
        Fence {
            resource: self.resource.clone(),
            holder: self.holder.clone(),
            token: self.fencing_token,
        }
    }

    /// Returns the row as an object with the Store's column names, in column order.
    pub fn to_object(&self) -> Object {
        Object::from([
            ("resource", Value::from(self.resource.as_str())),
            ("holder", self.holder.as_str().into()),
            ("fencing_token", self.fencing_token.into()),
            ("acquired_at", self.acquired_at.as_str().into()),
            ("expires_at", self.expires_at.as_str().into()),
        ])
    }

    /// Returns the row with whether it has expired at this time.
    pub fn to_object_at(&self, now: &Timestamp) -> Object {
        let mut object = self.to_object();
        object.insert("expired", self.is_expired(now));
        object
    }
}

/// What somebody shows to prove that they hold a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What is locked.
    pub resource: String,
    /// Who claims to hold it.
    pub holder: String,
    /// The token of the tenure that they were given.
    pub token: u64,
}

/// A fence that was refused, beside the lock as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedFence {
    /// What was shown.
    pub shown: Fence,
    /// The lock of that resource.
    pub lock: Lock,
}

impl fmt::Display for RefusedFence {
    /// Says what makes it invalid: another tenure, or the end of this one.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lock { resource, holder, fencing_token, expires_at, .. } = &self.lock;
        if self.lock.fence() == self.shown {
            return write!(formatter, "{resource} has not been held since {expires_at}");
        }
        write!(formatter, "{resource} was last taken by {holder}, with token {fencing_token}")
    }
}
