//! Bad endings: whoever watches is killed, and commands that do not want to end.
//!
//! Nothing waits for ever, and what can no longer be asked about fails.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::scene::{ALL, Scene, for_each_user};
use crate::support::{is_running, send, wait_until};

/// Returns the processes that have their working directory below a folder, and are alive.
fn living(folder: &Path) -> Vec<i32> {
    let numbers = fs::read_dir("/proc").unwrap().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_below = |process: &i32| {
        fs::read_link(format!("/proc/{process}/cwd")).is_ok_and(|it| it.starts_with(folder))
    };
    numbers.filter(is_below).filter(|process| is_running(process)).collect()
}

/// Waits until nothing runs in the folder; what does so in the end is ended, lest it outlive the test.
#[track_caller]
fn wait_for_nobody(scene: &Scene, after: &str) {
    let folder = scene.folder.path().canonicalize().unwrap();
    let deadline = Instant::now() + Duration::from_secs(15);
    let mut left = living(&folder);
    while !left.is_empty() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
        left = living(&folder);
    }
    for process in &left {
        let _ = kill(Pid::from_raw(*process), Signal::SIGKILL);
    }
    assert_eq!(left, [0; 0], "{after}: these would have waited for ever");
}

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn kill_at_once(mut supervisor: Child) {
    supervisor.kill().unwrap();
    supervisor.wait().unwrap();
}

/// A search path of so many directories that are not there: looking there is asked about, one by one.
fn long_path() -> String {
    let missing: Vec<String> = (0..10_000).map(|number| format!("/n/{number}")).collect();
    missing.join(":") + ":/usr/bin:/bin"
}

#[test]
fn a_supervisor_that_is_killed_before_the_program_runs_leaves_nobody_waiting() {
    for_each_user("killed before exec", ALL, |scene| {
        let folder = scene.folder.path().canonicalize().unwrap();
        let mut caught = 0;
        for _ in 0..5 {
            let mut command = scene.command(&scene.scope(), &["sh", "-c", "exit 0"]);
            let supervisor = spawn(command.env("PATH", long_path()));
            // Its child, which is not a program of its own yet, looks for one.
            let child =
                || living(&folder).into_iter().find(|it| *it != supervisor.id().cast_signed());
            wait_until("the child is there", || child().is_some() || !is_running(supervisor.id()));
            let image = child().and_then(|it| fs::read_link(format!("/proc/{it}/exe")).ok());
            caught += u32::from(image.is_some_and(|image| image.ends_with("supervise")));
            kill_at_once(supervisor);
            wait_for_nobody(scene, "before exec");
        }
        assert!(caught > 0, "no child was seen before it ran its program");
    });
}

#[test]
fn a_supervisor_that_is_killed_at_any_moment_leaves_nobody_waiting() {
    for_each_user("killed around the start", ALL, |scene| {
        for moment in 0..60 {
            let script = "while echo x > file; do cat file > other || exit; done";
            let supervisor = spawn(&mut scene.command(&scene.scope(), &["sh", "-c", script]));
            thread::sleep(Duration::from_micros(moment * 500));
            kill_at_once(supervisor);
            wait_for_nobody(scene, &format!("after {moment} half milliseconds"));
        }
        scene.assert_untouched("a killed supervisor");
    });
}

