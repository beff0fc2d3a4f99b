//! Rendered related records of one answer: each once, found by id.

use std::ops::Range;

use rusqlite::{Row, Statement};

use crate::error::Result;
use crate::json;

/// JSON of the records that one relation names.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    ids: Vec<i64>,
    ranges: Vec<Range<usize>>,
    bytes: Vec<u8>,
}

impl Fragments {
    /// Forgets everything; keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.ids.clear();
        self.ranges.clear();
        self.bytes.clear();
    }

    /// Notes that a record is wanted.
    pub(crate) fn want(&mut self, id: i64) {
        if self.ids.last() != Some(&id) {
            self.ids.push(id);
        }
    }

    /// Reads the wanted records by `statement`, whose first column is the id's place in the array bound to it; `render`
    /// appends one record's JSON. `text` is scratch space.
    pub(crate) fn load(
        &mut self,
        statement: &mut Statement<'_>,
        text: &mut String,
        mut render: impl FnMut(&mut Vec<u8>, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        if self.settle(text) {
            let mut rows = statement.query([text.as_str()])?;
            while let Some(row) = rows.next()? {
                let start = self.bytes.len();
                render(&mut self.bytes, row)?;
                if let Some(range) = self.ranges.get_mut(row.get::<_, usize>(0)?) {
                    *range = start..self.bytes.len();
                }
            }
        }
        Ok(())
    }

    /// Sorts the wanted ids, drops repeated ones and writes the array to bind; false when there are none.
    pub(crate) fn settle(&mut self, text: &mut String) -> bool {
        self.ids.sort_unstable();
        self.ids.dedup();
        self.ranges.resize(self.ids.len(), 0..0);
        json::ids(text, self.ids.iter().copied());
        !self.ids.is_empty()
    }

    /// The record's JSON; empty when there is no such record.
    pub(crate) fn get(&self, id: i64) -> &[u8] {
        match self.place(id) {
            Some(place) => &self.bytes[self.ranges[place].clone()],
            None => &[],
        }
    }

    /// The id's place among the wanted ones.
    pub(crate) fn place(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }
}
