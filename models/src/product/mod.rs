//! Products: categories, templates and their variants, the attributes that distinguish variants, and pricelists.

mod chains;
pub mod combinations;
pub mod prices;
pub mod pricing;
pub mod product_attribute;
pub mod product_attribute_value;
pub mod product_category;
pub mod product_pricelist;
pub mod product_pricelist_item;
pub mod product_product;
pub mod product_template;
pub mod product_template_attribute_line;
pub mod product_template_attribute_value;
mod variants;

pub use product_attribute::*;
pub use product_attribute_value::*;
pub use product_category::*;
pub use product_pricelist::*;
pub use product_pricelist_item::*;
pub use product_product::*;
pub use product_template::*;
pub use product_template_attribute_line::*;
pub use product_template_attribute_value::*;
