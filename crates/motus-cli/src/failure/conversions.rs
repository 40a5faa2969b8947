//! What the commands fail with, as what people are told.

use motus_app::action::ActionError;
use motus_app::bundle::OpenError;
use motus_app::care::CareError;
use motus_app::evidence::EvidenceError;
use motus_app::receipts::ReceiptError;
use motus_app::releases::ReleaseError;
use motus_app::runs::RunError;
use motus_app::scope::ScopeError;
use motus_app::scope::check::CheckError as EffectsCheckError;
use motus_app::scope::learned::KeepError;
use motus_app::settings::SettingsError;
use motus_app::travel::TravelError;
use motus_app::work::WorkFailure;
use motus_app::workspace::InitError;
use motus_app::wrap::WrapError;
use motus_ledger::LedgerError;

use super::Failure;

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Bundle(error)
    }
}

impl From<ActionError> for Failure {
    fn from(error: ActionError) -> Self {
        Self::Action(error)
    }
}

impl From<ScopeError> for Failure {
    fn from(error: ScopeError) -> Self {
        Self::Scope(error)
    }
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        Self::ScopeFile(error)
    }
}

impl From<EffectsCheckError> for Failure {
    fn from(error: EffectsCheckError) -> Self {
        match error {
            EffectsCheckError::Run(error) => Self::Run(error),
            other => Self::EffectsCheck(other),
        }
    }
}

impl From<WrapError> for Failure {
    fn from(error: WrapError) -> Self {
        Self::Wrap(error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Lock(error)
    }
}

impl From<EvidenceError> for Failure {
    fn from(error: EvidenceError) -> Self {
        Self::Evidence(error)
    }
}

impl From<WorkFailure> for Failure {
    fn from(error: WorkFailure) -> Self {
        Self::Work(error)
    }
}

impl From<ReceiptError> for Failure {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Run(error) => Self::Run(error),
            other => Self::Receipt(other),
        }
    }
}

impl From<ReleaseError> for Failure {
    fn from(error: ReleaseError) -> Self {
        Self::Release(error)
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        Self::Init(error)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

impl From<CareError> for Failure {
    fn from(error: CareError) -> Self {
        Self::Care(error)
    }
}

impl From<TravelError> for Failure {
    fn from(error: TravelError) -> Self {
        Self::Travel(error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}
