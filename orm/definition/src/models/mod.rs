//! Every model's definition with its names resolved to indices.

mod comparable;
mod currency;
mod link;
mod placed;
mod related;
mod trees;
mod value_limit;

use regex::Regex;
use rustc_hash::FxHashMap as HashMap;

use crate::def::{AuditDef, FieldDef, FieldRole, Kind, ModelDef, Role, USER, is_kept};
use crate::error::{Error, Result, nearest};

use value_limit::Limit;

pub use link::Link;
pub use related::Via;

/// Index of a model in its registry.
pub type ModelId = usize;
/// Index of a field in [`ModelInfo::fields`].
pub type FieldId = usize;

/// Every model, by index and by name.
#[derive(Debug)]
pub struct Models {
    models: Vec<ModelInfo>,
    by_name: HashMap<&'static str, ModelId>,
}

/// A model with its names resolved.
#[derive(Debug)]
pub struct ModelInfo {
    /// Its index.
    pub id: ModelId,
    /// Its definition.
    pub def: &'static ModelDef,
    /// Own fields in the definition's order, then those of the delegate that the model does not declare itself.
    pub fields: Vec<FieldInfo>,
    /// The read tree; empty: reads are plain.
    pub read: Vec<Node>,
    /// The tree that writes answer with; empty: plain.
    pub write_response: Vec<Node>,
    /// Default order.
    pub order: Vec<OrderTerm>,
    /// Paths to the texts that a search by name looks in; never empty.
    pub name_search: Vec<Vec<FieldId>>,
    /// The `active` field, false for archived records, if there is one.
    pub active: Option<FieldId>,
    /// The many2one `parent_id`, if the model is a hierarchy.
    pub parent: Option<FieldId>,
    /// The field [`FieldDef::WRITTEN`], if a computed field is `writable`.
    pub written: Option<FieldId>,
    /// The delegating many2one, if there is one.
    pub delegate: Option<FieldId>,
    /// The fields whose values the audit trail keeps; `None` where it keeps nothing of the model.
    pub audited: Option<Vec<FieldId>>,
    by_name: HashMap<&'static str, FieldId>,
}

/// A field with its relation resolved.
#[derive(Debug, Clone)]
pub struct FieldInfo {
    /// Its definition; of an inherited field, the delegate's.
    pub def: &'static FieldDef,
    /// The related model.
    pub target: Option<ModelId>,
    /// For a one2many, the many2one of the children.
    pub inverse: Option<FieldId>,
    /// The field that this one stands for: set for inherited fields, and for related fields that are not stored.
    pub via: Option<Via>,
    /// Computed when it is read, itself or a field that `via` leads to: the database cannot compare it or sort by it.
    pub unstored: bool,
    limit: Limit,
    /// The regular expression of [`FieldDef::rule`].
    rule: Option<Regex>,
}

/// A field of a read tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    /// The field.
    pub field: FieldId,
    /// The fields of the related records. Empty for scalars.
    pub children: Vec<Node>,
}

/// A term of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderTerm {
    /// To-one hops, then the field.
    pub path: Vec<FieldId>,
    /// Descending.
    pub desc: bool,
    /// Whether empty values come first; unless given, they count as greater than all others.
    pub nulls_first: Option<bool>,
}

