//! The probe on this machine, and on machines that are poorer: a filter of our own takes calls away beforehand.

use std::os::fd::AsFd as _;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use motus_testkit::harness::skip;
use nix::sys::prctl::set_no_new_privs;

use super::super::super::{Access, Mode, Rule, Rules, Scope};
use super::super::filter::{Instruction, Purpose, calls, program};
use super::super::ruleset::{self, Demand};
use super::super::sys::Answer;
use super::*;

/// What this machine can do, which is not short of anything here.
fn whole() -> Probed {
    probe().unwrap()
}

/// A filter under which these calls fail.
fn without(calls: &[(i64, i32)]) -> Vec<Instruction> {
    let step = |code, value, jump_false| Instruction { code, jump_true: 0, jump_false, value };
    let mut filter = vec![step(0x20, 0, 0)];
    for (number, errno) in calls {
        filter.push(step(0x15, u32::try_from(*number).unwrap(), 1));
        filter.push(step(0x06, libc::SECCOMP_RET_ERRNO | errno.cast_unsigned(), 0));
    }
    filter.push(step(0x06, libc::SECCOMP_RET_ALLOW, 0));
    filter
}

/// Probes where these calls fail; `None`, with a word, where there are no filters or less than all can be had anyway.
fn probe_without(test: &str, calls: &[(i64, i32)]) -> Option<io::Result<Probed>> {
    if !whole().shortfalls.is_empty() {
        skip(test, &format!("{:?}", whole().shortfalls));
        return None;
    }
    let filter = without(calls);
    let poorer = thread::spawn(move || {
        set_no_new_privs().unwrap();
        sys::install(&filter, false).unwrap();
        probe()
    });
    Some(poorer.join().unwrap())
}

#[track_caller]
fn check(test: &str, calls: &[(i64, i32)], short: &[Feature], level: Level) {
    let Some(probed) = probe_without(test, calls).map(Result::unwrap) else { return };
    let features: Vec<_> = probed.shortfalls.iter().map(|short| short.feature).collect();
    assert_eq!(features, short, "{probed:?}");
    assert_eq!(probed.level(&Scene::scope()), level, "{probed:?}");
}

#[test]
fn a_machine_says_the_same_again_and_again_and_soon() {
    let first = whole();
    let began = Instant::now();
    for _ in 0..10 {
        assert_eq!(whole(), first);
    }
    // A few milliseconds are meant; a question that nobody answers takes two seconds.
    assert!(began.elapsed().as_millis() < 5_000, "{:?}", began.elapsed());
}

#[test]
fn each_half_by_itself_says_what_both_say_together() {
    let both = whole();
    for (level, features) in
        [(Level::EnforcedSnapshot, &HOLDING[..]), (Level::Observed, &SEEING[..])]
    {
        let can = prove(level).unwrap().shortfalls(features).is_empty();
        assert_eq!(can, features.iter().all(|feature| both.can(*feature)), "{level} {both:?}");
    }
}

#[test]
fn without_landlock_everything_is_still_seen() {
    let calls = [(libc::SYS_landlock_create_ruleset, libc::ENOSYS)];
    check("without_landlock", &calls, &HOLDING, Level::Observed);
    let version = probe_without("without_landlock", &calls).map(|probed| probed.unwrap().landlock);
    assert!(version.is_none_or(|version| version == 0));
}

#[test]
fn without_listeners_or_filters_less_is_had() {
    // As where a system of another make stands in for the kernel.
    let no_filters = [(libc::SYS_seccomp, libc::EINVAL)];
    let all: Vec<_> = Feature::ALL.into();
    check("without_filters", &no_filters, &all, Level::Snapshot);
}

#[test]
fn where_memory_and_descriptors_of_others_are_closed_nothing_is_seen() {
    let calls = [(libc::SYS_process_vm_readv, libc::EPERM)];
    check("without_memory", &calls, &[Feature::Paths], Level::EnforcedSnapshot);
    let calls = [(libc::SYS_pidfd_getfd, libc::EPERM)];
    check("without_descriptors", &calls, &[Feature::Brokering], Level::EnforcedObserved);
}

