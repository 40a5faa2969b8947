//! The rule that keeps every `clippy.toml` what the root's is, without the bans that a crate's
//! promise lifts.
//!
//! Clippy reads the nearest file alone and merges nothing, so that each copy has to repeat the
//! rest. Compares lines, comments and blank ones aside; what a line bans is clippy's business.

use super::source::SourceFile;
use crate::finding::Finding;

const ROOT: &str = "clippy.toml";

const FILES: &str = "only motus-fs changes files";
const WALL_CLOCK: &str = "take a Clock; only main makes a real one";
const MONOTONIC_CLOCK: &str = "take a Clock; only motus-runtime reads a monotonic clock";
const ENVIRONMENT: &str = "the environment is read once, in a front door";
const WORKING_DIRECTORY: &str = "the working directory is read once, in a front door";
const CHANGED_ENVIRONMENT: &str = "nothing changes the environment of this process";
const PROCESSES: &str = "only motus-runtime starts processes";

/// One crate that may do what others may not.
struct Exception {
    folder: &'static str,
    /// The reasons of the root's bans that do not hold here.
    lifts: &'static [&'static str],
}

const EXCEPTIONS: &[Exception] = &[
    Exception { folder: "crates/motus-cli", lifts: &[WALL_CLOCK, ENVIRONMENT, WORKING_DIRECTORY] },
    Exception { folder: "crates/motus-fs", lifts: &[FILES] },
    Exception { folder: "crates/motus-runtime", lifts: &[MONOTONIC_CLOCK, PROCESSES] },
    Exception { folder: "crates/motus-testkit", lifts: &[FILES, ENVIRONMENT, PROCESSES] },
    Exception { folder: "crates/textus-cli", lifts: &[WALL_CLOCK, ENVIRONMENT, WORKING_DIRECTORY] },
    Exception {
        folder: "xtask",
        lifts: &[
            FILES,
            WALL_CLOCK,
            MONOTONIC_CLOCK,
            ENVIRONMENT,
            WORKING_DIRECTORY,
            CHANGED_ENVIRONMENT,
            PROCESSES,
        ],
    },
];

/// Checks each copy against the root's file, and that there is a copy where one is needed and
/// nowhere else.
pub(super) fn copies_of_the_fence(files: &[SourceFile]) -> Vec<Finding> {
    check(files, EXCEPTIONS)
}

fn check(files: &[SourceFile], exceptions: &[Exception]) -> Vec<Finding> {
    let find = |path: &str| files.iter().find(|file| file.path == path);
    let Some(root) = find(ROOT) else {
        return vec![Finding::new(ROOT, 1, "no fence: this file bans what crates may not call")];
    };
    let mut findings: Vec<Finding> =
        files.iter().filter_map(|file| unexpected(file, exceptions)).collect();
    for Exception { folder, lifts } in exceptions {
        let path = format!("{folder}/{ROOT}");
        match find(&path) {
            Some(copy) => findings.extend(differences(root, copy, lifts)),
            None => findings.push(Finding::new(&path, 1, "missing: copy the root's and lift bans")),
        }
        let stale = lifts.iter().filter(|reason| !root.text.contains(*reason));
        findings.extend(stale.map(|reason| {
            let message = format!("nothing is banned because \"{reason}\": {folder} lifts it");
            Finding::new(ROOT, 1, message)
        }));
    }
    findings
}

/// Finds a configuration of clippy that would take the place of the root's unseen.
fn unexpected(file: &SourceFile, exceptions: &[Exception]) -> Option<Finding> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let is_known = folder.is_empty() || exceptions.iter().any(|known| known.folder == folder);
    let message = match name {
        ".clippy.toml" => "hides the clippy.toml beside it: remove it",
        "clippy.toml" if !is_known => {
            "replaces the root's fence: remove it, or lift bans in xtask/src/tidy/clippy_fence.rs"
        }
        _ => return None,
    };
    Some(Finding::new(&file.path, 1, message))
}

/// Finds the lines that only one of the two files has, those that are lifted aside.
fn differences(root: &SourceFile, copy: &SourceFile, lifts: &[&str]) -> Vec<Finding> {
    let is_lifted = |line: &str| lifts.iter().any(|reason| line.contains(&quoted(reason)));
    let expected: Vec<_> = lines(root).filter(|(_, line)| !is_lifted(line)).collect();
    let found: Vec<_> = lines(copy).collect();
    let lacks = expected.iter().filter(|(_, line)| !found.iter().any(|(_, other)| other == line));
    let lacks = lacks.map(|(_, line)| {
        Finding::new(&copy.path, 1, format!("lacks a line of the root's: copy `{line}`"))
    });
    let more = found.iter().filter(|(_, line)| !expected.iter().any(|(_, other)| other == line));
    let more = more.map(|(number, _)| {
        let message = "a line that the root's has not, or that is lifted here: remove it";
        Finding::new(&copy.path, *number, message)
    });
    lacks.chain(more).collect()
}

