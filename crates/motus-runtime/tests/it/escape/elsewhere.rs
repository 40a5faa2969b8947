//! Processes that stand elsewhere: in a mount namespace of their own the path of a scope is another directory.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::scene::{ALL, EACCES, EPERM, Scene, for_each_user, open_up};
use crate::support::skipped;

/// A process outside, for which what may be written is what is nobody's business.
struct Outsider(Child);

impl Outsider {
    /// Starts one, of the same user as the command; `None` where no such namespace can be made.
    fn start(scene: &Scene) -> Option<Self> {
        let script = "mount --make-rprivate / && mount --bind ../out . && \
            cd ../in && exec 9<secret && echo && exec sleep 60";
        let mut command = Command::new("unshare");
        if scene.is_ordinary() {
            command.arg("--map-root-user");
        }
        if let Some(user) = scene.user {
            command.uid(user).gid(user);
        }
        command.args(["--mount", "sh", "-c", script]).current_dir(scene.path("in"));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut outsider = Self(child);
        let mut line = [0];
        let said = outsider.0.stdout.as_mut()?;
        std::io::Read::read_exact(said, &mut line).ok()?;
        Some(outsider)
    }

    /// Where it has what may be written, by its root, its working directory and a descriptor of it.
    fn ways(&self, scene: &Scene) -> [String; 3] {
        let (number, here) = (self.0.id(), scene.path("in"));
        [
            format!("/proc/{number}/root{}/secret", here.display()),
            format!("/proc/{number}/cwd/secret"),
            format!("/proc/{number}/fd/9"),
        ]
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_is_called_like_the_scope_elsewhere_is_changed_by_nobody() {
    for_each_user("metadata elsewhere", ALL, |scene| {
        let Some(outsider) = Outsider::start(scene) else {
            return skipped("metadata elsewhere", "no namespace of mounts can be made");
        };
        for way in outsider.ways(scene) {
            for words in [
                &["chmod", &way, "6777"][..],
                &["fchmodat2", &way, "6777"],
                &["chown", &way],
                &["utimens", &way],
                &["setxattr", &way],
            ] {
                let told = scene.attempt(words);
                assert_eq!(told.said, EACCES, "{words:?}: {told:#?}");
                // Of what it would have been nothing can be told, and that it was is not hidden.
                assert_eq!(told.number("unreadable"), 1, "{words:?}: {told:#?}");
                scene.assert_untouched(&format!("{words:?}"));
            }
        }
    });
}

#[test]
fn what_is_handed_in_from_elsewhere_has_no_path_of_ours() {
    for_each_user("what is handed in from elsewhere", ALL, |scene| {
        let Some(outsider) = Outsider::start(scene) else {
            return skipped("what is handed in from elsewhere", "no namespace can be made");
        };
        for way in outsider.ways(scene) {
            let program = scene.path("escape").display().to_string();
            let mut command = scene.command(&scene.scope(), &[&program, "fchmod_in", "6777"]);
            command.stdin(File::open(&way).unwrap());
            let told = scene.run(command);
            assert_eq!(told.said, EACCES, "{way}: {told:#?}");
            scene.assert_untouched(&way);
        }
        let program = scene.path("escape").display().to_string();
        let mut command = scene.command(&scene.scope(), &[&program, "fchmod_in", "666"]);
        command.stdin(File::open(scene.path("in/file")).unwrap());
        chown(scene.path("in/file"), scene.user, None).unwrap();
        let told = scene.run(command);
        assert!(told.said == "ok" && told.has("Declared 1 write /in/file"), "{told:#?}");
    });
}

#[test]
fn who_stands_elsewhere_itself_changes_what_our_paths_lead_to() {
    for_each_user("metadata from elsewhere", ALL, |scene| {
        scene.assert_allowed(&["write", "own"], "Declared 1 entry /in/own");
        let absolute = scene.path("in/own").display().to_string();
        for name in ["own", "/proc/self/cwd/own", &absolute] {
            let told = scene.attempt(&["chmod_elsewhere", name, "640"]);
            if told.said == EPERM {
                return skipped("metadata from elsewhere", "no namespace can be made");
            }
            assert_eq!(told.said, "ok", "{name}: {told:#?}");
            assert!(told.has("Declared 1 write /in/own"), "{name}: {told:#?}");
        }
    });
}

#[test]
fn through_another_process_of_the_scope_files_are_opened_and_their_modes_kept() {
    for_each_user("processes of the scope", ALL, |scene| {
        scene.assert_allowed(&["write", "own"], "Declared 1 entry /in/own");
        let told = scene.run_script(&scene.scope(), "cat /proc/$$/cwd/own && echo");
        assert!(told.status == 0 && told.said == "x", "{told:#?}");
        let told = scene.run_script(&scene.scope(), "chmod 777 /proc/$$/cwd/own; true");
        assert!(told.status == 0 && told.number("unreadable") > 0, "{told:#?}");
        let mode = fs::metadata(scene.path("in/own")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    });
}

#[test]
fn a_declared_socket_is_not_reached_through_a_process_outside() {
    for_each_user("sockets through processes", ALL, |scene| {
        let socket = scene.path("out/socket");
        let server = UnixListener::bind(&socket).unwrap();
        server.set_nonblocking(true).unwrap();
        open_up(&socket, 0o777);
        let scope = format!("{}socket {}\n", scene.scope(), socket.display());
        let mut outside = Command::new("sleep");
        outside.arg("60").current_dir(scene.path("out"));
        if let Some(user) = scene.user {
            outside.uid(user).gid(user);
        }
        let outside = Outsider(outside.spawn().unwrap());
        // Until it is what it is to be, nobody looks into it.
        thread::sleep(Duration::from_millis(20));
        let number = outside.0.id();
        for start in ["cwd", "root/proc/self/cwd/../out"] {
            let told =
                scene.attempt_in(&scope, &["unix", &format!("/proc/{number}/{start}/socket")]);
            assert_eq!(told.said, EACCES, "{start}: {told:#?}");
            assert!(server.accept().is_err(), "{start}: somebody came");
        }
        let told = scene.attempt_in(&scope, &["unix", "/proc/self/cwd/../out/socket"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert!(server.accept().is_ok());
        fs::remove_file(socket).unwrap();
    });
}
