//! Opening the log for whoever writes to it.

use std::time::Duration;

use motus_fs::{Jail, LogFile};
use textus_core::Error;

use crate::{failure, layout};

/// Opens and locks the active log; `None` when there is none and none is to be made.
pub(crate) fn open_locked(
    root: &Jail,
    create: bool,
    patience: Duration,
) -> Result<Option<LogFile>, Error> {
    LogFile::open(root, layout::AUDIT_LOG, create, patience)
        .map_err(|error| failure::of_lock(&error))
}
