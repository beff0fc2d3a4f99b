//! Money: which currency an amount is in, and where it is written to what its amounts are rounded.

use crate::def::{Kind, Role};

use super::{FieldId, ModelInfo, Models};

/// The field of a currency to a multiple of which its amounts are rounded.
const ROUNDING: &str = "rounding";

impl ModelInfo {
    /// The many2one to the currency of a monetary field that the model itself declares, unless it is a related one,
    /// which stands for another field.
    pub fn currency(&self, field: FieldId) -> Option<FieldId> {
        let def = self.def.fields.get(field)?;
        match def.kind {
            Kind::Monetary { currency, .. } if def.related.is_empty() => self.field(currency),
            _ => None,
        }
    }
}

impl Models {
    /// The path to the currency of the monetary field at the end of a path; `None` if that is no monetary field.
    pub fn currency_of(&self, model: &ModelInfo, path: &[FieldId]) -> Option<Vec<FieldId>> {
        let mut path = self.expand_path(model, path);
        let (owner, end) = self.end_of(model, &path);
        let Kind::Monetary { currency, .. } = owner.fields[end].def.kind else {
            return None;
        };
        path.pop();
        path.push(owner.field(currency)?);
        Some(path)
    }

    /// The path from a record with this monetary field to the rounding factor of its currency; `None` if the field is
    /// not monetary, or currencies have no stored decimal `rounding`: then amounts are not rounded.
    pub fn rounding(&self, model: &ModelInfo, field: FieldId) -> Option<Vec<FieldId>> {
        let currency = model.currency(field)?;
        let currencies = self.role(Role::Currency)?;
        let rounding = currencies.field(ROUNDING)?;
        let def = currencies.def.fields.get(rounding)?;
        (matches!(def.kind, Kind::Decimal { .. }) && def.stored).then(|| vec![currency, rounding])
    }
}