impl Models {
    /// Resolves a catalogue whose names and relations were verified; adds mistakes in paths to `mistakes`.
    pub(crate) fn new(catalogue: &[&'static ModelDef], mistakes: &mut Vec<String>) -> Self {
        let mut models = Models {
            models: Vec::new(),
            by_name: HashMap::default(),
        };
        for (id, def) in catalogue.iter().enumerate() {
            models.by_name.insert(def.name, id);
            models
                .by_name
                .extend((def.role == Some(Role::User)).then_some((USER, id)));
            models.models.push(ModelInfo::unresolved(id, def));
        }
        models.resolve_relations();
        models.inherit();
        models.resolve_related(mistakes);
        models.resolve_trees(mistakes);
        models
    }

    /// Every model, in the catalogue's order.
    pub fn models(&self) -> &[ModelInfo] {
        &self.models
    }

    /// The model with this index.
    pub fn model(&self, id: ModelId) -> &ModelInfo {
        &self.models[id]
    }

    /// The model with this name.
    pub fn find(&self, name: &str) -> Option<&ModelInfo> {
        self.by_name.get(name).map(|id| &self.models[*id])
    }

    /// The model with this role.
    pub fn role(&self, role: Role) -> Option<&ModelInfo> {
        self.models.iter().find(|model| model.def.role == Some(role))
    }

    /// The model with this role, for callers that cannot do without it.
    ///
    /// # Errors
    /// When the catalogue has none.
    pub fn needed(&self, role: Role) -> Result<&ModelInfo> {
        let found = self.role(role);
        found.ok_or_else(|| Error::internal(format!("no model of the catalogue has `role = {}`", role.word())))
    }

    /// The model with this name, if HTTP may reach it.
    ///
    /// # Errors
    /// 404 with the nearest names; the same for a model that is not exposed as for one that does not exist.
    pub fn exposed(&self, name: &str) -> Result<&ModelInfo> {
        self.find(name).filter(|model| model.def.api).ok_or_else(|| {
            let known = self
                .models
                .iter()
                .filter(|model| model.def.api)
                .map(|model| model.def.name);
            Error::not_found(format!("there is no model `{name}`{}", nearest(name, known)))
        })
    }

    /// The model that a relation field leads to.
    ///
    /// # Panics
    /// When the field is no relation: a defect of the caller, not of input.
    pub fn target(&self, model: &ModelInfo, field: FieldId) -> &ModelInfo {
        match model.fields[field].target {
            Some(target) => &self.models[target],
            None => panic!("{}.{} is no relation", model.def.name, model.fields[field].def.name),
        }
    }

    /// The model and field at the end of a path.
    ///
    /// # Panics
    /// When the path is empty or goes through a field that is no relation: a defect of the caller.
    pub fn end_of<'r>(&'r self, model: &'r ModelInfo, path: &[FieldId]) -> (&'r ModelInfo, FieldId) {
        match path {
            [] => panic!("an empty path of {}", model.def.name),
            [field] => (model, *field),
            [hop, rest @ ..] => self.end_of(self.target(model, *hop), rest),
        }
    }

    fn resolve_relations(&mut self) {
        for id in 0..self.models.len() {
            for field in 0..self.models[id].fields.len() {
                let (target, inverse) = match self.models[id].fields[field].def.kind {
                    Kind::Many2one { target, .. } | Kind::Many2many { target, .. } => {
                        (self.by_name.get(target).copied(), None)
                    }
                    Kind::One2many { target, inverse } => {
                        let target = self.by_name.get(target).copied();
                        (target, target.and_then(|target| self.models[target].field(inverse)))
                    }
                    _ => (None, None),
                };
                let info = &mut self.models[id].fields[field];
                (info.target, info.inverse) = (target, inverse);
            }
        }
    }

    /// Gives every model the fields of its delegate. A delegate that itself inherits is completed first.
    fn inherit(&mut self) {
        let mut pending: Vec<ModelId> = (0..self.models.len()).collect();
        while !pending.is_empty() {
            let (ready, waiting): (Vec<ModelId>, Vec<ModelId>) = pending.iter().partition(|id| {
                self.models[**id]
                    .delegate_target()
                    .is_none_or(|parent| !pending.contains(&parent))
            });
            if ready.is_empty() {
                return; // a circle of delegation, which has been reported
            }
            for id in ready {
                let Some((delegate, parent)) = self.models[id].delegate.zip(self.models[id].delegate_target()) else {
                    continue;
                };
                let inherited: Vec<FieldInfo> = (self.models[parent].fields.iter().enumerate())
                    .filter(|(_, field)| self.models[id].field(field.def.name).is_none())
                    .map(|(index, field)| FieldInfo {
                        via: Some(Via {
                            path: vec![delegate, index],
                            inherited: true,
                        }),
                        ..field.clone()
                    })
                    .collect();
                for field in inherited {
                    let model = &mut self.models[id];
                    model.by_name.insert(field.def.name, model.fields.len());
                    model.fields.push(field);
                }
            }
            pending = waiting;
        }
    }

