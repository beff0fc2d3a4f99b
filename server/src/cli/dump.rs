//! `declarest config dump`: every setting, its value, and where that comes from.

use std::fmt::Write as _;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::settings_file::{SettingsFile, is_setting};
use crate::config::DatabaseConfig;

/// One line for each setting of the command, in the form of the settings file. Of databases it has the names, and the
/// files of SQLite.
pub(super) fn settings(command: &Command, matches: &ArgMatches, file: Option<&SettingsFile>) -> String {
    let mut text = String::new();
    for arg in command.get_arguments().filter(|arg| is_setting(arg)) {
        let key = arg.get_long().unwrap_or_default();
        let source = match matches.value_source(arg.get_id().as_str()) {
            Some(ValueSource::CommandLine) => format!("--{key}"),
            Some(ValueSource::EnvVariable) => arg.get_env().unwrap_or_default().to_string_lossy().into_owned(),
            Some(_) => {
                let place = file.and_then(|file| file.place_of(key));
                place.unwrap_or_else(|| "default".to_owned())
            }
            None => {
                let _ = writeln!(text, "# {key} is not set"); // a String takes everything
                continue;
            }
        };
        let _ = writeln!(text, "{key} = {}  # {source}", value(arg, matches));
    }
    text
}

fn value(arg: &Arg, matches: &ArgMatches) -> String {
    let id = arg.get_id().as_str();
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return matches.get_flag(id).to_string();
    }
    let values: Vec<String> = match matches.try_get_many::<DatabaseConfig>(id) {
        Ok(databases) => databases.into_iter().flatten().map(ToString::to_string).collect(),
        Err(_) if arg.is_hide_env_values_set() => vec!["…".to_owned()],
        Err(_) => {
            let raw = matches.get_raw(id).into_iter().flatten();
            raw.map(|raw| raw.to_string_lossy().into_owned()).collect()
        }
    };
    let values: Vec<String> = values.iter().map(|value| written(value)).collect();
    match (arg.get_action(), &values[..]) {
        (ArgAction::Set, [one]) => one.clone(),
        _ => format!("[{}]", values.join(", ")),
    }
}

/// The value as TOML has it.
fn written(value: &str) -> String {
    match value.parse::<u64>() {
        Ok(number) => number.to_string(),
        Err(_) => toml::Value::from(value).to_string(),
    }
}
