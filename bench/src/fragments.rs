//! The rendered records of one relation. Each record is rendered once, however many others refer to it.

use std::ops::Range;

use crate::error::Result;

/// The JSON of a relation's records, found by id.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    wanted: Vec<i64>,
    /// Where the JSON of each record is in `bytes`, sorted by id.
    ranges: Vec<(i64, Range<usize>)>,
    bytes: Vec<u8>,
}

impl Fragments {
    /// Removes everything but keeps the allocated memory for the next answer.
    pub(crate) fn clear(&mut self) {
        self.wanted.clear();
        self.ranges.clear();
        self.bytes.clear();
    }

    /// Notes that the record with this id has to be read.
    pub(crate) fn want(&mut self, id: i64) {
        if self.wanted.last() != Some(&id) {
            self.wanted.push(id);
        }
    }

    /// The noted ids, ascending and without duplicates.
    pub(crate) fn wanted(&mut self) -> &[i64] {
        self.wanted.sort_unstable();
        self.wanted.dedup();
        &self.wanted
    }

    /// Adds a record unless it is there already; `render` appends its JSON. Fastest when ids come in ascending order.
    pub(crate) fn put(&mut self, id: i64, render: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let place = match self.ranges.last() {
            Some((last, _)) if *last >= id => self.ranges.binary_search_by_key(&id, |(id, _)| *id),
            _ => Err(self.ranges.len()),
        };
        if let Err(place) = place {
            let start = self.bytes.len();
            render(&mut self.bytes)?;
            self.ranges.insert(place, (id, start..self.bytes.len()));
        }
        Ok(())
    }

    /// The record's JSON, or nothing if there is no such record.
    pub(crate) fn get(&self, id: i64) -> &[u8] {
        match self.ranges.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(place) => &self.bytes[self.ranges[place].1.clone()],
            Err(_) => &[],
        }
    }
}
