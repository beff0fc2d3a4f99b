//! The text of records, found by the id of the record that they belong to: what one level of a read gives to the level above.

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use crate::env::Budget;
use crate::error::Result;
use crate::wire::Layout;

/// Rendered records, each found by a key: its id, or the id of the record that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<Range<usize>>,
    /// Key and record, in the order of the result.
    pub(super) rows: Vec<(i64, usize)>,
    /// First row of a key.
    by_key: HashMap<i64, usize>,
    /// Next row of the same key.
    next: Vec<Option<usize>>,
}

impl Rendered {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The first record of a key.
    pub(crate) fn first(&self, key: i64) -> Option<&[u8]> {
        self.by_key.get(&key).map(|row| self.record(*row))
    }

    /// The keys, in order.
    pub(crate) fn into_keys(self) -> Vec<i64> {
        self.rows.into_iter().map(|(key, _)| key).collect()
    }

    /// All records, in order, as a list.
    pub(super) fn into_list(self, layout: &Layout, budget: &mut Budget) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let records = (0..self.rows.len()).map(|row| self.record(row));
        self.push_list(&mut out, layout, records, budget)?;
        Ok(out)
    }

    fn record(&self, row: usize) -> &[u8] {
        &self.bytes[self.records[self.rows[row].1].clone()]
    }

    fn push_list<'a>(
        &self,
        out: &mut Vec<u8>,
        layout: &Layout,
        records: impl Iterator<Item = &'a [u8]>,
        budget: &mut Budget,
    ) -> Result<()> {
        out.extend_from_slice(layout.list[0].as_bytes());
        for (index, record) in records.enumerate() {
            if index > 0 {
                out.extend_from_slice(layout.separator.as_bytes());
            }
            budget.push(out, record)?;
        }
        out.extend_from_slice(layout.list[1].as_bytes());
        Ok(())
    }

    /// Adds a record.
    pub(super) fn add(&mut self, key: i64, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        write(&mut self.bytes)?;
        self.rows.push((key, self.records.len()));
        self.records.push(start..self.bytes.len());
        Ok(())
    }

    /// The same, ready to be looked up.
    pub(super) fn indexed(mut self) -> Self {
        self.index();
        self
    }

    /// The same records for the keys that lead to them, in this order.
    pub(super) fn found_by(mut self, links: &[(i64, i64)]) -> Self {
        let row = |(key, to): &(i64, i64)| Some((*key, self.rows[*self.by_key.get(to)?].1));
        self.rows = links.iter().filter_map(row).collect();
        self.indexed()
    }

    /// Appends what a relation shows for `key`; false when it has nothing.
    pub(super) fn push_related(
        &self,
        out: &mut Vec<u8>,
        layout: &Layout,
        key: i64,
        many: bool,
        budget: &mut Budget,
    ) -> Result<bool> {
        let Some(first) = self.by_key.get(&key).copied() else {
            return Ok(false);
        };
        if many {
            let rows = std::iter::successors(Some(first), |row| self.next[*row]);
            self.push_list(out, layout, rows.map(|row| self.record(row)), budget)?;
        } else {
            budget.push(out, self.record(first))?;
        }
        Ok(true)
    }

    fn index(&mut self) {
        let mut last: HashMap<i64, usize> = HashMap::with_capacity_and_hasher(self.rows.len(), Default::default());
        self.by_key = HashMap::with_capacity_and_hasher(self.rows.len(), Default::default());
        self.next = vec![None; self.rows.len()];
        for (row, (key, _)) in self.rows.iter().enumerate() {
            match last.insert(*key, row) {
                Some(before) => self.next[before] = Some(row),
                None => {
                    self.by_key.insert(*key, row);
                }
            }
        }
    }
}
