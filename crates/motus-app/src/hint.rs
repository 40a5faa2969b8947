//! What a person can do about an error, by its code; every front door says the same.

/// Returns what the person can do about an error with this code.
pub fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "usage.invalid" => "add --help to see what it takes",
        "usage.command_missing" => "try `motus wrap -- COMMAND`",
        "usage.timeout_invalid" => "give a number above zero, such as 600 or 0.5, or inf",
        "usage.max_output_bytes_invalid" => "give a whole number above zero",
        "usage.topic_unknown" => "see the commands with `motus --help`",
        "usage.topic_is_text" => "leave --json out, or try `motus help exit-codes --json`",
        "usage.home_unknown" => {
            "write the path out; a file whose name begins with ~ is written ./~NAME"
        }
        "usage.digest_invalid" => {
            "give the whole digest, as `motus bundle verify` prints it behind VERIFIED"
        }
        "input.unreadable" => "check the path, who may read it and how long it is",
        "bundle.missing" => {
            "check the path; a bundle is the directory in which manifest.json stands"
        }
        "bundle.not_a_directory" => {
            "unpack it if it is packed; a bundle is the directory in which manifest.json stands"
        }
        "bundle.unreadable" => "check who may read the directory",
        "policy.shape" => "docs/policy.md tells every member",
        "effects.shape" => "write [{\"op\":\"WriteFS\",\"selector\":\"fs:src/lib.rs\"}]",
        "json.not_canonical" => "see the canonical form with `motus canonicalize`",
        "json.float" => "write a whole number, in a unit that is small enough",
        "json.byte_order_mark" => "remove the first three bytes",
        "output.failed" => "check where the output goes, and whether there is room",
        "store.missing" => {
            "record a first run with `motus wrap -- COMMAND`, or name a Store with --db"
        }
        "store.locked" => "wait for the other process, or see what holds it with `lsof` or `fuser`",
        "store.disk_full" => "make room on the disk, or name a Store elsewhere with --db",
        "store.corrupt" => "copy the file aside, then see `motus doctor`",
        "store.foreign" => "name another file with --db or MOTUS_KERNEL_STORE_PATH",
        "store.empty" => "restore it from a backup, or make a new Store with `motus doctor --fix`",
        "store.orphaned_log" => {
            "restore the database from a backup, or move the log away if nothing in it matters"
        }
        "store.moved" => "put the Store back where it was, then see `motus doctor`",
        "store.denied" => {
            "check who owns the Store and its directory, or name a Store elsewhere with --db"
        }
        "store.not_a_file" => "move what stands there away, or name another Store with --db",
        "store.row_invalid" | "projection.payload_unreadable" => "see `motus doctor`",
        "run.not_found" => "see the recorded runs with `motus run list`",
        "run.none_yet" => "record a first run with `motus wrap -- COMMAND`",
        "run.ambiguous" => "give more of the identifier",
        "projection.run_open" => {
            "a run has a receipt once it is closed; if its command is gone, see `motus doctor`"
        }
        "kind.evolution_refused" => {
            "the Store holds another shape of this event; use another Store"
        }
        _ => return None,
    })
}
