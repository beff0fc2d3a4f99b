//! Sorts the values of a file by where they are stored: rows to insert, many2many pairs, columns of records that exist
//! already.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value as Json;

use super::file::File;
use super::{Mistakes, RowPlace};
use crate::def::{Default, Kind, Role, USER};
use crate::env::Env;
use crate::error::Result;
use crate::field::round;
use crate::registry::{FieldId, Link, ModelId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{self, describe};
use crate::write::html::cleaned;
use crate::write::recompute::{Amount, amounts};
use crate::write::unit_of_work::UnitOfWork;
use crate::write::{create, references, rows};

/// The content of a file, by where it is stored.
pub(super) struct PreparedImport<'r> {
    registry: &'r Registry,
    pub(super) tables: Vec<Table<'r>>,
    by_model: HashMap<ModelId, usize>,
    pub(super) pairs: BTreeMap<Link, BTreeSet<(i64, i64)>>,
    /// Columns of records that the database has already.
    pub(super) updates: BTreeMap<(ModelId, FieldId), BTreeMap<i64, (Value, RowPlace)>>,
    /// Ids that must exist, with the first place that names each.
    references: BTreeMap<ModelId, BTreeMap<i64, RowPlace>>,
    /// Defaults that are amounts of money, each with its record: to be rounded to their currencies.
    pub(super) amounts: Vec<(ModelId, Amount, i64)>,
}

/// The new records of one model.
#[derive(Debug)]
pub(super) struct Table<'r> {
    pub(super) model: &'r ModelInfo,
    pub(super) ids: Vec<i64>,
    /// The row of each in the file.
    pub(super) places: Vec<usize>,
    /// A value for each field of the definition; `None` where nothing is given.
    pub(super) rows: Vec<Vec<Option<Value>>>,
    by_id: HashMap<i64, usize>,
}

impl Table<'_> {
    /// Reports the rows in which a required field has no value; where no row has one, once for all.
    fn require(&self, field: FieldId, mistakes: &mut Mistakes) {
        let (model, name) = (self.model.def.name, self.model.fields[field].def.name);
        let empty: Vec<usize> = (self.rows.iter().zip(&self.places))
            .filter(|(row, _)| row[field].as_ref().is_none_or(Value::is_null))
            .map(|(_, place)| *place)
            .collect();
        if empty.len() == self.rows.len() && empty.len() > 1 {
            mistakes.add(format!("{model}, {name}: a value is required, and no row has one"));
            return;
        }
        for row in empty {
            let place = RowPlace {
                model,
                row,
                field: name,
            };
            mistakes.at(place, "a value is required");
        }
    }
}

/// Stored computed columns that the file does not give, with the records that lack them.
pub(super) type Missing = Vec<(ModelId, FieldId, BTreeSet<i64>)>;

impl<'r> PreparedImport<'r> {
    pub(super) fn new(registry: &'r Registry, file: &File<'r>, mistakes: &mut Mistakes) -> Self {
        let mut sorted = PreparedImport {
            registry,
            tables: Vec::new(),
            by_model: HashMap::new(),
            pairs: BTreeMap::new(),
            updates: BTreeMap::new(),
            references: BTreeMap::new(),
            amounts: Vec::new(),
        };
        for given in &file.tables {
            sorted.by_model.insert(given.model.id, sorted.tables.len());
            sorted.tables.push(Table {
                model: given.model,
                ids: given.rows.iter().map(|(_, id, _)| *id).collect(),
                places: given.rows.iter().map(|(row, ..)| *row).collect(),
                rows: vec![vec![None; given.model.def.fields.len()]; given.rows.len()],
                by_id: (given.rows.iter().enumerate())
                    .map(|(index, (_, id, _))| (*id, index))
                    .collect(),
            });
        }
        // Inherited fields come last: the id of the delegate's record, which they are written to, is in another column.
        for inherited in [false, true] {
            for given in &file.tables {
                let model = given.model;
                for (position, field) in &given.columns {
                    if model.fields[*field].inherited().is_some() != inherited {
                        continue;
                    }
                    for (row, id, cells) in &given.rows {
                        let place = RowPlace {
                            model: model.def.name,
                            row: *row,
                            field: model.fields[*field].def.name,
                        };
                        if let Err(why) = sorted.put(model, *id, *field, &cells[*position], place) {
                            mistakes.at(place, &why);
                        }
                    }
                }
            }
        }
        sorted
    }

    pub(super) fn records(&self) -> usize {
        self.tables.iter().map(|table| table.ids.len()).sum()
    }

