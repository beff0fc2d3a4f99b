//! The parameter `fields`: the names of fields to read, and what is asked of the records of a relation to many.

use std::collections::HashSet;

use super::nested::{Nested, NestedSearch};
use super::parameters::{PARAMETERS, parse_count, parse_order};
use super::plan::default_nodes;
use crate::domain::{self, Domain};
use crate::env::Limits;
use crate::error::nearest;
use crate::registry::{FieldId, ModelInfo, Node, Registry};
use crate::wire::Wire;

/// The operators whose values are lists, in which each may stand in quotes.
const LISTS: [&str; 4] = ["__in", "__not_in", "__child_of", "__parent_of"];

/// What `fields` names.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) nodes: Vec<Node>,
    /// The paths of all that it names.
    pub(super) named: Vec<Vec<FieldId>>,
    pub(super) nested: Nested,
    /// The number of its conditions.
    pub(super) conditions: usize,
}

/// Reads `fields`, such as `name,order_line(product_id(name),price_unit; limit=3; order=price_unit desc)`.
pub(super) struct FieldsParser<'p> {
    pub(super) registry: &'p Registry,
    pub(super) wire: &'p dyn Wire,
    pub(super) limits: &'p Limits,
    /// What is not read yet.
    pub(super) rest: &'p str,
    /// The relations that lead to where it reads.
    pub(super) path: Vec<FieldId>,
    pub(super) fields: Fields,
}

impl<'p> FieldsParser<'p> {
    /// Reads the whole text, of fields of `model`. `plain`: a relation that is named without parentheses shows its id and
    /// name only, not what the model's read tree has of it.
    pub(super) fn parse(mut self, model: &ModelInfo, plain: bool) -> Result<Fields, String> {
        self.fields.nodes = self.level(model, &model.read, plain)?;
        match self.rest.is_empty() {
            true => Ok(self.fields),
            false => Err(format!("`{}` follows what is complete already", self.rest)),
        }
    }

    fn level(&mut self, model: &ModelInfo, schema: &[Node], plain: bool) -> Result<Vec<Node>, String> {
        if self.path.len() >= self.limits.max_depth {
            return Err("nested too deeply".to_owned());
        }
        let mut nodes = Vec::new();
        loop {
            let name = self.until([',', '(', ')', ';']).trim();
            let field = find(model, name)?;
            self.path.push(field);
            self.fields.named.push(self.path.clone());
            let declared = schema.iter().find(|node| node.field == field);
            let declared = declared.map(|node| node.children.as_slice()).unwrap_or_default();
            let target = model.fields[field].target.map(|target| self.registry.model(target));
            let children = match (self.take('('), target) {
                (true, None) => return Err(format!("`{name}` is no relation: nothing can be nested in it")),
                (true, Some(target)) => self.nested(model, field, target, declared)?,
                (false, Some(target)) if !plain => shown(declared, target),
                (false, _) => Vec::new(),
            };
            self.path.pop();
            add(model, &mut nodes, name, children)?;
            if !self.take(',') {
                return Ok(nodes);
            }
        }
    }

    /// Reads what stands in the parentheses behind a relation, and the closing one.
    fn nested(
        &mut self,
        model: &ModelInfo,
        field: FieldId,
        target: &ModelInfo,
        declared: &[Node],
    ) -> Result<Vec<Node>, String> {
        self.rest = self.rest.trim_start();
        let children = match self.rest.starts_with(';') {
            true => shown(declared, target),
            false => self.level(target, declared, false)?,
        };
        let mut options = Vec::new();
        while self.take(';') {
            options.push(self.option()?);
        }
        if !self.take(')') {
            return Err("a `(` is not closed".to_owned());
        }
        self.rest = self.rest.trim_start();
        if !options.is_empty() {
            let info = &model.fields[field];
            if !info.is_x2many() || info.unstored {
                let why = "conditions, an order and a limit are for stored relations to many";
                return Err(format!("`{}`: {why}", info.def.name));
            }
            let search = self.search(target, &options)?;
            self.fields.nested.insert(self.path.clone(), search);
        }
        Ok(children)
    }

