//! Findings: what is stored otherwise than the definitions say.

use std::fmt;

use crate::def::FieldDef;
use crate::registry::ModelInfo;
use crate::value::Value;

/// A value, reference or number that is stored otherwise than the definitions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The model.
    pub model: &'static str,
    /// The record; `None` where the finding is not about one, as for the next id of a model.
    pub id: Option<i64>,
    /// The fields, as a definition names them, joined by commas.
    pub field: String,
    /// What is stored.
    pub stored: String,
    /// What would be right.
    pub right: String,
    /// It was repaired.
    pub mended: bool,
}

/// As it is printed: `sale.order 5 amount_total: stored 1, right 238`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.model)?;
        if let Some(id) = self.id {
            write!(f, " {id}")?;
        }
        write!(f, " {}: stored {}, right {}", self.field, self.stored, self.right)?;
        f.write_str(if self.mended { " (mended)" } else { "" })
    }
}

impl Finding {
    /// A finding in a record, not repaired yet.
    pub(super) fn new(
        model: &ModelInfo,
        id: i64,
        field: impl Into<String>,
        stored: impl Into<String>,
        right: impl Into<String>,
    ) -> Self {
        Finding {
            model: model.def.name,
            id: Some(id),
            field: field.into(),
            stored: stored.into(),
            right: right.into(),
            mended: false,
        }
    }
}

/// A value as a finding shows it, text in quotes; that of a secret field is not shown.
pub(super) fn shown(field: &FieldDef, value: &Value) -> String {
    match value {
        Value::Null => value.to_string(),
        _ if field.secret => "a secret value".to_owned(),
        Value::Text(_) => format!("\"{value}\""),
        value => value.to_string(),
    }
}

/// Receives the findings, and the progress of the work.
pub trait Report {
    /// So many records will be checked; a record counts once for each pass over it.
    fn expect(&mut self, records: u64);

    /// So many more records were checked.
    fn looked_at(&mut self, records: u64);

    /// Something is not as it should be.
    fn found(&mut self, finding: Finding);
}