    /// The table of a model, where the file has one.
    pub(super) fn table(&self, model: ModelId) -> Option<&Table<'r>> {
        self.by_model.get(&model).map(|index| &self.tables[*index])
    }

    /// The ids of the records that the new ones of a table refer to by a relation.
    pub(super) fn named_by(&self, table: &Table<'_>, field: FieldId) -> Result<Vec<i64>> {
        let Kind::Many2many { .. } = table.model.fields[field].def.kind else {
            let values = table.rows.iter().filter_map(|row| row[field].as_ref());
            return Ok(values.filter_map(Value::id).collect());
        };
        let link = self.registry.link(table.model, field)?;
        let key = once(link);
        let pairs = self.pairs.get(&key).into_iter().flatten();
        Ok(pairs
            .map(|(one, other)| if key == link { *other } else { *one })
            .collect())
    }

    fn put(
        &mut self,
        model: &'r ModelInfo,
        id: i64,
        field: FieldId,
        json: &Json,
        place: RowPlace,
    ) -> Result<(), String> {
        let info = &model.fields[field];
        if let (Some(via), Some(delegate)) = (info.inherited(), model.delegate) {
            let record = self.value(model, id, delegate).and_then(Value::id);
            let record = record.ok_or_else(|| {
                let name = model.fields[delegate].def.name;
                format!("it is a field of the record behind `{name}`, which is not given")
            })?;
            let parent = self.registry.target(model, delegate);
            return self.put(parent, record, via.split().1, json, place);
        }
        match info.def.kind {
            _ if info.via.is_some() || info.unstored => {} // compared at the end
            Kind::One2many { .. } => {
                let (Some(target), Some(inverse)) = (info.target, info.inverse) else {
                    return Ok(());
                };
                for child in ids(json)? {
                    self.refer(target, child, place);
                    self.set(self.registry.model(target), child, inverse, Value::Int(id), place)?;
                }
            }
            Kind::Many2many { .. } => {
                let link = (self.registry.link(model, field)).map_err(|error| error.detail().to_owned())?;
                let key = once(link);
                let swapped = key != link;
                self.pairs.entry(key).or_default();
                for other in ids(json)? {
                    if let Some(target) = info.target {
                        self.refer(target, other, place);
                    }
                    let pair = if swapped { (other, id) } else { (id, other) };
                    self.pairs.entry(key).or_default().insert(pair);
                }
            }
            _ if !info.def.stored => {} // compared at the end
            kind => {
                let value = cleaned(&kind, value(&kind, json)?);
                info.check(&value)?;
                if let (Some(target), Some(to)) = (info.target, value.id()) {
                    self.refer(target, to, place);
                }
                self.set(model, id, field, value, place)?;
            }
        }
        Ok(())
    }

    fn refer(&mut self, model: ModelId, id: i64, place: RowPlace) {
        if self.table(model).is_none_or(|table| !table.by_id.contains_key(&id)) {
            self.references.entry(model).or_default().entry(id).or_insert(place);
        }
    }

    fn value(&self, model: &ModelInfo, id: i64, field: FieldId) -> Option<&Value> {
        let table = self.table(model.id)?;
        table.rows[*table.by_id.get(&id)?][field].as_ref()
    }

    /// Sets a column. The file may give it in several places, but only the same value.
    fn set(&mut self, model: &ModelInfo, id: i64, field: FieldId, value: Value, place: RowPlace) -> Result<(), String> {
        let differs = |known: &Value, value: &Value| {
            format!(
                "{}.{} of record {id} would be {}, and {} elsewhere in the file",
                model.def.name,
                model.fields[field].def.name,
                word(value),
                word(known)
            )
        };
        let table = self.by_model.get(&model.id).map(|index| &mut self.tables[*index]);
        if let Some(table) = table
            && let Some(row) = table.by_id.get(&id)
        {
            let slot = &mut table.rows[*row][field];
            return match slot {
                Some(known) if *known != value => Err(differs(known, &value)),
                _ => {
                    *slot = Some(value);
                    Ok(())
                }
            };
        }
        let updates = self.updates.entry((model.id, field)).or_default();
        match updates.get(&id) {
            Some((known, _)) if *known != value => Err(differs(known, &value)),
            _ => {
                updates.insert(id, (value, place));
                Ok(())
            }
        }
    }

    /// Checks that new ids are not taken, and that every other id that the file names exists.
    pub(super) fn check_ids(&mut self, env: &mut Env<'_>, mistakes: &mut Mistakes) -> Result<()> {
        for table in &self.tables {
            let taken = references::existing(env, table.model, &table.ids)?;
            for (id, row) in table.ids.iter().zip(&table.places) {
                if taken.contains(id) {
                    let place = RowPlace {
                        model: table.model.def.name,
                        row: *row,
                        field: "id",
                    };
                    mistakes.at(place, &format!("there is a record {id} already"));
                }
            }
        }
        for (model, named) in &self.references {
            let model = self.registry.model(*model);
            let ids: Vec<i64> = named.keys().copied().collect();
            let found = references::existing(env, model, &ids)?;
            for (id, place) in named.iter().filter(|(id, _)| !found.contains(id)) {
                mistakes.at(*place, &format!("there is no record {id} of {}", model.def.name));
            }
        }
        Ok(())
    }

    /// Fills in defaults where nothing is given, and placeholders where a required column is to be computed; answers
    /// which fields are to be computed.
    pub(super) fn complete(&mut self, env: &mut Env<'_>, mistakes: &mut Mistakes) -> Result<Missing> {
        let user_known = self.exists(env, env.registry.needed(Role::User)?.def.name, env.user)?;
        let company = self.registry.role(Role::Company).and_then(|model| self.table(model.id));
        env.company = env
            .company
            .or(company.and_then(|table| table.ids.iter().min().copied()));
        let (mut to_compute, mut unit) = (Vec::new(), UnitOfWork::default());
        for table in &mut self.tables {
            let model = table.model;
            for (field, def) in rows::stored(model) {
                let lacking: Vec<usize> = (0..table.rows.len())
                    .filter(|row| table.rows[*row][field].is_none())
                    .collect();
                if !lacking.is_empty() {
                    let is_user =
                        matches!(def.default, Default::User) || matches!(def.kind, Kind::Many2one { target: USER, .. });
                    let values = if def.compute.is_some() {
                        let ids = lacking.iter().map(|row| table.ids[*row]).collect();
                        to_compute.push((model.id, field, ids));
                        vec![
                            if def.required {
                                placeholder(&def.kind)
                            } else {
                                Value::Null
                            };
                            lacking.len()
                        ]
                    } else if is_user && !user_known {
                        vec![Value::Null; lacking.len()]
                    } else {
                        create::default_values(env, &mut unit, model, field, lacking.len())?
                    };
                    for (row, mut value) in lacking.into_iter().zip(values) {
                        self.amounts.extend(
                            amounts(model, [(field, &mut value)])?
                                .into_iter()
                                .map(|amount| (model.id, amount, table.ids[row])),
                        );
                        table.rows[row][field] = Some(value);
                    }
                }
                if def.required {
                    table.require(field, mistakes);
                }
            }
            let relations = model.def.fields.iter().enumerate();
            for (field, def) in relations.filter(|(_, def)| def.compute.is_some() && def.stored) {
                if let Kind::Many2many { .. } = def.kind
                    && !self.pairs.contains_key(&once(self.registry.link(model, field)?))
                {
                    to_compute.push((model.id, field, table.ids.iter().copied().collect()));
                }
            }
        }
        Ok(to_compute)
    }

    /// Whether the file or the database has a record.
    fn exists(&self, env: &mut Env<'_>, model: &str, id: i64) -> Result<bool> {
        let Some(model) = self.registry.find(model) else {
            return Ok(false);
        };
        let new = self.table(model.id).is_some_and(|table| table.by_id.contains_key(&id));
        Ok(new || references::existing(env, model, &[id])?.contains(&id))
    }
}

