//! Arguments of methods: from the members of a JSON body to typed values, or to mistakes with their places.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::def::{Digits, Kind, MethodDef, Type};
use crate::env::Env;
use crate::error::{Error, Issue, MOST_ISSUES, Place, Result, nearest};
use crate::field::{Date, DateTime, Decimal, Scalar};
use crate::typed::Model;
use crate::typed::Records;
use crate::value::Value;
use crate::wire::{Wire, describe};
use crate::write::existing;

/// A type that an argument of a method may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an action",
    label = "not an argument's type",
    note = "arguments: bool, i32, i64, f64, String, Decimal, Date, DateTime, Json, Records<Model>, an enum with \
            #[derive(Selection)], and Vec<…> and Option<…> of these"
)]
pub trait Argument: Sized {
    /// The argument's type, for errors and the API document.
    const TYPE: Type;

    /// Reads the value given at `place` (a JSON pointer); reports mistakes to `reader` and then answers `None`.
    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self>;

    /// The value of an argument that is not given; `None` when the argument is required.
    fn missing() -> Option<Self> {
        None
    }
}

/// Collects the mistakes in arguments, and the records that arguments refer to, which are looked up together at the
/// end.
#[derive(Debug)]
pub struct Reader {
    /// The wire format of the arguments.
    wire: &'static dyn Wire,
    issues: Vec<Issue>,
    /// Ids of records with the places that refer to them, by model.
    records: BTreeMap<&'static str, Vec<(i64, String)>>,
}

impl Reader {
    /// Adds a mistake at a place (a JSON pointer).
    pub fn refuse(&mut self, place: &str, message: impl Into<String>) {
        self.issues.push(issue(place, message.into()));
    }
}

/// A whole number of 0 or more: a limit, an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub usize);

/// The arguments of one method: a tuple of [`Argument`]s.
pub trait Arguments: Sized {
    /// Reads the arguments in the order of their definitions, and takes them out of `given`.
    fn read(names: &[&str], given: &mut Map<String, Json>, reader: &mut Reader) -> Option<Self>;
}

macro_rules! arguments {
    ($($type:ident $index:tt),*) => {
        impl<$($type: Argument),*> Arguments for ($($type,)*) {
            #[allow(non_snake_case, unused_variables, reason = "type parameters name the values; `()` reads nothing")]
            fn read(names: &[&str], given: &mut Map<String, Json>, reader: &mut Reader) -> Option<Self> {
                // All are read, so that every mistake is reported.
                let ($($type,)*) = ($(one::<$type>(names.get($index)?, given, reader),)*);
                Some(($($type?,)*))
            }
        }
    };
}

arguments!();
arguments!(A 0);
arguments!(A 0, B 1);
arguments!(A 0, B 1, C 2);
arguments!(A 0, B 1, C 2, D 3);
arguments!(A 0, B 1, C 2, D 3, E 4);
arguments!(A 0, B 1, C 2, D 3, E 4, F 5);
arguments!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
arguments!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
arguments!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);

/// Reads one argument and takes it out of `given`.
fn one<T: Argument>(name: &str, given: &mut Map<String, Json>, reader: &mut Reader) -> Option<T> {
    let place = format!("/{name}");
    match given.remove(name) {
        Some(json) => T::read(&json, &place, reader),
        None => {
            let missing = T::missing();
            if missing.is_none() {
                reader.refuse(&place, format!("the argument `{name}` is required"));
            }
            missing
        }
    }
}

/// Reads a method's arguments, and checks that the records that they refer to exist. Unknown arguments are refused,
/// except the placeholders `arg1`, `arg2`, … that old clients send.
pub(super) fn read<A: Arguments>(env: &mut Env<'_>, method: &MethodDef, given: &mut Map<String, Json>) -> Result<A> {
    let names: Vec<&str> = method.arguments.iter().map(|argument| argument.name).collect();
    let mut reader = Reader {
        wire: env.wire,
        issues: Vec::new(),
        records: BTreeMap::new(),
    };
    for name in given.keys().filter(|name| !names.contains(&name.as_str())) {
        if !is_placeholder(name) {
            // Of more mistakes, only their number is told.
            let known = if reader.issues.len() < MOST_ISSUES {
                names.as_slice()
            } else {
                &[]
            };
            let near = nearest(name, known.iter().copied());
            let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            reader.refuse(&place, format!("`{}` has no argument `{name}`{near}", method.name));
        }
    }
    let arguments = A::read(&names, given, &mut reader);
    let mut issues = reader.issues;
    for (model, named) in reader.records {
        let known = env.registry.find(model);
        let model = known.ok_or_else(|| Error::internal(format!("{model} is not in the catalogue")))?;
        let ids: Vec<i64> = named.iter().map(|(id, _)| *id).collect();
        let found = existing(env, model, &ids)?;
        let missing = named.iter().filter(|(id, _)| !found.contains(id));
        issues
            .extend(missing.map(|(id, place)| issue(place, format!("there is no record {id} of {}", model.def.name))));
    }
    match arguments {
        Some(arguments) if issues.is_empty() => Ok(arguments),
        _ => Err(Error::invalid(issues)),
    }
}

