//! Showing settings: what counts, where it comes from, and what is ignored.

use std::fmt::Write as _;

use motus_app::exit;
use motus_app::settings::{
    self, CREDENTIALS, Credential, Given, INERT, Ignored, Inert, Key, Name, Origin, Setting,
    SettingsError, meaning_of,
};
use motus_json::{Object, Value, compact};

use super::path_value;
use crate::arguments::{GetArguments, ShowConfigArguments};
use crate::environment::{Environment, is_set};
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

/// Said of a setting without a value.
const NONE: &str = "none";

/// Said of what has no effect and is nowhere.
const NOT_SET: &str = "not set";

/// Said of a credential that the environment holds; never anything more.
const MASKED: &str = "[set via env]";

pub(super) fn show(
    arguments: &ShowConfigArguments,
    environment: &Environment,
) -> Result<u8, Failure> {
    if arguments.json {
        output::json(document(environment))?;
    } else {
        output::data(&page(arguments.origin, environment))?;
        for problem in &environment.looked.problems {
            let told = printable(&problem.to_string());
            output::talk(format!("warning[{}]: {told}", problem.code()));
        }
    }
    Ok(if environment.looked.problems.is_empty() { exit::OK } else { exit::FAILED })
}

pub(super) fn get(arguments: &GetArguments, environment: &Environment) -> Result<u8, Failure> {
    let told = match meaning_of(&arguments.key) {
        Name::Setting(key) => Told::of_setting(&sound(key, environment)?),
        Name::Inert(inert) => {
            output::talk(format!("notice: {} has no effect here: {}", inert.name, inert.reason));
            Told::of_inert(&inert, environment)
        }
        Name::Credential(credential) => Told::of_credential(&credential, environment),
        Name::Unknown => {
            let key = arguments.key.clone();
            return Err(SettingsError::KeyUnknown { spot: None, key }.into());
        }
    };
    if arguments.json {
        output::json(told.document(environment))?;
    } else if arguments.origin {
        let origin = told_origin(told.origin, environment);
        output::data(&format!("{}\t{origin}\n", told.text()))?;
    } else {
        output::data(&format!("{}\n", told.text()))?;
    }
    Ok(exit::OK)
}

/// Refuses to tell a value that a file may set otherwise which cannot be understood.
fn sound(key: Key, environment: &Environment) -> Result<Setting, Failure> {
    let setting = environment.settings().get(key);
    let is_given = matches!(setting.origin, Origin::Flag(_) | Origin::Environment(_));
    if is_given || environment.looked.problems.is_empty() {
        return Ok(setting);
    }
    // The files are looked at again, because an error cannot be told twice.
    let mut problems = settings::look(&environment.places(), &Given::default()).problems;
    if problems.is_empty() {
        return Ok(setting);
    }
    Err(problems.remove(0).into())
}

/// One name with what is told of it.
struct Told {
    name: &'static str,
    value: Value,
    origin: Origin,
    is_masked: bool,
}

impl Told {
    fn of_setting(setting: &Setting) -> Self {
        let (name, value) = (setting.key.as_str(), setting.to_json());
        Self { name, value, origin: setting.origin, is_masked: false }
    }

    fn of_inert(inert: &Inert, environment: &Environment) -> Self {
        let found = ignored(inert.name, environment);
        let value = found.and_then(|it| it.value.clone()).unwrap_or_default();
        let origin = found.map_or(Origin::Default, |it| it.origin);
        Self { name: inert.name, value, origin, is_masked: false }
    }

    /// The value itself is not looked at.
    fn of_credential(credential: &Credential, environment: &Environment) -> Self {
        let name = credential.name;
        if is_set(credential.variable) {
            let origin = Origin::Environment(credential.variable);
            return Self { name, value: MASKED.into(), origin, is_masked: true };
        }
        match ignored(name, environment) {
            Some(found) => {
                let value = "[in a file, where it does not belong]".into();
                Self { name, value, origin: found.origin, is_masked: true }
            }
            None => Self { name, value: Value::Null, origin: Origin::Default, is_masked: false },
        }
    }

