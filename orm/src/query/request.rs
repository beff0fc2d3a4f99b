//! The parameters of a read, parsed and checked: which records, which fields, in which order, and how many.

use super::cursor::Cursor;
use super::fields::{Fields, FieldsParser};
use super::nested::Nested;
use super::parameters::{
    ASKS_FOR_GROUPS, OF_GROUPS, PARAMETERS, archived_too, bounded, by_name, parse_count, parse_order,
};
use super::plain_nodes;
use super::plan::Style;
use crate::domain::{self, Domain};
use crate::env::Limits;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo, Node, OrderTerm, Registry};
use crate::sql::Search;
use crate::wire::Wire;

/// Whether the number of all matching records is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Count {
    /// It is not.
    #[default]
    None,
    /// It is counted.
    Exact,
    /// It may be what the database expects.
    Estimated,
}

impl Count {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Count::None),
            "exact" => Ok(Count::Exact),
            "estimated" => Ok(Count::Estimated),
            _ => Err(format!("`{text}` is given where none, exact or estimated belongs")),
        }
    }
}

/// The value of `limit` with which the whole result is asked for, of any size.
pub const ALL: &str = "all";

/// A read, parsed and checked against its model.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The condition that the records match.
    pub domain: Domain,
    /// The fields to read, with those of related records.
    pub nodes: Vec<Node>,
    /// The paths of the fields that the caller names: of the others, those that he may not see are left out.
    pub(crate) named: Vec<Vec<FieldId>>,
    /// What is asked of the records of relations to many.
    pub(crate) nested: Nested,
    /// A relation that is named without fields of its records is shown as `[id, "name"]` (many2one) or as a list of
    /// ids.
    pub plain: bool,
    /// The terms to sort by; the model's own order follows them.
    pub order: Vec<OrderTerm>,
    /// The most records to answer.
    pub limit: usize,
    /// Whether the caller gave `limit`. If not, a read that finds more records is refused, not cut off.
    pub limited: bool,
    /// How many records to skip.
    pub offset: usize,
    /// Where the page begins, if pages are asked for by cursor.
    pub(crate) cursor: Option<Cursor>,
    /// Whether the answer tells how many records match, whatever the limit and offset.
    pub count: Count,
    /// Whether to find archived records too (`active_test=false`).
    pub archived: bool,
}

impl Request {
    /// A request for every record of the model. The fields are still to be set.
    pub(crate) fn new(model: &ModelInfo, limits: &Limits) -> Self {
        Request {
            domain: Domain::TRUE,
            nodes: Vec::new(),
            named: Vec::new(),
            nested: Nested::new(),
            plain: model.read.is_empty(),
            order: Vec::new(),
            limit: limits.max_limit,
            limited: false,
            offset: 0,
            cursor: None,
            count: Count::None,
            archived: false,
        }
    }

    /// Parses the parameters of a list.
    ///
    /// # Errors
    /// 400 naming the parameter: unknown, given twice, or with a value that is not of its form.
    pub fn parse(
        registry: &Registry,
        model: &ModelInfo,
        parameters: &[(String, String)],
        limits: &Limits,
        wire: &dyn Wire,
    ) -> Result<Self> {
        Request::parse_up_to(Some(limits.max_limit), registry, model, parameters, limits, wire)
    }

    /// As [`Request::parse`], for a result that is [answered in pieces](super::stream): of any size, and by no cursor.
    /// [`ALL`] for `limit` is the same as none.
    ///
    /// # Errors
    /// As [`Request::parse`].
    pub fn parse_stream(
        registry: &Registry,
        model: &ModelInfo,
        parameters: &[(String, String)],
        limits: &Limits,
        wire: &dyn Wire,
    ) -> Result<Self> {
        let request = Request::parse_up_to(None, registry, model, parameters, limits, wire)?;
        match request.cursor {
            None => Ok(request),
            Some(_) => {
                let why = "the whole result is asked for, which has no pages: leave `cursor` out";
                Err(Error::parameter("cursor", why))
            }
        }
    }

