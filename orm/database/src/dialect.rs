//! What the two databases spell differently.

use crate::def::Kind;

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// How a transaction that writes holds rows until it ends, from the weakest to the strongest. Plain reads never wait
/// for any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Nobody changes the row; others may hold it in this way too. For what a decision was read from.
    Shared,
    /// Nobody else changes the row; new rows may go on to refer to it. For what is about to be changed or computed.
    Exclusive,
    /// As [`Lock::Exclusive`], and nobody begins to refer to the row. For what is about to be deleted.
    Deletion,
}

impl Dialect {
    /// The end of a `SELECT` by ids that locks the rows it answers, in the order of their ids, so that transactions which
    /// want the same rows wait for each other and not in a circle. SQLite has one writer at a time and needs no locks.
    pub fn lock_rows(self, lock: Lock) -> &'static str {
        match (self, lock) {
            (Dialect::Sqlite, _) => "",
            (Dialect::Postgres, Lock::Shared) => " ORDER BY id FOR SHARE",
            (Dialect::Postgres, Lock::Exclusive) => " ORDER BY id FOR NO KEY UPDATE",
            (Dialect::Postgres, Lock::Deletion) => " ORDER BY id FOR UPDATE",
        }
    }

    /// The column that tells one version of a row from another, where others may change it meanwhile.
    pub fn row_version(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some("xmin::text::int8"),
        }
    }

    /// Answers a row where a row of the table is not in the version that it was seen in, or is gone. Binds: the ids, and
    /// their versions.
    pub fn other_versions(self, table: &str) -> String {
        format!(
            "SELECT 1 FROM unnest((SELECT ?)::int8[], (SELECT ?)::int8[]) AS seen(id, version) LEFT JOIN {table} \
             ON {table}.id = seen.id WHERE {table}.xmin::text::int8 IS DISTINCT FROM seen.version"
        )
    }

    /// The condition that `column` is one of a bound list of ids ([`Bind::Ids`](super::Bind::Ids)), whose place is
    /// marked `?`. One statement text for every length of the list.
    pub fn in_ids(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(?))"),
            // The planner does not look into a `SELECT`, so that it cannot hope for a better plan by the list's length:
            // it plans once, not at every execution, which can take ten times as long as to run the statement.
            Dialect::Postgres => format!("{column} = ANY((SELECT ?)::int8[])"),
        }
    }

    /// The condition that `column`, of this kind, is one of a bound list of values
    /// ([`Bind::Values`](super::Bind::Values)), as [`Dialect::in_ids`].
    pub fn in_values(self, column: &str, kind: &Kind) -> String {
        let cast = match (self, kind) {
            (Dialect::Sqlite, _) => return self.in_ids(column),
            (_, Kind::Bool) => "::bool[]",
            (_, Kind::Float) => "::float8[]",
            (_, Kind::Decimal { .. } | Kind::Monetary { .. }) => "::numeric[]",
            (_, Kind::Date) => "::date[]",
            (_, Kind::DateTime) => "::timestamp[]",
            _ => "",
        };
        format!("{column} = ANY((SELECT ?)::text[]{cast})")
    }

    /// What stands before and behind a condition on a subquery that is to be planned by itself, not as a join.
    pub fn planned_apart(self) -> (&'static str, &'static str) {
        match self {
            Dialect::Sqlite => ("", ""),
            Dialect::Postgres => ("(", ") IS TRUE"),
        }
    }

    /// Whether each statement goes to a server and back.
    pub fn is_server(self) -> bool {
        match self {
            Dialect::Sqlite => false,
            Dialect::Postgres => true,
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
            // By Unicode, whatever the database's own locale knows of it.
            (Dialect::Postgres, true) => format!("{column} COLLATE \"und-x-icu\" ILIKE ? ESCAPE '\\'"),
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

    /// Has the database look at how many rows its tables have, and what their indexes tell apart.
    pub fn analyze(self) -> &'static str {
        match self {
            Dialect::Sqlite => "PRAGMA analysis_limit = 1000; ANALYZE",
            Dialect::Postgres => "ANALYZE",
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

    /// The last id that a new record of a table got; empty where there was none.
    pub fn last_id(self, table: &str) -> String {
        match self {
            Dialect::Sqlite => format!("(SELECT seq FROM sqlite_sequence WHERE name = '{table}')"),
            Dialect::Postgres => {
                format!("pg_sequence_last_value(pg_get_serial_sequence('\"{table}\"', 'id')::regclass)")
            }
        }
    }

    /// Statements that move a table's ids past the highest one, never back.
    pub fn move_ids(self, table: &str) -> String {
        let last = self.last_id(table);
        match self {
            Dialect::Sqlite => format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', 0 WHERE {last} IS NULL; \
                 UPDATE sqlite_sequence SET seq = MAX(seq, COALESCE((SELECT MAX(id) FROM \"{table}\"), 0)) \
                 WHERE name = '{table}'"
            ),
            Dialect::Postgres => format!(
                "SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), highest) \
                 FROM (SELECT MAX(id) AS highest FROM \"{table}\") AS ids WHERE highest > COALESCE({last}, 0)"
            ),
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

    /// The first line of a text.
    pub fn first_line(self, text: &str) -> String {
        match self {
            Dialect::Sqlite => format!("SUBSTR({text}, 1, INSTR({text} || CHAR(10), CHAR(10)) - 1)"),
            Dialect::Postgres => format!("SPLIT_PART({text}, CHR(10), 1)"),
        }
    }

    /// Makes other transactions that lock the same name wait for the end of this one, where several write at a time.
    pub fn lock_name(self, name: &str) -> Option<String> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(format!("SELECT 1 FROM pg_advisory_xact_lock(hashtext('{name}'))")),
        }
    }

    /// What the database calls the sequence that counts for a record of a table of sequences.
    pub fn sequence_name(self, table: &str, id: i64) -> String {
        format!("{table}_{id}")
    }

    /// Whether the database has a sequence that counts for the record of this id, and its last number, empty where it
    /// gave none since it was made or moved. Only PostgreSQL has any.
    pub fn counted(self, table: &str, id: &str) -> (String, String) {
        let name = format!("to_regclass('{table}_' || {id})");
        match self {
            Dialect::Sqlite => ("FALSE".to_owned(), "NULL".to_owned()),
            Dialect::Postgres => (
                format!("({name} IS NOT NULL)"),
                format!("pg_sequence_last_value({name})"),
            ),
        }
    }

    /// The number that the record of a sequence at `alias`, of this table, gives next.
    pub fn next_number(self, kind: &Kind, table: &str, alias: &str) -> String {
        let record = format!("{alias}.\"number_next\"");
        let (_, last) = self.counted(table, &format!("{alias}.id"));
        let next = format!("GREATEST({record}, COALESCE({last} + 1, 0))");
        match (self, kind) {
            (Dialect::Sqlite, _) => record,
            (Dialect::Postgres, Kind::Int) => format!("LEAST({next}, {})::int4", i32::MAX),
            (Dialect::Postgres, _) => next,
        }
    }

    /// Makes a sequence of the database.
    pub fn create_sequence(self, name: &str, start: i64) -> String {
        format!("CREATE SEQUENCE IF NOT EXISTS {name} START WITH {start}")
    }

    /// Has others who take numbers of a sequence of the database wait for the end of the transaction.
    pub fn lock_sequence(self, name: &str) -> String {
        format!("ALTER SEQUENCE {name} NO CYCLE")
    }

    /// Moves a sequence of the database, which is undone with the transaction.
    pub fn restart_sequence(self, name: &str, next: i64) -> String {
        format!("ALTER SEQUENCE {name} RESTART WITH {next}")
    }

    /// As many numbers of a sequence of the database as are bound.
    pub fn next_numbers(self, name: &str) -> String {
        format!("SELECT nextval('{name}') FROM generate_series(1, ?)")
    }

    /// The typed stand-in for an empty value in an index: what it is does not matter, since the index also holds
    /// whether the value is empty.
    pub fn stand_in(self, kind: &Kind) -> &'static str {
        match (self, kind) {
            (Dialect::Sqlite, Kind::Binary) => "X''",
            (Dialect::Postgres, Kind::Date | Kind::DateTime) => "'-infinity'",
            (Dialect::Postgres, Kind::Bool) => "FALSE",
            (
                _,
                Kind::Id
                | Kind::Bool
                | Kind::Int
                | Kind::BigInt
                | Kind::Float
                | Kind::Decimal { .. }
                | Kind::Monetary { .. }
                | Kind::Many2one { .. },
            ) => "0",
            _ => "''",
        }
    }
}
