//! Methods that describe a model: `fields_get` its fields, `default_get` the values that new records begin with.

use serde_json::{Map, Value as Json, json};

use super::argument::issue;
use super::domain::domain;
use super::{answer, arguments};
use crate::def::{Default, FieldIndex, Kind, TextForm};
use crate::env::{Call, Env};
use crate::error::{Error, Issue, Result, nearest};
use crate::field::from_text;
use crate::query;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::write;

/// The attributes of a field that `fields_get` knows. In its answer, those that do not apply to a field are left out.
const ATTRIBUTES: [&str; 23] = [
    "type",
    "string",
    "help",
    "required",
    "readonly",
    "store",
    "copy",
    "index",
    "sortable",
    "searchable",
    "related",
    "size",
    "digits",
    "min",
    "max",
    "pattern",
    "format",
    "currency_field",
    "selection",
    "relation",
    "relation_field",
    "domain",
    "delegate",
];

pub(super) fn fields_get(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (fields, attributes): (Option<Vec<String>>, Option<Vec<String>>) = arguments(call)?;
    let mut issues = Vec::new();
    for (index, name) in attributes.iter().flatten().enumerate() {
        if !ATTRIBUTES.contains(&name.as_str()) {
            let why = format!("`{name}` is no attribute of a field{}", nearest(name, ATTRIBUTES));
            issues.push(issue(&format!("/attributes/{index}"), why));
        }
    }
    let fields = named(call.env, call.model, fields, &mut issues)?;
    if !issues.is_empty() {
        return Err(Error::invalid(issues));
    }
    let wanted = |name: &str| {
        attributes
            .as_ref()
            .is_none_or(|known| known.iter().any(|known| known == name))
    };
    let mut described = Map::new();
    for field in fields {
        let mut attributes = describe(call.env.registry, call.model, field);
        attributes.extend(rules(call.env, call.model, field)?);
        attributes.retain(|name, _| wanted(name));
        described.insert(call.model.fields[field].def.name.to_owned(), Json::Object(attributes));
    }
    answer(call, described)
}

pub(super) fn default_get(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (fields,) = arguments(call)?;
    let mut issues = Vec::new();
    let fields = named(call.env, call.model, fields, &mut issues)?;
    if !issues.is_empty() {
        return Err(Error::invalid(issues));
    }
    let mut defaults = Map::new();
    for field in fields {
        let info = &call.model.fields[field];
        if matches!(info.def.default, Default::None | Default::Sequence(_)) || info.def.secret {
            continue;
        }
        let value = write::default_value(call.env, call.model, field)?;
        if value.is_null() {
            continue;
        }
        let target = info.target.map(|target| call.env.registry.model(target));
        let shown = match (target, &value) {
            (Some(target), Value::Int(id)) => match query::name_of(call.env, target, *id)? {
                Some(pair) => serde_json::from_slice(&pair).map_err(|error| Error::internal(error.to_string()))?,
                None => continue,
            },
            _ => call.env.wire.value(&info.def.kind, &value)?,
        };
        defaults.insert(info.def.name.to_owned(), shown);
    }
    answer(call, defaults)
}

/// The fields with these names; all fields when no names are given. Secret fields are treated as if they did not exist.
/// Adds a mistake to `issues` for each unknown name.
///
/// # Errors
/// 403 for a field that the caller does not see.
fn named(
    env: &Env<'_>,
    model: &ModelInfo,
    names: Option<Vec<String>>,
    issues: &mut Vec<Issue>,
) -> Result<Vec<FieldId>> {
    let open = |field: &FieldId| !model.fields[*field].def.secret;
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        let seen = |field: &FieldId| env.access.sees(&model.fields[*field]);
        return Ok((0..model.fields.len()).filter(open).filter(seen).collect());
    };
    let find = |(index, name): (usize, &String)| {
        let field = model.field(name).filter(open);
        if field.is_none() {
            let why = format!(
                "{} has no field `{name}`{}",
                model.def.name,
                nearest(name, model.names())
            );
            issues.push(issue(&format!("/fields/{index}"), why));
        }
        field
    };
    let fields: Vec<FieldId> = names.iter().enumerate().filter_map(find).collect();
    for field in &fields {
        env.access.see(env.registry, model, &[*field])?;
    }
    Ok(fields)
}

fn describe(registry: &Registry, model: &ModelInfo, field: FieldId) -> Map<String, Json> {
    let info = &model.fields[field];
    let def = info.def;
    let own = matches!(def.kind, Kind::Id | Kind::DisplayName);
    let mut attributes = Map::new();
    let mut put = |name: &'static str, value: Json| attributes.insert(name.to_owned(), value);
    put("type", def.kind.name().into());
    put("string", def.label.into());
    if !def.help.is_empty() {
        put("help", def.help.into());
    }
    put("required", def.required.into());
    put("readonly", (def.readonly || own).into());
    put("store", def.stored.into());
    put("copy", def.copy.into());
    put(
        "index",
        (def.index != FieldIndex::None || matches!(def.kind, Kind::Id)).into(),
    );
    put("sortable", info.is_comparable().into());
    let by_records = info.is_x2many() && registry.refusal(model, &[field]).is_none();
    put(
        "searchable",
        (by_records || registry.is_searchable(model, field)).into(),
    );
    let related = match &info.via {
        Some(via) => registry.names_of(model, &via.path),
        None => def.related.to_vec(),
    };
    if !related.is_empty() {
        put("related", related.join(".").into());
    }
    match def.kind {
        Kind::Char { size } if size > 0 => {
            put("size", size.into());
        }
        Kind::Decimal { digits } => {
            put("digits", json!([digits.precision, digits.scale]));
        }
        Kind::Monetary { currency, digits } => {
            put("digits", json!([digits.precision, digits.scale]));
            put("currency_field", currency.into());
        }
        Kind::Selection { items } => {
            let items = items.iter().map(|item| json!([item.value, item.label]));
            put("selection", items.collect());
        }
        Kind::Many2one { delegate: true, .. } => {
            put("delegate", true.into());
        }
        _ => {}
    }
    if let Some(target) = info.target {
        put("relation", registry.model(target).def.name.into());
    }
    if let Kind::One2many { inverse, .. } = def.kind {
        put("relation_field", inverse.into());
    }
    attributes
}

/// The rules that a value of a field must follow; for an inherited or related field, those of the field that it stands
/// for. `min` and `max` are in the form of the field's values, `pattern` is a regular expression for the whole text.
fn rules(env: &Env<'_>, model: &ModelInfo, field: FieldId) -> Result<Map<String, Json>> {
    let (owner, own) = env.registry.origin(model, field);
    let def = owner.fields[own].def;
    let mut rules = Map::new();
    for (name, limit) in ["min", "max"].into_iter().zip(owner.def.limits(def.name)) {
        if let Some(limit) = limit {
            let limit = from_text(&def.kind, limit).map_err(Error::internal)?;
            rules.insert(name.to_owned(), env.wire.value(&def.kind, &limit)?);
        }
    }
    let form = def.rule.map(|rule| match rule.form {
        TextForm::Email => ("format", "email"),
        TextForm::Url => ("format", "url"),
        TextForm::Pattern(pattern) => ("pattern", pattern),
    });
    rules.extend(form.map(|(name, form)| (name.to_owned(), form.into())));
    if let Some(condition) = &model.fields[field].def.domain {
        let target = env.registry.target(model, field).def;
        rules.insert("domain".to_owned(), domain(env.wire, target, condition)?);
    }
    Ok(rules)
}
