//! Makes a condition of a field, an operator and a value as the caller gave it: reads the value as one of the field's
//! kind, and looks for text in the names of related records.

use serde_json::Value as Json;

use super::list::Parser;
use super::names::{named, pattern};
use super::operator::Operator;
use super::{Domain, Op, Operand, Term};
use crate::def::Kind;
use crate::field::{end_of_day, from_text, storable};
use crate::registry::{FieldId, FieldInfo, ModelInfo};
use crate::value::Value;
use crate::wire::describe;

/// The most values of a list.
const MOST_VALUES: usize = 10_000;
/// The most names from which hierarchies are followed: each is looked for by itself.
const MOST_NAMES: usize = 100;

impl Parser<'_> {
    /// Makes a condition; `negated`: `!` stands in front of it.
    pub(super) fn condition(
        &mut self,
        model: &ModelInfo,
        path: &[FieldId],
        operator: Operator,
        value: &Json,
        negated: bool,
    ) -> Result<Domain, String> {
        if !negated {
            return self.plain(model, path, operator, value);
        }
        // Over a relation to many, `!` means that no related record fulfils the condition.
        let hops = &path[..path.len() - 1];
        let through_many = self.leads_to_many(model, hops);
        let unstored = self.registry.behind_unstored(model, path).is_some();
        if let (Some(opposite), false) = (operator.opposite(), through_many || unstored) {
            return self.plain(model, path, opposite, value);
        }
        let not = Domain::Not(Box::new(self.plain(model, path, operator, value)?));
        // An empty field, or an empty relation, is left out of both sides.
        let first = &model.fields[path[0]];
        let within = matches!(operator, Operator::Compare(Op::ChildOf | Op::ParentOf));
        let itself =
            *path == [model.implicit("id")] || within && path.first() == model.parent.as_ref() && hops.is_empty();
        match through_many || first.is_x2many() || first.unstored || itself {
            true => Ok(not),
            false => Ok(Domain::And(vec![
                term(&path[..1], Op::Ne, Operand::One(Value::Null)),
                not,
            ])),
        }
    }

    /// Makes a condition without `!` in front.
    fn plain(
        &mut self,
        model: &ModelInfo,
        path: &[FieldId],
        operator: Operator,
        value: &Json,
    ) -> Result<Domain, String> {
        let (at, field) = self.registry.end_of(model, path);
        let info = &at.fields[field];
        if let Some(why) = self.registry.refusal(model, path) {
            return Err(why);
        }
        if info.target.is_none() && !info.has_value() {
            return Err(format!("`{}` cannot be filtered by", info.def.name));
        }
        match operator {
            Operator::Any | Operator::NotAny => {
                let related = self.related(info, operator, value)?;
                let found = Domain::Related(vec![field], Box::new(related));
                Ok(behind(path, negated_if(operator == Operator::NotAny, found)))
            }
            Operator::EqIfGiven if self.is_nothing(value) => Ok(Domain::TRUE),
            Operator::EqIfGiven => self.comparison(at, path, Op::Eq, value),
            Operator::Compare(op) => self.comparison(at, path, op, value),
        }
    }

    /// The domain that `any` and `not any` ask of related records.
    fn related(&mut self, info: &FieldInfo, operator: Operator, value: &Json) -> Result<Domain, String> {
        let (name, operator) = (info.def.name, operator.name());
        let target = info.target.filter(|_| !info.unstored);
        let target = target.ok_or_else(|| format!("`{name}` is no stored relation: `{operator}` does not apply"))?;
        let flat = std::mem::replace(&mut self.flat, false);
        let registry = self.registry;
        let related = self.nested(|parser| parser.list(registry.model(target), value));
        self.flat = flat;
        related.map_err(|why| format!("`{name}` `{operator}`: {why}"))
    }

    /// Compares the field at the end of `path`, a field of `at`.
    fn comparison(&self, at: &ModelInfo, path: &[FieldId], op: Op, value: &Json) -> Result<Domain, String> {
        let field = path[path.len() - 1];
        let info = &at.fields[field];
        let name = info.def.name;
        let given = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if given.len() > MOST_VALUES {
            return Err(format!("at most {MOST_VALUES} values are allowed in a list"));
        }
        for text in given.iter().filter_map(Json::as_str) {
            storable(text).map_err(|why| format!("`{name}`: {why}"))?;
        }
        let op = match (op, value) {
            (Op::Eq, Json::Array(_)) => Op::In,
            (Op::Ne, Json::Array(_)) => Op::NotIn,
            (Op::In, Json::Bool(_)) => Op::Eq,
            (Op::NotIn, Json::Bool(_)) => Op::Ne,
            (Op::In | Op::NotIn, Json::Array(_)) => op,
            (Op::In | Op::NotIn, other) => {
                return Err(format!("{} is given where a list belongs", describe(other)));
            }
            (op, _) => op,
        };
        match op {
            Op::ChildOf | Op::ParentOf => self.hierarchy(at, path, op, value),
            Op::Like | Op::NotLike | Op::Ilike | Op::NotIlike | Op::EqLike | Op::EqIlike | Op::StartsWith => {
                self.pattern(at, path, op, value)
            }
            _ if info.target.is_some() => self.relation(at, path, op, value),
            Op::In | Op::NotIn => Ok(term(path, op, Operand::Many(self.values(info, given)?))),
            Op::Ne if is_text(&info.def.kind) && value.as_str() == Some("") => {
                let set = [Value::Text(String::new()), Value::Null];
                let parts = set.map(|value| term(&[field], Op::Ne, Operand::One(value)));
                Ok(behind(path, Domain::And(parts.into())))
            }
            op => self.single(info, path, op, value),
        }
    }

    /// Compares with one value.
    fn single(&self, info: &FieldInfo, path: &[FieldId], op: Op, value: &Json) -> Result<Domain, String> {
        let name = info.def.name;
        let ordered = matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le);
        if ordered && (info.target.is_some() || matches!(info.def.kind, Kind::Bool)) {
            return Err(format!("`{name}` has no order to compare by"));
        }
        // A date without a time: for `<=` and `>` the end of the day, for all other operators its start.
        if let (Kind::DateTime, Json::String(text), Op::Le | Op::Gt) = (info.def.kind, value, op)
            && let Ok(Value::Date(date)) = from_text(&Kind::Date, text)
        {
            return Ok(term(path, op, Operand::One(Value::DateTime(end_of_day(date)))));
        }
        match (self.value(info, value)?, op) {
            (Value::Null, Op::Eq | Op::Ne) => Ok(term(path, op, Operand::One(Value::Null))),
            (Value::Null, _) => self.with_nothing(name),
            (value, op) => Ok(term(path, op, Operand::One(value))),
        }
    }

    /// A comparison with empty that does not ask whether the field is empty.
    fn with_nothing(&self, name: &str) -> Result<Domain, String> {
        match self.flat {
            // The domain of a relation is offered with names of fields, which a client replaces by what may be empty.
            false => Ok(Domain::NONE),
            true => Err(format!(
                "`{name}` is compared with nothing: only `=` and `!=` say whether it is empty"
            )),
        }
    }

    /// Compares with a pattern: text, or a relation by the names of its records.
    fn pattern(&self, at: &ModelInfo, path: &[FieldId], op: Op, value: &Json) -> Result<Domain, String> {
        let info = &at.fields[path[path.len() - 1]];
        let name = info.def.name;
        let selection = matches!(info.def.kind, Kind::Selection { .. });
        if info.target.is_none() && !is_text(&info.def.kind) && !selection {
            return Err(format!("`{name}` is not text: it has no pattern to match"));
        }
        let text = match value {
            Json::String(text) => text.as_str(),
            // Everything contains nothing, and nothing is equal to it.
            Json::Null | Json::Bool(false) if info.target.is_none() => match op {
                Op::EqLike | Op::EqIlike | Op::StartsWith => return self.with_nothing(name),
                _ => "",
            },
            other => return Err(format!("{} is given where text belongs", describe(other))),
        };
        let operand = Operand::One(Value::Text(pattern(text)?.to_owned()));
        match op {
            _ if info.target.is_some() => Ok(self.by_names(info, path, op, operand, Vec::new())),
            Op::NotLike | Op::NotIlike if text.is_empty() => Ok(term(path, Op::Eq, Operand::One(Value::Null))),
            op => Ok(term(path, op, operand)),
        }
    }

    /// Compares a relation with ids, and with the names of its records: text that is no id.
    fn relation(&self, at: &ModelInfo, path: &[FieldId], op: Op, value: &Json) -> Result<Domain, String> {
        let info = &at.fields[path[path.len() - 1]];
        match value {
            Json::Array(values) if matches!(op, Op::In | Op::NotIn) => {
                let (names, ids): (Vec<&Json>, Vec<&Json>) = values.iter().partition(|value| self.is_name(value));
                let (names, ids) = (names_of(names)?, self.values(info, ids)?);
                match names.is_empty() {
                    true => Ok(term(path, op, Operand::Many(ids))),
                    false => Ok(self.by_names(info, path, op, Operand::Many(names), ids)),
                }
            }
            name if self.is_name(name) && matches!(op, Op::Eq | Op::Ne) => {
                Ok(self.by_names(info, path, op, Operand::One(name_of(name)?), Vec::new()))
            }
            value => self.single(info, path, op, value),
        }
    }

    /// Compares the names of related records, or their ids with one of `ids`.
    fn by_names(&self, info: &FieldInfo, path: &[FieldId], op: Op, names: Operand, ids: Vec<Value>) -> Domain {
        let last = &path[path.len() - 1..];
        let Some(target) = info.target.filter(|_| !info.unstored) else {
            // A relation that is not stored cannot be followed: its `search` function gets the texts.
            let names = match names {
                Operand::Many(names) => Operand::Many(names.into_iter().chain(ids).collect()),
                one => one,
            };
            return term(path, op, names);
        };
        let (positive, negative) = op.positive();
        let named = named(self.registry.model(target), positive, &names);
        let mut found = Domain::Related(last.to_vec(), Box::new(named));
        if !ids.is_empty() {
            found = Domain::Or(vec![found, term(last, Op::In, Operand::Many(ids))]);
        }
        behind(path, negated_if(negative, found))
    }

    /// `child_of` and `parent_of`, of records that are given by ids or by names.
    fn hierarchy(&self, at: &ModelInfo, path: &[FieldId], op: Op, value: &Json) -> Result<Domain, String> {
        let info = &at.fields[path[path.len() - 1]];
        let (name, operator) = (info.def.name, Operator::Compare(op).name());
        if info.target.is_none() && !matches!(info.def.kind, Kind::Id) {
            return Err(format!(
                "`{name}` is neither an id nor a relation: `{operator}` does not apply"
            ));
        }
        let target = info.target.map_or(at, |target| self.registry.model(target));
        if target.parent.is_none() {
            return Err(format!(
                "{} has no hierarchy: `{operator}` does not apply",
                target.def.name
            ));
        }
        let one = |value: &Json| match self.is_name(value) {
            true => name_of(value),
            false => self.value(info, value),
        };
        let operand = match value {
            Json::Array(values) if values.iter().filter(|value| self.is_name(value)).count() > MOST_NAMES => {
                return Err(format!("`{operator}` takes at most {MOST_NAMES} names"));
            }
            Json::Array(values) => Operand::Many(values.iter().map(one).collect::<Result<_, String>>()?),
            value => match one(value)? {
                Value::Null => return self.with_nothing(name),
                value => Operand::One(value),
            },
        };
        Ok(term(path, op, operand))
    }

    fn leads_to_many(&self, model: &ModelInfo, hops: &[FieldId]) -> bool {
        match hops {
            [] => false,
            [hop, rest @ ..] => {
                model.fields[*hop].is_x2many() || self.leads_to_many(self.registry.target(model, *hop), rest)
            }
        }
    }

    /// Whether the value is a text that is no id, and so the name of a record.
    fn is_name(&self, value: &Json) -> bool {
        let empty = |text: &str| self.flat && text == self.wire.empty_parameter();
        value
            .as_str()
            .is_some_and(|text| text.parse::<i64>().is_err() && !empty(text))
    }

    /// Whether nothing is given to compare with.
    fn is_nothing(&self, value: &Json) -> bool {
        match value {
            Json::Null | Json::Bool(false) => true,
            Json::String(text) => self.flat && (text.is_empty() || text == self.wire.empty_parameter()),
            _ => false,
        }
    }

    /// Reads values to compare with.
    fn values<'v>(&self, field: &FieldInfo, values: impl IntoIterator<Item = &'v Json>) -> Result<Vec<Value>, String> {
        values.into_iter().map(|value| self.value(field, value)).collect()
    }

    /// Reads one value to compare with.
    fn value(&self, field: &FieldInfo, value: &Json) -> Result<Value, String> {
        let kind = match field.def.kind {
            // A number out of the field's range is allowed: it is only compared.
            Kind::Id | Kind::Int | Kind::One2many { .. } | Kind::Many2many { .. } => Kind::BigInt,
            Kind::Many2one { .. } if value.is_number() || value.is_string() => Kind::BigInt,
            // So is a text longer than the field. (A selection keeps its kind: an unknown value can only be a mistake.)
            Kind::Char { .. } => Kind::Text,
            kind => kind,
        };
        let read = match value {
            Json::String(text) if self.flat && matches!(kind, Kind::Bool) => from_text(&kind, text),
            Json::String(text) if self.flat && text == self.wire.empty_parameter() => Ok(Value::Null),
            Json::Number(_) | Json::String(_) if matches!(kind, Kind::Decimal { .. } | Kind::Monetary { .. }) => {
                self.wire.read_number(value)
            }
            Json::String(text) if matches!(kind, Kind::DateTime) => match from_text(&Kind::Date, text) {
                Ok(Value::Date(day)) => Ok(Value::DateTime(day.and_time(chrono::NaiveTime::MIN))),
                _ => from_text(&kind, text),
            },
            // A time of a day, for a date: the day, if it is its first moment.
            Json::String(text) if matches!(kind, Kind::Date) => match from_text(&Kind::DateTime, text) {
                Ok(Value::DateTime(time)) if time.time() == chrono::NaiveTime::MIN => Ok(Value::Date(time.date())),
                _ => self.wire.read_value(&kind, value),
            },
            value => self.wire.read_value(&kind, value),
        };
        read.map_err(|why| format!("`{}`: {why}", field.def.name))
    }
}

fn term(path: &[FieldId], op: Op, operand: Operand) -> Domain {
    let path = path.to_vec();
    Domain::Term(Term { path, op, operand })
}

/// The condition that at the end of the relations of `path`, all but its last field, there is a record for which `part`
/// holds. So `!=` through a relation leaves out the records whose relation is empty.
fn behind(path: &[FieldId], part: Domain) -> Domain {
    match path {
        [] | [_] => part,
        [hops @ .., _] => Domain::Related(hops.to_vec(), Box::new(part)),
    }
}

fn negated_if(negative: bool, found: Domain) -> Domain {
    match negative {
        true => Domain::Not(Box::new(found)),
        false => found,
    }
}

fn names_of(values: Vec<&Json>) -> Result<Vec<Value>, String> {
    values.into_iter().map(name_of).collect()
}

fn name_of(value: &Json) -> Result<Value, String> {
    let text = pattern(value.as_str().unwrap_or_default())?;
    Ok(Value::Text(text.to_owned()))
}

/// Whether fields of this kind hold free text.
fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName)
}
