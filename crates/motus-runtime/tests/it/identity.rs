//! An identity tells the living from the dead, and admits what it cannot see.

use std::process::Command;

use motus_runtime::identity::{Liveness, ProcessIdentity};

fn check(change: impl FnOnce(&mut ProcessIdentity), expected: Liveness) {
    let mut identity =
        ProcessIdentity { machine_id: Some("machine".to_owned()), ..ProcessIdentity::current() };
    let here = identity.clone();
    change(&mut identity);
    assert_eq!(identity.liveness_seen_from(&here), expected, "{identity:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn this_process_is_alive() {
    check(|_| {}, Liveness::Alive);
}

#[test]
#[cfg(target_os = "linux")]
fn a_reused_number_is_another_process() {
    check(|identity| identity.start_ticks = Some(1), Liveness::Dead);
}

#[test]
#[cfg(target_os = "linux")]
fn a_zombie_is_dead() {
    let mut child = Command::new("true").spawn().unwrap();
    let pid = child.id();
    let stat = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    crate::support::wait_until("the zombie", || stat().contains(") Z "));
    let ticks = stat().rsplit_once(") ").unwrap().1.split(' ').nth(19).unwrap().parse().unwrap();
    let zombie = |identity: &mut ProcessIdentity| {
        (identity.pid, identity.start_ticks) = (pid, Some(ticks));
    };
    check(zombie, Liveness::Dead);
    child.wait().unwrap();
    check(zombie, Liveness::Dead);
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_seen_is_unknown() {
    check(|identity| identity.pid_namespace = Some("pid:[1]".to_owned()), Liveness::Unknown);
    check(|identity| identity.pid_namespace = None, Liveness::Unknown);
    check(|identity| identity.boot_id = None, Liveness::Unknown);
    check(|identity| identity.start_ticks = None, Liveness::Unknown);
}

#[test]
#[cfg(target_os = "linux")]
fn a_reboot_ends_every_process_of_the_machine_and_of_no_other() {
    let rebooted = |identity: &mut ProcessIdentity| identity.boot_id = Some("other".to_owned());
    check(rebooted, Liveness::Dead);
    let elsewhere = |identity: &mut ProcessIdentity| {
        rebooted(identity);
        identity.machine_id = Some("elsewhere".to_owned());
    };
    check(elsewhere, Liveness::Unknown);
    let nowhere = |identity: &mut ProcessIdentity| {
        rebooted(identity);
        identity.machine_id = None;
    };
    check(nowhere, Liveness::Unknown);
}
