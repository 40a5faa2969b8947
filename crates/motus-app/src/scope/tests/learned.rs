//! What is learned of an observation: documents that let the same pass.

mod given;
mod known;

use super::*;

/// Learns from attempts; nothing is granted beforehand.
fn learned(scene: &Scene, actions: &[(Action, u64)]) -> Learned {
    let learning = scene.plan(&[], true);
    assert!(learning.level == Level::Observed, "nothing is stopped");
    let observation = Scene::observation(&learning, actions);
    observed(&learning, &observation, None).1.learned.expect("it learns")
}

/// Plans what a document grants.
fn enforced(scene: &Scene, learned: &Learned) -> Plan {
    let text = learned.document.as_bytes();
    let document = document::read_document(text, Path::new("learned.yaml")).unwrap();
    let words: Vec<String> = document.grants.iter().map(ToString::to_string).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    scene.plan(&words, false)
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn make(path: &Path) {
    fs::create_dir_all(path).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn write(path: &Path) {
    fs::write(path, "").unwrap();
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn remove(path: &Path) {
    fs::remove_dir_all(path).unwrap();
}

/// Compares a document with one that is indented.
#[track_caller]
fn expect(document: &str, indented: &str) {
    let lines = indented.lines().filter(|line| !line.trim().is_empty());
    let lines = lines.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)));
    assert_eq!(document, lines.collect::<String>());
}

#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn make_program(path: &Path) {
    write(path);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, executable).unwrap();
}

fn entry(path: PathBuf) -> (Action, u64) {
    (Action::Entry(path), 1)
}

#[test]
fn a_learned_scope_lets_the_same_pass() {
    let scene = Scene::new();
    let actions = [
        read(scene.path("work/src/a")),
        read(scene.path("work/src/b")),
        read(scene.path("work/run.sh")),
        entry(scene.path("work/out/made")),
        (Action::Write(scene.path("other/x")), 1),
        (Action::Execute(scene.path("work/run.sh")), 1),
        (Action::Connect(Peer::Internet("127.0.0.1:5".parse().unwrap())), 1),
        (Action::Listen(Peer::Internet("127.0.0.1:0".parse().unwrap())), 1),
        (Action::Connect(Peer::Host(Host { name: "h.example".into(), port: 8443 })), 1),
        (Action::Call("socket:udp"), 2),
    ];
    let learned = learned(&scene, &actions);
    let enforced = enforced(&scene, &learned);
    for (action, _) in &actions {
        let is_call = matches!(action, Action::Call(_));
        assert_eq!(enforced.scope.allows(action), !is_call, "{action:?}\n{}", learned.document);
    }
    // The program that is run may be read, what may be written may be read, and others have another home.
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    read:
      - "src/a"
      - "src/b"
    write:
      - "~/other/x"
      - "out/"
    exec:
      - "./run.sh"
    net:
      - "listen://localhost/"
      - "tcp://h.example:8443/"
      - "tcp://localhost:5/"
    # not granted: socket:udp (2 times)
    "#,
    );
    assert_eq!(learned.left_out, 0);
}

/// Learns from what a build does that makes `target`, as cargo does: under a working name, which is renamed.
fn learned_of_a_build(scene: &Scene, draft: &str, more: &[(Action, u64)]) -> String {
    let learning = scene.plan(&[], true);
    let actions = [
        entry(scene.path("work/target")),
        (Action::Entry(scene.path("work").join(draft)), 2),
        entry(scene.path("work").join(draft).join("CACHEDIR.TAG")),
        entry(scene.path("work/target/debug")),
        (Action::Entry(scene.path("work/target/debug/gone")), 2),
        (Action::Execute(scene.path("work/target/debug/build/one-1a2b/script")), 1),
        (Action::Execute(scene.path("work/target/debug/two")), 1),
    ];
    let is_other = |(action, _): &&(Action, u64)| more.iter().all(|(other, _)| other != action);
    let actions: Vec<_> = actions.iter().filter(is_other).chain(more).cloned().collect();
    let mut observation = Scene::observation(&learning, &actions);
    observation.renamed = ["target", draft].map(|name| scene.path("work").join(name)).into();
    observation.renamed.sort();
    observed(&learning, &observation, None).1.learned.expect("it learns").document
}

