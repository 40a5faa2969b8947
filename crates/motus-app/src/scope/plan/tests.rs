//! Plans of small trees, and of what is not there.

#![expect(clippy::disallowed_methods, reason = "tests make the files that are to be found")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use motus_runtime::scope::{Access, Feature, Rule, Shortfall};
use tempfile::TempDir;

use super::*;
use crate::scope::profiles;

mod told;

/// A home, a project with links, programs and scripts, and a place for temporary files.
struct World {
    root: TempDir,
    request: Request,
    probed: Probed,
    store: Option<PathBuf>,
    tool_homes: ToolHomes,
}

impl World {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        for directory in ["home/.cargo/bin", "project/out", "project/src", "tmp", "bin", "else"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        for file in ["project/file", "project/text", "else/file", "bin/text"] {
            fs::write(root.path().join(file), "x").unwrap();
        }
        let world = Self {
            root,
            request: Request::default(),
            probed: everything(),
            store: None,
            tool_homes: ToolHomes::default(),
        };
        world.program("bin/tool", "\u{7f}ELF");
        symlink("../else", world.at("project/link")).unwrap();
        symlink("nowhere", world.at("project/dangling")).unwrap();
        world
    }

    fn allowing(words: &[&str]) -> Self {
        let mut world = Self::new();
        world.request.grants = words.iter().map(|word| Grant::parse(word).unwrap()).collect();
        world
    }

    /// Returns a path of this world, without links.
    fn at(&self, path: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(path)
    }

    fn move_tool(&mut self, variable: &str, to: impl Into<OsString>) {
        let to = to.into();
        self.tool_homes = ToolHomes::read(|name| (name == variable).then(|| to.clone()));
    }

