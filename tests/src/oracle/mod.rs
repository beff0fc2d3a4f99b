//! A run over recorded facts: rows are loaded through the program, every case is done over HTTP, and what differs must be
//! listed, with its reason, in `tests/oracle/differences.toml`.

mod alike;
mod case;
mod differences;
mod errors;
mod names;
mod orders;
mod report;
mod search;
mod stand;
mod writes;

use std::path::PathBuf;

use serde_json::Value;

use case::Case;
use differences::Differences;
use report::Report;
use stand::Stand;

/// First word of the command line with which the runner calls the program itself.
pub const PROGRAM: &str = "declarest";

/// What is listed on purpose.
const DIFFERENCES: &str = include_str!("../../oracle/differences.toml");

/// What the command line says.
#[derive(Debug, Default)]
pub struct Options {
    /// Where the recorded facts are.
    pub dir: PathBuf,
    /// An empty database to use; a temporary SQLite file unless given.
    pub database: Option<String>,
    /// Otherwise a database of a temporary PostgreSQL cluster.
    pub postgres: bool,
    /// Only sections whose name begins with this.
    pub only: Option<String>,
    /// Also tells listed differences one by one.
    pub verbose: bool,
}

/// Does the cases of one file.
type Runner = fn(&Stand, &Value) -> Result<Vec<Case>, String>;

/// Files in the order in which they are run: those that only read come first, those whose refusals wait for rights last.
const FILES: [(&str, Runner); 5] = [
    ("search_cases", search::run),
    ("nested_orders", orders::run),
    ("read_and_names", names::run),
    ("write_cases", writes::run),
    ("error_cases", errors::run),
];

/// Runs everything; answers whether all that differs is listed.
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
    if options.only.is_none() {
        match stand.read("access")? {
            None => println!("access: skipped, there is no access.json"),
            Some(_) => println!("access: listed as rights, for when there are rights"),
        }
    }
    Ok(report.finish())
}
