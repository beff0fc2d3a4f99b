//! What sales add to taxes: a tax of a confirmed order stays.

use orm::error::Code;
use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

use super::{SaleOrderLine, SaleOrderLineFilter, SaleOrderState};
use crate::account::AccountTax;

/// A tax as sales see it.
#[extend(AccountTax)]
pub struct TaxSales {}

#[methods]
impl TaxSales {
    /// A tax that a confirmed order uses cannot be deleted, only archived: what was agreed stays.
    #[ondelete]
    fn of_no_confirmed_order(taxes: &[Self], env: &mut Env<'_>) -> Result<()> {
        let taxes = taxes.iter().map(|tax| tax.id).collect();
        let filter = SaleOrderLineFilter {
            tax_id: Some(Box::new(RelationFilter::Id(Filter::In(taxes)))),
            state: Some(Filter::In(vec![SaleOrderState::Sale, SaleOrderState::Done])),
            ..SaleOrderLineFilter::default()
        };
        match Records::<SaleOrderLine>::first(env, filter, "id")? {
            None => Ok(()),
            Some(_) => Err(Error::new(
                Code::Conflict,
                "a line of a confirmed order has the tax: archive it instead",
            )),
        }
    }
}
