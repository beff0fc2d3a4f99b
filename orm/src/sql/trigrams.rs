//! Pattern matches that begin with what an index of trigrams says, where the database does not find the index itself:
//! `(t1.id IN (SELECT rowid FROM index WHERE index MATCH ?) AND declarest_like(?, t1.name, true, false))`.

use super::comparison::{folded_pattern, ignores_case, push_comparison};
use super::{Sql, column};
use crate::db::Bind;
use crate::def::{FieldIndex, names};
use crate::domain::{Domain, Operand, Term};
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The most indexes that a statement looks into. Each takes memory and time, however few records there are.
const MOST_LOOKS: usize = 64;

/// Appends the condition that one of the pattern matches of a model's own fields holds for its record at `alias`. Answers
/// false, and appends nothing, unless indexes tell for all of them which records may match.
pub(super) fn push_by_trigrams(
    sql: &mut Sql<'_>,
    model: &ModelInfo,
    alias: &str,
    terms: &[(FieldId, &Term)],
) -> Result<bool> {
    let candidates = terms.iter().map(|(field, term)| candidates(sql, model, *field, term));
    let candidates = candidates.collect::<Option<Vec<(String, Bind)>>>();
    let Some(candidates) = candidates.filter(|found| sql.looks + found.len() <= MOST_LOOKS) else {
        return Ok(false);
    };
    sql.looks += candidates.len();
    let (selects, binds): (Vec<String>, Vec<Bind>) = candidates.into_iter().unzip();
    sql.push(&format!(
        "({} IN ({}) AND (",
        column(alias, "id"),
        selects.join(" UNION ALL ")
    ));
    sql.binds.extend(binds);
    for (place, (field, term)) in terms.iter().enumerate() {
        sql.push(if place == 0 { "" } else { " OR " });
        let def = model.fields[*field].def;
        push_comparison(sql, model, &column(alias, def.name), &def.kind, term)?;
    }
    sql.push("))");
    Ok(true)
}

/// The comparisons of a condition of which one part holds, if all of them are of own fields.
pub(super) fn own_terms(parts: &[Domain]) -> Option<Vec<(FieldId, &Term)>> {
    let mut terms = Vec::new();
    for part in parts {
        match part {
            Domain::Term(term) => match term.path.as_slice() {
                [field] => terms.push((*field, term)),
                _ => return None,
            },
            Domain::Or(parts) if !parts.is_empty() => terms.extend(own_terms(parts)?),
            _ => return None,
        }
    }
    Some(terms)
}

/// A query of the records that may match, with what is bound in it.
fn candidates(sql: &Sql<'_>, model: &ModelInfo, field: FieldId, term: &Term) -> Option<(String, Bind)> {
    let info = &model.fields[field];
    match &term.operand {
        Operand::One(Value::Text(text))
            if info.via.is_none() && info.def.index == FieldIndex::Trigram && ignores_case(term.op) =>
        {
            let index = names::trigrams(model.def.table, info.def.name);
            sql.dialect.candidates(&index, &folded_pattern(model, term.op, text)?)
        }
        _ => None,
    }
}
