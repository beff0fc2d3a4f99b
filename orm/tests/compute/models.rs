//! Small models of a trade: orders, lines, products, prices and taxes. They have computed fields of every kind.

use std::cell::Cell;

use orm::db::Statement;
use orm::field::round;
use orm::prelude::*;

thread_local! {
    /// How often the method `prices` ran in this thread.
    pub(crate) static PRICE_RUNS: Cell<usize> = const { Cell::new(0) };
    /// How often the method `reference`, a default, ran in this thread.
    pub(crate) static REFERENCE_RUNS: Cell<usize> = const { Cell::new(0) };
}

orm::catalogue! {
    Currency, Company, Users, Partner, Pricelist, Tax, Uom, Template, Product, Order, Line, Ticket, Route, Stop,
}

/// Currency
#[model("x.currency")]
pub(crate) struct Currency {
    /// Name
    pub name: String,
}

/// Company
#[model("res.company", role = company)]
pub(crate) struct Company {
    /// Name
    pub name: String,
    /// Currency
    pub currency_id: Option<Many2one<Currency>>,
}

/// User
#[model("res.users", role = user)]
pub(crate) struct Users {
    /// Partner
    #[field(delegate)]
    pub partner_id: Many2one<Partner>,
}

/// Partner
#[model("res.partner")]
pub(crate) struct Partner {
    /// Name
    pub name: String,
    /// Parent
    pub parent_id: Option<Many2one<Partner>>,
    /// Pricelist
    pub pricelist_id: Option<Many2one<Pricelist>>,
    /// Complete Name
    #[field(compute, store, depends(name, parent_id.complete_name))]
    pub complete_name: String,
    /// Orders
    #[field(inverse = partner_id)]
    pub order_ids: One2many<Order>,
    /// Turnover
    #[field(compute, store, digits = (16, 2), depends(order_ids.line_ids.subtotal))]
    pub turnover: Decimal,
}

#[methods]
impl Partner {
    fn complete_name(&self) -> String {
        match &self.parent_id {
            Some(parent) => format!("{} / {}", parent.complete_name, self.name),
            None => self.name.clone(),
        }
    }

    fn turnover(&self) -> Decimal {
        let lines = self.order_ids.iter().flat_map(|order| order.line_ids.iter());
        lines.map(|line| line.subtotal).sum()
    }
}

/// Pricelist
#[model("x.pricelist")]
pub(crate) struct Pricelist {
    /// Name
    pub name: String,
    /// Factor
    #[field(digits = (16, 2), default = 1)]
    pub factor: Decimal,
}

/// Tax
#[model("x.tax")]
pub(crate) struct Tax {
    /// Name
    pub name: String,
    /// Per Cent
    #[field(digits = (16, 2))]
    pub amount: Decimal,
    /// Templates that it is put on
    #[field(relation = "x_template_tax_rel", column = "tax_id", target_column = "template_id")]
    pub template_ids: Many2many<Template>,
}

/// Unit of Measure
#[model("x.uom")]
pub(crate) struct Uom {
    /// Name
    pub name: String,
}

/// Product Template
#[model("x.template")]
pub(crate) struct Template {
    /// Name
    pub name: String,
    /// Price
    #[field(digits = (16, 2), default = 1)]
    pub list_price: Decimal,
    /// Unit of Measure
    pub uom_id: Option<Many2one<Uom>>,
    /// Taxes
    #[field(relation = "x_template_tax_rel", column = "template_id", target_column = "tax_id")]
    pub tax_ids: Many2many<Tax>,
}

/// Product
#[model("x.product")]
pub(crate) struct Product {
    /// Template
    #[field(delegate)]
    pub product_tmpl_id: Many2one<Template>,
    /// Code
    pub code: Option<String>,
}

/// Order
#[model("x.order")]
pub(crate) struct Order {
    /// Reference
    #[field(default = method(reference))]
    pub name: String,
    /// Customer
    pub partner_id: Many2one<Partner>,
    /// Currency
    #[field(default = company.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    /// The seller's own pricelist
    #[field(default = user.pricelist_id)]
    pub seller_pricelist_id: Option<Many2one<Pricelist>>,
    /// Pricelist
    #[field(compute, store, writable, depends(partner_id.pricelist_id))]
    pub pricelist_id: Option<Many2one<Pricelist>>,
    /// Lines
    #[field(inverse = order_id)]
    pub line_ids: One2many<Line>,
    /// Note
    ///
    /// Tells how many lines there are, unless somebody writes something else.
    #[field(compute, store, writable, depends(line_ids))]
    pub note: Option<Text>,
    /// Total
    #[field(compute, store, digits = (16, 2), depends(line_ids.subtotal, line_ids.tax))]
    pub total: Decimal,
}

#[methods]
impl Order {
    #[allow(clippy::unnecessary_wraps, reason = "a default may be refused")]
    fn reference(_env: &mut Env<'_>) -> Result<String> {
        REFERENCE_RUNS.set(REFERENCE_RUNS.get() + 1);
        Ok("new".to_owned())
    }

    fn pricelist_id(&self) -> Option<i64> {
        self.partner_id.pricelist_id.as_ref().map(Many2one::id)
    }

    fn note(&self) -> Option<Text> {
        Some(format!("{} lines", self.line_ids.len())).filter(|_| !self.line_ids.is_empty())
    }