#[test]
fn a_directory_that_cargo_makes_is_granted_and_not_the_one_that_it_lies_in() {
    let scene = Scene::new();
    make(&scene.path("work/target/debug/build/one-1a2b"));
    // It is not cargo's without the tag, and not with a name that is another one.
    let plain = learned_of_a_build(&scene, "targetXyZ123", &[]);
    assert!(plain.contains("write:\n  - \"./\"\nexec:\n  - \"./\"\n"), "{plain}");
    write(&scene.path("work/target/CACHEDIR.TAG"));
    let other = learned_of_a_build(&scene, "target-new", &[]);
    assert!(other.contains("write:\n  - \"./\"\nexec:\n  - \"./\"\n"), "{other}");

    expect(
        &learned_of_a_build(&scene, "targetXyZ123", &[]),
        r#"
    motus_scope: "0.1"
    write:
      - "target/"  # made before the start: it is found there, and a plain mkdir of it fails
    exec:
      - "target/"
    "#,
    );
    // Something else is made in the same place, or what was made is removed before.
    let new = learned_of_a_build(&scene, "targetXyZ123", &[entry(scene.path("work/new"))]);
    assert!(new.contains("write:\n  - \"./\"\nexec:\n  - \"target/\"\n"), "{new}");
    let removed = (Action::Entry(scene.path("work/target")), 2);
    let again = learned_of_a_build(&scene, "targetXyZ123", &[removed]);
    assert!(again.contains("write:\n  - \"./\"\nexec:\n  - \"./\"\n"), "{again}");
}

#[test]
fn a_directory_that_is_made_is_granted_by_the_one_that_it_lies_in() {
    let scene = Scene::new();
    make(&scene.path("work/dst/in"));
    let made = [entry(scene.path("work/dst")), entry(scene.path("work/dst/in"))];
    // Made beforehand, `cp -r src dst` would copy to dst/src.
    expect(
        &learned(&scene, &made).document,
        r#"
    motus_scope: "0.1"
    write:
      - "./"
      # - "dst/"  # enough in place of "./" where it may be there beforehand, as with mkdir -p
    "#,
    );
    // Nothing smaller is enough where something else is changed as well.
    for other in ["work/file", "work/run.sh"] {
        let more = [made.as_slice(), &[(Action::Write(scene.path(other)), 1)]].concat();
        let more = [more.as_slice(), &[entry(scene.path(other))]].concat();
        assert!(!learned(&scene, &more).document.contains("dst"));
    }
    // A tree that is made and then moved to its place.
    let moved = [entry(scene.path("work/dst")), (Action::Entry(scene.path("work/draft")), 2)];
    let learned = learned(&scene, &moved).document;
    assert_eq!(learned, "motus_scope: \"0.1\"\nwrite:\n  - \"./\"\n");
}

#[test]
fn what_nobody_should_grant_is_left_out_with_what_comes_to_be_in_it() {
    let scene = Scene::new();
    make(&scene.path(".cfg"));
    make(&scene.path(".new/deep"));
    make_program(&scene.path("noted"));
    let actions = [
        entry(scene.path("noted")),
        (Action::Write(scene.path("noted")), 1),
        read(scene.path("noted")),
        (Action::Entry(scene.path(".cfg/gone")), 2),
        (Action::Entry(scene.path(".cfg/gone2")), 2),
        entry(scene.path(".new")),
        entry(scene.path(".new/deep")),
        entry(scene.path(".new/deep/x")),
        read("/etc".into()),
        read("/".into()),
        (Action::Execute(scene.path("noted")), 1),
        (Action::Write("/proc/123456789/uid_map".into()), 3),
        (Action::Write("/proc/123456788/uid_map".into()), 3),
        (Action::Write("/proc/self/comm".into()), 1),
        entry("/proc/none".into()),
    ];
    let learned = learned(&scene, &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    # read:
    #   - "/etc/"  # careful, left out: all of /etc; listing /etc needed it, once
    write:
      - "~/.new/deep/"  # made before the start: it is found there, and a plain mkdir of it fails
      # - "~/"  # careful, left out: all of your home directory; making, renaming or removing ~/noted needed it, once
      # - "~/.cfg/"  # careful, left out: all that programs keep there, credentials and settings included; making, renaming or removing ~/.cfg/gone and one more needed it, 4 times
    # not granted: listing the root directory (once)
    # not granted: writing what /proc has of processes (8 times)
    # not granted: running ~/noted, which comes to be where nothing is granted
    "#,
    );
    assert_eq!(learned.left_out, 3);
    let plan = enforced(&scene, &learned);
    assert!(plan.scope.allows(&Action::Entry(scene.path(".new/deep/x"))));
    assert!(!plan.scope.allows(&Action::Read(scene.path(".cfg/gone"))));
}

