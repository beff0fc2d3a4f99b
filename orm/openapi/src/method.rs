//! The operations of methods. Those that a model declares are typed and stand with its other operations. Those that
//! every model has are listed once for all models: repeated for each, they would be most of the document.

use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{HttpMethod, ObjectBuilder, Paths, Ref, RefOr, Required, Schema, Type as Json};

use super::catalog::Catalog;
use super::content::{body, json};
use super::names::{self, pascal};
use super::problem::{CONFLICT, WRITE, refusals};
use super::value::{self, described, list, one_of};
use super::{parameters, read};
use orm_definition::builtin::{self, find};
use orm_definition::def::{ArgumentDef, Kind, MethodDef, Type};
use orm_definition::registry::ModelInfo;

/// The tag of the methods that every model has.
pub(super) const EVERY_MODEL: &str = "every model";

/// Adds the methods that a model declares; also its `read`, if that answers something else than `GET` on the record.
pub(super) fn own(catalog: &mut Catalog<'_>, model: &ModelInfo, paths: &mut Paths) {
    let mut methods: Vec<(&MethodDef, String, RefOr<Schema>)> = Vec::new();
    if let Some(read) = find(model, true, "read").filter(|_| !model.read.is_empty()) {
        methods.push((read, pascal(read.name), list(read::record(catalog, model))));
    }
    for method in model.def.methods {
        let name = format!("{}{}", pascal(model.def.name), pascal(method.name));
        methods.push((method, name, result_schema(catalog, &method.result)));
    }
    for (method, name, result) in methods {
        let operation = operation(catalog, method, &name, result)
            .tag(model.def.name)
            .operation_id(Some(names::operation(model.def.name, &format!("call_{}", method.name))));
        let path = names::method(model.def.name, method.on_records, method.name);
        let operation = match method.on_records {
            true => operation.parameter(parameters::record_id()),
            false => operation,
        };
        paths.add_path_operation(path, vec![HttpMethod::Post], operation.build());
    }
}

/// Adds the methods that every model has.
pub(super) fn of_every_model(catalog: &mut Catalog<'_>, paths: &mut Paths) {
    for method in builtin::METHODS {
        let (of, name) = match method.on_records {
            true => ("record", pascal(method.name)),
            false => ("model", format!("Model{}", pascal(method.name))),
        };
        let path = names::method("{model}", method.on_records, method.name);
        let result = result_schema(catalog, &method.result);
        let mut operation = operation(catalog, method, &name, result)
            .tag(EVERY_MODEL)
            .operation_id(Some(format!("every_{of}_{}", method.name)))
            .parameter(model_name(catalog));
        if method.on_records {
            operation = operation.parameter(parameters::record_id());
        }
        paths.add_path_operation(path, vec![HttpMethod::Post], operation.build());
    }
    by_patch(catalog, paths);
}

/// Adds the call of a record's method by `PATCH`, as clients of the Odoo add-on do: one operation for all methods.
fn by_patch(catalog: &mut Catalog<'_>, paths: &mut Paths) {
    let method = ParameterBuilder::new()
        .name("method")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("Name of a method of the record: `read`, `write`, `copy`"))
        .schema(Some(ObjectBuilder::new().schema_type(Json::String)));
    let given = ObjectBuilder::new()
        .schema_type(Json::Object)
        .description(Some("The method's arguments by name; may be empty"));
    let result = value::scalar(&Kind::Json { of: None });
    let operation = OperationBuilder::new()
        .tag(EVERY_MODEL)
        .operation_id(Some("every_record_call"))
        .summary(Some("Call a method of the record: the same as by POST"))
        .parameter(model_name(catalog))
        .parameter(parameters::record_id())
        .parameter(method.build())
        .request_body(Some(body(given, false)))
        .response("200", json("What the method answers", result));
    let operation = refusals(operation, WRITE);
    let path = names::method("{model}", true, "{method}");
    paths.add_path_operation(path, vec![HttpMethod::Patch], operation.build());
}

