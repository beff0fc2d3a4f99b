//! A shop in areas that do not know each other: partners and products; sales and stock, which extend them.

use orm::prelude::*;

/// The models that know of no others.
pub(crate) mod base {
    use orm::prelude::*;

    orm::catalogue! { Users, Partner, Template, Product, Tag, Label }

    /// User
    #[model("x.users", role = user)]
    pub(crate) struct Users {
        /// Name
        pub name: String,
    }

    /// Partner
    #[model("x.partner")]
    #[read(id, name, parent_id(id))]
    pub(crate) struct Partner {
        /// Name
        pub name: String,
        /// Credit
        #[field(default = 0)]
        pub credit: i32,
        /// Parent
        pub parent_id: Option<Many2one<Partner>>,
        /// Children
        #[field(inverse = parent_id)]
        pub child_ids: One2many<Partner>,
    }

    #[methods]
    impl Partner {
        #[constrains(name)]
        fn has_a_name(&self) -> Check {
            match self.name.trim() {
                "" => Err("a partner has a name".into()),
                _ => Ok(()),
            }
        }
    }

    /// Tag
    #[model("x.tag")]
    #[read(id, name)]
    #[write_response(id)]
    pub(crate) struct Tag {
        /// Name
        pub name: String,
    }

    /// Label
    #[model("x.label")]
    #[read(id, name)]
    pub(crate) struct Label {
        /// Name
        pub name: String,
    }

    /// Template
    #[model("x.template")]
    pub(crate) struct Template {
        /// Name
        pub name: String,
    }

    /// Product
    #[model("x.product")]
    pub(crate) struct Product {
        /// Template
        #[field(delegate, on_delete = cascade)]
        pub template_id: Many2one<Template>,
        /// Code
        pub code: Option<String>,
    }
}

use base::{Label, Partner, Product, Tag, Template};

orm::catalogue! {
    base::Users,
    Stock,
    base::Partner,
    Sales,
    base::Template,
    TemplateSales,
    base::Product,
    ProductSales,
    Order,
    base::Tag,
    TagColor,
    base::Label,
    LabelColor,
}

/// What sales add to partners.
#[extend(Partner)]
#[read(level, parent_id(name), order_ids(id, qty))]
#[unique(name, level, message = "One partner of a name and level")]
#[check(bound >= credit, message = "The credit is within the bound")]
pub(crate) struct Sales {
    /// Level
    #[field(default = method(usual_level))]
    pub level: Option<String>,
    /// Bound
    #[field(default = 100)]
    pub bound: i32,
    /// Orders
    #[field(inverse = partner_id)]
    pub order_ids: One2many<Order>,
    /// Ordered
    #[field(compute, store, depends(order_ids.qty, credit))]
    pub ordered: i32,
    /// Title
    #[field(compute, depends(parent_id.name), search = find_title)]
    pub title: String,
    /// Rank
    #[field(compute, batch)]
    pub rank: i32,
}

#[methods]
impl Sales {
    fn usual_level(_: &mut Env<'_>) -> Result<String> {
        Ok("bronze".into())
    }

    fn ordered(&self) -> i32 {
        self.order_ids.iter().map(|order| order.qty).sum::<i32>() + self.credit
    }

    fn title(&self) -> String {
        match &self.parent_id {
            Some(parent) => format!("{} of {}", self.name, parent.name),
            None => self.name.clone(),
        }
    }

    fn find_title(op: Op, operand: &Operand, env: &mut Env<'_>) -> Result<Domain> {
        Domain::at::<Self>(env, "name", op, operand.clone())
    }

    fn rank(records: &[Self], _: &mut Env<'_>) -> Result<Vec<i32>> {
        Ok(records.iter().map(|partner| partner.bound - partner.credit).collect())
    }

    #[constrains(level, name)]
    fn knows_its_levels(&self) -> Check {
        match self.level.as_deref() {
            Some("bronze" | "gold") | None => Ok(()),
            Some(level) => Err(format!("{} cannot be {level}", self.name)),
        }
    }

    /// Makes partners gold.
    #[action]
    fn promote(records: &Records<Self>, env: &mut Env<'_>, bound: i32) -> Result<bool> {
        let values = SalesUpdate {
            level: Some(Some("gold".into())),
            bound: Some(bound),
            ..SalesUpdate::default()
        };
        records.write(env, values)?;
        Ok(true)
    }
}

/// What stock adds to partners; it does not know of sales.
#[extend(Partner)]
pub(crate) struct Stock {
    /// Depot
    pub depot: Option<String>,
    /// Level, of the depot
    #[field(compute, store, writable, depends(name))]
    pub depot_name: Option<String>,
}

#[methods]
impl Stock {
    fn depot_name(&self) -> Option<String> {
        Some(format!("depot {}", self.name))
    }
}

/// What sales add to templates, and through them to products.
#[extend(Template)]
pub(crate) struct TemplateSales {
    /// Policy
    #[field(default = "order")]
    pub policy: String,
}

/// A product as sales see it.
#[extend(Product)]
pub(crate) struct ProductSales {
    /// Its template.
    #[field(view)]
    pub template_id: Many2one<TemplateSales>,
    /// Label
    #[field(compute, store, depends(template_id.policy, template_id.name, code))]
    pub label: String,
}

#[methods]
impl ProductSales {
    fn label(&self) -> String {
        let code = self.code.as_deref().unwrap_or("-");
        format!("{code} {} {}", self.template_id.name, self.template_id.policy)
    }
}

/// Order
#[model("x.order")]
pub(crate) struct Order {
    /// Partner
    pub partner_id: Many2one<Sales>,
    /// Product
    pub product_id: Option<Many2one<ProductSales>>,
    /// Quantity
    pub qty: i32,
    /// Level
    #[field(compute, store, depends(partner_id.level, partner_id.name, product_id.template_id.policy))]
    pub note: String,
}

#[methods]
impl Order {
    fn note(&self) -> String {
        let level = self.partner_id.level.as_deref().unwrap_or("none");
        let policy = self
            .product_id
            .as_ref()
            .map_or("", |product| &product.template_id.policy);
        format!("{} {level} {policy}", self.partner_id.name)
    }
}

/// An extension with a field and a method of another one.
#[extend(Partner)]
pub(crate) struct Clash {
    /// Level
    pub level: Option<String>,
}

#[methods]
impl Clash {
    /// Makes nothing.
    #[action]
    fn promote(_: &Records<Self>, _: &mut Env<'_>) -> Result<bool> {
        Ok(true)
    }

    /// Has the name of a method that every model has.
    #[action]
    fn copy(_: &Records<Self>, _: &mut Env<'_>) -> Result<bool> {
        Ok(true)
    }
}

/// A field that reads of tags answer, and writes do not.
#[extend(Tag)]
#[read(color)]
pub(crate) struct TagColor {
    /// Color
    #[field(default = "red")]
    pub color: String,
}

/// A field that writes of labels answer, and reads do not.
#[extend(Label)]
#[write_response(color)]
pub(crate) struct LabelColor {
    /// Color
    #[field(default = "red")]
    pub color: String,
}

/// Entries for sections that the model does not have.
#[extend(Template)]
#[read(shade)]
#[name_search(shade)]
pub(crate) struct Plain {
    /// Shade
    pub shade: Option<String>,
}
