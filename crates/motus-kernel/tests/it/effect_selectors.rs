//! The one spelling of a selector, and the texts that have none.

use motus_kernel::effect::EffectOp::{self, Exec, Network, Publish, ReadFS, WriteFS};
use motus_kernel::effect::{CanonicalEffect, Effect, normalize};
use motus_testkit::any;
use proptest::prelude::*;

#[track_caller]
fn check(op: EffectOp, raw: &str, expected: &str) {
    let found = CanonicalEffect::new(op, raw);
    assert_eq!(found.as_ref().map(CanonicalEffect::selector), Ok(expected), "{raw:?}");
}

#[track_caller]
fn refuse(op: EffectOp, raw: &str, code: &str) {
    let found = CanonicalEffect::new(op, raw).map_err(|error| error.code());
    assert_eq!(found, Err(code), "{raw:?}");
}

#[test]
fn operations_are_ordered_by_name() {
    let names = EffectOp::ALL.map(EffectOp::as_str);
    assert_eq!(names, ["Exec", "Network", "Publish", "ReadFS", "WriteFS"]);
    assert!(names.is_sorted() && EffectOp::ALL.is_sorted());
    for op in EffectOp::ALL {
        assert_eq!(EffectOp::parse(op.as_str()), Some(op));
        assert_eq!(op.to_string(), op.as_str());
    }
    for name in ["", "exec", "WriteFs", "WriteFS ", "Write"] {
        assert_eq!(EffectOp::parse(name), None, "{name:?}");
    }
}

#[test]
fn paths_have_one_spelling() {
    for (raw, expected) in [
        ("fs:src/lib.rs", "fs:src/lib.rs"),
        ("fs:src//a///b", "fs:src/a/b"),
        ("fs:./src/./a", "fs:src/a"),
        ("fs:src/a/.", "fs:src/a/"),
        ("fs:src/a/./", "fs:src/a/"),
        ("fs:src/a//", "fs:src/a/"),
        ("fs:/etc/./passwd", "fs:/etc/passwd"),
        ("fs://etc", "fs:/etc"),
        ("fs:/.//etc/", "fs:/etc/"),
        ("fs:.git/...", "fs:.git/..."),
        ("fs:A/%2e%2e/é/e\u{301}/ a ", "fs:A/%2e%2e/é/e\u{301}/ a "),
        ("fs:ab:c/d:", "fs:ab:c/d:"),
        ("fs:a/c:/d", "fs:a/c:/d"),
        ("fs:/c:/d", "fs:/c:/d"),
    ] {
        check(WriteFS, raw, expected);
        check(ReadFS, raw, expected);
    }
}

#[test]
fn the_roots_are_told_apart() {
    for raw in ["fs:.", "fs:./", "fs:././", "fs:.//", "fs:.//."] {
        check(WriteFS, raw, "fs:./");
    }
    for raw in ["fs:/", "fs://", "fs:/.", "fs:/./", "fs://.//"] {
        check(WriteFS, raw, "fs:/");
    }
    for raw in ["net:https://h", "net:https://h/", "net:https://h/.", "net:https://h/%2E/"] {
        check(Network, raw, "net:https://h/");
    }
}

#[test]
fn addresses_have_one_spelling() {
    for (raw, expected) in [
        ("net:HTTPS://API.Example.COM/V1/data", "net:https://api.example.com/V1/data"),
        ("net:https://example.com./a", "net:https://example.com/a"),
        ("net:https://example.com:443/a", "net:https://example.com/a"),
        ("net:https://example.com:0443", "net:https://example.com/"),
        ("net:https://example.com:/a", "net:https://example.com/a"),
        ("net:http://example.com:443/a", "net:http://example.com:443/a"),
        ("net:http://example.com.:80/a", "net:http://example.com/a"),
        ("net:ws://h:80/", "net:ws://h/"),
        ("net:wss://h:443/", "net:wss://h/"),
        ("net:ftp://h:21/", "net:ftp://h/"),
        ("net:tcp://db:05432", "net:tcp://db:5432/"),
        ("net:git+ssh://h:22/a@b", "net:git+ssh://h:22/a@b"),
        ("net:http://127.0.0.1:8080/", "net:http://127.0.0.1:8080/"),
        ("net:http://[0:0::1]:80/", "net:http://[::1]/"),
        ("net:http://[FE80::A]:8080/x", "net:http://[fe80::a]:8080/x"),
        ("net:https://xn--bcher-kva.example/", "net:https://xn--bcher-kva.example/"),
        ("net:https://h/%7euser/%41%2d%2E%5f", "net:https://h/~user/A-._"),
        ("net:https://h/a%2fb%3f%c3%a9", "net:https://h/a%2Fb%3F%C3%A9"),
        ("net:https://h/a/é b", "net:https://h/a/%C3%A9%20b"),
        ("net:https://h/%c3é", "net:https://h/%C3%C3%A9"),
        ("net:https://h/\"<>[]^`{|}", "net:https://h/%22%3C%3E%5B%5D%5E%60%7B%7C%7D"),
        ("net:https://h/!$&'()*+,;=:@", "net:https://h/!$&'()*+,;=:@"),
        ("net:https://h/%21", "net:https://h/%21"),
        ("net:https://h/%2541", "net:https://h/%2541"),
        ("net:https://h/a/./b/.", "net:https://h/a/b/"),
        ("net:https://h/a/%2e/b", "net:https://h/a/b"),
        ("net:https://h//a//b/", "net:https://h//a//b/"),
        ("net:https://h/...", "net:https://h/..."),
        ("net:https://h/a..b:c", "net:https://h/a..b:c"),
    ] {
        check(Network, raw, expected);
    }
}

