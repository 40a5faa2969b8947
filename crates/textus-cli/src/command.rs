//! What each verb does: open the store, call the use case, hand the answer to whoever prints.

use std::path::Path;

use motus_json::Object;
use textus::layout::STORE;
use textus::verb::{self, AuditQuery, ListQuery};
use textus::{Places, Store, doctor};
use textus_core::manifest::Role;
use textus_core::role::{self, Named};
use textus_core::{Code, Error};

use crate::arguments::{
    Arguments, AuditArguments, Command, DeleteArguments, KeyArgument, KeyCommand, ListArguments,
    PutArguments, RoleArgument, RuleCommand, SchemaCommand,
};
use crate::environment::{self, Environment};
use crate::real::{SystemClock, SystemIds};

/// What a verb came to.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The members of the result, without the protocol.
    pub(crate) result: Object,
    /// What people should know besides.
    pub(crate) warnings: Vec<String>,
    /// How it is shown to people.
    pub(crate) view: View,
    /// The exit code.
    pub(crate) exit_code: u8,
}

/// How a result is shown to people.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View {
    /// A line for each member.
    Members,
    /// A line for each member, what it holds indented below it.
    Outline,
    /// Metadata and body.
    Entry,
    /// An entry, and what it was called before.
    Renamed,
    /// What became of a proposal.
    Accepted,
    /// A table of entries.
    Entries,
    /// A table of verdicts.
    Freshness,
    /// A table of rows.
    Audit,
    /// A table of issues, and how many.
    Doctor,
    /// Rules, one below the other.
    Rules,
    /// Counters, and tables of what changed.
    Pulse,
    /// Tables of zones and entries, and how to begin.
    Boot,
}

impl Answer {
    fn shown(view: View, result: Object) -> Self {
        Self { result, warnings: Vec::new(), view, exit_code: 0 }
    }
}

/// Runs a command.
pub(crate) fn run(arguments: &Arguments, command: &Command) -> Result<Answer, Error> {
    let environment = Environment::read()?;
    let places = Places {
        flag: arguments.root.as_deref(),
        environment: environment.root.as_deref(),
        directory: &environment.directory,
    };
    if let Command::Init = command {
        let root = places.flag.or(places.environment);
        let root = root.map_or_else(|| STORE.into(), Path::to_owned);
        let made = textus::init(&environment.directory.join(root), &SystemIds::draw()?)?;
        return Ok(Answer::shown(View::Members, made));
    }
    let root = textus::locate(places)?;
    let store = Store::open(&root, Box::new(SystemClock), Box::new(SystemIds::draw()?))?
        .in_run(environment.run.clone());
    if let Some(missing) = &arguments.missing {
        return Err(missing.clone());
    }
    answer(&Opened { store, environment }, command)
}

/// A store, and who is asking.
struct Opened {
    store: Store,
    environment: Environment,
}

impl Opened {
    /// Finds the role that acts. Errors: `invalid_role`, `io_error`.
    fn role(&self, named: &RoleArgument) -> Result<&Role, Error> {
        let file = self.store.role_file()?;
        let named = Named {
            flag: named.role.as_deref(),
            environment: self.environment.role.as_deref(),
            file: file.as_deref(),
        };
        role::resolve(named, self.store.manifest())
    }
}