    /// Resolves a dotted path from a definition.
    ///
    /// # Errors
    /// With the hop that does not exist.
    pub fn resolve_path(&self, model: &ModelInfo, names: &[&str]) -> Result<Vec<FieldId>, String> {
        self.follow(model, names, |_| true)
    }

    /// As [`Models::resolve_path`], for a path that a caller names: secret fields do not exist.
    ///
    /// # Errors
    /// With the hop that does not exist.
    pub fn resolve_public_path(&self, model: &ModelInfo, names: &[&str]) -> Result<Vec<FieldId>, String> {
        self.follow(model, names, |field| !field.def.secret)
    }

    fn follow(
        &self,
        model: &ModelInfo,
        names: &[&str],
        exists: impl Fn(&FieldInfo) -> bool,
    ) -> Result<Vec<FieldId>, String> {
        let mut at = Some(model.id);
        let mut path = Vec::new();
        for name in names {
            let Some(model) = at.map(|id| &self.models[id]) else {
                return Err(format!(
                    "`{}`: what stands before `{name}` is no relation",
                    names.join(".")
                ));
            };
            let field = model.field(name).filter(|field| exists(&model.fields[*field]));
            let field = field.ok_or_else(|| {
                format!(
                    "`{}`: {} has no field `{name}`{}",
                    names.join("."),
                    model.def.name,
                    nearest(name, model.names())
                )
            })?;
            at = model.fields[field].target;
            path.push(field);
        }
        Ok(path)
    }
}

impl ModelInfo {
    fn unresolved(id: ModelId, def: &'static ModelDef) -> Self {
        let fields: Vec<FieldInfo> = def
            .fields
            .iter()
            .map(|field| FieldInfo {
                def: field,
                target: None,
                inverse: None,
                via: None,
                unstored: field.compute.is_some() && !field.stored,
                limit: Limit::of(def, field),
                rule: field.rule.and_then(|rule| Regex::new(rule.regex).ok()),
            })
            .collect();
        let by_name = def
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| (field.name, index))
            .collect();
        let delegate = def
            .fields
            .iter()
            .position(|field| matches!(field.kind, Kind::Many2one { delegate: true, .. }));
        let parent = (def.fields.iter()).position(|field| field.role == Some(FieldRole::Parent));
        let (read, write_response, order) = (Vec::new(), Vec::new(), Vec::new());
        ModelInfo {
            id,
            def,
            fields,
            read,
            write_response,
            order,
            name_search: Vec::new(),
            active: None,
            parent,
            written: (def.fields.iter()).position(|field| field.name == FieldDef::WRITTEN.name),
            delegate,
            audited: def.audit.map(|audit| kept(def, audit)),
            by_name,
        }
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    /// The names of all fields, secret ones left out: what a message may suggest.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.fields
            .iter()
            .filter(|field| !field.def.secret)
            .map(|field| field.def.name)
    }

    /// The index of a field that every model has.
    ///
    /// # Panics
    /// When the definition lacks it: a defect of the macro.
    pub fn implicit(&self, name: &str) -> FieldId {
        self.field(name)
            .unwrap_or_else(|| panic!("{} has no `{name}`", self.def.name))
    }

    fn delegate_target(&self) -> Option<ModelId> {
        self.delegate.and_then(|field| self.fields[field].target)
    }
}

/// The fields that the audit trail keeps.
fn kept(def: &ModelDef, audit: AuditDef) -> Vec<FieldId> {
    let named = |field: &FieldDef| match audit {
        AuditDef::Every => true,
        AuditDef::Fields(names) => names.contains(&field.name),
    };
    let fields = def.fields.iter().enumerate();
    let kept = fields.filter(|(_, field)| named(field) && is_kept(field));
    kept.map(|(index, _)| index).collect()
}

impl FieldInfo {
    /// The delegate's field that this one stands for, if it is inherited.
    pub fn inherited(&self) -> Option<&Via> {
        self.via.as_ref().filter(|via| via.inherited)
    }

    /// A relation to many records.
    pub fn is_x2many(&self) -> bool {
        matches!(self.def.kind, Kind::One2many { .. } | Kind::Many2many { .. })
    }

    /// A relation to one record.
    pub fn is_many2one(&self) -> bool {
        matches!(self.def.kind, Kind::Many2one { .. })
    }
}
