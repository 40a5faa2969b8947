//! Reports of the Test Anything Protocol, versions 12 to 14.
//!
//! What no version of the protocol knows is passed over, since the output of programs may stand between its
//! lines. Of a subtest its own points count, not the point that sums them up; a plan that is not kept, a
//! missing one and a test that gives up are errors among the cases.

mod level;
mod line;

use motus_ledger::report::{Status, Tests};

use self::level::{Levels, Pending};
use self::line::{Directive, Point, TapLine};
use super::intake::{Flaw, Intake, Place};
use super::lines::{Line, Lines};
use super::seconds::whole_milliseconds;

/// As much of a line as is looked at, in bytes.
const LONGEST_LINE: usize = 16 << 10;

/// Reads a report to its end, or to where it says that it gives up.
pub(super) fn read(intake: Intake<'_>) -> Result<(Tests, Intake<'_>), Flaw> {
    let mut lines = Lines::new(intake, LONGEST_LINE);
    let mut reading = Reading::default();
    while let Some(line) = lines.next()? {
        reading.take(&line)?;
        if reading.has_given_up {
            break;
        }
    }
    let place = lines.place();
    Ok((reading.end(place)?, lines.into_intake()))
}

#[derive(Default)]
struct Reading {
    tests: Tests,
    levels: Levels,
    /// The last point, which lines may follow that belong to it.
    pending: Option<Pending>,
    /// The block of details that is open.
    details: Option<Details>,
    has_begun: bool,
    has_given_up: bool,
}

/// Details about a point, in YAML.
struct Details {
    place: Place,
    indentation: usize,
}

impl Reading {
    fn take(&mut self, line: &Line<'_>) -> Result<(), Flaw> {
        let text = String::from_utf8_lossy(line.bytes);
        let body = text.trim_start_matches(' ');
        let indentation = text.len().saturating_sub(body.len());
        if let Some(details) = &self.details {
            if indentation <= details.indentation && body.trim_end() == "..." {
                self.details = None;
            } else {
                self.learn(body);
            }
            return Ok(());
        }
        let is_deeper = indentation > self.levels.indentation();
        if body.trim_end() == "---" && is_deeper && self.pending.is_some() {
            self.details = Some(Details { place: line.place, indentation });
            return Ok(());
        }
        let problem = |problem: String| Flaw::Malformed { place: line.place, problem };
        let Some(said) = TapLine::read(body).map_err(problem)? else { return Ok(()) };
        if matches!(said, TapLine::BailOut) {
            self.give_up();
            return Ok(());
        }
        // Four blanks are a level; what stands elsewhere is somebody's output.
        if indentation.is_multiple_of(4) && self.levels.may_have(indentation / 4) {
            self.obey(said, indentation / 4).map_err(problem)?;
        }
        Ok(())
    }

    /// Takes in a line that stands in a level.
    fn obey(&mut self, said: TapLine, level: usize) -> Result<(), String> {
        match said {
            TapLine::Version => self.has_begun = true,
            TapLine::BailOut => {}
            TapLine::Subtest(name) => self.levels.announce(level, name),
            TapLine::Plan(count) => {
                self.has_begun = true;
                self.settle();
                self.levels.close_above(level, &mut self.tests.cases);
                self.levels.open(level, &self.tests.cases)?;
                return self.levels.plan(count);
            }
            TapLine::Point(point) => {
                self.has_begun = true;
                self.settle();
                let mark = self.levels.close_above(level, &mut self.tests.cases);
                self.levels.open(level, &self.tests.cases)?;
                self.levels.count(&point);
                let opens = point.opens;
                self.pending = Some(Pending { name: self.levels.name_of(&point), point, mark });
                if opens {
                    return self.open_block(level);
                }
            }
            TapLine::Open => return self.open_block(level),
            TapLine::Close => {
                self.settle();
                if let Some(pending) = self.levels.close_block(level, &mut self.tests.cases) {
                    pending.settle(&mut self.tests.cases);
                }
            }
        }
        Ok(())
    }

    /// Begins the subtest that stands in braces behind the point that sums it up.
    fn open_block(&mut self, level: usize) -> Result<(), String> {
        match self.pending.take() {
            Some(pending) => {
                let inner = level.saturating_add(1);
                self.levels.announce(level, pending.point.name.clone());
                self.levels.open(inner, &self.tests.cases)?;
                self.levels.hold(pending);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Takes in a line of the details of a point.
    fn learn(&mut self, body: &str) {
        let duration = body.trim_end().strip_prefix("duration_ms:");
        if let (Some(duration), Some(pending)) = (duration, &mut self.pending) {
            let text = duration.trim().trim_matches(['\'', '"']);
            pending.point.milliseconds = whole_milliseconds(text);
        }
    }

    fn settle(&mut self) {
        if let Some(pending) = self.pending.take() {
            pending.settle(&mut self.tests.cases);
        }
    }

    fn give_up(&mut self) {
        self.settle();
        self.has_given_up = true;
        self.has_begun = true;
        self.tests.cases.add("Bail out!", Status::Errored, None);
    }

    fn end(mut self, place: Place) -> Result<Tests, Flaw> {
        let malformed =
            |place, problem: &str| Err(Flaw::Malformed { place, problem: problem.to_owned() });
        if let Some(details) = &self.details {
            return malformed(details.place, "the details of a point do not end");
        }
        if !self.has_begun {
            return malformed(place, "there is no plan and no point of a test in it");
        }
        self.settle();
        if !self.has_given_up {
            self.levels.close_above(0, &mut self.tests.cases);
            self.levels.end(&mut self.tests.cases);
        }
        Ok(self.tests)
    }
}

impl Point {
    /// Returns what it comes to: what is known to fail is no failure.
    fn status(&self) -> Status {
        match (self.is_ok, self.directive) {
            (_, Some(Directive::Skip)) | (false, Some(Directive::Todo)) => Status::Skipped,
            (true, _) => Status::Passed,
            (false, None) => Status::Failed,
        }
    }
}
