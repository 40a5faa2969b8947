//! What is refused, and what people are warned of.

use super::*;

#[test]
fn what_contradicts_itself_or_is_unknown_is_refused() {
    let mut world = World::allowing(&["net:https://a.example/"]);
    world.request.profiles = vec!["offline".to_owned()];
    assert_eq!(world.try_plan("tool").unwrap_err().code(), "scope.offline");
    world.request.grants.clear();
    assert!(world.try_plan("tool").is_ok());
    world.request.profiles.push("loopback".to_owned());
    let error = world.try_plan("tool").unwrap_err();
    assert!(error.to_string().contains("of the profile loopback"), "{error}");
    world.request.profiles = vec!["nope".to_owned()];
    let error = world.try_plan("tool").unwrap_err();
    assert_eq!(error.code(), "scope.profile_unknown");
    assert!(error.to_string().contains("loopback, offline"), "{error}");
    world.request.profiles.clear();
    world.request.file = Some("nope.yaml".into());
    assert_eq!(world.try_plan("tool").unwrap_err().code(), "input.unreadable");
    world.scope("read: 1\n");
    assert_eq!(world.try_plan("tool").unwrap_err().code(), "scope.document_invalid");
}

#[test]
fn a_level_below_the_required_one_says_what_is_missing() {
    let mut world = World::new();
    world.request.require = Some(Level::EnforcedObserved);
    assert!(world.try_plan("tool").is_ok());
    world.probed = without(Feature::Attempts);
    let ScopeError::LevelTooLow { required, level, shortfalls } =
        world.try_plan("tool").unwrap_err()
    else {
        panic!("another error");
    };
    assert_eq!((required, level), (Level::EnforcedObserved, Level::EnforcedSnapshot));
    assert_eq!(shortfalls, ["attempts: not here"]);
    world.request.require = Some(Level::EnforcedSnapshot);
    assert_eq!(world.plan().declared.shortfalls, ["attempts"]);
    world.request.learns = true;
    let error = world.try_plan("tool").unwrap_err();
    assert!(format!("{error:?}").contains("while a scope is learned"), "{error:?}");
}

#[test]
fn a_document_that_the_command_may_write_is_told() {
    let warnings = |grant: &str| {
        let mut world = World::new();
        fs::write(world.at("project/scope.yaml"), format!("motus_scope: \"0.1\"\n{grant}\n"))
            .unwrap();
        world.request.file = Some("scope.yaml".into());
        world.plan().warnings
    };
    let [told] = warnings("write: [./]").try_into().unwrap();
    assert!(told.weakens && told.text.contains("it can grant itself more"), "{}", told.text);
    let mut world = World::new();
    fs::write(world.at("else/real.yaml"), "motus_scope: \"0.1\"\nwrite: [./]\n").unwrap();
    symlink("../else/real.yaml", world.at("project/link.yaml")).unwrap();
    world.request.file = Some("link.yaml".into());
    assert!(world.plan().warnings[0].text.contains("it can grant itself more"));
    assert!(warnings("write: [out/]").is_empty() && warnings("read: [.]").is_empty());
}

#[test]
fn who_asks_is_told_where_the_command_may_read_its_record() {
    let notes = |words: &[&str], store: &str| {
        let mut world = World::allowing(words);
        world.store = Some(world.at(store));
        world.plan().notes
    };
    let found = notes(&["read:."], "project/.motus/kernel.db");
    assert!(found[0].contains("/project, where the command may read") && found.len() == 1);
    assert_eq!(notes(&["write:."], "project/.motus/kernel.db"), [""; 0], "that is a warning");
    assert_eq!(notes(&["read:."], "home/kernel.db"), [""; 0]);
    assert_eq!(World::allowing(&["read:."]).plan().notes, [""; 0], "nothing is recorded");
}

