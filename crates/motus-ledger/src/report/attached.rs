//! All that one piece of evidence refers to: reports, artifacts, and what could not be read.

use motus_json::{Object, Value, canonical};

use crate::report::analysis::{Analysis, Level};
use crate::report::cases::Cases;
use crate::report::declared::Declared;
use crate::report::diagnostics::Diagnostics;
use crate::report::file::{Artifact, FileReference};
use crate::report::format::Format;
use crate::report::room::Room;
use crate::report::scrub::Scrubber;
use crate::report::tally::Tally;

/// What is kept free of a payload for what is added to it later, in bytes.
const MARGIN: usize = 1 << 10;

/// The cases of a report.
#[derive(Debug, Clone, Default)]
pub struct Tests {
    /// Every case.
    pub cases: Cases,
    /// The counts that the report gives by itself, where they are not those of its cases.
    pub declared: Option<Declared>,
}

/// What was read of a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The format in which it was read.
    pub format: Format,
    /// The file.
    pub file: FileReference,
    /// Its cases, if it is about tests.
    pub tests: Option<Tests>,
    /// The runs of tools that it tells of.
    pub analyses: Vec<Analysis>,
    /// What a compiler said, if it tells of one.
    pub diagnostics: Option<Diagnostics>,
}

/// What something was asked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A report in a format.
    Report(Format),
    /// A file of which only the digest is recorded.
    Artifact,
}

/// Something that was asked for and is not evidence, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As what.
    pub subject: Subject,
    /// Its name, as that of a file that was read.
    pub name: Option<String>,
    /// The stable code of the reason.
    pub code: &'static str,
    /// Line and column of the fault, both counted from one.
    pub place: Option<(u64, u64)>,
}

/// What a piece of evidence refers to.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// Reports.
    pub reports: Vec<Report>,
    /// Artifacts.
    pub artifacts: Vec<Artifact>,
    /// What is missing.
    pub problems: Vec<Problem>,
}

impl Subject {
    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report(format) => format.as_str(),
            Self::Artifact => "file",
        }
    }
}

impl Problem {
    fn to_value(&self, scrubber: &mut Scrubber) -> Value {
        let name = self.name.as_deref().map(|name| scrubber.clean(name));
        let mut members = Object::from([
            ("format", Value::from(self.subject.as_str())),
            ("name", name.into()),
            ("problem", self.code.into()),
        ]);
        if let Some((line, column)) = self.place {
            members.insert("line", line);
            members.insert("column", column);
        }
        members.into()
    }
}

impl Report {
    fn members(&self, scrubber: &mut Scrubber) -> Object {
        let mut members = Object::from([("format", self.format.as_str())]);
        members.extend(self.file.members(scrubber));
        if let Some(tests) = &self.tests {
            members.insert("counts", tests.cases.tally().to_value());
            members.insert("cases", Vec::<Value>::new());
            if let Some(declared) = &tests.declared {
                members.insert("declared", declared.to_value());
            }
        }
        if let Some(diagnostics) = &self.diagnostics {
            members.insert("diagnostics", diagnostics.to_value());
        }
        members.insert("truncated", false);
        members
    }
}

impl Attached {
    /// Returns the counts of all reports together; none when no report is about tests.
    pub fn tally(&self) -> Option<Tally> {
        let tests = self.reports.iter().filter_map(|report| report.tests.as_ref());
        tests.map(|tests| *tests.cases.tally()).reduce(|mut sum, tally| {
            sum.add(&tally);
            sum
        })
    }

