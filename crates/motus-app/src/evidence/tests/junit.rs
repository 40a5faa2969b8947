//! `JUnit` as its writers spell it.

use motus_ledger::report::Format::Junit;

use super::{refused, told};

/// As pytest 9 writes it.
pub(super) const PYTEST: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="7" time="0.065" timestamp="2026-01-02T03:04:05.000001+00:00" hostname="build-host-17"><testcase classname="test_x" name="test_ok" time="0.0005" /><testcase classname="test_x" name="test_bad" time="0.001"><failure message="assert 1 == 2">&gt;   def test_bad(): print("hunter2 /home/bob")
E   assert 1 == 2</failure></testcase><testcase classname="test_x" name="test_skip" time="0.000"><skipped type="pytest.skip" message="no &lt;b&gt;">/home/bob/test_x.py:4: no &lt;b&gt;</skipped></testcase><testcase classname="test_x" name="test_xf" time="0.000"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="test_x" name="test_err" time="0.000"><error message="failed on setup with &quot;RuntimeError: x]]&gt;#x01&quot;">boom</error></testcase><testcase classname="test_x" name="test_p[&lt;&amp;&quot;&gt; é]" time="12.25"><properties><property name="k" value="v" /></properties><system-out>hunter2</system-out></testcase><testcase classname="test_x.TestC" name="test_m" file="/home/bob/test_x.py" line="3" time="0.000" /></testsuite></testsuites>"#;

#[test]
fn pytest() {
    assert_eq!(
        told(Junit, PYTEST),
        "7 total, 3 passed, 1 failed, 1 errored, 2 skipped\n\
         passed 1 test_x::test_ok\n\
         failed 1 test_x::test_bad\n\
         skipped 0 test_x::test_skip\n\
         skipped 0 test_x::test_xf\n\
         errored 0 test_x::test_err\n\
         passed 12250 test_x::test_p[<&\"> é]\n\
         passed 0 test_x.TestC::test_m"
    );
}

/// As the surefire plugin of Maven writes it: one suite, groups of digits in times, reruns.
pub(super) const SUREFIRE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report-3.0.xsd" version="3.0" name="org.example.StoreTest" time="1,234.5" tests="5" errors="1" skipped="1" failures="1">
  <properties>
    <property name="user.home" value="/home/bob"/>
    <property name="java.class.path" value="/home/bob/.m2&#10;x"/>
  </properties>
  <testcase name="reads" classname="org.example.StoreTest" time="1,230.125"/>
  <testcase name="writes" classname="org.example.StoreTest" time="0.004">
    <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[org.opentest4j.AssertionFailedError: expected
	at org.example.StoreTest.writes(StoreTest.java:12) ]] > &none; <b>
]]></failure>
    <rerunFailure message="again" type="x"><stackTrace>x</stackTrace></rerunFailure>
    <system-out><![CDATA[out]]></system-out>
  </testcase>
  <testcase name="flaky" classname="org.example.StoreTest" time="0.01">
    <flakyFailure message="once" type="x"><stackTrace>x</stackTrace></flakyFailure>
  </testcase>
  <testcase name="later" classname="org.example.StoreTest" time="0.0">
    <skipped message="not yet"/>
  </testcase>
  <testcase name="breaks" classname="org.example.StoreTest" time="0,5">
    <error type="java.lang.NullPointerException">java.lang.NullPointerException</error>
  </testcase>
</testsuite>
"#;

#[test]
fn surefire() {
    assert_eq!(
        told(Junit, SUREFIRE),
        "5 total, 2 passed, 1 failed, 1 errored, 1 skipped\n\
         passed 1230125 org.example.StoreTest::reads\n\
         failed 4 org.example.StoreTest::writes\n\
         passed 10 org.example.StoreTest::flaky\n\
         skipped 0 org.example.StoreTest::later\n\
         errored null org.example.StoreTest::breaks"
    );
}