    fn total(&self) -> Decimal {
        self.line_ids.iter().map(|line| line.subtotal + line.tax).sum()
    }
}

/// Order Line
#[model("x.line")]
#[api]
pub(crate) struct Line {
    /// Order
    #[field(on_delete = cascade)]
    pub order_id: Many2one<Order>,
    /// Product
    #[field(on_delete = set_null)]
    pub product_id: Option<Many2one<Product>>,
    /// Description
    #[field(compute, store, writable, depends(product_id.product_tmpl_id.name), resets(product_id))]
    pub name: Text,
    /// Unit of Measure
    #[field(compute, store, writable, depends(product_id.uom_id), resets(product_id))]
    pub uom_id: Many2one<Uom>,
    /// Quantity
    #[field(digits = (16, 2), default = 1)]
    pub qty: Decimal,
    /// Price
    #[field(
        compute = prices, batch, store, writable, digits = (16, 2),
        depends(product_id.list_price, qty, order_id.pricelist_id.factor),
        resets(product_id, uom_id)
    )]
    pub price: Decimal,
    /// Taxes
    #[field(compute, store, writable, depends(product_id.product_tmpl_id.tax_ids), resets(product_id))]
    pub tax_ids: Many2many<Tax>,
    /// Double Price
    ///
    /// Not stored, and read by what is.
    #[field(compute, depends(price))]
    pub double: Decimal,
    /// Subtotal
    #[field(compute, store, digits = (16, 2), depends(qty, double))]
    pub subtotal: Decimal,
    /// Tax
    #[field(compute, store, digits = (16, 2), depends(subtotal, tax_ids.amount))]
    pub tax: Decimal,
}

#[methods]
impl Line {
    fn template(&self) -> Option<&Template> {
        self.product_id.as_ref().map(|product| &*product.product_tmpl_id)
    }

    fn name(&self) -> Option<Text> {
        self.template().map(|template| template.name.clone())
    }

    fn uom_id(&self) -> Option<i64> {
        self.template()?.uom_id.as_ref().map(Many2one::id)
    }

    fn prices(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
        PRICE_RUNS.set(PRICE_RUNS.get() + 1);
        // From ten pieces on, a line is cheaper. The rebate comes from a query, to test methods that query the
        // database.
        let mut rebate = None;
        let (text, binds) = ("SELECT CAST(90 AS BIGINT)".to_owned(), Vec::new());
        env.session.query(&Statement { text, binds }, |row| {
            rebate = row.int(0)?;
            Ok(())
        })?;
        let rebate = Decimal::new(rebate.unwrap_or(100), 2);
        Ok(records.iter().map(|line| line.price(rebate)).collect())
    }

    fn price(&self, rebate: Decimal) -> Decimal {
        let list_price = self.template().map_or(Decimal::ZERO, |template| template.list_price);
        let factor = self
            .order_id
            .pricelist_id
            .as_ref()
            .map_or(Decimal::ONE, |list| list.factor);
        let rebate = if self.qty >= Decimal::TEN { rebate } else { Decimal::ONE };
        round(list_price * factor * rebate, 2)
    }

    fn tax_ids(&self) -> Vec<i64> {
        let taxes = self.template().map(|template| template.tax_ids.iter());
        taxes.into_iter().flatten().map(|tax| tax.id).collect()
    }

    fn double(&self) -> Decimal {
        self.price * Decimal::TWO
    }

    fn subtotal(&self) -> Decimal {
        round(self.qty * self.double, 2)
    }

    fn tax(&self) -> Decimal {
        let rate: Decimal = self.tax_ids.iter().map(|tax| tax.amount).sum();
        round(self.subtotal * rate / Decimal::ONE_HUNDRED, 2)
    }
}

/// A model whose methods read what they do not declare
#[model("x.ticket")]
pub(crate) struct Ticket {
    /// Name
    pub name: String,
    /// Customer
    pub partner_id: Many2one<Partner>,
    /// Customer's Name
    #[field(compute, store, depends(name))]
    pub customer: String,
}

#[methods]
impl Ticket {
    fn customer(&self) -> String {
        match self.name.as_str() {
            "computed" => self.partner_id.name.clone(),
            _ => String::new(),
        }
    }

    #[constrains(name)]
    fn has_a_name(&self) -> Check {
        match self.name == "ruled" && self.partner_id.name.is_empty() {
            true => Err("The customer has no name.".to_owned()),
            false => Ok(()),
        }
    }
}

/// Route
#[model("x.route")]
pub(crate) struct Route {
    /// Stops
    #[field(inverse = route_id)]
    pub stop_ids: One2many<Stop>,
}

/// Stop
#[model("x.stop", order = "id")]
pub(crate) struct Stop {
    /// Route
    pub route_id: Many2one<Route>,
    /// Position: by default ten behind the last of all stops.
    #[field(min = 0, default = method(behind))]
    pub position: i32,
}

#[methods]
impl Stop {
    fn behind(env: &mut Env<'_>) -> Result<i32> {
        let stops = Records::<Stop>::search(env, StopFilter::default())?.load(env, &[])?;
        Ok(stops.iter().map(|stop| stop.position).max().unwrap_or(0) + 10)
    }
}
