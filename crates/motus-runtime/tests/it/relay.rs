//! Output arrives live, whole and counted; broken and slow readers.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{SUPERVISE, Scene, is_running, wait_until};

#[test]
fn the_first_byte_arrives_while_the_command_still_runs() {
    let scene = Scene::new();
    let mut child = scene
        .supervise(&[])
        .args(["sh", "-c", "printf a; read line; printf b"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(first, *b"a");
    // Only now may the command go on: the byte above cannot have come at its end.
    child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    let told = scene.finish(child);
    assert_eq!(told.stdout, "b");
    told.check("stdout", "2/1/true");
}

#[test]
fn both_streams_are_kept_apart_and_counted() {
    let told = Scene::new().run(&[], r"printf 'a\nb'; printf 'x\n' >&2");
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("a\nb", "x\n"));
    told.check("stdout", "3/2/true");
    told.check("stderr", "2/1/true");
}

#[test]
fn a_large_output_arrives_whole() {
    let told = Scene::new().run(&[], "seq 1 300000");
    let expected = sequence(300_000);
    assert!(told.stdout == expected, "{} of {} bytes", told.stdout.len(), expected.len());
    told.check("stdout", &format!("{}/300000/true", expected.len()));
}

#[test]
fn a_process_left_behind_neither_stalls_the_run_nor_dies() {
    let started = Instant::now();
    let scene = Scene::new();
    let told = scene.run(&[], "echo hi; sleep 20 & echo $! > pid; exit 0");
    let left = scene.wait_for_pid("pid");
    assert!(started.elapsed() < Duration::from_secs(10), "it stalled: {told:?}");
    assert!(is_running(left), "a normal end leaves the background alone");
    kill(left);
    assert_eq!(told.stdout, "hi\n");
    told.check("end", "exited:0");
    told.check("interruption", "none");
    told.check("stdout", "3/1/false");
}

#[test]
fn a_process_that_writes_for_ever_is_cut_off() {
    let scene = Scene::new();
    let told = scene.run(&[], "yes & echo $! > pid; exit 0");
    told.check("end", "exited:0");
    assert!(told.get("stdout").ends_with("/false"), "{told:?}");
    let left = scene.wait_for_pid("pid");
    wait_until("the writer to get its SIGPIPE", || !is_running(left));
}

#[test]
fn a_slow_reader_loses_nothing() {
    for tail in ["", "sleep 20 & echo $! > pid;"] {
        let scene = Scene::new();
        let script = format!("seq 1 60000; {tail} touch done");
        let mut child = scene.supervise(&[]).args(["sh", "-c", &script]).spawn().unwrap();
        scene.wait_for("done");
        // Longer than the drain limit, and nothing but that is being shown here.
        thread::sleep(Duration::from_millis(1_200));
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        let told = scene.finish(child);
        let expected = sequence(60_000);
        assert!(text == expected, "{} of {} bytes", text.len(), expected.len());
        told.check("interruption", "none");
        told.check("stdout", &format!("{}/60000/{}", expected.len(), tail.is_empty()));
        if !tail.is_empty() {
            kill(scene.wait_for_pid("pid"));
        }
    }
}

#[test]
fn a_reader_that_leaves_ends_the_command() {
    let scene = Scene::new();
    let mut child = scene.supervise(&[]).arg("yes").spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told = scene.finish(child);
    assert_eq!(line, "y\n");
    told.check("end", "signaled:13");
    told.check("interruption", "reader_left");
    told.check("failed", "0/0");
    assert!(told.get("stdout").ends_with("/false"), "{told:?}");
}

#[test]
fn a_command_that_shrugs_off_a_broken_output_is_terminated() {
    let scene = Scene::new();
    let script = "trap '' PIPE; while :; do echo x; sleep 0.02; done 2>/dev/null";
    let mut child = scene.supervise(&[]).args(["sh", "-c", script]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told = scene.finish(child);
    told.check("end", "signaled:15");
    told.check("interruption", "reader_left");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_broken_output_with_its_own_error() {
    let scene = Scene::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let told = scene.finish(scene.supervise(&[]).arg("yes").stdout(full).spawn().unwrap());
    told.check("interruption", "output_failed");
    told.check("failed", "28/0");
    told.check("end", "signaled:13");
}

#[test]
fn an_output_beyond_the_size_limit_of_files_is_a_failed_output_and_kills_nobody() {
    let scene = Scene::new();
    let script = format!("ulimit -f 8; exec {SUPERVISE} --report report seq 100000 > out");
    let mut command = std::process::Command::new("sh");
    let child = command.args(["-c", &script]).current_dir(&scene.folder).spawn().unwrap();
    let told = scene.finish(child);
    told.check("interruption", "output_failed");
    told.check("failed", "27/0");
    assert!(std::fs::metadata(scene.path("out")).unwrap().len() >= 4096, "{told:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_that_ended_well_before_its_output_failed_is_told_as_it_is() {
    let scene = Scene::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let script = "echo out >&2; echo lost";
    let told =
        scene.finish(scene.supervise(&[]).args(["sh", "-c", script]).stdout(full).spawn().unwrap());
    told.check("end", "exited:0");
    told.check("failed", "28/0");
    assert_eq!(told.stderr, "out\n");
}

#[test]
fn an_output_that_somebody_made_non_blocking_loses_nothing() {
    let scene = Scene::new();
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    theirs.set_nonblocking(true).unwrap();
    let child = scene
        .supervise(&[])
        .args(["sh", "-c", "seq 1 100000; touch done"])
        .stdout(OwnedFd::from(theirs))
        .spawn()
        .unwrap();
    scene.wait_for("done");
    let mut text = String::new();
    ours.read_to_string(&mut text).unwrap();
    let told = scene.finish(child);
    assert_eq!(text.lines().count(), 100_000);
    assert!(text.ends_with("\n100000\n"));
    told.check("stdout", "588895/100000/true");
}

/// What `seq 1 last` prints.
fn sequence(last: u32) -> String {
    (1..=last).fold(String::new(), |text, number| text + &number.to_string() + "\n")
}

fn kill(pid: i32) {
    let pid = nix::unistd::Pid::from_raw(pid);
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
}
