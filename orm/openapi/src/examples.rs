//! Examples of records and request bodies, made from rows of demo data.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::fields::{default_nodes, is_required_unless_delegated, readable, writable};
use orm_definition::def::{DisplayPart, Kind};
use orm_definition::registry::{FieldId, FieldInfo, ModelInfo, Node, Registry};
use orm_definition::value::Value;

/// Rows of demo data, by model and id. Without rows a document has no examples.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    rows: BTreeMap<String, BTreeMap<i64, Row>>,
    /// A user who can log in.
    pub(super) login: Option<LoginExample>,
}

/// A user of the demo data who can log in, as an example of a login.
#[derive(Debug, Clone)]
pub struct LoginExample {
    /// The user's login.
    pub login: String,
    /// The user's password.
    pub password: String,
    /// The name of the database.
    pub database: String,
}

type Row = Map<String, Json>;

/// The most fields of a body's example, and the most child records: enough to show the form.
const FIELDS: usize = 7;
const CHILDREN: usize = 2;

impl Examples {
    /// Reads demo data: JSON objects, model → `{"fields": […], "rows": [[…], …]}`.
    ///
    /// # Errors
    /// When a text is not a JSON object. Models and rows of another form are skipped: examples need not be complete.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, serde_json::Error> {
        let mut examples = Examples::default();
        for text in texts {
            let models: Map<String, Json> = serde_json::from_str(text)?;
            for (model, table) in models {
                let (Some(fields), Some(rows)) = (table["fields"].as_array(), table["rows"].as_array()) else {
                    continue;
                };
                let names: Vec<&str> = fields.iter().filter_map(Json::as_str).collect();
                for row in rows.iter().filter_map(Json::as_array) {
                    let row: Row = names
                        .iter()
                        .map(|name| (*name).to_owned())
                        .zip(row.iter().cloned())
                        .collect();
                    if let Some(id) = row.get("id").and_then(Json::as_i64) {
                        let known = examples.rows.entry(model.clone()).or_default();
                        known.entry(id).or_default().extend(row);
                    }
                }
            }
        }
        Ok(examples)
    }

    /// The same examples, with one of a login if there is a user for it.
    #[must_use]
    pub fn with_login(self, login: Option<LoginExample>) -> Self {
        Examples { login, ..self }
    }

    /// An example of a record in the form of a read tree.
    pub(super) fn tree(&self, registry: &Registry, model: &ModelInfo, nodes: &[Node]) -> Option<Json> {
        let (id, _) = self.fullest(model)?;
        Some(self.object(registry, model, id, nodes))
    }

    /// An example of a record of a plain read.
    pub(super) fn record(&self, registry: &Registry, model: &ModelInfo) -> Option<Json> {
        let (id, _) = self.fullest(model)?;
        let mut record = Map::new();
        for (index, field) in model.fields.iter().enumerate().filter(|(_, field)| readable(field)) {
            let value = match field.def.kind {
                Kind::Many2one { .. } => match self.related(registry, model, id, index).first() {
                    Some(related) => {
                        let target = registry.target(model, index);
                        json!([related, self.display_name(registry, target, *related)])
                    }
                    None => Json::Bool(false),
                },
                Kind::One2many { .. } | Kind::Many2many { .. } => {
                    let related = self.related(registry, model, id, index);
                    json!(related.into_iter().take(CHILDREN).collect::<Vec<_>>())
                }
                _ => self.scalar(registry, model, id, index),
            };
            record.insert(field.def.name.to_owned(), value);
        }
        Some(Json::Object(record))
    }

    /// An example of the values of a create: those that are required, and a few more.
    pub(super) fn create(&self, registry: &Registry, model: &ModelInfo) -> Option<Json> {
        let (id, _) = self.fullest(model)?;
        self.values(registry, model, id, None).map(Json::Object)
    }

    /// An example of the values of an update: a single value.
    pub(super) fn update(&self, registry: &Registry, model: &ModelInfo) -> Option<Json> {
        let values = self.values(registry, model, self.fullest(model)?.0, None)?;
        let single = values.into_iter().find(|(_, value)| !value.is_array())?;
        Some(Json::Object(Map::from_iter([single])))
    }

    /// The row with the most values; the first one of several.
    fn fullest(&self, model: &ModelInfo) -> Option<(i64, &Row)> {
        let given = |row: &Row| row.values().filter(|value| !is_empty(value)).count();
        let rows = self.rows.get(model.def.name)?.iter();
        rows.rev().max_by_key(|(_, row)| given(row)).map(|(id, row)| (*id, row))
    }

    fn row(&self, model: &ModelInfo, id: i64) -> Option<&Row> {
        self.rows.get(model.def.name)?.get(&id)
    }

    /// The values of a create like a row; `None` where one of them is required and no value of its form can be made.
    fn values(&self, registry: &Registry, model: &ModelInfo, id: i64, parent: Option<FieldId>) -> Option<Row> {
        let mut chosen: Vec<(FieldId, Json)> = Vec::new();
        let offered = |(index, field): &(FieldId, &FieldInfo)| writable(field) && parent != Some(*index);
        let mut fields: Vec<(FieldId, &FieldInfo)> = model.fields.iter().enumerate().filter(offered).collect();
        // Required fields first, then relations to children, whose form is the hardest to guess.
        fields.sort_by_key(|(_, field)| match field.def.kind {
            _ if is_required_unless_delegated(field) => 0,
            Kind::One2many { .. } => 1,
            _ => 2,
        });
        for (index, field) in fields {
            let enough = chosen.len() >= FIELDS && !is_required_unless_delegated(field);
            if enough || matches!(field.def.kind, Kind::Many2one { delegate: true, .. }) {
                continue;
            }
            let value = match field.def.kind {
                // One level of children only, to keep the form visible.
                Kind::One2many { .. } if parent.is_none() && model.fields[index].via.is_none() => {
                    self.children(registry, model, id, index)
                }
                Kind::One2many { .. } => continue,
                Kind::Many2many { .. } => json!([[6, 0, self.related(registry, model, id, index)]]),
                _ => match self.unique(registry, model, index, self.stored(registry, model, id, index)) {
                    Some(value) => value,
                    None if is_required_unless_delegated(field) => return None,
                    None => continue,
                },
            };
            let nothing = is_empty(&value) || value == json!([[6, 0, []]]);
            if !nothing {
                chosen.push((index, value));
            }
        }
        chosen.sort_by_key(|(index, _)| *index);
        let named = (chosen.into_iter()).map(|(index, value)| (model.fields[index].def.name.to_owned(), value));
        Some(named.collect())
    }

    fn children(&self, registry: &Registry, model: &ModelInfo, id: i64, field: FieldId) -> Json {
        let target = registry.target(model, field);
        let children = self.related(registry, model, id, field).into_iter().take(CHILDREN);
        let inverse = model.fields[field].inverse;
        children
            .filter_map(|child| Some(json!([0, 0, self.values(registry, target, child, inverse)?])))
            .collect()
    }

    /// Changes a text that must be unique, so that the example can be tried on a database with the demo data; `None` where
    /// no such text of the field's form is found.
    fn unique(&self, registry: &Registry, model: &ModelInfo, index: FieldId, value: Json) -> Option<Json> {
        let name = model.fields[index].def.name;
        let unique = model.def.uniques.iter().any(|unique| unique.fields.contains(&name));
        let (Kind::Char { size }, Json::String(text), true) = (&model.fields[index].def.kind, &value, unique) else {
            return Some(value);
        };
        let first = match size {
            0 => format!("{text}-2"),
            _ => "X".repeat(text.chars().count()),
        };
        let (owner, own) = registry.origin(model, index);
        let rows = || self.rows.get(owner.def.name).into_iter().flat_map(BTreeMap::values);
        let taken = |text: &str| rows().any(|row| row.get(name).and_then(Json::as_str) == Some(text));
        let fits = |text: &String| owner.fields[own].check(&Value::Text(text.clone())).is_ok() && !taken(text);
        std::iter::once(first).chain(varied(text)).find(fits).map(Json::String)
    }

    fn object(&self, registry: &Registry, model: &ModelInfo, id: i64, nodes: &[Node]) -> Json {
        let mut object = Map::new();
        if !nodes
            .iter()
            .any(|node| matches!(model.fields[node.field].def.kind, Kind::Id))
        {
            object.insert("id".to_owned(), json!(id));
        }
        for node in nodes {
            let field = &model.fields[node.field];
            let value = match field.target {
                None => self.scalar(registry, model, id, node.field),
                Some(_) => {
                    let target = registry.target(model, node.field);
                    let default_nodes = default_nodes(target);
                    let children = if node.children.is_empty() {
                        &default_nodes
                    } else {
                        &node.children
                    };
                    let related = self.related(registry, model, id, node.field).into_iter().take(CHILDREN);
                    let mut objects: Vec<Json> =
                        related.map(|id| self.object(registry, target, id, children)).collect();
                    match (objects.is_empty(), field.is_x2many()) {
                        (true, _) => continue,
                        (false, true) => Json::Array(objects),
                        (false, false) => objects.swap_remove(0),
                    }
                }
            };
            object.insert(field.def.name.to_owned(), value);
        }
        Json::Object(object)
    }

    /// The value of a field in its row, or in the row that an inherited or related field leads to; `false` if it has
    /// none.
    fn stored(&self, registry: &Registry, model: &ModelInfo, id: i64, field: FieldId) -> Json {
        let info = &model.fields[field];
        if info.via.is_some() {
            let (owner, end) = registry.origin(model, field);
            let id = self.owner(registry, model, id, field);
            return id.map_or(Json::Bool(false), |id| self.stored(registry, owner, id, end));
        }
        let value = self
            .row(model, id)
            .and_then(|row| row.get(info.def.name))
            .cloned()
            .unwrap_or(Json::Bool(false));
        match (info.def.kind, value) {
            (Kind::DateTime, Json::String(text)) => Json::String(text.replacen(' ', "T", 1)),
            (_, value) => value,
        }
    }

    /// The value of a scalar as a read answers it.
    fn scalar(&self, registry: &Registry, model: &ModelInfo, id: i64, field: FieldId) -> Json {
        let value = self.stored(registry, model, id, field);
        match model.fields[field].def.kind {
            Kind::DisplayName => Json::String(self.display_name(registry, model, id)),
            Kind::Id | Kind::Int | Kind::BigInt if is_empty(&value) => json!(0),
            Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } if is_empty(&value) => json!(0.0),
            _ => value,
        }
    }

    /// The ids of the records that a relation leads to.
    fn related(&self, registry: &Registry, model: &ModelInfo, id: i64, field: FieldId) -> Vec<i64> {
        let (declaring, end) = registry.origin(model, field);
        let info = &declaring.fields[end];
        let (Kind::One2many { .. }, Some(inverse)) = (info.def.kind, info.inverse) else {
            return match self.stored(registry, model, id, field) {
                Json::Array(ids) => ids.iter().filter_map(Json::as_i64).collect(),
                id => id.as_i64().into_iter().collect(),
            };
        };
        let owner = self.owner(registry, model, id, field);
        let target = registry.target(model, field);
        let inverse = target.fields[inverse].def.name;
        let children = self.rows.get(target.def.name).into_iter().flatten();
        children
            .filter(|(_, row)| owner.is_some() && row.get(inverse).and_then(Json::as_i64) == owner)
            .map(|(id, _)| *id)
            .collect()
    }

    /// The id of the record whose field a field stands for: the record itself, unless the field is inherited or
    /// related.
    fn owner(&self, registry: &Registry, model: &ModelInfo, id: i64, field: FieldId) -> Option<i64> {
        let path = registry.expand_path(model, &[field]);
        let (_, hops) = path.split_last()?;
        let (mut at, mut owner) = (registry.model(model.id), id);
        for hop in hops {
            owner = self.row(at, owner)?.get(at.fields[*hop].def.name)?.as_i64()?;
            at = registry.target(at, *hop);
        }
        Some(owner)
    }

    fn display_name(&self, registry: &Registry, model: &ModelInfo, id: i64) -> String {
        let mut name = String::new();
        'segments: for segment in model.def.display_name {
            let mut text = String::new();
            for part in segment.0 {
                match part {
                    DisplayPart::Text(literal) => text.push_str(literal),
                    DisplayPart::Path(path) => match self.at_path(registry, model, id, path) {
                        Some(value) => text.push_str(value.lines().next().unwrap_or_default()),
                        None => continue 'segments,
                    },
                }
            }
            name.push_str(&text);
        }
        name
    }

    fn at_path(&self, registry: &Registry, model: &ModelInfo, id: i64, path: &[&str]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let field = model.field(first)?;
        if model.fields[field].target.is_some() {
            let target = registry.target(model, field);
            let related = self.related(registry, model, id, field).first().copied()?;
            return match rest {
                [] => Some(self.display_name(registry, target, related)),
                rest => self.at_path(registry, target, related, rest),
            };
        }
        match self.scalar(registry, model, id, field) {
            Json::String(text) => Some(text),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// Texts that differ from this one in a digit or a letter, from its end on.
fn varied(text: &str) -> impl Iterator<Item = String> + '_ {
    let others = |c: char| match c {
        '0'..='9' => '0'..='9',
        'a'..='z' => 'a'..='z',
        'A'..='Z' => 'A'..='Z',
        c => c..=c,
    };
    text.char_indices().rev().flat_map(move |(at, old)| {
        let (before, after) = (&text[..at], &text[at + old.len_utf8()..]);
        let new = others(old).filter(move |new| *new != old);
        new.map(move |new| format!("{before}{new}{after}"))
    })
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Bool(false) | Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::String(text) => text.is_empty(),
        _ => false,
    }
}
