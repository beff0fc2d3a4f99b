//! Computes the taxes of a line, in the order of their sequence.
//!
//! - A price may include taxes. They are subtracted first, from the last tax to the first, which gives the amount
//!   without taxes. The last included tax is what is left up to the price, so that the parts add up to the price
//!   exactly.
//! - The base of a tax is the amount without taxes. If the price includes the tax, or earlier taxes affect it, those
//!   earlier taxes that affect later ones are added to its base.
//! - `Percent` is a percentage of the base; `Division` one of the base plus the tax: 20 per cent are 20 on a base of 80.
//!   `Fixed` is an amount for each unit, with the sign of quantity times price. A `Group` stands for its taxes.
//! - Each tax is rounded to the currency. If the document is rounded globally, a tax is rounded to a hundred-thousandth
//!   of the currency's smallest amount, and the sums are rounded later ([`super::amounts`]). The amount without taxes
//!   is always rounded to the currency.

use orm::field::{Decimal, divide, percent_of, round_to};

use super::AccountTaxAmountType;

/// The properties of a tax from which its amount is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// The tax.
    pub id: i64,
    /// The group in which totals show the tax.
    pub tax_group: Option<i64>,
    /// Taxes are applied in the order of their sequence, then of their ids.
    pub sequence: i32,
    /// How the tax is computed.
    pub kind: AccountTaxAmountType,
    /// Per cent or an amount of money, depending on `kind`.
    pub amount: Decimal,
    /// The price includes the tax.
    pub included: bool,
    /// The tax is part of the base of the affected taxes after it.
    pub affects_next: bool,
    /// Earlier taxes with `affects_next` are part of the base of this tax.
    pub affected: bool,
    /// The taxes of a group; empty for other kinds.
    pub children: Vec<Tax>,
}

/// How amounts are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// The currency's smallest amount, such as 0.01; amounts are multiples of it.
    pub unit: Decimal,
    /// Taxes are rounded once for a document, not for each line.
    pub globally: bool,
}

impl Rounding {
    /// `amount` rounded to the currency.
    pub fn round(self, amount: Decimal) -> Decimal {
        round_to(amount, self.unit)
    }

    /// Rounds the amount of one tax on one line. With `globally` it keeps five more digits, because the document rounds
    /// later.
    fn round_tax(self, amount: Decimal) -> Decimal {
        match self.globally {
            true => round_to(amount, self.unit * Decimal::new(1, 5)),
            false => self.round(amount),
        }
    }
}

/// The result of [`compute_all`] for a price and a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxed {
    /// Each tax, in the order of application; a group is replaced by its taxes.
    pub taxes: Vec<TaxAmount>,
    /// Without taxes.
    pub excluded: Decimal,
    /// With taxes.
    pub included: Decimal,
}

/// One tax of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxAmount {
    /// The tax.
    pub tax: i64,
    /// The group in which totals show the tax.
    pub tax_group: Option<i64>,
    /// The amount of the tax.
    pub amount: Decimal,
    /// The amount that the tax is charged on.
    pub base: Decimal,
    /// The later taxes of the line whose base contains this tax.
    pub affects: Vec<i64>,
}

/// The taxes in the order of their sequence, each group replaced by its taxes.
pub fn flatten(taxes: &[Tax]) -> Vec<&Tax> {
    let mut sorted: Vec<&Tax> = taxes.iter().collect();
    sorted.sort_by_key(|tax| (tax.sequence, tax.id));
    sorted
        .into_iter()
        .flat_map(|tax| match tax.kind {
            AccountTaxAmountType::Group => flatten(&tax.children),
            _ => vec![tax],
        })
        .collect()
}

