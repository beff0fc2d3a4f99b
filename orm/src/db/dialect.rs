//! What the two databases spell differently.

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The condition that `column` is one of a bound list of ids ([`Bind::Ids`](super::Bind::Ids)), whose place is
    /// marked `?`. One statement text for every length of the list.
    pub fn in_ids(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(?))"),
            Dialect::Postgres => format!("{column} = ANY(?)"),
        }
    }

    /// How a transaction that writes begins.
    pub fn begin_write(self) -> &'static str {
        match self {
            // Takes the write lock at once: no deadlock by upgrading a read lock.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// How a transaction that only reads begins: one snapshot for all its statements.
    pub fn begin_read(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN DEFERRED",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Case-sensitive and case-insensitive pattern matches: `column OP pattern`, with `\` as the escape.
    pub fn like(self, column: &str, ignore_case: bool) -> String {
        match (self, ignore_case) {
            (Dialect::Postgres, false) => format!("{column} LIKE ? ESCAPE '\\'"),
            (Dialect::Postgres, true) => format!("{column} ILIKE ? ESCAPE '\\'"),
            (Dialect::Sqlite, ignore_case) => {
                let function = if ignore_case {
                    "declarest_ilike"
                } else {
                    "declarest_like"
                };
                format!("{function}(?, {column})")
            }
        }
    }

    /// Makes foreign keys wait for the end of the transaction.
    pub fn defer_constraints(self) -> &'static str {
        match self {
            Dialect::Sqlite => "PRAGMA defer_foreign_keys = ON",
            Dialect::Postgres => "SET CONSTRAINTS ALL DEFERRED",
        }
    }

    /// The ids that new records of a table get: the first one on SQLite, where one transaction writes at a time; on
    /// PostgreSQL as many as are bound.
    pub fn next_ids(self, table: &str) -> String {
        match self {
            Dialect::Sqlite => {
                format!("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0) + 1")
            }
            Dialect::Postgres => {
                format!("SELECT nextval(pg_get_serial_sequence('\"{table}\"', 'id')) FROM generate_series(1, ?)")
            }
        }
    }

    /// Moves a table's ids past the highest one, where the database does not see to it itself.
    pub fn move_ids(self, table: &str) -> Option<String> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(format!(
                "SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), MAX(id)) FROM \"{table}\" HAVING MAX(id) > 0"
            )),
        }
    }

    /// `NULLS LAST` ascending and `NULLS FIRST` descending, where that is not the database's own way.
    pub fn nulls(self, desc: bool) -> &'static str {
        match (self, desc) {
            (Dialect::Postgres, _) => "",
            (Dialect::Sqlite, false) => " NULLS LAST",
            (Dialect::Sqlite, true) => " NULLS FIRST",
        }
    }
}
