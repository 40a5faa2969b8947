//! What is told of attempts in a scope, and what is none; metadata that is changed on the command's behalf.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use motus_runtime::scope::{Level, Scope, probe};
use nix::unistd::geteuid;

use crate::support::{Scene, Told, has, skipped};

/// A folder with `in`, which may be written, and `ro`, which may be read; the test is skipped without either power.
fn scene(test: &str) -> Option<Scene> {
    let probed = probe().unwrap();
    if probed.level(&Scope::default()) < Level::EnforcedObserved {
        skipped(test, &format!("{:?}", probed.shortfalls));
        return None;
    }
    let scene = Scene::new();
    for directory in ["in", "ro"] {
        fs::create_dir(scene.path(directory)).unwrap();
        fs::write(scene.path(directory).join("file"), "as it was\n").unwrap();
    }
    Some(scene)
}

/// The words of the scope.
fn words(scene: &Scene) -> String {
    let system = ["/usr", "/bin", "/lib", "/lib64", "/etc", "/proc", "/dev"];
    let system = system.iter().filter_map(|path| fs::canonicalize(path).ok());
    let readable: Vec<_> = system.map(|path| format!("exec {}", path.display())).collect();
    let readable = readable.join("\n");
    let (ro, inside) = (real(scene, "ro"), real(scene, "in"));
    format!("{readable}\nread {}\nwrite {}\nwrite /dev/null\n", ro.display(), inside.display())
}

/// The path without links on the way.
fn real(scene: &Scene, name: &str) -> PathBuf {
    scene.folder.path().canonicalize().unwrap().join(name)
}

/// Runs a script in the scope, in `in`; returns what it told, and the lines of what was seen of the folder, without it.
fn run_in(scene: &Scene, words: &str, script: &str) -> (Told, Vec<String>) {
    scene.write("scope", words);
    let files = [scene.path("scope"), scene.path("seen")].map(|path| path.display().to_string());
    let [scope, seen] = &files;
    let mut command = scene.supervise(&["--scope", scope, "--seen", seen]);
    command.args(["bash", "-c", script]).current_dir(scene.path("in"));
    let told = scene.finish(command.spawn().unwrap());
    let root = real(scene, "").display().to_string();
    let text = fs::read_to_string(seen).unwrap();
    let lines = text.lines().filter(|line| line.contains(&root) || line.contains("call"));
    (told, lines.map(|line| line.replace(&root, "")).collect())
}

fn run(scene: &Scene, script: &str) -> (Told, Vec<String>) {
    run_in(scene, &words(scene), script)
}

#[test]
fn what_fails_for_reasons_of_its_own_is_no_attempt_to_leave_the_scope() {
    let Some(scene) = scene("attempts that are none") else { return };
    let (_, seen) = run(
        &scene,
        "mkdir -p ../ro/../in/made; mkdir ../ro; rm -f ../ro/none; rmdir ../none; : > ../ro; \
         cat ../none/file; cat none; truncate -c -s 0 ../none; ln -s x ../ro/file; mv ../none x",
    );
    assert_eq!(seen, ["Declared 1 entry in/made"]);
}

#[test]
fn of_two_names_those_are_told_that_are_not_declared() {
    let Some(scene) = scene("two names") else { return };
    for (script, expected) in [
        ("mv -T file ../ro/new", vec!["Denied 1 entry ro/new"]),
        ("ln ../ro/file new", vec!["Denied 1 entry ro/file"]),
        ("mv -T file new", vec!["Declared 1 entry in/file", "Declared 1 entry in/new"]),
        ("ln new other", vec!["Declared 1 entry in/new", "Declared 1 entry in/other"]),
    ] {
        let (_, mut seen) = run(&scene, script);
        // What `mv` does when it may not rename is its own.
        seen.retain(|line| line.contains("entry"));
        seen.truncate(expected.len());
        assert_eq!(seen, expected, "{script}");
    }
}