/// Computes the taxes on `quantity` units at `price` each.
pub fn compute_all(taxes: &[Tax], price: Decimal, quantity: Decimal, rounding: Rounding) -> Taxed {
    let taxes = flatten(taxes);
    // Everything is computed on the positive amount; the sign is applied at the end.
    let whole = rounding.round(price.saturating_mul(quantity));
    let sign = if whole < Decimal::ZERO {
        -Decimal::ONE
    } else {
        Decimal::ONE
    };
    let (start, totals) = without_included(&taxes, whole.abs(), quantity);
    let start = rounding.round(start);

    let (mut base, mut included) = (start, start);
    // Sum of the included taxes since the last known total. The next tax with a known total is that total less this sum
    // and the base.
    let mut pending = Decimal::ZERO;
    // Whether a tax that the price does not include has changed the base: the totals derived from the price are wrong
    // from then on.
    let mut base_changed = false;
    let mut amounts = Vec::with_capacity(taxes.len());
    for (index, tax) in taxes.iter().enumerate() {
        let total = totals[index].filter(|_| tax.included);
        let tax_base = if tax.included || tax.affected { base } else { start };
        let amount = rounding.round_tax(match total.filter(|_| !base_changed) {
            Some(total) => total.saturating_sub(std::mem::take(&mut pending).saturating_add(base)),
            None => tax.on(tax_base, quantity),
        });
        if tax.included && total.is_none() {
            pending = pending.saturating_add(amount);
        }
        if tax.affects_next {
            base = base.saturating_add(amount);
            base_changed |= !tax.included;
        }
        included = included.saturating_add(amount);
        amounts.push(TaxAmount {
            tax: tax.id,
            tax_group: tax.tax_group,
            amount: sign * amount,
            base: rounding.round_tax(sign * tax_base),
            affects: affected_by(tax, &taxes[index + 1..]),
        });
    }
    Taxed {
        taxes: amounts,
        excluded: sign * start,
        included: sign * rounding.round(included),
    }
}

fn affected_by(tax: &Tax, next: &[&Tax]) -> Vec<i64> {
    let next = next.iter().filter(|next| tax.affects_next && next.affected);
    next.map(|next| next.id).collect()
}

impl Tax {
    /// The amount of the tax on `base`, which does not include the tax.
    fn on(&self, base: Decimal, quantity: Decimal) -> Decimal {
        match self.kind {
            AccountTaxAmountType::Fixed if base.is_zero() => quantity.saturating_mul(self.amount),
            AccountTaxAmountType::Fixed => {
                let fixed = quantity.abs().saturating_mul(self.amount);
                if base < Decimal::ZERO { -fixed } else { fixed }
            }
            AccountTaxAmountType::Percent => percent_of(base, self.amount),
            AccountTaxAmountType::Division => {
                divide(base.saturating_mul(self.amount), Decimal::ONE_HUNDRED - self.amount)
            }
            AccountTaxAmountType::Group => Decimal::ZERO,
        }
    }
}

/// Sums of the included taxes that are subtracted from one base together.
#[derive(Default)]
struct Included {
    fixed: Decimal,
    percent: Decimal,
    division: Decimal,
}

impl Included {
    fn add(&mut self, tax: &Tax, quantity: Decimal) {
        let (sum, amount) = match tax.kind {
            AccountTaxAmountType::Percent => (&mut self.percent, tax.amount),
            AccountTaxAmountType::Division => (&mut self.division, tax.amount),
            AccountTaxAmountType::Fixed => (&mut self.fixed, quantity.abs().saturating_mul(tax.amount)),
            AccountTaxAmountType::Group => return,
        };
        *sum = sum.saturating_add(amount);
    }

    /// `amount` without these taxes.
    fn out_of(&self, amount: Decimal) -> Decimal {
        let rest = amount.saturating_sub(self.fixed);
        let (left, whole) = (
            Decimal::ONE_HUNDRED.saturating_sub(self.division),
            Decimal::ONE_HUNDRED.saturating_add(self.percent),
        );
        divide(rest.saturating_mul(left), whole)
    }
}

/// Returns `amount` without the taxes that it includes, and for each tax the total that the base and the included taxes
/// must reach with it, if that is known. A tax that affects later ones ends a run of taxes; the total is known for the
/// last included tax of each run.
fn without_included(taxes: &[&Tax], amount: Decimal, quantity: Decimal) -> (Decimal, Vec<Option<Decimal>>) {
    let mut base = amount;
    let mut taken = Included::default();
    let mut totals = vec![None; taxes.len()];
    let mut total_wanted = true;
    for (index, tax) in taxes.iter().enumerate().rev() {
        if tax.affects_next {
            base = std::mem::take(&mut taken).out_of(base);
            total_wanted = true;
        }
        if tax.included {
            taken.add(tax, quantity);
            // A tax of zero must stay zero, so it cannot absorb the difference from rounding.
            if total_wanted && !tax.amount.is_zero() {
                totals[index] = Some(base);
                total_wanted = false;
            }
        }
    }
    (taken.out_of(base), totals)
}

#[cfg(test)]
mod tests;
