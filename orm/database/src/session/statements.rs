//! Running statements: those that return rows (fetched all at once, or streamed one by one) and those that do not.

use std::time::{Duration, Instant};

use diesel::connection::{Connection as _, LoadConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::result::Error as DieselError;
use drivers::sqlite::Watch;

use super::Session;
use super::row_clock::RowClock;
use crate::connection::{AnyConnection, MultiRow};
use crate::error::{Error, Result};
use crate::row::Row;
use crate::statement::{Running, storable};
use crate::{Bind, Dialect, Statement};

impl Session {
    /// The time that the database took for the statements of this session, with transaction control and without what the
    /// callers did with the rows.
    pub fn time_in_database(&self) -> Duration {
        self.spent
    }

    /// Runs a statement that returns rows, and calls `each` with every row.
    ///
    /// # Errors
    /// When the database refuses it, or `each` fails.
    pub fn query(&mut self, statement: &Statement, each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>) -> Result<()> {
        self.query_text(&statement.text, &statement.binds, each)
    }

    /// The first column of each row of a statement without bind parameters, as text; NULL as an empty text.
    ///
    /// # Errors
    /// When the database refuses it, or the column holds something else.
    pub fn texts(&mut self, text: &str) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        self.query_text(text, &[], |row| {
            texts.push(row.text(0)?.unwrap_or_default().to_string());
            Ok(())
        })?;
        Ok(texts)
    }

    /// As [`Session::query`], for a text that the caller keeps and does not want to copy into a [`Statement`].
    ///
    /// # Errors
    /// When the database refuses it, or `each` fails.
    pub fn query_text(
        &mut self,
        text: &str,
        binds: &[Bind],
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        let keep = self.keeps(text);
        self.load(text, binds, keep, each)
    }

    fn load(
        &mut self,
        text: &str,
        binds: &[Bind],
        keep: bool,
        mut each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        let running = Running { text, binds, keep };
        self.reading(running, |connection, running, failed, clock| {
            for row in LoadConnection::load(connection, running).map_err(&mut *failed)? {
                let row = row.map_err(&mut *failed)?;
                clock.row(|| each(&Row(&row)))?;
            }
            Ok(())
        })
    }

    /// As [`Session::query`], for a statement that is not likely to be run again: it does not stay prepared.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn query_once(
        &mut self,
        statement: &Statement,
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.load(&statement.text, &statement.binds, false, each)
    }

    /// As [`Session::query_text`], for long results: on PostgreSQL too, only one row at a time is in memory.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn stream_text(
        &mut self,
        text: &str,
        binds: &[Bind],
        mut each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        if self.dialect == Dialect::Sqlite {
            return self.query_text(text, binds, each);
        }
        let keep = self.keeps(text);
        self.reading(Running { text, binds, keep }, |connection, running, failed, clock| {
            let AnyConnection::Postgres(connection) = connection else {
                return Ok(());
            };
            let rows = LoadConnection::<PgRowByRowLoadingMode>::load(connection, running);
            for row in rows.map_err(&mut *failed)? {
                let row = MultiRow::Postgres(row.map_err(&mut *failed)?);
                clock.row(|| each(&Row(&row)))?;
            }
            Ok(())
        })
    }

    /// Runs `read`, which loads a statement's rows with the given function for turning Diesel's errors into ours, and
    /// works on each row by the given clock.
    fn reading<'q>(
        &mut self,
        running: Running<'q>,
        read: impl FnOnce(
            &mut AnyConnection,
            Running<'q>,
            &mut dyn FnMut(DieselError) -> Error,
            &mut RowClock,
        ) -> Result<()>,
    ) -> Result<()> {
        storable(running.binds)?;
        self.one_more()?;
        self.note(running.text, running.binds);
        let (started, mut clock) = (Instant::now(), RowClock::default());
        let done = self.timed(|session| {
            let (errors, watch) = (&mut session.errors, session.watch.as_ref());
            let mut failed = |error| errors.note(error, watch);
            read(&mut session.connection, running, &mut failed, &mut clock)?;
            match watch.is_some_and(Watch::stopped) {
                true => Err(errors.stopped()),
                false => Ok(()),
            }
        });
        self.spent += started.elapsed().saturating_sub(clock.all());
        done
    }

    /// Runs a statement that returns no rows; answers how many rows it changed.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn execute(&mut self, statement: &Statement) -> Result<usize> {
        storable(&statement.binds)?;
        self.one_more()?;
        self.note(&statement.text, &statement.binds);
        self.changes += 1;
        let running = Running {
            text: &statement.text,
            binds: &statement.binds,
            keep: self.keeps(&statement.text),
        };
        let started = Instant::now();
        let changed = self.connection.execute_returning_count(&running);
        self.spent += started.elapsed();
        changed.map_err(|error| self.failed(error))
    }
}
