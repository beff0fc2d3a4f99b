//! Deals with amounts that are agreed, in currencies, and methods that write themselves.

use orm::prelude::*;

orm::catalogue! { Users, Currency, Product, Deal, Item, Slip }

/// User
#[model("x.users", role = user)]
pub(crate) struct Users {
    /// Name
    pub name: String,
}

/// Currency
#[model("x.currency", role = currency)]
pub(crate) struct Currency {
    /// Name
    pub name: String,
    /// Rounding
    #[field(digits = (12, 6))]
    pub rounding: Decimal,
}

/// Product
#[model("x.product")]
pub(crate) struct Product {
    /// Name
    pub name: String,
    /// List Price
    #[field(digits = (16, 4))]
    pub list_price: Decimal,
}

/// Deal
#[model("x.deal")]
#[check(fee <= 5)]
pub(crate) struct Deal {
    /// Currency
    pub currency_id: Option<Many2one<Currency>>,
    /// Product
    pub product_id: Option<Many2one<Product>>,
    /// Quantity
    #[field(default = 1)]
    pub qty: i32,
    /// Price, taken from the product
    #[field(compute, store, writable, depends(qty), loads(product_id.list_price), resets(product_id), currency = currency_id)]
    pub price: Monetary,
    /// A third of the quantity
    #[field(compute, store, writable, depends(qty), currency = currency_id)]
    pub third: Monetary,
    /// Capped
    #[field(max = 10, currency = currency_id)]
    pub capped: Option<Monetary>,
    /// Fee
    #[field(default = 0, currency = currency_id)]
    pub fee: Monetary,
    /// What was said of the fee
    #[field(compute, store, writable, depends(fee), resets(fee))]
    pub said: String,
    /// What a method is to do
    pub todo: Option<String>,
    /// Items
    #[field(inverse = deal_id)]
    pub item_ids: One2many<Item>,
}

fn set_price(env: &mut Env<'_>, deals: Vec<i64>, price: i64) -> Result<()> {
    let price = Some(price.into());
    Records::<Deal>::new(deals).write(
        env,
        DealUpdate {
            price,
            ..DealUpdate::default()
        },
    )
}

#[methods]
impl Deal {
    fn price(&self) -> Monetary {
        let price = self
            .product_id
            .as_ref()
            .map_or(Decimal::ZERO, |product| product.list_price);
        price.saturating_mul(self.qty.into())
    }

    fn third(&self) -> Monetary {
        divide(self.qty.into(), 3.into())
    }

    fn said(&self) -> String {
        format!("fee {}", self.fee.normalize())
    }

    #[before(write)]
    fn writes_before(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()> {
        match draft.get(Self::FIELDS.todo).flatten().as_deref() {
            Some("before") => set_price(env, records.iter().map(|deal| deal.id).collect(), 7),
            _ => Ok(()),
        }
    }

    #[after(todo)]
    fn writes_after(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        let after = records.iter().filter(|deal| deal.todo.as_deref() == Some("after"));
        set_price(env, after.map(|deal| deal.id).collect(), 8)
    }
}

/// Item
#[model("x.item")]
pub(crate) struct Item {
    /// Deal
    #[field(on_delete = cascade)]
    pub deal_id: Many2one<Deal>,
    /// Name
    #[field(size = 5)]
    pub name: String,
    /// Currency
    #[field(related = deal_id.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    /// Cost, a third of the quantity unless somebody has written it
    #[field(compute, store, writable, depends(deal_id.qty), currency = currency_id)]
    pub cost: Monetary,
}

#[methods]
impl Item {
    fn cost(&self) -> Monetary {
        divide(self.deal_id.qty.into(), 3.into())
    }

    #[before(create)]
    fn sets_the_price(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        for draft in drafts
            .iter_mut()
            .filter(|draft| draft.get(Self::FIELDS.name).as_deref() == Some("long"))
        {
            draft.set(Self::FIELDS.name, "too long".to_owned());
        }
        let deals = drafts.iter().filter_map(|draft| draft.get(Self::FIELDS.deal_id));
        set_price(env, deals.collect(), 5)
    }

    #[ondelete]
    fn sets_it_again(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        set_price(env, records.iter().map(|item| item.deal_id.id()).collect(), 6)
    }
}

/// Slip, whose currency is that of its deal
#[model("x.slip")]
pub(crate) struct Slip {
    /// Deal
    pub deal_id: Option<Many2one<Deal>>,
    /// Currency
    #[field(compute, store, depends(deal_id.currency_id))]
    pub currency_id: Option<Many2one<Currency>>,
    /// Amount
    #[field(max = 10, currency = currency_id)]
    pub amount: Monetary,
}

#[methods]
impl Slip {
    fn currency_id(&self) -> Option<i64> {
        Some(self.deal_id.as_ref()?.currency_id.as_ref()?.id())
    }
}
