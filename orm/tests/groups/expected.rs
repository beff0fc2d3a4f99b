//! Groups as the test makes them from the rows, in the plainest way.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use orm::prelude::*;
use serde_json::{Value, json};

/// A row, as its body; ids of related records are those of `super::world`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: Option<&'static str>,
    pub(super) kind: Option<&'static str>,
    pub(super) paid: Option<bool>,
    pub(super) number: Option<i32>,
    pub(super) price: Option<Decimal>,
    /// In tenths.
    pub(super) ratio: Option<i32>,
    pub(super) currency: Option<i64>,
    pub(super) amount: Option<Decimal>,
    pub(super) day: Option<NaiveDate>,
    pub(super) at: Option<NaiveDateTime>,
    pub(super) place: Option<i64>,
    pub(super) tags: Vec<i64>,
}

impl Row {
    pub(super) fn body(&self) -> Value {
        let at = self.at.map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string());
        let number = |number: Option<Decimal>| number.map(|number| number.to_string());
        json!({
            "name": self.name, "kind": self.kind, "paid": self.paid, "number": self.number, "price": number(self.price),
            "ratio": self.ratio.map(|tenths| f64::from(tenths) / 10.0), "currency_id": self.currency,
            "amount": number(self.amount), "day": self.day.map(|day| day.to_string()), "at": at,
            "place_id": self.place, "tag_ids": [[6, 0, self.tags]],
        })
    }

    /// The country of the place: the first place is in the first country, the second in none, the third in the second.
    fn country(&self) -> Option<i64> {
        [Some(1), None, Some(2)][usize::try_from(self.place? - 1).ok()?]
    }

    /// The values that the row has of a key, in the form of [`shown`].
    pub(super) fn keys(&self, key: &str, zone: Tz) -> Vec<String> {
        let id = |id: Option<i64>| id.map_or("false".to_owned(), |id| id.to_string());
        let text = |text: Option<&str>| text.map_or("false".to_owned(), |text| json!(text).to_string());
        let (field, period) = key.split_once(':').unwrap_or((key, "month"));
        let start = match field {
            "day" => self.day.and_then(|day| day.and_hms_opt(0, 0, 0)),
            _ => self.at.map(|at| zone.from_utc_datetime(&at).naive_local()),
        };
        vec![match field {
            "name" => text(self.name),
            "kind" => text(self.kind),
            "paid" => (self.paid == Some(true)).to_string(),
            "number" => id(self.number.map(i64::from)),
            "price" => self
                .price
                .map_or("false".to_owned(), |price| price.normalize().to_string()),
            "place_id" => id(self.place),
            "place_id.country_id" | "country_id" => id(self.country()),
            "tag_ids" if !self.tags.is_empty() => return self.tags.iter().map(|tag| tag.to_string()).collect(),
            "day" | "at" => text(start.map(|start| label(period, start)).as_deref()),
            _ => "false".to_owned(),
        }]
    }
}

fn label(period: &str, at: NaiveDateTime) -> String {
    let quarter = at.month().div_ceil(3);
    let monday = at.date() - chrono::Days::new(at.weekday().num_days_from_monday().into());
    // `%U` counts from the first Sunday; here the week with 1 January is the first.
    let sundays: u32 = monday.format("%U").to_string().parse().unwrap();
    let first = NaiveDate::from_ymd_opt(monday.year(), 1, 1).unwrap();
    let week = sundays + u32::from(first.weekday() != chrono::Weekday::Sun);
    match period {
        // With the beginning, which tells the two hours of this name apart.
        "hour" => at.format("%I:00 %d %b %Y-%m-%d %H:00:00").to_string(),
        "day" => at.format("%d %b %Y").to_string(),
        "week" => format!("W{week} {}", monday.year()),
        "month" => at.format("%B %Y").to_string(),
        "quarter" => format!("Q{quarter} {}", at.year()),
        _ => at.year().to_string(),
    }
}

/// What is told of each group: its name, how it is asked for, and its value in the form of [`shown`].
pub(super) type Told = (&'static str, &'static str, fn(&[&Row]) -> String);