#[test]
fn what_is_left_out_is_granted_when_its_comment_is_taken_away() {
    let scene = Scene::new();
    make(&scene.path(".cfg"));
    let actions = [entry(scene.path(".cfg/gone")), read(scene.path("")), read("/etc".into())];
    let learned = learned(&scene, &actions);
    let document = learned.document.replace("\n# ", "\n").replace("\n#", "\n");
    let enforced = enforced(&scene, &Learned { document, ..learned });
    for (action, _) in &actions {
        assert!(enforced.scope.allows(action), "{action:?}");
    }
}

#[test]
fn many_files_are_merged_into_nothing_that_nobody_should_grant() {
    let scene = Scene::new();
    let names = |place: &str| -> Vec<PathBuf> {
        (0..60).map(|number| scene.path(&format!("{place}{number}/f"))).collect()
    };
    let mut actions = Vec::new();
    for path in [names("d"), names(".cfg/d"), names("data/d")].into_iter().flatten() {
        make(path.parent().unwrap());
        write(&path);
        actions.push(read(path));
    }
    let learned = learned(&scene, &actions);
    let enforced = enforced(&scene, &learned);
    assert!(actions.iter().all(|(action, _)| enforced.scope.allows(action)));
    for kept in ["key", ".ssh/id", ".cfg/key"] {
        assert!(!enforced.scope.allows(&Action::Read(scene.path(kept))), "{}", learned.document);
    }
}

#[test]
fn what_a_directory_allows_is_not_granted_twice() {
    let scene = Scene::new();
    make(&scene.path("work/d"));
    make(&scene.path("data"));
    let actions = [
        entry(scene.path("work/a")),
        entry(scene.path("data/zz")),
        entry(scene.path("work/d")),
        entry(scene.path("work/d/x")),
    ];
    let learned = learned(&scene, &actions).document;
    assert!(learned.ends_with("write:\n  - \"./\"\n  - \"~/data/\"\n"), "{learned}");
}

#[test]
fn the_record_that_a_granted_directory_holds_is_told() {
    let scene = Scene::new();
    let mut plan = scene.plan(&[], true);
    plan.store = Some(scene.path("work/.motus/store.db"));
    make(&scene.path("work/.git"));
    let new = |name: &str| entry(scene.path(name));
    let text = |actions: &[(Action, u64)]| {
        let observation = Scene::observation(&plan, actions);
        observed(&plan, &observation, None).1.learned.unwrap().document
    };
    let here = text(&[new("work/x")]);
    assert!(here.contains("- \"./\"  # the record of this run lies there as well"), "{here}");
    let repository = text(&[new("work/.git/index.lock")]);
    assert!(repository.contains("  - \".git/\"  # careful: "), "{repository}");
}

