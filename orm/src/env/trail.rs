//! What a transaction has changed of the models with `#[audit]`, until it is stored (`write/trail.rs`).

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use crate::registry::{FieldId, Link, ModelId, ModelInfo, Registry};
use crate::value::Value;

/// By what a change is made: what the audit trail tells beside the user and the time.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The user's login.
    pub login: Option<String>,
    /// The public id of the token.
    pub token: Option<String>,
    /// The id of the request.
    pub request: Option<String>,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    Create,
    Write,
    Delete,
    Call,
}

impl Happened {
    /// Its word in the trail.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Happened::Create => "create",
            Happened::Write => "write",
            Happened::Delete => "delete",
            Happened::Call => "call",
        }
    }
}

/// What happened to one record, or a call of a method.
#[derive(Debug)]
pub(crate) struct TrailEntry {
    pub(crate) model: ModelId,
    /// `None` for a method that was called on the model.
    pub(crate) record: Option<i64>,
    pub(crate) happened: Happened,
    /// The method that was called.
    pub(crate) method: Option<&'static str>,
    /// The old and the new value of each field that was changed.
    pub(crate) values: BTreeMap<FieldId, (Value, Value)>,
    /// The records that were taken out of each many2many, and those that were put into it.
    pub(crate) related: BTreeMap<FieldId, (BTreeSet<i64>, BTreeSet<i64>)>,
    /// The caller or a method wrote the record. It is kept even where no value differs in the end.
    written: bool,
    /// Of a record that a body describes: the index of the request, in a transaction of several ones.
    pub(crate) request: Option<usize>,
}

impl TrailEntry {
    fn new(model: ModelId, record: Option<i64>, happened: Happened) -> Self {
        TrailEntry {
            model,
            record,
            happened,
            method: None,
            values: BTreeMap::new(),
            related: BTreeMap::new(),
            written: false,
            request: None,
        }
    }

    fn tells_something(&self) -> bool {
        self.happened != Happened::Write || self.written || !self.values.is_empty() || !self.related.is_empty()
    }
}

/// What a transaction has changed, in the order in which it began to change each record.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    entries: Vec<TrailEntry>,
    /// The entry that tells what happens to a record.
    open: HashMap<(ModelId, i64), usize>,
}

impl Trail {
    fn entry(&mut self, model: &ModelInfo, id: i64) -> &mut TrailEntry {
        let entries = &mut self.entries;
        let index = *self.open.entry((model.id, id)).or_insert_with(|| {
            entries.push(TrailEntry::new(model.id, Some(id), Happened::Write));
            entries.len() - 1
        });
        &mut self.entries[index]
    }

    /// A record was inserted; `request` is the index of the request whose body describes it.
    pub(crate) fn created(&mut self, model: &ModelInfo, id: i64, row: &[Value], request: Option<usize>) {
        let Some(kept) = &model.audited else { return };
        let entry = self.entry(model, id);
        entry.happened = Happened::Create;
        entry.request = request;
        let given = kept.iter().filter_map(|field| Some((*field, row.get(*field)?)));
        let given = given.filter(|(_, value)| !value.is_null());
        entry.values = given
            .map(|(field, value)| (field, (Value::Null, value.clone())))
            .collect();
    }

    /// The caller or a method writes records; `request` is the index of the request whose body describes them. What
    /// several requests write is of none.
    pub(crate) fn written(&mut self, model: &ModelInfo, ids: &[i64], request: Option<usize>) {
        if model.audited.is_none() {
            return;
        }
        for id in ids {
            let entry = self.entry(model, *id);
            entry.request = match entry.written || entry.happened == Happened::Create {
                true => entry.request.filter(|known| Some(*known) == request),
                false => request,
            };
            entry.written = true;
        }
    }

    /// A stored value has changed.
    pub(crate) fn changed(&mut self, model: &ModelInfo, id: i64, field: FieldId, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let values = &mut self.entry(model, id).values;
        let (first, last) = values.entry(field).or_insert_with(|| (old.clone(), Value::Null));
        last.clone_from(new);
        if first == last {
            values.remove(&field);
        }
    }

    /// Pairs of a many2many were inserted, or deleted.
    pub(crate) fn related(&mut self, registry: &Registry, link: Link, pairs: &[(i64, i64)], added: bool) {
        for (model, field, own) in kept_relations(registry, link) {
            for (left, right) in pairs {
                let (id, other) = if own { (*left, *right) } else { (*right, *left) };
                let entry = self.entry(model, id);
                let (removed_ids, added_ids) = entry.related.entry(field).or_default();
                let (to, undone) = match added {
                    true => (added_ids, removed_ids),
                    false => (removed_ids, added_ids),
                };
                if !undone.remove(&other) {
                    to.insert(other);
                }
            }
        }
    }

    /// A record is deleted, whose values were these.
    pub(crate) fn deleted(&mut self, model: &ModelInfo, id: i64, row: &[Value]) {
        let Some(kept) = &model.audited else { return };
        let mut entry = TrailEntry::new(model.id, Some(id), Happened::Delete);
        let had = kept.iter().filter_map(|field| Some((*field, row.get(*field)?)));
        let had = had.filter(|(_, value)| !value.is_null());
        entry.values = had
            .map(|(field, value)| (field, (value.clone(), Value::Null)))
            .collect();
        self.open.insert((model.id, id), self.entries.len());
        self.entries.push(entry);
    }

    /// A method was called on a record, or on the model.
    pub(crate) fn called(&mut self, model: &ModelInfo, id: Option<i64>, method: &'static str) {
        if model.audited.is_some() {
            self.entries.push(TrailEntry {
                method: Some(method),
                ..TrailEntry::new(model.id, id, Happened::Call)
            });
        }
    }

    /// Everything that happened; it is forgotten here.
    pub(crate) fn take(&mut self) -> Vec<TrailEntry> {
        let trail = std::mem::take(self);
        let entries = trail.entries.into_iter();
        entries.filter(TrailEntry::tells_something).collect()
    }
}

/// The many2many fields that are stored in this relation table and kept: with their models, and whether `link` is seen
/// from their side.
fn kept_relations(registry: &Registry, link: Link) -> Vec<(&ModelInfo, FieldId, bool)> {
    let side = |model: &ModelInfo, field: FieldId| {
        let own = registry
            .link(model, field)
            .ok()
            .filter(|_| model.fields[field].is_x2many())?;
        match own == link {
            true => Some(true),
            false => (own == link.reversed()).then_some(false),
        }
    };
    let fields = |model: &ModelInfo| model.audited.clone().unwrap_or_default();
    (registry.models().iter())
        .flat_map(|model| fields(model).into_iter().map(move |field| (model, field)))
        .filter_map(|(model, field)| Some((model, field, side(model, field)?)))
        .collect()
}
