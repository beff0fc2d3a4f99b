//! The rendered records of one level of a read, in which the level above looks up the records that belong to its own.

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use crate::env::Budget;
use crate::error::Result;
use crate::wire::Layout;

/// Rendered records, looked up by a key: the record's id, or the id of the record that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// The text of all records.
    pub(super) bytes: Vec<u8>,
    /// Where in `bytes` each record is.
    pub(super) records: Vec<Range<usize>>,
    /// The rows of the result in order: the key, and the index in `records`.
    pub(super) rows: Vec<(i64, usize)>,
    /// The first row of each key.
    by_key: HashMap<i64, usize>,
    /// For each row, the next row with the same key.
    next: Vec<Option<usize>>,
}

impl Rendered {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The first record with this key.
    pub(crate) fn first(&self, key: i64) -> Option<&[u8]> {
        self.by_key.get(&key).map(|row| self.record(*row))
    }

    /// The key of each row, in order.
    pub(crate) fn into_keys(self) -> Vec<i64> {
        self.rows.into_iter().map(|(key, _)| key).collect()
    }

    /// The text of a list of all rows, in order.
    pub(super) fn into_list(self, layout: &Layout, budget: &mut Budget) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.push_list(&mut out, layout, self.in_order(), budget)?;
        Ok(out)
    }

    /// The text of each row, in order.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.rows.len()).map(|row| self.record(row))
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

    /// Adds a record, whose text `write` appends.
    pub(super) fn add(&mut self, key: i64, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        write(&mut self.bytes)?;
        self.rows.push((key, self.records.len()));
        self.records.push(start..self.bytes.len());
        Ok(())
    }

    /// The same records, indexed by key. Call this when all rows are there.
    pub(super) fn indexed(mut self) -> Self {
        self.index();
        self
    }

    /// The same records under other keys: for each link `(key, id)`, in this order, a row of the record that had the
    /// key `id`. Links without a record are left out.
    pub(super) fn found_by(mut self, links: &[(i64, i64)]) -> Self {
        let row = |(key, to): &(i64, i64)| Some((*key, self.rows[*self.by_key.get(to)?].1));
        self.rows = links.iter().filter_map(row).collect();
        self.indexed()
    }

    /// Appends the related records of `key`: a list where `many`, else the first one. Answers false when there are
    /// none.
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
