//! A shop whose orders are for active customers of their own company.

use orm::prelude::*;

orm::catalogue! { Users, Company, Person, Label, Order, Visit }

/// User
#[model("x.users", role = user)]
pub struct Users {
    /// Name
    pub name: String,
}

/// Company
#[model("x.company")]
pub struct Company {
    /// Name
    pub name: String,
}

/// Kind of a person
#[derive(Selection)]
pub enum PersonKind {
    Customer,
    Vendor,
}

/// Person
#[model("x.person")]
pub struct Person {
    /// Name
    pub name: String,
    /// Kind
    #[field(default = PersonKind::Customer)]
    pub kind: PersonKind,
    /// Company
    pub company_id: Option<Many2one<Company>>,
    /// Ceiling
    #[field(default = 0)]
    pub ceiling: i32,
    /// Nick
    pub nick: Option<String>,
    /// Secret
    #[field(secret)]
    pub code: Option<String>,
    /// Perhaps
    pub perhaps: Option<bool>,
    /// Active
    #[field(default = true)]
    pub active: bool,
}

/// Label
#[model("x.label")]
pub struct Label {
    /// Name
    pub name: String,
    /// Orders
    #[field(relation = "x_order_label_rel", column = "label_id", target_column = "order_id")]
    pub order_ids: Many2many<Order>,
    /// For Orders
    pub for_orders: bool,
}

/// Order
#[model("x.order")]
pub struct Order {
    /// Company
    pub company_id: Option<Many2one<Company>>,
    /// Least Ceiling
    pub least: Option<i32>,
    /// Customer
    #[field(domain = active && kind == "customer" && (company_id.is_none() || company_id == self.company_id))]
    pub person_id: Many2one<Person>,
    /// Deputy
    #[field(domain = ceiling >= self.least && nick.is_some())]
    pub deputy_id: Option<Many2one<Person>>,
    /// Labels
    #[field(
        relation = "x_order_label_rel",
        column = "order_id",
        target_column = "label_id",
        domain = for_orders || name != "x'y"
    )]
    pub label_ids: Many2many<Label>,
    /// Visits
    #[field(inverse = order_id)]
    pub visit_ids: One2many<Visit>,
}

/// Visit of a customer
#[model("x.visit")]
pub struct Visit {
    /// Order
    pub order_id: Option<Many2one<Order>>,
    /// Whom, which is the customer of the order
    #[field(related = order_id.person_id, writable)]
    pub whom: Option<Many2one<Person>>,
}
