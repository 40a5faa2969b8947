//! `motus release finalize`: the one final receipt of a release.

use motus_app::exit;
use motus_app::releases::{self, Finalized, How, Recorder, Workspace};
use motus_json::{Object, Value};

use super::{identity, plain, tell, workspace};
use crate::arguments::FinalizeArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::real::{SystemClock, SystemIds};
use crate::text::{printable, shown};
use crate::{notice, output};

pub(super) fn run(arguments: &FinalizeArguments, environment: &Environment) -> Result<u8, Failure> {
    let release = &arguments.release;
    let workspace = workspace(&release.release_id, &release.output, environment)?;
    let recorder = Recorder {
        place: environment.store(arguments.store.store.as_deref()),
        private: environment.private,
        producer: environment.producer.clone(),
    };
    let finalizing = releases::finalize(&workspace, &recorder, &SystemClock, &SystemIds::draw()?);
    notice::report(&finalizing.notices);
    let finalized = finalizing.done?;
    if release.output.json {
        tell(document(&workspace, &finalized))?;
    } else {
        output::data(&page(&finalized))?;
        output::talk(format!("motus run: {}", finalized.run_id));
        output::talk(format!("motus store: {}", shown(recorder.place.path())));
    }
    Ok(exit::OK)
}

fn document(workspace: &Workspace, finalized: &Finalized) -> Object {
    let mut document = identity(workspace);
    for (name, value) in [
        ("final_receipt_path", Value::from(plain(&finalized.path))),
        ("receipt_id", finalized.receipt.receipt_id().into()),
        ("receipt_hash", finalized.receipt.receipt_hash().into()),
        ("pin", finalized.how.as_str().into()),
        ("kernel_run_id", finalized.run_id.as_str().into()),
    ] {
        document.insert(name, value);
    }
    document
}

fn page(finalized: &Finalized) -> String {
    let (path, id) = (shown(&finalized.path), printable(finalized.receipt.receipt_id()));
    let more = match finalized.how {
        How::Recorded => "",
        How::Completed => "pin completed\n",
        How::Restored => "receipt restored\n",
    };
    format!("Final receipt: {path}\nReceipt id: {id}\n{more}")
}
