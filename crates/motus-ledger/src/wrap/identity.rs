//! Who wraps a command, and the keys under which its events are recorded.

use crate::Digest;

/// The identifiers of one wrapped run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapIdentity {
    /// The producer column.
    pub producer_id: String,
    /// The run's idempotency key; the events' keys extend it.
    pub key: String,
    /// Why an identifier was hashed.
    pub reasons: Vec<&'static str>,
}

impl WrapIdentity {
    /// Names a run by time and process; a producer that the user named is recorded by its hash.
    pub fn new(unix_nanoseconds: u64, process_id: u32, named_producer: Option<&str>) -> Self {
        let key = format!("wrap-start-{unix_nanoseconds}-{process_id}");
        match named_producer {
            None => {
                Self { producer_id: format!("motus-wrap:{process_id}"), key, reasons: Vec::new() }
            }
            Some(name) => Self {
                producer_id: format!("producer-sha256-{}", Digest::of(name).hex()),
                key,
                reasons: vec!["store_metadata_identifier_hashed"],
            },
        }
    }

    /// Returns the key of one of the run's events, or of its end.
    pub fn event_key(&self, part: &str) -> String {
        format!("{}:{part}", self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_producer_is_hashed() {
        let identity = WrapIdentity::new(1, 2, Some("x"));
        assert_eq!(
            identity.producer_id,
            "producer-sha256-2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        );
        assert_eq!(identity.reasons, ["store_metadata_identifier_hashed"]);
        assert_eq!(identity.event_key("start"), "wrap-start-1-2:start");
        assert_eq!(WrapIdentity::new(1, 2, None).producer_id, "motus-wrap:2");
    }
}
