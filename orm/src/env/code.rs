//! The functions of a model together with those of its mixins and extensions.

use std::any::Any;

use super::Env;
use super::ops::{BeforeFn, CheckFn, DefaultFn, Entry, MethodFn, ModelOps, SearchFn};
use crate::def::{ModelDef, PartDef};
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::FieldId;
use crate::value::Value;

/// The functions of a model: its own, and those of its extensions.
#[derive(Debug)]
pub(crate) struct ModelCode {
    own: &'static ModelOps,
    parts: Vec<(PartDef, &'static ModelOps)>,
}

/// The structs of one loaded record, the model's and those of its extensions: each is made when it is first needed.
pub(crate) struct Structs<'r> {
    record: &'r Record,
    own: Option<Box<dyn Any>>,
    parts: Vec<Option<Box<dyn Any>>>,
}

impl ModelCode {
    /// The functions of a model of the catalogue; none for a model that the runtime adds.
    pub(crate) fn new(def: &ModelDef, catalogue: &[Entry]) -> Self {
        let own = (catalogue.iter()).find(|(entry, _)| entry.name == def.name && entry.extension.is_none());
        let own = own.map_or(&ModelOps::NONE, |(_, ops)| *ops);
        let code = |part: &PartDef| {
            let found = catalogue.iter().find(|(entry, _)| entry.extension == Some(part.key));
            found.map(|(_, ops)| (*part, *ops))
        };
        ModelCode {
            own,
            parts: def.parts.iter().filter_map(code).collect(),
        }
    }

    /// The structs of a record, none of which is made yet.
    pub(crate) fn structs<'r>(&self, record: &'r Record) -> Structs<'r> {
        Structs {
            record,
            own: None,
            parts: self.parts.iter().map(|_| None).collect(),
        }
    }

    /// Computes a field of one record.
    pub(crate) fn compute(&self, structs: &mut Structs<'_>, field: FieldId) -> Value {
        let (part, ops, field) = self.of(field);
        let place = match part {
            Some(part) => &mut structs.parts[part],
            None => &mut structs.own,
        };
        let made = place.get_or_insert_with(|| (ops.build)(structs.record));
        (ops.compute)(made.as_ref(), field)
    }

    /// Computes a `batch` field of records.
    pub(crate) fn compute_batch(&self, records: &[&Record], field: FieldId, env: &mut Env<'_>) -> Result<Vec<Value>> {
        let (_, ops, field) = self.of(field);
        (ops.compute_batch)(records, field, env)
    }

    /// The `search` function of a field.
    pub(crate) fn search(&self, field: FieldId, name: &str) -> Result<SearchFn> {
        find(self.of(field).1.searches, name)
    }

    /// The function that makes the default of a field.
    pub(crate) fn default(&self, field: FieldId, name: &str) -> Result<DefaultFn> {
        find(self.of(field).1.defaults, name)
    }

    /// The function of a `#[before]` method; names are unique among the parts.
    pub(crate) fn before(&self, name: &str) -> Result<BeforeFn> {
        self.named(|ops| ops.before, name)
    }

    /// The function of a constraint; names are unique among the parts.
    pub(crate) fn constraint(&self, name: &str) -> Result<CheckFn> {
        self.named(|ops| ops.constraints, name)
    }

    /// The function of a method that HTTP may call; names are unique among the parts.
    pub(crate) fn method(&self, name: &str) -> Result<MethodFn> {
        self.named(|ops| ops.methods, name)
    }

    /// What declares a field: the position of the extension (`None`: the model itself), its functions, and the field's
    /// index in it.
    fn of(&self, field: FieldId) -> (Option<usize>, &'static ModelOps, usize) {
        let within = |part: &PartDef| (part.start..part.start + part.len).contains(&field);
        match self.parts.iter().position(|(part, _)| within(part)) {
            Some(position) => {
                let (part, ops) = self.parts[position];
                (Some(position), ops, field - part.start)
            }
            None => (None, self.own, field),
        }
    }

    fn named<F: Copy + 'static>(
        &self,
        list: impl Fn(&'static ModelOps) -> &'static [(&'static str, F)],
        name: &str,
    ) -> Result<F> {
        let all = (std::iter::once(self.own).chain(self.own.mixins.iter().copied()))
            .chain(self.parts.iter().map(|(_, ops)| *ops));
        let found = all.flat_map(list).find(|(known, _)| *known == name);
        found.map(|(_, function)| *function).ok_or_else(|| unknown(name))
    }
}

fn find<F: Copy>(functions: &[(&str, F)], name: &str) -> Result<F> {
    let found = functions.iter().find(|(known, _)| *known == name);
    found.map(|(_, function)| *function).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    Error::internal(format!("there is no function `{name}`"))
}
