//! Signals are forwarded, kept before the start, and swallowed after the end.

use std::io::{BufRead, BufReader};
use std::process::Child;

use nix::sys::signal::Signal;

use crate::support::{SUPERVISE, Scene, Told, has, is_running, send, skipped, wait_until};

/// Waits until the command has printed its first line.
fn wait_for_line(child: &mut Child) -> String {
    let mut line = String::new();
    // The reader must not take more than the line: the rest belongs to the test.
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::with_capacity(1, stdout).read_line(&mut line).unwrap();
    line
}

#[test]
fn a_signal_is_forwarded_and_told() {
    for (name, signal, interruption) in [
        ("TERM", Signal::SIGTERM, "signal:15"),
        ("INT", Signal::SIGINT, "signal:2"),
        ("HUP", Signal::SIGHUP, "signal:1"),
        ("QUIT", Signal::SIGQUIT, "signal:3"),
        ("ALRM", Signal::SIGALRM, "signal:14"),
        ("VTALRM", Signal::SIGVTALRM, "signal:26"),
        ("PROF", Signal::SIGPROF, "signal:27"),
        ("XCPU", Signal::SIGXCPU, "signal:24"),
        ("29", Signal::SIGIO, "signal:29"),
        ("PWR", Signal::SIGPWR, "signal:30"),
        ("USR1", Signal::SIGUSR1, "none"),
        ("USR2", Signal::SIGUSR2, "none"),
    ] {
        let scene = Scene::new();
        let script =
            format!("trap 'echo got; exit 3' {name}; echo up; while :; do sleep 0.02; done");
        let mut child = scene.supervise(&[]).args(["sh", "-c", &script]).spawn().unwrap();
        assert_eq!(wait_for_line(&mut child), "up\n");
        send(&child, signal);
        let told = scene.finish(child);
        assert_eq!((told.stdout.as_str(), told.status), ("got\n", 3), "{name}: {told:?}");
        told.check("end", "exited:3");
        told.check("interruption", interruption);
    }
}

/// Runs a script that ignores a signal, sends it and returns what became of it.
fn shrugged_off(name: &str, signal: Signal, times: usize, script: &str) -> Told {
    let scene = Scene::new();
    let script = format!("trap 'echo got' {name}; echo up; {script}");
    let mut child = scene.supervise(&[]).args(["sh", "-c", &script]).spawn().unwrap();
    assert_eq!(wait_for_line(&mut child), "up\n");
    for _ in 0..times {
        send(&child, signal);
        assert_eq!(wait_for_line(&mut child), "got\n");
    }
    scene.finish(child)
}

const FOR_EVER: &str = "while :; do sleep 0.02; done";

#[test]
fn a_command_that_shrugs_off_a_signal_is_killed() {
    for (name, signal) in [("TERM", Signal::SIGTERM), ("HUP", Signal::SIGHUP)] {
        let told = shrugged_off(name, signal, 1, FOR_EVER);
        told.check("end", "signaled:9");
        told.check("interruption", &format!("signal:{}", signal as i32));
    }
}

#[test]
fn a_command_that_takes_one_interrupt_and_goes_on_is_its_own_master() {
    // Longer than the grace, in steps that are interrupted along with the script.
    let script = "i=0; while [ $i -lt 130 ]; do sleep 0.02; i=$((i + 1)); done; exit 4";
    let told = shrugged_off("INT", Signal::SIGINT, 1, script);
    told.check("end", "exited:4");
    told.check("interruption", "none");
}

#[test]
fn a_second_interrupt_is_insisted_on() {
    let told = shrugged_off("INT", Signal::SIGINT, 2, FOR_EVER);
    told.check("end", "signaled:9");
    told.check("interruption", "signal:2");
}

