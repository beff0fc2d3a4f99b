//! Which computed fields a change concerns: the dependencies of all models, turned around once at start-up.

use rustc_hash::FxHashMap as HashMap;

use crate::def::{CheckDef, ComputeDef, ConstraintDef, Kind, OnDelete};
use crate::models::{FieldId, FieldInfo, ModelId, ModelInfo, Models};

/// The layer of rules: when everything is computed.
pub const CONSTRAINTS: usize = usize::MAX;

/// What looks at a record after a change. It is treated as if it were a computed field, but for its value: its index is
/// behind those of all fields.
#[derive(Debug, Clone, Copy)]
pub enum Constraint {
    /// A `#[constrains(…)]` method.
    Method(&'static ConstraintDef),
    /// A condition that the database cannot keep.
    Check(&'static CheckDef),
}

/// A computed field.
pub type Computed = (ModelId, FieldId);

/// A computed, stored field that reads a field at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependent {
    /// The computed field.
    pub computed: Computed,
    /// Relations from the computed field's model to the model of the field it reads; empty: the same record.
    pub path: Vec<FieldId>,
    /// Fires on the inverse field: for `order.order_line`, on `line.order_id`.
    pub other_side: bool,
    /// The computed field is `writable`: it follows only where nobody touched it.
    pub writable: bool,
}

/// The turned-around dependencies.
#[derive(Debug, Default)]
pub struct Dependencies {
    by_field: HashMap<(ModelId, FieldId), Vec<Dependent>>,
    resets: HashMap<(ModelId, FieldId), Vec<FieldId>>,
    layers: HashMap<Computed, usize>,
    owners: HashMap<ModelId, Vec<FieldId>>,
}

impl Dependencies {
    /// Turns the dependencies of a catalogue around. Paths that do not resolve, and circles, have been reported already.
    pub fn new(models: &Models) -> Self {
        let mut dependents = Dependencies::turned(models, reads);
        dependents.layers = Dependencies::turned(models, uses).settled_layers(models);
        for model in models.models() {
            let owns = |field: &FieldId| dependents.is_owner(models, model, *field);
            let owners = (0..model.def.fields.len()).filter(owns).collect();
            dependents.owners.insert(model.id, owners);
        }
        dependents
    }

    /// Whether a field leads to the record that a record belongs to: one of whose parts it is, deleted with it, or from
    /// whose children something is computed.
    fn is_owner(&self, models: &Models, model: &ModelInfo, field: FieldId) -> bool {
        let Kind::Many2one { on_delete, .. } = model.def.fields[field].kind else {
            return false;
        };
        let target = models.target(model, field);
        let lists = |info: &FieldInfo| info.target == Some(model.id) && info.inverse == Some(field);
        let part = on_delete == OnDelete::Cascade && target.id != model.id && target.fields.iter().any(lists);
        let stored = model.def.fields[field].stored;
        stored && (part || self.of(model.id, field).iter().any(|trigger| trigger.other_side))
    }

    /// The many2one fields that lead to the records that one of this model belongs to.
    pub fn owners(&self, model: ModelId) -> &[FieldId] {
        self.owners.get(&model).map_or(&[], Vec::as_slice)
    }

    fn turned(models: &Models, paths: impl Fn(&Models, &ModelInfo, FieldId) -> Vec<Vec<FieldId>>) -> Self {
        let mut dependents = Dependencies::default();
        for model in models.models() {
            for field in computed(model) {
                dependents.layers.insert((model.id, field), 0);
                for path in paths(models, model, field) {
                    dependents.add(models, model, field, &path);
                }
                let resets = definition(model, field).map_or(&[][..], |compute| compute.resets);
                for reset in resets.iter().filter_map(|name| model.field(name)) {
                    dependents.resets.entry((model.id, reset)).or_default().push(field);
                }
            }
            for (index, rule) in constraints(model) {
                dependents.layers.insert((model.id, index), CONSTRAINTS);
                for path in rule.reads(models, model) {
                    dependents.add(models, model, index, &path);
                }
            }
        }
        dependents
    }

