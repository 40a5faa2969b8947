//! Subtests: levels of points within points.

use std::collections::BTreeMap;

use motus_ledger::report::{Cases, Mark, Status};

use super::Point;

/// The deepest level; a report has one level when it has no subtest.
const DEEPEST: usize = 32;

/// As much of the name of a subtest as is kept while it is read, in bytes.
const LONGEST_NAME: usize = 1024;

/// A point whose case is not added yet.
pub(super) struct Pending {
    pub(super) point: Point,
    /// Its name, behind those of the subtests that it stands in.
    pub(super) name: String,
    /// Where the subtest began that it sums up.
    pub(super) mark: Option<Mark>,
}

impl Pending {
    /// Adds the case of the point. One that sums up others is no case by itself, but where it says more.
    pub(super) fn settle(self, cases: &mut Cases) {
        let (has_cases, has_broken) = self.mark.map_or((false, false), |mark| mark.since(cases));
        let status = self.point.status();
        match (self.mark, status) {
            (Some(mark), Status::Skipped) if has_cases => cases.excuse_since(&mark),
            (_, Status::Failed) if has_cases && has_broken => {}
            (_, Status::Passed) if has_cases => {}
            _ => cases.add(&self.name, status, self.point.milliseconds),
        }
    }
}

/// The levels that are open, the outermost first.
#[derive(Default)]
pub(super) struct Levels {
    open: Vec<Level>,
    /// The names that were told at a level of what follows one level deeper.
    announced: BTreeMap<usize, String>,
}

struct Level {
    /// The name of the subtest; the outermost has none.
    name: Option<String>,
    plan: Option<u64>,
    points: u64,
    highest: u64,
    mark: Mark,
    /// The point that stands before the subtest and sums it up.
    held: Option<Pending>,
}

impl Levels {
    /// Tells whether a line may stand at a level: one deeper than what is open begins a subtest, and so does
    /// one deeper still where the names of the subtests between were told.
    pub(super) fn may_have(&self, level: usize) -> bool {
        // The outermost level is open before anything stands in it.
        let open = self.open.len().max(1);
        (open..level).all(|outer| self.announced.contains_key(&outer))
    }

    /// Returns how many blanks stand before the lines of the innermost level.
    pub(super) fn indentation(&self) -> usize {
        self.open.len().saturating_sub(1).saturating_mul(4)
    }

    /// Takes in the name of a subtest.
    pub(super) fn announce(&mut self, level: usize, name: String) {
        let mut name = name;
        name.truncate(name.floor_char_boundary(LONGEST_NAME));
        self.announced.insert(level, name);
    }

    /// Opens a level, and those that it lies in, unless they are open. Errors: what is wrong.
    pub(super) fn open(&mut self, level: usize, cases: &Cases) -> Result<(), String> {
        if level >= DEEPEST {
            return Err(format!("there are more than {DEEPEST} levels of subtests"));
        }
        while self.open.len() <= level {
            let name = self.next_name();
            let mark = cases.mark();
            self.open.push(Level { name, plan: None, points: 0, highest: 0, mark, held: None });
        }
        Ok(())
    }

    /// Returns the name that was told of the level that is opened next; the outermost has none.
    fn next_name(&mut self) -> Option<String> {
        let level = self.open.len();
        let outer = level.checked_sub(1)?;
        // Older writers tell the name at the level of the subtest itself.
        self.announced.remove(&outer).or_else(|| self.announced.remove(&level))
    }

    /// Keeps the point that sums up the innermost subtest until that ends.
    pub(super) fn hold(&mut self, pending: Pending) {
        if let Some(level) = self.open.last_mut() {
            level.held = Some(pending);
        }
    }

    /// Takes in the plan of the innermost level. Errors: what is wrong.
    pub(super) fn plan(&mut self, count: u64) -> Result<(), String> {
        match self.open.last_mut() {
            Some(level) if level.plan.is_some() => Err("there is a second plan".to_owned()),
            Some(level) => {
                level.plan = Some(count);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Counts a point of the innermost level.
    pub(super) fn count(&mut self, point: &Point) {
        if let Some(level) = self.open.last_mut() {
            level.points = level.points.saturating_add(1);
            level.highest = level.highest.max(point.number.unwrap_or_default());
        }
        let inner = self.open.len().saturating_sub(1);
        self.announced.retain(|level, _| *level < inner);
    }

    /// Returns the name of a point of the innermost level.
    pub(super) fn name_of(&self, point: &Point) -> String {
        let own = match (point.name.as_str(), point.number) {
            ("", Some(number)) => format!("test {number}"),
            ("", None) => "unnamed".to_owned(),
            (name, _) => name.to_owned(),
        };
        let names = self.open.iter().filter_map(|level| level.name.clone());
        names.chain([own]).collect::<Vec<_>>().join(" > ")
    }

    /// Closes what is deeper than a level; returns where the subtest began that stood one deeper.
    pub(super) fn close_above(&mut self, level: usize, cases: &mut Cases) -> Option<Mark> {
        let mut mark = None;
        while self.open.len() > level.saturating_add(1) {
            mark = self.close(cases).and_then(|closed| {
                // In braces that were never closed: its own point sums it up.
                let Some(held) = closed.held else { return Some(closed.mark) };
                Pending { mark: Some(closed.mark), ..held }.settle(cases);
                None
            });
        }
        mark
    }

    /// Closes the subtest in braces that stands one deeper than a level; returns the point that sums it up.
    pub(super) fn close_block(&mut self, level: usize, cases: &mut Cases) -> Option<Pending> {
        self.close_above(level.saturating_add(1), cases);
        let is_block = self.open.len() == level.saturating_add(2)
            && self.open.last().is_some_and(|inner| inner.held.is_some());
        if !is_block {
            return None;
        }
        let closed = self.close(cases)?;
        closed.held.map(|held| Pending { mark: Some(closed.mark), ..held })
    }

    /// Ends the outermost level, which needs a plan.
    pub(super) fn end(&mut self, cases: &mut Cases) {
        let has_plan = self.open.first().is_some_and(|level| level.plan.is_some());
        self.close(cases);
        if !has_plan {
            cases.add("no plan", Status::Errored, None);
        }
    }

    /// Closes the innermost level; a plan that was not kept is an error.
    fn close(&mut self, cases: &mut Cases) -> Option<Level> {
        let level = self.open.pop()?;
        let Level { points, highest, .. } = level;
        let broken = level.plan.filter(|plan| *plan != points || highest > *plan);
        if let Some(plan) = broken {
            let problem = format!("plan 1..{plan}, {points} run");
            let names = self.open.iter().chain([&level]).filter_map(|level| level.name.clone());
            let name = names.chain([problem]).collect::<Vec<_>>().join(" > ");
            cases.add(&name, Status::Errored, None);
        }
        Some(level)
    }
}
