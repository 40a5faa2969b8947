//! Digests of canonical texts, as the published CLI 0.5.3 computes them.

use motus_json::canonical;
use motus_ledger::Digest;
use motus_testkit::sample::json;

/// Reads a canonical text, writes it again and expects the same bytes with the published digest.
#[track_caller]
fn check(text: &str, hex: &str) {
    let written = canonical::store::write(&json(text));
    assert_eq!(written, text);
    assert_eq!(Digest::of(&written).hex(), hex, "{text}");
}

#[test]
fn small_documents() {
    check("{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    check(r#"[1,"a"]"#, "2010945388e2de98f5651051478912aa4ff38bb13a2cdb1a2c257bb97fbf98ff");
    check(
        r#"{"properties":{},"required":[],"type":"object"}"#,
        "c8a1ac469a826ea3547ac220c7bbfdcd6b58080d4ec596ff2a0149c5ccb9b699",
    );
}

#[test]
fn numbers_and_escapes() {
    check(
        r#"{"a":[1,2.0,1e+21,1e-07,0.1,-0.0,1e+16,123456789012345678901234567890,true,null,"\u00e9\u2028\ud83d\ude00\u0000\u007f\"\\/\b\f\n\r\t<>&"],"b":1}"#,
        "d1d8164e8b2be078721eb9e68f03809d391a59d761f45ff4054e4eef21b44329",
    );
    check(
        r#"{"d":1e-05,"e":0.0001,"f":1e+17,"g":123456789.12345679,"h":1000000000000000.0,"i":5e-324,"j":1.5e+300,"k":1e+22,"m":100.0,"n":1.0}"#,
        "88ec61e48feb17246045412e07f83bc7bd94ab432ecf509919dce6557bff7687",
    );
}

#[test]
fn lone_surrogates() {
    check(r#"{"s":"\ud800"}"#, "d06a70a1ca4d3ac4099cd5f35ecbb551be652247e0950c05790e8f0c58010851");
}

#[test]
fn numbers_that_only_old_rows_hold() {
    check(
        r#"{"x":NaN,"y":Infinity,"z":-Infinity}"#,
        "f0674081a5212745736baeeecdcb5ab4cbafaa8f903f2631684fe3b4d24059de",
    );
}

#[test]
fn keys_are_sorted_by_code_point() {
    check(
        r#"{"":6,"Z":3,"z":2,"\u00e9":1,"\uffff":5,"\ud83d\ude00":4}"#,
        "91b39ff5fa8f0ccab478d6153bf3c990329bc573db34dabc11acc04cc175d800",
    );
}

#[test]
fn an_integer_and_a_float_differ() {
    let digest = |text| Digest::of(canonical::store::write(&json(text)));
    assert_ne!(digest(r#"{"n":1}"#), digest(r#"{"n":1.0}"#));
    assert_eq!(digest(r#"{"n":1.0}"#), digest(r#"{ "n": 10e-1 }"#));
}
