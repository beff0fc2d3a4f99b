//! What the columns of groups are called.

use crate::error::nearest;
use crate::sql::Column;

/// What the columns of groups are called.
#[derive(Debug)]
pub(crate) struct Spoken {
    /// The keys as they were given (`date_order:month`), and their fields.
    pub(super) keys: Vec<(String, String)>,
    pub(super) aggregates: Vec<String>,
    /// The number of records.
    pub(super) count: String,
}

/// What the number of records is called, unless groups are opened one key after another.
pub(super) const COUNT: &str = "__count";

impl Spoken {
    /// The column of this name.
    pub(super) fn column(&self, name: &str) -> Result<Column, String> {
        let key = (self.keys.iter()).position(|(spec, field)| spec == name || field == name);
        let aggregate = self.aggregates.iter().position(|known| known == name);
        match (key, aggregate) {
            (Some(key), _) => Ok(Column::Key(key)),
            (None, Some(aggregate)) => Ok(Column::Aggregate(aggregate)),
            (None, None) if name == self.count || name == COUNT => Ok(Column::Count),
            (None, None) => {
                let keys = self.keys.iter().map(|(spec, _)| spec.as_str());
                let known = keys.chain(self.aggregates.iter().map(String::as_str)).chain([COUNT]);
                Err(format!(
                    "`{name}` is neither grouped by nor aggregated{}",
                    nearest(name, known)
                ))
            }
        }
    }
}
