//! Runs the real binary: what it prints, how it exits, and what it leaves on disk.
//!
//! What a command says is written out as a snapshot, identifiers and times masked. Nothing here
//! looks inside the program.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare files, run programs and measure how long they took"
)]

mod canaries;
mod crash;
mod differential;
mod doctor;
mod doctor_damage;
mod help;
mod runs;
mod runs_refused;
mod support;
mod trouble;
mod wrap_arguments;
mod wrap_codes;
mod wrap_environment;
mod wrap_killed;
mod wrap_record;
mod wrap_signals;
mod wrap_streams;

#[test]
fn every_file_here_is_part_of_the_suite() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|&module| module != "main") {
            let declared = include_str!("main.rs").contains(&format!("mod {module};"));
            assert!(declared, "{name}");
        }
    }
}
