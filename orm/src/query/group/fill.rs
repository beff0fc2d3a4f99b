//! Which groups without records a request asks for.

use chrono::NaiveDate;
use serde_json::Value as Json;

use crate::db::Period;
use crate::def::Kind;
use crate::error::nearest;
use crate::value::Value;
use crate::wire::{Wire, describe};

/// Which groups without records to add.
#[derive(Debug)]
pub(super) struct Fill {
    pub(super) period: Period,
    /// From the period of this date on; by default from the first that has records.
    pub(super) from: Option<NaiveDate>,
    /// To the period of this date; by default to the last that has records.
    pub(super) to: Option<NaiveDate>,
    /// The least number of groups: further ones follow the last.
    pub(super) least: usize,
    /// The last one first.
    pub(super) desc: bool,
    /// The group of the records without a date comes first, not last.
    pub(super) undated_first: bool,
}

/// The members of the object that says which groups to add.
const MEMBERS: [&str; 3] = ["fill_from", "fill_to", "min_groups"];

impl Fill {
    /// Parses `true`, `false`, or an object of [`MEMBERS`]. The period and the direction are those of the request, which
    /// sets them.
    pub(super) fn parse(wire: &dyn Wire, given: &Json, most: usize) -> Result<Option<Fill>, String> {
        let (mut from, mut to, mut least) = (None, None, 0);
        match given {
            Json::Null | Json::Bool(false) => return Ok(None),
            Json::Bool(true) => {}
            Json::Object(members) => {
                for (name, value) in members {
                    let day = || match wire.read_value(&Kind::Date, value) {
                        Ok(Value::Date(day)) => Ok(Some(day)),
                        Ok(_) => Ok(None),
                        Err(why) => Err(format!("`{name}`: {why}")),
                    };
                    match name.as_str() {
                        "fill_from" => from = day()?,
                        "fill_to" => to = day()?,
                        "min_groups" => {
                            let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
                            let number = number.filter(|number| *number <= most);
                            least = number
                                .ok_or_else(|| format!("`min_groups` is a number of groups, at most {}", most))?;
                        }
                        unknown => {
                            return Err(format!("`{unknown}` is unknown{}", nearest(unknown, MEMBERS)));
                        }
                    }
                }
            }
            other => {
                return Err(format!(
                    "{} is given where true, or an object of {}, belongs",
                    describe(other),
                    MEMBERS.join(", ")
                ));
            }
        }
        Ok(Some(Fill {
            period: Period::Month,
            from,
            to,
            least,
            desc: false,
            undated_first: false,
        }))
    }
}
