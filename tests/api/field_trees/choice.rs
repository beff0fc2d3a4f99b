//! Random choices, made before it is known what there is to choose from.

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::reads::{Field, Reads};
use super::tree::Node;

/// The most levels below a field.
const LEVELS: u32 = 4;
/// The most fields of a level.
const WIDTH: usize = 6;

/// Some field, with some of its records.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    field: Index,
    below: Vec<Choice>,
    options: Option<OptionsChoice>,
}

/// Some records: a condition, fields to sort by, a limit and an offset.
#[derive(Debug, Clone)]
pub(super) struct OptionsChoice {
    condition: Option<ConditionChoice>,
    order: Vec<(Index, &'static str)>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// Some condition.
#[derive(Debug, Clone)]
struct ConditionChoice {
    field: Index,
    /// By `active`, if the model has it: archived records are found, too, then.
    active: bool,
    /// Whose value is compared with.
    record: Index,
    form: Index,
}

impl Choice {
    /// The fields of a model and those below them.
    pub(super) fn level() -> impl Strategy<Value = Vec<Choice>> {
        let options = || option::weighted(0.3, OptionsChoice::any());
        let choice = |(field, options, below)| Choice { field, below, options };
        let leaf = (any::<Index>(), options(), Just(Vec::new())).prop_map(choice);
        let field = leaf.prop_recursive(LEVELS, 24, 4, move |inner| {
            (any::<Index>(), options(), vec(inner, 1..=WIDTH)).prop_map(choice)
        });
        vec(field, 1..=WIDTH)
    }
}

/// The fields that are chosen of a model; no field twice.
pub(super) fn nodes(choices: &[Choice], reads: &Reads<'_>, model: &str) -> Vec<Node> {
    let fields = reads.fields(model);
    let mut nodes: Vec<Node> = Vec::new();
    for choice in choices {
        let fits = |field: &&Field| match (&choice.options, choice.below.is_empty()) {
            (Some(_), _) => field.narrowable(),
            (None, false) => field.target.is_some(),
            (None, true) => true,
        };
        let among = fields.iter().filter(fits);
        let among = among.filter(|field| nodes.iter().all(|node| node.name != field.name));
        let among: Vec<&Field> = among.collect();
        if among.is_empty() {
            continue;
        }
        let field = choice.field.get(&among);
        let target = field.target.as_deref();
        let options = choice.options.as_ref().zip(target);
        nodes.push(Node {
            name: field.name.clone(),
            children: target.map_or_else(Vec::new, |target| self::nodes(&choice.below, reads, target)),
            options: options.map_or_else(Vec::new, |(options, target)| options.parameters(reads, target)),
        });
    }
    match nodes.is_empty() && !choices.is_empty() {
        true => vec![Node::bare("id")],
        false => nodes,
    }
}

impl OptionsChoice {
    pub(super) fn any() -> impl Strategy<Value = OptionsChoice> {
        let directions = select(vec!["", " desc", " nulls first", " desc nulls last"]);
        let condition = (any::<Index>(), weighted(0.2), any::<Index>(), any::<Index>());
        let condition = condition.prop_map(|(field, active, record, form)| ConditionChoice {
            field,
            active,
            record,
            form,
        });
        (
            option::of(condition),
            vec((any::<Index>(), directions), 0..3),
            option::weighted(0.7, select(vec![0, 1, 2, 3, 5, 16, 17, 30])),
            option::weighted(0.3, 0..3_usize),
        )
            .prop_map(|(condition, order, limit, offset)| OptionsChoice {
                condition,
                order,
                limit,
                offset,
            })
    }

    /// Parameters of a list of the model, or options of a relation to it.
    pub(super) fn parameters(&self, reads: &Reads<'_>, model: &str) -> Vec<(String, String)> {
        let fields = reads.fields(model);
        let records = reads.records(model, true);
        let mut parameters = Vec::new();
        let searchable: Vec<&Field> = fields.iter().filter(|field| field.searchable).collect();
        if let (Some(choice), false) = (&self.condition, records.is_empty()) {
            let active = searchable.iter().find(|field| choice.active && field.name == "active");
            let field = active.unwrap_or_else(|| choice.field.get(&searchable));
            let values: Vec<&Value> = records.values().map(|record| &record[&field.name]).collect();
            let value = values[choice.record.index(values.len())];
            parameters.push(condition(field, value, &choice.form));
        }
        let sortable: Vec<&Field> = fields.iter().filter(|field| field.sortable).collect();
        if !self.order.is_empty() && !sortable.is_empty() {
            let terms = self.order.iter();
            let terms = terms.map(|(field, direction)| format!("{}{direction}", field.get(&sortable).name));
            parameters.push(("order".to_owned(), terms.collect::<Vec<_>>().join(",")));
        }
        let counts = [("limit", self.limit), ("offset", self.offset)];
        let counts = counts.into_iter().filter_map(|(name, count)| Some((name, count?)));
        parameters.extend(counts.map(|(name, count)| (name.to_owned(), count.to_string())));
        parameters
    }
}

/// A condition that compares a field with a value of it, in one of its forms.
fn condition(field: &Field, value: &Value, form: &Index) -> (String, String) {
    let name = field.name.as_str();
    let flat = |suffix: &str, value: &Value| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (format!("{name}{suffix}"), value)
    };
    let domain = |operator: &str, value: &Value| {
        let domain = json!([[name, operator, value]]);
        ("domain".to_owned(), domain.to_string())
    };
    let set = |set: bool| flat("__is_set", &json!(set));
    let forms = match (value, field.kind.as_str()) {
        (Value::Array(ids), _) if field.many && !ids.is_empty() => {
            vec![domain("in", value), domain("not in", value), flat("", &ids[0])]
        }
        (Value::Array(pair), "many2one") => vec![flat("", &pair[0]), domain("!=", &pair[0]), flat("__in", &pair[0])],
        (Value::Number(_), _) | (Value::String(_), "date" | "datetime") => {
            vec![flat("__ge", value), domain("<", value), domain("=", value)]
        }
        (Value::Bool(true), "boolean") => vec![flat("", value), domain("!=", value)],
        (Value::String(_), "selection") => vec![flat("", value), domain("!=", value)],
        (Value::String(text), _) => {
            let start: String = text.chars().take(4).collect();
            let mut forms = vec![domain("=", value), domain("ilike", &json!(start))];
            // In `fields`, a value stands in quotes, and has none.
            if !text.contains('"') && text.trim() == text {
                forms.extend([flat("", value), flat("__ilike", value)]);
            }
            forms
        }
        _ => vec![set(true), set(false)],
    };
    form.get(&forms).clone()
}
