//! Quotations and sales orders.

pub mod account_tax;
mod defaults;
pub mod invoicing;
pub mod product_template;
pub mod res_partner;
pub mod rights;
pub mod sale_order;
pub mod sale_order_line;
mod seed;
mod states;

pub use account_tax::*;
pub use product_template::*;
pub use res_partner::*;
pub use sale_order::*;
pub use sale_order_line::*;
pub use seed::seed;

#[cfg(test)]
mod tests {
    use orm::Schema as _;

    use super::{SaleOrder, SaleOrderLine};

    /// Orders take the data of taxes, currencies and products when they are written. No stored computed field may
    /// depend on these, so that changing them later changes no order.
    #[test]
    fn what_is_computed_of_an_order_depends_on_nothing_outside_of_it() {
        for model in [SaleOrder::def(), SaleOrderLine::def()] {
            for field in model.fields.iter().filter(|field| field.stored) {
                for path in field.compute.iter().flat_map(|compute| compute.depends) {
                    let (_, relations) = path.split_last().unwrap();
                    let within = relations
                        .iter()
                        .all(|relation| ["order_id", "order_line"].contains(relation));
                    assert!(within, "{}.{} depends on {}", model.name, field.name, path.join("."));
                }
            }
        }
    }
}
