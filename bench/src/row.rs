//! A row of either database, read column by column.

use crate::error::{Error, Result};

/// A row; columns by place, from 0.
pub(crate) trait Row {
    /// An integer.
    ///
    /// # Errors
    /// When the column holds something else; so do all of them.
    fn int(&self, column: usize) -> Result<Option<i64>>;

    /// Text.
    fn text(&self, column: usize) -> Result<Option<&[u8]>>;

    /// A decimal in units of its last digit, which is the one at `scale`.
    fn units(&self, column: usize, scale: u32) -> Result<i64>;

    /// Appends a date-time as JSON, or `false` when it is empty.
    fn date_time(&self, column: usize, out: &mut Vec<u8>) -> Result<()>;

    /// A truth.
    fn bool(&self, column: usize) -> Result<bool>;

    /// An id that is never empty.
    fn id(&self, column: usize) -> Result<i64> {
        self.int(column)?
            .ok_or_else(|| Error::Database(format!("column {column} is empty")))
    }
}

/// A row whose first columns belong to something else.
#[derive(Debug)]
pub(crate) struct From<'a, R>(pub(crate) usize, pub(crate) &'a R);

impl<R: Row> Row for From<'_, R> {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        self.1.int(self.0 + column)
    }
    fn text(&self, column: usize) -> Result<Option<&[u8]>> {
        self.1.text(self.0 + column)
    }
    fn units(&self, column: usize, scale: u32) -> Result<i64> {
        self.1.units(self.0 + column, scale)
    }
    fn date_time(&self, column: usize, out: &mut Vec<u8>) -> Result<()> {
        self.1.date_time(self.0 + column, out)
    }
    fn bool(&self, column: usize) -> Result<bool> {
        self.1.bool(self.0 + column)
    }
}
