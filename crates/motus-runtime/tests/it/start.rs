//! What is passed to the command, and what happens when it cannot start.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::support::Scene;

#[test]
fn arguments_pass_verbatim() {
    let scene = Scene::new();
    let mut command = scene.supervise(&[]);
    command.args(["printf", "%s|", "a", "", "--", "b"]).arg(OsStr::from_bytes(b"\xff\xfe"));
    let output = command.output().unwrap();
    assert_eq!(output.stdout, b"a||--|b|\xff\xfe|");
    assert!(scene.report().contains("end=exited:0 "));
}

#[test]
fn the_exit_code_is_told() {
    let told = Scene::new().run(&[], "exit 42");
    told.check("end", "exited:42");
    told.check("interruption", "none");
    told.check("stdout", "0/0/true");
    assert_eq!(told.status, 42);
}

#[test]
fn death_by_signal_is_told_real_time_signals_included() {
    for signal in [9, 15, 40] {
        let told = Scene::new().run(&[], &format!("kill -{signal} $$"));
        told.check("end", &format!("signaled:{signal}"));
        told.check("interruption", "none");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_command_inherits_the_signal_mask_as_it_is() {
    let mask = ["grep", "SigBlk", "/proc/self/status"];
    let scene = Scene::new();
    let told = scene.finish(scene.supervise(&[]).args(mask).spawn().unwrap());
    let direct = std::process::Command::new(mask[0]).args(&mask[1..]).output().unwrap();
    assert_eq!(told.stdout, String::from_utf8(direct.stdout).unwrap());
}

fn check(program: &str, end: &str, status: i32) {
    let scene = Scene::new();
    scene.write("plain", "no program\n");
    scene.write("orphan", "#!/no/such/interpreter -x\n");
    scene.make_executable("orphan");
    std::os::unix::fs::symlink("loop", scene.path("loop")).unwrap();
    let told = scene.finish(scene.supervise(&[]).arg(program).spawn().unwrap());
    assert!(told.get("end").starts_with(end), "{told:?}");
    told.check("interruption", "none");
    assert_eq!(told.status, status);
}

#[test]
fn what_does_not_exist_is_not_found() {
    check("/no/such/program", "NotFound:Some(2):No_such_file_or_directory", 127);
    check("no-such-program-anywhere", "NotFound:Some(2):", 127);
    check("", "NotFound:Some(2):", 127);
    check("./plain/below", "NotFound:Some(20):Not_a_directory", 127);
    check(&"a".repeat(300), "NotFound:Some(36):File_name_too_long", 127);
}

#[test]
fn of_a_missing_interpreter_there_is_more_to_say() {
    let text = "NotFound:Some(2):No_such_file_or_directory:\
                its_interpreter_/no/such/interpreter_does_not_exist";
    check("./orphan", text, 127);
}

#[test]
fn what_cannot_be_executed_is_not_executable() {
    check("./plain", "NotExecutable:Some(13):", 126);
    check("/", "NotExecutable:Some(13):", 126);
    check("./loop", "NotExecutable:Some(40):Too_many_levels_of_symbolic_links", 126);
}
