//! A row of a result, read column by column in the same way on both databases.

use crate::error::{Error, Result};

/// A row of a result. Columns are numbered from 0. All methods fail if the column holds a value of another type.
pub(crate) trait Row {
    /// An integer, or NULL.
    ///
    /// # Errors
    /// When the column holds a value of another type.
    fn int(&self, column: usize) -> Result<Option<i64>>;

    /// Text, or NULL.
    fn text(&self, column: usize) -> Result<Option<&[u8]>>;

    /// A decimal with `scale` digits after the point, in units of its last digit: 1999 for 19.99.
    fn units(&self, column: usize, scale: u32) -> Result<i64>;

    /// Appends a date-time as JSON, or `false` for NULL.
    fn date_time(&self, column: usize, out: &mut Vec<u8>) -> Result<()>;

    /// A boolean.
    fn bool(&self, column: usize) -> Result<bool>;

    /// An id that is never NULL.
    fn id(&self, column: usize) -> Result<i64> {
        self.int(column)?
            .ok_or_else(|| Error::Database(format!("column {column} is empty")))
    }
}

/// The columns of a row from the given one on: the part of a joined row that belongs to one record.
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
