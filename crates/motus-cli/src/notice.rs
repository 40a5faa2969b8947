//! What opening a Store for writing changed or met, told on stderr.

use motus_app::Notice;

use crate::output;
use crate::text::shown;

/// Tells each notice on a line of its own.
pub(crate) fn report(notices: &[Notice]) {
    for notice in notices {
        match notice {
            Notice::Tightened(path) => {
                let place = shown(path);
                output::talk(format!("notice: others could read {place}; now only you can"));
            }
            Notice::ChangedGuard(guard) => {
                output::talk(format!("notice: another trigger stands in the place of {guard}"));
                output::hint("see `motus doctor`");
            }
        }
    }
}
