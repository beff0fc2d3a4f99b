//! What is left to invoice of an order, and its invoice status.

use orm::field::Decimal;

use super::ProductTemplateInvoicePolicy as Policy;
use super::{SaleOrderInvoiceStatus as Status, SaleOrderState};

/// The values of an order line that its invoicing depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The order's state.
    pub state: SaleOrderState,
    /// The product's invoicing policy: ordered or delivered quantities.
    pub policy: Option<Policy>,
    /// Ordered units.
    pub ordered: Decimal,
    /// Delivered units.
    pub delivered: Decimal,
    /// Invoiced units.
    pub invoiced: Decimal,
    /// The line is a down payment.
    pub down_payment: bool,
}

impl SaleOrderState {
    /// Whether the order is binding: it can be delivered and invoiced.
    pub fn is_confirmed(self) -> bool {
        matches!(self, SaleOrderState::Sale | SaleOrderState::Done)
    }
}

impl Progress {
    /// The quantity to invoice in total: ordered or delivered, by the policy.
    pub fn due(&self) -> Decimal {
        match self.policy {
            Some(Policy::Delivery) => self.delivered,
            _ => self.ordered,
        }
    }

    /// The quantity that is left to invoice; none before the order is confirmed.
    pub fn to_invoice(&self) -> Decimal {
        match self.state.is_confirmed() {
            true => self.due().saturating_sub(self.invoiced),
            false => Decimal::ZERO,
        }
    }

    /// The invoice status of the line; `untaxed` is the amount that is left to invoice.
    pub fn status(&self, untaxed: Decimal) -> Status {
        if !self.state.is_confirmed() {
            return Status::No;
        }
        let upselling = self.state == SaleOrderState::Sale
            && self.policy == Some(Policy::Order)
            && self.ordered >= Decimal::ZERO
            && self.delivered > self.ordered;
        match () {
            () if self.down_payment && untaxed.is_zero() => Status::Invoiced,
            () if !self.to_invoice().is_zero() => Status::ToInvoice,
            () if upselling => Status::Upselling,
            () if self.invoiced >= self.ordered => Status::Invoiced,
            () => Status::No,
        }
    }
}

/// The invoice status of an order, from the statuses of its lines, without sections, notes and down payments.
pub fn order_status(state: SaleOrderState, lines: &[Status]) -> Status {
    let all = |allowed: &[Status]| !lines.is_empty() && lines.iter().all(|line| allowed.contains(line));
    match () {
        () if !state.is_confirmed() => Status::No,
        () if lines.contains(&Status::ToInvoice) => Status::ToInvoice,
        () if all(&[Status::Invoiced]) => Status::Invoiced,
        () if all(&[Status::Invoiced, Status::Upselling]) => Status::Upselling,
        () => Status::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::number;

    fn progress(policy: Policy, [ordered, delivered, invoiced]: [&str; 3]) -> Progress {
        Progress {
            state: SaleOrderState::Sale,
            policy: Some(policy),
            ordered: number(ordered),
            delivered: number(delivered),
            invoiced: number(invoiced),
            down_payment: false,
        }
    }

    #[test]
    fn the_policy_says_which_quantity_is_invoiced() {
        assert_eq!(progress(Policy::Order, ["5", "2", "1"]).to_invoice(), number("4"));
        assert_eq!(progress(Policy::Delivery, ["5", "2", "1"]).to_invoice(), number("1"));
        let quotation = Progress {
            state: SaleOrderState::Sent,
            ..progress(Policy::Order, ["5", "2", "1"])
        };
        assert_eq!(quotation.to_invoice(), Decimal::ZERO);
        assert_eq!(quotation.status(number("9")), Status::No);
    }

    #[test]
    fn a_line_is_to_invoice_until_all_of_it_is_invoiced() {
        let status = |policy, quantities| progress(policy, quantities).status(Decimal::ONE);
        assert_eq!(status(Policy::Order, ["5", "0", "0"]), Status::ToInvoice);
        assert_eq!(status(Policy::Order, ["5", "5", "5"]), Status::Invoiced);
        assert_eq!(status(Policy::Order, ["5", "6", "5"]), Status::Upselling);
        assert_eq!(status(Policy::Delivery, ["5", "0", "0"]), Status::No);
        assert_eq!(status(Policy::Delivery, ["5", "5", "5"]), Status::Invoiced);
        let paid = Progress {
            down_payment: true,
            ..progress(Policy::Order, ["1", "0", "0"])
        };
        assert_eq!(paid.status(Decimal::ZERO), Status::Invoiced);
    }

    #[test]
    fn an_order_is_as_far_as_its_lines() {
        let status = |lines: &[Status]| order_status(SaleOrderState::Done, lines);
        assert_eq!(status(&[]), Status::No);
        assert_eq!(
            status(&[Status::Invoiced, Status::ToInvoice, Status::No]),
            Status::ToInvoice
        );
        assert_eq!(status(&[Status::Invoiced, Status::Invoiced]), Status::Invoiced);
        assert_eq!(status(&[Status::Invoiced, Status::Upselling]), Status::Upselling);
        assert_eq!(status(&[Status::Invoiced, Status::No]), Status::No);
        assert_eq!(order_status(SaleOrderState::Cancel, &[Status::ToInvoice]), Status::No);
    }
}
