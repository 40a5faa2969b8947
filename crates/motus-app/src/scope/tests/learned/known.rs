//! What is known of names: credentials, what is run later, caches, repositories and what profiles are there for.

use super::*;

#[test]
fn what_holds_credentials_or_runs_later_is_left_out() {
    let scene = Scene::new();
    for directory in [".ssh", ".config/autostart/new", "p"] {
        make(&scene.path(directory));
    }
    for file in [".bashrc", ".netrc", ".ssh/id_rsa", ".config/autostart/new/x", "p/notes"] {
        write(&scene.path(file));
    }
    let actions = [
        (Action::Write(scene.path(".bashrc")), 2),
        read(scene.path(".netrc")),
        read(scene.path(".ssh/id_rsa")),
        entry(scene.path(".config/autostart/new")),
        entry(scene.path(".config/autostart/new/x")),
        read(scene.path("p/notes")),
    ];
    let learned = learned(&scene, &actions);
    expect(
        &learned.document,
        r#"
    motus_scope: "0.1"
    read:
      - "~/p/notes"
      # - "~/.netrc"  # careful, left out: where credentials are kept; reading ~/.netrc needed it, once
      # - "~/.ssh/id_rsa"  # careful, left out: where credentials are kept; reading ~/.ssh/id_rsa needed it, once
    # write:
    #   - "~/.bashrc"  # careful, left out: what logins, shells or you yourself run later, outside of any scope; writing ~/.bashrc needed it, 2 times
    #   - "~/.config/autostart/new/"  # careful, left out: what logins, shells or you yourself run later, outside of any scope; making, renaming or removing ~/.config/autostart/new/x and one more needed it, 2 times
    "#,
    );
    assert_eq!(learned.left_out, 4);
    let plan = enforced(&scene, &learned);
    assert!(!plan.scope.allows(&read(scene.path(".netrc")).0));
    let given = Learned {
        document: learned.document.replace("\n# ", "\n").replace("  # -", "  -"),
        ..learned
    };
    let given =
        enforced(&scene, &Learned { document: given.document.replace("\n#", "\n"), ..given });
    assert!(given.scope.allows(&Action::Write(scene.path(".bashrc"))));
}

#[test]
fn a_directory_that_is_there_by_what_is_made_below_it_is_no_line() {
    let scene = Scene::new();
    make(&scene.path(".new/deep"));
    make(&scene.path(".other/deep"));
    let below = |name: &str| [entry(scene.path(name)), entry(scene.path(name).join("deep"))];
    let text = |more: &[(Action, u64)]| {
        learned(&scene, &[below(".new").as_slice(), more].concat()).document
    };
    let made = "write:\n  - \"~/.new/deep/\"  # made before the start: it is found there, and a plain mkdir of it fails\n";
    assert_eq!(text(&[]), format!("motus_scope: \"0.1\"\n{made}"));
    // A file that is made there as well is what needs the directory, and is named.
    let file = text(&[entry(scene.path(".new/file"))]);
    let needed = "making, renaming or removing ~/.new/file and one more needed it, 2 times";
    assert!(file.contains("# - \"~/.new/\"") && file.contains(needed), "{file}");
}

#[test]
fn what_lies_in_a_cache_is_granted_by_that() {
    let scene = Scene::new();
    for directory in
        [".npm/_cacache/content/1a", ".cache/pip/x", "pip/x", "data/sub", ".cache/apart"]
    {
        make(&scene.path(directory));
    }
    for file in [
        ".npm/_cacache/content/1a/2b",
        "pip/x/f",
        "data/CACHEDIR.TAG",
        "data/sub/f",
        ".cache/apart/f",
    ] {
        write(&scene.path(file));
    }
    let actions = [
        read(scene.path(".npm/_cacache/content/1a/2b")),
        entry(scene.path(".cache/pip/x/new")),
        read(scene.path("data/sub/f")),
        read(scene.path("pip/x/f")),
        read(scene.path(".cache/apart/f")),
    ];
    expect(
        &learned(&scene, &actions).document,
        r#"
    motus_scope: "0.1"
    read:
      - "~/.cache/apart/f"
      - "~/.npm/_cacache/"
      - "~/data/"
      - "~/pip/x/f"
    write:
      - "~/.cache/pip/"
    "#,
    );
    // A tag makes no cache of what nobody should grant.
    write(&scene.path("CACHEDIR.TAG"));
    let home = learned(&scene, &[read(scene.path("pip/x/f"))]).document;
    assert!(home.ends_with("read:\n  - \"~/pip/x/f\"\n"), "{home}");
}

#[test]
fn a_document_can_be_planned_from_the_same_state() {
    let scene = Scene::new();
    make(&scene.path(".foo"));
    write(&scene.path(".foo/s"));
    let address = |text: &str| Peer::Internet(text.parse().unwrap());
    let actions = [
        entry(scene.path(".foo")),
        entry(scene.path(".foo/s")),
        (Action::Connect(Peer::File(scene.path(".foo/s"))), 1),
        (Action::Connect(address("10.0.0.1:0")), 1),
    ];
    let learned = learned(&scene, &actions);
    let document = &learned.document;
    assert!(document.contains("# not granted: connect to 10.0.0.1:0 (once)\n"), "{document}");
    let lost =
        "# not granted: connecting to ~/.foo/s, which comes to be where nothing is granted\n";
    assert!(document.contains(lost) && !document.contains("unix"), "{document}");
    // It is not there when the next run begins.
    remove(&scene.path(".foo"));
    enforced(&scene, &learned);
}

