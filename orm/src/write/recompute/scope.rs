//! Which fields of which records a write computes.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::dependencies::Computed;
use crate::registry::ModelId;

/// Which of the dependent fields are computed.
#[derive(Debug, Default)]
pub(super) enum Scope {
    /// Everything.
    #[default]
    All,
    /// One field.
    Field(Computed),
    /// For an import: everything, but of imported records only the fields that they lack.
    Loaded(Loaded),
}

/// Imported records, by model. Their values are kept as given; only the fields in `lacking` are computed.
#[derive(Debug, Default)]
pub(in crate::write) struct Loaded {
    pub(in crate::write) records: HashMap<ModelId, HashSet<i64>>,
    pub(in crate::write) lacking: HashMap<Computed, BTreeSet<i64>>,
}

impl Scope {
    /// Whether a field of a record is computed.
    pub(super) fn has(&self, field: Computed, id: i64) -> bool {
        match self {
            Scope::All => true,
            Scope::Field(only) => *only == field,
            Scope::Loaded(loaded) => {
                let is_loaded = loaded.records.get(&field.0).is_some_and(|ids| ids.contains(&id));
                !is_loaded || loaded.lacking.get(&field).is_some_and(|ids| ids.contains(&id))
            }
        }
    }
}
