//! `motus db recover`: brings a Store that nobody uses into order.

use motus_app::care::{self, PutInOrder};
use motus_app::exit;
use motus_json::{Object, Value};

use super::{path_value, size_lines, size_members, tell_kept_ends};
use crate::arguments::CommonArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, shown};

pub(crate) fn recover(
    arguments: &CommonArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let order = care::recover(&place)?;
    if arguments.json {
        let mut document = document(&order);
        document.insert("store_path", path_value(place.path()));
        output::json(document.sorted())?;
    } else {
        let lines = size_lines(order.before, order.after);
        output::data(&format!("Recovery complete. {}\n{lines}", done(&order)))?;
    }
    if let Some(kept) = &order.done.kept_log {
        let what = match kept.pages {
            Some(pages) => format!("{} that were committed", counted(pages, "page")),
            None => "something in it".to_owned(),
        };
        output::talk(format!(
            "warning: the log is damaged, and {what} cannot be replayed; it is kept in {}",
            shown(&kept.path)
        ));
        output::hint("compare with a backup: what was committed last may be missing");
    }
    tell_kept_ends(order.kept_ends, &place, "", "record them with `motus doctor --fix`");
    Ok(exit::OK)
}

/// Says what was done.
fn done(order: &PutInOrder) -> String {
    let mut done = Vec::new();
    if order.done.rolled_back {
        done.push("A transaction that was never finished is undone.".to_owned());
    }
    if order.done.moved_pages > 0 {
        let pages = counted(order.done.moved_pages, "page");
        done.push(format!("{pages} of the log moved into the database."));
    }
    if !order.done.made.is_empty() {
        done.push(format!("Made what was missing: {}.", order.done.made.join(", ")));
    }
    if order.done.kept_log.is_some() {
        done.push("The damaged log was put aside.".to_owned());
    }
    if done.is_empty() { "Nothing was left to do.".to_owned() } else { done.join(" ") }
}

fn document(order: &PutInOrder) -> Object {
    let kept = order.done.kept_log.as_ref().map(|kept| {
        Value::Object(Object::from([
            ("pages", Value::from(kept.pages)),
            ("path", path_value(&kept.path)),
        ]))
    });
    let mut document = Object::from([
        ("kept_log", kept.unwrap_or(Value::Null)),
        ("made", order.done.made.clone().into()),
        ("moved_pages", order.done.moved_pages.into()),
        ("rolled_back", order.done.rolled_back.into()),
        ("unrecorded_ends", order.kept_ends.into()),
    ]);
    document.extend(size_members(order.before, order.after));
    document
}