    /// Says in a few words what was read, without names; nothing when nothing was.
    pub fn gist(&self) -> Option<String> {
        let words: Vec<String> = [
            self.tally().map(|tally| counted(tally.published())),
            self.analysis_gist(),
            self.build_gist(),
            self.artifact_gist(),
            number_of(self.problems.len(), "problem"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!words.is_empty()).then(|| words.join("; "))
    }

    /// Returns the names of the reports that give other counts than those of their cases.
    pub fn disagreeing(&self) -> impl Iterator<Item = Option<&str>> {
        let disagrees =
            |report: &&Report| report.tests.as_ref().is_some_and(|tests| tests.declared.is_some());
        self.reports.iter().filter(disagrees).map(|report| report.file.name.as_deref())
    }

    fn analysis_gist(&self) -> Option<String> {
        let analyses = || self.reports.iter().flat_map(|report| &report.analyses);
        let is_analysis = self.reports.iter().any(|report| report.format == Format::Sarif);
        is_analysis.then(|| {
            counted(Level::ALL.map(|level| {
                let counts = analyses().map(|analysis| analysis.count(level));
                (level.as_str(), counts.fold(0, u64::saturating_add))
            }))
        })
    }

    fn artifact_gist(&self) -> Option<String> {
        match self.artifacts.as_slice() {
            [one] => Some(format!("{}, {} bytes", one.file.digest, one.file.bytes)),
            many => number_of(many.len(), "artifact"),
        }
    }

    fn build_gist(&self) -> Option<String> {
        let mut found = self.reports.iter().filter_map(|report| report.diagnostics.as_ref());
        let (mut error, mut warning) = (0_u64, 0_u64);
        let first = found.next()?;
        for diagnostics in std::iter::once(first).chain(found) {
            error = error.saturating_add(diagnostics.of("error"));
            warning = warning.saturating_add(diagnostics.of("warning"));
        }
        Some(format!("compiler: {}", counted([("error", error), ("warning", warning)])))
    }

    /// Adds to a payload what it refers to, so that it is no longer than `limit` bytes as it is stored.
    ///
    /// Cases and rules for which there is no room are left out, those first that speak for what was tested,
    /// and their report is marked as `truncated`.
    pub fn record(&self, payload: &mut Object, limit: usize) {
        let mut scrubber = Scrubber::default();
        let artifacts: Vec<Value> =
            self.artifacts.iter().map(|artifact| artifact.to_value(&mut scrubber)).collect();
        let problems: Vec<Value> =
            self.problems.iter().map(|problem| problem.to_value(&mut scrubber)).collect();
        for (name, items) in [("artifacts", artifacts), ("problems", problems)] {
            if !items.is_empty() {
                payload.insert(name, items);
            }
        }
        if !self.reports.is_empty() {
            let reports = self.spelled_reports(payload, limit, &mut scrubber);
            payload.insert("reports", reports);
        }
        scrubber.record(payload);
    }

    fn spelled_reports(
        &self,
        payload: &Object,
        limit: usize,
        scrubber: &mut Scrubber,
    ) -> Vec<Value> {
        let mut reports: Vec<Object> =
            self.reports.iter().map(|report| report.members(scrubber)).collect();
        let mut runs: Vec<Vec<Object>> = Vec::new();
        for report in &self.reports {
            runs.push(report.analyses.iter().map(|run| run.members(scrubber)).collect());
        }
        let length = |object: &Object| canonical::store::write(&object.clone().into()).len();
        let used = reports.iter().chain(runs.iter().flatten()).map(length);
        let used = used.fold(length(payload).saturating_add(MARGIN), usize::saturating_add);
        let mut room = Room(limit.saturating_sub(used));
        self.fill_runs(&mut reports, runs, &mut room, scrubber);
        self.fill_cases(&mut reports, &mut room, scrubber);
        reports.into_iter().map(Value::Object).collect()
    }

    fn fill_runs(
        &self,
        spelled: &mut [Object],
        runs: Vec<Vec<Object>>,
        room: &mut Room,
        scrubber: &mut Scrubber,
    ) {
        for ((report, spelled), mut runs) in self.reports.iter().zip(spelled).zip(runs) {
            if report.format != Format::Sarif {
                continue;
            }
            for (analysis, run) in report.analyses.iter().zip(&mut runs) {
                let (rules, is_cut) = analysis.choose_rules(scrubber, room);
                run.insert("rules", rules);
                if is_cut {
                    spelled.insert("truncated", true);
                }
            }
            spelled.insert("runs", runs);
        }
    }

    /// All that is broken goes before all that is not, whatever the report.
    fn fill_cases(&self, spelled: &mut [Object], room: &mut Room, scrubber: &mut Scrubber) {
        let tests = self.reports.iter().zip(spelled).filter_map(|(report, spelled)| {
            report.tests.as_ref().map(|tests| (&tests.cases, spelled))
        });
        let broken: Vec<_> =
            tests.map(|(cases, spelled)| (cases, spelled, cases.choose_broken(room))).collect();
        for (cases, spelled, chosen) in broken {
            let (cases_of, is_cut) = cases.choose_others(chosen, room);
            spelled.insert("cases", cases_of);
            if is_cut {
                spelled.insert("truncated", true);
            }
            scrubber.join(cases.scrubber());
        }
    }
}

fn counted<const N: usize, T: std::fmt::Display>(counts: [(&'static str, T); N]) -> String {
    counts.map(|(name, count)| format!("{name}={count}")).join(" ")
}

fn number_of(number: usize, noun: &str) -> Option<String> {
    (number > 0).then(|| crate::counted(number, noun))
}
