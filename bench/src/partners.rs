//! Renders partners as JSON: lists with four columns, a single partner with five.

use crate::error::Result;
use crate::json;
use crate::row::Row;

/// The keys of the columns after `id`, all text. A list leaves out the last one.
const COLUMNS: [&[u8]; 4] = [b",\"name\":", b",\"city\":", b",\"email\":", b",\"phone\":"];

/// The array of a list: objects with `id`, `name`, `city` and `email`.
#[derive(Debug)]
pub(crate) struct PartnerList(Vec<u8>);

impl PartnerList {
    /// An empty array, with memory for `room` partners (at most 1,000).
    pub(crate) fn new(room: u32) -> Self {
        let mut out = Vec::with_capacity(128 * room.min(1_000) as usize + 2);
        out.push(b'[');
        PartnerList(out)
    }

    /// Adds a partner.
    pub(crate) fn add(&mut self, row: &impl Row) -> Result<()> {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        render(&mut self.0, row, &COLUMNS[..3])
    }

    /// The whole array.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.push(b']');
        self.0
    }
}

/// One partner: an object that also has `phone`.
pub(crate) fn partner(row: &impl Row) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(256);
    render(&mut out, row, &COLUMNS)?;
    Ok(out)
}

fn render(out: &mut Vec<u8>, row: &impl Row, columns: &[&[u8]]) -> Result<()> {
    out.extend_from_slice(b"{\"id\":");
    json::integer(out, row.id(0)?);
    for (at, key) in columns.iter().enumerate() {
        out.extend_from_slice(key);
        json::text_or_false(out, row.text(at + 1)?);
    }
    out.push(b'}');
    Ok(())
}
