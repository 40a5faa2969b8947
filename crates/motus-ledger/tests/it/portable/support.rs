//! What the tests of portable documents share.

use std::path::PathBuf;

use motus_json::{Object, Value, canonical, pretty};
use motus_ledger::portable::documents::Documents;
use motus_ledger::portable::verify::{FindingKind, Mode, Options, Phase, Verdict, verify};
use motus_ledger::portable::work::Work;
use motus_testkit::harness::{fixtures, skip};
use motus_testkit::levels::{self, Papers};

/// Looks at the bytes of a document.
pub(super) fn look(bytes: &[u8], mode: Mode) -> Verdict {
    verify(bytes, &Options { mode, golden: None })
}

/// Looks at a document that another reader has.
pub(super) fn look_at(document: &levels::Value, mode: Mode) -> Verdict {
    look(document.to_string().as_bytes(), mode)
}

/// Returns the bytes that a person sees.
pub(super) fn bytes(object: &Object) -> Vec<u8> {
    pretty::write(&Value::Object(object.clone())).into_bytes()
}

/// Makes the documents of a work.
pub(super) fn made(work: &Work) -> Documents {
    Documents::of(work.clone()).expect("texts without lone surrogates")
}

/// Returns the documents as another reader has them.
pub(super) fn papers(made: &Documents) -> Papers {
    let of = |object: &Object| levels::document(&bytes(object));
    let export = levels::document(made.export.as_str().as_bytes());
    Papers { envelope: of(&made.envelope), export, manifest: of(&made.manifest) }
}

/// Returns everything that a verdict says, in one text.
pub(super) fn told(verdict: &Verdict) -> String {
    let faults = verdict.faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message));
    let findings = verdict.findings.iter().map(|it| format!("{it} [{}]", it.kind.as_str()));
    faults.chain(findings).collect::<Vec<_>>().join("\n")
}

/// Tells whether no error is found in a document, or none but that its run does not say why it failed.
pub(super) fn is_sound(verdict: &Verdict) -> bool {
    let is_of_run = |kind| kind == FindingKind::FailureAccepted;
    let finds_faults = verdict.failed.is_some_and(|phase| phase != Phase::Findings);
    let mut errors = verdict.findings.iter().filter(|finding| finding.kind.is_error());
    !finds_faults && errors.all(|finding| is_of_run(finding.kind))
}

/// Expects that each document is valid, also for who takes findings for errors and for the published
/// validator, and that the levels are reached. That a failure has no reason is true of its run.
#[track_caller]
pub(super) fn expect_sound(made: &Documents, name: &str) {
    for document in [&made.envelope, &made.export.to_object(), &made.manifest] {
        let verdict = look(&bytes(document), Mode::Strict);
        assert!(is_sound(&verdict), "{name}: {:?} {}", verdict.failed, told(&verdict));
    }
    let export = Value::Object(made.export.to_object());
    assert_eq!(canonical::envelope::write(&export).as_deref(), Ok(made.export.as_str()), "{name}");
    let verdict = look(&bytes(&made.envelope), Mode::Reference);
    assert!(verdict.is_valid(), "{name}: {}", told(&verdict));
    let papers = papers(made);
    let schemas = levels::Schemas::printed();
    assert_eq!(levels::level_0(&papers.envelope, &schemas, None), [""; 0], "{name}");
    assert_eq!(schemas.faults("store-export", &papers.export), [""; 0], "{name}");
    assert_eq!(schemas.faults("projection-manifest", &papers.manifest), [""; 0], "{name}");
    assert_eq!(levels::level_1(&papers), [""; 0], "{name}");
}

/// Returns the folder of the published data, or says what is skipped.
pub(super) fn published(test: &str) -> Option<PathBuf> {
    match fixtures() {
        Ok(folder) => Some(folder.join("work-ledger")),
        Err(why) => {
            skip(&format!("portable::{test}"), &why);
            None
        }
    }
}