#[test]
fn what_is_reached_through_a_process_is_told_by_its_own_name() {
    let Some(scene) = scene("names through processes") else { return };
    symlink("/proc/self/fd/77", scene.path("in/held")).unwrap();
    symlink("/proc/self/cwd/..", scene.path("in/above")).unwrap();
    let (told, seen) = run(
        &scene,
        "exec 77<file; echo a >> held; echo b >> /dev/fd/77; echo c >> /proc/thread-self/fd/77; \
         echo d > above/in/new; echo e > above/ro/new; cat file > >(cat > copy); wait; sleep 0.1; \
         echo f > /dev/stderr",
    );
    assert!(told.stderr.ends_with("f\n"), "{told:?}");
    assert_eq!(fs::read_to_string(scene.path("in/file")).unwrap(), "as it was\na\nb\nc\n");
    for line in [
        "Declared 3 write in/file",
        "Declared 1 entry in/new",
        "Denied 1 entry ro/new",
        "Declared 1 entry in/copy",
    ] {
        assert!(seen.iter().any(|seen| seen == line), "{line} in {seen:#?} {told:?}");
    }
}

#[test]
fn links_keep_what_they_lead_to_when_they_are_meant_themselves() {
    let Some(scene) = scene("metadata of links") else { return };
    symlink("../ro/file", scene.path("in/link")).unwrap();
    let before = fs::metadata(scene.path("ro/file")).unwrap();
    let (told, seen) = run(&scene, "touch -h -d @1000 link; touch -d @1000 link; chmod 600 link");
    assert_eq!(seen, ["Declared 1 write in/link", "Denied 3 write ro/file"], "{told:?}");
    assert_eq!(fs::symlink_metadata(scene.path("in/link")).unwrap().mtime(), 1000);
    let after = fs::metadata(scene.path("ro/file")).unwrap();
    assert_eq!((after.mtime(), after.mode()), (before.mtime(), before.mode()));
}

#[test]
fn attributes_are_set_with_their_flags_and_removed() {
    let Some(scene) = scene("extended attributes") else { return };
    let Some((python, prefix)) = python() else {
        return skipped("extended attributes", "there is no python3");
    };
    scene.write(
        "in/set.py",
        "import os, sys\n\
         def attempt(call, *arguments):\n\
         \x20   try: call(*arguments); print('ok')\n\
         \x20   except OSError as error: print(error.errno)\n\
         big = b'x' * 65537\n\
         attempt(os.setxattr, 'file', 'user.a', b'one')\n\
         attempt(os.setxattr, 'file', 'user.a', b'two', os.XATTR_CREATE)\n\
         attempt(os.setxattr, 'file', 'user.b', b'two', os.XATTR_REPLACE)\n\
         print(os.getxattr('file', 'user.a'))\n\
         file = os.open('file', os.O_RDONLY)\n\
         attempt(os.setxattr, file, 'user.b', b'')\n\
         attempt(os.removexattr, file, 'user.a')\n\
         attempt(os.removexattr, 'file', 'user.a')\n\
         attempt(os.setxattr, 'file', 'user.c', big)\n\
         attempt(os.setxattr, 'file', 'user.' + 'c' * 255, b'')\n\
         attempt(os.setxattr, '../ro/file', 'user.a', b'')\n\
         print(os.listxattr('file'))\n",
    );
    let words = words(&scene) + &format!("exec {prefix}\n");
    let (told, seen) = run_in(&scene, &words, &format!("{python} set.py"));
    if told.stdout.starts_with("95") {
        return skipped("extended attributes", "the file system has none");
    }
    let expected =
        ["ok", "17", "61", "b'one'", "ok", "ok", "61", "7", "34", "13", "['user.b']"].join("\n");
    assert_eq!(told.stdout.trim_end(), expected, "{told:?}");
    // What is wrong by itself is no attempt on a file.
    assert!(seen.contains(&"Declared 6 write in/file".to_owned()), "{seen:#?}");
    assert!(seen.contains(&"Denied 1 write ro/file".to_owned()), "{seen:#?}");
}