/// As jest-junit writes it: both names are the same.
pub(super) const JEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="1.2">
  <testsuite name="reader" errors="0" failures="1" skipped="1" timestamp="2026-01-02T03:04:05" time="0.9" tests="3">
    <testcase classname="reader reads empty lines" name="reader reads empty lines" time="0.012">
    </testcase>
    <testcase classname="reader fails" name="reader fails" time="0.003">
      <failure>Error: expect(received).toBe(expected)
    at Object.&lt;anonymous&gt; (/home/bob/reader.test.js:3:9)</failure>
    </testcase>
    <testcase classname="reader later" name="reader later" time="0">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>"#;

#[test]
fn jest() {
    assert_eq!(
        told(Junit, JEST),
        "3 total, 1 passed, 1 failed, 0 errored, 1 skipped\n\
         passed 12 reader reads empty lines\n\
         failed 3 reader fails\n\
         skipped 0 reader later"
    );
}

/// As cargo-nextest writes it.
pub(super) const NEXTEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" skipped="0" failures="1" errors="0" uuid="9fdb4216-5f8c-458b-81da-d7b80b5ee041" timestamp="2026-01-02T03:04:05.907+00:00" time="0.490">
    <testsuite name="demo" tests="2" skipped="0" errors="0" failures="1">
        <testcase name="tests::good" classname="demo" timestamp="2026-01-02T03:04:05.907+00:00" time="0.007"/>
        <testcase name="tests::bad" classname="demo" timestamp="2026-01-02T03:04:05.910+00:00" time="0.400">
            <failure message="thread &apos;tests::bad&apos; (18895) panicked at src/lib.rs:16:44" type="test failure with exit code 101">no 1</failure>
            <system-err>
thread &apos;tests::bad&apos; panicked
</system-err>
        </testcase>
    </testsuite>
    <testsuite name="demo::it" tests="1" skipped="0" errors="0" failures="0">
        <testcase name="runs" classname="demo::it" time="0.005"><flakyFailure message="x" type="y">z</flakyFailure></testcase>
    </testsuite>
</testsuites>
"#;

#[test]
fn nextest() {
    assert_eq!(
        told(Junit, NEXTEST),
        "3 total, 2 passed, 1 failed, 0 errored, 0 skipped\n\
         passed 7 demo::tests::good\n\
         failed 400 demo::tests::bad\n\
         passed 5 demo::it::runs"
    );
}

#[test]
fn suites_in_suites_and_cases_without_a_suite() {
    let report = r#"<testsuites><testcase name="alone"/><testsuite name="outer" tests="2">
        <testsuite name="inner"><testcase name="deep" time="1"/></testsuite>
        <testcase name="flat"/></testsuite></testsuites>"#;
    assert_eq!(
        told(Junit, report),
        "3 total, 3 passed, 0 failed, 0 errored, 0 skipped\n\
         passed null alone\n\
         passed 1000 inner::deep\n\
         passed null outer::flat"
    );
}

#[test]
fn other_writers_say_in_attributes_what_came_of_a_case() {
    let report = r#"<testsuite name="g" tests="3" disabled="1" skipped="1">
        <testcase name="a" status="run" result="completed"/>
        <testcase name="b" status="notrun" result="suppressed"/>
        <testcase name="c" status="run" result="skipped"><skipped message="x"/></testcase></testsuite>"#;
    assert_eq!(
        told(Junit, report),
        "3 total, 1 passed, 0 failed, 0 errored, 2 skipped\n\
         passed null g::a\nskipped null g::b\nskipped null g::c"
    );
}