    fn text(&self) -> String {
        match &self.value {
            Value::Null if Key::parse(self.name).is_some() => NONE.to_owned(),
            Value::Null => NOT_SET.to_owned(),
            Value::String(text) => printable(&text.to_string_lossy()),
            value => printable(&compact::write(value)),
        }
    }

    fn document(&self, environment: &Environment) -> Object {
        Object::from([
            ("key", Value::from(self.name)),
            ("masked", self.is_masked.into()),
            ("origin", self.origin.as_str().into()),
            ("place", place(self.origin, environment)),
            ("value", self.value.clone()),
        ])
    }
}

fn ignored<'a>(name: &str, environment: &'a Environment) -> Option<&'a Ignored> {
    environment.looked.ignored.iter().find(|it| it.name == name)
}

/// Says where a value comes from, with the option, the variable or the file.
pub(super) fn told_origin(origin: Origin, environment: &Environment) -> String {
    match place(origin, environment).as_str() {
        Some(place) => format!("{} {}", origin.as_str(), printable(place)),
        None => origin.as_str().to_owned(),
    }
}

/// Returns the option, the variable or the file of a value.
fn place(origin: Origin, environment: &Environment) -> Value {
    let places = environment.places();
    match origin {
        Origin::Project => path_value(&places.project_file()),
        Origin::User => places.user_file().as_deref().map(path_value).into(),
        _ => origin.name().into(),
    }
}

fn page(with_origin: bool, environment: &Environment) -> String {
    let settings: Vec<Told> = environment.settings().iter().map(Told::of_setting).collect();
    let credentials = CREDENTIALS.map(|it| Told::of_credential(&it, environment));
    let mut page = String::from("Settings:\n");
    page.push_str(&lines(&settings, with_origin, environment));
    page.push_str(
        "\nCredentials, which come from the environment alone and are used by nothing here:\n",
    );
    page.push_str(&lines(&credentials, with_origin, environment));
    page.push_str("\nIgnored, because nothing here depends on it:\n");
    let inert = INERT.map(|it| Told::of_inert(&it, environment));
    let width = inert.iter().map(|it| it.text().chars().count()).max().unwrap_or(0);
    for (told, inert) in inert.iter().zip(INERT) {
        // Writing to a string cannot fail.
        let _ = write!(page, "  {:<26}  {:<width$}  {}", told.name, told.text(), inert.reason);
        if with_origin && told.origin != Origin::Default {
            let _ = write!(page, " ({})", told_origin(told.origin, environment));
        }
        page.push('\n');
    }
    page
}

fn lines(told: &[Told], with_origin: bool, environment: &Environment) -> String {
    let width = told.iter().map(|it| it.text().chars().count()).max().unwrap_or(0);
    let mut lines = String::new();
    for it in told {
        let line = if with_origin {
            let origin = told_origin(it.origin, environment);
            format!("  {:<26}  {:<width$}  {origin}", it.name, it.text())
        } else {
            format!("  {:<26}  {}", it.name, it.text())
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

fn document(environment: &Environment) -> Object {
    let told = |told: &Told| Value::from(told.document(environment));
    let settings = environment.settings().iter().map(|it| told(&Told::of_setting(it)));
    let credentials = CREDENTIALS.iter().map(|it| told(&Told::of_credential(it, environment)));
    let ignored = INERT.iter().map(|it| {
        let mut document = Told::of_inert(it, environment).document(environment);
        document.insert("reason", it.reason);
        Value::from(document)
    });
    let problems = environment.looked.problems.iter().map(|it| {
        let (code, error) = (it.code(), it.to_string());
        Value::from(Object::from([("code", Value::from(code)), ("error", error.into())]))
    });
    let places = environment.places();
    Object::from([
        ("credentials", credentials.collect()),
        ("ignored", ignored.collect()),
        ("problems", problems.collect()),
        ("project_file", path_value(&places.project_file())),
        ("settings", settings.collect()),
        ("user_file", places.user_file().as_deref().map(path_value).into()),
    ])
}