    fn program(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn scope(&mut self, text: &str) {
        fs::write(self.at("scope.yaml"), text).unwrap();
        self.request.file = Some("../scope.yaml".into());
    }

    fn try_plan(&self, program: &str) -> Result<Plan, ScopeError> {
        let surroundings = Surroundings {
            directory: self.at("project"),
            home: Some(self.at("home")),
            path: Some(format!("nowhere:{}:/usr/bin:/bin", self.at("bin").display()).into()),
            temporary: self.at("tmp"),
            tool_homes: self.tool_homes.clone(),
            nonce: [1, 2, 3, 4, 5, 0xff],
            store: self.store.clone(),
        };
        plan(&self.request, &program.into(), &surroundings, &self.probed)
    }

    fn plan(&self) -> Plan {
        self.try_plan("tool").unwrap()
    }

    /// Returns the rules that are not of the system, of this world's paths.
    fn rules(&self, plan: &Plan) -> Vec<(Access, String)> {
        let rules = plan.scope.rules.0.iter();
        let own = rules.filter_map(|Rule { access, path }| {
            let path = path.strip_prefix(self.at("")).ok()?;
            Some((*access, path.to_str().unwrap().to_owned()))
        });
        own.collect()
    }
}

fn everything() -> Probed {
    Probed { landlock: 7, shortfalls: Vec::new() }
}

fn without(feature: Feature) -> Probed {
    let short = Shortfall { feature, reason: "not here".to_owned() };
    Probed { landlock: 7, shortfalls: vec![short] }
}

fn selectors(plan: &Plan) -> Vec<String> {
    plan.effects.iter().map(|effect| format!("{} {}", effect.op(), effect.selector())).collect()
}

#[test]
fn what_every_command_has_is_little_and_its_own() {
    let world = World::new();
    let plan = world.plan();
    assert_eq!(
        world.rules(&plan),
        [
            (Access::Write, "tmp/motus-scope-0102030405ff".to_owned()),
            (Access::Execute, "bin/tool".to_owned()),
        ]
    );
    assert_eq!(plan.temporary, world.at("tmp/motus-scope-0102030405ff"));
    let rules = &plan.scope.rules;
    assert!(rules.allow(Access::Execute, Path::new("/usr/bin/env")));
    assert!(rules.allow(Access::Write, Path::new("/dev/null")));
    for path in ["/etc/shadow", "/dev/sda", "/dev/pts/0", "/home/x", "/var/lib", "/sys/class"] {
        assert!(!rules.allow(Access::Read, Path::new(path)), "{path}");
    }
    for path in ["/usr/x", "/etc/passwd", "/proc/1/mem", "/sys/fs/cgroup/x", "/dev/sda", "/tmp/x"] {
        assert!(!rules.allow(Access::Write, Path::new(path)), "{path}");
    }
    assert_eq!(plan.scope.network, motus_runtime::scope::Network::default());
    assert_eq!(plan.level, Level::EnforcedObserved);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    assert!(plan.scope.observes_reads && plan.scope.watched.is_empty() && plan.made.is_empty());
    let always = plan.planned.iter().filter(|planned| planned.origin == Origin::Always).count();
    assert_eq!(always, plan.planned.len());
    assert_eq!(plan.declared.profiles.len(), 1);
}

#[test]
fn grants_are_resolved_once() {
    let world = World::allowing(&[
        "read:.",
        "read:~/.cargo",
        "write:link/",
        "write:out/a/b/",
        "write:file",
        "read:src/../src",
        "exec:$TMPDIR/",
        "unix:later.sock",
    ]);
    let plan = world.plan();
    assert_eq!(
        world.rules(&plan),
        [
            (Access::Read, "home/.cargo".to_owned()),
            (Access::Read, "project".to_owned()),
            (Access::Read, "project/src".to_owned()),
            (Access::Write, "else".to_owned()),
            (Access::Write, "project/file".to_owned()),
            (Access::Write, "project/out/a/b".to_owned()),
            (Access::Write, "tmp/motus-scope-0102030405ff".to_owned()),
            (Access::Execute, "bin/tool".to_owned()),
            (Access::Execute, "tmp/motus-scope-0102030405ff".to_owned()),
        ]
    );
    assert_eq!(plan.made, [world.at("project/out/a"), world.at("project/out/a/b")]);
    assert_eq!(plan.scope.network.sockets, [world.at("project/later.sock")]);
    assert_eq!(
        plan.scope.watched,
        [world.at("else"), world.at("project/file"), world.at("project/out/a/b")]
    );
    let effects = selectors(&plan);
    let elsewhere = format!("WriteFS fs:{}/", world.at("else").display());
    for effect in ["ReadFS fs:./", "WriteFS fs:file", "WriteFS fs:out/a/b/", &elsewhere] {
        assert!(effects.iter().any(|it| it == effect), "{effect}: {effects:#?}");
    }
    // What is below the working directory is read with it.
    assert!(!effects.iter().any(|it| it == "ReadFS fs:src/"), "{effects:#?}");
    assert!(!world.at("project/out/a").exists());
}

#[test]
fn a_directory_above_the_working_directory_covers_what_is_relative() {
    let plan = World::allowing(&["write:.."]).plan();
    let effects = selectors(&plan);
    for effect in ["WriteFS fs:./", "ReadFS fs:./"] {
        assert!(effects.iter().any(|it| it == effect), "{effects:#?}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_its_path() {
    for (word, code) in [
        ("read:nope", "scope.path_missing"),
        ("read:nope/", "scope.path_missing"),
        ("write:nope", "scope.path_missing"),
        ("write:file/", "scope.grant_invalid"),
        ("write:file/x/", "scope.path_missing"),
        ("write:dangling", "scope.path_missing"),
        ("write:dangling/", "scope.path_missing"),
        ("write:nope/../x/", "scope.path_missing"),
        ("exec:nope", "scope.program_missing"),
        ("exec:nope/", "scope.path_missing"),
        ("exec:text", "scope.program_missing"),
        ("exec:./file", "scope.program_missing"),
        ("unix:nope/x.sock", "scope.path_missing"),
    ] {
        let planned = World::allowing(&[word]).try_plan("tool").map(|plan| plan.made);
        assert_eq!(planned.map_err(|error| error.code()), Err(code), "{word}");
    }
}

#[test]
fn what_no_selector_names_is_not_granted() {
    let world = World::allowing(&["read:link/"]);
    fs::create_dir(world.at("a\\b")).unwrap();
    fs::remove_file(world.at("project/link")).unwrap();
    symlink("../a\\b", world.at("project/link")).unwrap();
    let error = world.try_plan("tool").unwrap_err();
    assert_eq!(error.code(), "scope.grant_invalid");
    assert!(error.to_string().contains("read:link/"), "{error}");
}

#[test]
fn a_directory_that_is_made_may_be_run_from_as_well() {
    let world = World::allowing(&["exec:target/", "read:target/sub/", "write:target/"]);
    let plan = world.plan();
    assert!(plan.scope.rules.allow(Access::Execute, &world.at("project/target/x")));
    assert_eq!(plan.made, [world.at("project/target"), world.at("project/target/sub")]);
}

#[test]
fn programs_are_found_as_the_system_finds_them() {
    let mut world =
        World::allowing(&["exec:script", "exec:../bin/looked-up", "exec:~/.cargo/bin/"]);
    world.program("bin/script", "#! /bin/sh -e\n");
    world.program("bin/looked-up", "#!/usr/bin/env -S A=b tool -x\n");
    world.program("project/tool", "x");
    let plan = world.plan();
    let rules = world.rules(&plan);
    for path in ["bin/script", "bin/looked-up", "bin/tool", "home/.cargo/bin"] {
        assert!(rules.contains(&(Access::Execute, path.to_owned())), "{path}: {rules:?}");
    }
    assert!(!rules.iter().any(|(_, path)| path == "project/tool"), "{rules:?}");
    let shell = Path::new("/bin/sh").canonicalize().unwrap();
    assert!(plan.scope.rules.0.contains(&Rule { access: Access::Execute, path: shell }));
    world.request.grants.clear();
    // Its start will tell that it is not there.
    assert!(world.try_plan("nope").is_ok());
    assert!(world.try_plan("../bin/text").is_ok());
}

#[test]
fn peers_are_declared_as_they_are_seen() {
    let world = World::allowing(&[
        "net:https://a.example/",
        "net:http://localhost:3000/",
        "net:tcp://10.0.0.1:5432/",
        "net:listen://localhost/",
        "unix:/run/docker.sock",
    ]);
    let Ok(plan) = world.try_plan("tool") else {
        // Systems without a directory for sockets.
        return assert!(!Path::new("/run").exists());
    };
    let network = &plan.scope.network;
    assert!(network.listening && !network.loopback);
    assert_eq!((network.hosts.len(), network.addresses.len()), (3, 3));
    let net: Vec<_> = selectors(&plan)
        .into_iter()
        .filter_map(|it| it.strip_prefix("Network net:").map(str::to_owned))
        .collect();
    assert_eq!(
        net,
        [
            "https://a.example/",
            "listen://localhost/",
            "tcp://10.0.0.1:5432/",
            "tcp://127.0.0.1:3000/",
            "tcp://[::1]:3000/",
            "tcp://localhost:3000/",
            "unix://localhost/run/docker.sock",
        ]
    );
    let [warning] = plan.warnings.as_slice() else { panic!("{:?}", plan.warnings) };
    assert!(warning.text.contains("docker.sock") && !warning.weakens);
}

#[test]
fn documents_profiles_and_words_add_up() {
    let mut world = World::allowing(&["write:out/"]);
    world.scope(
        "motus_scope: '0.1'\nprofiles: [workspace]\nwrite: [src]\nobserve: {reads: false}\n\
         limits: {wall_seconds: 5, processes: 7, output_bytes: 9}\n",
    );
    world.request.profiles = vec!["toolchain".to_owned(), "workspace".to_owned()];
    let plan = world.plan();
    let named: Vec<_> = plan.declared.profiles.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(named, ["system", "toolchain", "workspace"]);
    assert!(!plan.scope.observes_reads && !plan.declared.observes_reads);
    assert_eq!(plan.wall_seconds, Some(5));
    assert_eq!((plan.scope.limits.processes, plan.scope.limits.output_bytes), (Some(7), Some(9)));
    assert_eq!(plan.scope.watched, [world.at("project/out"), world.at("project/src")]);
    let origin = |written: &str| {
        let found = plan.planned.iter().find(|planned| planned.written == written).unwrap();
        (found.origin.clone(), found.is_absent)
    };
    assert_eq!(origin("write:out/"), (Origin::CommandLine, false));
    assert_eq!(origin("write:src"), (Origin::File("../scope.yaml".into()), false));
    let toolchain = Origin::Profile("toolchain".to_owned());
    assert_eq!(origin("exec:$CARGO_HOME/bin/"), (toolchain.clone(), false));
    assert_eq!(origin("write:$CARGO_HOME/.package-cache"), (toolchain, true));
}

#[test]
fn reads_are_seen_while_a_scope_is_learned() {
    let mut world = World::new();
    world.scope("motus_scope: '0.1'\nobserve: {reads: false}\n");
    world.request.learns = true;
    let plan = world.plan();
    assert!(plan.scope.observes_reads && plan.learns);
    assert_eq!((plan.scope.mode, plan.level), (Mode::Observe, Level::Observed));
    assert_eq!(plan.declared.mode, "observe");
    assert_eq!(plan.scope.watched, [world.at("project")]);
}

#[test]
fn every_profile_is_planned_wherever_its_paths_are() {
    for profile in profiles() {
        let mut world = World::new();
        world.request.profiles = vec![profile.name.to_owned()];
        let plan = world.plan();
        let digest = profile.digest();
        assert!(plan.declared.profiles.contains(&(profile.name.to_owned(), digest)));
        let absent = plan.planned.iter().filter(|planned| planned.is_absent);
        assert!(absent.into_iter().all(|planned| planned.effects.is_empty()));
    }
}

#[test]
fn a_script_brings_along_what_lies_beside_it_and_nothing_from_elsewhere() {
    let world = World::new();
    world.program("else/deploy", "#!/bin/sh\necho secret\n");
    world.program("else/env", "#!/bin/sh\n");
    world.program("project/python", "\u{7f}ELF");
    let elsewhere = world.at("else/deploy");
    let line = |interpreter: &Path, rest: &str| format!("#!{}{rest}\n", interpreter.display());
    for (first, expected) in [
        (line(&world.at("project/python"), ""), &["project/python"][..]),
        (line(&world.at("project/python"), " -u"), &["project/python"]),
        (line(&elsewhere, ""), &[]),
        (format!("#!/usr/bin/env {}\n", elsewhere.display()), &[]),
        (line(&world.at("else/env"), " tool"), &[]),
        (line(&world.at("project/env"), &format!(" {}", elsewhere.display())), &["project/env"]),
    ] {
        world.program("project/env", "\u{7f}ELF");
        world.program("project/script", &first);
        let plan = world.try_plan("./script").unwrap();
        let run = world.rules(&plan).into_iter().filter(|(access, _)| *access == Access::Execute);
        let run: Vec<_> =
            run.map(|(_, path)| path).filter(|path| path != "project/script").collect();
        assert_eq!(run, expected, "{first}");
    }
}

#[test]
fn what_a_tool_keeps_is_granted_where_its_variable_says() {
    let mut world = World::new();
    for directory in ["home/.cargo/registry", "home/.rustup", "opt/cargo/registry"] {
        fs::create_dir_all(world.at(directory)).unwrap();
    }
    world.request.grants = ["read:$CARGO_HOME/registry/", "read:$RUSTUP_HOME/"]
        .map(|word| Grant::parse(word).unwrap())
        .into();
    let read = |world: &World| {
        let rules = world.rules(&world.plan());
        let rules = rules.into_iter().filter(|(access, _)| *access == Access::Read);
        rules.map(|(_, path)| path).collect::<Vec<_>>()
    };
    assert_eq!(read(&world), ["home/.cargo/registry", "home/.rustup"]);
    world.move_tool("CARGO_HOME", world.at("opt/cargo"));
    assert_eq!(read(&world), ["home/.rustup", "opt/cargo/registry"]);
    world.move_tool("CARGO_HOME", "../opt/cargo");
    assert_eq!(read(&world), ["home/.rustup", "opt/cargo/registry"]);
}

#[test]
fn a_tool_s_variable_that_names_what_holds_more_grants_nothing() {
    let mut world = World::allowing(&["read:$RUSTUP_HOME/"]);
    for shared in ["", "home", "project", "home/../project/"] {
        world.move_tool("RUSTUP_HOME", world.at(shared));
        let error = world.try_plan("tool").unwrap_err();
        assert_eq!(error.code(), "scope.grant_invalid");
        assert!(error.to_string().contains("RUSTUP_HOME is "), "{error}");
    }
    world.request.grants.clear();
    world.request.profiles = vec!["toolchain".to_owned()];
    let plan = world.plan();
    let it = plan.planned.iter().find(|it| it.written == "read:$RUSTUP_HOME/").unwrap();
    assert!(it.is_absent && it.effects.is_empty());
}

#[test]
fn what_a_profile_lets_be_written_is_compared_as_well() {
    let mut world = World::allowing(&["write:out/"]);
    fs::create_dir_all(world.at("home/.cargo/registry")).unwrap();
    fs::write(world.at("home/.cargo/.package-cache"), "").unwrap();
    world.request.profiles = ["crates", "toolchain"].map(str::to_owned).into();
    let scope = world.plan().scope;
    assert_eq!(scope.watched, [world.at("project/out")]);
    let [lock, registry] =
        ["home/.cargo/.package-cache", "home/.cargo/registry"].map(|it| world.at(it));
    assert_eq!(scope.watched_if_small, [lock, registry.clone()]);
    world.request.grants = vec![Grant::parse("write:~/.cargo/registry/").unwrap()];
    let scope = world.plan().scope;
    assert_eq!(scope.watched, [registry]);
    assert_eq!(scope.watched_if_small, [world.at("home/.cargo/.package-cache")]);
}