/// Where the interpreter lies, and all that belongs to it.
fn python() -> Option<(String, String)> {
    let asked = "import os, sys; print(os.path.realpath(sys.executable)); \
                 print(os.path.realpath(sys.base_prefix))";
    let output = Command::new("python3").args(["-c", asked]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (program, prefix) = text.trim_end().split_once('\n')?;
    output.status.success().then(|| (program.to_owned(), prefix.to_owned()))
}

#[test]
fn the_node_of_a_device_stays_as_it_is() {
    let Some(scene) = scene("devices") else { return };
    let before = fs::metadata("/dev/null").unwrap().mode();
    let (told, _) = run(&scene, "echo x > /dev/null && chmod 600 /dev/null || echo refused");
    assert_eq!(told.stdout, "refused\n", "{told:?}");
    assert_eq!(fs::metadata("/dev/null").unwrap().mode(), before);
    let seen = fs::read_to_string(scene.path("seen")).unwrap();
    assert!(seen.contains("Denied 1 write /dev/null\n"), "{seen}");
}

#[test]
fn who_has_become_another_user_changes_what_that_user_may() {
    let Some(scene) = scene("metadata as another user") else { return };
    if !geteuid().is_root() || !has("setpriv") {
        return skipped("metadata as another user", "it needs root and setpriv");
    }
    fs::set_permissions(scene.folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(scene.path("in"), Permissions::from_mode(0o777)).unwrap();
    let before = fs::metadata(scene.path("in/file")).unwrap();
    let as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    let lesser = "setpriv --bounding-set=-all --inh-caps=-all";
    let (told, _) = run(
        &scene,
        &format!(
            "{as_nobody} sh -c 'touch own; chmod 640 own && echo own; chmod 666 file || echo no; \
             chown 0 own || echo no; touch -d @1000 file || echo no'; \
             {lesser} sh -c 'touch mine; chmod 640 mine && echo mine; chown 1 mine || echo no; \
             chmod 666 own || echo no'; chown 1:1 own && echo root"
        ),
    );
    assert_eq!(told.stdout, "own\nno\nno\nno\nmine\nno\nno\nroot\n", "{told:?}");
    let after = fs::metadata(scene.path("in/file")).unwrap();
    assert_eq!((after.mode(), after.mtime()), (before.mode(), before.mtime()));
    let own = fs::metadata(scene.path("in/own")).unwrap();
    assert_eq!((own.mode() & 0o7777, own.uid()), (0o640, 1));
}

#[test]
fn where_nothing_is_stopped_everything_goes_on_and_is_told() {
    let Some(scene) = scene("observing") else { return };
    let words = words(&scene) + "observe\nno-reads\n";
    let (told, seen) = run_in(
        &scene,
        &words,
        "echo a > new; echo b > ../ro/new; chmod 600 ../ro/file; mv ../ro/new ../ro/newer; \
         rm ../ro/newer; mkdir -p ../ro; cat ../ro/file",
    );
    assert_eq!((told.status, told.stdout.as_str()), (0, "as it was\n"), "{told:?}");
    assert_eq!(fs::metadata(scene.path("ro/file")).unwrap().mode() & 0o7777, 0o600);
    let expected = [
        "Undeclared 1 write ro/file",
        "Declared 1 entry in/new",
        "Undeclared 2 entry ro/new",
        "Undeclared 2 entry ro/newer",
    ];
    assert_eq!(seen, expected, "{told:?}");
}

#[test]
fn where_nothing_is_stopped_what_is_not_found_is_counted_if_it_may_lie_elsewhere() {
    let Some(scene) = scene("names elsewhere") else { return };
    let words = words(&scene) + "observe\n";
    let unreadable = |script: &str| {
        run_in(&scene, &words, script);
        let seen = fs::read_to_string(scene.path("seen")).unwrap();
        let told = seen.lines().find_map(|line| line.strip_prefix("unreadable "));
        told.and_then(|number| number.parse::<u64>().ok()).unwrap()
    };
    assert_eq!(unreadable("cat none ../none/file; none; : > none/file"), 0);
    // Who has mounts of its own may find there what we do not.
    if Command::new("unshare").args(["-rm", "true"]).status().is_ok_and(|it| it.success()) {
        assert!(unreadable("unshare -rm cat none") > 0);
    } else {
        skipped("names elsewhere", "no namespace can be made");
    }
}
