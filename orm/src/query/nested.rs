//! What a read asks of the records of relations to many.

use std::collections::BTreeMap;

use crate::domain::Domain;
use crate::registry::{FieldId, OrderTerm};

/// What is asked of the records of relations to many, by the path of each.
pub(crate) type Nested = BTreeMap<Vec<FieldId>, NestedSearch>;

/// Which records of a relation to many are read, in which order, and how many of each record's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NestedSearch {
    pub(crate) domain: Domain,
    /// The model's own order follows it.
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}
