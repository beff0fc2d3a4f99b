//! Orders of partners in countries: related fields along one and two relations, and fields that are computed when read.

use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

orm::catalogue! { Users, Country, Partner, Order, Invoice }

/// User
#[model("res.users", role = user)]
pub struct Users {
    pub name: String,
}

/// Country
#[model("test.country")]
#[api]
pub struct Country {
    pub name: String,
    pub code: Option<String>,
}

/// Partner
#[model("test.partner", order = "name")]
#[api]
#[display_name("{name}", " ({country_name})")]
pub struct Partner {
    pub name: String,
    pub city: Option<String>,
    pub known: bool,
    pub parent_id: Option<Many2one<Partner>>,
    pub country_id: Option<Many2one<Country>>,
    #[field(related = country_id.name)]
    pub country_name: Option<String>,
    #[field(related = country_id.code, writable)]
    pub country_code: Option<String>,
    #[field(inverse = partner_id)]
    pub order_ids: One2many<Order>,
    /// Number of orders
    #[field(compute, depends(order_ids), search = find_order_count)]
    pub order_count: i64,
}

#[methods]
impl Partner {
    fn order_count(&self) -> i64 {
        self.order_ids.len() as i64
    }

    /// Partners with an order, or without.
    fn find_order_count(op: Op, operand: &Operand, env: &mut Env<'_>) -> Result<Domain> {
        let any = match (op, operand) {
            (Op::Gt, Operand::One(value)) if *value == orm::value::Value::Int(0) => true,
            (Op::Eq, Operand::One(value)) if *value == orm::value::Value::Int(0) => false,
            _ => return Err(Error::parameter("order_count", "only > 0 and = 0 are searched")),
        };
        let mut ids = Vec::new();
        let text = "SELECT DISTINCT \"partner_id\" FROM test_order".to_owned();
        let statement = orm::db::Statement {
            text,
            binds: Vec::new(),
        };
        env.session.query(&statement, |row| {
            ids.extend(row.int(0)?);
            Ok(())
        })?;
        let id = Some(if any { Filter::In(ids) } else { Filter::NotIn(ids) });
        Ok(PartnerFilter {
            id,
            ..PartnerFilter::default()
        }
        .into())
    }
}

/// State
#[derive(Selection)]
pub enum OrderState {
    /// Draft
    Draft,
    /// Done
    Done,
}

/// Order
#[model("test.order", order = "id")]
#[api]
#[read(
    id,
    name,
    partner_id(id, order_count),
    double,
    main_id(name),
    sibling_ids(id, quadruple)
)]
pub struct Order {
    pub name: String,
    #[field(default = OrderState::Draft)]
    pub state: OrderState,
    #[field(digits = (16, 2))]
    pub amount: Decimal,
    #[field(default = now)]
    pub date: DateTime,
    #[field(default = true)]
    pub active: bool,
    pub partner_id: Many2one<Partner>,
    #[field(related = partner_id.country_id)]
    pub country_id: Option<Many2one<Country>>,
    /// Behind another related field.
    #[field(related = country_id.name)]
    pub country_name: Option<String>,
    #[field(related = partner_id.name)]
    pub partner_name: String,
    #[field(related = partner_id.display_name)]
    pub partner_title: String,
    #[field(related = partner_id.known)]
    pub partner_active: bool,
    #[field(related = partner_id.parent_id.known)]
    pub parent_active: Option<bool>,
    #[field(related = partner_id.order_ids)]
    pub partner_order_ids: One2many<Order>,
    #[field(related = partner_id.order_count)]
    pub partner_orders: i64,
    #[field(related = partner_id.city, store, index, writable)]
    pub city: Option<String>,
    #[field(compute, depends(amount), digits = (16, 2))]
    pub double: Decimal,
    #[field(compute, depends(double), digits = (16, 3))]
    pub quadruple: Option<Decimal>,
    #[field(compute, depends(country_name, partner_id.order_count))]
    pub label: String,
    #[field(compute, depends(state))]
    pub other_state: Option<OrderState>,
    #[field(compute, depends(date))]
    pub due: Option<DateTime>,
    #[field(compute, depends(date))]
    pub day: Option<Date>,
    /// The parent, or else nobody.
    #[field(compute, depends(partner_id.parent_id))]
    pub main_id: Option<Many2one<Partner>>,
    /// Orders of the same partner, the newest first.
    #[field(compute, depends(partner_id.order_ids))]
    pub sibling_ids: Many2many<Order>,
    /// Asked for all records of a level at once.
    #[field(compute = ranks, batch, depends(partner_id.order_count))]
    pub rank: i64,
    /// Follows what is not stored until somebody writes it.
    #[field(compute, store, writable, depends(country_name, rank), resets(partner_id))]
    pub note: String,
    /// Stored, of what is not.
    #[field(compute, store, depends(label, quadruple))]
    pub summary: Option<String>,
}

#[methods]
impl Order {
    fn double(&self) -> Decimal {
        self.amount * Decimal::from(2)
    }

    fn quadruple(&self) -> Option<Decimal> {
        Some(self.double * Decimal::from(2)).filter(|number| !number.is_zero())
    }

    fn label(&self) -> String {
        let country = self.country_name.as_deref().unwrap_or("nowhere");
        format!("{country}, {} orders", self.partner_id.order_count)
    }

    fn other_state(&self) -> Option<OrderState> {
        (self.state == OrderState::Draft).then_some(OrderState::Done)
    }

    fn due(&self) -> Option<DateTime> {
        Some(self.date)
    }

    fn day(&self) -> Option<Date> {
        Some(self.date.date())
    }

    fn main_id(&self) -> Option<i64> {
        Some(self.partner_id.parent_id.as_ref()?.id())
    }

    fn sibling_ids(&self) -> Vec<i64> {
        let others = self.partner_id.order_ids.iter().map(|order| order.id);
        others.filter(|id| *id != self.id).rev().collect()
    }

    fn ranks(records: &[Self], env: &mut Env<'_>) -> Result<Vec<i64>> {
        let all = Records::<Partner>::search(env, PartnerFilter::default())?.len() as i64;
        Ok(records
            .iter()
            .map(|order| 10 * all + order.partner_id.order_count)
            .collect())
    }

    fn note(&self) -> String {
        format!("{} {}", self.country_name.as_deref().unwrap_or("-"), self.rank)
    }

    fn summary(&self) -> Option<String> {
        Some(format!("{}: {:?}", self.label, self.quadruple))
    }
}

/// Invoice
#[model("test.invoice", order = "country_name, id")]
pub struct Invoice {
    #[field(delegate)]
    pub order_id: Many2one<Order>,
    pub number: String,
    #[field(related = order_id.partner_id)]
    pub buyer_id: Many2one<Partner>,
    #[field(related = order_id.partner_id, store)]
    pub payer_id: Many2one<Partner>,
}

/// The typed condition that a partner's country has this name.
pub(crate) fn in_country(name: &str) -> Domain {
    PartnerFilter {
        country_id: Some(Box::new(RelationFilter::Matches(CountryFilter {
            name: Some(Filter::Eq(name.to_owned())),
            ..CountryFilter::default()
        }))),
        ..PartnerFilter::default()
    }
    .into()
}