/// Yields number and text of each line that is no comment and not blank.
fn lines(file: &SourceFile) -> impl Iterator<Item = (usize, &str)> {
    let numbered = file.text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn quoted(reason: &str) -> String {
    format!("reason = \"{reason}\"")
}

#[cfg(test)]
mod tests {
    use super::super::assert_findings;
    use super::*;

    const BANS: &str = "# Root.\nprint = true\nbans = [\n  { path = \"w\", reason = \"disk\" },\n  { path = \"n\", reason = \"clock\" },\n]\n";
    const COPY: &str =
        "# Copy.\n\nprint = true\nbans = [\n  { path = \"n\", reason = \"clock\" },\n]\n";
    const RULES: &[Exception] = &[Exception { folder: "crates/a", lifts: &["disk"] }];

    #[track_caller]
    fn check_copy(copy: &str, expected: &[&str]) {
        let files = [SourceFile::new(ROOT, BANS), SourceFile::new("crates/a/clippy.toml", copy)];
        assert_findings(&check(&files, RULES), expected);
    }

    #[test]
    fn a_copy_is_the_root_without_what_is_lifted() {
        check_copy(COPY, &[]);
        check_copy(
            BANS,
            &[
                "crates/a/clippy.toml:4: a line that the root's has not, or that is lifted here: remove it",
            ],
        );
    }

    #[test]
    fn a_line_that_a_copy_lacks_or_changes_is_found() {
        check_copy(
            &COPY.replace("print = true\n", ""),
            &["crates/a/clippy.toml:1: lacks a line of the root's: copy `print = true`"],
        );
        check_copy(
            &COPY.replace("true", "false"),
            &[
                "crates/a/clippy.toml:1: lacks a line of the root's: copy `print = true`",
                "crates/a/clippy.toml:3: a line that the root's has not, or that is lifted here: remove it",
            ],
        );
    }

    #[test]
    fn a_file_without_a_row_and_a_row_without_a_file_are_found() {
        let files = [
            SourceFile::new(ROOT, BANS),
            SourceFile::new("crates/a/.clippy.toml", ""),
            SourceFile::new("crates/b/clippy.toml", BANS),
        ];
        assert_findings(
            &check(&files, RULES),
            &[
                "crates/a/.clippy.toml:1: hides the clippy.toml beside it: remove it",
                "crates/b/clippy.toml:1: replaces the root's fence: remove it, or lift bans in xtask/src/tidy/clippy_fence.rs",
                "crates/a/clippy.toml:1: missing: copy the root's and lift bans",
            ],
        );
    }

    #[test]
    fn a_reason_that_bans_nothing_is_found() {
        let files = [SourceFile::new(ROOT, COPY), SourceFile::new("crates/a/clippy.toml", COPY)];
        let finding = "clippy.toml:1: nothing is banned because \"disk\": crates/a lifts it";
        assert_findings(&check(&files, RULES), &[finding]);
        assert_eq!(check(&[], RULES).len(), 1);
    }

    /// The doors to each effect; a list that lost one would still agree with its copies.
    #[test]
    fn the_root_bans_every_door_to_an_effect() {
        let root = include_str!("../../../clippy.toml");
        for (module, names) in [
            ("fs", "write rename copy hard_link soft_link set_permissions remove_file"),
            ("fs", "create_dir create_dir_all remove_dir remove_dir_all DirBuilder::new"),
            (
                "fs::File",
                "create create_new options set_len set_modified set_permissions set_times",
            ),
            ("fs", "OpenOptions::new"),
            ("os::unix::fs", "symlink chown fchown lchown"),
            ("time", "SystemTime::now SystemTime::elapsed Instant::now Instant::elapsed"),
            ("env", "args args_os var var_os vars vars_os temp_dir home_dir current_exe"),
            ("env", "current_dir set_current_dir set_var remove_var"),
            ("process", "Command::new"),
        ] {
            for name in names.split(' ') {
                let entry = format!("{{ path = \"std::{module}::{name}\",");
                assert!(root.contains(&entry), "{entry}");
            }
        }
    }
}
