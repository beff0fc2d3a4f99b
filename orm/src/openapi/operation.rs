//! The operations of one model.

use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, ObjectBuilder, Paths, Ref, RefOr, Required, Response, ResponseBuilder, Schema, Type,
};

use super::catalog::Catalog;
use super::problem::{ALWAYS, BODY, refusals};
use super::value::{list, one_of};
use super::{names, parameters, read, write};
use crate::def::ModelDef;
use crate::registry::ModelInfo;

/// Adds every operation of a model.
pub(super) fn add(catalog: &mut Catalog<'_>, model: &ModelInfo, paths: &mut Paths) {
    let def = model.def;
    let (collection, record) = (names::collection(def.name), names::record(def.name));
    paths.add_path_operation(&collection, vec![HttpMethod::Get], search(catalog, model));
    paths.add_path_operation(&collection, vec![HttpMethod::Post], create(catalog, model));
    paths.add_path_operation(&record, vec![HttpMethod::Get], get(catalog, model));
    for (method, verb) in [(HttpMethod::Put, "update"), (HttpMethod::Patch, "patch")] {
        let operation = update(catalog, model, verb);
        paths.add_path_operation(&record, vec![method], operation);
    }
    paths.add_path_operation(&record, vec![HttpMethod::Delete], delete(model));

    let plain = read::record(catalog, model);
    let arguments = catalog.named("ReadArguments", |_| {
        let names = list(ObjectBuilder::new().schema_type(Type::String));
        ObjectBuilder::new()
            .property("fields", names)
            .description(Some("Without `fields`: every readable field"))
    });
    call(def, paths, "read", "Read the record, plain", arguments, list(plain));
    for method in def.methods {
        let arguments = catalog.named("MethodArguments", |_| {
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .description(Some("The method's arguments by name; may be empty"))
        });
        let result = catalog.named("MethodResult", |_| {
            let any = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
            any.description(Some("What the method answers; `true` where it has no value"))
        });
        call(def, paths, method.name, method.help, arguments, result);
    }
}

fn search(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Operation {
    let response = read::response(catalog, model);
    let operation = operation(model.def, "list", format!("List {}", model.def.label));
    let operation = operation.parameters(Some(parameters::list(catalog, model)));
    refusals(
        operation.response("200", json("The records", list(response))),
        ALWAYS.into_iter().chain([404]),
    )
    .build()
}

fn create(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Operation {
    let (values, response) = (write::create(catalog, model), read::write_response(catalog, model));
    let operation = operation(model.def, "create", format!("Create {}", model.def.label))
        .request_body(Some(body(one_of([values.clone().into(), list(values)]), true)))
        .response(
            "200",
            json(
                "The record; of a list, the records",
                one_of([response.clone().into(), list(response)]),
            ),
        );
    refusals(operation, ALWAYS.into_iter().chain(BODY).chain([404, 409])).build()
}

fn get(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Operation {
    let response = read::response(catalog, model);
    let operation = operation(model.def, "get", format!("Read one {}", model.def.label));
    let operation = operation
        .parameter(parameters::record_id())
        .parameter(parameters::fields_of_one());
    refusals(
        operation.response("200", json("The record", response)),
        ALWAYS.into_iter().chain([404]),
    )
    .build()
}

fn update(catalog: &mut Catalog<'_>, model: &ModelInfo, verb: &str) -> Operation {
    let (values, response) = (write::update(catalog, model), read::write_response(catalog, model));
    let operation = operation(model.def, verb, format!("Update {}", model.def.label))
        .parameter(parameters::record_id())
        .request_body(Some(body(values, true)))
        .response("200", json("The record", response));
    refusals(operation, ALWAYS.into_iter().chain(BODY).chain([404, 409])).build()
}

fn delete(model: &ModelInfo) -> Operation {
    let done = ObjectBuilder::new()
        .schema_type(Type::String)
        .examples(["record 43 has been successfully deleted"]);
    let operation = operation(model.def, "delete", format!("Delete {}", model.def.label))
        .parameter(parameters::record_id())
        .response("200", json("It is deleted", done));
    refusals(operation, ALWAYS.into_iter().chain([404, 409])).build()
}

/// A method of a record, by POST and, as the add-on's clients do, by PATCH.
fn call(def: &ModelDef, paths: &mut Paths, method: &str, help: &str, arguments: Ref, result: impl Into<RefOr<Schema>>) {
    let (result, (summary, rest)): (RefOr<Schema>, _) = (result.into(), split(help));
    // Reading changes nothing that could conflict.
    let may = |status: &u16| *status != 409 || method != "read";
    for (http, suffix) in [(HttpMethod::Post, ""), (HttpMethod::Patch, "_patch")] {
        let summary = if summary.is_empty() {
            format!("Call {method}")
        } else {
            summary.to_owned()
        };
        let operation = operation(def, &format!("call_{method}{suffix}"), summary)
            .description((!rest.is_empty()).then_some(rest))
            .parameter(parameters::record_id())
            .request_body(Some(body(arguments.clone(), false)))
            .response("200", json("What the method answers", result.clone()));
        let operation = refusals(operation, ALWAYS.into_iter().chain(BODY).chain([404, 409]).filter(may));
        paths.add_path_operation(names::method(def.name, method), vec![http], operation);
    }
}

fn operation(def: &ModelDef, verb: &str, summary: String) -> OperationBuilder {
    let id = names::operation(def.name, verb);
    OperationBuilder::new()
        .tag(def.name)
        .operation_id(Some(id))
        .summary(Some(summary))
}

/// The first line of a doc comment, and the rest.
fn split(help: &str) -> (&str, &str) {
    let (first, rest) = help.split_once('\n').unwrap_or((help, ""));
    (first.trim().trim_end_matches('.'), rest.trim())
}

/// A JSON body.
pub(super) fn body(schema: impl Into<RefOr<Schema>>, required: bool) -> RequestBody {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let required = if required { Required::True } else { Required::False };
    RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(required))
        .build()
}

/// A JSON response.
pub(super) fn json(description: &str, schema: impl Into<RefOr<Schema>>) -> Response {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
}
