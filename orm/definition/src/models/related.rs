//! Fields that stand for other fields: inherited and related ones. The paths of related fields are resolved and checked
//! once every relation is known.

use std::collections::BTreeSet;

use super::{FieldId, FieldInfo, ModelId, ModelInfo, Models};
use crate::def::{Digits, DisplayPart, FieldDef, Kind};

/// The field that an inherited or related field stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// To-one relations, at least one, then the field.
    pub path: Vec<FieldId>,
    /// Inherited from the delegate, not declared `related`.
    pub inherited: bool,
}

impl Via {
    /// The relations, and the field at their end.
    pub fn split(&self) -> (&[FieldId], FieldId) {
        match self.path.split_last() {
            Some((field, hops)) => (hops, *field),
            None => (&[], 0), // a path is never empty
        }
    }
}

impl Models {
    /// The same path with every inherited or related field replaced by its own path, so that each field has a column or
    /// a table, or is computed: where users delegate to partners, `city` of a user becomes `partner_id.city`.
    pub fn expand_path(&self, model: &ModelInfo, path: &[FieldId]) -> Vec<FieldId> {
        let mut spelled = Vec::with_capacity(path.len());
        let mut at = model;
        for field in path {
            let info = &at.fields[*field];
            match &info.via {
                None => spelled.push(*field),
                Some(via) => spelled.extend(self.expand_path(at, &via.path)),
            }
            at = info.target.map_or(at, |target| &self.models[target]);
        }
        spelled
    }

