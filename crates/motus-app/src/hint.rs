//! What a person can do about an error, by its code; every front door says the same.

mod release;
mod scope;
mod work;
mod workspace;

/// Returns what the person can do about an error with this code.
pub fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "usage.invalid" => "add --help to see what it takes",
        "usage.command_missing" => "try `motus wrap -- COMMAND`",
        "action.command_empty" => "give a command, such as `pytest -q`",
        "action.command_unclosed" => {
            "close every quote, and write a backslash that stands for itself as \\\\"
        }
        "action.path_invalid" => "name a file, such as out/motus-receipt.json",
        "action.path_taken" => "name another file; each document has one of its own",
        "usage.timeout_invalid" => "give a number above zero, such as 600 or 0.5, or inf",
        "usage.max_output_bytes_invalid" => "give a whole number above zero",
        "usage.max_seconds_invalid" => "give 0 or more, such as 30, or inf",
        "usage.interval_invalid" => "give a number above zero, such as 0.2",
        "usage.topic_unknown" => "see the commands with `motus --help`",
        "usage.topic_is_text" => "leave --json out, or try `motus help exit-codes --json`",
        "usage.home_unknown" => {
            "write the path out; a file whose name begins with ~ is written ./~NAME"
        }
        "usage.digest_invalid" => {
            "give the whole digest, as `motus bundle verify` prints it behind VERIFIED"
        }
        "evidence.malformed" => {
            "give what the tool wrote, unchanged; docs/evidence.md tells what is read"
        }
        "evidence.missing" => "let the command write it, or check the path",
        "evidence.out_of_scope" => {
            "let the command write a file of its own, or declare what it leads to"
        }
        "evidence.stale" => {
            "let the command write it anew; what it does not write shows nothing of it"
        }
        "input.unreadable" => "check the path, who may read it and how long it is",
        "effects.shape" => "write [{\"op\":\"WriteFS\",\"selector\":\"fs:src/lib.rs\"}]",
        "signals.shape" => "write [{\"name\":\"tests_failed\",\"confidence\":900}] as JSON",
        "strategy.shape" | "strategy.syntax" => "docs/loop.md shows a strategy",
        "strategy.library_unreadable" => "name the directory in which the strategies are",
        "strategy.unreadable" => {
            "check who may read it and how long it is; a link must stay in the library"
        }
        "strategy.repeated" => "give one of them another strategy_id, or move it away",
        "strategy.too_many" => "name a directory with fewer strategies",
        "json.not_canonical" => "see the canonical form with `motus canonicalize`",
        "json.float" => "write a whole number, in a unit that is small enough",
        "json.byte_order_mark" => "remove the first three bytes",
        "output.failed" => "check where the output goes, and whether there is room",
        "store.missing" => {
            "record a first run with `motus wrap -- COMMAND`, or name a Store with --db"
        }
        "store.locked" => "wait for the other process, or see what holds it with `lsof` or `fuser`",
        "store.in_use" => {
            "wait until nobody uses it, or see who has the file open with `lsof` or `fuser`"
        }
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
        "store.row_too_large" => "read it with the release that wrote it, such as 0.5.3",
        "store.row_invalid" | "projection.payload_unreadable" | "projection.payload_altered" => {
            "see `motus doctor`"
        }
        "store.linked" => {
            "remove the other name, which `find DIRECTORY -samefile STORE` finds; make copies with `motus db backup`"
        }
        "ledger.field_required" => "give a text that is not blank",
        "lock.held" => "wait until then, or for the holder's `motus lock release`",
        "lock.missing" => "see all locks with `motus lock list --all`",
        "lock.fence_invalid" => {
            "stop, somebody else may have it by now; take it anew with `motus lock acquire`"
        }
        "lock.ttl_invalid" => "give a positive number of seconds, such as 3600",
        "lock.tokens_exhausted" => "lock another resource",
        "run.not_found" => "see the recorded runs with `motus run list`",
        "run.none_yet" => "record a first run with `motus wrap -- COMMAND`",
        "run.ambiguous" => "give more of the identifier",
        "projection.run_open" => {
            "a run has a receipt once it is closed; if its command is gone, see `motus doctor`"
        }
        "receipt.identifier_unfit" => "no document can refer to it; take the projection",
        "receipt.too_large" => {
            "take --format store-export, which has all of the evidence, or the projection"
        }
        "receipt.actor_invalid" => {
            "give one of human, agent, service, ci and tool as the type, and a name that may travel"
        }
        "kind.evolution_refused" => {
            "the Store holds another shape of this event; use another Store"
        }
        _ => return on_loops(code),
    })
}

