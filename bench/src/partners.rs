//! Renders partners as JSON: lists with four columns, a single partner with five.

use crate::error::Result;
use crate::json;
use crate::row::Row;

/// The keys of the columns after `id`, all text. A list leaves out the last one.
const COLUMNS: [&[u8]; 4] = [b",\"name\":", b",\"city\":", b",\"email\":", b",\"phone\":"];

/// About how many bytes a partner of a list takes.
pub(crate) const LISTED: usize = 128;

/// Appends a partner of a list: an object with `id`, `name`, `city` and `email`.
pub(crate) fn listed(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    render(out, row, &COLUMNS[..3])
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