    /// As [`Dependencies::new`], with what is used and computes nothing again when it changes.
    pub fn of_uses(models: &Models) -> Self {
        Dependencies::turned(models, uses)
    }

    /// The computed fields, each with one that it reads, and how it gets there.
    pub fn all(&self) -> impl Iterator<Item = (Computed, &Dependent)> {
        let all = self.by_field.iter();
        all.flat_map(|(read, dependents)| dependents.iter().map(move |trigger| (*read, trigger)))
    }

    /// The computed fields that read this one.
    pub fn of(&self, model: ModelId, field: FieldId) -> &[Dependent] {
        self.by_field.get(&(model, field)).map_or(&[], Vec::as_slice)
    }

    /// The writable fields of the same model that are computed again, whatever they hold, when this one changes.
    pub fn resets(&self, model: ModelId, field: FieldId) -> &[FieldId] {
        self.resets.get(&(model, field)).map_or(&[], Vec::as_slice)
    }

    /// How many computed fields lie between a computed field and plain ones: those of a lower layer are computed first.
    pub fn layer(&self, computed: Computed) -> usize {
        self.layers.get(&computed).copied().unwrap_or(0)
    }

    fn add(&mut self, models: &Models, model: &ModelInfo, field: FieldId, path: &[FieldId]) {
        let trigger = Dependent {
            computed: (model.id, field),
            path: Vec::new(),
            other_side: false,
            writable: is_writable(model, field),
        };
        let path = models.expand_path(model, path);
        let mut at = model;
        for (position, hop) in path.iter().enumerate() {
            // What is not stored changes when what it reads does. No stored field reads on behind it.
            if at.fields[*hop].unstored {
                for hops in reads(models, at, *hop) {
                    self.add(models, model, field, &[&path[..position], &hops].concat());
                }
                return;
            }
            let before = Dependent {
                path: path[..position].to_vec(),
                ..trigger.clone()
            };
            self.push((at.id, *hop), before);
            for other in other_sides(models, at, *hop) {
                // A child that comes, goes or moves changes the relation without its parent's row being written.
                let through = Dependent {
                    path: path[..=position].to_vec(),
                    other_side: true,
                    ..trigger.clone()
                };
                self.push(other, through);
            }
            at = at.fields[*hop].target.map_or(at, |target| models.model(target));
        }
    }

    fn push(&mut self, on: (ModelId, FieldId), trigger: Dependent) {
        let dependents = self.by_field.entry(on).or_default();
        if !dependents.contains(&trigger) {
            dependents.push(trigger);
        }
    }