#[test]
fn missing_counts_are_those_of_the_cases_and_other_counts_are_told() {
    let cases = r#"<testcase name="a"/><testcase name="b"><failure/></testcase>"#;
    let of = |attributes: &str| told(Junit, format!("<testsuite {attributes}>{cases}</testsuite>"));
    let counted = "2 total, 1 passed, 1 failed, 0 errored, 0 skipped";
    let listed = "passed null a\nfailed null b";
    assert_eq!(of(""), format!("{counted}\n{listed}"));
    assert_eq!(of(r#"tests="2" failures="1" errors="0""#), format!("{counted}\n{listed}"));
    assert_eq!(of(r#"tests="many""#), format!("{counted}\n{listed}"));
    let declared = "declared: 3 total, 0 failed";
    assert_eq!(of(r#"tests="3" failures="0""#), format!("{counted}\n{declared}\n{listed}"));
}

#[test]
fn a_suite_that_lists_no_case_counts_by_what_it_declares() {
    let report = r#"<testsuites tests="5"><testsuite tests="3" failures="1" skipped="1"/>
        <testsuite name="s" tests="2"><testcase name="a"/><testcase name="b"/></testsuite></testsuites>"#;
    assert_eq!(
        told(Junit, report),
        "5 total, 3 passed, 1 failed, 0 errored, 1 skipped\n\
         passed null s::a\npassed null s::b\ntruncated"
    );
    assert_eq!(
        told(Junit, r#"<testsuites tests="4" errors="1"></testsuites>"#),
        "4 total, 3 passed, 0 failed, 1 errored, 0 skipped\ntruncated"
    );
    assert_eq!(
        refused(
            Junit,
            "<testsuites>\n  <testsuite tests=\"1\" failures=\"2\">\n</testsuite></testsuites>"
        ),
        "3:1: a suite declares more failures than tests"
    );
}

#[test]
fn of_several_things_that_a_case_says_the_worst_counts() {
    let report = r#"<testsuite name="s"><testcase name="a"><skipped/><error/></testcase>
        <testcase name="b"><error/><failure/><skipped/></testcase>
        <testcase name="c"><system-out><failure/></system-out></testcase></testsuite>"#;
    assert_eq!(
        told(Junit, report),
        "3 total, 1 passed, 1 failed, 1 errored, 0 skipped\n\
         errored null s::a\nfailed null s::b\npassed null s::c"
    );
}

/// What Node counts as `todo`, whether it failed or not.
#[test]
fn what_is_still_to_be_done_has_not_failed() {
    let report = r#"<testsuites><testcase name="a"><skipped type="todo"/><failure/></testcase>
        <testcase name="b"><failure/><skipped type="TODO" message="x"/></testcase>
        <testcase name="c"><skipped type="todo"/></testcase>
        <testcase name="d"><skipped type="other"/><failure type="todo"/></testcase></testsuites>"#;
    assert_eq!(
        told(Junit, report),
        "4 total, 0 passed, 1 failed, 0 errored, 3 skipped\n\
         skipped null a\nskipped null b\nskipped null c\nfailed null d"
    );
}

#[test]
fn a_suite_says_nothing_of_cases_that_stand_beside_it() {
    let of = |inside: &str| told(Junit, format!("<testsuites>{inside}</testsuites>"));
    let (case, failed) = (r#"<testcase name="a"/>"#, r#"<testcase name="a"><failure/></testcase>"#);
    let declares = |report: String| of(&report).contains("declared");
    assert!(!declares(format!(r#"{case}<testsuite tests="1" failures="0">{case}</testsuite>"#)));
    assert!(!declares(format!(
        r#"<testsuite>{failed}</testsuite><testsuite tests="1">{case}</testsuite>"#
    )));
    let nested =
        format!(r#"<testsuite>{case}<testsuite tests="2">{case}{case}</testsuite></testsuite>"#);
    assert!(!declares(format!("{nested}{case}")));
    let other = of(&format!(r#"{failed}<testsuite tests="2" failures="0">{case}</testsuite>"#));
    assert!(other.contains("\ndeclared: 3 total, 1 failed\n"), "{other}");
}

#[test]
fn no_more_cases_are_declared_than_can_be_counted() {
    let declared = |tests: u64| format!(r#"<testsuite tests="{tests}"></testsuite>"#);
    let most = u64::from(u32::MAX);
    let told_of_most =
        format!("{most} total, {most} passed, 0 failed, 0 errored, 0 skipped\ntruncated");
    assert_eq!(told(Junit, declared(most)), told_of_most);
    for report in [
        declared(most + 1),
        declared(u64::MAX),
        format!("<testsuites>{}{}</testsuites>", declared(most), declared(1)),
    ] {
        let refused = refused(Junit, &report);
        assert!(refused.ends_with(": suites declare more than 4294967295 cases"), "{refused}");
    }
}

#[test]
fn names_lose_credentials_and_absolute_paths() {
    let report = r#"<testsuite name="/home/bob/reader.spec.js"><testcase name="logs in with token=hunter2"/></testsuite>"#;
    assert_eq!(
        told(Junit, report),
        "1 total, 1 passed, 0 failed, 0 errored, 0 skipped\n\
         passed null [PATH] > logs in with token=[REDACTED]"
    );
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    for (report, expected) in [
        ("", "1:1: there is no element"),
        ("\n\nnothing", "3:1: there is text outside of the outermost element"),
        ("<html/>", "1:1: the outermost element is neither testsuites nor testsuite"),
        (
            "<testsuite>\n <testcase></testsuite>",
            "2:12: an end tag is not that of the innermost element",
        ),
        ("<testsuite>\n<testcase name=\"é\"/>", "2:21: the document ends inside of an element"),
        ("<testsuite/>\n<testsuite/>", "2:1: there is more than one outermost element"),
        ("<testsuite/>x", "1:13: there is text outside of the outermost element"),
        ("<testsuite/></testsuite>", "1:13: an end tag is not that of the innermost element"),
        ("<testsuite>\n  <testcase", "2:3: tag not closed: `>` not found before end of input"),
        ("<testsuite a=1/>", "1:1: the value of an attribute stands in no quotation marks"),
        ("<testsuite a='1' a='2'/>", "1:1: an element has an attribute twice"),
        ("<testsuite a='<'/>", "1:1: there is a < in the value of an attribute"),
        ("<testsuite a='&x;'/>", "1:1: there is an entity that is none of the five of XML"),
        (
            "<testsuite>\n &x; </testsuite>",
            "2:2: there is an entity that is none of the five of XML",
        ),
        ("<testsuite> & </testsuite>", "1:13: a reference has no end"),
        (
            "<testsuite>&#0;</testsuite>",
            "1:12: a character is named by a number that no character has",
        ),
        (
            "<testsuite a='&#xD800;'/>",
            "1:1: a character is named by a number that no character has",
        ),
        ("<testsuite>\n<![CDATA[ ]] ></testsuite>", "2:1: a CDATA section does not end"),
        (
            "<!DOCTYPE x [<!ENTITY y 'z'>]>\n<testsuite/>",
            "1:1: a document type is declared, which is not read",
        ),
        (
            "<?xml version='1.0' encoding='UTF-16'?><testsuite/>",
            "1:1: it is encoded in another way than UTF-8",
        ),
        (
            "<testsuite/><?xml version='1.0'?>",
            "1:13: the declaration of XML does not stand at the beginning",
        ),
        ("<testsuite><></></testsuite>", "1:12: the name of an element or an attribute is none"),
    ] {
        assert_eq!(refused(Junit, report), expected, "{report}");
    }
    assert_eq!(refused(Junit, b"<testsuite a='\xff'/>"), "1:1: it is not UTF-8");
    assert_eq!(refused(Junit, b"\xff\xfe<\0t\0"), "1:1: it is encoded in another way than UTF-8");
}

#[test]
fn what_is_not_recorded_need_not_be_text() {
    let report = b"\xef\xbb\xbf<testsuite name='s'><testcase name='a'><system-out>\x1b[31m\xff ]]&gt; &#27; &#x1F600;</system-out></testcase></testsuite><!-- end -->\n";
    assert_eq!(
        told(Junit, report),
        "1 total, 1 passed, 0 failed, 0 errored, 0 skipped\npassed null s::a"
    );
}
