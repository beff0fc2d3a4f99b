//! Values that a field's kind allows and the field all the same cannot have: a text too long for an index or not of the
//! field's form, a number too high for a sequence.

use serde_json::Value as Json;

use crate::def::columns::most_bytes;
use crate::def::{FieldDef, Kind, Misfit, ModelDef, Role};
use crate::sequence;
use crate::value::Value;

use super::FieldInfo;

/// The most levels of a JSON value: those of the longest body that is parsed, 127, without that of the record.
const MOST_LEVELS: usize = 126;

fn is_deeper(json: &Json, levels: usize) -> bool {
    match (json, levels.checked_sub(1)) {
        (Json::Array(_) | Json::Object(_), None) => true,
        (Json::Array(items), Some(below)) => items.iter().any(|item| is_deeper(item, below)),
        (Json::Object(members), Some(below)) => members.values().any(|member| is_deeper(member, below)),
        _ => false,
    }
}

/// A limit of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// No limit beyond that of its kind.
    None,
    /// Text of at most so many bytes, because an index contains it.
    Bytes(usize),
    /// Integers from the first to the second, both included.
    Numbers(i64, i64),
}

impl Limit {
    pub(super) fn of(model: &ModelDef, field: &FieldDef) -> Self {
        match (model.role, field.name) {
            (Some(Role::Sequence), sequence::PADDING) => Limit::Numbers(0, sequence::MOST_PADDING),
            (Some(Role::Sequence), sequence::NEXT) => Limit::Numbers(1, sequence::most(&field.kind)),
            _ => most_bytes(model, field).map_or(Limit::None, Limit::Bytes),
        }
    }
}

impl FieldInfo {
    /// What belongs into the field, where its rule for texts refuses this one.
    pub fn refused(&self, text: &str) -> Option<String> {
        let is_match = self.rule.as_ref()?.is_match(text);
        Some(self.def.rule?.form.expected()).filter(|_| !is_match)
    }

    /// Refuses JSON that could not be read again, or does not fit the field's type.
    fn fits(&self, value: &Value) -> Result<(), Misfit> {
        match (&self.def.kind, value) {
            (Kind::Json { .. }, Value::Json(json)) if is_deeper(json, MOST_LEVELS) => Err(Misfit::from(format!(
                "the JSON is nested too deeply: at most {MOST_LEVELS} levels are allowed"
            ))),
            (Kind::Json { of: Some(of) }, Value::Json(json)) => match (of.check)(json) {
                // Without the place: the name of a member that is not known may be what is secret.
                Err(_) if self.def.secret => Err(Misfit::from(format!("it does not fit a `{}`", of.name))),
                fits => fits,
            },
            _ => Ok(()),
        }
    }

    /// Refuses a value that the field cannot have.
    ///
    /// # Errors
    /// A message for the caller, and its place in the value.
    pub fn check(&self, value: &Value) -> Result<(), Misfit> {
        self.fits(value)?;
        Ok(self.within_limits(value)?)
    }

    /// The most characters of its texts, where there is a limit.
    fn size(&self) -> Option<usize> {
        match self.def.kind {
            Kind::Char { size } if size > 0 => usize::try_from(size).ok(),
            _ => None,
        }
    }

    fn within_limits(&self, value: &Value) -> Result<(), String> {
        match (self.limit, value) {
            (Limit::Bytes(most), Value::Text(text)) if text.len() > most => Err(format!(
                "the text has {} bytes, at most {most} are allowed where it is looked for by an index",
                text.len()
            )),
            (Limit::Numbers(least, most), Value::Int(number)) if !(least..=most).contains(number) => {
                Err(format!("{number} is out of range: from {least} to {most}"))
            }
            (_, Value::Text(text)) if self.size().is_some_and(|most| text.chars().count() > most) => Err(format!(
                "the text has {} characters, at most {} are allowed",
                text.chars().count(),
                self.size().unwrap_or_default()
            )),
            (_, Value::Text(text)) => match self.refused(text) {
                Some(expected) if self.def.secret => Err(format!("the text is not {expected}")),
                Some(expected) => Err(format!("`{text}` is given where {expected} belongs")),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}