fn is_placeholder(name: &str) -> bool {
    name.strip_prefix("arg").is_some_and(|digits| {
        !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// An error (422) with one mistake.
pub(super) fn invalid(pointer: &str, message: String) -> Error {
    Error::invalid(vec![issue(pointer, message)])
}

/// A mistake at a JSON pointer.
pub(super) fn issue(pointer: &str, message: String) -> Issue {
    Issue {
        place: Place::Pointer(pointer.to_owned()),
        message,
    }
}

/// Reads the id of a record.
pub(super) fn id(json: &Json, place: &str, reader: &mut Reader) -> Option<i64> {
    scalar(&Kind::Id, json, place, reader)
}

/// Reads one scalar in the way in which a field of this kind is read; an empty value is refused.
pub(super) fn scalar<T: Scalar>(kind: &Kind, json: &Json, place: &str, reader: &mut Reader) -> Option<T> {
    match reader.wire.read_value(kind, json) {
        Ok(Value::Null) => {
            reader.refuse(place, "a value is required");
            None
        }
        Ok(value) => T::from_value(&value),
        Err(why) => {
            reader.refuse(place, why);
            None
        }
    }
}

macro_rules! scalars {
    ($($type:ty: $kind:expr),* $(,)?) => {$(
        impl Argument for $type {
            const TYPE: Type = Type::Value($kind);

            fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
                scalar(&$kind, json, place, reader)
            }
        }
    )*};
}

scalars! {
    bool: Kind::Bool,
    i32: Kind::Int,
    i64: Kind::BigInt,
    f64: Kind::Float,
    String: Kind::Text,
    Date: Kind::Date,
    DateTime: Kind::DateTime,
}

impl Argument for Decimal {
    const TYPE: Type = Type::Value(ANY_DECIMAL);

    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
        match reader.wire.read_number(json) {
            Ok(Value::Decimal(number)) => Some(number),
            Ok(_) => None,
            Err(why) => {
                reader.refuse(place, why);
                None
            }
        }
    }
}

/// The kind of a decimal that belongs to no field: it keeps all its digits.
pub(super) const ANY_DECIMAL: Kind = Kind::Decimal {
    digits: Digits::new(28, 28),
};

impl Argument for Json {
    const TYPE: Type = Type::Value(Kind::Json { of: None });

    fn read(json: &Json, _: &str, _: &mut Reader) -> Option<Self> {
        Some(json.clone())
    }
}

impl Argument for Count {
    const TYPE: Type = Type::Count;

    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
        let count = match reader.wire.read_value(&Kind::BigInt, json) {
            Ok(Value::Int(number)) => usize::try_from(number).ok(),
            _ => None,
        };
        if count.is_none() {
            let given = describe(json);
            reader.refuse(
                place,
                format!("{given} is given where a whole number of 0 or more belongs"),
            );
        }
        count.map(Count)
    }
}

impl<T: Argument> Argument for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);

    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
        let Json::Array(items) = json else {
            reader.refuse(place, format!("{} is given where a list belongs", describe(json)));
            return None;
        };
        let items = items.iter().enumerate();
        let read: Vec<Option<T>> = items
            .map(|(index, item)| T::read(item, &format!("{place}/{index}"), reader))
            .collect();
        read.into_iter().collect()
    }
}

impl<M: Model> Argument for Records<M> {
    const TYPE: Type = Type::Records(M::NAME);

    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
        let Json::Array(items) = json else {
            let given = describe(json);
            reader.refuse(
                place,
                format!("{given} is given where a list of ids of {} belongs", M::NAME),
            );
            return None;
        };
        let ids: Vec<Option<i64>> = (items.iter().enumerate())
            .map(|(index, item)| {
                let place = format!("{place}/{index}");
                let id = id(item, &place, reader)?;
                reader.records.entry(M::NAME).or_default().push((id, place));
                Some(id)
            })
            .collect();
        Some(Records::new(ids.into_iter().collect::<Option<Vec<i64>>>()?))
    }
}

impl<T: Argument> Argument for Option<T> {
    const TYPE: Type = Type::Optional(&T::TYPE);

    fn read(json: &Json, place: &str, reader: &mut Reader) -> Option<Self> {
        match reader.wire.is_empty(&T::TYPE, json) {
            true => Some(None),
            false => T::read(json, place, reader).map(Some),
        }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}