/// The same key for a table of pairs, from whichever of its two sides it is named.
fn once(link: Link) -> Link {
    link.min(link.reversed())
}

/// What a required column holds until it is computed.
fn placeholder(kind: &Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(false),
        Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => Value::Int(0),
        Kind::Float => Value::Float(0.0),
        Kind::Decimal { .. } | Kind::Monetary { .. } => Value::Decimal(0.into()),
        Kind::Date => Value::Date(chrono::NaiveDate::default()),
        Kind::DateTime => Value::DateTime(chrono::NaiveDateTime::default()),
        Kind::Binary => Value::Binary(Vec::new()),
        Kind::Json { .. } => Value::Json(Json::Null),
        _ => Value::Text(String::new()),
    }
}

/// Reads a value of the file as its column stores it. An amount of money is not rounded to its currency: it was, when it
/// was written.
pub(super) fn value(kind: &Kind, json: &Json) -> Result<Value, String> {
    wire::DEFAULT.read_value(kind, json).map(|value| match (kind, value) {
        (Kind::Monetary { digits, .. }, Value::Decimal(amount)) => Value::Decimal(round(amount, digits.scale)),
        (_, value) => value,
    })
}

/// The ids of a JSON list; `false` and `null` count as an empty one.
pub(super) fn ids(json: &Json) -> Result<Vec<i64>, String> {
    let wrong = |json: &Json| format!("{} is given where a list of ids belongs", describe(json));
    match json {
        Json::Null | Json::Bool(false) => Ok(Vec::new()),
        Json::Array(items) => items
            .iter()
            .map(|item| item.as_i64().filter(|id| *id > 0).ok_or_else(|| wrong(item)))
            .collect(),
        other => Err(wrong(other)),
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => format!("{value:?}"),
        Value::Date(value) => value.to_string(),
        Value::DateTime(value) => value.to_string(),
        Value::Binary(value) => format!("{} bytes", value.len()),
        Value::Json(value) => value.to_string(),
        Value::Ids(ids) => format!("{ids:?}"),
    }
}
