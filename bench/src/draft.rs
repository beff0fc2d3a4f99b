//! Parses and checks the bodies of creates and updates, and computes the amounts of order lines.

use serde::Deserialize;
use serde_json::Number;

use crate::error::{Error, Result};

/// The body of a create.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    name: String,
    partner_id: i64,
    #[serde(default)]
    order_line: Vec<(u8, i64, NewLine)>,
}

/// One line of a new order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLine {
    name: String,
    product_id: i64,
    product_uom_qty: Number,
    price_unit: Number,
}

/// The body of an update. It can only change the customer's reference, or the quantity of one line:
/// `{"order_line": [[1, ID, {…}]]}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChangedOrder {
    ClientOrderRef(String),
    OrderLine([(u8, i64, ChangedLine); 1]),
}

/// The changed values of a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangedLine {
    product_uom_qty: Number,
}

/// A change of an order.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) order: i64,
    pub(crate) to: Changed,
}

/// What of an order is changed.
#[derive(Debug)]
pub(crate) enum Changed {
    /// The customer's reference.
    Reference(String),
    /// The quantity of a line, in hundredths.
    Quantity {
        /// The line's id.
        line: i64,
        /// Its new quantity.
        quantity: i64,
    },
}

/// An order that is ready to be inserted. Decimals are integers: quantities and prices in hundredths, amounts in
/// ten-thousandths.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) partner: i64,
    pub(crate) lines: Vec<DraftLine>,
    /// The sum of the lines' subtotals.
    pub(crate) total: i64,
}

/// One line of a [`Draft`].
#[derive(Debug)]
pub(crate) struct DraftLine {
    pub(crate) name: String,
    pub(crate) product: i64,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) subtotal: i64,
    /// The subtotal divided by the quantity.
    pub(crate) each: i64,
}

impl Draft {
    /// Parses a body and computes the amounts of the lines.
    ///
    /// # Errors
    /// When the body is malformed or a value is invalid.
    pub(crate) fn parse(body: &[u8]) -> Result<Self> {
        let order: NewOrder = read(body)?;
        let lines = order.order_line.into_iter().map(|(command, id, line)| {
            if (command, id) != (0, 0) {
                return Err(Error::Invalid("a new order has new lines only: [0, 0, {…}]".to_owned()));
            }
            let (quantity, price) = (units(&line.product_uom_qty)?, units(&line.price_unit)?);
            let (subtotal, each) = amounts(quantity, price)?;
            Ok(DraftLine {
                name: line.name,
                product: line.product_id,
                quantity,
                price,
                subtotal,
                each,
            })
        });
        let lines: Vec<DraftLine> = lines.collect::<Result<_>>()?;
        let total = lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.subtotal));
        Ok(Draft {
            name: order.name,
            partner: order.partner_id,
            total: total.ok_or_else(too_large)?,
            lines,
        })
    }
}

impl Change {
    /// Parses the body of an update of the order with the id `order`.
    ///
    /// # Errors
    /// As [`Draft::parse`].
    pub(crate) fn parse(order: i64, body: &[u8]) -> Result<Self> {
        let to = match read(body)? {
            ChangedOrder::ClientOrderRef(reference) => Changed::Reference(reference),
            ChangedOrder::OrderLine([(1, line, changed)]) => {
                let quantity = units(&changed.product_uom_qty)?;
                Changed::Quantity { line, quantity }
            }
            ChangedOrder::OrderLine(_) => {
                return Err(Error::Invalid("a line is changed by [1, id, {…}]".to_owned()));
            }
        };
        Ok(Change { order, to })
    }
}

fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| match error.is_data() {
        true => Error::Invalid(error.to_string()),
        false => Error::Malformed(error.to_string()),
    })
}

/// A line's subtotal and its subtotal per unit, in ten-thousandths, from a quantity and a price in hundredths. Both are
/// rounded to cents.
pub(crate) fn amounts(quantity: i64, price: i64) -> Result<(i64, i64)> {
    // Hundredths times hundredths are ten-thousandths; the currency has two digits.
    let cents = divide(i128::from(quantity) * i128::from(price), 100);
    let subtotal = i64::try_from(cents * 100).map_err(|_| too_large())?;
    let each = match quantity {
        0 => 0,
        quantity => divide(subtotal.into(), quantity.into()),
    };
    Ok((subtotal, i64::try_from(each * 100).map_err(|_| too_large())?))
}

/// The quotient, rounded to the nearest integer, halves away from zero.
fn divide(number: i128, by: i128) -> i128 {
    (number.abs() + by.abs() / 2) / by.abs() * number.signum() * by.signum()
}

/// A number in hundredths, rounded half away from zero.
fn units(number: &Number) -> Result<i64> {
    if let Some(whole) = number.as_i64() {
        return whole.checked_mul(100).ok_or_else(too_large);
    }
    let text = number.to_string();
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Invalid(format!("{text} has an exponent: write its digits")));
    }
    let digit = |at: usize| i64::from(fraction.as_bytes().get(at).map_or(0, |byte| byte - b'0'));
    let whole: i64 = whole.parse().map_err(|_| too_large())?;
    let rest = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    let units = whole
        .checked_mul(100)
        .and_then(|units| units.checked_add(rest))
        .ok_or_else(too_large)?;
    Ok(if negative { -units } else { units })
}

fn too_large() -> Error {
    Error::Invalid("a number is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Draft, units};

    #[test]
    fn numbers_become_hundredths() {
        for (text, expected) in [
            ("2", 200),
            ("19.99", 1_999),
            ("-0.005", -1),
            ("1.004", 100),
            ("7.5", 750),
        ] {
            assert_eq!(units(&serde_json::from_str(text).unwrap()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn subtotals_are_rounded_to_cents() {
        let body = r#"{"name":"A","partner_id":11,"order_line":[
            [0,0,{"name":"B","product_id":23,"product_uom_qty":1.5,"price_unit":0.33}]]}"#;
        assert_eq!(Draft::parse(body.as_bytes()).unwrap().lines[0].subtotal, 5_000);
        assert!(Draft::parse(b"{\"name\":1}").is_err());
    }
}
