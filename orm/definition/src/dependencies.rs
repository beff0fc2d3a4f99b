//! Which computed fields and constraints a changed field affects: the dependencies of all models, inverted once at
//! start-up.

use rustc_hash::FxHashMap as HashMap;

use crate::def::{CheckDef, ComputeDef, ConditionDef, ConstraintDef, Kind, OnDelete};
use crate::models::{FieldId, FieldInfo, ModelId, ModelInfo, Models};

/// The layer of constraints: they run after all computed fields.
pub const CONSTRAINTS: usize = usize::MAX;

/// A constraint that runs after a change. It is scheduled like a computed field without a value; its index follows
/// those of the model's fields.
#[derive(Debug, Clone, Copy)]
pub enum Constraint {
    /// A `#[constrains(…)]` or `#[after(…)]` method.
    Method(&'static ConstraintDef),
    /// A condition that the database cannot enforce.
    Check(&'static CheckDef),
    /// The `domain` of a relation.
    Domain(FieldId, ConditionDef),
}

/// A computed field, or a constraint.
pub type Computed = (ModelId, FieldId);

/// A stored computed field, or a constraint, that reads a field at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependent {
    /// The computed field, or the constraint.
    pub computed: Computed,
    /// Relations from the computed field's model to the model of the field it reads; empty: the same record.
    pub path: Vec<FieldId>,
    /// Fires on the inverse field: for `order.order_line`, on `line.order_id`.
    pub other_side: bool,
    /// The computed field is `writable`: it is computed again only where nobody has given it a value.
    pub writable: bool,
    /// Nothing of the computation itself: only the currency, to which its amount is rounded.
    pub rounding: bool,
}

/// The inverted dependencies of a catalogue.
#[derive(Debug, Default)]
pub struct Dependencies {
    by_field: HashMap<(ModelId, FieldId), Vec<Dependent>>,
    resets: HashMap<(ModelId, FieldId), Vec<FieldId>>,
    layers: HashMap<Computed, usize>,
    owners: HashMap<ModelId, Vec<FieldId>>,
}

impl Dependencies {
    /// Inverts the dependencies of a catalogue. Paths that do not resolve, and cycles, have been reported already.
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

    /// Whether a field is a many2one to the record's owner, as `order_id` of an order line: the owner lists the record
    /// in a one2many and its deletion cascades, or something is computed from that one2many.
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

    /// The many2one fields that lead to the owners of this model's records: `order_id` of an order line. A write locks
    /// owners first.
    pub fn owners(&self, model: ModelId) -> &[FieldId] {
        self.owners.get(&model).map_or(&[], Vec::as_slice)
    }

    fn turned(models: &Models, paths: impl Fn(&Models, &ModelInfo, FieldId) -> Vec<Vec<FieldId>>) -> Self {
        let mut dependents = Dependencies::default();
        for model in models.models() {
            for field in computed(model) {
                dependents.layers.insert((model.id, field), 0);
                let (paths, currency) = (paths(models, model, field), currency_of(model, field));
                for path in paths.iter().filter(|path| Some(*path) != currency.as_ref()) {
                    dependents.add(models, (model, field, false), path);
                }
                if let Some(path) = currency {
                    let rounding = !declared(models, model, field).contains(&path);
                    dependents.add(models, (model, field, rounding), &path);
                }
                let resets = definition(model, field).map_or(&[][..], |compute| compute.resets);
                for reset in resets.iter().filter_map(|name| model.field(name)) {
                    dependents.resets.entry((model.id, reset)).or_default().push(field);
                }
            }
            for (index, constraint) in constraints(model) {
                dependents.layers.insert((model.id, index), CONSTRAINTS);
                for path in constraint.reads(models, model) {
                    dependents.add(models, (model, index, false), &path);
                }
            }
        }
        dependents
    }

    /// As [`Dependencies::new`], with the paths of `loads` too, but without layers and owners.
    pub fn of_uses(models: &Models) -> Self {
        Dependencies::turned(models, uses)
    }

    /// Every dependency: a field that is read, and the dependent that reads it.
    pub fn all(&self) -> impl Iterator<Item = (Computed, &Dependent)> {
        let all = self.by_field.iter();
        all.flat_map(|(read, dependents)| dependents.iter().map(move |trigger| (*read, trigger)))
    }

    /// The computed fields and constraints that read this field.
    pub fn of(&self, model: ModelId, field: FieldId) -> &[Dependent] {
        self.by_field.get(&(model, field)).map_or(&[], Vec::as_slice)
    }

    /// The writable fields of the same model that are computed again, whatever they hold, when this one changes.
    pub fn resets(&self, model: ModelId, field: FieldId) -> &[FieldId] {
        self.resets.get(&(model, field)).map_or(&[], Vec::as_slice)
    }

    /// The layer of a computed field: 0 when it reads no computed field, else above those it reads, except through a
    /// hierarchy. Lower layers are computed first.
    pub fn layer(&self, computed: Computed) -> usize {
        self.layers.get(&computed).copied().unwrap_or(0)
    }

