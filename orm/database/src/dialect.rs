//! [`Dialect`]: the SQL that SQLite and PostgreSQL spell differently.

use crate::Bind;
use crate::def::Kind;
use crate::folding::Folding;
use crate::like::trigrams;

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A row lock of a write transaction, held until it ends; from the weakest to the strongest. Plain reads never wait for
/// any of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Nobody can change the row; other transactions may hold this lock too. For rows that a decision is based on.
    Shared,
    /// Nobody else can change the row or take one of these locks on it; new rows may still refer to it. For rows that
    /// are about to be changed or computed.
    Exclusive,
    /// As [`Lock::Exclusive`], and no new row can refer to the row. For rows that are about to be deleted.
    Deletion,
}

impl Dialect {
    /// The end of a `SELECT` by ids that locks the rows it returns, in the order of their ids, so that transactions
    /// which lock the same rows do not deadlock. SQLite has one writer at a time and needs no locks.
    pub fn lock_rows(self, lock: Lock) -> &'static str {
        match (self, lock) {
            (Dialect::Sqlite, _) => "",
            (Dialect::Postgres, Lock::Shared) => " ORDER BY id FOR SHARE",
            (Dialect::Postgres, Lock::Exclusive) => " ORDER BY id FOR NO KEY UPDATE",
            (Dialect::Postgres, Lock::Deletion) => " ORDER BY id FOR UPDATE",
        }
    }

    /// A column in a condition that no index is to be used for. SQLite's planner takes any equality for selective;
    /// PostgreSQL's knows from its statistics how many rows have a value.
    pub fn without_index(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("+{column}"),
            Dialect::Postgres => column.to_owned(),
        }
    }

    /// The column that identifies the version of a row. `None` on SQLite, where nobody else writes during a write
    /// transaction.
    pub fn row_version(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some("xmin::text::int8"),
        }
    }

    /// A statement that returns a row for each record of the table that was changed or deleted since it was read.
    /// Binds: the ids, and the [versions](Dialect::row_version) that were read. In PostgreSQL's SQL only, as SQLite has
    /// no versions.
    pub fn other_versions(self, table: &str) -> String {
        format!(
            "SELECT 1 FROM unnest((SELECT ?)::int8[], (SELECT ?)::int8[]) AS seen(id, version) LEFT JOIN {table} \
             ON {table}.id = seen.id WHERE {table}.xmin::text::int8 IS DISTINCT FROM seen.version"
        )
    }

    /// The condition that `column` is one of a list of ids, bound as one value ([`Bind::Ids`](super::Bind::Ids)), so
    /// that the text is the same for every length of the list.
    pub fn in_ids(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(?))"),
            // Wrapped in a `SELECT`, the list's length is unknown to the planner, which therefore uses one generic plan
            // instead of planning each execution; planning can take ten times as long as running the statement.
            Dialect::Postgres => format!("{column} = ANY((SELECT ?)::int8[])"),
        }
    }

    /// As [`Dialect::in_ids`], for a list of values of this kind ([`Bind::Values`](super::Bind::Values)).
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

    /// The text before and after a condition with a subquery that keeps PostgreSQL from planning the subquery as a
    /// join.
    pub fn planned_apart(self) -> (&'static str, &'static str) {
        match self {
            Dialect::Sqlite => ("", ""),
            Dialect::Postgres => ("(", ") IS TRUE"),
        }
    }

    /// Whether each statement costs a round trip to a server.
    pub fn is_server(self) -> bool {
        match self {
            Dialect::Sqlite => false,
            Dialect::Postgres => true,
        }
    }

    /// The statement that begins a write transaction.
    pub fn begin_write(self) -> &'static str {
        match self {
            // Takes the write lock at once: two transactions that upgraded their read locks would deadlock.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// The statement that begins a read transaction, with one snapshot for all its statements.
    pub fn begin_read(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN DEFERRED",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// A pattern match with `%`, `_` and the escape `\`. Its pattern is bound, [folded](Folding::apply) like the text.
    pub fn like(self, text: &str, folding: Folding) -> String {
        let Folding {
            ignore_case,
            ignore_accents,
        } = folding;
        match self {
            Dialect::Postgres => format!("{} LIKE ?", folding.expression(text)),
            Dialect::Sqlite => format!("declarest_like(?, {text}, {ignore_case}, {ignore_accents})"),
        }
    }

    /// An expression for a text without the differences that a pattern match ignores: what an index of trigrams is over.
    pub fn folded(self, text: &str, folding: Folding) -> String {
        let Folding {
            ignore_case,
            ignore_accents,
        } = folding;
        match self {
            Dialect::Postgres => folding.expression(text),
            Dialect::Sqlite => format!("declarest_fold({text}, {ignore_case}, {ignore_accents})"),
        }
    }

    /// A query of the records of which an index of trigrams says that they may match a folded pattern, with what is bound
    /// in it. `None` if the index cannot tell, and on PostgreSQL, which finds the index itself.
    pub fn candidates(self, index: &str, pattern: &str) -> Option<(String, Bind)> {
        match self {
            Dialect::Postgres => None,
            Dialect::Sqlite => {
                let query = format!("SELECT rowid FROM \"{index}\" WHERE \"{index}\" MATCH ?");
                Some((query, Bind::Text(Some(trigrams(pattern)?))))
            }
        }
    }

    /// An expression for the text `text` that equals another one if the texts differ only in the case of the letters A to
    /// Z. An index contains it, so it must not change with a library or be unknown to a tool: SQLite's own functions fold
    /// no other letters, and those of a locale change with its version.
    pub fn ignoring_case(self, text: &str) -> String {
        match self {
            Dialect::Sqlite => format!("{text} COLLATE NOCASE"),
            Dialect::Postgres => format!("lower({text} COLLATE \"C\")"),
        }
    }

    /// The exact sum of an expression of whole numbers or decimals. On SQLite, where a sum of more than 64 bits fails, it
    /// has two parts: the sum is the first times 2³² plus the second, which is from 0 to 2³² − 1. Sums are therefore
    /// sorted by the first part, then by the second.
    pub fn exact_sum(self, number: &str) -> (String, Option<String>) {
        const LOW: u32 = u32::MAX;
        let low = format!("SUM({number} & {LOW})");
        match self {
            Dialect::Sqlite => (
                format!("SUM({number} >> 32) + ({low} >> 32)"),
                Some(format!("{low} & {LOW}")),
            ),
            Dialect::Postgres => (format!("SUM(({number})::numeric)"), None),
        }
    }

    /// The sum of an expression of floats. On PostgreSQL it is that of the decimals that they are shown as, so that -1.8
    /// and 1.9 are 0.1. On SQLite it has a second part, the sum of the values without their signs, which tells how many
    /// digits of the first one are good for anything.
    pub fn float_sum(self, number: &str) -> (String, Option<String>) {
        match self {
            Dialect::Sqlite => (format!("SUM({number})"), Some(format!("SUM(ABS({number}))"))),
            Dialect::Postgres => (format!("SUM(({number})::numeric)::float8"), None),
        }
    }

    /// The average of an exact sum in these columns, to compare and sort by: on SQLite a float, in units of the last
    /// decimal place.
    pub fn average(self, sum: &str, second: &str, count: &str) -> String {
        match self {
            Dialect::Sqlite => format!("(({sum} * 4294967296.0 + {second}) / {count})"),
            Dialect::Postgres => format!("({sum} / {count})"),
        }
    }

    /// The values of an expression, empty ones too, in the order of `id`, as the text of a JSON array.
    pub fn json_list(self, value: &str, id: &str) -> String {
        match self {
            Dialect::Sqlite => format!("json_group_array({value} ORDER BY {id})"),
            Dialect::Postgres => format!("json_agg({value} ORDER BY {id})::text"),
        }
    }

    /// Whether a boolean expression is true everywhere, or anywhere (`any`).
    pub fn all_or_any(self, any: bool, value: &str) -> String {
        let function = match (self, any) {
            (Dialect::Sqlite, false) => "MIN",
            (Dialect::Sqlite, true) => "MAX",
            (Dialect::Postgres, false) => "BOOL_AND",
            (Dialect::Postgres, true) => "BOOL_OR",
        };
        format!("{function}({value})")
    }

    /// Collects the planner's statistics about tables and indexes.
    pub fn analyze(self) -> &'static str {
        match self {
            Dialect::Sqlite => "PRAGMA analysis_limit = 1000; ANALYZE",
            Dialect::Postgres => "ANALYZE",
        }
    }

    /// Defers the checks of foreign keys to the end of the transaction.
    pub fn defer_constraints(self) -> &'static str {
        match self {
            Dialect::Sqlite => "PRAGMA defer_foreign_keys = ON",
            Dialect::Postgres => "SET CONSTRAINTS ALL DEFERRED",
        }
    }

    /// A query for the ids of new records of a table. SQLite: the first one, from which the caller counts on, since
    /// only one transaction writes at a time. PostgreSQL: as many as the bound number says.
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

    /// An expression for the last id that was given to a record of the table; NULL if there was none.
    pub fn last_id(self, table: &str) -> String {
        match self {
            Dialect::Sqlite => format!("(SELECT seq FROM sqlite_sequence WHERE name = '{table}')"),
            Dialect::Postgres => {
                format!("pg_sequence_last_value(pg_get_serial_sequence('\"{table}\"', 'id')::regclass)")
            }
        }
    }

    /// Statements that move a table's id counter up to the highest id in the table, never back. For records that were
    /// inserted with ids.
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

    /// `NULLS LAST` for ascending and `NULLS FIRST` for descending order, where that is not the database's default.
    pub fn nulls(self, desc: bool) -> &'static str {
        match (self, desc) {
            (Dialect::Postgres, _) => "",
            (Dialect::Sqlite, false) => " NULLS LAST",
            (Dialect::Sqlite, true) => " NULLS FIRST",
        }
    }

    /// An expression for the first line of the text expression `text`.
    pub fn first_line(self, text: &str) -> String {
        match self {
            Dialect::Sqlite => format!("SUBSTR({text}, 1, INSTR({text} || CHAR(10), CHAR(10)) - 1)"),
            Dialect::Postgres => format!("SPLIT_PART({text}, CHR(10), 1)"),
        }
    }

    /// A statement that takes an advisory lock, shared or exclusive, until the transaction ends; `None` where only one
    /// transaction writes at a time.
    pub fn lock_name(self, name: &str, lock: Lock) -> Option<String> {
        let shared = if lock == Lock::Shared { "_shared" } else { "" };
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(format!(
                "SELECT 1 FROM pg_advisory_xact_lock{shared}(hashtext('{name}'))"
            )),
        }
    }

    /// The name of the PostgreSQL sequence that counts for one record of the model whose role is `sequence`.
    pub fn sequence_name(self, table: &str, id: i64) -> String {
        format!("{table}_{id}")
    }

    /// Two expressions about the [sequence](Dialect::sequence_name) of the record with this id: whether it exists, and
    /// its last number, NULL if it gave none since it was created or restarted. Only PostgreSQL has such sequences.
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

    /// An expression for the next number of the sequence record at `alias`, a row of `table`: its `number_next`, or
    /// what the PostgreSQL sequence gives next, if that is higher. `kind` is that of `number_next`.
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

    /// Creates a PostgreSQL sequence.
    pub fn create_sequence(self, name: &str, start: i64) -> String {
        format!("CREATE SEQUENCE IF NOT EXISTS {name} START WITH {start}")
    }

    /// Locks a PostgreSQL sequence until the transaction ends: `nextval` in other transactions waits. Changes nothing
    /// else.
    pub fn lock_sequence(self, name: &str) -> String {
        format!("ALTER SEQUENCE {name} NO CYCLE")
    }

    /// Restarts a PostgreSQL sequence at a number. A rollback undoes this.
    pub fn restart_sequence(self, name: &str, next: i64) -> String {
        format!("ALTER SEQUENCE {name} RESTART WITH {next}")
    }

    /// A query for as many numbers of a PostgreSQL sequence as the bound number says.
    pub fn next_numbers(self, name: &str) -> String {
        format!("SELECT nextval('{name}') FROM generate_series(1, ?)")
    }

    /// A constant of the kind's type that replaces NULL in a unique index where NULLs count as equal. Which one does
    /// not matter, since the index also contains whether the value is NULL.
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
