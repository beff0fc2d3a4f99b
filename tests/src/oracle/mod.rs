//! The program `oracle`: loads the recorded rows with `declarest load`, performs every recorded case over HTTP and
//! compares the answers. A difference must be listed, with its reason, in `tests/oracle/differences.toml`.

mod alike;
mod case;
mod differences;
mod errors;
mod groups;
mod names;
mod orders;
mod report;
mod rights;
mod search;
mod stand;
mod writes;

use std::path::PathBuf;

use serde_json::Value;

use case::Case;
use differences::Differences;
use report::Report;
use stand::Stand;

/// The first word of the command line with which the runner starts itself to run a command of `declarest`.
pub const PROGRAM: &str = "declarest";

/// The list of intended differences.
const DIFFERENCES: &str = include_str!("../../oracle/differences.toml");

/// The options of the command line.
#[derive(Debug, Default)]
pub struct Options {
    /// The folder of the recorded facts.
    pub dir: PathBuf,
    /// The URL of an empty database to use instead of a temporary SQLite file.
    pub database: Option<String>,
    /// Use a database of a temporary PostgreSQL cluster, unless `database` is given.
    pub postgres: bool,
    /// `FILE` or `FILE/SECTION`: run only files, and sections of a file, whose names begin with these texts.
    pub only: Option<String>,
    /// Also print the listed differences one by one.
    pub verbose: bool,
}

/// Performs the cases of one file.
type Runner = fn(&Stand, &Value) -> Result<Vec<Case>, String>;

/// The files in the order in which they run. Those that only read come first. `error_cases` comes last: some of its
/// calls are only refused when there are access rights, and change records until then.
const FILES: [(&str, Runner); 8] = [
    ("search_cases", search::run),
    ("read_group", groups::run),
    ("nested_orders", orders::run),
    ("read_and_names", names::run),
    ("access", rights::effective),
    ("rules", rights::rules),
    ("write_cases", writes::run),
    ("error_cases", errors::run),
];

/// Runs all files. Returns whether every difference is listed and every entry of the list is still needed.
///
/// # Errors
/// When the facts cannot be read, or the rows cannot be loaded.
pub fn run(options: &Options) -> Result<bool, String> {
    let differences = Differences::parse(DIFFERENCES)?;
    let mut stand = Stand::new(options)?;
    let mut report = Report::new(differences, options.verbose);
    for (file, runner) in FILES {
        let only = options.only.as_deref().and_then(|only| only.split('/').next());
        if only.is_some_and(|only| !file.starts_with(only)) {
            continue;
        }
        match stand.read(file)? {
            None => println!("{file}: skipped, there is no {file}.json"),
            Some(facts) => {
                stand.only = options
                    .only
                    .as_deref()
                    .and_then(|only| only.split_once('/'))
                    .map(|(_, section)| section.to_owned());
                report.add(runner(&stand, &facts)?);
            }
        }
    }
    Ok(report.finish())
}
