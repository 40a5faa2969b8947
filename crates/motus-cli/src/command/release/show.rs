//! `motus release show`: how far a release is, and what to do next.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::releases::{self, Next, Shown, Workspace};
use motus_json::{Object, Value};
use motus_ledger::release::{FINAL_RECEIPT, FinalReceipt, PacketState, Refusal, SOURCE};

use super::validate::{pin, report_unreadable, with_pin};
use super::{command_line, identity, plain, tell, workspace};
use crate::arguments::ShowReleaseArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{printable, shown};

pub(super) fn run(
    arguments: &ShowReleaseArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    // The command line has one of both.
    let id = arguments.id.as_ref().or(arguments.release_id.as_ref());
    let id = id.map(String::as_str).unwrap_or_default();
    let workspace = workspace(id, &arguments.output, environment)?;
    let store = environment.store(arguments.store.store.as_deref());
    let release = releases::show(&workspace, &store)?;
    report_unreadable(&release.pinned, environment);
    let (command, option) = command(release.next);
    let next = command_line(command, &workspace, &arguments.output, environment) + option;
    if arguments.output.json {
        tell(document(&workspace, &release, &next))?;
    } else {
        output::data(&page(&workspace, &release, &next))?;
    }
    Ok(exit::OK)
}

/// Returns the command that comes next, and what stands behind it.
fn command(next: Next) -> (&'static str, &'static str) {
    match next {
        Next::FillIn | Next::Sync | Next::Mend => ("sync", ""),
        Next::Finalize => ("finalize", ""),
        Next::MoveStrays => ("validate", ""),
        Next::Restore | Next::Check => ("validate", " --final"),
    }
}

/// Returns what a person has to do before the command that comes next.
fn before(next: Next) -> &'static str {
    match next {
        Next::FillIn => "fill in release-source.json, then ",
        Next::MoveStrays => "move what nothing generates elsewhere, then ",
        Next::Restore => "restore what was finalized, then ",
        Next::Mend => "mend what sync would refuse, then ",
        Next::Sync | Next::Finalize | Next::Check => "",
    }
}

fn document(workspace: &Workspace, release: &Shown, next: &str) -> Object {
    let overview = &release.overview;
    let stages = overview.stages.iter().map(|stage| {
        Value::from(Object::from([
            ("stage_order", Value::from(i64::from(stage.order))),
            ("stage_id", stage.stage_id.into()),
            ("display_name", stage.display_name.into()),
            ("packet_id", stage.packet_id.as_str().into()),
            ("packet", stage.packet.as_str().into()),
        ]))
    });
    let broken = overview.refusal.as_ref().map(|refusal| told(workspace, refusal));
    let hindrance = overview.hindrance.as_ref().map(|refusal| told(workspace, refusal));
    let receipt = overview.finalized.as_ref().map(|receipt| told_receipt(workspace, receipt));
    let mut document = with_pin(identity(workspace), &release.pinned);
    for (name, value) in [
        ("stages", stages.collect::<Value>()),
        ("placeholders", overview.placeholders.clone().into()),
        ("missing_for_final_receipt", overview.open_closeout.clone().into()),
        ("metrics_without_value", overview.open_metrics.clone().into()),
        ("strays", overview.strays.clone().into()),
        ("broken_rule", broken.into()),
        ("sync_refuses", hindrance.into()),
        ("final_receipt", receipt.into()),
        ("next", next.into()),
    ] {
        document.insert(name, value);
    }
    document
}

fn told(workspace: &Workspace, refusal: &Refusal) -> Object {
    let message = refusal.message(&|path| plain(&workspace.path_of(path)));
    Object::from([("code", refusal.code().to_owned()), ("message", message)])
}

fn told_receipt(workspace: &Workspace, receipt: &Result<FinalReceipt, Refusal>) -> Object {
    let mut document =
        Object::from([("path", Value::from(plain(&workspace.path_of(FINAL_RECEIPT))))]);
    match receipt {
        Ok(receipt) => {
            document.insert("receipt_id", receipt.receipt_id());
            document.insert("receipt_hash", receipt.receipt_hash());
            document.insert("disposition", receipt.disposition());
        }
        Err(refusal) => {
            document.insert("broken_rule", told(workspace, refusal));
        }
    }
    document
}

fn page(workspace: &Workspace, release: &Shown, next: &str) -> String {
    let overview = &release.overview;
    let mut page = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(page, "Release: {}", workspace.id());
    let _ = writeln!(page, "Workspace: {}\n\nStages:", shown(&workspace.path()));
    for stage in &overview.stages {
        let (name, id) = (stage.display_name, printable(&stage.packet_id));
        let _ = writeln!(page, "  {}  {}  {name:22}  {id}", stage.order, state(stage.packet));
    }
    page.push('\n');
    list(&mut page, &format!("Still to be written in {SOURCE}"), &overview.placeholders);
    let unfit: Vec<&String> = overview
        .open_closeout
        .iter()
        .filter(|member| !overview.placeholders.contains(&format!("closeout.{member}")))
        .collect();
    list(&mut page, "Not fit for a final receipt, in its closeout", &unfit);
    list(&mut page, "Metrics without a value", &overview.open_metrics);
    list(&mut page, "Files that nothing generates", &overview.strays);
    if let Some(refusal) = &overview.refusal {
        let _ = writeln!(page, "Broken rule: {}", spelled(workspace, refusal));
    }
    let other = overview.hindrance.as_ref().filter(|it| overview.refusal.as_ref() != Some(*it));
    if let Some(refusal) = other.filter(|_| release.next == Next::Mend) {
        let _ = writeln!(page, "Sync would refuse: {}", spelled(workspace, refusal));
    }
    let _ = writeln!(page, "Final receipt: {}", receipt(workspace, release));
    page.push_str(&pin(&release.pinned));
    let _ = writeln!(page, "\nNext: {}{}", before(release.next), printable(next));
    page
}

/// Lists names, one on each line; nothing when there are none.
fn list(page: &mut String, what: &str, names: &[impl AsRef<str>]) {
    if names.is_empty() {
        return;
    }
    let _ = writeln!(page, "{what}:");
    for name in names {
        let _ = writeln!(page, "  {}", printable(name.as_ref()));
    }
    page.push('\n');
}

fn state(packet: PacketState) -> String {
    let colour = match packet {
        PacketState::Current => AnsiColor::Green,
        PacketState::Stale => AnsiColor::Yellow,
        PacketState::Changed | PacketState::Missing => AnsiColor::Red,
    };
    output::coloured(format!("{:7}", packet.as_str()), colour)
}

fn receipt(workspace: &Workspace, release: &Shown) -> String {
    match (&release.overview.finalized, &release.overview.refusal) {
        (None, _) => match (&release.pinned.recorded_hash, &release.pinned.run_id) {
            (Some(hash), Some(run)) => format!("gone; {run} recorded {}", printable(hash)),
            _ => "none".to_owned(),
        },
        (Some(Ok(receipt)), _) => {
            let (id, word) = (printable(receipt.receipt_id()), receipt.disposition());
            format!("{word}, {id}, {}", receipt.receipt_hash())
        }
        // The rule was told above.
        (Some(Err(refusal)), Some(broken)) if refusal == broken => "not valid".to_owned(),
        (Some(Err(refusal)), _) => format!("not valid, {}", spelled(workspace, refusal)),
    }
}

fn spelled(workspace: &Workspace, refusal: &Refusal) -> String {
    let message = refusal.message(&|path| plain(&workspace.path_of(path)));
    format!("{}: {}", refusal.code(), printable(&message))
}
