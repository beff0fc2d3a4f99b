//! Checks stored computed fields: computes them again and compares. Where a value is wrong, fields that read it are
//! compared with what they would be once it is right, so that the findings do not depend on whether they are repaired
//! on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::finding::shown;
use super::hierarchy::Unreachable;
use super::schedule::{Layer, Pass};
use super::staleness::{Comparability, comparability, possibly_outdated};
use super::{Audit, Finding, batches, is_outage};
use crate::compute::load::Store as _;
use crate::dependencies::is_writable;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::value::Value;
use crate::write::{self, UnitOfWork, Wanted, evaluate, may_be_written, reaching};

/// The most records with wrong values whose right rows are kept in memory. Beyond them, a field that reads a wrong
/// value is compared with what follows from the wrong one.
const MOST_KNOWN: usize = 10_000;
/// The most values that one transaction repairs.
const MOST_MENDED: usize = 1_000;
/// The most levels of a hierarchy.
const MOST_ROUNDS: usize = 100_000;

/// Wrong values, by record and field: what is stored, and what is right.
type Wrong = BTreeMap<(i64, FieldId), (Value, Value)>;

/// The rows of records with wrong values, as they would be if all values were right.
#[derive(Debug, Default)]
pub(super) struct CorrectedRows(HashMap<(ModelId, i64), Arc<Vec<Value>>>);

impl CorrectedRows {
    /// A unit of work that has these rows in memory.
    fn unit(&self) -> UnitOfWork {
        let mut unit = UnitOfWork::default();
        for (key, row) in &self.0 {
            unit.preload(*key, row.clone());
        }
        unit
    }

    /// The row of a record as it would be if it were right; `None` where nothing of it is wrong.
    pub(super) fn row(&self, model: &ModelInfo, id: i64) -> Option<&[Value]> {
        self.0.get(&(model.id, id)).map(|row| row.as_slice())
    }

    /// Keeps the right rows of records with wrong values, and brings those kept before up to date.
    fn keep(&mut self, unit: &UnitOfWork, model: &ModelInfo, wrong: &Wrong) {
        for (key, row) in &mut self.0 {
            *row = unit.row(*key).unwrap_or_else(|| row.clone());
        }
        for (id, _) in wrong.keys() {
            let key = (model.id, *id);
            if let Some(row) = unit.row(key).filter(|_| self.0.len() < MOST_KNOWN) {
                self.0.insert(key, row);
            }
        }
    }
}

/// Compares the fields of a pass, of all records except those on a circle of the hierarchy or below one.
pub(super) fn check(audit: &mut Audit<'_>, pass: &Pass, lost: &Unreachable) -> Result<()> {
    let model = audit.runtime.model(pass.model);
    let in_hierarchy = pass.layers.iter().any(|layer| !layer.above.is_empty());
    let (mut wrong, mut last) = (Wrong::new(), 0);
    loop {
        let ids = audit.read(|env| batches::next(env, model, last))?;
        let Some(highest) = ids.last().copied() else { break };
        compare(audit, pass, lost, &ids, &mut wrong)?;
        // In a hierarchy, a record further up may be found wrong later, which changes what is right further down.
        if !in_hierarchy || wrong.len() > MOST_KNOWN {
            tell(audit, pass, std::mem::take(&mut wrong))?;
        }
        audit.report.looked_at(ids.len() as u64);
        last = highest;
    }
    tell(audit, pass, wrong)
}

/// Compares records. Where a computation fails, each half of them is compared by itself, until the records that cannot
/// be computed are found; those are reported.
fn compare(audit: &mut Audit<'_>, pass: &Pass, lost: &Unreachable, ids: &[i64], wrong: &mut Wrong) -> Result<()> {
    let model = audit.runtime.model(pass.model);
    let mut unit = audit.corrected.unit();
    let (so_far, known) = (wrong.clone(), &mut unit);
    match audit.read(|env| differing(env, known, pass, lost, ids, so_far)) {
        Ok(found) => {
            *wrong = found;
            audit.corrected.keep(&unit, model, wrong);
            Ok(())
        }
        Err(error) if is_outage(&error) => Err(error),
        Err(error) => match ids {
            [id] => {
                let fields = pass.layers.iter().flat_map(|layer| &layer.fields);
                let names: Vec<&str> = fields.map(|field| model.fields[*field].def.name).collect();
                let right = format!("what can be computed: {}", error.detail());
                let finding = Finding::new(model, *id, names.join(","), "what it is", right);
                audit.report.found(finding);
                Ok(())
            }
            ids => {
                let (first, second) = ids.split_at(ids.len() / 2);
                compare(audit, pass, lost, first, wrong)?;
                compare(audit, pass, lost, second, wrong)
            }
        },
    }
}

