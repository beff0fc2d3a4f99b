//! A wire that spells everything differently than version 1: `<title|'Momo'; pages|#304; price|12'5; lent|no>>`.

use orm::def::{Kind, Type};
use orm::error::{Place, Result};
use orm::value::Value;
use orm::wire::{Cell, GivenAction, GivenCommand, GivenField, InvalidCommand, Layout, Part, Refusal, Wire};
use serde_json::Value as Json;

/// The wire of this toy version.
#[derive(Debug)]
pub(crate) struct Toy;

impl Wire for Toy {
    fn version(&self) -> &'static str {
        "toy"
    }

    fn read_value(&self, kind: &Kind, given: &Json) -> Result<Value, String> {
        let text = given.as_str().ok_or_else(|| format!("{given} is no text"))?;
        let wrong = || format!("{text} is not spelled as {} is", kind.name());
        match kind {
            _ if text == "~" => Ok(Value::Null),
            Kind::Bool => Ok(Value::Bool(text == "yes")),
            Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => {
                let number = text.strip_prefix('#').and_then(|number| number.parse().ok());
                number.map(Value::Int).ok_or_else(wrong)
            }
            Kind::Decimal { .. } | Kind::Monetary { .. } => self.read_number(given),
            Kind::Date => orm::field::from_text(kind, &text.replace('/', "-")),
            _ => {
                let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                orm::field::from_text(kind, inner.ok_or_else(wrong)?)
            }
        }
    }

    fn read_number(&self, given: &Json) -> Result<Value, String> {
        let text = given.as_str().ok_or("a number is text with a '")?;
        orm::field::exact_number(&text.replace('\'', "."))
    }

    fn is_empty(&self, _: &Type, given: &Json) -> bool {
        given == "~"
    }

    fn empty_parameter(&self) -> &'static str {
        "~"
    }

    fn read_list<'j>(&self, given: &'j Json) -> Option<Vec<Part<'j>>> {
        let part = |given| Part {
            given,
            place: "!one".to_owned(),
        };
        Some(given.get("many")?.as_array()?.iter().map(part).collect())
    }

    fn read_record<'j>(&self, given: &'j Json) -> Result<Vec<GivenField<'j>>, String> {
        let fields = given.as_array().ok_or("a record is a list of pairs")?;
        let field = |pair: &'j Json| {
            let (name, value) = (pair[0].as_str()?, pair.get(1)?);
            Some(GivenField { name, value })
        };
        let fields: Option<Vec<GivenField<'j>>> = fields.iter().map(field).collect();
        fields.ok_or_else(|| "a field is a pair".to_owned())
    }

    fn read_commands<'j>(&self, given: &'j Json) -> (Vec<GivenCommand<'j>>, Vec<InvalidCommand>) {
        let part = |given: &'j Json| Part {
            given,
            place: "!part".to_owned(),
        };
        let (mut commands, mut mistakes) = (Vec::new(), Vec::new());
        for command in given.as_array().into_iter().flatten() {
            let place = "!command".to_owned();
            let action = if let Some(values) = command.get("make") {
                GivenAction::Create(part(values))
            } else if let Some(both) = command.get("change") {
                GivenAction::Update(part(&both[0]), part(&both[1]))
            } else if let Some(id) = command.get("drop") {
                GivenAction::Delete(part(id))
            } else {
                let why = "this is no command of the toy".to_owned();
                mistakes.push(InvalidCommand { place, why });
                continue;
            };
            commands.push(GivenCommand { place, action });
        }
        (commands, mistakes)
    }

    fn new_commands(&self) -> &'static str {
        "make"
    }

    fn field_place(&self, name: &str) -> String {
        format!("!{name}")
    }

    fn write_value(&self, out: &mut Vec<u8>, kind: &Kind, value: &dyn Cell) -> Result<()> {
        let decimal = |scale: u8| -> Result<Option<String>> {
            let number = value.decimal()?;
            Ok(number.map(|number| number.with_scale(scale).normalize().to_string().replace('.', "'")))
        };
        let text = match kind {
            Kind::Id | Kind::BigInt | Kind::Many2one { .. } => value.int()?.map(|number| format!("#{number}")),
            Kind::Int => value.small()?.map(|number| format!("#{number}")),
            Kind::Bool => value.bool()?.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            Kind::Decimal { digits } | Kind::Monetary { digits, .. } => decimal(digits.scale)?,
            Kind::DateTime => value.time_text()?.map(|text| text.replace('-', "/")),
            Kind::Date => value.date()?.map(|date| date.format("%Y/%m/%d").to_string()),
            _ => value.text()?.map(|text| format!("'{text}'")),
        };
        out.extend_from_slice(text.as_deref().unwrap_or("~").as_bytes());
        Ok(())
    }

    fn value(&self, kind: &Kind, value: &dyn Cell) -> Result<Json> {
        let mut out = Vec::new();
        self.write_value(&mut out, kind, value)?;
        Ok(Json::from(String::from_utf8_lossy(&out)))
    }

    fn empty(&self, _: &Kind) -> &'static str {
        "~"
    }

    fn write_pair(&self, out: &mut Vec<u8>, id: i64, name: &str) -> Result<()> {
        out.extend_from_slice(format!("#{id}@{name}").as_bytes());
        Ok(())
    }

    fn key(&self, name: &str) -> String {
        format!("{name}|")
    }

    fn layout(&self) -> &'static Layout {
        &Layout {
            record: ["<", ">>"],
            list: ["(", ")"],
            separator: "; ",
            no_record: "nobody",
            no_records: "nothing",
        }
    }

    fn media_type(&self) -> &'static str {
        "text/toy"
    }

    fn deleted(&self, id: i64) -> Vec<u8> {
        format!("#{id} is gone").into_bytes()
    }

    fn refusal(&self, refusal: &Refusal<'_>) -> (&'static str, Vec<u8>) {
        let mut text = format!("NO {}", refusal.status);
        for issue in refusal.issues {
            let place = match &issue.place {
                Place::Pointer(place) | Place::Parameter(place) => place.clone(),
                Place::Field { record, name } => format!("{record}{}", self.field_place(name)),
            };
            text += &format!(" at {place}: {}", issue.message);
        }
        ("text/toy", text.into_bytes())
    }
}
