//! Checks whether a PostgreSQL database is suitable: version, encoding, string literals, collations, extensions.

use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Text};
use drivers::postgres::sqlstate;

use crate::error::{Code, Error, Result};
use crate::{Dialect, Session};

/// The oldest supported version of PostgreSQL.
const OLDEST: u32 = 13;

/// What the server reports: encoding, version as a number, `standard_conforming_strings`, whether it has ICU
/// collations.
type Facts = (String, String, String, bool);

/// Refuses a database that is not suitable, and says what to do about it.
///
/// # Errors
/// 503 with the reason.
pub(crate) fn check(connection: &mut PgConnection, name: &str) -> Result<()> {
    let setting = |name: &str| sql::<Text>(&format!("current_setting('{name}')"));
    let asked = diesel::select((
        setting("server_encoding"),
        setting("server_version_num"),
        setting("standard_conforming_strings"),
        sql::<Bool>("EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu')"),
    ));
    let unavailable = |why: String| Error::new(Code::Unavailable, why);
    let facts = asked.get_result::<Facts>(connection);
    let facts = facts.map_err(|error| unavailable(format!("the database does not answer: {error}")))?;
    match unfit(&facts, name) {
        None => Ok(()),
        Some(why) => Err(unavailable(format!("the database `{name}` does not fit: {why}"))),
    }
}

/// Installs an extension of PostgreSQL in the database, unless the database has it. Nothing on SQLite.
///
/// # Errors
/// 503 with what to do where the server lacks the extension, or the role may not install it.
pub fn install_extension(session: &mut Session, name: &str) -> Result<()> {
    if session.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let installed = (session.diesel()).batch_execute(&format!("CREATE EXTENSION IF NOT EXISTS {name}"));
    let Err(error) = installed else { return Ok(()) };
    let state = match &error {
        DieselError::DatabaseError(_, info) => sqlstate(&**info),
        _ => None,
    };
    let why = match state {
        // The extension has no file; a newer server says that it does not support it.
        Some("58P01" | "0A000") => format!(
            "the database's server lacks PostgreSQL's extension {name}: install the package of its additional modules there \
             (postgresql-contrib; Debian's postgresql has them)"
        ),
        // The role lacks a privilege.
        Some("42501") => format!(
            "the role may not install PostgreSQL's extension {name} in the database: let an administrator run `CREATE EXTENSION \
             {name}` there, or grant the role CREATE on it"
        ),
        _ => return Err(session.failed(error)),
    };
    session.failed(error);
    Err(Error::new(Code::Unavailable, why))
}

fn unfit((encoding, version, strings, collations): &Facts, name: &str) -> Option<String> {
    // 150004 is 15.4.
    let version = version.parse::<u32>().ok()? / 10_000;
    if version < OLDEST {
        return Some(format!(
            "its server is PostgreSQL {version}: upgrade it to {OLDEST} or newer"
        ));
    }
    if encoding != "UTF8" {
        return Some(format!(
            "its encoding is {encoding}: make another one, CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        ));
    }
    if strings != "on" {
        return Some(format!(
            "standard_conforming_strings is {strings}: ALTER DATABASE \"{name}\" SET standard_conforming_strings = on"
        ));
    }
    (!collations).then(|| "its server lacks collations by Unicode: use a PostgreSQL that is built with ICU".to_owned())
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn what_does_not_fit_is_told_with_the_mend() {
        let facts = |encoding: &str, version: &str, strings: &str, icu| {
            unfit(
                &(encoding.to_owned(), version.to_owned(), strings.to_owned(), icu),
                "shop",
            )
        };
        assert_eq!(facts("UTF8", "130000", "on", true), None);
        for (facts, mend) in [
            (facts("UTF8", "120022", "on", true), "upgrade it to 13"),
            (facts("UTF8", "90624", "on", true), "PostgreSQL 9:"),
            (facts("LATIN1", "150004", "on", true), "ENCODING 'UTF8'"),
            (facts("UTF8", "150004", "off", true), "ALTER DATABASE \"shop\" SET"),
            (facts("UTF8", "150004", "on", false), "ICU"),
        ] {
            let why = facts.unwrap();
            assert!(why.contains(mend), "{why}");
        }
    }
}
