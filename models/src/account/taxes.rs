//! What the taxes of a line come to, in the order of their sequence.
//!
//! - A price may include taxes: they are taken out first, from the last tax to the first, which gives the amount that all
//!   others start from. The last included tax gets what is missing to the price, so that the parts add up to it.
//! - A tax is worked out on that amount, or, where it is affected by earlier taxes, on that amount plus the earlier ones
//!   that affect later ones.
//! - Per cent: of the base. Division: what is missing to a base that is the rest after the tax. Fixed: for each unit, with
//!   the sign of quantity times price. A group stands for its parts.
//! - Each tax is rounded to the currency; where a document is rounded as a whole, to a hundred-thousandth of it, and the
//!   sums are rounded later ([`super::amounts`]). The amount before taxes is rounded to the currency always.

use orm::field::Decimal;

use super::AccountTaxAmountType;
use crate::arithmetic::{divide, percent_of, round_to};

/// What of a tax decides its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// The tax.
    pub id: i64,
    /// The group that totals show it in.
    pub tax_group: Option<i64>,
    /// Taxes are applied in this order, then in that of their ids.
    pub sequence: i32,
    /// How it is worked out.
    pub kind: AccountTaxAmountType,
    /// Per cent or money, as the kind says.
    pub amount: Decimal,
    /// The price contains it.
    pub included: bool,
    /// It is part of the base of those after it.
    pub affects_next: bool,
    /// Those before it that affect later ones are part of its base.
    pub affected: bool,
    /// The parts of a group.
    pub children: Vec<Tax>,
}

/// How amounts are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// The currency's smallest amount.
    pub unit: Decimal,
    /// Taxes are rounded once for a document, not for each line.
    pub globally: bool,
}

impl Rounding {
    /// `amount` in whole units of the currency.
    pub fn round(self, amount: Decimal) -> Decimal {
        round_to(amount, self.unit)
    }

    /// The amount of one tax on one line.
    fn round_tax(self, amount: Decimal) -> Decimal {
        match self.globally {
            true => round_to(amount, self.unit * Decimal::new(1, 5)),
            false => self.round(amount),
        }
    }
}

/// What a price and a quantity come to with their taxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxed {
    /// Each tax, groups as their parts, in the order in which they were applied.
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
    /// The group that totals show it in.
    pub tax_group: Option<i64>,
    /// What it comes to.
    pub amount: Decimal,
    /// What it is charged on.
    pub base: Decimal,
    /// The taxes of the line that it is part of the base of.
    pub affects: Vec<i64>,
}

/// Taxes with groups replaced by their parts, in the order of their sequence.
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

/// What `quantity` at `price` each comes to with `taxes`.
pub fn compute_all(taxes: &[Tax], price: Decimal, quantity: Decimal, rounding: Rounding) -> Taxed {
    let taxes = flatten(taxes);
    // Worked out on the positive amount; the sign comes back at the end.
    let whole = rounding.round(price.saturating_mul(quantity));
    let sign = if whole < Decimal::ZERO {
        -Decimal::ONE
    } else {
        Decimal::ONE
    };
    let (start, totals) = without_included(&taxes, whole.abs(), quantity);
    let start = rounding.round(start);

    let (mut base, mut included) = (start, start);
    // Included taxes that wait for the one whose total is known.
    let mut pending = Decimal::ZERO;
    // An added tax has changed the base: totals found from the price do not hold any more.
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
    /// The amount on `base`, which does not contain it.
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

/// Included taxes that are taken out of one base together.
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

    /// `amount` without them.
    fn out_of(&self, amount: Decimal) -> Decimal {
        let rest = amount.saturating_sub(self.fixed);
        let (left, whole) = (
            Decimal::ONE_HUNDRED.saturating_sub(self.division),
            Decimal::ONE_HUNDRED.saturating_add(self.percent),
        );
        divide(rest.saturating_mul(left), whole)
    }
}

/// `amount` without the taxes that it includes; and, by tax, the total to reach with the last included tax before each
/// one that affects later ones.
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
            // A tax of nothing cannot make up for rounding.
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
