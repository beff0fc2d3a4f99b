//! Methods that HTTP may call: those that every model has, and those that models declare. Only what stands in a
//! definition or in [`everywhere`] is reachable; arguments are checked against it, all mistakes together.

mod answer;
mod argument;
mod describe;
mod everywhere;
mod search;

pub use answer::{Answer, answer};
pub use argument::{Argument, Arguments, Count, Reader};

use serde_json::{Map, Value as Json};

use crate::def::MethodDef;
use crate::env::Env;
use crate::error::{Error, Result, nearest};
use crate::model::Model;
use crate::query::Limits;
use crate::records::Records;
use crate::registry::ModelInfo;
use crate::write;

/// A method's code: the call in, the answer as JSON out.
pub type MethodFn = fn(&mut Call<'_, '_>) -> Result<Vec<u8>>;

/// One call of a method.
#[expect(missing_debug_implementations, reason = "the environment has none")]
pub struct Call<'c, 'e> {
    /// What it runs in.
    pub env: &'c mut Env<'e>,
    model: &'e ModelInfo,
    method: &'static MethodDef,
    /// The records that it is called on; none where it is called on the model.
    ids: Vec<i64>,
    given: Map<String, Json>,
    limits: Limits,
}

/// The methods that every model has.
pub fn everywhere() -> &'static [MethodDef] {
    everywhere::METHODS
}

/// The method of this name, of records or of the model, if the model has it.
pub fn find(model: &ModelInfo, on_records: bool, name: &str) -> Option<&'static MethodDef> {
    of(model).find(|method| method.on_records == on_records && method.name == name)
}

/// Every method of a model: its own, then those that every model has.
pub(crate) fn of(model: &ModelInfo) -> impl Iterator<Item = &'static MethodDef> + '_ {
    let shared = everywhere::METHODS.iter();
    let shared = shared.filter(|method| !everywhere::ARCHIVING.contains(&method.name) || model.active.is_some());
    model.def.methods.iter().chain(shared)
}

/// Calls a method: on the record `id`, or on the model.
///
/// # Errors
/// 404 for an unknown method, with the right URL for one that is called the other way; 422 with every mistake of the
/// arguments; what the method refuses.
pub fn call(
    env: &mut Env<'_>,
    model: &ModelInfo,
    id: Option<i64>,
    name: &str,
    arguments: &Json,
    limits: &Limits,
) -> Result<Vec<u8>> {
    let model = env.registry.model(model.id);
    let method = find(model, id.is_some(), name).ok_or_else(|| unknown(model, id.is_some(), name))?;
    if let Some(id) = id
        && method.name != everywhere::EXISTS
    {
        write::must_exist(env, model, id)?;
    }
    let given = match arguments {
        Json::Null => Map::new(),
        Json::Object(given) => given.clone(),
        _ => {
            return Err(argument::invalid(
                "",
                "a method takes an object of named arguments".to_owned(),
            ));
        }
    };
    let mut call = Call {
        env,
        model,
        method,
        ids: id.into_iter().collect(),
        given,
        limits: *limits,
    };
    match method.readonly {
        true => (method.call)(&mut call),
        false => call.env.decide(model, |env| (method.call)(&mut Call { env, ..call })),
    }
}

/// The refusal of a method that does not exist, or not in this way.
fn unknown(model: &ModelInfo, on_records: bool, name: &str) -> Error {
    let own = model.def.name;
    if find(model, !on_records, name).is_some() {
        return Error::not_found(match on_records {
            true => format!("`{name}` is called on the model: …/{own}/{name}"),
            false => format!("`{name}` is called on a record: …/{own}/{{id}}/{name}"),
        });
    }
    let known = of(model).filter(|method| method.on_records == on_records);
    let near = nearest(name, known.map(|method| method.name));
    Error::not_found(format!("{own} has no method `{name}`{near}"))
}

impl Call<'_, '_> {
    /// The arguments that the method's definition names, in its order.
    ///
    /// # Errors
    /// 422 with every mistake: unknown names, what is missing or of another type, records that do not exist.
    pub fn arguments<A: Arguments>(&mut self) -> Result<A> {
        argument::read(self.env, self.method, &mut self.given)
    }

    /// The records that it is called on.
    pub fn records<M: Model>(&self) -> Records<M> {
        Records::new(self.ids.clone())
    }
}