fn answer(opened: &Opened, command: &Command) -> Result<Answer, Error> {
    let store = &opened.store;
    match command {
        // It needs no store, and was run without one.
        Command::Init => Ok(Answer::shown(View::Members, Object::new())),
        Command::List(arguments) => list(store, arguments),
        Command::Where(argument) => members(verb::place(store, key(argument)?)),
        Command::Get(arguments) => {
            // Reading is free for all; a role that is named must exist all the same.
            if arguments.role.role.is_some() {
                opened.role(&arguments.role)?;
            }
            Ok(Answer::shown(View::Entry, verb::get(store, key(&arguments.key)?)?))
        }
        Command::Put(arguments) => put(opened, arguments),
        Command::Delete(arguments) => delete(opened, arguments),
        Command::Key { command } => of_key(opened, command),
        Command::Accept(arguments) => {
            let (key, role) = (key(&arguments.key)?, opened.role(&arguments.role)?);
            let accepted = verb::accept(store, role, key, arguments.if_etag.as_deref())?;
            Ok(Answer::shown(View::Accepted, accepted))
        }
        Command::Reject(arguments) => {
            let (key, role) = (key(&arguments.key)?, opened.role(&arguments.role)?);
            members(verb::reject(store, role, key, arguments.if_etag.as_deref()))
        }
        Command::Freshness(arguments) => {
            let (prefix, zone) = (arguments.prefix.as_deref(), arguments.zone.as_deref());
            Ok(Answer::shown(View::Freshness, verb::freshness(store, prefix, zone)?))
        }
        Command::Audit(arguments) => {
            Ok(Answer::shown(View::Audit, verb::audit(store, &audit_query(arguments))?))
        }
        Command::Pulse(arguments) => {
            Ok(Answer::shown(View::Pulse, verb::pulse(store, arguments.since)?))
        }
        Command::Boot => Ok(Answer::shown(View::Boot, verb::boot(store)?)),
        Command::Doctor(arguments) => {
            let (result, is_ok) = doctor::doctor(store, &arguments.check, arguments.fix)?;
            let exit_code = u8::from(!is_ok);
            Ok(Answer { exit_code, ..Answer::shown(View::Doctor, result) })
        }
        Command::Rule { command: RuleCommand::List } => {
            Ok(Answer::shown(View::Rules, verb::list_rules(store)))
        }
        Command::Rule { command: RuleCommand::Explain(argument) } => {
            Ok(Answer::shown(View::Outline, verb::explain_rules(store, key(argument)?)?))
        }
        Command::Schema { command: SchemaCommand::Show(argument) } => {
            Ok(Answer::shown(View::Outline, verb::show_schema(store, key(argument)?)?))
        }
    }
}

fn of_key(opened: &Opened, command: &KeyCommand) -> Result<Answer, Error> {
    match command {
        KeyCommand::Mv(arguments) => {
            let from = required(arguments.from.as_deref(), "FROM")?;
            let to = required(arguments.to.as_deref(), "TO")?;
            let role = opened.role(&arguments.role)?;
            let renamed = verb::rename(&opened.store, role, from, to, arguments.dry_run)?;
            Ok(Answer::shown(View::Renamed, renamed))
        }
        KeyCommand::Delete(arguments) => delete(opened, arguments),
        KeyCommand::Uid(argument) => members(verb::identify(&opened.store, key(argument)?)),
    }
}

fn list(store: &Store, arguments: &ListArguments) -> Result<Answer, Error> {
    let query = ListQuery {
        prefix: arguments.prefix.as_deref(),
        zone: arguments.zone.as_deref(),
        schema: arguments.schema.as_deref(),
        text: arguments.query.as_deref(),
    };
    let (result, warnings) = verb::list(store, &query)?;
    Ok(Answer { warnings, ..Answer::shown(View::Entries, result) })
}

fn put(opened: &Opened, arguments: &PutArguments) -> Result<Answer, Error> {
    let (key, role) = (key(&arguments.key)?, opened.role(&arguments.role)?);
    let request = environment::standard_input()?;
    Ok(Answer::shown(View::Entry, verb::put(&opened.store, role, key, &request)?))
}

fn delete(opened: &Opened, arguments: &DeleteArguments) -> Result<Answer, Error> {
    let (key, role) = (key(&arguments.key)?, opened.role(&arguments.role)?);
    members(verb::delete(&opened.store, role, key, arguments.if_etag.as_deref()))
}

fn audit_query(arguments: &AuditArguments) -> AuditQuery {
    AuditQuery {
        key: arguments.key.clone(),
        zone: arguments.zone.clone(),
        role: arguments.role.clone(),
        verb: arguments.verb.clone(),
        since: arguments.since.clone(),
        seq_since: arguments.seq_since,
        correlation_id: arguments.correlation_id.clone(),
        limit: arguments.limit,
    }
}

fn members(result: Result<Object, Error>) -> Result<Answer, Error> {
    Ok(Answer::shown(View::Members, result?))
}

fn key(argument: &KeyArgument) -> Result<&str, Error> {
    required(argument.key.as_deref(), "KEY")
}

/// Returns an argument that the command line was held to already.
fn required<'a>(argument: Option<&'a str>, name: &str) -> Result<&'a str, Error> {
    argument.ok_or_else(|| Error::new(Code::Usage, format!("missing argument <{name}>")))
}
