//! Renders what is asked of orders besides their whole tree: those of customers in a country, and sums by month.

use crate::error::{Error, Result};
use crate::json;
use crate::row::Row;
use crate::tree::named_only;

/// About how many bytes an order or a month takes.
pub(crate) const FOUND: usize = 320;

/// Appends an order. Columns: id, name, total, customer's id, customer's name.
pub(crate) fn order(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    out.extend_from_slice(b"{\"id\":");
    json::integer(out, row.id(0)?);
    out.extend_from_slice(b",\"name\":");
    json::text_or_false(out, row.text(1)?);
    out.extend_from_slice(b",\"partner_id\":");
    named_only(out, &crate::row::From(3, row))?;
    out.extend_from_slice(b",\"amount_total\":");
    json::scaled(out, row.units(2, 4)?, 4);
    out.push(b'}');
    Ok(())
}

/// Appends a month. Columns: the month as `2026-01`, the number of its orders, the sum of their totals.
pub(crate) fn month(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    let text = row.text(0)?.and_then(|text| str::from_utf8(text).ok());
    let parts = text.and_then(|text| text.split_once('-'));
    let parsed = parts.and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    let (year, month): (u32, usize) = parsed.ok_or_else(|| Error::Database("not a month".to_owned()))?;
    let name = MONTHS.get(month.wrapping_sub(1)).copied().unwrap_or_default();
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let from = format!("\"{year:04}-{month:02}-01T00:00:00\"");
    let to = format!("\"{next_year:04}-{next:02}-01T00:00:00\"");
    out.extend_from_slice(b"{\"__count\":");
    json::integer(out, row.id(1)?);
    out.extend_from_slice(b",\"amount_total\":");
    json::scaled(out, row.units(2, 4)?, 4);
    let rest = format!(
        ",\"date_order:month\":\"{name} {year}\",\"__range\":{{\"date_order:month\":{{\"from\":{from},\"to\":{to}}}}},\
         \"__domain\":[\"&\",[\"date_order\",\">=\",{from}],[\"date_order\",\"<\",{to}]]}}"
    );
    out.extend_from_slice(rest.as_bytes());
    Ok(())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