    /// The model and field that a field stands for: itself, unless it is inherited or related.
    pub fn origin<'r>(&'r self, model: &'r ModelInfo, field: FieldId) -> (&'r ModelInfo, FieldId) {
        self.end_of(model, &self.expand_path(model, &[field]))
    }

    /// Resolves the paths of related fields. Reports those that do not exist, go in a circle, or end at another type.
    pub(super) fn resolve_related(&mut self, mistakes: &mut Vec<String>) {
        let mut paths = Vec::new();
        for model in &self.models {
            for (field, def) in related(model) {
                match self.to_one_path(model, def.related) {
                    Ok(path) => paths.push((model.id, field, path)),
                    Err(why) => mistakes.push(model.def.mistake_in(def, &format!("related: {why}"))),
                }
            }
        }
        for (model, field, path) in paths {
            let info = &mut self.models[model].fields[field];
            if !info.def.stored {
                let inherited = false;
                info.via = Some(Via { path, inherited });
            }
        }
        let cycles = self.cut_circles();
        if cycles.is_empty() && mistakes.is_empty() {
            self.resolve_unstored();
            mistakes.extend(self.models.iter().flat_map(|model| {
                let wrong = |(field, def): (FieldId, &FieldDef)| {
                    let why = self.fits(model, field).err()?;
                    Some(model.def.mistake_in(def, &why))
                };
                related(model).filter_map(wrong)
            }));
            self.refuse_unstored(mistakes);
        }
        mistakes.extend(cycles);
    }

    /// Resolves a path of at least two fields, of which all but the last must be to-one relations.
    fn to_one_path(&self, model: &ModelInfo, names: &[&str]) -> Result<Vec<FieldId>, String> {
        let path = self.resolve_path(model, names)?;
        let mut at = model;
        for hop in &path[..path.len().saturating_sub(1)] {
            let info = &at.fields[*hop];
            if !info.is_many2one() {
                return Err(format!(
                    "`{}`: `{}` leads to many records; a related field is behind to-one relations",
                    names.join("."),
                    info.def.name
                ));
            }
            at = self.target(at, *hop);
        }
        match path.len() {
            0 | 1 => Err(format!("`{}` is no path over a relation", names.join("."))),
            _ => Ok(path),
        }
    }

    /// Reports related fields that stand for each other in a circle, and clears their `via`, so that following a path
    /// always ends.
    fn cut_circles(&mut self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut circular = Vec::new();
        for model in &self.models {
            for (field, info) in model.fields.iter().enumerate() {
                let Some(via) = &info.via else { continue };
                if self.leads_to(&mut BTreeSet::new(), model, &via.path, (model.id, field)) {
                    let names = self.names_of(model, &via.path).join(".");
                    let what = format!("`{names}` leads back to it, and it is not stored");
                    mistakes.push(model.def.mistake_in(info.def, &what));
                    circular.push((model.id, field));
                }
            }
        }
        for (model, field) in circular {
            self.models[model].fields[field].via = None;
        }
        mistakes
    }

    /// Whether a field on a path, or on the path that it stands for, is the field `to`.
    fn leads_to(
        &self,
        seen: &mut BTreeSet<(ModelId, FieldId)>,
        model: &ModelInfo,
        path: &[FieldId],
        to: (ModelId, FieldId),
    ) -> bool {
        let mut at = &self.models[model.id];
        for field in path {
            let (next, info) = ((at.id, *field), &at.fields[*field]);
            let further = info.via.as_ref().filter(|_| seen.insert(next));
            if next == to || further.is_some_and(|via| self.leads_to(seen, at, &via.path, to)) {
                return true;
            }
            at = info.target.map_or(at, |target| &self.models[target]);
        }
        false
    }

    /// The names of the fields on a path.
    pub fn names_of(&self, model: &ModelInfo, path: &[FieldId]) -> Vec<&'static str> {
        let mut at = &self.models[model.id];
        let name = |field: &FieldId| {
            let info = &at.fields[*field];
            at = info.target.map_or(at, |target| &self.models[target]);
            info.def.name
        };
        path.iter().map(name).collect()
    }

    fn resolve_unstored(&mut self) {
        let mut unstored = Vec::new();
        for model in &self.models {
            for (field, info) in model.fields.iter().enumerate() {
                if info.via.is_some() && self.behind_unstored(model, &[field]).is_some() {
                    unstored.push((model.id, field));
                }
            }
        }
        for (model, field) in unstored {
            self.models[model].fields[field].unstored = true;
        }
    }

    /// The first field on the expanded path that is computed when it is read.
    pub fn behind_unstored(&self, model: &ModelInfo, path: &[FieldId]) -> Option<&FieldInfo> {
        let mut at = &self.models[model.id];
        for field in self.expand_path(model, path) {
            let info = &at.fields[field];
            if info.unstored {
                return Some(info);
            }
            at = info.target.map_or(at, |target| &self.models[target]);
        }
        None
    }

    /// Checks a related field against the field at its path's end: type, `writable`, `secret`, `Option` and `store`.
    fn fits(&self, model: &ModelInfo, field: FieldId) -> Result<(), String> {
        let def = model.fields[field].def;
        let path = self.resolve_path(model, def.related)?;
        let spelled = self.expand_path(model, &path);
        let (owner, end) = self.end_of(model, &spelled);
        let (named, end) = (def.related.join("."), &owner.fields[end]);
        if !same_type(&model.fields[field], end) {
            return Err(format!(
                "it is of another type than `{named}`: write `{}`",
                type_name(&end.def.kind)
            ));
        }
        let (at, written) = self.end_of(model, &path);
        if !def.readonly && at.fields[written].def.readonly {
            return Err(format!("`{named}` cannot be written: leave `writable` out"));
        }
        if end.def.secret && !def.secret {
            return Err(format!("`{named}` is secret: this field must be `secret` too"));
        }
        if !end.def.groups.is_empty() && def.groups.is_empty() {
            return Err(format!(
                "`{named}` is for members of groups: write `groups(…)` here too"
            ));
        }
        if def.required && !end.unstored && self.may_be_empty(model, &spelled) {
            return Err(format!("`{named}` may be empty: write its type as `Option<…>`"));
        }
        if def.stored && matches!(end.def.kind, Kind::DisplayName) {
            return Err(format!("`{named}` is made when it is read: leave `store` out"));
        }
        if end.is_x2many() && !end.unstored && model.fields[field].unstored {
            return Err(format!(
                "`{named}` lies behind a relation that is not stored: add `store` to that relation"
            ));
        }
        Ok(())
    }

    fn may_be_empty(&self, model: &ModelInfo, path: &[FieldId]) -> bool {
        let mut at = &self.models[model.id];
        path.iter().any(|field| {
            let info = &at.fields[*field];
            at = info.target.map_or(at, |target| &self.models[target]);
            !info.def.required && !info.is_x2many() && !matches!(info.def.kind, Kind::DisplayName)
        })
    }

    /// Reports default orders and display names over fields that are computed when read: the database evaluates both.
    fn refuse_unstored(&self, mistakes: &mut Vec<String>) {
        for model in &self.models {
            let orders = (model.def.order.iter()).map(|term| ("order", term.path));
            let parts = model.def.display_name.iter().flat_map(|segment| segment.0);
            let names = parts.filter_map(|part| match part {
                DisplayPart::Path(path) => Some(("display_name", *path)),
                DisplayPart::Text(_) => None,
            });
            for (section, names) in orders.chain(names) {
                if let Ok(path) = self.resolve_path(model, names)
                    && let Some(field) = self.behind_unstored(model, &path)
                {
                    let what = format!(
                        "{section}: `{}`: `{}` is not stored, so the database cannot use it; add `store` to the field",
                        names.join("."),
                        field.def.name
                    );
                    mistakes.push(model.def.mistake(&what));
                }
            }
        }
    }
}

