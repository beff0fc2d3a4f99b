//! Default values of fields.

use super::Role;

/// The value that a create uses for a field that is not given.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Empty.
    None,
    /// A constant, as text in the field's own stored form: `true`, `draft`, `1.0`, `10`.
    Const(&'static str),
    /// The time of the transaction, cut to whole seconds.
    Now,
    /// Today's date (UTC).
    Today,
    /// `env.user`: the caller.
    User,
    /// `env.company`: the caller's company.
    Company,
    /// `sequence("code", prefix = "S", padding = 5)`: the next number.
    Sequence(SequenceDef),
    /// `method(name)`: the result of the model's function of this name, called once for all records of a create.
    Method(&'static str),
    /// `company.currency_id`, `user.partner_id.country_id`: the value at the end of a path.
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
    /// The role of the model at which the path begins.
    pub fn role(self) -> Role {
        match self {
            Root::User => Role::User,
            Root::Company => Role::Company,
        }
    }

    /// Its word in a definition: `user.partner_id` begins with `user`.
    pub fn word(self) -> &'static str {
        match self {
            Root::User => "user",
            Root::Company => "company",
        }
    }
}

/// A sequence of numbers, which starts at 1 on first use. Prefix and suffix may contain `{year}`, `{month}` and
/// `{day}`.
///
/// The first use creates a record of the sequence model from this; from then on, the record's prefix, suffix, padding
/// and next number apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceDef {
    /// Its name: `sale.order`.
    pub code: &'static str,
    /// Text before the number.
    pub prefix: &'static str,
    /// Text after the number.
    pub suffix: &'static str,
    /// The fewest digits of the number: shorter ones are filled with zeros.
    pub padding: u8,
    /// No number is ever left out; for that, creates wait for each other.
    pub gapless: bool,
    /// The period after which it starts again at 1; `None`: never.
    pub range: Option<Period>,
}

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A year.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    Day,
}
