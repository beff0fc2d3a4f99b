//! Currencies.

use orm::def::Digits;
use orm::prelude::*;

use super::group;
use orm::typed::{Filter, RelationFilter};

use super::rates::Rates;
use super::{ResCompany, ResCompanyFilter, ResCurrencyRate};

/// Currency
#[model("res.currency", role = currency, order = "active desc, name")]
#[api]
#[access(everyone: read; group::SETTINGS: all)]
#[unique(name, message = "There is a currency with this code already.")]
#[check(
    rounding >= 0.0001,
    message = "amounts keep four digits after the point: the rounding factor is 0.0001 or more"
)]
pub struct ResCurrency {
    /// Currency
    ///
    /// Three letters, ISO 4217.
    #[field(size = 3)]
    pub name: String,
    /// Name
    pub full_name: Option<String>,
    /// Symbol
    ///
    /// What is printed beside amounts.
    pub symbol: Option<String>,
    /// Symbol Position
    #[field(default = ResCurrencyPosition::After)]
    pub position: Option<ResCurrencyPosition>,
    /// Rounding Factor
    ///
    /// Amounts in this currency are rounded to a multiple of this.
    #[field(digits = (12, 6), default = 0.01)]
    pub rounding: Decimal,
    /// Decimal Places
    ///
    /// Number of digits after the decimal point, which follows from the rounding factor.
    #[field(compute, store, depends(rounding))]
    pub decimal_places: i32,
    /// Current Rate
    ///
    /// How many units one unit of the company's currency is worth today.
    #[field(compute, batch, digits = (18, 10))]
    pub rate: Decimal,
    /// Inverse Rate
    ///
    /// How many units of the company's currency one unit is worth today.
    #[field(compute, digits = (18, 10), depends(rate))]
    pub inverse_rate: Decimal,
    /// Rates
    #[field(inverse = currency_id)]
    pub rate_ids: One2many<ResCurrencyRate>,
    /// Currency Unit
    pub currency_unit_label: Option<String>,
    /// Currency Subunit
    pub currency_subunit_label: Option<String>,
    /// Active
    #[field(default = true)]
    pub active: bool,
}

#[methods]
impl ResCurrency {
    fn rate(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
        let Some(company) = env.company else {
            return Ok(vec![Decimal::ONE; records.len()]);
        };
        let own = ResCompany::currencies(env, [None])?.pop().flatten();
        let currencies = records.iter().map(|currency| currency.id).chain(own);
        let rates = Rates::new(company, ResCurrencyRate::of(env, currencies)?);
        let today = env.now.date();
        let own = own.map_or(Decimal::ONE, |own| rates.rate(own, today));
        Ok((records.iter())
            .map(|currency| divide(rates.rate(currency.id, today), own))
            .collect())
    }

    fn inverse_rate(&self) -> Decimal {
        divide(Decimal::ONE, self.rate)
    }

    fn decimal_places(&self) -> i32 {
        decimal_places(self.rounding)
    }

    #[constrains(rounding)]
    fn has_the_digits_of_amounts(&self) -> Check {
        match round(self.rounding, Digits::MONEY.scale) == self.rounding {
            true => Ok(()),
            false => Err(format!(
                "amounts keep {} digits after the point: so does the rounding factor",
                Digits::MONEY.scale
            )),
        }
    }

    /// A company's currency cannot be archived: it must stay one that can be selected.
    #[constrains(active, only = update)]
    fn of_no_company(currencies: &[Self], env: &mut Env<'_>) -> Result<()> {
        let archived = currencies.iter().filter(|currency| !currency.active);
        let archived = archived.map(|currency| currency.id).collect();
        let filter = ResCompanyFilter {
            currency_id: Some(Box::new(RelationFilter::Id(Filter::In(archived)))),
            ..ResCompanyFilter::default()
        };
        match Records::<ResCompany>::first(env, filter, "id")? {
            None => Ok(()),
            Some(company) => Err(Error::refused(format!("it is the currency of company {company}"))),
        }
    }
}

impl ResCurrency {
    /// `amount` rounded to a multiple of the currency's rounding factor, half away from zero.
    pub fn round(&self, amount: Monetary) -> Monetary {
        round_to(amount, self.rounding)
    }

    /// The smallest amount of `currency`, which is its rounding factor; 0.01 if there is no currency.
    pub fn smallest(currency: Option<&ResCurrency>) -> Decimal {
        currency.map_or(Decimal::new(1, 2), |currency| currency.rounding)
    }
}

/// Where the symbol of a currency is printed.
#[derive(Selection)]
pub enum ResCurrencyPosition {
    /// After Amount
    After,
    /// Before Amount
    Before,
}

/// Digits after the point that multiples of `rounding` need at most: 2 for 0.01 and 0.05, 0 for 1 and above.
fn decimal_places(rounding: Decimal) -> i32 {
    if rounding <= Decimal::ZERO {
        return 0;
    }
    let steps = std::iter::successors(Some(rounding), |step| step.checked_mul(Decimal::TEN));
    steps.take_while(|step| *step < Decimal::ONE).map(|_| 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_places_follow_the_rounding_factor() {
        for (rounding, places) in [
            ("0.01", 2),
            ("0.05", 2),
            ("0.001", 3),
            ("1", 0),
            ("10", 0),
            ("0.5", 1),
            ("0.000001", 6),
            ("0", 0),
        ] {
            assert_eq!(decimal_places(rounding.parse().unwrap()), places, "{rounding}");
        }
    }
}