#[test]
fn what_a_dead_supervisor_would_be_asked_fails() {
    for_each_user("killed while writing", ALL, |scene| {
        let script = "exec 2> said; for it in 1 2 3 4; do \
            while echo x >> written$it; do :; done & done; : > started; \
            read line; echo late > late; echo new > ../out/new; cat ../out/secret; : last";
        let mut command = scene.command(&scene.scope(), &["bash", "-c", script]);
        let mut supervisor = spawn(command.stdin(Stdio::piped()));
        let mut input = supervisor.stdin.take().unwrap();
        wait_until("the writers write", || {
            (1..=4).all(|it| scene.path(&format!("in/written{it}")).exists())
        });
        kill_at_once(supervisor);
        let size = || fs::metadata(scene.path("in/written1")).unwrap().len();
        let at_first = size();
        // Whoever writes has stopped, and only the one that reads is left.
        let folder = scene.folder.path().canonicalize().unwrap();
        wait_until("the writers have ended", || living(&folder).len() <= 1);
        input.write_all(b"\n").unwrap();
        drop(input);
        wait_for_nobody(scene, "while writing");
        assert!(!scene.path("in/late").exists(), "nobody was there to be asked");
        let said = fs::read_to_string(scene.path("in/said")).unwrap();
        assert!(said.contains("late: Function not implemented"), "{said}");
        // What was under way when it died may have come to an end.
        assert!(size() <= at_first + 2, "{at_first} became {}", size());
        scene.assert_untouched("a dead supervisor");
    });
}

#[test]
fn a_fork_bomb_ends_with_its_command() {
    for_each_user("a fork bomb", ALL, |scene| {
        if !scene.is_ordinary() {
            return; // The system does not hold root to a limit.
        }
        let began = Instant::now();
        let scope = scene.scope() + "processes 150\n";
        let mut command =
            scene.command(&scope, &["bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 0.5"]);
        let told = scene.run(spawn_with_errors_lost(&mut command));
        assert!(began.elapsed() < Duration::from_secs(30), "{told:#?}");
        assert!(told.number("left") > 0, "{told:#?}");
        wait_for_nobody(scene, "a fork bomb");
    });
}

/// What a shell says of each failure is of no use.
fn spawn_with_errors_lost(command: &mut Command) -> Command {
    command.stderr(Stdio::null());
    std::mem::replace(command, Command::new("true"))
}

#[test]
fn a_command_that_ignores_being_asked_ends_with_all_its_daemons() {
    for_each_user("daemons and no end", ALL, |scene| {
        let began = Instant::now();
        let script = "trap '' TERM INT HUP; for it in $(seq 50); do setsid sleep 300 & done; \
            : > started; while :; do sleep 300; done";
        let words = ["--timeout", "1500", "bash", "-c", script];
        let told = scene.run(scene.command(&scene.scope(), &words));
        assert_eq!(told.status, 124, "{told:#?}");
        assert!(scene.path("in/started").exists(), "it was not given the time to start: {told:#?}");
        assert!(told.number("left") >= 50, "{told:#?}");
        assert!(began.elapsed() < Duration::from_secs(30), "{told:#?}");
        wait_for_nobody(scene, "a timeout");
    });
}

#[test]
fn too_much_output_ends_a_whole_tree() {
    for_each_user("a tree with too much output", ALL, |scene| {
        let scope = scene.scope() + "output 1000000\n";
        let script = "for it in 1 2 3; do (trap '' TERM PIPE; setsid yes) & done; yes";
        let told = scene.run(scene.command(&scope, &["bash", "-c", script]));
        assert_eq!(told.status, 124);
        wait_for_nobody(scene, "too much output");
    });
}

#[test]
fn an_interrupt_reaches_the_command_and_ends_what_it_leaves() {
    for_each_user("an interrupt", ALL, |scene| {
        let script = "trap 'exit 7' INT; setsid sh -c ': > started; exec sleep 300' & \
            while :; do sleep 0.05; done";
        let mut command = scene.command(&scene.scope(), &["bash", "-c", script]);
        let mut supervisor = spawn(&mut command);
        wait_until("it has started", || scene.path("in/started").exists());
        send(&supervisor, Signal::SIGINT);
        assert_eq!(supervisor.wait().unwrap().code(), Some(7));
        let seen = fs::read_to_string(scene.path("seen")).unwrap();
        assert!(seen.lines().any(|line| line == "left 1"), "{seen}");
        wait_for_nobody(scene, "an interrupt");
    });
}