#[test]
fn programs_and_targets_are_opaque() {
    check(Exec, "exec: cargo test ", "exec:cargo test");
    check(Exec, "exec:/usr/bin/../Env", "exec:/usr/bin/../Env");
    check(Exec, "exec:C:\\tool.exe", "exec:C:\\tool.exe");
    check(Publish, "pub:  crates.io", "pub:crates.io");
    check(Publish, "pub:npm?x#y", "pub:npm?x#y");
}

#[test]
fn a_selector_belongs_to_its_operation() {
    for (op, raw) in [
        (WriteFS, ""),
        (WriteFS, "src/lib.rs"),
        (WriteFS, "FS:a"),
        (WriteFS, " fs:a"),
        (WriteFS, "net:https://h/"),
        (ReadFS, "exec:cat"),
        (Network, "fs:a"),
        (Network, "https://h/"),
        (Exec, "fs:a"),
        (Publish, "publish:a"),
    ] {
        refuse(op, raw, "effect.selector_prefix");
    }
    let error = CanonicalEffect::new(Publish, "fs:a").expect_err("another kind");
    assert_eq!(error.to_string(), "selector does not begin with `pub:`");
}

#[test]
fn bad_paths_have_codes() {
    for (raw, reason) in [
        ("fs:", "empty"),
        ("fs:..", "traversal"),
        ("fs:../a", "traversal"),
        ("fs:a/../b", "traversal"),
        ("fs:a/..", "traversal"),
        ("fs:/..", "traversal"),
        ("fs:a/.././..//", "traversal"),
        ("fs:a\\b", "backslash"),
        ("fs:..\\a", "backslash"),
        ("fs:C:/a", "drive_letter"),
        ("fs:c:", "drive_letter"),
        ("fs:./c:a", "drive_letter"),
        ("fs:.//z:/", "drive_letter"),
        ("fs:a\0b", "control"),
        ("fs:a\nb", "control"),
        ("fs:\u{7f}", "control"),
    ] {
        refuse(WriteFS, raw, &format!("effect.selector_{reason}"));
        refuse(ReadFS, raw, &format!("effect.selector_{reason}"));
    }
}

#[test]
fn bad_addresses_have_codes() {
    for (raw, reason) in [
        ("net:", "empty"),
        ("net:example.com", "scheme"),
        ("net://example.com", "scheme"),
        ("net:://h/", "scheme"),
        ("net:1a://h/", "scheme"),
        ("net:ht tp://h/", "scheme"),
        ("net:https:/h/", "scheme"),
        ("net:https://user@h/", "userinfo"),
        ("net:https://user:secret@h:1/", "userinfo"),
        ("net:https://@h/", "userinfo"),
        ("net:https://h/a?b=c", "query"),
        ("net:https://h?", "query"),
        ("net:https://h/a#b", "fragment"),
        ("net:https://h#", "fragment"),
        ("net:https://h\\a", "backslash"),
        ("net:https://h/a\\..\\b", "backslash"),
        ("net:https://bücher.example/", "host_not_ascii"),
        ("net:https://h\u{ff0e}example/", "host_not_ascii"),
        ("net:https://", "host"),
        ("net:https:///a", "host"),
        ("net:https://:443/", "host"),
        ("net:https://./", "host"),
        ("net:https://h../", "host"),
        ("net:https://.h/", "host"),
        ("net:https://a..b/", "host"),
        ("net:https://*.h/", "host"),
        ("net:https://h%2ei/", "host"),
        ("net:https://h i/", "host"),
        ("net:https://[::1/", "host"),
        ("net:https://[::g]/", "host"),
        ("net:https://[fe80::1%25eth0]/", "host"),
        ("net:https://[127.0.0.1]/", "host"),
        ("net:https://[::1]a/", "host"),
        ("net:https://h:65536/", "port"),
        ("net:https://h:+80/", "port"),
        ("net:https://h:-1/", "port"),
        ("net:https://h:8a/", "port"),
        ("net:https://h:80:80/", "port"),
        ("net:https://::1/", "host"),
        ("net:https://h/%", "percent"),
        ("net:https://h/%4", "percent"),
        ("net:https://h/%zz", "percent"),
        ("net:https://h/pub/..%00/admin", "percent"),
        ("net:https://h/pub/..%0a/admin", "percent"),
        ("net:https://h/pub/%C0%AE%C0%AE/admin", "percent"),
        ("net:https://h/%+1", "percent"),
        ("net:https://h/a%é", "percent"),
        ("net:https://h/..", "traversal"),
        ("net:https://h/a/../b", "traversal"),
        ("net:https://h/a/%2e%2E/b", "traversal"),
        ("net:https://h/a/.%2e", "traversal"),
        ("net:https://h/a/..%2fb", "traversal"),
        ("net:https://h/a/b%5c%2e%2e", "traversal"),
        ("net:https://h/a/..;/b", "traversal"),
        ("net:https://h/a/..;x=1", "traversal"),
        ("net:https://h/a/%2e%2e;/b", "traversal"),
        ("net:https://h/a/%2e.%3bx/b", "traversal"),
        ("net:https://h/a%2f..;%2fb", "traversal"),
        ("net:https://h/a\tb", "control"),
        ("net:https://h/\r\nHost: i", "control"),
    ] {
        refuse(Network, raw, &format!("effect.selector_{reason}"));
    }
}