/// The operation of a method with its arguments, its result and its error responses.
fn operation(catalog: &mut Catalog<'_>, method: &MethodDef, name: &str, result: RefOr<Schema>) -> OperationBuilder {
    let (summary, rest) = split(method.help);
    let summary = match summary {
        "" => format!("Call {}", method.name),
        summary => summary.to_owned(),
    };
    let operation = OperationBuilder::new()
        .summary(Some(summary))
        .description((!rest.is_empty()).then_some(rest))
        .request_body(Some(body(arguments(catalog, method, name), needed(method))))
        .response("200", json("What the method answers", result));
    // A method that only reads cannot conflict.
    let may = |status: &u16| *status != CONFLICT || !method.readonly;
    refusals(operation, WRITE.into_iter().filter(may))
}

/// Whether a call without a body is always refused.
fn needed(method: &MethodDef) -> bool {
    (method.arguments.iter()).any(|argument| !matches!(argument.ty, Type::Optional(_)))
}

/// The schema of the arguments: an object.
fn arguments(catalog: &mut Catalog<'_>, method: &MethodDef, name: &str) -> Ref {
    if method.arguments.is_empty() {
        return catalog.named("NoArguments", |_| {
            ObjectBuilder::new()
                .schema_type(Json::Object)
                .description(Some("Nothing is needed"))
        });
    }
    catalog.named(&format!("{name}{}", names::ARGUMENTS), |catalog| {
        (method.arguments.iter()).fold(ObjectBuilder::new(), |schema, argument| {
            let schema = match argument.ty {
                Type::Optional(_) => schema,
                _ => schema.required(argument.name),
            };
            let value = argument_schema(catalog, &argument.ty);
            schema.property(argument.name, described(value, explained(argument)))
        })
    })
}

/// The description of an argument of the methods that every model has.
fn explained(argument: &ArgumentDef) -> &'static str {
    match (argument.name, &argument.ty) {
        ("domain", Type::Optional(_)) => "Conditions: `[[\"create_date\",\">\",\"2024-01-01\"]]`",
        ("active_test", _) => "`false`: archived records too",
        ("vals", Type::Value(_)) => "Field values, as a create or an update takes them",
        ("fields", Type::Optional(Type::List(_))) => "Names of fields; all where it is left out",
        _ => "",
    }
}

/// The schema of an argument. An optional one may be left out, which its type does not show.
fn argument_schema(catalog: &mut Catalog<'_>, ty: &Type) -> RefOr<Schema> {
    match ty {
        Type::Optional(ty) => argument_schema(catalog, ty),
        Type::List(ty) => list(argument_schema(catalog, ty)),
        ty => result_schema(catalog, ty),
    }
}

/// The schema of a result.
fn result_schema(catalog: &mut Catalog<'_>, ty: &Type) -> RefOr<Schema> {
    match ty {
        Type::Value(Kind::Selection { items }) => value::scalar(&Kind::Text)
            .enum_values(Some(items.iter().map(|item| item.value)))
            .into(),
        Type::Value(kind) => value::scalar(kind).into(),
        Type::Count => ObjectBuilder::new().schema_type(Json::Integer).minimum(Some(0)).into(),
        Type::Records(model) => described(list(value::id()), &format!("Ids of {model}")),
        Type::List(ty) => list(result_schema(catalog, ty)),
        Type::Optional(ty) => one_of([result_schema(catalog, ty), catalog.empty().into()]),
        Type::Done => {
            let done = catalog.named("Done", |_| {
                ObjectBuilder::new()
                    .schema_type(SchemaType::new(Json::Boolean))
                    .enum_values(Some([true]))
            });
            done.into()
        }
    }
}

/// The path parameter with the name of the model.
fn model_name(catalog: &Catalog<'_>) -> Parameter {
    let models = catalog.registry.models().iter();
    let names = models.filter(|model| model.def.api).map(|model| model.def.name);
    let schema = ObjectBuilder::new().schema_type(Json::String).enum_values(Some(names));
    ParameterBuilder::new()
        .name("model")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("Name of the model"))
        .schema(Some(schema))
        .build()
}

/// Splits a doc comment into its first line and the rest.
fn split(help: &str) -> (&str, &str) {
    let (first, rest) = help.split_once('\n').unwrap_or((help, ""));
    (first.trim().trim_end_matches('.'), rest.trim())
}
