//! What to run and where its output goes. Arguments are bytes here: nothing is checked or dropped.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use crate::SuperviseError;
use crate::scope::{Level, Scope};

/// Describes one command. Standard input and the working directory are inherited.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// A path, or a name without a slash that is looked up in `PATH`.
    pub program: OsString,
    /// Passed verbatim: empty arguments and invalid UTF-8 included.
    pub arguments: Vec<OsString>,
    /// Added to the inherited environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The time allowed; zero means the command is asked to end at once.
    pub timeout: Option<Duration>,
    /// The scope that it is held to.
    pub confinement: Option<Confinement>,
}

/// A scope, and how far this machine holds to it.
#[derive(Debug, Clone)]
pub struct Confinement {
    /// What the command may do.
    pub scope: Scope,
    /// What the probe has proved for it.
    pub level: Level,
}

/// Where the relayed bytes go.
#[derive(Debug)]
pub struct Outputs {
    pub(crate) stdout: OwnedFd,
    pub(crate) stderr: OwnedFd,
}

impl Outputs {
    /// Returns unbuffered duplicates of this process's standard output and error.
    ///
    /// Errors: `supervise.output_unavailable`. Call it before anything is recorded.
    pub fn inherited() -> Result<Outputs, SuperviseError> {
        let duplicate = |stream: &dyn AsFd| stream.as_fd().try_clone_to_owned();
        Ok(Outputs {
            stdout: duplicate(&io::stdout()).map_err(SuperviseError::OutputUnavailable)?,
            stderr: duplicate(&io::stderr()).map_err(SuperviseError::OutputUnavailable)?,
        })
    }

    /// Returns outputs that take everything and keep nothing: what they take is only counted.
    ///
    /// Errors: `supervise.output_unavailable`.
    pub fn discarded() -> Result<Outputs, SuperviseError> {
        let nowhere = nowhere().map_err(SuperviseError::OutputUnavailable)?;
        let other = nowhere.try_clone().map_err(SuperviseError::OutputUnavailable)?;
        Ok(Outputs { stdout: nowhere, stderr: other })
    }
}

fn nowhere() -> io::Result<OwnedFd> {
    #[expect(clippy::disallowed_methods, reason = "a device is opened, and no file changed")]
    let device = File::options().write(true).open("/dev/null")?;
    Ok(device.into())
}