/// Makes an attempt that is over soon, although something of it does not want to end.
#[track_caller]
fn ends_soon(scene: &Scene, words: &[&str], status: i32) -> super::scene::Told {
    let began = Instant::now();
    let program = scene.path("escape").display().to_string();
    let words = [&["--timeout", "1000", &program], words].concat();
    let told = scene.run(scene.command(&scene.scope(), &words));
    assert!(began.elapsed() < Duration::from_secs(15), "{words:?}: {:?}", began.elapsed());
    assert_eq!(told.status, status, "{words:?}: {told:#?}");
    wait_for_nobody(scene, words.join(" ").as_str());
    told
}

#[test]
fn a_process_whose_first_thread_has_ended_is_ended() {
    for_each_user("a daemon without its first thread", ALL, |scene| {
        let told = ends_soon(scene, &["late_thread", "late"], 0);
        assert_eq!(told.number("left"), 1, "{told:#?}");
        assert!(scene.path("in/late").exists(), "it was given no grace: {told:#?}");
    });
}

#[test]
fn who_forks_all_the_time_is_ended() {
    for_each_user("a rabbit", ALL, |scene| {
        for session in ["once", "ours", "each"] {
            let told = ends_soon(scene, &["rabbit", "40", session], 0);
            assert!(told.number("left") > 0, "{session}: {told:#?}");
            assert!(!told.seen.iter().any(|line| line.starts_with("trouble")), "{told:#?}");
        }
    });
}

#[test]
fn many_that_fork_all_the_time_are_ended_at_once() {
    for_each_user("rabbits", ALL, |scene| {
        // They would end by themselves, and so would the numbers for processes not be used up.
        let began = Instant::now();
        let told = ends_soon(scene, &["rabbit", "8", "many"], 0);
        assert!(began.elapsed() < Duration::from_secs(6), "{:?}: {told:#?}", began.elapsed());
        assert!(told.number("left") > 0, "{told:#?}");
        assert!(!told.seen.iter().any(|line| line.starts_with("trouble")), "{told:#?}");
    });
}

#[test]
fn a_timeout_reaches_a_command_that_left_its_group() {
    for_each_user("a group left behind", ALL, |scene| {
        let told = ends_soon(scene, &["join_group"], 124);
        assert_eq!(told.said, "ok", "{told:#?}");
    });
}

#[test]
fn who_makes_us_its_tracer_ends_as_it_would() {
    for_each_user("a tracer against its will", ALL, |scene| {
        // Stopped by an ordinary signal, by the one of tracers, and by one without a name.
        for signal in ["12", "5", "40"] {
            let told = ends_soon(scene, &["traceme", signal], 7);
            assert_eq!(told.said, "ok", "{signal}: {told:#?}");
        }
    });
}

#[test]
fn a_leader_that_its_child_traces_is_seen_to_end() {
    for_each_user("a tracer that never asks", ALL, |scene| {
        let told = ends_soon(scene, &["traced", "40", "ends"], 7);
        assert_eq!((told.said.as_str(), told.number("left")), ("ok", 1), "{told:#?}");
        // Of the leader itself, which could not be waited for, nobody says whether it was left.
        let told = ends_soon(scene, &["traced", "40", "wait"], 124);
        assert!(told.said == "ok" && told.number("left") >= 1, "{told:#?}");
        // It is held up on its way, by a process that is ended then.
        let told = ends_soon(scene, &["traced", "40", "stuck"], 124);
        assert_eq!(told.said, "ok", "{told:#?}");
        // The same without a scope, but for what is left running.
        for (waits, status) in [("ends", 7), ("wait", 124), ("stuck", 124)] {
            let began = Instant::now();
            let mut command = Command::new(scene.path("supervise"));
            command.args(["--timeout", "1000"]).arg(scene.path("escape"));
            command.args(["traced", "20", waits]).stdin(Stdio::null()).stdout(Stdio::null());
            let ended = command.current_dir(scene.path("in")).status().unwrap();
            assert_eq!(ended.code(), Some(status), "{waits}");
            assert!(began.elapsed() < Duration::from_secs(15), "{waits}: {:?}", began.elapsed());
            for process in living(&scene.path("in").canonicalize().unwrap()) {
                let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
            }
        }
    });
}
