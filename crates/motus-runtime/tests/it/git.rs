//! Facts from real repositories, and from a git that misbehaves.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use motus_runtime::git::{GitFacts, commit, facts};

use crate::support::{SUPERVISE, Scene, has, skipped, wait_until};

const LIMIT: Duration = Duration::from_secs(20);

/// A repository with one commit and a clean tree.
struct Repository {
    scene: Scene,
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository::unborn();
        repository.file("tracked file");
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "first"]);
        repository
    }

    fn unborn() -> Repository {
        let repository = Repository { scene: Scene::new() };
        repository.folder("");
        repository.git(&["init", "--quiet", "."]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn root(&self) -> PathBuf {
        self.scene.folder.path().join("work tree")
    }

    fn folder(&self, path: &str) {
        fs::create_dir_all(self.root().join(path)).unwrap();
    }

    /// Creates a file, and the folders above it.
    fn file(&self, path: &str) {
        self.folder(Path::new(path).parent().unwrap().to_str().unwrap());
        self.scene.write(&format!("work tree/{path}"), "text\n");
    }

    fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    #[track_caller]
    fn check(&self, directory: &str, dirty: bool) {
        let expected = GitFacts { head: Some(self.head()), dirty: Some(dirty) };
        assert_eq!(facts(&self.root().join(directory), LIMIT), expected, "in {directory:?}");
    }
}

/// Whether git is there; says so when it is not.
fn has_git(test: &str) -> bool {
    let found = has("git");
    if !found {
        skipped(test, "no git");
    }
    found
}

#[test]
fn clean_and_dirty_trees_are_told_apart() {
    if !has_git("clean_and_dirty_trees_are_told_apart") {
        return;
    }
    let repository = Repository::new();
    repository.check("", false);
    repository.git(&["checkout", "--quiet", "--detach"]);
    repository.check("", false);
    repository.file("sub/new\nfile");
    repository.check("", true);
    repository.check("sub", true);
    repository.git(&["add", "."]);
    repository.check("sub", true);
    repository.git(&["commit", "--quiet", "-m", "second"]);
    repository.check("sub", false);
    repository.git(&["mv", "sub/new\nfile", "sub/moved"]);
    repository.check("", true);
}

#[test]
fn our_own_folder_does_not_make_a_tree_dirty() {
    if !has_git("our_own_folder_does_not_make_a_tree_dirty") {
        return;
    }
    let repository = Repository::new();
    for path in [".motus/store", "only ours/.motus/store", "deep/er/.motus/state/x"] {
        repository.file(path);
        repository.check("", false);
    }
    repository.check("only ours", false);
    repository.check("deep/er/.motus/state", false);
    repository.git(&["add", "--force", "."]);
    repository.check("", false);
    repository.file("only ours/.motus.txt");
    repository.check("", true);
    repository.check("deep", true);
}

#[test]
fn an_unborn_branch_has_no_head() {
    if !has_git("an_unborn_branch_has_no_head") {
        return;
    }
    let repository = Repository::unborn();
    let check = |dirty| {
        let expected = GitFacts { head: None, dirty: Some(dirty) };
        assert_eq!(facts(&repository.root(), LIMIT), expected);
    };
    check(false);
    repository.file("new");
    check(true);
}

#[test]
fn outside_a_work_tree_nothing_is_known() {
    if !has_git("outside_a_work_tree_nothing_is_known") {
        return;
    }
    let repository = Repository::new();
    assert_eq!(facts(repository.scene.folder.path(), LIMIT), GitFacts::default());
    assert_eq!(facts(Path::new("/no/such/directory"), LIMIT), GitFacts::default());
}

#[test]
fn the_commit_alone_is_known_whatever_the_tree_is_like() {
    if !has_git("the_commit_alone_is_known_whatever_the_tree_is_like") {
        return;
    }
    let repository = Repository::new();
    assert_eq!(commit(&repository.root(), LIMIT), Some(repository.head()));
    repository.scene.write("work tree/.git/index", "no index");
    assert_eq!(commit(&repository.root(), LIMIT), Some(repository.head()));
    assert_eq!(commit(&Repository::unborn().root(), LIMIT), None);
    assert_eq!(commit(repository.scene.folder.path(), LIMIT), None);
}

#[test]
fn the_commit_is_known_where_the_tree_cannot_be_looked_through() {
    if !has_git("the_commit_is_known_where_the_tree_cannot_be_looked_through") {
        return;
    }
    let repository = Repository::new();
    repository.git(&["clone", "--quiet", "--bare", ".", "../bare"]);
    let expected = GitFacts { head: Some(repository.head()), dirty: None };
    assert_eq!(facts(&repository.scene.path("bare"), LIMIT), expected);
    assert_eq!(facts(&repository.root().join(".git"), LIMIT), expected);
    repository.scene.write("work tree/.git/index", "no index");
    assert_eq!(facts(&repository.root(), LIMIT), expected);
    fs::remove_dir_all(repository.root().join(".git/objects")).unwrap();
    fs::create_dir(repository.root().join(".git/objects")).unwrap();
    assert_eq!(facts(&repository.root(), LIMIT), expected);
}

/// Asks through the helper, with this environment on top; returns what it printed.
fn ask(directory: &Path, limit: &str, environment: &[(&str, &Path)]) -> String {
    let output = Command::new(SUPERVISE)
        .arg("--git")
        .arg(directory)
        .arg(limit)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn git_variables_do_not_lead_to_another_repository() {
    if !has_git("git_variables_do_not_lead_to_another_repository") {
        return;
    }
    let (here, other) = (Repository::new(), Repository::new());
    other.file("dirt");
    let elsewhere = other.root();
    let told = ask(
        &here.root(),
        "20000",
        &[("GIT_DIR", &elsewhere.join(".git")), ("GIT_WORK_TREE", &elsewhere)],
    );
    assert_eq!(told, format!("head=Some({:?}) dirty=Some(false)", here.head()));
}

#[test]
fn git_is_configured_as_elsewhere() {
    if !has_git("git_is_configured_as_elsewhere") {
        return;
    }
    let repository = Repository::new();
    repository.file("new");
    let told = ask(
        &repository.root(),
        "20000",
        &[
            ("GIT_CONFIG_COUNT", Path::new("1")),
            ("GIT_CONFIG_KEY_0", Path::new("core.excludesFile")),
            ("GIT_CONFIG_VALUE_0", &repository.scene.path("ignored")),
        ],
    );
    assert_eq!(told, format!("head=Some({:?}) dirty=Some(true)", repository.head()));
    repository.scene.write("ignored", "new\n");
    let told = ask(
        &repository.root(),
        "20000",
        &[
            ("GIT_CONFIG_COUNT", Path::new("1")),
            ("GIT_CONFIG_KEY_0", Path::new("core.excludesFile")),
            ("GIT_CONFIG_VALUE_0", &repository.scene.path("ignored")),
        ],
    );
    assert_eq!(told, format!("head=Some({:?}) dirty=Some(false)", repository.head()));
}

#[test]
fn no_git_means_no_facts() {
    let scene = Scene::new();
    let told = ask(scene.folder.path(), "20000", &[("PATH", scene.folder.path())]);
    assert_eq!(told, "head=None dirty=None");
}

/// A directory that is no repository, beside the stand-in.
fn work(scene: &Scene) -> PathBuf {
    let work = scene.path("work");
    fs::create_dir_all(&work).unwrap();
    work
}

/// Puts a stand-in for git in front of the `PATH`: this machine's own kind of program, which can be held.
fn stand_in(scene: &Scene) -> PathBuf {
    if fs::create_dir(scene.path("tools")).is_ok() {
        symlink(SUPERVISE, scene.path("tools/git")).unwrap();
    }
    let mut path = scene.path("tools").into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    path.into()
}

/// Asks of the directory beside a stand-in that plays this part; what lies beside that is not of its tree.
fn ask_of(scene: &Scene, part: &str, limit: &str) -> String {
    let (path, home) = (stand_in(scene), scene.folder.path());
    ask(&work(scene), limit, &[("PATH", &path), ("HOME", home), ("STAND_IN", part.as_ref())])
}

/// Tells whether a process is there that was started by this name.
#[cfg(target_os = "linux")]
fn is_started(program: &Path) -> bool {
    let processes = fs::read_dir("/proc").unwrap();
    processes.filter_map(Result::ok).any(|process| {
        fs::read(process.path().join("cmdline"))
            .is_ok_and(|line| line.starts_with(program.as_os_str().as_encoded_bytes()))
    })
}

#[test]
#[cfg(target_os = "linux")]
fn a_git_that_hangs_is_ended_with_all_it_started() {
    let scene = Scene::new();
    let started = Instant::now();
    let program = scene.path("tools/git");
    let told = thread::scope(|threads| {
        let asked = threads.spawn(|| ask_of(&scene, "hangs", "2000"));
        wait_until("the stand-in to be there", || is_started(&program));
        asked.join().unwrap()
    });
    let id = "f1c82df9f7364a88c5af41a1205587f541680df9";
    assert_eq!(told, format!("head=Some({id:?}) dirty=None"));
    assert!(started.elapsed() < Duration::from_secs(10));
    wait_until("the stand-in and its child to be gone", || !is_started(&program));
}

#[test]
fn a_git_that_never_stops_talking_is_cut_short() {
    let scene = Scene::new();
    assert_eq!(ask_of(&scene, "sees dirt", "20000"), "head=None dirty=Some(true)");
    assert_eq!(ask_of(&scene, "names headers", "500"), "head=None dirty=None");
}

/// A repository whose settings have git run something that leaves a file, for every file that it compares.
fn with_a_filter() -> Repository {
    let repository = Repository::new();
    let trap = format!("touch '{}'; cat", repository.scene.path("ran").display());
    repository.git(&["config", "filter.trap.clean", &trap]);
    repository.git(&["config", "core.fsmonitor", &trap]);
    repository.scene.write("work tree/.git/info/attributes", "* filter=trap\n");
    // As it was, but for its time, so that git has to compare it.
    let tracked = fs::File::options().append(true).open(repository.root().join("tracked file"));
    tracked.unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    repository
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    if !has_git("nothing_that_a_repository_names_is_run") {
        return;
    }
    let repository = with_a_filter();
    repository.check("", false);
    repository.check("", false);
    assert!(!repository.scene.path("ran").exists());
    repository.git(&["status"]);
    assert!(repository.scene.path("ran").exists(), "it is a trap");
}

/// What may be written by others is a program of any kind.
#[test]
#[cfg(target_os = "linux")]
fn what_is_called_git_is_held_and_a_script_is_not_asked() {
    let name = "what_is_called_git_is_held_and_a_script_is_not_asked";
    if motus_runtime::scope::probe().unwrap().landlock == 0 || !has_git(name) {
        return skipped(name, "no Landlock, or no git");
    }
    let scene = Scene::new();
    let _listener = UnixListener::bind(work(&scene).join("socket")).unwrap();
    let told = ask_of(&scene, "breaks out", "20000");
    assert_eq!(told, "head=None dirty=Some(true)", "it could do something");
    assert!(!work(&scene).join("made").exists());
    let repository = Repository::new();
    let trap = format!("touch '{}'", repository.scene.path("ran").display());
    fs::create_dir_all(repository.scene.path("tools")).unwrap();
    repository.scene.write("tools/git", &format!("#!/bin/sh\n{trap}\n"));
    repository.scene.make_executable("tools/git");
    let mut path = repository.scene.path("tools").into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let told = ask(
        &repository.root(),
        "20000",
        &[("PATH", Path::new(&path)), ("HOME", repository.scene.folder.path())],
    );
    assert_eq!(told, format!("head=Some({:?}) dirty=Some(false)", repository.head()));
    assert!(!repository.scene.path("ran").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn settings_without_an_end_take_no_more_memory_than_git_may() {
    if !has_git("settings_without_an_end_take_no_more_memory_than_git_may") {
        return;
    }
    let repository = Repository::new();
    repository.git(&["config", "core.attributesFile", "/dev/zero"]);
    fs::write(repository.root().join("tracked file"), "TEXT\n").unwrap();
    let started = Instant::now();
    let told = facts(&repository.root(), Duration::from_mins(1));
    assert_eq!(told, GitFacts { head: Some(repository.head()), dirty: None });
    // It was not the time that ended it.
    assert!(started.elapsed() < Duration::from_secs(50), "{:?}", started.elapsed());
}

#[test]
fn a_submodule_with_changes_makes_a_tree_dirty() {
    if !has_git("a_submodule_with_changes_makes_a_tree_dirty") {
        return;
    }
    let (repository, inner) = (Repository::new(), Repository::new());
    let inner = inner.root();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    repository.git(&[&add[..], &[inner.to_str().unwrap(), "inner"]].concat());
    repository.git(&["commit", "--quiet", "-m", "second"]);
    repository.check("", false);
    repository.file("inner/tracked file");
    fs::write(repository.root().join("inner/tracked file"), "changed\n").unwrap();
    repository.check("", true);
}

#[test]
fn no_git_of_the_tree_itself_is_asked() {
    if !has_git("no_git_of_the_tree_itself_is_asked") {
        return;
    }
    let repository = Repository::new();
    let trap = format!("touch '{}'", repository.scene.path("ran").display());
    repository.folder(".venv/bin");
    repository.scene.write("work tree/.venv/bin/git", &format!("#!/bin/sh\n{trap}\n"));
    repository.scene.make_executable("work tree/.venv/bin/git");
    repository.scene.write("work tree/.git/info/exclude", ".venv\n");
    let mut path = repository.root().join(".venv/bin").into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let told = ask(&repository.root(), "20000", &[("PATH", Path::new(&path))]);
    assert_eq!(told, format!("head=Some({:?}) dirty=Some(false)", repository.head()));
    assert!(!repository.scene.path("ran").exists());
}
