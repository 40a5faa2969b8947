//! Other processes, and system calls that would change the rules.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::is_running;

use super::scene::{ALL, EACCES, EBUSY, ENOSYS, EPERM, for_each_user};

#[test]
fn whoever_watches_cannot_be_reached() {
    for_each_user("the supervisor", ALL, |scene| {
        for attempt in ["kill", "ptrace", "getfd", "memory"] {
            let told = scene.attempt(&["parent", attempt]);
            assert!([EPERM, EACCES].contains(&told.said.as_str()), "{attempt}: {told:#?}");
            assert_eq!(told.status, 0, "{attempt}: {told:#?}");
        }
    });
}

#[test]
fn what_no_scope_allows_is_refused_and_seen() {
    for_each_user("calls", ALL, |scene| {
        for (words, error, called) in [
            (vec!["mount", "."], EPERM, "mount"),
            (vec!["userns_mount", "."], EPERM, "mount"),
            (vec!["chroot", "."], EPERM, "chroot"),
            (vec!["io_uring"], ENOSYS, "io_uring_setup"),
            (vec!["tiocsti"], EPERM, "ioctl:TIOCSTI"),
            // The numbers of calls that are the same on every machine.
            (vec!["call", "428"], ENOSYS, "open_tree"),
            (vec!["call", "430"], ENOSYS, "fsopen"),
            (vec!["call", "429"], ENOSYS, "move_mount"),
        ] {
            let told = scene.attempt(&words);
            assert_eq!(told.said, error, "{words:?}: {told:#?}");
            let seen = format!("Denied 1 call {called}");
            assert!(told.has(&seen), "{words:?}: {seen:?} is missing in {told:#?}");
        }
        // What is newer than the table might do anything.
        assert_eq!(scene.attempt(&["call", "900"]).said, ENOSYS);
    });
}

#[cfg(target_arch = "x86_64")]
#[test]
fn other_tables_of_calls_are_closed() {
    for_each_user("other tables", ALL, |scene| {
        for attempt in ["int80", "x32"] {
            let told = scene.attempt(&[attempt, "new"]);
            // A kernel without them kills, or says the same.
            assert!(told.said == ENOSYS || told.status != 0, "{attempt}: {told:#?}");
            assert!(!scene.path("in/new").exists(), "{attempt}");
        }
    });
}

