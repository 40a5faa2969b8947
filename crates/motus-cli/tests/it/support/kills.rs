//! The binary under strace: killed as it enters a system call, or refused there.

use std::fs;

use motus_testkit::harness::{self, CHANGING_CALLS, Captured, can_hinder, capture, skip};

use super::{Scene, succeed};

/// More calls of one kind than any command makes.
const TOO_MANY: u32 = 400;

/// Tells whether strace can hinder system calls here; says that the test is skipped where it cannot.
pub(crate) fn can_kill(test: &str) -> bool {
    can_hinder().inspect_err(|why| skip(test, why)).is_ok()
}

/// Runs the binary, and does something to one of its calls.
pub(crate) fn hindered(scene: &Scene, inject: &str, arguments: &[&str]) -> Captured {
    capture(&mut harness::hindered(&scene.scratch, inject, &scene.motus(arguments)))
}

/// What stands in `.motus` before each kill.
pub(crate) struct Before<'s>(&'s Scene);

impl<'s> Before<'s> {
    /// Keeps what a scene has, in which nobody is at work.
    pub(crate) fn keep(scene: &'s Scene) -> Self {
        fs::create_dir_all(scene.path(".motus")).unwrap();
        copy(scene, ".motus", "../before");
        Self(scene)
    }

    fn restore(&self) {
        fs::remove_dir_all(self.0.path(".motus")).unwrap();
        copy(self.0, "../before", ".motus");
    }

    /// Kills a command at every call that changes files, one after the other, and has examined what is left
    /// each time, and how the command ended; returns the number of kills.
    pub(crate) fn kill_everywhere(
        &self,
        arguments: &[&str],
        mut examine: impl FnMut(&str, &Captured),
    ) -> u32 {
        let mut kills = 0;
        for call in CHANGING_CALLS {
            for number in 1.. {
                let place = format!("{call} {number}");
                assert!(number < TOO_MANY, "{place}");
                self.restore();
                let inject = format!("{call}:signal=SIGKILL:when={number}");
                let ended = hindered(self.0, &inject, arguments);
                examine(&place, &ended);
                if ended.signal.is_none() {
                    succeed(ended);
                    break;
                }
                kills += 1;
            }
        }
        kills
    }
}

fn copy(scene: &Scene, from: &str, to: &str) {
    let mut command = scene.scratch.command("cp");
    succeed(capture(command.args(["-a", from, to])));
}
