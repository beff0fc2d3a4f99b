//! How the database runs a statement: its plan, for people to read.

use std::collections::HashMap;
use std::time::Instant;

use super::Session;
use crate::error::Result;
use crate::{Dialect, Statement};

impl Session {
    /// Runs a statement that reads, and tells line by line how the database did it. On PostgreSQL these are the lines of
    /// `EXPLAIN (ANALYZE, BUFFERS)`, with what was estimated and what was found; their conditions have the values of bind
    /// parameters. On SQLite it is the tree of `EXPLAIN QUERY PLAN`, then how many rows were found, and in which time.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn explain(&mut self, statement: &Statement) -> Result<Vec<String>> {
        let explained = |how: &str| Statement {
            text: format!("{how} {}", statement.text),
            binds: statement.binds.clone(),
        };
        let mut lines = Vec::new();
        match self.dialect {
            Dialect::Postgres => self.query_once(&explained("EXPLAIN (ANALYZE, BUFFERS)"), |row| {
                lines.extend(row.text(0)?);
                Ok(())
            })?,
            Dialect::Sqlite => {
                let mut depths: HashMap<i64, usize> = HashMap::new();
                self.query_once(&explained("EXPLAIN QUERY PLAN"), |row| {
                    let [id, parent] = [row.int(0)?, row.int(1)?].map(Option::unwrap_or_default);
                    let depth = depths.get(&parent).map_or(0, |depth| depth + 1);
                    depths.insert(id, depth);
                    let step = row.text(3)?.unwrap_or_default();
                    lines.push(format!("{:indent$}{step}", "", indent = 2 * depth));
                    Ok(())
                })?;
                let (started, mut rows) = (Instant::now(), 0);
                self.query_once(statement, |_| {
                    rows += 1;
                    Ok(())
                })?;
                lines.push(format!(
                    "rows: {rows}, {:.3} ms",
                    started.elapsed().as_secs_f64() * 1000.0
                ));
            }
        }
        Ok(lines)
    }
}
