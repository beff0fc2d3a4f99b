//! A model with a field of every kind, and with computed fields whose value may exceed what their column can hold.

use orm::prelude::*;

orm::catalogue! { Users, Currency, Sample, Place }

/// User
#[model("res.users", role = user)]
pub(crate) struct Users {
    pub name: String,
}

/// Currency
#[model("res.currency", role = currency)]
pub(crate) struct Currency {
    pub name: String,
}

/// Sample
#[model("x.sample", order = "name, id")]
#[display_name("{name}", "? 'so' \"it\" :is? {code}")]
#[unique(code, size)]
#[check(name != "never")]
pub(crate) struct Sample {
    pub name: String,
    pub code: Option<String>,
    #[field(size = 10)]
    pub size: Option<String>,
    pub text: Option<Text>,
    pub html: Option<Html>,
    #[field(index)]
    pub indexed: Option<String>,
    pub flag: bool,
    pub maybe: Option<bool>,
    pub int: Option<i32>,
    pub big: Option<i64>,
    pub float: Option<f64>,
    #[field(digits = (10, 3))]
    pub decimal: Option<Decimal>,
    #[field(currency = currency_id)]
    pub money: Option<Monetary>,
    pub date: Option<Date>,
    pub time: Option<DateTime>,
    pub choice: Option<Choice>,
    pub bytes: Option<Binary>,
    pub json: Option<Json>,
    pub currency_id: Option<Many2one<Currency>>,
    pub parent_id: Option<Many2one<Sample>>,
    #[field(inverse = parent_id)]
    pub child_ids: One2many<Sample>,
    #[field(relation = "x_pairs", column = "one_id", target_column = "other_id")]
    pub other_ids: Many2many<Sample>,
    /// Infinite, where the number is small.
    #[field(compute, store, depends(float))]
    pub inverse: f64,
    /// Beyond its digits, where the number is large.
    #[field(compute, store, digits = (10, 3), depends(decimal))]
    pub square: Decimal,
    /// Beyond its digits, where money is large.
    #[field(compute, store, currency = currency_id, depends(money))]
    pub tenfold: Monetary,
    /// Beyond the years that are kept.
    #[field(compute, store, depends(date))]
    pub later: Option<Date>,
    /// Longer than an index takes.
    #[field(compute, store, index, depends(text))]
    pub shown: Option<String>,
    /// Infinite, when it is read.
    #[field(compute, depends(float))]
    pub quotient: f64,
}

#[methods]
impl Sample {
    fn inverse(&self) -> f64 {
        self.float.map_or(0.0, |number| 1.0 / number)
    }

    fn square(&self) -> Decimal {
        self.decimal.map_or(Decimal::ZERO, |number| number * number)
    }

    fn tenfold(&self) -> Monetary {
        self.money.map_or(Decimal::ZERO, |number| number * Decimal::TEN)
    }

    fn later(&self) -> Option<Date> {
        self.date?.checked_add_days(chrono::Days::new(800_000))
    }

    fn shown(&self) -> Option<String> {
        self.text.clone()
    }

    fn quotient(&self) -> f64 {
        self.float.map_or(0.0, |number| number / 1e-300)
    }
}

/// Choice
#[derive(Selection)]
pub(crate) enum Choice {
    /// One
    One,
    /// Two
    Two,
}

/// Place
#[model("x.place")]
pub(crate) struct Place {
    pub name: String,
    #[field(on_delete = cascade)]
    pub parent_id: Option<Many2one<Place>>,
    #[field(inverse = parent_id)]
    pub child_ids: One2many<Place>,
    /// The names from the top.
    #[field(compute, store, index, depends(name, parent_id.path))]
    pub path: String,
    /// The most levels below.
    #[field(compute, store, depends(child_ids.depth_below))]
    pub depth_below: i32,
}

#[methods]
impl Place {
    fn path(&self) -> String {
        match &self.parent_id {
            Some(parent) => format!("{} / {}", parent.path, self.name),
            None => self.name.clone(),
        }
    }

    fn depth_below(&self) -> i32 {
        self.child_ids
            .iter()
            .map(|child| child.depth_below + 1)
            .max()
            .unwrap_or(0)
    }
}
