//! The command in its scope, if it has one: what it needs before, and what was seen of it after.

use std::ffi::OsString;
use std::time::Duration;

use motus_fs::{
    DirectoryLock, FileError, Jail, create_private_directory, create_shared_path, remove_directory,
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

/// Runs the command to its end; what it was to have and cannot get made is told as a failed start.
pub(super) fn run(
    supervisor: &mut Supervisor,
    command: &Command,
    mut environment: Vec<(OsString, OsString)>,
    outputs: Outputs,
) -> Completion {
    let Some(plan) = &command.scope else {
        return supervisor.run(&launch(command, environment), outputs);
    };
    // The doctor knows by the lock that somebody uses the directory.
    let _lock = match make(plan) {
        Ok(lock) => lock,
        Err(error) => return not_started(&error),
    };
    let temporary = |name: &str| (name.into(), plan.temporary.clone().into_os_string());
    environment.extend(TEMPORARY.map(temporary));
    let completion = supervisor.run(&launch(command, environment), outputs);
    // What is left there is found by `motus doctor`; it costs the command nothing.
    let _ = remove_directory(&plan.temporary);
    completion
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
fn make(plan: &Plan) -> Result<Option<DirectoryLock>, FileError> {
    for directory in &plan.made {
        create_shared_path(directory)?;
    }
    create_private_directory(&plan.temporary)?;
    Ok(Jail::open(&plan.temporary)?.lock(Duration::ZERO).ok().flatten())
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