/// The fields that a model declares `related`.
fn related(model: &ModelInfo) -> impl Iterator<Item = (FieldId, &'static FieldDef)> {
    let declared = model.def.fields.iter().enumerate();
    declared.filter(|(_, field)| !field.related.is_empty())
}

/// Whether a related field `own` may stand for the field `end`: their types are equal, or values are read alike.
fn same_type(own: &FieldInfo, end: &FieldInfo) -> bool {
    match (&own.def.kind, &end.def.kind) {
        (Kind::Char { .. }, Kind::DisplayName) | (Kind::BigInt, Kind::Id) => true,
        (Kind::Decimal { digits }, Kind::Decimal { digits: other }) => digits == other,
        (Kind::Selection { items }, Kind::Selection { items: other }) => items
            .iter()
            .map(|item| item.value)
            .eq(other.iter().map(|item| item.value)),
        (Kind::Json { of }, Kind::Json { of: other }) => of.map(|of| of.id) == other.map(|of| of.id),
        (kind, end_kind) => {
            std::mem::discriminant(kind) == std::mem::discriminant(end_kind) && own.target == end.target
        }
    }
}

/// A type as a definition writes it.
fn type_name(kind: &Kind) -> String {
    let name = match kind {
        Kind::Char { .. } | Kind::DisplayName => "String",
        Kind::Text => "Text",
        Kind::Html => "Html",
        Kind::Bool => "bool",
        Kind::Int => "i32",
        Kind::Id | Kind::BigInt => "i64",
        Kind::Float => "f64",
        Kind::Decimal {
            digits: Digits { precision, scale },
        } => return format!("Decimal` with `digits = ({precision}, {scale})"),
        Kind::Monetary { .. } => "Monetary",
        Kind::Date => "Date",
        Kind::DateTime => "DateTime",
        Kind::Selection { items } => {
            let values: Vec<&str> = items.iter().map(|item| item.value).collect();
            return format!("the selection of {}", values.join(", "));
        }
        Kind::Binary => "Binary",
        Kind::Json { of: None } => "Json",
        Kind::Json { of: Some(of) } => return format!("Json<{}>", of.name),
        Kind::Many2one { target, .. } => return format!("Many2one<{target}>"),
        Kind::One2many { target, .. } => return format!("One2many<{target}>"),
        Kind::Many2many { target, .. } => return format!("Many2many<{target}>"),
    };
    name.to_owned()
}
