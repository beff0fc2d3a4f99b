//! Bills in a currency, with amounts that are given, computed, or defaults.

use orm::prelude::*;
use orm::typed::Filter;

orm::catalogue! { Users, Currency, Bill, Item, Receipt, Offer, Discount }

/// User
#[model("res.users", role = user)]
pub(crate) struct Users {
    pub name: String,
}

/// Currency
#[model("x.currency", role = currency)]
pub(crate) struct Currency {
    pub name: String,
    #[field(digits = (12, 6))]
    pub rounding: Decimal,
}

/// Bill
#[model("x.bill")]
pub(crate) struct Bill {
    pub currency_id: Option<Many2one<Currency>>,
    #[field(default = 1.0055, currency = currency_id)]
    pub fee: Monetary,
    #[field(currency = currency_id)]
    pub paid: Option<Monetary>,
    pub words: Option<String>,
    /// The amount that is written in words.
    #[field(compute, store, depends(words), currency = currency_id)]
    pub worded: Monetary,
    #[field(inverse = bill_id)]
    pub item_ids: One2many<Item>,
    #[field(compute, store, depends(fee, item_ids.amount), currency = currency_id)]
    pub total: Monetary,
    /// A third of the total, unless somebody has written it.
    #[field(compute, store, writable, depends(total), currency = currency_id)]
    pub deposit: Monetary,
    /// A third of the total, when it is read.
    #[field(compute, depends(total), currency = currency_id)]
    pub third: Monetary,
}

/// Item
#[model("x.item")]
pub(crate) struct Item {
    #[field(on_delete = cascade)]
    pub bill_id: Many2one<Bill>,
    #[field(related = bill_id.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(default = 0, currency = currency_id)]
    pub price: Monetary,
    #[field(digits = (16, 4), default = 1)]
    pub quantity: Decimal,
    #[field(compute, store, depends(price, quantity), currency = currency_id)]
    pub amount: Monetary,
}

/// Receipt, whose currency is known only when everything is computed
#[model("x.receipt")]
pub(crate) struct Receipt {
    pub bill_id: Option<Many2one<Bill>>,
    #[field(compute, store, depends(bill_id.currency_id))]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(currency = currency_id)]
    pub amount: Monetary,
    #[field(compute, store, digits = (16, 4), depends(amount))]
    pub hundredfold: Decimal,
}

/// Offer, which begins with a currency and an amount
#[model("x.offer")]
#[api]
pub(crate) struct Offer {
    #[field(default = method(usual))]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(default = method(fee), currency = currency_id)]
    pub fee: Monetary,
}

/// Discount, whose currency is elsewhere
#[model("x.discount")]
#[api]
pub(crate) struct Discount {
    #[field(default = method(last))]
    pub offer_id: Option<Many2one<Offer>>,
    #[field(related = offer_id.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(default = 0.125, currency = currency_id)]
    pub amount: Monetary,
}

#[methods]
impl Offer {
    fn usual(env: &mut Env<'_>) -> Result<Option<i64>> {
        let cents = CurrencyFilter {
            name: Some(Filter::Eq("0.01".to_owned())),
            ..CurrencyFilter::default()
        };
        Ok(Records::<Currency>::select(env, cents, "id", Some(1))?
            .ids()
            .first()
            .copied())
    }

    /// With four digits this would be 0.0050, and from there 0.01.
    fn fee(_: &mut Env<'_>) -> Result<Monetary> {
        Ok(Monetary::new(499_999, 8))
    }
}

#[methods]
impl Discount {
    fn last(env: &mut Env<'_>) -> Result<Option<i64>> {
        Ok(
            Records::<Offer>::select(env, OfferFilter::default(), "id desc", Some(1))?
                .ids()
                .first()
                .copied(),
        )
    }
}

#[methods]
impl Bill {
    fn worded(&self) -> Monetary {
        let words = self.words.as_deref().unwrap_or_default();
        words.parse().unwrap_or_default()
    }

    fn total(&self) -> Monetary {
        sum(self.item_ids.iter().map(|item| item.amount)).saturating_add(self.fee)
    }

    fn deposit(&self) -> Monetary {
        divide(self.total, 3.into())
    }

    fn third(&self) -> Monetary {
        divide(self.total, 3.into())
    }
}

#[methods]
impl Item {
    fn amount(&self) -> Monetary {
        self.price.saturating_mul(self.quantity)
    }
}

#[methods]
impl Receipt {
    fn currency_id(&self) -> Option<i64> {
        Some(self.bill_id.as_ref()?.currency_id.as_ref()?.id())
    }

    fn hundredfold(&self) -> Decimal {
        percent_of(self.amount, 10_000.into())
    }
}
