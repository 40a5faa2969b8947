//! One manual page in the language of `man`.
//!
//! The renderer gives name, description, options and commands. What it does not know or gives less well
//! is written here: a title with an empty date, the usage line as in the help, examples, remarks, and
//! where to read on.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// Stands above the examples in the help, and not on the page.
const EXAMPLES: &str = "Examples:";

/// Returns the page of a command that was built; `above` are the names of those it belongs to.
pub(super) fn page(command: &Command, name: &str, above: &[&str]) -> String {
    let man = Man::new(command.clone());
    let mut page = Roff::new().render();
    page.push_str(&title(name, above));
    let mut add = |section: &str| page.push_str(section);
    add(&rendered(|out| man.render_name_section(out)));
    add(&synopsis(command));
    add(&rendered(|out| man.render_description_section(out)));
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        add(&rendered(|out| man.render_options_section(out)));
    }
    if command.get_subcommands().any(|inner| !inner.is_hide_set()) {
        add(&rendered(|out| man.render_subcommands_section(out)));
    }
    let text = |styled: Option<&clap::builder::StyledStr>| styled.map(ToString::to_string);
    if let Some(examples) = text(command.get_before_long_help().or(command.get_before_help())) {
        add(&as_it_stands("EXAMPLES", &examples));
    }
    if let Some(notes) = text(command.get_after_long_help().or(command.get_after_help())) {
        add(&paragraphs("NOTES", &notes));
    }
    add(&see_also(above));
    tidy(&page)
}

/// A control line drops an argument that is empty, and the renderer writes its title as one.
fn title(name: &str, above: &[&str]) -> String {
    let program = above.first().unwrap_or(&name);
    let (title, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    format!(".TH {title} 1 \"\" \"{program} {version}\" \"User Commands\"\n")
}

fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let rest = usage.strip_prefix(name).unwrap_or(usage);
    section("SYNOPSIS", |roff| {
        roff.text([bold(name), roman(rest)]);
    })
}

/// Returns a section in which every line stands by itself.
fn as_it_stands(heading: &str, text: &str) -> String {
    section(heading, |roff| {
        roff.control("nf", []);
        for line in text.lines().filter(|line| *line != EXAMPLES) {
            match line.strip_prefix("  ").unwrap_or(line) {
                "" => roff.control("sp", []),
                line => roff.text([roman(line)]),
            };
        }
        roff.control("fi", []);
    })
}

/// Returns a section in which every line is a paragraph.
fn paragraphs(heading: &str, text: &str) -> String {
    section(heading, |roff| {
        for (number, line) in text.lines().filter(|line| !line.is_empty()).enumerate() {
            if number > 0 {
                roff.control("PP", []);
            }
            roff.text([roman(line)]);
        }
    })
}

/// Names the pages above, or where a program's page leads when there is none.
fn see_also(above: &[&str]) -> String {
    if above.is_empty() {
        return String::new();
    }
    let last = above.len() - 1;
    section("SEE ALSO", |roff| {
        for (number, name) in above.iter().enumerate() {
            let behind = if number < last { "(1)," } else { "(1)" };
            roff.text([bold(*name), roman(behind)]);
        }
    })
}

fn section(heading: &str, fill: impl FnOnce(&mut Roff)) -> String {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    fill(&mut roff);
    rendered(|out| roff.to_writer(out))
}

/// Renders a part without the lines that stand once at the top of a page.
fn rendered(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    render(&mut bytes).expect("writing to memory cannot fail");
    let text = String::from_utf8(bytes).expect("what was rendered from text is text");
    text.strip_prefix(&Roff::new().render()).map(str::to_owned).unwrap_or(text)
}

/// Takes off blanks at the ends of lines, and empty lines, which are no part of the language; spells the
/// characters that some renderers print as quotation marks and accents.
fn tidy(page: &str) -> String {
    let page = page.replace('`', r"\(ga").replace('~', r"\(ti").replace('^', r"\(ha");
    let lines = page.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    fn inner() -> Command {
        let program = Command::new("outer").subcommand(
            Command::new("inner")
                .about("Does it")
                .long_about("Does it\n\nAnd .more of 'it'")
                .before_help("Examples:\n  outer inner x\n\n  outer inner .y")
                .after_help("One `remark`.\nOne of ~/x^2.")
                .arg(Arg::new("plain").long("plain").value_name("N"))
                .arg(Arg::new("what").value_name("WHAT").required(true).help("What to do")),
        );
        let mut program = program.disable_help_subcommand(true);
        program.build();
        program.find_subcommand("inner").unwrap().clone()
    }

    #[test]
    fn a_page_has_its_sections_and_no_date() {
        let page = page(&inner(), "outer-inner", &["outer"]);
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            r#".ie \n(.g .ds Aq \(aq
.el .ds Aq '
.TH OUTER-INNER 1 "" "outer {version}" "User Commands"
.SH NAME
outer\-inner \- Does it
.SH SYNOPSIS
\fBouter inner\fR [OPTIONS] <WHAT>
.SH DESCRIPTION
Does it
.PP
And .more of \*(Aqit\*(Aq
.SH OPTIONS
.TP
\fB\-\-plain\fR \fI<N>\fR
.TP
\fB\-h\fR, \fB\-\-help\fR
Print help (see a summary with \*(Aq\-h\*(Aq)
.TP
<\fIWHAT\fR>
What to do
.SH EXAMPLES
.nf
outer inner x
.sp
outer inner .y
.fi
.SH NOTES
One \(garemark\(ga.
.PP
One of \(ti/x\(ha2.
.SH "SEE ALSO"
\fBouter\fR(1)
"#
        );
        assert_eq!(page, expected);
    }

    #[test]
    fn no_page_line_is_taken_for_a_request_by_mistake() {
        let page = as_it_stands("EXAMPLES", "  .hidden\n  'quoted'");
        assert_eq!(page, ".SH EXAMPLES\n.nf\n\\&.hidden\n\\*(Aqquoted\\*(Aq\n.fi\n");
    }
}