pub(super) const TOLD: &[Told] = &[
    ("numbers", "numbers:sum(number)", |rows| {
        number(sum(rows, |row| row.number.map(Decimal::from)))
    }),
    ("total", "total:sum(price)", |rows| number(sum(rows, |row| row.price))),
    ("mean", "mean:avg(price)", |rows| {
        let count = rows.iter().filter(|row| row.price.is_some()).count();
        number(sum(rows, |row| row.price).map(|sum| {
            let places = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            (sum / Decimal::from(count)).round_dp_with_strategy(10, places)
        }))
    }),
    ("least", "least:min(price)", |rows| {
        number(rows.iter().filter_map(|row| row.price).min())
    }),
    ("last", "last:max(name)", |rows| {
        rows.iter()
            .filter_map(|row| row.name)
            .max()
            .map_or("false".to_owned(), |name| json!(name).to_string())
    }),
    ("ratio", "ratio", |rows| {
        number(sum(rows, |row| row.ratio.map(|tenths| Decimal::new(tenths.into(), 1))))
    }),
    ("names", "names:count_distinct(name)", |rows| {
        let names: std::collections::BTreeSet<_> = rows.iter().filter_map(|row| row.name).collect();
        names.len().to_string()
    }),
    ("dated", "dated:count(day)", |rows| {
        rows.iter().filter(|row| row.day.is_some()).count().to_string()
    }),
    ("every", "every:bool_and(paid)", |rows| {
        truth(rows, |known| known.into_iter().all(|paid| paid))
    }),
    ("some", "some:bool_or(paid)", |rows| {
        truth(rows, |known| known.into_iter().any(|paid| paid))
    }),
    ("prices", "prices:array_agg(price)", |rows| {
        let prices: Vec<String> = rows.iter().map(|row| number(row.price)).collect();
        format!("[{}]", prices.join(","))
    }),
    ("amount", "amount:sum", |rows| match is_mixed(rows) {
        true => "false".to_owned(),
        false => number(sum(rows, |row| row.amount)),
    }),
];

/// Whether the amounts of the rows are in several currencies.
pub(super) fn is_mixed(rows: &[&Row]) -> bool {
    let given = rows.iter().filter(|row| row.amount.is_some());
    let currencies: std::collections::BTreeSet<_> = given.map(|row| row.currency).collect();
    currencies.len() > 1
}

fn sum(rows: &[&Row], value: fn(&Row) -> Option<Decimal>) -> Option<Decimal> {
    rows.iter()
        .filter_map(|row| value(row))
        .reduce(|sum, value| sum + value)
}

fn truth(rows: &[&Row], of: fn(Vec<bool>) -> bool) -> String {
    let known: Vec<bool> = rows.iter().filter_map(|row| row.paid).collect();
    (!known.is_empty() && of(known)).to_string()
}

fn number(number: Option<Decimal>) -> String {
    number.map_or("false".to_owned(), |number| number.normalize().to_string())
}

/// A value of an answer in a form in which it can be compared: of a related record the id, numbers without zeros.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Array(pair) if matches!(pair.as_slice(), [_, Value::String(_)]) => pair[0].to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Number(number) => match number.to_string().parse::<Decimal>() {
            Ok(number) => number.normalize().to_string(),
            Err(_) => Decimal::from_scientific(&number.to_string())
                .unwrap()
                .normalize()
                .to_string(),
        },
        other => other.to_string(),
    }
}

/// The rows of each group, by the values of its keys.
pub(super) fn groups<'r>(rows: &'r [Row], keys: &[&str], zone: Tz) -> BTreeMap<Vec<String>, Vec<&'r Row>> {
    let mut groups: BTreeMap<Vec<String>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let mut places = vec![Vec::new()];
        for key in keys {
            let values = row.keys(key, zone);
            let longer = |place: &Vec<String>| {
                let values = values.clone().into_iter();
                values
                    .map(|value| [place.clone(), vec![value]].concat())
                    .collect::<Vec<_>>()
            };
            places = places.iter().flat_map(longer).collect();
        }
        for place in places {
            groups.entry(place).or_default().push(row);
        }
    }
    groups
}
