//! What rules ask of related records: of each once, and not at all where it is known to hold.

use crate::domain::Domain;
use crate::registry::{FieldId, ModelInfo, Models};

/// The same condition, which asks of each related record once: `order_id.user_id = 7 or order_id.user_id is empty`
/// becomes `order_id: (user_id = 7 or user_id is empty)`.
pub(super) fn gathered(models: &Models, model: &ModelInfo, condition: Domain) -> Domain {
    let (parts, any) = match condition {
        Domain::And(parts) => (parts, false),
        Domain::Or(parts) => (parts, true),
        other => return other,
    };
    let mut open: Vec<Domain> = Vec::new();
    for part in parts {
        match (gathered(models, model, part), any) {
            (Domain::And(parts), false) | (Domain::Or(parts), true) => open.extend(parts),
            (part, _) => open.push(part),
        }
    }
    let join = if any { Domain::Or } else { Domain::And };
    // Of several related records, one may fulfil the first part of an `and`, and another one the second.
    let one_record = |hop: FieldId| model.fields[hop].via.is_none() && (any || model.fields[hop].is_many2one());
    let hop = |part: &Domain| first_hop(part).filter(|hop| one_record(*hop));
    let mut done = Vec::new();
    while !open.is_empty() {
        let part = open.remove(0);
        let Some(first) = hop(&part) else {
            done.push(part);
            continue;
        };
        let (same, others): (Vec<Domain>, Vec<Domain>) = open.into_iter().partition(|part| hop(part) == Some(first));
        open = others;
        if same.is_empty() {
            done.push(part);
            continue;
        }
        let theirs = join(std::iter::once(part).chain(same).map(behind_hop).collect());
        let theirs = gathered(models, models.target(model, first), theirs);
        done.push(Domain::Related(vec![first], Box::new(theirs)));
    }
    match done.len() {
        1 => done.remove(0),
        _ => join(done),
    }
}

/// The conditions that hold for the record at the end of a path, when `known` holds at its start.
pub(super) fn at_end(known: Domain, path: &[FieldId]) -> Vec<Domain> {
    let parts = conjuncts(known);
    let Some((hop, rest)) = path.split_first() else {
        return parts;
    };
    let there = parts.into_iter().filter(|part| first_hop(part) == Some(*hop));
    there.flat_map(|part| at_end(behind_hop(part), rest)).collect()
}

/// What is left of a condition when each of `known` holds for the record that the many2one `relation` leads to; `None`:
/// nothing.
pub(super) fn rest(condition: Domain, relation: FieldId, known: &[Domain]) -> Option<Domain> {
    let is_known = |part: &Domain| {
        first_hop(part) == Some(relation)
            && conjuncts(behind_hop(part.clone()))
                .iter()
                .all(|part| known.contains(part))
    };
    let left: Vec<Domain> = conjuncts(condition)
        .into_iter()
        .filter(|part| !is_known(part))
        .collect();
    (!left.is_empty()).then(|| Domain::And(left))
}

/// The conditions that all must hold for this one to hold.
fn conjuncts(condition: Domain) -> Vec<Domain> {
    match condition {
        Domain::And(parts) => parts.into_iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The relation that a condition follows first.
fn first_hop(condition: &Domain) -> Option<FieldId> {
    match condition {
        Domain::Term(term) if term.path.len() > 1 => term.path.first().copied(),
        Domain::Related(path, _) => path.first().copied(),
        _ => None,
    }
}

/// The condition on the related record that [`first_hop`] leads to.
fn behind_hop(condition: Domain) -> Domain {
    match condition {
        Domain::Term(mut term) => {
            term.path.remove(0);
            Domain::Term(term)
        }
        Domain::Related(mut path, part) => {
            path.remove(0);
            match path.is_empty() {
                true => *part,
                false => Domain::Related(path, part),
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Op, Operand, Term};
    use crate::value::Value;

    /// `path = 1`.
    fn is_one(path: &[FieldId]) -> Domain {
        Domain::Term(Term {
            path: path.to_vec(),
            op: Op::Eq,
            operand: Operand::One(Value::Int(1)),
        })
    }

    #[test]
    fn what_holds_for_the_related_record_is_left_out() {
        const ORDER: FieldId = 3;
        let of_order = |part| Domain::Related(vec![ORDER], Box::new(part));
        let either = Domain::Or(vec![is_one(&[5]), is_one(&[6])]);
        let known = at_end(Domain::And(vec![is_one(&[7]), either.clone()]), &[]);
        let rest = |condition| rest(condition, ORDER, &known);
        assert_eq!(rest(of_order(either.clone())), None);
        assert_eq!(rest(is_one(&[ORDER, 7])), None);
        assert_eq!(rest(of_order(Domain::And(vec![is_one(&[7]), either]))), None);
        // Not known: another value, another relation, and one part of what holds in two ways.
        for unknown in [is_one(&[ORDER, 8]), is_one(&[4, 7]), is_one(&[ORDER, 5]), is_one(&[7])] {
            let condition = Domain::And(vec![is_one(&[ORDER, 7]), unknown.clone()]);
            assert_eq!(rest(condition), Some(Domain::And(vec![unknown])));
        }
    }

    #[test]
    fn what_is_known_of_a_record_at_the_end_of_a_path_is_what_was_asked_along_it() {
        let known = Domain::And(vec![is_one(&[1, 2, 7]), is_one(&[1, 8]), is_one(&[9])]);
        assert_eq!(at_end(known.clone(), &[1, 2]), [is_one(&[7])]);
        assert_eq!(at_end(known, &[1]), [is_one(&[2, 7]), is_one(&[8])]);
    }
}
