//! The command in its scope, if it has one: what it needs before, and what was seen of it after.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use motus_fs::{
    DirectoryLock, FileError, Jail, create_private_directory, create_shared_directory, let_through,
    remove_directory, remove_empty_directory,
};
use motus_ledger::scope::ObservedEffects;
use motus_runtime::{
    Completion, Confinement, End, Launch, Outputs, StartFailure, StartFailureKind, StreamCount,
    Supervisor,
};
use motus_store::StorePlace;

use crate::scope::{Plan, Told, observed};
use crate::wrap::Command;

/// Where programs look for a directory for temporary files.
const TEMPORARY: [&str; 3] = ["TMPDIR", "TMP", "TEMP"];

/// The command's directory for temporary files, to be removed once what was seen is recorded: a command may leave so much
/// there that it takes long.
pub(super) struct Temporary {
    path: PathBuf,
    /// The doctor knows by it that somebody uses the directory.
    _lock: Option<DirectoryLock>,
}

impl Temporary {
    /// Removes it. What is left there is found by `motus doctor`, and costs the command nothing: it is told alone.
    pub(super) fn remove(self) -> Option<FileError> {
        remove_directory(&self.path).err()
    }
}

/// Runs the command to its end; what it was to have and cannot get made is told as a failed start.
pub(super) fn run(
    supervisor: &mut Supervisor,
    command: &Command,
    mut environment: Vec<(OsString, OsString)>,
    outputs: Outputs,
) -> (Completion, Option<Temporary>) {
    let Some(plan) = &command.scope else {
        return (supervisor.run(&launch(command, environment), outputs), None);
    };
    let temporary = match make(plan) {
        Ok(temporary) => temporary,
        Err(error) => {
            unmake(plan);
            return (not_started(&error), None);
        }
    };
    let variable = |name: &str| (name.into(), plan.temporary.clone().into_os_string());
    environment.extend(TEMPORARY.map(variable));
    let completion = supervisor.run(&launch(command, environment), outputs);
    if matches!(completion.end, End::NotStarted(_)) {
        unmake(plan);
    }
    (completion, Some(temporary))
}

/// Returns what to record and to tell of a command that was started in a scope.
pub(super) fn seen(
    command: &Command,
    completion: &Completion,
    place: Option<&StorePlace>,
) -> Option<(ObservedEffects, Told)> {
    let plan = command.scope.as_ref()?;
    Some(observed(plan, completion.observation.as_ref()?, place))
}

fn launch(command: &Command, environment: Vec<(OsString, OsString)>) -> Launch {
    let confinement = command.scope.as_ref();
    Launch {
        program: command.program.clone(),
        arguments: command.arguments.clone(),
        environment,
        timeout: command.timeout,
        confinement: confinement
            .map(|plan| Confinement { scope: plan.scope.clone(), level: plan.level }),
    }
}

/// Makes what is needed, and takes the lock of the private directory where it can be had.
fn make(plan: &Plan) -> Result<Temporary, FileError> {
    for directory in &plan.made {
        create_shared_directory(directory)?;
    }
    let path = &plan.temporary;
    create_private_directory(path)?;
    let lock = || {
        let_through(path)?;
        Ok(Jail::open(path)?.lock(Duration::ZERO).ok().flatten())
    };
    match lock() {
        Ok(lock) => Ok(Temporary { path: path.clone(), _lock: lock }),
        Err(error) => {
            let _ = remove_directory(path);
            Err(error)
        }
    }
}

/// Removes again what was made for a command that was never there; what somebody has put something into stays.
fn unmake(plan: &Plan) {
    for directory in plan.made.iter().rev() {
        let _ = remove_empty_directory(directory);
    }
}

fn not_started(error: &FileError) -> Completion {
    let empty = StreamCount { complete: true, ..StreamCount::default() };
    let failure = StartFailure {
        kind: StartFailureKind::NotExecutable,
        errno: None,
        message: "what its scope needs cannot be made".to_owned(),
        explanation: Some(error.to_string()),
    };
    Completion {
        end: End::NotStarted(failure),
        interruption: None,
        stdout: empty,
        stderr: empty,
        duration: Duration::ZERO,
        observation: None,
    }
}
