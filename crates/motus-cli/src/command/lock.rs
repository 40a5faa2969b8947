//! `motus lock`: locks with fencing tokens.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::AnsiColor;
use motus_app::exit;
use motus_app::locks::{self, Changed, LockStore};
use motus_app::settings::Key;
use motus_json::{Object, Value};
use motus_ledger::operation::AcquireRequest;
use motus_ledger::wrap::shell_quote;
use motus_ledger::{Clock, Fence, LedgerError, Lock, Timestamp};

use crate::arguments::{AcquireArguments, CommonArguments, FenceArguments, LockListArguments};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::real::SystemClock;
use crate::text::printable;
use crate::{notice, output};

pub(crate) fn acquire(
    arguments: &AcquireArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let request = AcquireRequest {
        resource: arguments.resource.clone(),
        holder: arguments.holder.clone(),
        ttl_seconds: environment.number(arguments.ttl, Key::LockTtlSeconds),
    };
    let store = store(&arguments.common, environment);
    if environment.store_above().is_some() {
        // A lock in a second Store would exclude nobody from the first.
        store.place.require().map_err(LedgerError::from)?;
    }
    let lock = changed(locks::acquire(&store, &request, &SystemClock)?)?;
    let release = release_command(&lock, environment.named());
    let mut more = vec![("Until", lock.expires_at.as_str())];
    if printable(&release) == release {
        // What has to be escaped to be shown could not be pasted.
        more.push(("Release", &release));
    }
    tell(&lock, &more, &arguments.common)
}

pub(crate) fn assert(arguments: &FenceArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let lock = locks::assert(&place, &fence(arguments), &SystemClock)?;
    tell(&lock, &[("Until", lock.expires_at.as_str())], &arguments.common)
}

pub(crate) fn release(
    arguments: &FenceArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let store = store(&arguments.common, environment);
    let lock = changed(locks::release(&store, &fence(arguments), &SystemClock)?)?;
    tell(&lock, &[("Ended", lock.expires_at.as_str())], &arguments.common)
}

pub(crate) fn list(
    arguments: &LockListArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let now = SystemClock.timestamp();
    let locks = locks::list(&place, arguments.all, &now)?;
    if arguments.common.json {
        output::json(list_document(&locks, &now))?;
    } else if locks.is_empty() {
        output::data(if arguments.all { "No locks.\n" } else { "No locks are held.\n" })?;
    } else {
        output::data(&table(&locks, &now))?;
    }
    Ok(exit::OK)
}

fn store(arguments: &CommonArguments, environment: &Environment) -> LockStore {
    let place = environment.store(arguments.store.store.as_deref());
    LockStore { place, private: environment.private }
}

fn fence(arguments: &FenceArguments) -> Fence {
    Fence {
        resource: arguments.resource.clone(),
        holder: arguments.holder.clone(),
        token: arguments.token,
    }
}

/// Tells what happened to the Store's files, whatever happened to the lock.
fn changed(changed: Changed) -> Result<Lock, Failure> {
    notice::report(&changed.notices);
    Ok(changed.done?)
}

/// Prints a lock: its document, or the facts that all commands tell and those of one.
fn tell(lock: &Lock, more: &[(&str, &str)], arguments: &CommonArguments) -> Result<u8, Failure> {
    if arguments.json {
        output::json(lock.to_object_at(&SystemClock.timestamp()).sorted())?;
        return Ok(exit::OK);
    }
    let token = lock.fencing_token.to_string();
    let common = [("Resource", &*lock.resource), ("Holder", &lock.holder), ("Token", &token)];
    let mut page = String::new();
    for (name, value) in common.iter().chain(more) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(page, "{}  {}", output::bold(format!("{name:8}")), printable(value));
    }
    output::data(&page)?;
    Ok(exit::OK)
}

/// Returns the command line that gives the lock back, as a shell reads it.
fn release_command(lock: &Lock, store: Option<&Path>) -> String {
    let resource = shell_quote(&lock.resource);
    let (first, last) = if lock.resource.starts_with('-') {
        (String::new(), format!(" -- {resource}"))
    } else {
        (format!(" {resource}"), String::new())
    };
    let store = store.map(|store| option("--db", &store.to_string_lossy())).unwrap_or_default();
    let holder = option("--holder", &lock.holder);
    format!("motus lock release{first}{store}{holder} --token {}{last}", lock.fencing_token)
}

/// A value that looks like an option stands in one word with its name.
fn option(name: &str, value: &str) -> String {
    let separator = if value.starts_with('-') { '=' } else { ' ' };
    format!(" {name}{separator}{}", shell_quote(value))
}

fn list_document(locks: &[Lock], now: &Timestamp) -> Object {
    let items: Vec<Value> =
        locks.iter().map(|lock| Value::Object(lock.to_object_at(now).sorted())).collect();
    Object::from([("count", Value::from(items.len())), ("locks", items.into())])
}

/// The resource is the last column, so that nothing has to be cut to keep the others in line.
fn table(locks: &[Lock], now: &Timestamp) -> String {
    let widest = |least: usize, width: &dyn Fn(&Lock) -> usize| {
        locks.iter().map(width).fold(least, usize::max)
    };
    let holder = widest(6, &|lock| printable(&lock.holder).chars().count());
    let token = widest(5, &|lock| lock.fencing_token.to_string().len());
    let since = widest(8, &|lock| lock.acquired_at.as_str().len());
    let until = widest(5, &|lock| lock.expires_at.as_str().len());
    let heading = format!(
        "{:5}  {:>token$}  {:since$}  {:until$}  {:holder$}  RESOURCE",
        "STATE", "TOKEN", "ACQUIRED", "UNTIL", "HOLDER"
    );
    let mut table = format!("{}\n", output::bold(heading));
    for lock in locks {
        let _ = writeln!(
            table,
            "{}  {:>token$}  {:since$}  {:until$}  {:holder$}  {}",
            state(lock, now),
            lock.fencing_token,
            lock.acquired_at.as_str(),
            lock.expires_at.as_str(),
            printable(&lock.holder),
            printable(&lock.resource),
        );
    }
    table
}

fn state(lock: &Lock, now: &Timestamp) -> String {
    let (word, colour) = if lock.is_expired(now) {
        ("ended", AnsiColor::BrightBlack)
    } else {
        ("held", AnsiColor::Green)
    };
    output::coloured(format!("{word:5}"), colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(resource: &str, holder: &str) -> Lock {
        let time = SystemClock.timestamp();
        Lock {
            resource: resource.to_owned(),
            holder: holder.to_owned(),
            fencing_token: 7,
            acquired_at: time.clone(),
            expires_at: time,
        }
    }

    #[test]
    fn the_release_is_a_line_for_a_shell() {
        let check = |resource, holder, store: Option<&str>, expected| {
            let command = release_command(&lock(resource, holder), store.map(Path::new));
            assert_eq!(command, expected);
        };
        check("deploy", "ci", None, "motus lock release deploy --holder ci --token 7");
        check(
            "file:a b",
            "it's",
            Some("x y.db"),
            r#"motus lock release 'file:a b' --db 'x y.db' --holder 'it'"'"'s' --token 7"#,
        );
        check("-x", "--y", None, "motus lock release --holder=--y --token 7 -- -x");
    }
}
