//! `motus release validate`: whether a release is what its source says.

use motus_app::exit;
use motus_app::releases::{self, Pinned, Workspace};
use motus_json::{Object, Value};
use motus_ledger::RunId;
use motus_ledger::release::{FINAL_RECEIPT, FinalReceipt, Pin, STAGES};

use super::{document, heading, plain, tell, workspace};
use crate::arguments::ValidateArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{printable, shown};

pub(super) fn run(arguments: &ValidateArguments, environment: &Environment) -> Result<u8, Failure> {
    let release = &arguments.release;
    let workspace = workspace(&release.release_id, &release.output, environment)?;
    if arguments.is_final {
        let store = environment.store(arguments.store.store.as_deref());
        let (receipt, pinned) = releases::validate_final(&workspace, &store)?;
        report_unreadable(&pinned, environment);
        return tell_final(&workspace, &receipt, &pinned, release.output.json);
    }
    if let Some(error) = releases::validate(&workspace)? {
        let (code, message) = (error.code(), printable(&error.to_string()));
        let which = "there is a final receipt, and it does not hold";
        output::talk(format!("warning[{code}]: {which}: {message}"));
    }
    if release.output.json {
        tell(verdict(&workspace, false))?;
    } else {
        output::data(&page(&workspace))?;
    }
    Ok(exit::OK)
}

fn tell_final(
    workspace: &Workspace,
    receipt: &FinalReceipt,
    pinned: &Pinned,
    json: bool,
) -> Result<u8, Failure> {
    let path = workspace.path_of(FINAL_RECEIPT);
    if json {
        let mut verdict = verdict(workspace, true);
        verdict.insert("final_receipt_path", plain(&path));
        tell(with_pin(verdict, pinned))?;
    } else {
        let mut page = page(workspace);
        page.push_str(&format!("Final receipt: {}\n{}", shown(&path), pin(pinned)));
        page.push_str(&difference(pinned, receipt));
        output::data(&page)?;
    }
    Ok(if pinned.pin == Pin::Changed { exit::FAILED } else { exit::OK })
}

fn page(workspace: &Workspace) -> String {
    heading("Release workflow valid", workspace, "Stages validated")
}

fn verdict(workspace: &Workspace, is_final: bool) -> Object {
    let mut verdict = document(workspace);
    let validated = Object::from([
        ("validated_stage_packets", STAGES.len()),
        ("validated_receipt_templates", 1),
    ]);
    verdict.insert("schema_validation", validated);
    verdict.insert("final", is_final);
    verdict
}

/// Adds what the Store says of the final receipt.
pub(super) fn with_pin(mut document: Object, pinned: &Pinned) -> Object {
    let run_id = pinned.run_id.as_ref().map(RunId::as_str);
    for (name, value) in [
        ("pin", Value::from(pinned.pin.as_str())),
        ("kernel_run_id", run_id.into()),
        ("recorded_receipt_hash", pinned.recorded_hash.as_deref().into()),
        ("store_path", plain(&pinned.store).into()),
    ] {
        document.insert(name, value);
    }
    document
}

/// Returns the lines of a page that tell which Store was asked, and the verdict.
pub(super) fn pin(pinned: &Pinned) -> String {
    format!("store: {}\npin: {}\n", shown(&pinned.store), pinned.pin.as_str())
}

/// Says why the Store was not asked; that there is none needs no reason, unless somebody named it.
pub(super) fn report_unreadable(pinned: &Pinned, environment: &Environment) {
    if pinned.store_is_missing && environment.names_a_store() {
        let place = shown(&pinned.store);
        output::talk(format!(
            "warning[store.missing]: the Store cannot be asked: there is none at {place}"
        ));
    }
    if let Some(error) = &pinned.unreadable {
        let (code, message) = (error.code(), printable(&error.to_string()));
        output::talk(format!("warning[{code}]: the Store cannot be asked: {message}"));
    }
}

/// Tells the two receipts apart that should be one.
fn difference(pinned: &Pinned, receipt: &FinalReceipt) -> String {
    match (&pinned.recorded_hash, &pinned.run_id) {
        (Some(recorded), Some(run)) if pinned.pin == Pin::Changed => {
            let recorded = printable(recorded);
            format!("recorded: {recorded} in {run}\nfound: {}\n", receipt.receipt_hash())
        }
        _ => String::new(),
    }
}
