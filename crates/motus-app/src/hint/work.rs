//! What a person can do about a refusal of the work loop.

/// Returns what the person can do about an error with this code.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "work.held" => "wait until then, take another task, or share this one with --shared",
        "work.lease_not_found" => "see the leases with `motus work list --all`",
        "work.lease_closed" => "claim the task anew with `motus work claim`",
        "work.lease_expired" => {
            "claim the task anew with `motus work claim`; `motus work cleanup` closes what expired"
        }
        "work.release_conflict" => "see how it was released with `motus work status`",
        "work.handoff_without_evidence" => {
            "add what shows the work with `motus work evidence`: counts, a change, or a part of a log"
        }
        "work.not_handed_over" => "see where the work went with `motus run route`",
        "work.not_receiver" => {
            "the receiver accepts with --as TYPE:ID, and goes on with --agent ID"
        }
        "work.other_task" => "leave the task out: it is that of the run",
        "work.text_too_long" => "say it shorter, and keep the rest elsewhere",
        "work.too_many" => "name fewer",
        "work.secret_in_name" => "name it without the credential; if that is a real one, revoke it",
        "work.store_off" => "unset MOTUS_WORK_STORE_BRIDGE",
        _ => return None,
    })
}