#[test]
fn filters_of_the_command_s_own_open_nothing() {
    for_each_user("own filters", ALL, |scene| {
        let told = scene.attempt(&["own_filter", "../out/new"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
        assert!(told.has("Denied 1 entry /out/new"), "{told:#?}");
        assert_eq!(scene.attempt(&["own_listener"]).said, EBUSY);
        scene.assert_untouched("filters");
    });
}

#[test]
fn only_declared_programs_are_run() {
    for_each_user("programs", ALL, |scene| {
        fs::copy(scene.path("escape"), scene.path("in/copy")).unwrap();
        fs::copy(scene.path("escape"), scene.path("out/copy")).unwrap();
        for place in ["in", "out"] {
            let program = scene.path(&format!("{place}/copy")).display().to_string();
            let told = scene.attempt(&["exec", &program]);
            assert_eq!(told.said, EACCES, "{place}: {told:#?}");
            assert!(told.has(&format!("Denied 1 execute /{place}/copy")), "{told:#?}");
        }
        let told = scene.attempt(&["memfd_exec", "/proc/self/exe"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
        assert!(told.seen.iter().any(|line| line.starts_with("Denied 1 execute")), "{told:#?}");
    });
}

#[test]
fn what_is_told_as_denied_was_not_run() {
    for_each_user("programs that move", ALL, |scene| {
        let place = scene.path("in/tools");
        fs::create_dir(&place).unwrap();
        fs::copy(scene.path("escape"), place.join("escape")).unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        fs::set_permissions(&place, open).unwrap();
        let scope = format!("{}exec {}\n", scene.scope(), place.display());
        let script = "tools/escape mkdir a; mv tools moved; moved/escape mkdir b";
        let told = scene.run(scene.command(&scope, &["sh", "-c", script]));
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(told.has("Declared 1 execute /in/tools/escape"), "{told:#?}");
        assert!(told.has("Denied 1 execute /in/moved/escape"), "{told:#?}");
        assert!(scene.path("in/a").exists() && !scene.path("in/b").exists(), "{told:#?}");
    });
}

#[test]
fn memory_is_not_run_whatever_it_is_called() {
    for_each_user("programs in memory", ALL, |scene| {
        // Not even the name of a file that may be run helps: it is none.
        let scope = scene.scope() + "exec /dev\n";
        let told = scene.attempt_in(&scope, &["memory_exec", "/proc/self/exe"]);
        assert!([EACCES, EPERM].contains(&told.said.as_str()), "{told:#?}");
    });
}

#[test]
fn who_hides_its_memory_is_held_all_the_same() {
    for_each_user("hidden memory", ALL, |scene| {
        let told = scene.attempt(&["undumpable", "../out/new"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
        let told = scene.attempt(&["undumpable", "new"]);
        if scene.is_ordinary() {
            assert_eq!(told.said, EACCES, "{told:#?}");
            assert_eq!(told.number("unreadable"), 1, "{told:#?}");
        } else {
            assert_eq!(told.said, "ok", "{told:#?}");
        }
        scene.assert_untouched("hidden memory");
    });
}

#[test]
fn what_is_left_running_is_seen_and_ended() {
    for_each_user("daemons", ALL, |scene| {
        let told = scene.attempt(&["late", "late"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(told.has("Declared 1 entry /in/late"), "{told:#?}");
        assert_eq!(told.number("left"), 1, "{told:#?}");
    });
}

#[test]
fn a_limit_of_processes_holds_ordinary_users() {
    for_each_user("process limits", ALL, |scene| {
        if !scene.is_ordinary() {
            return; // The system does not hold root to it.
        }
        let scope = scene.scope() + "processes 20\n";
        let told = scene.attempt_in(&scope, &["processes", "200"]);
        assert_eq!(told.said, "11", "{told:#?}");
    });
}

#[test]
fn a_limit_of_output_ends_the_command() {
    for_each_user("output limits", ALL, |scene| {
        let scope = scene.scope() + "output 1000000\n";
        let told =
            scene.run(scene.command(&scope, &["sh", "-c", "while :; do echo xxxxxxxx; done"]));
        assert_eq!(told.status, 124);
    });
}

#[test]
fn who_was_there_before_is_left_alone() {
    for_each_user("strangers", ALL, |scene| {
        let run = scene.command(&scene.scope(), &["true"]);
        // A shell that becomes the helper leaves it a child that it has never started.
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 60 >/dev/null & echo $!; exec \"$@\"", "sh"]);
        shell.arg(run.get_program()).args(run.get_args()).current_dir(scene.path("in"));
        let output = shell.stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
        let stranger = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().unwrap();
        assert!(is_running(stranger), "it was ended");
        let stranger = nix::unistd::Pid::from_raw(stranger.cast_signed());
        nix::sys::signal::kill(stranger, nix::sys::signal::Signal::SIGKILL).unwrap();
        assert_eq!(output.status.code(), Some(0));
    });
}

#[test]
fn what_others_leave_us_meanwhile_is_left_alone() {
    for_each_user("late strangers", ALL, |scene| {
        let script =
            ": > started; setsid sleep 60 & while ! [ -s late ]; do sleep 0.05; done; sleep 0.2";
        let run = scene.command(&scene.scope(), &["sh", "-c", script]);
        let mut shell = Command::new("sh");
        let job = "while ! [ -e started ]; do sleep 0.05; done; setsid sleep 60 & echo $! > late";
        shell.args(["-c", &format!("({job}) > /dev/null & exec \"$@\""), "sh"]);
        shell.arg(run.get_program()).args(run.get_args()).current_dir(scene.path("in"));
        let output = shell.stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let stranger = fs::read_to_string(scene.path("in/late")).unwrap();
        let stranger = stranger.trim().parse::<i32>().unwrap();
        assert!(is_running(stranger), "it was ended");
        let stranger = nix::unistd::Pid::from_raw(stranger);
        nix::sys::signal::kill(stranger, nix::sys::signal::Signal::SIGKILL).unwrap();
        let seen = fs::read_to_string(scene.path("seen")).unwrap();
        assert!(seen.lines().any(|line| line == "left 1"), "{seen}");
    });
}

#[test]
fn the_time_and_the_limits_of_others_are_not_the_command_s_to_set() {
    const CALLS: &[&str] = &[
        "setpriority",
        "ioprio_set",
        "sched_setscheduler",
        "sched_setparam",
        "sched_setattr",
        "sched_setaffinity",
        "prlimit",
    ];
    for_each_user("others slowed down", ALL, |scene| {
        let mut stranger = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
        let number = stranger.id().to_string();
        for call in CALLS {
            for target in ["parent", &number] {
                let told = scene.attempt(&["slow", call, target]);
                assert_eq!(told.said, EPERM, "{call} {target}: {told:#?}");
                assert!(told.has(&format!("Denied 1 call {call}:other")), "{call}: {told:#?}");
            }
            for target in ["0", "self", "thread", "child"] {
                let told = scene.attempt(&["slow", call, target]);
                assert_eq!(told.said, "ok", "{call} {target}: {told:#?}");
            }
        }
        // The group may be that of whoever watches, and so may the user.
        for many in ["group", "user"] {
            assert_eq!(scene.attempt(&["slow", many, "0"]).said, EPERM, "{many}");
        }
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    });
}

#[test]
fn root_changes_neither_the_machine_nor_sees_into_processes_outside() {
    for_each_user("powers of root", ALL, |scene| {
        assert_eq!(scene.attempt(&["mtu"]).said, EPERM);
        let mut sleep = Command::new("sleep");
        sleep.arg("60").env_clear().env("SECRET", "hunter2").stdin(Stdio::null());
        let mut stranger = sleep.spawn().unwrap();
        for file in ["environ", "maps", "auxv"] {
            let told = scene.attempt(&["read", &format!("/proc/{}/{file}", stranger.id())]);
            assert!([EPERM, EACCES].contains(&told.said.as_str()), "{file}: {told:#?}");
        }
        stranger.kill().unwrap();
        stranger.wait().unwrap();
        assert_eq!(scene.attempt(&["read", "/proc/self/environ"]).said, "ok");
    });
}

#[test]
fn root_still_works_on_files_of_others() {
    for_each_user("work of root", ALL, |scene| {
        if scene.is_ordinary() {
            return;
        }
        let script = "chown 65534:65534 file && chmod 4711 file && chown 0:0 file && chmod 600 file && \
            setpriv --reuid=65534 --regid=65534 --clear-groups true && \
            grep -q '^CapBnd:.*00000000800005ff$' /proc/self/status && \
            grep -q '^CapEff:.*00000000800005ff$' /proc/self/status && echo ok";
        let told = scene.run(scene.command(&scene.scope(), &["sh", "-c", script]));
        assert_eq!(told.said, "ok", "{told:#?}");
    });
}

#[test]
fn nothing_dumps_its_memory_into_a_file() {
    for_each_user("memory dumps", ALL, |scene| {
        assert_eq!(scene.attempt(&["core_limit"]).said, EPERM);
    });
}

#[test]
fn what_became_a_link_is_not_opened_to_the_command() {
    for_each_user("a swapped directory", ALL, |scene| {
        fs::rename(scene.path("in"), scene.path("old")).unwrap();
        std::os::unix::fs::symlink("out", scene.path("in")).unwrap();
        let told = scene.attempt(&["write", "new"]);
        assert_ne!(told.status, 0, "{told:#?}");
        assert_eq!(told.said, "", "nothing was started: {told:#?}");
        fs::remove_file(scene.path("in")).unwrap();
        fs::rename(scene.path("old"), scene.path("in")).unwrap();
        scene.assert_untouched("a swapped directory");
    });
}

#[test]
fn who_dies_without_a_parent_is_buried_while_the_command_runs() {
    for_each_user("orphans", ALL, |scene| {
        // Each of them loses its parent at once, and dies a moment later.
        let script = "for i in 1 2 3 4 5 6 7 8; do (sleep 0.05 &) ; done; sleep 0.5; \
                      cat /proc/[0-9]*/stat 2>/dev/null | grep -c \") Z $PPID \"; true";
        let told = scene.run(scene.command(&scene.scope(), &["sh", "-c", script]));
        assert_eq!(told.status, 0, "{told:#?}");
        assert_eq!(told.said, "0", "the dead of the helper: {told:#?}");
        // One of them dies of a signal without a name.
        let told = scene.attempt(&["zombies", "20"]);
        assert_eq!(told.said, "1", "the children of the helper, alive or dead: {told:#?}");
    });
}

#[test]
fn nobody_outside_waits_for_a_lease() {
    for_each_user("leases", ALL, |scene| {
        for kind in ["read", "write"] {
            let told = scene.attempt(&["lease", "file", kind]);
            assert_eq!(told.said, "11", "{told:#?}");
            assert!(told.has("Denied 1 call fcntl:F_SETLEASE"), "{told:#?}");
            assert!(told.has("Denied 1 call fcntl:F_NOTIFY"), "{told:#?}");
        }
    });
}
