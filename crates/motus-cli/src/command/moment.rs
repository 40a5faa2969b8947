//! One event of a loop, as a line and for programs.

use motus_app::bundle::{Moment, Step, printable};
use motus_json::{Object, Value};

/// The widest kind that still stands in a column: `VerificationSpecified`.
const WIDEST: usize = 21;

/// Spells events as lines, one for each, and tells of a gap where their numbers first leave one out, or
/// behind them.
pub(super) fn lines(moments: &[Moment], gap: Option<&str>) -> String {
    let widths = moments.iter().map(|moment| printable(&moment.kind).chars().count());
    let kind = widths.filter(|width| *width <= WIDEST).fold(17, usize::max);
    let follows = |pair: &[Moment]| match pair {
        [before, after] => before.seq.checked_add(1) == Some(after.seq),
        _ => true,
    };
    let place = moments.windows(2).position(|pair| !follows(pair));
    let place = place.map_or(moments.len(), |before| before + 1);
    let (before, after) = moments.split_at_checked(place).unwrap_or((moments, &[]));
    let spelled = |moments: &[Moment]| -> String {
        moments.iter().map(|moment| line(moment, kind)).collect()
    };
    [&spelled(before), gap.unwrap_or_default(), &spelled(after)].concat()
}

fn line(moment: &Moment, width: usize) -> String {
    let mark = match moment.step {
        Step::Backtrack => "back to ",
        Step::Repeat => "again ",
        Step::Same | Step::Forward => "",
    };
    let phase = format!("{mark}{}", moment.phase.as_str());
    let (seq, time, kind) = (moment.seq, &moment.ts_utc, printable(&moment.kind));
    let gist = printable(&moment.gist);
    format!("  {seq:>4}  {time:<20}  {phase:<15}  {kind:<width$}  {gist}").trim_end().to_owned()
        + "\n"
}

/// Returns an event for programs.
pub(super) fn object(moment: &Moment) -> Object {
    Object::from([
        ("seq", Value::from(moment.seq)),
        ("ts_utc", moment.ts_utc.as_str().into()),
        ("phase", moment.phase.as_str().into()),
        ("step", moment.step.as_str().into()),
        ("kind", moment.kind.as_str().into()),
        ("gist", moment.gist.as_str().into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use motus_app::bundle::Phase;

    fn moment(seq: u64) -> Moment {
        let (ts_utc, kind) = ("T".to_owned(), "K".to_owned());
        Moment { seq, ts_utc, phase: Phase::Act, step: Step::Same, kind, gist: String::new() }
    }

    fn told(numbers: &[u64], gap: Option<&str>) -> Vec<String> {
        let moments: Vec<Moment> = numbers.iter().map(|seq| moment(*seq)).collect();
        let lines = lines(&moments, gap);
        lines.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_gap_is_told_where_it_is() {
        assert_eq!(told(&[0, 1, 7, 8], Some("gap\n")), ["0", "1", "gap", "7", "8"]);
        assert_eq!(told(&[0, 1], Some("gap\n")), ["0", "1", "gap"]);
        assert_eq!(told(&[u64::MAX, 0, 9], Some("gap\n")).len(), 4);
        assert_eq!(told(&[], Some("gap\n")), ["gap"]);
        assert_eq!(told(&[0, 5], None), ["0", "5"]);
    }
}