    /// A field's layer is above those it reads, but for what it reads through a hierarchy.
    fn settled_layers(mut self, models: &Models) -> HashMap<Computed, usize> {
        for _ in 0..self.layers.len() {
            let mut changed = false;
            for (read, dependents) in &self.by_field {
                let Some(below) = self.layers.get(read).copied() else {
                    continue;
                };
                for trigger in dependents {
                    if !is_hierarchy(models, models.model(trigger.computed.0), &trigger.path)
                        && let Some(layer) = self.layers.get_mut(&trigger.computed)
                        && *layer <= below
                    {
                        *layer = below + 1;
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        self.layers
    }
}

/// The computed, stored fields of a model itself.
pub fn computed(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    let own = 0..model.def.fields.len();
    own.filter(|field| model.def.fields[*field].compute.is_some() && model.def.fields[*field].stored)
}

/// How a field is computed; `None` also where it is inherited: its own model computes it.
pub fn definition(model: &ModelInfo, field: FieldId) -> Option<ComputeDef> {
    model.def.fields.get(field)?.compute
}

/// Whether a field is computed unless it is given.
pub fn is_writable(model: &ModelInfo, field: FieldId) -> bool {
    definition(model, field).is_some_and(|compute| compute.writable)
}

/// The fields of a model itself that are computed unless they are given.
pub fn writable(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    computed(model).filter(|field| is_writable(model, *field))
}

/// The paths whose change may change a computed field, those that resolve: what it depends on, and what resets it.
pub fn reads(models: &Models, model: &ModelInfo, field: FieldId) -> Vec<Vec<FieldId>> {
    let compute = definition(model, field).unwrap_or(ComputeDef::PLAIN);
    let resets = compute.resets.iter().filter_map(|name| Some(vec![model.field(name)?]));
    resolved(models, model, compute.depends).chain(resets).collect()
}

/// The paths to everything that a computed field uses: those too whose change computes nothing again.
pub fn uses(models: &Models, model: &ModelInfo, field: FieldId) -> Vec<Vec<FieldId>> {
    let compute = definition(model, field).unwrap_or(ComputeDef::PLAIN);
    let loads = resolved(models, model, compute.loads);
    reads(models, model, field).into_iter().chain(loads).collect()
}

fn resolved(
    models: &Models,
    model: &ModelInfo,
    paths: &'static [&'static [&'static str]],
) -> impl Iterator<Item = Vec<FieldId>> {
    paths.iter().filter_map(|names| models.resolve_path(model, names).ok())
}

/// Whether a path stays within its model: `parent_id.complete_name`, read by `complete_name`.
pub fn is_hierarchy(models: &Models, model: &ModelInfo, relations: &[FieldId]) -> bool {
    let within = |hop: &FieldId| models.target(model, *hop).id == model.id;
    !relations.is_empty() && relations.iter().all(within)
}

/// The fields that write a relation from its other side: the many2one of a one2many's children, and the many2many fields
/// of the other model that are kept in the same table.
pub fn other_sides(models: &Models, model: &ModelInfo, field: FieldId) -> Vec<(ModelId, FieldId)> {
    let info = &model.fields[field];
    let Some(target) = info.target.map(|target| models.model(target)) else {
        return Vec::new();
    };
    let Kind::Many2many {
        relation,
        column,
        target_column,
        ..
    } = info.def.kind
    else {
        return info.inverse.map(|inverse| (target.id, inverse)).into_iter().collect();
    };
    let mirrored = |def: &crate::def::FieldDef| {
        matches!(def.kind, Kind::Many2many { relation: table, column: own, target_column: other, .. }
            if def.stored && (table, own, other) == (relation, target_column, column))
    };
    (target.def.fields.iter().enumerate())
        .filter(|(_, def)| mirrored(def))
        .map(|(other, _)| (target.id, other))
        .collect()
}

/// The rules of a model that look at a record after a change, with their indices.
pub fn constraints(model: &ModelInfo) -> impl Iterator<Item = (FieldId, Constraint)> + '_ {
    let def = model.def;
    let checks = def.checks.iter().filter(|check| !check.is_kept_by_database(def));
    let rules = def
        .constraints
        .iter()
        .map(Constraint::Method)
        .chain(checks.map(Constraint::Check));
    (model.fields.len()..).zip(rules)
}

/// The rule with this index.
pub fn constraint(model: &ModelInfo, index: FieldId) -> Option<Constraint> {
    constraints(model)
        .find(|(known, _)| *known == index)
        .map(|(_, rule)| rule)
}

/// Whether new records are looked at too.
pub fn asked_of_new(model: &ModelInfo, index: FieldId) -> bool {
    !matches!(constraint(model, index), Some(Constraint::Method(method)) if !method.on_create)
}

impl Constraint {
    /// The paths that it reads, those that resolve.
    fn reads(self, models: &Models, model: &ModelInfo) -> Vec<Vec<FieldId>> {
        let resolve = |names: &[&str]| models.resolve_path(model, names).ok();
        match self {
            Constraint::Method(method) => method.depends.iter().filter_map(|names| resolve(names)).collect(),
            Constraint::Check(check) => (check.condition.fields().iter())
                .filter_map(|name| resolve(&[name]))
                .collect(),
        }
    }
}
