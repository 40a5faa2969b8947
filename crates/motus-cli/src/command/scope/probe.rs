//! `motus scope probe`: what this machine proved to be able to do.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::scope::{self, Feature, Level, Probed};
use motus_json::Object;

use super::{features, shortfall};
use crate::arguments::ProbeArguments;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

pub(super) fn run(arguments: &ProbeArguments) -> Result<u8, Failure> {
    let probed = scope::probe()?;
    // The level of a scope that grants nothing: none needs less.
    let level = probed.level(&scope::Scope::default());
    if arguments.json {
        output::json(Object::from([
            ("features", features(&probed)),
            ("landlock", probed.landlock.into()),
            ("level", level.as_str().into()),
        ]))?;
    } else {
        output::data(&page(&probed, level))?;
    }
    Ok(exit::OK)
}

fn page(probed: &Probed, level: Level) -> String {
    let landlock = match probed.landlock {
        0 => "none".to_owned(),
        version => format!("version {version} of its interface"),
    };
    let mut page = format!("Level       {level}: {}\nLandlock    {landlock}\n\n", meaning(level));
    for feature in Feature::ALL {
        let (name, about) = (feature.as_str(), about(feature));
        // Writing to a string cannot fail, here and below.
        let _ = match shortfall(probed, feature) {
            None => {
                let yes = output::coloured("proved", AnsiColor::Green);
                writeln!(page, "{name:11}  {yes}  {about}")
            }
            Some(reason) => {
                let no = output::coloured("not", AnsiColor::Red);
                writeln!(page, "{name:11}  {no}     {about}: {}", printable(reason))
            }
        };
    }
    page
}

/// Says what a level comes to.
pub(super) fn meaning(level: Level) -> &'static str {
    match level {
        Level::Snapshot => "nothing is stopped; what one may write is compared before and after",
        Level::Observed => "nothing is stopped; every attempt is seen",
        Level::EnforcedSnapshot => {
            "what is not declared is stopped; what one may write is compared before and after"
        }
        Level::EnforcedObserved => "what is not declared is stopped, and every attempt is seen",
    }
}

fn about(feature: Feature) -> &'static str {
    match feature {
        Feature::Files => "a write outside of what is declared is stopped, one inside is not",
        Feature::Truncation => "a file that may not be written cannot be cut",
        Feature::Connections => "a connection is stopped",
        Feature::Isolation => {
            "processes outside cannot be signalled, nor reached by sockets without a file"
        }
        Feature::Attempts => "an attempt is seen before it happens",
        Feature::Paths => "the path of an attempt can be read",
        Feature::Brokering => "a connection can be made on behalf of the command",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(probed: &Probed, level: Level) -> String {
        anstream::adapter::strip_str(&page(probed, level)).to_string()
    }

    #[test]
    fn a_machine_that_can_do_nothing_says_why() {
        let probed = Probed::nothing("not implemented for this system");
        insta::assert_snapshot!(plain(&probed, Level::Snapshot), @r"
        Level       snapshot: nothing is stopped; what one may write is compared before and after
        Landlock    none

        files        not     a write outside of what is declared is stopped, one inside is not: not implemented for this system
        truncation   not     a file that may not be written cannot be cut: not implemented for this system
        connections  not     a connection is stopped: not implemented for this system
        isolation    not     processes outside cannot be signalled, nor reached by sockets without a file: not implemented for this system
        attempts     not     an attempt is seen before it happens: not implemented for this system
        paths        not     the path of an attempt can be read: not implemented for this system
        brokering    not     a connection can be made on behalf of the command: not implemented for this system
        ");
    }

    #[test]
    fn a_machine_that_can_do_all_of_it_says_so() {
        let probed = Probed { landlock: 7, shortfalls: Vec::new() };
        insta::assert_snapshot!(plain(&probed, Level::EnforcedObserved), @r"
        Level       enforced+observed: what is not declared is stopped, and every attempt is seen
        Landlock    version 7 of its interface

        files        proved  a write outside of what is declared is stopped, one inside is not
        truncation   proved  a file that may not be written cannot be cut
        connections  proved  a connection is stopped
        isolation    proved  processes outside cannot be signalled, nor reached by sockets without a file
        attempts     proved  an attempt is seen before it happens
        paths        proved  the path of an attempt can be read
        brokering    proved  a connection can be made on behalf of the command
        ");
    }
}
