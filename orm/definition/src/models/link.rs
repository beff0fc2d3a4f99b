//! The tables that store relations, as pairs of ids.

use super::{FieldId, ModelInfo, Models};
use crate::def::Kind;
use crate::error::{Error, Result};

/// The table and columns that store a relation: for `sale.order`'s `order_line`, `sale_order_line`, `order_id`, `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// For a many2one the model's own table, for a one2many the children's, for a many2many the relation table.
    pub table: &'static str,
    /// The column with the id of the record that has the relation.
    pub own: &'static str,
    /// The column with the id of the related record.
    pub other: &'static str,
}

impl Link {
    /// The same table, seen from the other side.
    pub fn reversed(self) -> Self {
        Link {
            own: self.other,
            other: self.own,
            ..self
        }
    }
}

impl Models {
    /// The table and columns of a stored relation that the model itself declares.
    ///
    /// # Errors
    /// For any other field: a defect of the caller.
    pub fn link(&self, model: &ModelInfo, field: FieldId) -> Result<Link> {
        let info = &model.fields[field];
        match (info.def.kind, info.inverse) {
            (Kind::Many2one { .. }, _) => Ok(Link {
                table: model.def.table,
                own: "id",
                other: info.def.name,
            }),
            (Kind::One2many { .. }, Some(inverse)) => {
                let target = self.target(model, field);
                Ok(Link {
                    table: target.def.table,
                    own: target.fields[inverse].def.name,
                    other: "id",
                })
            }
            (
                Kind::Many2many {
                    relation,
                    column,
                    target_column,
                    ..
                },
                _,
            ) => Ok(Link {
                table: relation,
                own: column,
                other: target_column,
            }),
            _ => Err(Error::internal(format!(
                "{}.{} is no stored relation",
                model.def.name, info.def.name
            ))),
        }
    }
}