/// Returns what can be done about bundles, and about loops that leave none.
fn on_loops(code: &str) -> Option<&'static str> {
    Some(match code {
        "bundle.missing" => {
            "check the path; a bundle is the directory in which manifest.json stands"
        }
        "bundle.not_a_directory" => {
            "unpack it if it is packed; a bundle is the directory in which manifest.json stands"
        }
        "bundle.unreadable" => "check who may read the directory",
        "bundle.exists" => "name a directory that does not exist yet, or move that one away",
        "bundle.directory_missing" => "make the directory above it first, or name one elsewhere",
        "bundle.denied" => "check who may write there, or name a directory elsewhere",
        "bundle.disk_full" => "make room there, or name a directory elsewhere",
        "bundle.write_failed" => {
            "name a directory elsewhere, by a shorter name if that was too long"
        }
        "bundle.unsound" => {
            "the message says what does not verify; if it cannot be so, look after the disk"
        }
        "policy.shape" => "docs/policy.md tells every member",
        "loop.budget" => "raise max_events; a loop has six events at the least",
        "loop.persist" => "check the place where bundles are kept, and run the loop again",
        "loop.request" => "change what the message names in the loop's request",
        "loop.unrecordable" => "see that clock and identifiers never end and never repeat",
        "loop.unverifiable" => {
            "the loop ran, and no bundle was kept: change the answers, or the policy, so that what the message names holds"
        }
        "scenario.missing_answer" => {
            "add an answer to that list, or lower the budgets so that the loop asks no more"
        }
        "scenario.unknown_key" | "scenario.missing_key" => "docs/scenarios.md tells every key",
        "scenario.missing_evidence" => "give the text of the file under `evidence` of that loop",
        "scenario.empty_budget" => "raise max_events",
        "scenario.unmet_policy" => "add the result of the check to an answer of `verify`",
        _ => return on_travel(code),
    })
}

/// Returns what can be done when runs could not be taken in.
fn on_travel(code: &str) -> Option<&'static str> {
    Some(match code {
        "import.line_too_long" => {
            "leave that line out if it is a run's; only a copy of the whole Store, `motus db backup`, holds such a run"
        }
        "import.shape" => "give what `motus run export` prints, unchanged",
        "import.payload_invalid" => {
            "no release records such an event; export it again, from the Store that has the run"
        }
        "import.too_large" => {
            "write what comes through a pipe to a file and name that; what is too large in itself cannot travel"
        }
        "import.empty" => {
            "see whether the export failed; that of an empty Store holds nothing to take in"
        }
        "import.unkept" => {
            "set TMPDIR to a directory with room, or write the input to a file and name that"
        }
        "import.line_invalid" => "export it again; each line is one document, as it was written",
        "import.integrity" | "import.sequence" | "import.foreign_event" | "import.key_repeated" => {
            "the file is not as it was written; export it again"
        }
        "import.kind_unknown" => {
            "export with --all, which writes the kinds, from the Store that has the run"
        }
        "import.kind_conflict" | "import.run_conflict" => {
            "take the file into another Store with --db; both say so, and neither is overwritten"
        }
        "import.run_repeated" => "take each export in by itself, the older one first",
        "import.changed" => "take the file in again once nobody writes it",
        _ => return on_care(code),
    })
}

/// Returns what can be done when a Store could not be looked after.
fn on_care(code: &str) -> Option<&'static str> {
    Some(match code {
        "backup.target_exists" => {
            "name another file; to put a Store back, move the old one away first, with its -wal, -shm and -journal"
        }
        "backup.target_log" => {
            "move what is left of the old Store away first, its -wal, -shm and -journal"
        }
        "backup.target_reserved" => {
            "name a file that does not end in -wal, -shm, -journal, -spool or -scope"
        }
        "backup.directory_missing" => "make the directory first, or name a file elsewhere",
        "backup.denied" => "check who may write there, or name a file elsewhere",
        "backup.disk_full" => "make room there, or name a file elsewhere",
        "backup.failed" => "name a file elsewhere",
        "backup.unsound" | "vacuum.damaged" => {
            "copy the file and its -wal aside, then try `motus db recover`, which makes damaged indexes anew"
        }
        "vacuum.disk_full" => {
            "make room for twice the Store, beside it and among the temporary files; nothing was changed"
        }
        "checkpoint.log_damaged" => {
            "move what can be moved with `motus db recover`, which keeps the log, before anybody writes"
        }
        "recover.damaged" => {
            "nothing was changed; copy the file and its -wal aside, then restore a backup, or make a new Store of exports with `motus run import`"
        }
        _ => {
            return work::hint(code)
                .or_else(|| release::hint(code))
                .or_else(|| scope::hint(code))
                .or_else(|| workspace::hint(code));
        }
    })
}
