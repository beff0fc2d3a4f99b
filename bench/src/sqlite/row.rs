//! Reads rows of SQLite, where decimals are stored as integers in units of their last digit and times as text.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::error::Result;
use crate::{json, row};

impl row::Row for Row<'_> {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        Ok(self.get(column)?)
    }

    fn text(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.get_ref(column)? {
            ValueRef::Text(text) => Ok(Some(text)),
            _ => Ok(None),
        }
    }

    fn units(&self, column: usize, _scale: u32) -> Result<i64> {
        Ok(self.get(column)?)
    }

    fn date_time(&self, column: usize, out: &mut Vec<u8>) -> Result<()> {
        json::date_time_or_false(out, row::Row::text(self, column)?);
        Ok(())
    }

    fn bool(&self, column: usize) -> Result<bool> {
        Ok(self.get(column)?)
    }
}