#[test]
fn a_shortage_proves_nothing() {
    // For what is made ready, for the thread that answers, for the scope, for the child, and for what is looked at.
    for (call, errno) in [
        (libc::SYS_pipe2, libc::EMFILE),
        (libc::SYS_clone3, libc::EAGAIN),
        (libc::SYS_landlock_restrict_self, libc::ENOMEM),
        (libc::SYS_landlock_add_rule, libc::ENOMEM),
        (libc::SYS_socket, libc::ENOBUFS),
        (libc::SYS_openat, libc::EMFILE),
        (libc::SYS_process_vm_readv, libc::ENOMEM),
        (libc::SYS_pidfd_open, libc::ENFILE),
    ] {
        let Some(probed) = probe_without("a_shortage_proves_nothing", &[(call, errno)]) else {
            return;
        };
        let told = probed.expect_err("nothing is known");
        assert!(is_shortage(&told), "{call}: {told}");
    }
}

#[test]
fn a_shortage_that_is_over_is_forgotten() {
    let mut failures = [libc::EAGAIN, libc::EMFILE].into_iter();
    let tried = settled(|| match failures.next() {
        Some(number) => Err(io::Error::from_raw_os_error(number)),
        None => Ok(7),
    });
    assert_eq!(tried.unwrap(), 7);
    let mut count = 0;
    let tried: io::Result<()> = settled(|| {
        count += 1;
        Err(io::Error::from_raw_os_error(libc::ENOMEM))
    });
    assert_eq!((tried.unwrap_err().raw_os_error(), count), (Some(libc::ENOMEM), PAUSES.len() + 1));
}

#[test]
fn what_is_closed_to_us_is_closed_to_the_command() {
    let calls = [(libc::SYS_kill, libc::EPERM)];
    check("without_signals", &calls, &[], Level::EnforcedObserved);
    let calls = [(libc::SYS_truncate, libc::EACCES)];
    // The child's own call fails before it is asked about, and what comes after is not expected.
    check("without_truncate", &calls, &SEEING_AFTER_ALL, Level::EnforcedSnapshot);
}

const SEEING_AFTER_ALL: [Feature; 2] = [Feature::Attempts, Feature::Brokering];

/// Probes on a thread with a listener, and answers what it asks.
fn probe_inside(
    take_on: impl FnOnce() + Send + 'static,
    reply: impl Fn(&'static str) -> Answer + Send + 'static,
) -> Probed {
    let (give, take) = sync_channel(1);
    let inner = thread::spawn(move || {
        take_on();
        set_no_new_privs().unwrap();
        let purpose = Purpose::Asking { observes_reads: false };
        let listener = sys::install(&program(purpose), true).unwrap().unwrap();
        give.send(listener).unwrap();
        whole()
    });
    let listener = take.recv().unwrap();
    let outer = thread::spawn(move || {
        // Ends when all that could ask has ended.
        while let Ok(Some(question)) = sys::receive(listener.as_fd()) {
            let name = calls::find(question.number).map_or("", |call| call.name);
            let _ = sys::answer(listener.as_fd(), question.id, reply(name));
        }
    });
    let probed = inner.join().unwrap();
    outer.join().unwrap();
    probed
}

#[track_caller]
fn check_holding_alone(probed: &Probed) {
    let features: Vec<_> = probed.shortfalls.iter().map(|short| short.feature).collect();
    assert_eq!(features, SEEING, "{probed:?}");
    assert!(probed.shortfalls[0].reason.contains("a scope around this one"), "{probed:?}");
    assert_eq!(probed.level(&Scene::scope()), Level::EnforcedSnapshot);
    let observing = Scope { mode: Mode::Observe, ..Scene::scope() };
    assert_eq!(probed.level(&observing), Level::Snapshot);
}

#[test]
fn inside_of_a_scope_that_only_sees_holding_is_left() {
    if !whole().shortfalls.is_empty() {
        return skip("inside_of_a_scope", &format!("{:?}", whole().shortfalls));
    }
    check_holding_alone(&probe_inside(|| (), |_| Answer::Continue));
}

#[test]
fn inside_of_a_scope_that_holds_holding_is_left() {
    if !whole().shortfalls.is_empty() {
        return skip("inside_of_a_scope", &format!("{:?}", whole().shortfalls));
    }
    let own = std::fs::canonicalize("/proc/self/exe").unwrap();
    let rules = [
        (Access::Write, "/dev/null".into()),
        (Access::Read, "/proc".into()),
        (Access::Execute, own),
    ];
    let rules = rules.map(|(access, path)| Rule { access, path });
    let scope = Scope { rules: Rules(rules.into()), ..Scope::default() };
    let reply = |name| match name {
        "connect" | "bind" | "listen" => Answer::Fail(libc::EACCES),
        "seccomp:listener" => Answer::Fail(libc::EBUSY),
        _ => Answer::Continue,
    };
    check_holding_alone(&probe_inside(
        move || ruleset::restrict(&scope.rules, Demand::Whole).unwrap(),
        reply,
    ));
}
