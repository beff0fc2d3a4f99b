//! `DECLAREST_DATABASE`: `[NAME=]URL`.

use std::fmt;
use std::str::FromStr;

use orm::db::Address;

use crate::failure::Failure;

/// Where `serve` keeps its data unless told.
pub const DATABASE: &str = "sqlite://saleorder_api.db";

/// A database and the name that clients use for it at login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// The `db` of a login.
    pub name: String,
    /// Where it is.
    pub address: Address,
}

impl FromStr for DatabaseConfig {
    type Err = Failure;

    /// Reads `[NAME=]URL`; an `=` behind `://` belongs to the URL.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let scheme = text.find("://").unwrap_or(text.len());
        let (name, url) = match text[..scheme].split_once('=') {
            Some((name, _)) => (Some(name), &text[name.len() + 1..]),
            None => (None, text),
        };
        let address = Address::parse(url)?;
        let name = name.map_or_else(|| address.default_name(), str::to_owned);
        if name.is_empty() {
            return Err(Failure::new(format!("{text:?} has no name: write NAME=URL")));
        }
        Ok(DatabaseConfig { name, address })
    }
}

impl fmt::Display for DatabaseConfig {
    /// The name and where it is; never a password that a URL may hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Sqlite(path) => write!(f, "{} (sqlite://{})", self.name, path.display()),
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
        assert!(name("=sqlite://x.db").is_err());
        assert!(name("mysql://x").is_err());
    }
}