#[test]
fn whom_a_profile_lets_be_reached_is_not_named_again() {
    let scene = Scene::new();
    let address = |text: &str| Peer::Internet(text.parse().unwrap());
    let host = |name: &str| Peer::Host(Host { name: name.into(), port: 443 });
    let actions = [
        (Action::Connect(address("127.0.0.1:80")), 1),
        (Action::Connect(address("127.0.0.1:45678")), 1),
        (Action::Listen(address("127.0.0.1:0")), 1),
        (Action::Connect(host("index.crates.io")), 1),
        (Action::Connect(host("other.example")), 1),
    ];
    let text = |profiles: &[&str]| {
        let plan = scene.plan_with(profiles, &[], true);
        let observation = Scene::observation(&plan, &actions);
        observed(&plan, &observation, None).1.learned.unwrap().document
    };
    let net = "net:\n  - \"https://other.example/\"\n";
    let both = text(&["loopback", "crates"]);
    assert!(
        both.ends_with(&format!("profiles:\n  - \"crates\"\n  - \"loopback\"\n{net}")),
        "{both}"
    );
    // Any port is each port.
    assert_eq!(text(&[]).matches("tcp://localhost").count(), 1);
    // Beside a profile that is offline nobody can be granted.
    let offline = text(&["offline"]);
    assert!(!offline.contains("net:"), "{offline}");
    let remark = "# not granted: connect to other.example:443, where the scope is offline (once)\n";
    assert!(offline.contains(remark), "{offline}");
}

#[test]
fn one_fact_is_told_once() {
    let scene = Scene::new();
    let actions = [(Action::Call("socket:netlink"), 1), (Action::Listen(Peer::Family(16)), 1)];
    let document = learned(&scene, &actions).document;
    assert_eq!(document, "motus_scope: \"0.1\"\n# not granted: socket:netlink (once)\n");
}

#[test]
fn what_a_profile_is_there_for_is_granted_by_it() {
    let scene = Scene::new();
    let actions = [(Action::Write("/dev/ptmx".into()), 1), entry("/dev/shm/sem.k9Ofhw".into())];
    let document = learned(&scene, &actions).document;
    let profiles = "profiles:\n  - \"shared-memory\"\n  - \"terminal\"\n";
    assert_eq!(document, format!("motus_scope: \"0.1\"\n{profiles}"));
}

#[test]
fn a_repository_is_read_as_a_whole_and_written_from_where_the_command_is() {
    let scene = Scene::new();
    make(&scene.path("tree/.git/objects/4a"));
    make(&scene.path("tree/member/sub"));
    make(&scene.path("tree/node_modules/a/node_modules/b"));
    write(&scene.path("tree/node_modules/a/node_modules/b/parse-Bhrl.mjs"));
    for file in ["tree/.git/objects/4a/1b", "tree/Cargo.toml", "tree/member/x"] {
        write(&scene.path(file));
    }
    let mut plan = scene.plan(&[], true);
    plan.directory = scene.path("tree/member/sub");
    let actions = [
        read(scene.path("tree/.git/objects/4a/1b")),
        read(scene.path("tree/node_modules/a/node_modules/b/parse-Bhrl.mjs")),
        read(scene.path("tree/Cargo.toml")),
        read(scene.path("tree/member/x")),
        read(scene.path("other/x")),
        entry(scene.path("tree/target")),
    ];
    make(&scene.path("tree/target"));
    let text = |plan: &Plan| {
        let observation = Scene::observation(plan, &actions);
        observed(plan, &observation, None).1.learned.unwrap().document
    };
    expect(
        &text(&plan),
        r#"
    motus_scope: "0.1"
    read:
      - "~/other/x"
      - "../../.git/"
      - "../../Cargo.toml"
      - "../x"
      - "../../node_modules/"
    write:
      - "../../target/"  # made before the start: it is found there, and a plain mkdir of it fails
    "#,
    );
}

#[test]
fn many_places_of_the_system_are_one_to_decide_on() {
    let scene = Scene::new();
    let bare = |names: &[&str]| {
        let actions: Vec<_> =
            names.iter().map(|name| entry(Path::new("/usr").join(name))).collect();
        learned(&scene, &actions).document
    };
    let own =
        "careful, left out: the system's own, which others run or go by, outside of any scope; ";
    let one = bare(&["share/none"]);
    assert!(one.contains(&format!("#   - \"/usr/share/\"  # {own}")), "{one}");
    let many =
        bare(&["bin/none", "sbin/none", "lib/none", "share/none", "include/none", "src/none"]);
    let all = "#   - \"/usr/\"  # careful, left out: all of /usr; making, renaming or removing /usr/bin/none and 5 more needed it, 6 times\n";
    assert!(many.ends_with(all) && many.matches("left out").count() == 1, "{many}");
}
