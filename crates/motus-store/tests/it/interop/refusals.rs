//! What both sides refuse, in the same words.

use motus_testkit::sample::new_event;

use super::python::Python;
use super::record;
use crate::sandbox::Sandbox;

#[test]
fn the_refusals_read_alike() {
    let Some(python) = Python::find("refusals::the_refusals_read_alike") else {
        return;
    };
    let sandbox = Sandbox::new();
    let run = record(&sandbox);
    let mut ledger = sandbox.ledger();
    let strict = r#"{"type":"object","required":["b","a"],"properties":{"a":{"type":["integer","null"]},"b":{"type":"string","enum":["x"]}}}"#;
    ledger.register("strict", strict).expect("the kind is registered");
    let payloads = [
        "[]",
        "{}",
        r#"{"b":"x"}"#,
        r#"{"a":true,"b":"x"}"#,
        r#"{"a":1,"b":"y"}"#,
        r#"{"a":2.0,"b":"x"}"#,
    ];
    let script = format!(
        "
def said(call):
    try:
        call()
    except Exception as error:
        return str(error)

for payload in {payloads:?}:
    print(said(lambda: log('strict', 'new', json.loads(payload))))
print(said(lambda: log('gone', 'new', {{}})))
print(said(lambda: log('note', 'e0', {{}})))
store.register_kind('other', {{'type': 'object', 'properties': {{'a': {{}}}}}})
for schema in ({{'type': 'object'}}, {{'type': 'object', 'properties': {{'a': {{'type': 'null'}}}}}},
               {{'type': 'object', 'properties': {{'a': {{}}}}, 'required': ['a']}}, [], {{}},
               {{'type': 'object', 'required': [\"it's\", 'z']}}):
    print(said(lambda: store.register_kind('other', schema)))"
    );
    let theirs = python.run(&sandbox, run.as_str(), &script);
    let mut ours: Vec<String> = Vec::new();
    for payload in payloads {
        let refused = ledger.append(&new_event(&run, "strict", "new", payload));
        ours.push(refused.expect_err("a refusal").to_string());
    }
    for (kind, key) in [("gone", "new"), ("note", "e0")] {
        let refused = ledger.append(&new_event(&run, kind, key, "{}"));
        ours.push(refused.expect_err("a refusal").to_string());
    }
    for schema in [
        r#"{"type":"object"}"#,
        r#"{"type":"object","properties":{"a":{"type":"null"}}}"#,
        r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
        "[]",
        "{}",
        r#"{"type":"object","required":["it's","z"]}"#,
    ] {
        ours.push(ledger.register("other", schema).expect_err("a refusal").to_string());
    }
    assert_eq!(theirs.lines().collect::<Vec<_>>(), ours);
}
