//! The rules of locks: one holder at a time, and tokens that only grow.

use std::collections::BTreeMap;

use motus_ledger::Fence;
use serde_json::{Value, json};

use super::{Refused, require};
use crate::calendar::spell;

/// 9999-12-31T23:59:59Z: no later end of a lock can be spelled.
const LAST_SECOND: i64 = 253_402_300_799;

/// All locks by resource.
#[derive(Default)]
pub(super) struct Locks(BTreeMap<String, Lock>);

#[derive(Clone)]
struct Lock {
    holder: String,
    token: u64,
    acquired_at: i64,
    expires_at: i64,
}

impl Locks {
    pub(super) fn rows(&self) -> impl Iterator<Item = Value> {
        self.0.iter().map(|(resource, lock)| lock.row(resource))
    }

    pub(super) fn acquire(
        &mut self,
        resource: &str,
        holder: &str,
        ttl: i64,
        now: i64,
    ) -> Result<Value, Refused> {
        require(&[resource, holder])?;
        let expires_at = now.checked_add(ttl).filter(|end| *end > now && *end <= LAST_SECOND);
        let expires_at = expires_at.ok_or("lock.ttl_invalid")?;
        let found = self.0.get(resource).cloned();
        let renewed = match found {
            Some(lock) if lock.expires_at > now && lock.holder == holder => {
                Lock { expires_at, ..lock }
            }
            Some(lock) if lock.expires_at > now => return Err("lock.held"),
            found => Lock {
                holder: holder.to_owned(),
                token: found.map_or(0, |lock| lock.token) + 1,
                acquired_at: now,
                expires_at,
            },
        };
        let row = renewed.row(resource);
        self.0.insert(resource.to_owned(), renewed);
        Ok(row)
    }

    pub(super) fn assert(&self, fence: &Fence, now: i64) -> Result<Value, Refused> {
        let lock = self.0.get(self.shown(fence)?).ok_or("lock.missing")?;
        if lock.expires_at <= now {
            return Err("lock.fence_invalid");
        }
        Ok(lock.row(&fence.resource))
    }

    /// The row stays, so that the next holder gets a higher token.
    pub(super) fn release(&mut self, fence: &Fence, now: i64) -> Result<Value, Refused> {
        self.shown(fence)?;
        let lock = self.0.get_mut(&fence.resource).ok_or("lock.missing")?;
        lock.expires_at = lock.expires_at.min(now);
        Ok(lock.row(&fence.resource))
    }

    /// Returns the resource if holder and token are those of its last tenure.
    fn shown<'a>(&self, fence: &'a Fence) -> Result<&'a str, Refused> {
        require(&[&fence.resource, &fence.holder])?;
        let lock = self.0.get(&fence.resource).ok_or("lock.missing")?;
        if lock.holder != fence.holder || lock.token != fence.token {
            return Err("lock.fence_invalid");
        }
        Ok(&fence.resource)
    }
}

impl Lock {
    fn row(&self, resource: &str) -> Value {
        json!({
            "resource": resource,
            "holder": self.holder,
            "fencing_token": self.token,
            "acquired_at": spell(self.acquired_at),
            "expires_at": spell(self.expires_at),
        })
    }
}
