//! Rendered related records of one answer: each once, found by id.

use std::ops::Range;

use crate::error::Result;

/// JSON of the records that one relation names.
#[derive(Debug, Default)]
pub(crate) struct Fragments {
    wanted: Vec<i64>,
    /// By id.
    ranges: Vec<(i64, Range<usize>)>,
    bytes: Vec<u8>,
}

impl Fragments {
    /// Forgets everything; keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.wanted.clear();
        self.ranges.clear();
        self.bytes.clear();
    }

    /// Notes that a record is wanted.
    pub(crate) fn want(&mut self, id: i64) {
        if self.wanted.last() != Some(&id) {
            self.wanted.push(id);
        }
    }

    /// The wanted ids, each once, ascending.
    pub(crate) fn wanted(&mut self) -> &[i64] {
        self.wanted.sort_unstable();
        self.wanted.dedup();
        &self.wanted
    }

    /// Adds a record, whose JSON `render` appends, unless it is there already. Fastest in the order of ids.
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

    /// The record's JSON; empty when there is no such record.
    pub(crate) fn get(&self, id: i64) -> &[u8] {
        match self.ranges.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(place) => &self.bytes[self.ranges[place].1.clone()],
            Err(_) => &[],
        }
    }
}