#[test]
fn what_was_built_and_run_is_granted_by_a_directory_that_is_there_beforehand() {
    let scene = Scene::new();
    make(&scene.path("work/build"));
    let (here, inside) = (scene.path("work/run.sh"), scene.path("work/build/x"));
    for (program, made) in [(here, Vec::new()), (inside, vec![entry(scene.path("work/build"))])] {
        let ran = (Action::Execute(program.clone()), 1);
        let learned = learned(&scene, &[made, vec![entry(program.clone()), ran]].concat());
        assert!(learned.document.contains("exec:\n  - \"./\""), "{}", learned.document);
        let enforced = enforced(&scene, &learned);
        assert!(enforced.scope.allows(&Action::Execute(program)) && enforced.made.is_empty());
    }
    // One that was made a program is none before, and what is none was not run.
    let script = scene.path("work/run.sh");
    let made = [(Action::Write(script.clone()), 1), (Action::Execute(script), 1)];
    let changed = learned(&scene, &made).document;
    assert!(changed.contains("write:\n  - \"run.sh\"\nexec:\n  - \"./\"\n"), "{changed}");
    let none = learned(&scene, &[(Action::Execute(scene.path("work/src/a")), 1)]);
    assert_eq!(none.document, "motus_scope: \"0.1\"\n");
    // What lies in a cache is built anew now and then.
    make(&scene.path("work/target/debug"));
    write(&scene.path("work/target/CACHEDIR.TAG"));
    make_program(&scene.path("work/target/debug/x"));
    let kept = learned(&scene, &[(Action::Execute(scene.path("work/target/debug/x")), 1)]);
    assert!(kept.document.contains("exec:\n  - \"target/\"\n"), "{}", kept.document);
    // One that was there is granted by itself.
    make_program(&scene.path("work/src/run"));
    let ran = [(Action::Execute(scene.path("work/src/run")), 1), entry(scene.path("work/x"))];
    assert!(learned(&scene, &ran).document.contains("exec:\n  - \"src/run\"\n"));
}

#[test]
fn names_that_no_document_can_hold_are_granted_by_their_directory() {
    let scene = Scene::new();
    let odd = scene.path("work/src/a\tb");
    make(&odd);
    write(&odd.join("x"));
    let actions = [entry(odd.join("x")), (Action::Write(odd.join("x")), 1)];
    let learned = learned(&scene, &actions);
    assert_eq!(learned.document, "motus_scope: \"0.1\"\nwrite:\n  - \"src/\"\n");
    assert!(enforced(&scene, &learned).scope.allows(&actions[1].0));
}

#[test]
fn a_socket_of_somebody_else_is_granted_by_itself_where_the_command_writes_as_well() {
    let scene = Scene::new();
    let theirs = scene.path("work/src/theirs");
    let own = scene.path("work/src/own");
    let actions =
        [entry(own.clone()), (Action::Write(own), 1), (Action::Connect(Peer::File(theirs)), 1)];
    let learned = learned(&scene, &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    write:
      - "src/"
    unix:
      - "src/theirs"
    "#,
    );
    assert!(enforced(&scene, &learned).scope.allows(&actions[2].0));
}

#[test]
fn what_has_gone_by_the_next_start_is_not_granted() {
    let scene = Scene::new();
    let actions = [
        read(scene.path("work/gone")),
        (Action::Execute(scene.path("work/gone")), 1),
        (Action::Connect(Peer::File(scene.path("nowhere/s"))), 1),
        (Action::Connect(Peer::File(scene.path("other/s"))), 1),
    ];
    let learned = learned(&scene, &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    unix:
      - "~/other/s"
    # not granted: running gone, which has gone
    "#,
    );
    enforced(&scene, &learned);
}

#[test]
fn a_directory_that_is_called_as_the_home_directory_is_itself() {
    let scene = Scene::new();
    make(&scene.path("work/~"));
    write(&scene.path("work/~x"));
    write(&scene.path("work/~/k"));
    write(&scene.path("k"));
    let actions = [
        (Action::Write(scene.path("work/~x")), 1),
        read(scene.path("work/~/k")),
        entry(scene.path("work/~/n")),
    ];
    let learned = learned(&scene, &actions);
    let plan = enforced(&scene, &learned);
    assert!(actions.iter().all(|(action, _)| plan.scope.allows(action)), "{}", learned.document);
    assert!(!plan.scope.allows(&Action::Read(scene.path("k"))), "{}", learned.document);
}

#[test]
fn ports_that_are_drawn_stand_for_any() {
    let scene = Scene::new();
    let connect = |port: u16| (Action::Connect(Peer::Internet(([127, 0, 0, 1], port).into())), 1);
    let learned = learned(&scene, &[connect(40_000), connect(50_000)]).document;
    let expected = "net:\n  - \"tcp://localhost/\"  # any port of this machine's loopback\n";
    assert!(learned.ends_with(expected), "{learned}");
}
