//! What is not as the definitions say.

use std::fmt;

use crate::def::FieldDef;
use crate::registry::ModelInfo;
use crate::value::Value;

/// One thing that is not as the definitions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of which model.
    pub model: &'static str,
    /// In which record; nowhere in particular where a number of the whole model is meant.
    pub id: Option<i64>,
    /// In which fields, as a definition names them.
    pub field: String,
    /// What is stored.
    pub stored: String,
    /// What would be right.
    pub right: String,
    /// It was mended.
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
    /// A finding in a record, not mended yet.
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

/// A value for people, texts in quotes; one that is secret is not told.
pub(super) fn told(field: &FieldDef, value: &Value) -> String {
    match value {
        Value::Null => value.to_string(),
        _ if field.secret => "a secret value".to_owned(),
        Value::Text(_) => format!("\"{value}\""),
        value => value.to_string(),
    }
}

/// Where findings go, and how far the work has come.
pub trait Report {
    /// So many records will be looked at; one counts each time that it is.
    fn expect(&mut self, records: u64);

    /// So many more were.
    fn looked_at(&mut self, records: u64);

    /// Something is not as it should be.
    fn found(&mut self, finding: Finding);
}