    /// Reads `name=value` until a `;` or `)` that is neither in quotes nor in brackets. In brackets stands JSON, whose
    /// texts have `\"` for a quote.
    fn option(&mut self) -> Result<(&'p str, &'p str), String> {
        let (mut depth, mut quoted, mut end) = (0_usize, false, self.rest.len());
        let mut letters = self.rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' if quoted && depth > 0 => drop(letters.next()),
                '"' => quoted = !quoted,
                _ if quoted => {}
                ';' | ')' if depth == 0 => {
                    end = at;
                    break;
                }
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let (option, rest) = self.rest.split_at(end);
        self.rest = rest;
        let option = option.trim();
        let (name, value) = option
            .split_once('=')
            .ok_or_else(|| format!("`{option}` is no option: write `limit=3`, `order=name` or a filter"))?;
        Ok((name.trim(), value.trim()))
    }

    fn search(&mut self, target: &ModelInfo, options: &[(&str, &str)]) -> Result<NestedSearch, String> {
        let (registry, limits) = (self.registry, self.limits);
        let mut search = NestedSearch {
            domain: Domain::TRUE,
            order: Vec::new(),
            limit: None,
            offset: 0,
        };
        let mut filters = Vec::new();
        let mut names = HashSet::new();
        for (name, value) in options {
            if !names.insert(name) {
                return Err(format!("`{name}` is given twice"));
            }
            match *name {
                "limit" => search.limit = Some(parse_count(value)?),
                "offset" => search.offset = parse_count(value)?,
                "order" => search.order = parse_order(registry, target, value)?,
                "domain" => filters.push(domain::parse_json(
                    self.wire,
                    registry,
                    target,
                    value,
                    limits.max_depth,
                )?),
                name => {
                    // Quotes around a value keep what would end it; a list has quotes of its own.
                    let is_list = LISTS.iter().any(|operator| name.ends_with(operator));
                    let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                    let values = [inside.filter(|_| !is_list).unwrap_or(value)];
                    filters.push(domain::parse_parameter(
                        self.wire,
                        registry,
                        target,
                        (name, &values),
                        &PARAMETERS,
                    )?);
                }
            }
        }
        self.fields.conditions += filters.len();
        search.domain = Domain::And(filters);
        Ok(search)
    }

    /// Takes the text before the first of `ends`.
    fn until(&mut self, ends: [char; 4]) -> &'p str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    /// Takes a letter, if it comes next.
    fn take(&mut self, letter: char) -> bool {
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// What is shown of related records whose fields are not named: what the read tree says, else ids and names.
fn shown(declared: &[Node], target: &ModelInfo) -> Vec<Node> {
    match declared {
        [] => default_nodes(target),
        declared => declared.to_vec(),
    }
}

/// Parses the `fields` argument of a method: a list of names, without nested fields.
pub(crate) fn field_names(model: &ModelInfo, names: &[String]) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    for name in names {
        add(model, &mut nodes, name, Vec::new())?;
    }
    Ok(nodes)
}

fn find(model: &ModelInfo, name: &str) -> Result<FieldId, String> {
    let field = model.field(name).filter(|field| !model.fields[*field].def.secret);
    field.ok_or_else(|| {
        format!(
            "{} has no field `{name}`{}",
            model.def.name,
            nearest(name, model.names())
        )
    })
}

fn add(model: &ModelInfo, nodes: &mut Vec<Node>, name: &str, children: Vec<Node>) -> Result<(), String> {
    let field = find(model, name)?;
    if nodes.iter().any(|node| node.field == field) {
        return Err(format!("`{name}` is named twice"));
    }
    nodes.push(Node { field, children });
    Ok(())
}
