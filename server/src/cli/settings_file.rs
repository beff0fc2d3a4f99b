//! `--config FILE`: settings in a TOML file. Its keys are the options of `serve` that also have a variable; there is no
//! other list of them. What the file says takes the place of an option's default value, so that variables and the
//! command line override it.

use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;

/// A settings file that was read.
#[derive(Debug)]
pub(super) struct SettingsFile {
    path: PathBuf,
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    key: String,
    values: Vec<String>,
    line: usize,
}

impl SettingsFile {
    /// Reads the file. `serve` is the command whose settings it may have.
    ///
    /// # Errors
    /// When it cannot be read, or is no TOML; when keys are unknown or values invalid: all of them, each with its line.
    /// A value that may hold a secret is not repeated.
    pub(super) fn read(path: &Path, serve: &Command) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
        SettingsFile::parse(path, &text, serve)
    }

    /// As [`SettingsFile::read`], for the text of the file.
    ///
    /// # Errors
    /// As [`SettingsFile::read`].
    pub(super) fn parse(path: &Path, text: &str, serve: &Command) -> Result<Self, Failure> {
        let place = |line: usize| format!("{}:{line}", path.display());
        let line = |start: usize| 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
        let table = DeTable::parse(text).map_err(|error| {
            // Not the error's own text: it repeats the line, which may hold a password.
            let line = line(error.span().map_or(0, |span| span.start));
            Failure::new(format!("{}: {}", place(line), error.message()))
        })?;
        let (mut settings, mut mistakes) = (Vec::new(), Vec::new());
        for (key, value) in table.get_ref() {
            let line = line(key.span().start);
            match setting(serve, key.get_ref(), value.get_ref()) {
                Ok(values) => settings.push(Setting {
                    key: key.get_ref().to_string(),
                    values,
                    line,
                }),
                Err(mistake) => mistakes.push((line, mistake)),
            }
        }
        mistakes.sort();
        for setting in &settings {
            let others = arg(serve, &setting.key).map_or_else(Vec::new, |arg| serve.get_arg_conflicts_with(arg));
            let other = |other: &&Setting| others.iter().any(|arg| arg.get_long() == Some(&other.key));
            if let Some(other) = settings.iter().find(other) {
                let mistake = format!("`{}` and `{}` exclude each other", setting.key, other.key);
                mistakes.push((setting.line, mistake));
            }
        }
        let mistakes = mistakes.iter().map(|(line, text)| format!("{}: {text}", place(*line)));
        match mistakes.reduce(|all, next| format!("{all}\n{next}")) {
            Some(mistakes) => Err(Failure::new(mistakes)),
            None => Ok(SettingsFile {
                path: path.to_owned(),
                settings,
            }),
        }
    }

    /// The command with the file's values as defaults. `given` is what the command line and the variables say: the file
    /// gives way to an option that excludes its own.
    pub(super) fn defaults_of(&self, command: Command, given: &ArgMatches) -> Command {
        let (called, matches) = command_of(&command, given);
        let explicit = |other: &&Arg| {
            matches!(
                matches.value_source(other.get_id().as_str()),
                Some(ValueSource::CommandLine | ValueSource::EnvVariable)
            )
        };
        let excluded = |setting: &&Setting| {
            let arg = arg(called, &setting.key);
            !arg.is_some_and(|arg| called.get_arg_conflicts_with(arg).iter().any(&explicit))
        };
        let settings: Vec<&Setting> = self.settings.iter().filter(excluded).collect();
        with_defaults(command, &settings)
    }

    /// Where the file says what this option's value is.
    pub(super) fn place_of(&self, key: &str) -> Option<String> {
        let setting = self.settings.iter().find(|setting| setting.key == key)?;
        Some(format!("{}:{}", self.path.display(), setting.line))
    }
}

/// The subcommand that was called, and its arguments.
pub(super) fn command_of<'a>(mut command: &'a Command, mut matches: &'a ArgMatches) -> (&'a Command, &'a ArgMatches) {
    while let Some((inner, arguments)) = matches.subcommand() {
        let Some(inner) = command.find_subcommand(inner) else {
            break;
        };
        (command, matches) = (inner, arguments);
    }
    (command, matches)
}

/// Whether an option is a setting: it can be given by a variable too.
pub(super) fn is_setting(arg: &Arg) -> bool {
    arg.get_env().is_some() && !arg.is_global_set()
}

fn arg<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    command
        .get_arguments()
        .find(|arg| is_setting(arg) && arg.get_long() == Some(key))
}

fn with_defaults(command: Command, settings: &[&Setting]) -> Command {
    let command = command.mut_args(|arg| {
        let named = |setting: &&&Setting| is_setting(&arg) && arg.get_long() == Some(&setting.key);
        match settings.iter().find(named) {
            Some(setting) => arg.default_values(setting.values.clone()),
            None => arg,
        }
    });
    command.mut_subcommands(|command| with_defaults(command, settings))
}

/// The values of a key as the command line would have them, or what is wrong.
fn setting(serve: &Command, key: &str, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let Some(arg) = arg(serve, key) else {
        let known = serve.get_arguments().filter(|arg| is_setting(arg));
        let near = orm::error::nearest(key, known.filter_map(Arg::get_long));
        return Err(format!("there is no setting `{key}`{near}"));
    };
    match (arg.get_action(), value) {
        (ArgAction::SetTrue, DeValue::Boolean(on)) => Ok(vec![on.to_string()]),
        (ArgAction::SetTrue, _) => Err(format!("`{key}` is true or false")),
        (_, DeValue::Array(values)) => {
            let values: Option<Vec<String>> = values.iter().map(|value| text(value.get_ref())).collect();
            checked(serve, key, values.ok_or_else(|| format!("`{key}` is a list of texts"))?)
        }
        (_, value) => {
            let value = text(value).ok_or_else(|| format!("`{key}` is a text or a whole number"))?;
            checked(serve, key, vec![value])
        }
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
            Some(number.to_string())
        }
        _ => None,
    }
}

/// The values, if the command line takes them.
fn checked(serve: &Command, key: &str, values: Vec<String>) -> Result<Vec<String>, String> {
    let alone = serve.clone().mut_args(|arg| arg.env(Resettable::Reset));
    let words = values.iter().map(|value| format!("--{key}={value}"));
    match alone.try_get_matches_from(["serve".to_owned()].into_iter().chain(words)) {
        Ok(_) => Ok(values),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
            let first: Vec<&str> = first.collect();
            Err(first.join(" ").trim_start_matches("error: ").to_owned())
        }
    }
}
