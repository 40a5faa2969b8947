//! Curves as SVG, both axes logarithmic: a chart that explains itself, in light and in dark surroundings.
//!
//! Knows nothing of what was measured. Colours follow the reader's scheme; who cannot tell them apart has
//! markers of four shapes, and every curve has its name at its end.

use std::fmt::Write;

use super::growth::Curve;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 540.0;
/// The plot without labels: left, right, top and bottom.
const LEFT: f64 = 92.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 466.0;
/// Where the names of the curves begin, with their markers.
const LABELS: f64 = 688.0;
/// Labels closer than that run into each other.
const LINE_HEIGHT: f64 = 34.0;

const STYLE: &str = "\
  .back { fill: #ffffff } .grid { stroke: #d8dce2 } .axis { stroke: #5b6470 } .guide { stroke: #8a93a0 }
  text { fill: #1d2430; font: 13px system-ui, sans-serif } .head { font-size: 17px; font-weight: 600 }
  .soft { fill: #57606c } .grid, .axis, .guide { stroke-width: 1; fill: none }
  .guide { stroke-dasharray: 3 5 } .lead { stroke: #b3bac4; fill: none } .curve { stroke-width: 2; fill: none }
  .line0 { stroke: #0067a8 } .line1 { stroke: #b5460f } .line2 { stroke: #0b7a55 } .line3 { stroke: #8f3a86 }
  .mark0 { fill: #0067a8 } .mark1 { fill: #b5460f } .mark2 { fill: #0b7a55 } .mark3 { fill: #8f3a86 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #14181f } .grid { stroke: #2c333d } .axis { stroke: #98a2b0 } .guide { stroke: #6c7684 } .lead { stroke: #4a535f }
    text { fill: #e8ecf2 } .soft { fill: #a8b1be }
    .line0 { stroke: #63b8f2 } .line1 { stroke: #f29a62 } .line2 { stroke: #4fd0a0 } .line3 { stroke: #e093d6 }
    .mark0 { fill: #63b8f2 } .mark1 { fill: #f29a62 } .mark2 { fill: #4fd0a0 } .mark3 { fill: #e093d6 }
  }
";

/// Draws the curves. Points that a logarithm cannot show are left out.
pub(super) fn draw(curves: &[Curve]) -> String {
    let curves: Vec<Curve> = curves.iter().map(visible).collect();
    let chart = Chart::over(&curves);
    let mut svg = String::new();
    let names: Vec<&str> = curves.iter().map(|curve| curve.name).collect();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n\
         <title>Time over number</title>\n\
         <desc>Milliseconds of {} over growing numbers, both axes logarithmic.</desc>\n\
         <style>\n{STYLE}</style>\n<rect class=\"back\" width=\"100%\" height=\"100%\"/>",
        escaped(&names.join(", ")),
    );
    text(&mut svg, (LEFT, 30.0), "head", "start", "Time over number");
    text(&mut svg, (LEFT, 49.0), "soft", "start", "both axes logarithmic; dotted: linear growth");
    chart.axes(&mut svg);
    chart.guide(&mut svg);
    for (place, curve) in curves.iter().enumerate() {
        chart.curve(&mut svg, place, curve);
    }
    chart.labels(&mut svg, &curves);
    svg.push_str("</svg>\n");
    svg
}

fn visible(curve: &Curve) -> Curve {
    let is_visible = |point: &&(f64, f64)| point.0 > 0.0 && point.1 > 0.0;
    let points = curve.points.iter().filter(is_visible).copied().collect();
    Curve { points, ..*curve }
}

/// The decades that are shown: their exponents.
struct Chart {
    numbers: (i32, i32),
    times: (i32, i32),
}

impl Chart {
    fn over(curves: &[Curve]) -> Self {
        let points = || curves.iter().flat_map(|curve| &curve.points);
        Self {
            numbers: decades(points().map(|(number, _)| *number)),
            times: decades(points().map(|(_, time)| *time)),
        }
    }

    fn x(&self, number: f64) -> f64 {
        LEFT + share(number, self.numbers) * (RIGHT - LEFT)
    }

    fn y(&self, time: f64) -> f64 {
        BOTTOM - share(time, self.times) * (BOTTOM - TOP)
    }

    fn axes(&self, svg: &mut String) {
        for exponent in self.numbers.0..=self.numbers.1 {
            let x = self.x(10_f64.powi(exponent));
            line(svg, "grid", (x, TOP), (x, BOTTOM));
            text(svg, (x, BOTTOM + 20.0), "soft", "middle", &count(exponent));
        }
        for exponent in self.times.0..=self.times.1 {
            let y = self.y(10_f64.powi(exponent));
            line(svg, "grid", (LEFT, y), (RIGHT, y));
            text(svg, (LEFT - 10.0, y + 4.0), "soft", "end", &duration(exponent));
        }
        line(svg, "axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
        line(svg, "axis", (LEFT, TOP), (LEFT, BOTTOM));
        let middle = f64::midpoint(LEFT, RIGHT);
        text(
            svg,
            (middle, BOTTOM + 48.0),
            "",
            "middle",
            "number of events, leaves, effects or bytes",
        );
        let middle = f64::midpoint(TOP, BOTTOM);
        let _ = writeln!(
            svg,
            "<text transform=\"translate(22 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">time</text>"
        );
    }

    /// Draws what ten times the time for ten times the number looks like, through the middle of the chart.
    fn guide(&self, svg: &mut String) {
        let middle = |(least, most): (i32, i32)| f64::from(least + most) / 2.0;
        let (of_numbers, of_times) = (middle(self.numbers), middle(self.times));
        let reach = |(least, most): (i32, i32)| f64::from(most - least) / 2.0;
        let reach = reach(self.numbers).min(reach(self.times));
        let end =
            |by: f64| (self.x(10_f64.powf(of_numbers + by)), self.y(10_f64.powf(of_times + by)));
        line(svg, "guide", end(-reach), end(reach));
    }

    fn curve(&self, svg: &mut String, place: usize, curve: &Curve) {
        let place = place % 4;
        let points: Vec<(f64, f64)> =
            curve.points.iter().map(|(number, time)| (self.x(*number), self.y(*time))).collect();
        let joined: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let joined = joined.join(" ");
        let _ = writeln!(svg, "<polyline class=\"curve line{place}\" points=\"{joined}\"/>");
        for ((x, y), (number, time)) in points.iter().zip(&curve.points) {
            let _ = writeln!(
                svg,
                "<path class=\"mark{place}\" d=\"M{x:.1} {y:.1}{}\"><title>{number} {}: {time:.3} ms</title></path>",
                MARKS[place],
                escaped(curve.unit),
            );
        }
    }

    /// Writes each name beside the end of its curve, moved down where another one stands.
    fn labels(&self, svg: &mut String, curves: &[Curve]) {
        let ends = curves.iter().enumerate().filter_map(|(place, curve)| {
            let (number, time) = curve.points.last()?;
            Some((self.x(*number), self.y(*time), place % 4, curve))
        });
        let mut ends: Vec<_> = ends.collect();
        ends.sort_by(|left, right| left.1.total_cmp(&right.1));
        let mut free = TOP;
        for (x_end, y_end, place, curve) in ends {
            let y = y_end.max(free);
            free = y + LINE_HEIGHT;
            line(svg, "lead", (x_end + 9.0, y_end), (LABELS - 11.0, y));
            let mark = MARKS[place];
            let _ = writeln!(svg, "<path class=\"mark{place}\" d=\"M{LABELS:.1} {y:.1}{mark}\"/>");
            let x = LABELS + 13.0;
            text(svg, (x, y + 4.0), "", "start", curve.name);
            let growth = curve.exponent().map(|exponent| format!(", n^{exponent:.2}"));
            let below = format!("{}{}", curve.unit, growth.unwrap_or_default());
            text(svg, (x, y + 19.0), "soft", "start", &below);
        }
    }
}

/// Circle, square, triangle and diamond, around the point where the pen stands.
const MARKS: [&str; 4] = [
    "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "m-3.5 -3.5h7v7h-7z",
    "m0 -4.5l4.5 8h-9z",
    "m0 -5l5 5l-5 5l-5 -5z",
];

/// Returns the decades between which all values lie, one of them at least.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let exponents = values.map(f64::log10);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for exponent in exponents {
        (least, most) = (least.min(exponent), most.max(exponent));
    }
    if least > most {
        return (0, 1);
    }
    #[expect(clippy::cast_possible_truncation, reason = "exponents are small")]
    let (least, most) = (least.floor() as i32, most.ceil() as i32);
    (least, most.max(least + 1))
}

fn share(value: f64, (least, most): (i32, i32)) -> f64 {
    (value.log10() - f64::from(least)) / f64::from(most - least)
}

/// Spells a power of ten of a count.
fn count(exponent: i32) -> String {
    match exponent {
        0..=2 => format!("{}", 10_f64.powi(exponent)),
        3..=5 => format!("{} k", 10_f64.powi(exponent - 3)),
        6..=8 => format!("{} M", 10_f64.powi(exponent - 6)),
        _ => format!("1e{exponent}"),
    }
}

/// Spells a power of ten of milliseconds.
fn duration(exponent: i32) -> String {
    match exponent {
        -6..=-4 => format!("{} ns", 10_f64.powi(exponent + 6)),
        -3..=-1 => format!("{} µs", 10_f64.powi(exponent + 3)),
        0..=2 => format!("{} ms", 10_f64.powi(exponent)),
        3..=5 => format!("{} s", 10_f64.powi(exponent - 3)),
        _ => format!("1e{exponent} ms"),
    }
}

fn line(svg: &mut String, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>");
}

fn text(svg: &mut String, (x, y): (f64, f64), class: &str, anchor: &str, words: &str) {
    let words = escaped(words);
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(name: &'static str, points: &[(f64, f64)]) -> Curve {
        Curve { name, unit: "leaves", points: points.to_vec() }
    }

    /// Reads the numbers of the curves' lines.
    fn lines(svg: &str) -> Vec<Vec<(f64, f64)>> {
        let points =
            svg.lines().filter_map(|line| line.split_once("points=\"")?.1.strip_suffix("\"/>"));
        let point = |point: &str| {
            let (x, y) = point.split_once(',').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        points
            .map(|points| points.split(' ').filter(|p| !p.is_empty()).map(point).collect())
            .collect()
    }

    #[test]
    fn decades_are_as_far_apart_as_decades() {
        let svg = draw(&[curve("a", &[(100.0, 0.5), (1000.0, 5.0), (10_000.0, 500.0)])]);
        let [line] = &lines(&svg)[..] else { panic!("one curve: {svg}") };
        let [(x1, y1), (x2, y2), (x3, y3)] = line[..] else { panic!("three points") };
        assert_eq!((x1, x3), (LEFT, RIGHT));
        assert!(((x2 - x1) - (x3 - x2)).abs() < 0.11, "the same step to the right");
        assert!((2.0 * (y1 - y2) - (y2 - y3)).abs() < 0.31, "twice the step up");
        assert!(line.iter().all(|(_, y)| (TOP..=BOTTOM).contains(y)));
    }

    #[test]
    fn axes_and_curves_are_named() {
        let first = curve("first", &[(100.0, 0.02), (100_000.0, 20.0)]);
        let svg = draw(&[first, curve("second", &[(100.0, 0.3), (1e6, 2000.0)])]);
        for words in [
            ">number of events, leaves, effects or bytes<",
            ">time<",
            ">first<",
            ">second<",
            ">leaves, n^1.00<",
            ">100<",
            ">10 k<",
            ">1 M<",
            ">10 µs<",
            ">100 ms<",
            ">10 s<",
            ">100 leaves: 0.020 ms<",
            "prefers-color-scheme: dark",
        ] {
            assert!(svg.contains(words), "{words}");
        }
    }

    #[test]
    fn names_at_one_height_do_not_run_into_each_other() {
        let points = [(10.0, 1.0), (100.0, 9.0)];
        let svg = draw(&[curve("a", &points), curve("b", &points), curve("c", &points)]);
        let height = |name: &str| -> f64 {
            let line = svg.lines().find(|line| line.contains(&format!(">{name}</text>"))).unwrap();
            line.split("y=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        assert!(
            height("b") >= height("a") + LINE_HEIGHT && height("c") >= height("b") + LINE_HEIGHT
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing_and_every_element_is_closed() {
        let odd = curve("<&>", &[(0.0, 1.0), (10.0, 0.0), (100.0, 5.0), (f64::NAN, 1.0)]);
        for svg in
            [draw(&[]), draw(std::slice::from_ref(&odd)), draw(&[curve("one", &[(1.0, 1.0)])])]
        {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            let opened = svg.matches('<').count() - svg.matches("</").count();
            let closed = svg.matches("</").count() + svg.matches("/>").count();
            assert_eq!(opened, closed, "{svg}");
        }
        assert_eq!(lines(&draw(&[odd]))[0].len(), 1);
    }
}
