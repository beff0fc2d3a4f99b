//! Tax groups, by which the totals of a document show taxes.

use orm::prelude::*;

use super::group;
use crate::base::ResCountry;

/// Tax Group
#[model("account.tax.group", order = "sequence, id")]
#[api]
#[access(crate::base::group::USER: read; group::MANAGER: all)]
pub struct AccountTaxGroup {
    /// Name
    pub name: String,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Preceding Subtotal
    ///
    /// Name of the subtotal that is shown before the group.
    pub preceding_subtotal: Option<String>,
    /// Country
    pub country_id: Option<Many2one<ResCountry>>,
}
