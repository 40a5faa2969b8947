//! A step of a CI job as the one who has a command run.

use crate::Digest;
use crate::wrap::WrapIdentity;

/// A system that runs CI jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CiSystem {
    /// GitHub Actions.
    GitHubActions,
    /// GitLab CI/CD.
    GitLabCi,
}

impl CiSystem {
    /// Every system.
    pub const ALL: [Self; 2] = [Self::GitHubActions, Self::GitLabCi];

    /// Returns the source column of its runs.
    pub fn source(self) -> &'static str {
        match self {
            Self::GitHubActions => "github-actions",
            Self::GitLabCi => "gitlab-ci",
        }
    }

    /// Returns the system whose runs have this source.
    pub fn of_source(source: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.source() == source)
    }
}

/// Where in CI a command is run, in the system's own identifiers; empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiStep {
    /// What runs the job.
    pub system: CiSystem,
    /// The workflow run or pipeline.
    pub run: String,
    /// Which attempt at it.
    pub attempt: String,
    /// The job.
    pub job: String,
    /// The step within the job.
    pub step: String,
}

impl WrapIdentity {
    /// Names the run of a CI step: the producer by the hash of the workflow run, the key by that of the step.
    ///
    /// Each call has a key of its own, by time, process and `nonce`. The names of a step do not tell it from
    /// all others: the legs of a matrix share the job's, a loop in a script shares the step's, and what a step
    /// inside of a composite action is called differs between runners. A key that is met again would be
    /// answered with the run that is recorded already, and the command would not be run.
    /// Source: the published adapter hashes `github-actions:RUN:ATTEMPT`, and skips the second step of a job.
    pub fn of_step(step: &CiStep, unix_nanoseconds: u64, process_id: u32, nonce: [u8; 6]) -> Self {
        let source = step.system.source();
        let producer = if step.run.is_empty() { source } else { &step.run };
        let CiStep { run, attempt, job, step, .. } = step;
        let nonce = nonce.map(|byte| format!("{byte:02x}")).concat();
        let key = format!(
            "{source}:{run}:{attempt}:{job}:{step}:{unix_nanoseconds}-{process_id}-{nonce}"
        );
        Self {
            producer_id: format!("producer-sha256-{}", Digest::of(producer).hex()),
            key: format!("idempotency-sha256-{}", Digest::of(key).hex()),
            reasons: vec!["store_metadata_identifier_hashed"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(run: &str) -> CiStep {
        CiStep {
            system: CiSystem::GitHubActions,
            run: run.to_owned(),
            attempt: "1".to_owned(),
            job: "test".to_owned(),
            step: "__run".to_owned(),
        }
    }

    fn producer(step: &CiStep) -> String {
        WrapIdentity::of_step(step, 1, 2, [0; 6]).producer_id
    }

    #[test]
    fn the_producer_is_the_published_hash() {
        let of_123 = "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3";
        assert_eq!(producer(&step("123")), format!("producer-sha256-{of_123}"));
        let of_none = "86e299fb5e1494bfe35e3539d7e411c0f980303f38812d8d69a7e4d62435206a";
        assert_eq!(producer(&step("")), format!("producer-sha256-{of_none}"));
    }

    #[test]
    fn the_same_step_again_has_another_key() {
        let step = step("123");
        let key = |time, process, nonce| WrapIdentity::of_step(&step, time, process, nonce).key;
        let first = key(1, 2, [3; 6]);
        assert_eq!(first, key(1, 2, [3; 6]));
        for other in [key(2, 2, [3; 6]), key(1, 3, [3; 6]), key(1, 2, [4; 6])] {
            assert_ne!(first, other);
        }
        let hex = first.strip_prefix("idempotency-sha256-").unwrap_or_default();
        assert!(hex.len() == 64 && !first.contains("123"), "{first}");
    }

    #[test]
    fn a_system_is_known_by_its_source() {
        for system in CiSystem::ALL {
            assert_eq!(CiSystem::of_source(system.source()), Some(system));
        }
        assert_eq!(CiSystem::of_source("motus-wrap"), None);
    }
}