#[test]
fn bad_programs_and_targets_have_codes() {
    for (op, prefix) in [(Exec, "exec:"), (Publish, "pub:")] {
        refuse(op, prefix, "effect.selector_empty");
        refuse(op, &format!("{prefix}   "), "effect.selector_empty");
        refuse(op, &format!("{prefix}a\tb"), "effect.selector_control");
        refuse(op, &format!("{prefix}a\n"), "effect.selector_control");
    }
}

#[test]
fn errors_do_not_repeat_the_selector() {
    let error = CanonicalEffect::new(Network, "net:https://me:hunter2@h/").expect_err("a user");
    assert_eq!(error.to_string(), "selector holds a user name or a password");
}

#[test]
fn a_list_is_sorted_by_name_and_bytes_and_holds_nothing_twice() {
    let raw = [
        (WriteFS, "fs:b"),
        (Network, "net:https://H:443"),
        (ReadFS, "fs:./b"),
        (WriteFS, "fs:é"),
        (WriteFS, "fs:./b"),
        (WriteFS, "fs:B/"),
        (Exec, "exec:sh"),
        (Network, "net:https://h/"),
    ];
    let raw = raw.map(|(op, selector)| Effect { op, selector: selector.to_owned() });
    let normal = normalize(&raw).expect("canonical forms");
    let found: Vec<_> = normal.iter().map(|effect| (effect.op(), effect.selector())).collect();
    let expected = [
        (Exec, "exec:sh"),
        (Network, "net:https://h/"),
        (ReadFS, "fs:b"),
        (WriteFS, "fs:B/"),
        (WriteFS, "fs:b"),
        (WriteFS, "fs:é"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_list_is_refused_for_its_first_bad_effect() {
    let raw = ["fs:a", "fs:a\\b", "fs:"];
    let raw = raw.map(|selector| Effect { op: WriteFS, selector: selector.to_owned() });
    assert_eq!(normalize(&raw).map_err(|error| error.code()), Err("effect.selector_backslash"));
    assert_eq!(normalize(&[]), Ok(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn canonicalising_twice_changes_nothing(raw in any::almost_a_selector()) {
        if let Ok(once) = raw.canonicalize() {
            let twice = Effect::from(once.clone()).canonicalize();
            prop_assert_eq!(twice, Ok(once), "{:?}", raw);
        }
    }

    #[test]
    fn canonical_selectors_hold_no_way_up(raw in any::almost_a_selector()) {
        if let Ok(effect) = raw.canonicalize() {
            let selector = effect.selector();
            prop_assert!(!selector.bytes().any(|byte| byte.is_ascii_control()));
            if matches!(effect.op(), ReadFS | WriteFS | Network) {
                let (_, named) = selector.split_once(':').expect("a prefix");
                let count = |name| named.split('/').filter(|segment| *segment == name).count();
                prop_assert!(!selector.contains('\\'), "{}", selector);
                prop_assert_eq!(count(".."), 0, "{}", selector);
                prop_assert_eq!(count("."), usize::from(selector == "fs:./"), "{}", selector);
            }
        }
    }

    #[test]
    fn a_canonical_path_keeps_its_root(raw in any::almost_a_selector()) {
        if let Ok(effect) = raw.canonicalize() && matches!(raw.op, ReadFS | WriteFS) {
            let is_absolute = |selector: &str| selector.starts_with("fs:/");
            prop_assert_eq!(is_absolute(&raw.selector), is_absolute(effect.selector()));
        }
    }
}
