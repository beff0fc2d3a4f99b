//! Parses domains: lists such as `[["amount_total", ">", 100]]`, with `&`, `|` and `!` in front of what they join. An
//! unknown name is refused, and the error suggests the nearest known one.

use serde_json::{Value as Json, json};

use super::Domain;
use super::operator::Operator;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::wire::{Wire, describe, json as json_text};

/// Limits of conditions: the names of a path, the conditions, and the nesting of `&`, `|`, `!` and `any`. They are what
/// the databases and this program's stack can take.
const MOST_HOPS: usize = 8;
const MOST_CONDITIONS: usize = 200;
const MOST_LEVELS: usize = 50;

/// Parses the conditions of one domain or of one parameter, within their limits.
pub(super) struct Parser<'c> {
    pub(super) wire: &'c dyn Wire,
    pub(super) registry: &'c Registry,
    /// The values are those of query parameters: every one is a text.
    pub(super) flat: bool,
    /// How many more conditions, and how many more levels of nesting, are allowed.
    conditions: usize,
    levels: usize,
}

/// Parses a dotted path that starts at this model. Secret fields are refused as if they did not exist.
pub(crate) fn parse_path(registry: &Registry, model: &ModelInfo, text: &str) -> Result<Vec<FieldId>, String> {
    let names: Vec<&str> = text.split('.').map(str::trim).collect();
    if names.len() > MOST_HOPS {
        return Err(format!("a path may have at most {MOST_HOPS} names"));
    }
    registry.resolve_public_path(model, &names)
}

/// Parses the text of a domain.
pub(crate) fn parse_json(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    text: &str,
    max_depth: usize,
) -> Result<Domain, String> {
    parse_list(wire, registry, model, &read(text, max_depth)?)
}

/// As [`parse_json`], of a domain that is parsed JSON already.
pub(crate) fn parse_list(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    json: &Json,
) -> Result<Domain, String> {
    Parser::new(wire, registry, false).list(model, json)
}

/// Reads the JSON of a domain that nests at most this many levels of records.
pub(super) fn read(text: &str, max_depth: usize) -> Result<Json, String> {
    let json = json_text::read(text.as_bytes(), 3 * max_depth.max(4) + 1);
    json.map_err(|why| format!("the domain is not well-formed JSON: {why}"))
}

impl<'c> Parser<'c> {
    pub(super) fn new(wire: &'c dyn Wire, registry: &'c Registry, flat: bool) -> Self {
        Parser {
            wire,
            registry,
            flat,
            conditions: MOST_CONDITIONS,
            levels: MOST_LEVELS,
        }
    }

    pub(super) fn list(&mut self, model: &ModelInfo, json: &Json) -> Result<Domain, String> {
        let Json::Array(terms) = json else {
            return Err(format!(
                "{} is given where a list of conditions belongs",
                describe(json)
            ));
        };
        let mut rest = terms.as_slice();
        let mut parts = Vec::new();
        while !rest.is_empty() {
            parts.push(self.nested(|parser| parser.prefix(model, &mut rest, false))?);
        }
        Ok(Domain::And(parts))
    }

    /// Parses what is one level further in.
    pub(super) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        self.levels = (self.levels.checked_sub(1)).ok_or("the conditions are nested too deeply")?;
        let parsed = inner(self);
        self.levels += 1;
        parsed
    }

    /// Parses a condition, or an operator with the conditions that it joins. `negated`: an odd number of `!` stands in
    /// front. `!` in front of a group turns `&` into `|` and the other way round, and stands in front of each of its
    /// conditions.
    fn prefix(&mut self, model: &ModelInfo, rest: &mut &[Json], negated: bool) -> Result<Domain, String> {
        let (first, tail) = rest
            .split_first()
            .ok_or("an operator `&`, `|` or `!` lacks its condition")?;
        *rest = tail;
        match first {
            Json::String(operator) => match (operator.as_str(), negated) {
                ("&", false) | ("|", true) => Ok(Domain::And(self.two(model, rest, negated)?)),
                ("|", false) | ("&", true) => Ok(Domain::Or(self.two(model, rest, negated)?)),
                ("!", _) => self.nested(|parser| parser.prefix(model, rest, !negated)),
                (other, _) => Err(format!(
                    "`{other}` joins no conditions: write \"&\", \"|\" or \"!\" in front of them"
                )),
            },
            Json::Array(parts) => self.leaf(model, parts, negated),
            other => Err(format!("{} is given where a condition belongs", describe(other))),
        }
    }

    fn two(&mut self, model: &ModelInfo, rest: &mut &[Json], negated: bool) -> Result<Vec<Domain>, String> {
        let mut one = || self.nested(|parser| parser.prefix(model, rest, negated));
        Ok(vec![one()?, one()?])
    }

    fn leaf(&mut self, model: &ModelInfo, parts: &[Json], negated: bool) -> Result<Domain, String> {
        let left = self.conditions.checked_sub(1);
        self.conditions = left.ok_or_else(|| format!("at most {MOST_CONDITIONS} conditions are allowed"))?;
        match parts {
            [Json::String(field), Json::String(operator), value] => {
                let path = parse_path(self.registry, model, field)?;
                self.condition(model, &path, Operator::named(operator)?, value, negated)
            }
            // The conditions that always hold and never hold.
            [Json::Number(_), ..] if *parts == [json!(1), json!("="), json!(1)] => Ok(constant(!negated)),
            [Json::Number(_), ..] if *parts == [json!(0), json!("="), json!(1)] => Ok(constant(negated)),
            _ => Err("a condition is [\"field\", \"operator\", value]".to_owned()),
        }
    }
}

fn constant(holds: bool) -> Domain {
    match holds {
        true => Domain::TRUE,
        false => Domain::NONE,
    }
}
