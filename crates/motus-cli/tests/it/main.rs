//! Runs the real binary: what it prints, how it exits, and what it leaves on disk.
//!
//! What a command says is written out as a snapshot, identifiers and times masked. Nothing here
//! looks inside the program.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare files, run programs and measure how long they took"
)]

mod action;
mod bundle;
mod bundle_children;
mod bundle_explain;
mod canaries;
mod canonicalize;
mod config;
mod crash;
mod db;
mod differential;
mod doctor;
mod doctor_damage;
mod doctor_health;
mod doctor_stores;
mod effects;
mod evidence;
mod evidence_wrap;
mod export_all;
mod help;
mod import;
mod import_concurrent;
mod import_forged;
mod import_reference;
mod import_trouble;
mod init;
mod install;
mod lock;
mod lock_race;
mod lock_refused;
mod loop_simulate;
mod loop_simulate_trouble;
mod own_run;
mod receipt;
mod receipt_shared;
mod release;
mod release_advice;
mod release_crash;
mod release_git;
mod release_own;
mod release_pin;
mod release_race;
mod release_reference;
mod release_refused;
mod release_traceless;
mod run_list;
mod run_projections;
mod run_projections_refused;
mod runs;
mod runs_refused;
mod scope;
mod strategy_match;
mod support;
mod trouble;
mod work;
mod work_crash;
mod work_hand_off;
mod work_race;
mod work_reference;
mod work_refused;
mod wrap_arguments;
mod wrap_codes;
mod wrap_environment;
mod wrap_killed;
mod wrap_record;
mod wrap_signals;
mod wrap_streams;
