//! What belongs to one machine or one person alone, anywhere in a document.

use motus_json::Value;

use crate::portable::privacy::{holds_a_credential, names_a_path};
use crate::portable::verify::walk::{dotted, each_text};
use crate::portable::verify::{Finding, FindingKind};

pub(super) fn findings(value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    each_text(value, &mut |path, passed| {
        let text = passed.text.to_string_lossy();
        if names_a_path(&text) {
            let message = "names an absolute path, which means something on one machine only";
            findings.push(Finding::new(FindingKind::AbsolutePath, dotted(path), message));
        }
        if holds_a_credential(&text) {
            let message = "holds what looks like a credential";
            findings.push(Finding::new(FindingKind::Credential, dotted(path), message));
        }
    });
    findings
}