    fn add(&mut self, models: &Models, (model, field, rounding): (&ModelInfo, FieldId, bool), path: &[FieldId]) {
        let trigger = Dependent {
            computed: (model.id, field),
            path: Vec::new(),
            other_side: false,
            writable: is_writable(model, field),
            rounding,
        };
        let path = models.expand_path(model, path);
        let mut at = model;
        for (position, hop) in path.iter().enumerate() {
            // An unstored field changes when its sources do. No stored field's path goes on behind it (`cycles.rs`).
            if at.fields[*hop].unstored {
                for hops in reads(models, at, *hop) {
                    self.add(models, (model, field, rounding), &[&path[..position], &hops].concat());
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
        let read = Dependent {
            rounding: false,
            ..trigger.clone()
        };
        if !dependents.contains(&trigger) && !dependents.contains(&read) {
            dependents.push(trigger);
        }
    }

    /// Raises layers until each field is above those it reads, except those it reads through a hierarchy.
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

/// The stored computed fields that a model itself declares.
pub fn computed(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    let own = 0..model.def.fields.len();
    own.filter(|field| model.def.fields[*field].compute.is_some() && model.def.fields[*field].stored)
}

/// How a field is computed; `None` for an inherited field too, which the delegate's model computes.
pub fn definition(model: &ModelInfo, field: FieldId) -> Option<ComputeDef> {
    model.def.fields.get(field)?.compute
}

/// Whether a field is computed unless it is given.
pub fn is_writable(model: &ModelInfo, field: FieldId) -> bool {
    definition(model, field).is_some_and(|compute| compute.writable)
}

/// Whether a field is an amount, computed unless it is given, that is taken from what its computation does not follow
/// (`loads`, or what a `batch` method looks up): another currency only rounds it.
pub fn is_agreed(model: &ModelInfo, field: FieldId) -> bool {
    let taken = |compute: ComputeDef| compute.writable && (compute.batch || !compute.loads.is_empty());
    model.currency(field).is_some() && definition(model, field).is_some_and(taken)
}

/// The fields that a model itself declares and that are computed unless they are given.
pub fn writable(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    computed(model).filter(|field| is_writable(model, *field))
}

/// The paths whose change computes a field again: `depends`, `resets`, and the currency to which money is rounded.
/// Unknown names are skipped.
pub fn reads(models: &Models, model: &ModelInfo, field: FieldId) -> Vec<Vec<FieldId>> {
    let mut paths = declared(models, model, field);
    paths.extend(currency_of(model, field));
    paths
}

/// The paths of `depends` and `resets`.
fn declared(models: &Models, model: &ModelInfo, field: FieldId) -> Vec<Vec<FieldId>> {
    let compute = definition(model, field).unwrap_or(ComputeDef::PLAIN);
    let resets = compute.resets.iter().filter_map(|name| Some(vec![model.field(name)?]));
    resolved(models, model, compute.depends).chain(resets).collect()
}

/// The path to the currency to which a computed amount is rounded.
fn currency_of(model: &ModelInfo, field: FieldId) -> Option<Vec<FieldId>> {
    definition(model, field).and_then(|_| Some(vec![model.currency(field)?]))
}

/// The paths to everything that a computed field reads: [`reads`], and `loads`.
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

/// Whether all relations of a path lead to the model itself, as `parent_id` of `parent_id.complete_name` does.
pub fn is_hierarchy(models: &Models, model: &ModelInfo, relations: &[FieldId]) -> bool {
    let within = |hop: &FieldId| models.target(model, *hop).id == model.id;
    !relations.is_empty() && relations.iter().all(within)
}

/// The fields that write a relation from its other side: the inverse field of a one2many, and the many2many fields of
/// the other model that use the same relation table.
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

/// The constraints of a model that run after a change, with their indices.
pub fn constraints(model: &ModelInfo) -> impl Iterator<Item = (FieldId, Constraint)> + '_ {
    let def = model.def;
    let checks = def.checks.iter().filter(|check| !check.is_kept_by_database(def));
    let domains = def.fields.iter().enumerate();
    let domains = domains.filter_map(|(field, def)| Some(Constraint::Domain(field, def.domain?)));
    let constraints = def
        .constraints
        .iter()
        .map(Constraint::Method)
        .chain(checks.map(Constraint::Check))
        .chain(domains);
    (model.fields.len()..).zip(constraints)
}

/// The constraint with this index.
pub fn constraint(model: &ModelInfo, index: FieldId) -> Option<Constraint> {
    constraints(model)
        .find(|(known, _)| *known == index)
        .map(|(_, constraint)| constraint)
}

/// Whether a constraint runs for new records too.
pub fn asked_of_new(model: &ModelInfo, index: FieldId) -> bool {
    !matches!(constraint(model, index), Some(Constraint::Method(method)) if !method.on_create)
}

impl Constraint {
    /// The paths whose change runs the constraint. Unknown names are skipped.
    fn reads(self, models: &Models, model: &ModelInfo) -> Vec<Vec<FieldId>> {
        let resolve = |names: &[&str]| models.resolve_path(model, names).ok();
        match self {
            Constraint::Method(method) if method.any_field => {
                let declared = 0..model.def.fields.len();
                let kept = |field: &FieldId| {
                    let def = &model.def.fields[*field];
                    !matches!(def.kind, Kind::Id | Kind::DisplayName)
                        && (def.stored || model.fields[*field].is_x2many())
                };
                declared.filter(kept).map(|field| vec![field]).collect()
            }
            Constraint::Method(method) => method.depends.iter().filter_map(|names| resolve(names)).collect(),
            Constraint::Check(check) => (check.condition.fields().iter())
                .filter_map(|name| resolve(&[name]))
                .collect(),
            Constraint::Domain(field, condition) => {
                let own = condition.own_fields();
                let own = own.iter().filter_map(|name| resolve(&[name]));
                std::iter::once(vec![field]).chain(own).collect()
            }
        }
    }
}