/// The wrong values of these records. In a hierarchy, also of records that turn out to be wrong, or right after all,
/// because of these.
fn differing(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    pass: &Pass,
    lost: &Unreachable,
    ids: &[i64],
    mut wrong: Wrong,
) -> Result<Wrong> {
    let model = env.registry.model(pass.model);
    for layer in &pass.layers {
        let mut ids: BTreeSet<i64> = ids.iter().copied().collect();
        for round in 0.. {
            if !layer.above.is_empty() {
                lost.exclude_from(env, unit, model, &mut ids)?;
            }
            let changed = round_of(env, unit, model, layer, &ids, &mut wrong)?;
            ids.clear();
            for path in &layer.above {
                ids.extend(reaching(env, unit, model, path, &changed)?);
            }
            if ids.is_empty() {
                break;
            }
            if round == MOST_ROUNDS {
                return Err(Error::internal("the computed fields do not come to rest"));
            }
        }
    }
    wrong.retain(|_, (stored, right)| stored != right);
    Ok(wrong)
}

/// Compares the fields of a layer once, and takes the right values over into the rows in memory; answers the records
/// whose values that has changed.
fn round_of(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    layer: &Layer,
    ids: &BTreeSet<i64>,
    wrong: &mut Wrong,
) -> Result<Vec<i64>> {
    let wanted: Wanted = layer.fields.iter().map(|field| (*field, ids.clone())).collect();
    let mut changed = BTreeSet::new();
    for (field, values) in evaluate(env, unit, model, &wanted)? {
        let mut values: Vec<(i64, Value)> = (values.into_iter())
            .filter_map(|(id, value)| Some((id, value?)))
            .collect();
        if is_writable(model, field) {
            values.retain(|(id, _)| nobody_wrote(unit, model, *id, field));
        }
        let ids: Vec<i64> = values.iter().map(|(id, _)| *id).collect();
        if !ids.is_empty()
            && let Comparability::Unless(taken) = comparability(env.registry, model, field)
        {
            let possibly_outdated = possibly_outdated(env, unit, model, &taken, &ids)?;
            values.retain(|(id, _)| !possibly_outdated.contains(id));
        }
        let mut pairs: HashMap<i64, Vec<i64>> = HashMap::default();
        if model.fields[field].is_x2many() {
            for (owner, id) in unit.links(env, model, field, &ids)? {
                pairs.entry(owner).or_default().push(id);
            }
        }
        for (id, right) in values {
            let stored = match model.fields[field].is_x2many() {
                true => Value::Ids(pairs.remove(&id).unwrap_or_default()),
                false => unit.set_in_memory(model, id, field, right.clone()),
            };
            let known = wrong.entry((id, field)).or_insert((stored, Value::Null));
            known.1 = right;
            changed.insert(id);
        }
    }
    Ok(changed.into_iter().collect())
}

/// Whether a record in memory remembers that nobody has written the field.
fn nobody_wrote(unit: &UnitOfWork, model: &ModelInfo, id: i64, field: FieldId) -> bool {
    let row = unit.row((model.id, id)).zip(model.written);
    row.is_some_and(|(row, remembers)| !may_be_written(model, &row[remembers], field))
}

/// Repairs wrong values where that is asked for, and reports them.
fn tell(audit: &mut Audit<'_>, pass: &Pass, wrong: Wrong) -> Result<()> {
    let wrong: Vec<_> = wrong.into_iter().collect();
    for wrong in wrong.chunks(MOST_MENDED) {
        mend(audit, pass, wrong)?;
    }
    if audit.repair {
        audit.corrected = CorrectedRows::default();
    }
    Ok(())
}

/// One wrong value.
type WrongValue = ((i64, FieldId), (Value, Value));

fn mend(audit: &mut Audit<'_>, pass: &Pass, wrong: &[WrongValue]) -> Result<()> {
    let model = audit.runtime.model(pass.model);
    let (mut mended, mut why) = (false, String::new());
    if audit.repair {
        let fields = pass.layers.iter().flat_map(|layer| layer.fields.iter().copied());
        let of = |field| {
            wrong
                .iter()
                .filter(move |((_, wrong), _)| *wrong == field)
                .map(|((id, _), _)| *id)
        };
        let wanted: Vec<_> = (fields.map(|field| (field, of(field).collect::<BTreeSet<i64>>())))
            .filter(|(_, ids)| !ids.is_empty())
            .collect();
        match audit.write(|env| write::compute_again(env, model, wanted.clone())) {
            Ok(()) => mended = true,
            Err(error) if is_outage(&error) => return Err(error),
            // One of them is refused: each half is tried by itself, so that the others are still repaired.
            Err(_) if wrong.len() > 1 => {
                let (first, second) = wrong.split_at(wrong.len() / 2);
                mend(audit, pass, first)?;
                return mend(audit, pass, second);
            }
            Err(error) => why = format!(" (it was not mended: {})", error.detail()),
        }
    }
    for ((id, field), (stored, right)) in wrong {
        let def = model.fields[*field].def;
        let right = match right {
            Value::Null if def.required => "a value, and none can be computed".to_owned(),
            right => shown(def, right),
        };
        let finding = Finding::new(model, *id, def.name, shown(def, stored), format!("{right}{why}"));
        audit.report.found(Finding { mended, ..finding });
    }
    Ok(())
}
