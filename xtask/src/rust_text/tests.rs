//! What the scanner hides, what it keeps, and that places do not move.

use super::*;

/// Checks that masking keeps length and lines, and gives `expected` once filler is squeezed out.
#[track_caller]
fn check(text: &str, expected: &str) {
    let masked = mask(text);
    assert_eq!(masked.len(), text.len(), "{text}");
    assert_eq!(masked.lines().count(), text.lines().count(), "{text}");
    let words: Vec<&str> = masked.split_whitespace().collect();
    assert_eq!(words.join(" "), expected, "{text}");
}

#[test]
fn comments_are_blanked() {
    check("a // HashMap\nb", "a b");
    check("a /* x /* nested */ HashMap */ b", "a b");
    check("//! todo!(\n/// Instant\nfn f() {}", "fn f() {}");
    check("a /* never closed", "a");
}

#[test]
fn literals_are_filled() {
    check(r#"f("a // b", c)"#, r#"f("""""""", c)"#);
    check(r#"f("\"x", c)"#, r#"f(""""", c)"#);
    check(r##"f(r#"a"b"#, c)"##, r#"f("""""""", c)"#);
    check(r#"f(b"ab", c)"#, r#"f(""""", c)"#);
    check(r"f('{', '\'', b'}', 'é')", r#"f(""", """", """", """")"#);
}

#[test]
fn lifetimes_and_raw_identifiers_are_code() {
    check("fn f<'a>(x: &'a str, r#type: u8) {}", "fn f<'a>(x: &'a str, r#type: u8) {}");
}

#[test]
fn test_items_are_hidden_and_nothing_else() {
    let code = mask(
        "use a;\n#[cfg(test)]\nmod tests {\n fn t() { x }\n}\nfn kept() {}\n#[cfg(test)]\nmod more;\nuse b;\n",
    );
    let hidden = hide_tests(&code);
    assert_eq!(
        hidden.split_whitespace().collect::<Vec<_>>().join(" "),
        "use a; fn kept() {} use b;"
    );
    assert_eq!(hidden.len(), code.len());
}

#[test]
fn a_hidden_item_ends_where_it_ends() {
    for (code, expected) in [
        ("#[cfg(test)]\nfn f(x: [u8; 2]) { x }\nfn kept() {}", "fn kept() {}"),
        ("#[cfg(test)]\n#[x(a, b)]\nconst A: [u8; 1] = [0];\nuse b;", "use b;"),
        ("struct A { #[cfg(test)] probe: u8 }\nfn kept() {}", "struct A { } fn kept() {}"),
        ("f(#[cfg(test)] x);\nfn kept() {}", "f( ); fn kept() {}"),
        ("use a;\n#[cfg(test)]", "use a;"),
    ] {
        let hidden = hide_tests(code);
        assert_eq!(hidden.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{code}");
    }
}

#[test]
fn words_need_a_boundary_on_both_sides() {
    let found: Vec<usize> = words("Instant MyInstant Instants a::Instant", "Instant").collect();
    assert_eq!(found, [0, 30]);
}

#[test]
fn a_block_ends_at_its_own_brace() {
    assert_eq!(block("fn f() { { } } }", 0), Some(7..14));
    assert_eq!(block("fn f() { {", 0), None);
    assert_eq!(block("fn f();", 0), None);
}

#[test]
fn attributes_are_inner_and_outer_and_end_at_their_own_bracket() {
    let code = "#![a(b[0])]\n# [c]\nfn f() { r#type[0]; #[d = [1]] x }";
    let found: Vec<&str> = attributes(code).map(|range| &code[range]).collect();
    assert_eq!(found, ["[a(b[0])]", "[c]", "[d = [1]]"]);
}

#[test]
fn literals_come_back_with_their_place() {
    let text = r##"match x { A => "bundle.b", /* "no" */ B => r#"c.r"#, C => "" }"##;
    let found = literals(text, &mask(text), 0..text.len());
    assert_eq!(found, [(15, "bundle.b"), (43, "c.r"), (58, "")]);
}

#[test]
fn literals_keep_their_line_breaks_and_their_neighbours() {
    let text = "f(r#\"one\n  two\"#, \"three\"\"four\")";
    let found = literals(text, &mask(text), 0..text.len());
    let texts: Vec<&str> = found.into_iter().map(|(_, literal)| literal).collect();
    assert_eq!(texts, ["one\n  two", "three", "four"]);
}

#[test]
fn lines_count_from_one() {
    assert_eq!(line_of("a\nb\n", 0), 1);
    assert_eq!(line_of("a\nb\n", 2), 2);
}
