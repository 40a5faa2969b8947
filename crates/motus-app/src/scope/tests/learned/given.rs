//! What was granted by hand before it was learned, and what a document says besides.

use super::*;

/// Learns with words that were given by hand.
fn learned_with(scene: &Scene, words: &[&str], actions: &[(Action, u64)]) -> Learned {
    let plan = scene.plan(words, true);
    let observation = Scene::observation(&plan, actions);
    observed(&plan, &observation, None).1.learned.expect("it learns")
}

#[test]
fn what_was_granted_and_used_stays_as_it_was_given() {
    let scene = Scene::new();
    make(&scene.path("work/src/deep"));
    for file in ["work/src/deep/parse-Bhrl.mjs", "other/y", ".netrc"] {
        write(&scene.path(file));
    }
    make_program(&scene.path("work/src/tool"));
    let socket = scene.path("work/own.socket");
    let actions = [
        read(scene.path("work/src/a")),
        read(scene.path("work/src/deep/parse-Bhrl.mjs")),
        read(scene.path("work/src")),
        read(scene.path("other/y")),
        read(scene.path(".netrc")),
        entry(scene.path("work/out/new")),
        entry(scene.path("work/target/x")),
        (Action::Execute(scene.path("work/src/tool")), 1),
        (Action::Execute(scene.path("work/run.sh")), 1),
        (Action::Connect(Peer::Host(Host { name: "h.example".into(), port: 443 })), 1),
        (Action::Connect(Peer::Internet("127.0.0.1:5".parse().unwrap())), 1),
        (Action::Connect(Peer::File(socket)), 1),
        (Action::Connect(Peer::File(scene.path("other/s"))), 1),
    ];
    let words = [
        "read:./src",
        "read:src/b",
        "read:~/.netrc",
        "write:target/",
        "write:./src/../out/",
        "exec:src/",
        "exec:git",
        "net:https://h.example:443",
        "net:https://unused.example/",
        "net:tcp://localhost/",
        "unix:own.socket",
    ];
    let learned = learned_with(&scene, &words, &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    read:
      - "./src"
      - "~/.netrc"
      - "~/other/y"
      # - "src/b"  # nothing needed it this time
    write:
      - "./src/../out/"
      - "target/"
    exec:
      - "src/"
      - "./run.sh"
      # - "git"  # nothing needed it this time
    net:
      - "https://h.example/"
      - "tcp://localhost/"
      # - "https://unused.example/"  # nothing needed it this time
    unix:
      - "own.socket"
      - "~/other/s"
    "#,
    );
    assert_eq!(learned.left_out, 0, "a person gave what is careful");
    let plan = enforced(&scene, &learned);
    for (action, _) in &actions {
        assert!(plan.scope.allows(action), "{action:?}\n{}", learned.document);
    }
    assert_eq!(plan.made, [scene.path("work/target")]);
}

#[test]
fn what_nothing_needed_is_a_comment_by_itself() {
    let scene = Scene::new();
    let unused = learned_with(&scene, &["read:src", "write:out/"], &[]).document;
    expect(
        &unused,
        r#"
    motus_scope: "0.1"
    # read:
    #   - "src"  # nothing needed it this time
    # write:
    #   - "out/"  # nothing needed it this time
    "#,
    );
    // What a profile allows needs no other word, and what is written may be read by that.
    let plan = scene.plan_with(&["workspace"], &["read:src", "write:out/"], true);
    let actions = [read(scene.path("work/src/a")), read(scene.path("work/out/made"))];
    let observation = Scene::observation(&plan, &actions);
    let covered = observed(&plan, &observation, None).1.learned.unwrap().document;
    assert_eq!(covered.matches("nothing needed it").count(), 2, "{covered}");
    let read = learned_with(&scene, &["write:out/"], &actions[1..]).document;
    assert_eq!(read, "motus_scope: \"0.1\"\nwrite:\n  - \"out/\"\n");
    let words = ["read:out", "write:out/", "exec:out/"];
    let narrower = learned_with(&scene, &words, &actions[1..]).document;
    assert!(narrower.contains("read:\n  - \"out\"\n# write:\n"), "{narrower}");
    assert_eq!(narrower.matches("nothing needed it").count(), 2, "{narrower}");
}

#[test]
fn what_lies_around_what_was_given_is_learned_as_ever() {
    let scene = Scene::new();
    make(&scene.path(".cfg"));
    let actions = [
        entry(scene.path(".cfg/x")),
        entry(scene.path("other/new")),
        (Action::Write(scene.path("other/x")), 1),
    ];
    let learned = learned_with(&scene, &["write:~/.cfg/", "write:~/other/x"], &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    write:
      - "~/.cfg/"
      - "~/other/x"
      - "~/other/"
    "#,
    );
    // A program that is built where that was given is granted by it.
    let built = scene.path("work/out/made");
    make_program(&built);
    let actions = [entry(built.clone()), (Action::Execute(built), 1)];
    let learned = learned_with(&scene, &["write:out/"], &actions).document;
    assert!(learned.ends_with("write:\n  - \"out/\"\nexec:\n  - \"out/\"\n"), "{learned}");
}

#[test]
fn what_a_document_says_besides_is_taken_along() {
    let scene = Scene::new();
    let text = r#"
motus_scope: "0.1"
name: "build: \"all\" 🦀"
about: |
  two
  lines
offline: true
observe: { reads: false }
limits: { wall_seconds: 5, output_bytes: 7 }
"#;
    let said = document::read_document(text.as_bytes(), Path::new("old.yaml")).unwrap();
    let mut plan = scene.plan_with(&["offline"], &[], true);
    plan.document = Some(said.clone());
    let host = Peer::Host(Host { name: "h.example".into(), port: 443 });
    let observation = Scene::observation(&plan, &[(Action::Connect(host), 1)]);
    let learned = observed(&plan, &observation, None).1.learned.unwrap().document;
    expect(
        &learned,
        r#"
    motus_scope: "0.1"
    name: "build: \"all\" 🦀"
    about: "two\nlines\n"
    profiles:
      - "offline"
    offline: true
    observe:
      reads: false
    limits:
      wall_seconds: 5
      output_bytes: 7
    # not granted: connect to h.example:443, where the scope is offline (once)
    "#,
    );
    let again = document::read_document(learned.as_bytes(), Path::new("new.yaml")).unwrap();
    assert_eq!(again, ScopeDocument { profiles: vec!["offline".to_owned()], ..said });
}

#[test]
fn what_was_given_leaves_less_room_for_what_is_learned() {
    let scene = Scene::new();
    let names = |place: &str, many: u32| -> Vec<String> {
        (0..many).map(|number| format!("{place}{number}/f")).collect()
    };
    let (given, others) = (names("work/src/", 1000), names(".cfg/d", 1100));
    for name in given.iter().chain(&others) {
        make(scene.path(name).parent().unwrap());
        write(&scene.path(name));
    }
    let actions: Vec<_> = given.iter().chain(&others).map(|name| read(scene.path(name))).collect();
    let words: Vec<String> = given.iter().map(|name| format!("read:~/{name}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let learned = learned_with(&scene, &words, &actions);
    assert!(learned.left_out > 0);
    let plan = enforced(&scene, &learned);
    assert!(actions[..1000].iter().all(|(action, _)| plan.scope.allows(action)));
}