#[test]
fn people_are_warned_of_what_holds_less_than_it_seems() {
    let warnings = |world: &World| {
        let warnings = world.plan().warnings.into_iter();
        warnings.map(|warning| (warning.text, warning.weakens)).collect::<Vec<_>>()
    };
    let mut world = World::new();
    world.probed = without(Feature::Files);
    let found = warnings(&world);
    assert!(found[0].0.contains("not stopped") && found[0].0.contains("files: not here"));
    assert!(found[0].1 && found.len() == 1, "{found:?}");
    let mut world = World::allowing(&["net:https://a.example/"]);
    world.probed = without(Feature::Attempts);
    let found = warnings(&world);
    assert!(found[0].0.contains("neither seen nor told") && found[0].1, "{found:?}");
    assert!(found[1].0.contains("nobody can be reached"), "{found:?}");
    world.request.learns = true;
    let found = warnings(&world);
    assert!(found[0].0.contains("nothing can be learned") && found[0].1, "{found:?}");
    let mut world = World::allowing(&["write:."]);
    assert_eq!(warnings(&world), []);
    // Neither it nor its directory is there yet.
    world.store = Some(world.at("project/.motus/kernel.db"));
    let found = warnings(&world);
    assert!(found[0].0.contains("what is recorded of the command") && found[0].1, "{found:?}");
    world.store = Some(world.at("home/kernel.db"));
    assert_eq!(warnings(&world), []);
    let world = World::allowing(&["read:./link/file", "read:../else", "write:out/"]);
    let found = warnings(&world);
    assert!(found[0].0.starts_with("read:./link/file is a link out of") && found[0].1);
    assert_eq!(found.len(), 1, "{found:?}");
    let world = World::allowing(&["write:/"]);
    assert!(warnings(&world)[0].0.contains("every file"));
    assert_eq!(world.plan().scope.watched, [world.at("project")]);
}

#[test]
fn a_link_out_of_the_working_directory_is_told_however_its_place_is_written() {
    let warnings = |grant: &str| {
        let mut world = World::new();
        symlink("project", world.at("here")).unwrap();
        symlink("src", world.at("project/inner")).unwrap();
        let written = grant.replace("ROOT", world.at("").to_str().unwrap());
        world.request.grants = vec![Grant::parse(&written).unwrap()];
        let warnings = world.plan().warnings.into_iter();
        warnings.filter(|warning| warning.weakens).map(|warning| warning.text).collect::<Vec<_>>()
    };
    for word in [
        "write:link/",
        "write:ROOT/project/link/",
        "write:ROOT/project/src/../link/",
        "write:ROOT/here/link/made/",
        "write:../project/link/file",
        "write:~/../project/link/",
        "read:ROOT/project/link/",
        // As it is written, the working directory.
        "read:link/../",
    ] {
        let found = warnings(word);
        assert!(found.len() == 1 && found[0].contains("is a link out of"), "{word}: {found:?}");
    }
    let found = warnings("write:inner/");
    assert!(found.len() == 1 && found[0].contains("write:inner/ is a link, to "), "{found:?}");
    assert_eq!(warnings("read:inner/"), [""; 0], "all of it may be read by its own name");
    for word in ["write:ROOT/project/out/", "write:ROOT/here/out/", "write:../else/", "read:~/"] {
        assert_eq!(warnings(word), [""; 0], "{word}");
    }
}

#[test]
fn a_profile_that_lets_the_record_be_written_is_told_of() {
    let mut world = World::new();
    fs::create_dir_all(world.at("home/.cargo/registry")).unwrap();
    world.request.profiles = vec!["crates".to_owned()];
    world.store = Some(world.at("home/.cargo/registry/.motus/kernel.db"));
    let plan = world.plan();
    let [warning] = plan.warnings.as_slice() else { panic!("{:?}", plan.warnings) };
    assert!(warning.text.contains("what is recorded of the command lies in ") && warning.weakens);
    assert_eq!(plan.notes, [""; 0]);
}

#[test]
fn a_grant_of_many_sockets_says_what_is_behind_them() {
    let world = World::allowing(&["unix:/", "unix:~/", "unix:../else/", "unix:out/"]);
    fs::write(world.at("else/docker.sock"), "").unwrap();
    let found: Vec<_> = world.plan().warnings.into_iter().map(|warning| warning.text).collect();
    let says = |directory: &str| {
        format!("unix:{directory} lets the command do all that the daemons with sockets there do")
    };
    let [home, other] = ["home/", "else/"].map(|path| says(world.at(path).to_str().unwrap()));
    assert_eq!(found, [says("/"), other, home]);
}