#[test]
fn an_interrupted_command_leaves_nothing_behind() {
    let scene = Scene::new();
    let script = "sh -c 'trap \"\" TERM; echo up; while :; do sleep 1; done' & \
                  echo $! > pid; trap 'exit 5' TERM; wait";
    let mut child = scene.supervise(&[]).args(["sh", "-c", script]).spawn().unwrap();
    assert_eq!(wait_for_line(&mut child), "up\n");
    let stubborn = scene.wait_for_pid("pid");
    send(&child, Signal::SIGTERM);
    let told = scene.finish(child);
    told.check("end", "exited:5");
    told.check("interruption", "signal:15");
    wait_until("the stubborn process to be gone", || !is_running(stubborn));
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let scene = Scene::new();
    let script = format!(
        "trap '' HUP; exec {SUPERVISE} --ready ready --report report \
         sh -c 'while [ ! -e gate ]; do sleep 0.02; done; kill -HUP $$; echo survived'"
    );
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(scene.folder.path());
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    scene.wait_for("ready");
    send(&child, Signal::SIGHUP);
    scene.write("gate", "");
    let told = scene.finish(child);
    assert_eq!((told.stdout.as_str(), told.status), ("survived\n", 0), "{told:?}");
    told.check("interruption", "none");
}

#[test]
fn a_signal_before_the_start_prevents_it() {
    let scene = Scene::new();
    let child = scene
        .supervise(&["--ready", "ready", "--gate", "gate"])
        .args(["touch", "started"])
        .spawn()
        .unwrap();
    scene.wait_for("ready");
    send(&child, Signal::SIGTERM);
    scene.write("gate", "");
    let told = scene.finish(child);
    told.check("end", "Interrupted:None:SIGTERM_arrived_before_the_start");
    told.check("interruption", "signal:15");
    assert!(!scene.path("started").exists());
}

#[test]
fn a_signal_after_the_end_is_kept_until_asked_for() {
    let scene = Scene::new();
    let child = scene.supervise(&["--linger", "linger"]).args(["true"]).spawn().unwrap();
    scene.wait_for("report");
    send(&child, Signal::SIGINT);
    scene.write("linger", "");
    let told = scene.finish(child);
    told.check("end", "exited:0");
    told.check("interruption", "none");
    told.check("pending", "signal:2");
    assert_eq!(told.status, 0);
}

#[test]
fn a_dropped_supervisor_gives_the_signals_back() {
    let scene = Scene::new();
    let child = scene.supervise(&["--after", "never"]).arg("true").spawn().unwrap();
    scene.wait_for("never.waiting");
    send(&child, Signal::SIGTERM);
    let told = scene.finish(child);
    assert_eq!(told.status, -15, "{told:?}");
}

#[test]
fn a_command_that_was_told_to_stop_goes_on_when_it_is_told_to() {
    let scene = Scene::new();
    let script = "echo up; read -r line < fifo; echo \"$line\"";
    nix::unistd::mkfifo(&scene.path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut command = scene.supervise(&["--timeout", "30000"]);
    let child = command.args(["sh", "-c", script]).current_dir(scene.folder.path());
    let mut child = child.spawn().unwrap();
    assert_eq!(wait_for_line(&mut child), "up\n");
    for _ in 0..3 {
        send(&child, Signal::SIGTSTP);
        send(&child, Signal::SIGCONT);
    }
    std::fs::write(scene.path("fifo"), "went on\n").unwrap();
    let told = scene.finish(child);
    assert_eq!((told.stdout.as_str(), told.status), ("went on\n", 0), "{told:?}");
    told.check("interruption", "none");
}

#[test]
fn a_stopped_command_without_a_shell_still_gets_its_signals() {
    if !has("setsid") {
        return skipped("a_stopped_command_without_a_shell_still_gets_its_signals", "no setsid");
    }
    let scene = Scene::new();
    let mut command = std::process::Command::new("setsid");
    command.args([SUPERVISE, "--report", "report", "sh", "-c", "echo $$ > pid; kill -STOP $$"]);
    let child = command.current_dir(scene.folder.path()).spawn().unwrap();
    let stopped = scene.wait_for_pid("pid");
    wait_until("the command to stop", || {
        let stat = std::fs::read_to_string(format!("/proc/{stopped}/stat")).unwrap();
        stat.contains(") T ")
    });
    send(&child, Signal::SIGTERM);
    let told = scene.finish(child);
    told.check("end", "signaled:15");
    told.check("interruption", "signal:15");
}
