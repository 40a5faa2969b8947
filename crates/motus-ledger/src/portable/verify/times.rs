//! The look at times: at every member that says when something was, at any depth.

use motus_json::Value;

use crate::portable::date::{TIME_MEMBERS, is_rfc3339, published_date};
use crate::portable::shape::Fault;
use crate::portable::verify::Mode;
use crate::portable::verify::walk::{dotted, each_text};

/// Returns every time that is none. What is no text is for others to refuse.
pub(super) fn faults(value: &Value, mode: Mode) -> Vec<Fault> {
    let is_time = match mode {
        Mode::Normal | Mode::Strict => is_rfc3339,
        Mode::Reference => published_date,
    };
    let mut faults = Vec::new();
    each_text(value, &mut |path, passed| {
        let is_of_time = passed.member.is_some_and(|member| TIME_MEMBERS.contains(&member));
        if is_of_time && !passed.text.as_str().is_some_and(is_time) {
            let message = format!("{:?} is not a 'date-time'", passed.text);
            faults.push(Fault { path: dotted(path), message });
        }
    });
    faults
}
