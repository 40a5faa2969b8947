//! What a person can do about a scope that was not planned, or a run whose scope was not checked.

/// Returns what the person can do about an error with this code.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "scope.grant_invalid" => "docs/scope.md has all kinds; a document can be written as well",
        "scope.temporary_unusable" => "let TMPDIR name a directory that is there",
        "scope.profile_unknown" => "see the profiles with `motus scope profiles`",
        "scope.document_invalid" => {
            "docs/scope.md shows a document; see it whole with `motus scope check FILE`"
        }
        "scope.path_missing" => {
            "check the path, or make it first; a directory that is to be written ends in /"
        }
        "scope.program_missing" => "check the name, and PATH",
        "scope.offline" => "leave the one or the other out",
        "scope.probe_failed" => {
            "run it again when the system has what it is short of: processes, descriptors or memory"
        }
        "scope.level_too_low" => {
            "see what this machine can do with `motus scope probe`, or require less"
        }
        "scope.directory_missing" => "make the directory first, or name a file elsewhere",
        "scope.file_exists" => "name another file for what is learned, or move that one away",
        "scope.not_recorded" => {
            "run the command with a scope: `motus wrap --allow write:out/ -- COMMAND`"
        }
        "scope.nothing_seen" => "wait until it has ended, or see `motus doctor`",
        "scope.observation_lost" => {
            "its command never started, or its wrapper was killed; run it again in its scope"
        }
        "scope.list_missing" => {
            "copy it from beside the Store that the run was recorded in, or from a backup; exports leave it out"
        }
        "scope.list_unreadable" => {
            "see who may read it; if it is no plain file, move it away and copy the list from a backup"
        }
        "scope.list_changed" => "another hand has changed it; copy it from a backup",
        "scope.record_malformed" => "see `motus doctor`; another hand may have written it",
        _ => return None,
    })
}
