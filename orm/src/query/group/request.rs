//! A request for groups, checked against its model. A method's arguments and a list's parameters are two spellings of
//! it, which name the places of its parts: each part is therefore set by itself, and a mistake in it is a message.

use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::Value as Json;

use super::fill::Fill;
use super::spoken::{COUNT, Spoken};
use super::{having, names};
use crate::domain::{Domain, parse_path};
use crate::env::{Env, Limits};
use crate::error::{Error, nearest};
use crate::query::parameters::order_term;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::sql::{Aggregate, Column, GroupOrder, Having, Key};
use crate::wire::Wire;

/// The most keys of a request.
const MOST_KEYS: usize = 8;
/// The most aggregates of a request.
const MOST_AGGREGATES: usize = 60;

/// A request for groups, checked against its model.
#[derive(Debug)]
pub(crate) struct Request {
    /// The condition on the records.
    pub(crate) domain: Domain,
    /// The part of the condition that is repeated in the condition that opens a group, as it was given.
    pub(crate) given: Vec<Json>,
    /// Archived records too.
    pub(crate) archived: bool,
    pub(super) keys: Vec<Key>,
    /// The keys of the next requests, which open these groups.
    pub(super) later: Vec<String>,
    pub(super) aggregates: Vec<Aggregate>,
    /// The paths of all fields that are named, in later keys too, and of those that are added up.
    pub(super) named: Vec<Vec<FieldId>>,
    pub(super) spoken: Spoken,
    pub(super) having: Having,
    pub(super) order: Vec<GroupOrder>,
    /// The most groups, if that was given.
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    /// The most groups that an answer may have.
    pub(super) most: usize,
    /// The time zone in whose calendar times are grouped; `None` for UTC.
    pub(super) zone: Option<Tz>,
    pub(super) fill: Option<Fill>,
}

impl Request {
    /// A request for all records as one group.
    pub(crate) fn new(limits: &Limits) -> Self {
        Request {
            domain: Domain::TRUE,
            given: Vec::new(),
            archived: false,
            keys: Vec::new(),
            later: Vec::new(),
            aggregates: Vec::new(),
            named: Vec::new(),
            spoken: Spoken {
                keys: Vec::new(),
                aggregates: Vec::new(),
                count: COUNT.to_owned(),
            },
            having: Having::TRUE,
            order: Vec::new(),
            limit: None,
            offset: 0,
            most: limits.max_limit,
            zone: None,
            fill: None,
        }
    }

    /// Sets the keys. `lazy`: it is grouped by the first one only; the others are for opening the groups.
    pub(crate) fn group_by(
        &mut self,
        registry: &Registry,
        model: &ModelInfo,
        given: &[impl AsRef<str>],
        lazy: bool,
    ) -> Result<(), String> {
        if given.len() > MOST_KEYS {
            return Err(format!("records are grouped by at most {MOST_KEYS} fields"));
        }
        let mut seen = Vec::new();
        for text in given {
            let spec = text.as_ref().trim();
            let (key, field) = names::key(registry, model, spec)?;
            if seen.contains(&spec) {
                return Err(format!("`{spec}` is named twice"));
            }
            seen.push(spec);
            self.named.push(key.path.clone());
            if lazy && !self.keys.is_empty() {
                self.later.push(spec.to_owned());
                continue;
            }
            if lazy {
                self.spoken.count = format!("{field}_count");
            }
            self.keys.push(key);
            self.spoken.keys.push((spec.to_owned(), field));
        }
        Ok(())
    }

    /// Sets the aggregates; the keys are set by now. A field that is given alone and is no number, or is a key, is left
    /// out, as clients of version 1 expect; not so if `strict`.
    pub(crate) fn aggregate(
        &mut self,
        registry: &Registry,
        model: &ModelInfo,
        given: &[impl AsRef<str>],
        strict: bool,
    ) -> Result<(), String> {
        for text in given.iter().map(|text| text.as_ref().trim()) {
            let alone = !text.contains(':');
            if text == COUNT || alone && !strict && self.is_key(text) {
                continue;
            }
            match names::aggregate(registry, model, text)? {
                Some((aggregate, name)) => self.add(aggregate, name)?,
                None if strict => return Err(format!("`{text}` is no number: say how, as in `{text}:count`")),
                None => self.named.push(parse_path(registry, model, text)?),
            }
        }
        Ok(())
    }

