//! Checks what each record holds: values that its fields can have, and that break no constraint of the model.

use super::finding::shown;
use super::sequences::Numbers;
use super::staleness::{possibly_outdated, untracked_paths};
use super::{Audit, Finding, batches, is_outage};
use crate::compute::rows::stored;
use crate::condition;
use crate::def::{ConstraintDef, Kind};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, FieldInfo, ModelInfo};
use crate::value::Value;
use crate::write::{UnitOfWork, broken_by};

/// A record as it is stored: a value for each field of the definition, and the columns that could not be read, each
/// with the reason.
#[derive(Debug)]
struct Record {
    id: i64,
    values: Vec<Value>,
    unreadable: Vec<(FieldId, String)>,
}

/// Reports values and records that no write would have accepted; notes the numbers that sequences gave.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo, numbers: &mut Numbers) -> Result<()> {
    let mut last = 0;
    loop {
        let records = audit.read(|env| {
            let ids = batches::next(env, model, last)?;
            read(env, model, ids)
        })?;
        let Some(highest) = records.last().map(|record| record.id) else {
            return Ok(());
        };
        for record in &records {
            numbers.note(model, record.id, &record.values);
            check_record(audit, model, record);
        }
        let ids: Vec<i64> = records.iter().map(|record| record.id).collect();
        // A constraint with `only = update` is about changes, and an `#[after]` method changes records itself: neither
        // says what may be stored.
        for constraint in (model.def.constraints.iter()).filter(|constraint| constraint.on_create && !constraint.writes)
        {
            ask(audit, model, constraint, &ids)?;
        }
        audit.report.looked_at(ids.len() as u64);
        last = highest;
    }
}

/// Records in the order of their ids. A value that cannot be read does not fail the others.
fn read(env: &mut Env<'_>, model: &ModelInfo, ids: Vec<i64>) -> Result<Vec<Record>> {
    let fields = stored(model);
    let statement = env.sql().rows(model, &fields, &ids, None, false)?;
    let mut records = Vec::with_capacity(ids.len());
    env.query(statement, |row| {
        let mut values = vec![Value::Null; model.def.fields.len()];
        let mut unreadable = Vec::new();
        for (column, (field, def)) in fields.iter().enumerate() {
            match row.value(column, &def.kind) {
                Ok(value) => values[*field] = value,
                Err(error) => unreadable.push((*field, error.detail().to_owned())),
            }
        }
        let id = values[model.implicit("id")].id().unwrap_or_default();
        records.push(Record { id, values, unreadable });
        Ok(())
    })?;
    records.sort_by_key(|record| record.id);
    Ok(records)
}

fn check_record(audit: &mut Audit<'_>, model: &ModelInfo, record: &Record) {
    let id = record.id;
    for (field, why) in &record.unreadable {
        let def = model.def.fields[*field].name;
        let right = format!("a value of its type: {why}");
        audit
            .report
            .found(Finding::new(model, id, def, "what cannot be read", right));
    }
    // Wrong computed values have been reported; the record is checked with the right ones.
    let values = audit.corrected.row(model, id).unwrap_or(&record.values);
    let is_readable = |field: FieldId| record.unreadable.iter().all(|(unreadable, _)| *unreadable != field);
    let mut findings = Vec::new();
    for (field, def) in stored(model).into_iter().filter(|(field, _)| is_readable(*field)) {
        if let Some(right) = wanted(&model.fields[field], &values[field]) {
            findings.push(Finding::new(model, id, def.name, shown(def, &values[field]), right));
        }
    }
    for check in model.def.checks {
        if let Some(broken) = condition::broken(&check.condition, model.def, values) {
            let fields = broken.fields();
            let told = fields.iter().filter_map(|name| {
                let field = model.field(name)?;
                Some(shown(model.fields[field].def, &values[field]))
            });
            let told: Vec<String> = told.collect();
            findings.push(Finding::new(
                model,
                id,
                fields.join(","),
                told.join(", "),
                broken.to_string(),
            ));
        }
    }
    findings.into_iter().for_each(|finding| audit.report.found(finding));
}

/// What a field should hold, where it cannot hold this value.
fn wanted(field: &FieldInfo, value: &Value) -> Option<String> {
    match (&field.def.kind, value) {
        (_, Value::Null) => field.def.required.then(|| "a value".to_owned()),
        (Kind::Selection { items }, Value::Text(text)) => {
            let known: Vec<&str> = items.iter().map(|item| item.value).collect();
            (!known.contains(&text.as_str())).then(|| format!("one of {}", known.join(", ")))
        }
        (Kind::Char { size }, Value::Text(text)) => {
            let size = *size as usize;
            let too_long = (size > 0 && text.chars().count() > size).then(|| format!("at most {size} characters"));
            too_long.or_else(|| field.refused(text))
        }
        (_, Value::Text(text)) => field.refused(text),
        (Kind::Json { of: Some(of) }, value) => {
            let misfit = field.check(value).err()?;
            Some(format!("a value of `{}`: {misfit}", of.name))
        }
        _ => None,
    }
}

/// Calls a constraint method of the model. One that takes all records at once may fail without naming any: then it is
/// called on each half of them, down to single records. What the method reads by `loads` may have been different when
/// the record was written: see `taken.rs`.
fn ask(audit: &mut Audit<'_>, model: &ModelInfo, constraint: &ConstraintDef, ids: &[i64]) -> Result<()> {
    let wrong = audit.read(|env| {
        let mut unit = UnitOfWork::default();
        let mut wrong = broken_by(env, &mut unit, model, constraint, ids)?;
        if !constraint.loads.is_empty() && !wrong.is_empty() {
            let taken = untracked_paths(env.registry, model, constraint.loads);
            let ids: Vec<i64> = wrong.iter().map(|(id, ..)| *id).collect();
            let possibly_outdated = possibly_outdated(env, &mut unit, model, &taken, &ids)?;
            wrong.retain(|(id, ..)| !possibly_outdated.contains(id));
        }
        Ok(wrong)
    });
    let fields: Vec<FieldId> = (constraint.depends.iter())
        .filter_map(|path| model.field(path.first()?))
        .collect();
    let names: Vec<&str> = fields.iter().map(|field| model.fields[*field].def.name).collect();
    match wrong {
        Ok(wrong) => {
            for (id, record, message) in wrong {
                let told = fields
                    .iter()
                    .map(|field| shown(model.fields[*field].def, record.value(*field)));
                let told: Vec<String> = told.collect();
                let finding = Finding::new(model, id, names.join(","), told.join(", "), message);
                audit.report.found(finding);
            }
        }
        Err(error) if is_outage(&error) => return Err(error),
        Err(error) => match ids {
            [id] => {
                let finding = Finding::new(model, *id, names.join(","), "what it is", error.detail());
                audit.report.found(finding);
            }
            ids => {
                let (first, second) = ids.split_at(ids.len() / 2);
                ask(audit, model, constraint, first)?;
                ask(audit, model, constraint, second)?;
            }
        },
    }
    Ok(())
}
