//! A loaded record: the values of its columns, and the related records that were loaded with it.

use std::sync::Arc;

use crate::def::{ModelDef, PartDef, part};
use crate::value::Value;

/// A record with all its columns, and with related records along the paths that its reader declares, as by `depends`.
#[derive(Debug, Default, Clone)]
pub struct Record {
    values: Arc<Vec<Value>>,
    related: Vec<(usize, Arc<[Record]>)>,
    parts: &'static [PartDef],
}

impl Record {
    /// A record of the model `def` from its values in the order of the model's fields; [`Value::Null`] where a field has
    /// no column.
    pub fn new(def: &ModelDef, values: Vec<Value>) -> Self {
        Record::shared(def, Arc::new(values))
    }

    /// As [`Record::new`], with values that are shared; [`Record::set`] copies them before it changes one.
    pub fn shared(def: &ModelDef, values: Arc<Vec<Value>>) -> Self {
        Record {
            values,
            related: Vec::new(),
            parts: def.parts,
        }
    }

    /// Sets the value of a field that has no column.
    pub fn set(&mut self, field: usize, value: Value) {
        if let Some(place) = Arc::make_mut(&mut self.values).get_mut(field) {
            *place = value;
        }
    }

    /// Sets the related records of a relation field.
    pub fn relate(&mut self, field: usize, records: Vec<Record>) {
        self.related.retain(|(known, _)| *known != field);
        self.related.push((field, records.into()));
    }

    /// The value of a field by its index in [`ModelDef::fields`], or by the key of its part.
    pub fn value(&self, field: usize) -> &Value {
        self.values.get(self.place(field)).unwrap_or(&Value::Null)
    }

    /// The values of all fields, in the order of the definition.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The related records of a relation; `None` when they were not loaded.
    pub fn related(&self, field: usize) -> Option<&[Record]> {
        let field = self.place(field);
        let found = self.related.iter().find(|(known, _)| *known == field);
        found.map(|(_, records)| records.as_ref())
    }

    /// # Panics
    /// When the field is one of an extension that the catalogue lacks: a defect of the code that names the extension.
    fn place(&self, field: usize) -> usize {
        part::place(self.parts, field)
            .unwrap_or_else(|| panic!("an extension is read that is not in the catalogue: list it there"))
    }
}