    /// Adds up every number that the model has and the caller sees.
    pub(crate) fn aggregate_numbers(&mut self, env: &Env<'_>, model: &ModelInfo) -> Result<(), String> {
        for field in names::numbers(model).filter(|field| env.access.sees(&model.fields[*field])) {
            let (sum, name) = names::sum(env.registry, model, field)?;
            if !self.is_key(&name) {
                self.add(sum, name)?;
            }
        }
        Ok(())
    }

    fn is_key(&self, name: &str) -> bool {
        self.spoken
            .keys
            .iter()
            .any(|(spec, field)| spec == name || field == name)
    }

    fn add(&mut self, aggregate: Aggregate, name: String) -> Result<(), String> {
        if self.aggregates.len() == MOST_AGGREGATES {
            return Err(format!("at most {MOST_AGGREGATES} values are told of a group"));
        }
        if self.is_key(&name) || self.spoken.aggregates.contains(&name) || name == self.spoken.count {
            return Err(format!(
                "two values would be called `{name}`: name one of them, as in `total:sum(field)`"
            ));
        }
        self.named.push(aggregate.path.clone());
        self.aggregates.push(aggregate);
        self.spoken.aggregates.push(name);
        Ok(())
    }

    /// Sets the order, such as `amount_total desc, partner_id`; the keys and aggregates are set by now. The keys that it
    /// does not name follow.
    pub(crate) fn order_by(&mut self, given: Option<&str>) -> Result<(), String> {
        for term in given.into_iter().flat_map(|text| text.split(',')).map(str::trim) {
            let (name, desc, nulls_first) = order_term(term)?;
            let column = self.spoken.column(name)?;
            self.order.push(GroupOrder {
                column,
                desc,
                nulls_first,
            });
        }
        for number in 0..self.keys.len() {
            let column = Column::Key(number);
            if !self.order.iter().any(|term| term.column == column) {
                self.order.push(GroupOrder {
                    column,
                    desc: false,
                    nulls_first: None,
                });
            }
        }
        Ok(())
    }

    /// Sets the condition on the groups; the keys and aggregates are set by now.
    pub(crate) fn having(&mut self, wire: &dyn Wire, given: &Json) -> Result<(), String> {
        self.having = having::parse(wire, &self.spoken, &self.aggregates, given)?;
        Ok(())
    }

    /// Sets the time zone.
    pub(crate) fn zone(&mut self, name: &str) -> Result<(), String> {
        let zone: Result<Tz, _> = name.parse();
        let known = || TZ_VARIANTS.iter().map(|zone| zone.name());
        self.zone = Some(zone.map_err(|_| format!("`{name}` is no time zone{}", nearest(name, known())))?);
        Ok(())
    }

    /// Asks for the groups without records between others; everything else is set by now.
    pub(crate) fn fill(&mut self, wire: &dyn Wire, given: &Json) -> Result<(), String> {
        self.fill = Fill::parse(wire, given, self.most)?;
        let Some(fill) = &mut self.fill else { return Ok(()) };
        let (
            [
                Key {
                    period: Some(period), ..
                },
            ],
            Some(first),
        ) = (self.keys.as_slice(), self.order.first())
        else {
            return Err("groups without records are added where one date is grouped by, and nothing else".to_owned());
        };
        if first.column != Column::Key(0) {
            return Err("groups without records are added in the order of the dates only".to_owned());
        }
        if self.having != Having::TRUE {
            return Err("groups without records cannot be told from those that `having` leaves out".to_owned());
        }
        (fill.period, fill.desc) = (*period, first.desc);
        fill.undated_first = first.nulls_first.unwrap_or(first.desc);
        Ok(())
    }

    /// Sets the most groups to answer.
    pub(crate) fn limit(&mut self, limit: usize) -> Result<(), String> {
        self.limit = Some(limit);
        match limit > self.most {
            true => Err(format!("at most {} groups at a time", self.most)),
            false => Ok(()),
        }
    }

    /// The refusal of more groups than an answer may have.
    pub(super) fn too_many(&self) -> Error {
        let why = format!(
            "there are more than {} groups: give `limit` (and `offset`), or group by less",
            self.most
        );
        Error::parameter("limit", why)
    }
}
