//! Currency rates: what a currency is worth from a day on.

use orm::prelude::*;

use super::group;
use orm::typed::{Filter, RelationFilter};

use super::rates::Rate;
use super::{ResCompany, ResCurrency};

/// Currency Rate
#[model("res.currency.rate", order = "name desc, id desc")]
#[api]
#[access(everyone: read; group::SETTINGS: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[audit]
#[check(rate > 0, message = "a rate is greater than zero")]
#[unique(
    name,
    currency_id,
    company_id,
    message = "The currency has a rate for this day already."
)]
pub struct ResCurrencyRate {
    /// Date
    ///
    /// The first day on which the rate applies.
    #[field(index, default = today)]
    pub name: Date,
    /// Technical Rate
    ///
    /// How many units of the currency one unit of the company's currency is worth.
    #[field(digits = (18, 10), default = 1.0)]
    pub rate: Decimal,
    /// Currency
    #[field(on_delete = cascade)]
    pub currency_id: Many2one<ResCurrency>,
    /// Company
    ///
    /// The only company that the rate is for; empty for all companies.
    #[field(default = company)]
    pub company_id: Option<Many2one<ResCompany>>,
}

impl ResCurrencyRate {
    /// Every rate of these currencies.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn of(env: &mut Env<'_>, currencies: impl IntoIterator<Item = i64>) -> Result<Vec<Rate>> {
        let filter = ResCurrencyRateFilter {
            currency_id: Some(Box::new(RelationFilter::Id(Filter::In(
                currencies.into_iter().collect(),
            )))),
            ..ResCurrencyRateFilter::default()
        };
        let rates = Records::<ResCurrencyRate>::search(env, filter)?.load(env, &[])?;
        Ok(rates.iter().map(ResCurrencyRate::to_rate).collect())
    }

    /// The rate in the form that conversions use.
    pub fn to_rate(&self) -> Rate {
        Rate {
            currency: self.currency_id.id(),
            company: self.company_id.as_ref().map(Many2one::id),
            from: self.name,
            rate: self.rate,
        }
    }
}