    /// Parses the parameters of a list that may have so many records; `None`: any number.
    fn parse_up_to(
        most: Option<usize>,
        registry: &Registry,
        model: &ModelInfo,
        parameters: &[(String, String)],
        limits: &Limits,
        wire: &dyn Wire,
    ) -> Result<Self> {
        let mut request = Request::new(model, limits);
        let any_number = most.is_none();
        let most = most.unwrap_or(usize::MAX);
        request.limit = most;
        let (mut filters, mut nested_filters) = (Vec::new(), 0);
        for (name, values) in by_name(parameters, &PARAMETERS)? {
            let (value, refuse) = (values[0], |error: String| Error::parameter(name, error));
            match name {
                "fields" => {
                    let parser = FieldsParser {
                        registry,
                        wire,
                        limits,
                        rest: value,
                        path: Vec::new(),
                        fields: Fields::default(),
                    };
                    let fields = parser.parse(model, request.plain).map_err(refuse)?;
                    (request.nodes, request.named, request.nested) = (fields.nodes, fields.named, fields.nested);
                    nested_filters = fields.conditions;
                }
                "offset" => request.offset = parse_count(value).map_err(refuse)?,
                "limit" if any_number && value == ALL => {}
                "limit" => {
                    let limit = parse_count(value).map_err(refuse)?;
                    request.set_limit(limit, most).map_err(refuse)?;
                }
                "cursor" => request.cursor = Some(Cursor::parse(value).map_err(refuse)?),
                "count" => request.count = Count::parse(value).map_err(refuse)?,
                "order" => request.order = parse_order(registry, model, value).map_err(refuse)?,
                "active_test" => request.archived = archived_too(value).map_err(refuse)?,
                "domain" => {
                    filters.push(domain::parse_json(wire, registry, model, value, limits.max_depth).map_err(refuse)?)
                }
                name if OF_GROUPS.contains(&name) => {
                    return Err(refuse(format!("`{name}` is for groups: give `{ASKS_FOR_GROUPS}`, too")));
                }
                _ => {
                    let parameter = (name, values.as_slice());
                    filters
                        .push(domain::parse_parameter(wire, registry, model, parameter, &PARAMETERS).map_err(refuse)?);
                }
            }
        }
        bounded(filters.len() + nested_filters)?;
        if request.cursor.is_some() && request.offset > 0 {
            let why = "`cursor` says already where the page begins: leave `offset` out";
            return Err(Error::parameter("offset", why));
        }
        request.domain = Domain::And(filters);
        request.complete(model);
        Ok(request)
    }

    /// Sets the limit that the caller gave.
    ///
    /// # Errors
    /// When it is more than `most`.
    pub(crate) fn set_limit(&mut self, limit: usize, most: usize) -> Result<(), String> {
        (self.limit, self.limited) = (limit, true);
        match limit > most {
            true => Err(format!("at most {most} records at a time")),
            false => Ok(()),
        }
    }

    /// Whether pages are asked for by cursor.
    pub fn has_cursor(&self) -> bool {
        self.cursor.is_some()
    }

    /// How the answer shows relations.
    pub(super) fn style(&self) -> Style {
        Style {
            plain: self.plain,
            archived: self.archived,
        }
    }

    /// The search for the records.
    pub(crate) fn search(&self) -> Search<'_> {
        Search {
            domain: &self.domain,
            order: &self.order,
            // One more than allowed shows whether there are more.
            limit: self.limit.saturating_add(usize::from(!self.limited)),
            offset: self.offset,
            archived: self.archived,
        }
    }

    /// Parses the parameters of a read of one record: `fields` and `active_test`.
    ///
    /// # Errors
    /// As [`Request::parse`].
    pub fn parse_one(
        registry: &Registry,
        model: &ModelInfo,
        parameters: &[(String, String)],
        limits: &Limits,
        wire: &dyn Wire,
    ) -> Result<Self> {
        let taken = |name: &String| matches!(name.as_str(), "fields" | "active_test");
        match parameters.iter().find(|(name, _)| !taken(name)) {
            Some((name, _)) => Err(Error::parameter(
                name,
                format!("a read of one record takes `fields` and `active_test` only, not `{name}`"),
            )),
            None => Request::parse(registry, model, parameters, limits, wire),
        }
    }

    fn complete(&mut self, model: &ModelInfo) {
        if self.nodes.is_empty() {
            self.nodes = match self.plain {
                true => plain_nodes(model),
                false => model.read.clone(),
            };
        }
    }
}
