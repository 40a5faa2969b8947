//! A lease: a claim as its run and events have it, and whether it is alive.

use motus_json::Value;

use crate::portable::blank::is_blank;
use crate::work::resource::fenced_names;
use crate::work::{DEFAULT_TTL_SECONDS, ReleaseOutcome, ResourceSpec};
use crate::{Clock, Closing, Event, Run, RunId, Timestamp};

/// Why cleaning up closes a claim whose time is up.
pub(super) const EXPIRED_TTL: &str = "EXPIRED_TTL";

/// Why it closes one that lost a lock.
pub(super) const LOST_LOCK: &str = "LOST_LOCK";

/// A claim, as the Store has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// Its identifier, such as `lease-0123456789ab`.
    pub lease_id: String,
    /// The task.
    pub work_id: String,
    /// Who claimed it.
    pub agent_id: String,
    /// What the claim names, its task left out unless nothing else is named.
    pub resources: Vec<ResourceSpec>,
    /// How long it lives without a further event, in seconds.
    pub ttl_seconds: i64,
    /// Whether others may work on the task meanwhile.
    pub shared: bool,
    /// Whether it locks what it names; a claim of the published releases does not.
    pub is_fenced: bool,
    /// The run whose work it continues.
    pub from_run: Option<RunId>,
    /// Its run.
    pub run: Run,
    /// When its last event came.
    pub last_event_at: Timestamp,
    /// What it locked and somebody else has, or had since, while its run is open: it writes no more.
    pub lost_lock: Option<String>,
}

/// Where a lease stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// Its run is open and its time is not up.
    Active,
    /// Its run is open, and its time is up or it lost a lock.
    Expired,
    /// Its run is closed.
    Closed,
}

impl LeaseState {
    /// Returns the state's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Closed => "closed",
        }
    }
}

impl Lease {
    /// Returns the first moment at which the lease is no longer alive, if nothing else happens.
    ///
    /// A time to live that ends after the year 9999, as the published release stores it, ends with that
    /// year.
    pub fn expires_at(&self) -> Timestamp {
        self.last_event_at.after_seconds(self.ttl_seconds.max(0)).unwrap_or_else(Timestamp::last)
    }

    /// Tells where the lease stands now.
    pub fn state(&self, clock: &dyn Clock) -> LeaseState {
        if !self.run.is_open() {
            LeaseState::Closed
        } else if self.lost_lock.is_some() || self.is_over(clock) {
            LeaseState::Expired
        } else {
            LeaseState::Active
        }
    }

    /// Tells whether its time is up.
    pub(super) fn is_over(&self, clock: &dyn Clock) -> bool {
        self.expires_at().is_no_later_than(&clock.timestamp())
    }

    /// Returns the names of what the lease locks: what it names, and its task unless it shares that.
    pub fn fenced(&self) -> Vec<String> {
        fenced_names(&self.work_id, &self.resources, self.shared)
    }

    /// Tells whether its run was closed because it was alive no more, by this release or by 0.6.5.
    pub fn ended_by_time(&self) -> bool {
        self.run.closing.as_ref().is_some_and(|closing| {
            let note = closing.outcome_note.as_deref().unwrap_or_default();
            let says = |reason: &str| note.rsplit_once(": ").is_some_and(|(_, it)| it == reason);
            says(EXPIRED_TTL) || says(LOST_LOCK) || self.end_of(closing) == Some("expired")
        })
    }

    /// Returns how it was released, as the end of its run says; nothing when its run ended otherwise.
    pub(super) fn released_as(&self) -> Option<ReleaseOutcome> {
        self.run.closing.as_ref().and_then(|closing| ReleaseOutcome::parse(self.end_of(closing)?))
    }

    /// Returns what the key of an end says, when it is that of a release.
    fn end_of<'a>(&self, closing: &'a Closing) -> Option<&'a str> {
        closing.idempotency_key.strip_prefix(&*close_key(&self.lease_id, ""))
    }

    /// Reads the claim of a run, whose last event is given; nothing when it is no claim.
    pub(super) fn from_claim(payload: &Value, run: Run, last: Option<&Event>) -> Option<Self> {
        let text = |name| payload.get(name).and_then(Value::as_str).map(str::to_owned);
        // A claim that gives its lease no name has that of its run.
        let lease_id = text("lease_id")?;
        let lease_id = if is_blank(&lease_id) { run.id.to_string() } else { lease_id };
        let specs = payload.get("resource_specs").and_then(Value::as_array).unwrap_or_default();
        Some(Self {
            lease_id,
            work_id: text("work_id")?,
            agent_id: text("agent_id")?,
            resources: specs.iter().filter_map(ResourceSpec::from_value).collect(),
            ttl_seconds: payload.get("ttl_s").map_or(DEFAULT_TTL_SECONDS, seconds),
            shared: payload.get("shared").and_then(Value::as_bool) == Some(true),
            is_fenced: payload.get("fencing").is_some(),
            from_run: text("from_run").map(RunId::from),
            last_event_at: last.map_or_else(|| run.started_at.clone(), |event| event.ts.clone()),
            lost_lock: None,
            run,
        })
    }
}

/// Reads a number of seconds; one that cannot be counted is as long, or as short, as can be.
fn seconds(value: &Value) -> i64 {
    if let Some(seconds) = value.as_i64() {
        return seconds;
    }
    match value.as_number() {
        Some(number) if number.is_integer() && value.as_u64().is_some() => i64::MAX,
        Some(number) if number.is_integer() => {
            // An integer of more than 64 bits keeps its sign in its spelling alone.
            if motus_json::compact::write(value).starts_with('-') { i64::MIN } else { i64::MAX }
        }
        _ => DEFAULT_TTL_SECONDS,
    }
}

/// Returns the key of the run that a lease begins.
pub(super) fn claim_key(lease_id: &str) -> String {
    format!("claim:{lease_id}")
}

/// Returns the key of the event that releases a lease.
pub(super) fn release_key(lease_id: &str, outcome: &str) -> String {
    format!("release:{lease_id}:{outcome}")
}

/// Returns the key with which the run of a lease is closed.
pub(super) fn close_key(lease_id: &str, outcome: &str) -> String {
    format!("release:{lease_id}:close:{outcome}")
}

#[cfg(test)]
mod tests {
    use motus_json::ReadOptions;

    use super::*;

    #[test]
    fn a_time_to_live_of_any_size_is_read() {
        for (text, read) in [
            ("60", 60),
            ("-5", -5),
            ("9223372036854775808", i64::MAX),
            ("99999999999999999999999", i64::MAX),
            ("-99999999999999999999999", i64::MIN),
            ("1.5", DEFAULT_TTL_SECONDS),
            ("\"60\"", DEFAULT_TTL_SECONDS),
            ("null", DEFAULT_TTL_SECONDS),
        ] {
            let value = motus_json::read(text.as_bytes(), &ReadOptions::STORED).unwrap();
            assert_eq!(seconds(&value), read, "{text}");
        }
    }
}
