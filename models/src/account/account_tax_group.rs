//! Groups that totals show taxes in.

use orm::prelude::*;

use crate::base::ResCountry;

/// Tax Group
#[model("account.tax.group", order = "sequence, id")]
#[api]
pub struct AccountTaxGroup {
    /// Name
    pub name: String,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Preceding Subtotal
    ///
    /// What the subtotal before the group is called.
    pub preceding_subtotal: Option<String>,
    /// Country
    pub country_id: Option<Many2one<ResCountry>>,
}
