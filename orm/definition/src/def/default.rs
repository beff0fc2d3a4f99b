//! What a create uses where nothing is given.

use super::Role;

/// The value that a create uses for a field that is not given.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Empty.
    None,
    /// A constant, as text in the field's own stored form: `true`, `draft`, `1.0`, `10`.
    Const(&'static str),
    /// The transaction's time; whole seconds.
    Now,
    /// Today's date (UTC).
    Today,
    /// `env.user`: the caller.
    User,
    /// `env.company`: the caller's company.
    Company,
    /// `sequence("code", prefix = "S", padding = 5)`: the next number.
    Sequence(SequenceDef),
    /// `method(name)`: what the model's function of this name answers, asked once for all records of a create.
    Method(&'static str),
    /// `company.currency_id`, `user.partner_id.country_id`: the end of a to-one path.
    Path {
        /// Where the path begins.
        root: Root,
        /// To-one relations, then the field.
        path: &'static [&'static str],
    },
}

/// Where the path of a default begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The caller.
    User,
    /// The caller's company.
    Company,
}

impl Root {
    /// The role of the model that the record is of.
    pub fn role(self) -> Role {
        match self {
            Root::User => Role::User,
            Root::Company => Role::Company,
        }
    }

    /// How a definition spells it.
    pub fn word(self) -> &'static str {
        match self {
            Root::User => "user",
            Root::Company => "company",
        }
    }
}

/// A numbering that starts at 1 on first use. Prefix and suffix may hold `{year}`, `{month}` and `{day}`.
#[derive(Debug, Clone, Copy)]
pub struct SequenceDef {
    /// Its name: `sale.order`.
    pub code: &'static str,
    /// Text before the number.
    pub prefix: &'static str,
    /// Text behind the number.
    pub suffix: &'static str,
    /// Least digits of the number.
    pub padding: u8,
    /// No number is ever left out, for which creates wait for each other.
    pub gapless: bool,
    /// How often it starts again at 1.
    pub range: Option<Period>,
}

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A year.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    Day,
}
