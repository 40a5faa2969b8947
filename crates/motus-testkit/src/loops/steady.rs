//! A steady world: simulated adapters that always say the same trivial things, to measure the runner by.

use motus_kernel::compiler::{
    ActOut, AdapterError, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, LoopState,
    ObserveOut, OverrideEstimate, RuntimeAdapters, SealedLoop, Skill, SpawnMode, VerificationOut,
};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::manifest::ListedFile;
use motus_kernel::names::{ErrorClass, OutcomeStatus, Phase, VerificationLevel};
use motus_kernel::receipt::{Artifact, Check, Gate, HitlRecord, Outcome};
use motus_kernel::{Digest, Uuid};

/// Adapters that simulate a world in which one plan works in the end.
#[derive(Debug, Clone, Default)]
pub struct SteadyWorld {
    /// How many skills one Act executes.
    pub skills: u32,
    /// How often Act fails before it works.
    pub failures: u32,
    /// How often Verify fails before it passes.
    pub bad_checks: u32,
    /// How many events it has given identifiers to.
    pub events: u32,
}

impl SteadyWorld {
    /// Returns a world in which everything works at once, with so many skills.
    pub fn new(skills: u32) -> Self {
        Self { skills, failures: 0, bad_checks: 0, events: 0 }
    }

    /// Returns the plan: one effect, one check, nothing else.
    pub fn plan() -> DecideOut {
        DecideOut {
            plan: "steady".to_owned(),
            effects: vec![Effect { op: EffectOp::WriteFS, selector: "fs:src/".to_owned() }],
            decisions: Vec::new(),
            verification_level: VerificationLevel::Regression,
            checks_required: vec!["test".to_owned()],
            suggestions: Vec::new(),
            strategy_used: None,
            spawn_mode: SpawnMode::Sequential,
            children: Vec::new(),
            details: motus_json::Object::new(),
        }
    }

    /// Returns the lens: nothing in it, and perfect.
    pub fn lens() -> LensOut {
        LensOut {
            lens_id: "steady".to_owned(),
            created_utc: "2026-01-01T00:00:00Z".to_owned(),
            items: Vec::new(),
            coverage: 1000,
            conflict: 1000,
            provenance: 1000,
            freshness: Some(1000),
        }
    }

    /// Returns a skill: one file of fifty, one of evidence.
    pub fn skill(number: u32) -> Skill {
        let path = format!("src/{}.rs", number % 50);
        Skill {
            skill: "write_file".to_owned(),
            evidence: Some("evidence/act/log.txt".to_owned()),
            artifacts_out: vec![Artifact {
                sha256: Digest::of(&[&number.to_be_bytes()]),
                path: path.clone(),
                size_bytes: None,
                kind: None,
            }],
            effects_observed: vec![Effect {
                op: EffectOp::WriteFS,
                selector: format!("fs:{path}"),
            }],
        }
    }
}

fn nobody(code: &str) -> AdapterError {
    AdapterError {
        class: ErrorClass::Unrecoverable,
        code: code.to_owned(),
        message: "a steady world has none".to_owned(),
        retryable: false,
        evidence: None,
        retry_after_ms: None,
    }
}

impl RuntimeAdapters for SteadyWorld {
    fn now_utc(&mut self) -> Result<String, AdapterError> {
        let seconds = self.events;
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        let day = 1 + seconds / 86_400;
        Ok(format!("2026-01-{day:02}T{hours:02}:{minutes:02}:{:02}Z", seconds % 60))
    }

    fn next_event_id(&mut self) -> Result<Uuid, AdapterError> {
        self.events += 1;
        Ok(Uuid::from_bits(u128::from(self.events)))
    }

    fn evidence_file(&mut self, path: &str) -> Result<ListedFile, AdapterError> {
        Ok(ListedFile { path: path.to_owned(), sha256: Digest::of(&[b"steady"]), size_bytes: 6 })
    }

    fn observe_signals(&mut self, _: &LoopState) -> Result<ObserveOut, AdapterError> {
        Ok(ObserveOut { signals_count: Some(1), ..ObserveOut::default() })
    }

    fn assemble_lens(&mut self, _: &LoopState) -> Result<LensOut, AdapterError> {
        Ok(Self::lens())
    }

    fn decide(&mut self, _: &LoopState) -> Result<DecideOut, AdapterError> {
        Ok(Self::plan())
    }

    fn execute_act(&mut self, _: &LoopState) -> Result<ActOut, AdapterError> {
        let skills = (0..self.skills).map(Self::skill).collect();
        let fails = self.failures > 0;
        self.failures = self.failures.saturating_sub(1);
        let error =
            AdapterError { class: ErrorClass::Recoverable, retryable: true, ..nobody("TIMEOUT") };
        Ok(ActOut { skills, error: fails.then_some(error) })
    }

    fn run_verification(
        &mut self,
        _: &LoopState,
        level: VerificationLevel,
        checks_required: &[String],
    ) -> Result<VerificationOut, AdapterError> {
        let passed = self.bad_checks == 0;
        self.bad_checks = self.bad_checks.saturating_sub(1);
        let check =
            |check_id: &String| Check { level, check_id: check_id.clone(), passed, evidence: None };
        let results = checks_required.iter().map(check).collect();
        Ok(VerificationOut { results, class: None, reason: None })
    }

    fn evaluate_gates(&mut self, _: &LoopState, _: Phase) -> Result<Vec<Gate>, AdapterError> {
        Ok(Vec::new())
    }

    fn estimate_override(&mut self, _: &LoopState) -> Result<OverrideEstimate, AdapterError> {
        Ok(OverrideEstimate::default())
    }

    fn request_hitl_decision(&mut self, _: &HitlRecord) -> Result<HitlAnswer, AdapterError> {
        Err(nobody("HUMAN"))
    }

    fn spawn_child(&mut self, spawn_index: u32, _: &ChildSpec) -> Result<Uuid, AdapterError> {
        Ok(Uuid::from_bits(1000 + u128::from(spawn_index)))
    }

    fn fetch_child_proof(&mut self, child: Uuid) -> Result<ChildProof, AdapterError> {
        let proof_digest = Digest::of(&[&child.bits().to_be_bytes()]);
        Ok(ChildProof { proof_digest, outcome_status: OutcomeStatus::Success })
    }

    fn conclude(&mut self, _: &LoopState) -> Result<Outcome, AdapterError> {
        let description = "it works".to_owned();
        Ok(Outcome { status: OutcomeStatus::Success, description })
    }

    fn persist_bundle(&mut self, _: &SealedLoop) -> Result<String, AdapterError> {
        Ok("steady".to_owned())
    }
}
