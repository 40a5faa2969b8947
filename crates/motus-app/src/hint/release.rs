//! What a person can do about a refusal of the release workflow.

/// Returns what the person can do about an error with this code.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "release.id_invalid" => "name it as 1.2.0 or 2026-11_beta",
        "release.missing" => {
            "make a workspace with `motus release scaffold`, its generated files with `motus release sync`, its final receipt with `motus release finalize`"
        }
        "release.unreadable" => {
            "move what stands there away or mend it; `motus release sync` makes generated files that are missing"
        }
        "release.invalid" => {
            "mend what is named: what people write stands in release-source.json, and `motus release sync` makes the rest follow"
        }
        "release.mismatch" => "give the release that the source names, or mend its release_id",
        "release.stale" | "release.drift" => {
            "make the generated files anew with `motus release sync`; what was finalized is restored instead, from version control for instance"
        }
        "release.stray" | "release.too_many" => {
            "move what does not belong there elsewhere; no command removes it"
        }
        "release.exists" => "use `motus release sync`, or rerun scaffold with --force",
        "release.final_exists" | "release.finalized" => {
            "see it with `motus release show`; what comes after it is another release"
        }
        "release.not_a_directory" => {
            "move what stands there away, or name another directory with --output-dir"
        }
        "release.busy" => "wait for the other process, and try again",
        "release.recorded" | "release.pin_changed" => {
            "restore what was finalized, release-source.json and final-receipt.json, from version control for instance; what comes after it is another release"
        }
        "release.unrecorded" => "run `motus release finalize` again, which completes it",
        _ => return None,
    })
}
