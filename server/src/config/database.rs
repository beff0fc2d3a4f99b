//! `DECLAREST_DATABASE`: `[NAME=]URL`. `DECLAREST_DATABASE_FILE`: a file with one or more of them, to keep a password
//! in a URL off the command line.

use std::ffi::OsStr;
use std::fmt;
use std::str::FromStr;

use clap::builder::{TypedValueParser, ValueParserFactory};
use clap::error::ErrorKind;
use orm::db::Address;

use crate::failure::Failure;

/// A database and the name that clients use for it at login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// The name that a login gives as `db`.
    pub name: String,
    /// Where the database is.
    pub address: Address,
}

impl FromStr for DatabaseConfig {
    type Err = Failure;

    /// Reads `[NAME=]URL`; an `=` after `://` belongs to the URL. Errors do not repeat the text, which may hold a
    /// password.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let scheme = text.find("://").unwrap_or(text.len());
        let (name, url) = match text[..scheme].split_once('=') {
            Some((name, _)) => (Some(name), &text[name.len() + 1..]),
            None => (None, text),
        };
        let address = Address::parse(url)?;
        let name = name.map_or_else(|| address.default_name(), str::to_owned);
        if name.is_empty() {
            return Err(Failure::new("a database has no name: write NAME=URL"));
        }
        Ok(DatabaseConfig { name, address })
    }
}

/// The databases listed in a file, one on each line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFile(pub Vec<DatabaseConfig>);

impl FromStr for DatabaseFile {
    type Err = Failure;

    /// Reads the file at this path. Its contents are a secret: errors mention only the number of the line.
    fn from_str(path: &str) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::new(format!("it cannot be read: {error}")))?;
        let lines = text
            .lines()
            .map(str::trim)
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let databases: Vec<DatabaseConfig> = lines
            .map(|(index, line)| {
                line.parse().map_err(|_| {
                    Failure::new(format!(
                        "its line {} is not [NAME=]URL, the URL sqlite://PATH or postgres://…",
                        index + 1
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        match databases.as_slice() {
            [] => Err(Failure::new("it is empty: write [NAME=]URL, one on each line")),
            _ => Ok(DatabaseFile(databases)),
        }
    }
}

/// Parses a database on the command line. Clap's own error would repeat the refused text, including a password.
#[derive(Debug, Clone)]
pub struct DatabaseParser;

impl ValueParserFactory for DatabaseConfig {
    type Parser = DatabaseParser;

    fn value_parser() -> DatabaseParser {
        DatabaseParser
    }
}

impl TypedValueParser for DatabaseParser {
    type Value = DatabaseConfig;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<DatabaseConfig, clap::Error> {
        let read = value.to_str().map(str::parse);
        let read = read.unwrap_or_else(|| Err(Failure::new("a database's URL is no UTF-8 text")));
        read.map_err(|why| clap::Error::raw(ErrorKind::ValueValidation, format!("{why}\n")).with_cmd(command))
    }
}

impl fmt::Display for DatabaseConfig {
    /// The name, and the path of an SQLite file; never a URL of PostgreSQL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Sqlite(file) => write!(f, "{} (sqlite://{})", self.name, file.path().display()),
            Address::Postgres(_) => write!(f, "{} (PostgreSQL)", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<String, Failure> {
        text.parse::<DatabaseConfig>().map(|database| database.name)
    }

    #[test]
    fn names_are_given_or_follow_from_the_url() {
        assert_eq!(name("sqlite://saleorder_api.db").unwrap(), "saleorder_api");
        assert_eq!(name("shop=sqlite:///tmp/x.db").unwrap(), "shop");
        assert_eq!(name("postgres://u@h/sales?sslmode=disable").unwrap(), "sales");
        assert_eq!(name("postgres://u@/sales?host=/tmp").unwrap(), "sales");
        assert_eq!(name("postgres://h?dbname=s%61les").unwrap(), "sales");
        assert_eq!(name("postgres://sales:secret@h").unwrap(), "sales");
        assert!(name("=sqlite://x.db").is_err());
        assert!(name("mysql://x").is_err());
    }

    #[test]
    fn a_file_names_databases_and_stays_a_secret() {
        let path = std::env::temp_dir().join(format!("declarest-database-{}", std::process::id()));
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            path.to_string_lossy().parse::<DatabaseFile>()
        };
        let DatabaseFile(two) = read("postgres://u:secret@h/sales\n\n shop=sqlite:///tmp/x.db \n").unwrap();
        let names: Vec<&str> = two.iter().map(|database| database.name.as_str()).collect();
        assert_eq!(names, ["sales", "shop"]);
        let refused = read("sqlite://x.db\npostgresql//u:secret@h/sales")
            .unwrap_err()
            .to_string();
        assert!(refused.contains("line 2") && !refused.contains("secret"), "{refused}");
        assert!(read("\n").is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(path.to_string_lossy().parse::<DatabaseFile>().is_err());
    }

    #[test]
    fn no_password_is_shown() {
        for text in [
            "shop=postgres://u:s3cret@h/sales?pool_size=0",
            "=postgres://u:s3cret@h/sales",
            "postgres://u:s3cret/sales",
            "postgres://u:a@s3cret@h/sales",
            "postgres:/u:s3cret@h/sales",
            "mysql://u:s3cret@h/sales",
            "u:s3cret@h/sales",
            "postgres://u@h/sales?replica=postgres://u:s3cret@h",
            "postgres://u@h/sales?replica=u:s3cret@h",
        ] {
            let parsed = text.parse::<DatabaseConfig>();
            let refused = match DatabaseParser.parse_ref(&clap::Command::new("x"), None, OsStr::new(text)) {
                Ok(database) => format!("{database} {database:?}"),
                Err(error) => error.to_string(),
            };
            let shown = format!("{parsed:?} {refused}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        let kept = "shop=postgres://u:s3cret@h:5432/sales?password=s3cret&sslmode=require&replica=postgres%3A%2F%2Fu%3As3cret%40h2";
        let kept = kept.parse::<DatabaseConfig>().unwrap();
        let shown = format!("{kept} {kept:?}");
        assert!(!shown.contains("s3cret") && shown.contains("h:5432/sales"), "{shown}");
    }
}
