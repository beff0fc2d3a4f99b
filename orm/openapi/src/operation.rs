//! The operations of a model: list, create, read, update, delete, and its methods.

use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::{HeaderBuilder, HttpMethod, ObjectBuilder, Paths, Ref, Response, ResponseBuilder, Type};

use super::catalog::Catalog;
use super::content::{body, json};
use super::problem::{ALWAYS, CONFLICT, MODEL, WRITE, refusals};
use super::value::{list, one_of};
use super::{method, names, parameters, read, write};
use orm_definition::def::ModelDef;
use orm_definition::registry::ModelInfo;

/// Adds every operation of a model.
pub(super) fn add(catalog: &mut Catalog<'_>, model: &ModelInfo, paths: &mut Paths) {
    let def = model.def;
    let (collection, record) = (names::collection(def.name), names::record(def.name));
    paths.add_path_operation(&collection, vec![HttpMethod::Get], search(catalog, model));
    paths.add_path_operation(&record, vec![HttpMethod::Get], get(catalog, model));
    if def.is_writable() {
        add_writes(catalog, model, paths);
    }
    method::own(catalog, model, paths);
}

fn add_writes(catalog: &mut Catalog<'_>, model: &ModelInfo, paths: &mut Paths) {
    let (collection, record) = (names::collection(model.def.name), names::record(model.def.name));
    paths.add_path_operation(&collection, vec![HttpMethod::Post], create(catalog, model));
    for (method, verb) in [(HttpMethod::Put, "update"), (HttpMethod::Patch, "patch")] {
        let operation = update(catalog, model, verb);
        paths.add_path_operation(&record, vec![method], operation);
    }
    paths.add_path_operation(&record, vec![HttpMethod::Delete], delete(model));
}

fn search(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Operation {
    let response = read::response(catalog, model);
    let operation = operation(model.def, "list", format!("List {}", model.def.label));
    let operation = operation.parameters(Some(parameters::list(catalog, model)));
    let operation = operation
        .response("200", page(json("The records", list(response))))
        .response("304", Ref::from_response_name(NOT_MODIFIED));
    refusals(operation, ALWAYS.into_iter().chain(MODEL)).build()
}

/// Adds the headers of a list.
fn page(response: Response) -> Response {
    let header = |kind, description| {
        let schema = ObjectBuilder::new().schema_type(kind);
        HeaderBuilder::new()
            .schema(Some(schema))
            .description(Some(description))
            .build()
    };
    let mut response = response;
    response.headers.extend([
        (
            "Link".to_owned(),
            header(Type::String, "The pages around this one").into(),
        ),
        (
            "X-Total-Count".to_owned(),
            header(Type::Integer, "How many records match, if `count` asks for it").into(),
        ),
    ]);
    response
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
    refusals(operation, WRITE).build()
}

fn get(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Operation {
    let response = read::response(catalog, model);
    let operation = operation(model.def, "get", format!("Read one {}", model.def.label));
    let operation = operation
        .parameter(parameters::record_id())
        .parameter(parameters::fields_of_one());
    let operation = operation
        .response("200", json("The record", response))
        .response("304", Ref::from_response_name(NOT_MODIFIED));
    refusals(operation, ALWAYS.into_iter().chain(MODEL)).build()
}

fn update(catalog: &mut Catalog<'_>, model: &ModelInfo, verb: &str) -> Operation {
    let (values, response) = (write::update(catalog, model), read::write_response(catalog, model));
    let operation = operation(model.def, verb, format!("Update {}", model.def.label))
        .parameter(parameters::record_id())
        .request_body(Some(body(values, true)))
        .response("200", json("The record", response));
    refusals(operation, WRITE).build()
}

fn delete(model: &ModelInfo) -> Operation {
    let operation = operation(model.def, "delete", format!("Delete {}", model.def.label))
        .parameter(parameters::record_id())
        .response("200", Ref::from_response_name(DELETED));
    refusals(operation, ALWAYS.into_iter().chain(MODEL).chain([CONFLICT])).build()
}

/// The success responses that all models share, by the names of their components.
pub(super) fn responses() -> [(String, Response); 2] {
    let done = ObjectBuilder::new()
        .schema_type(Type::String)
        .examples(["record 43 has been successfully deleted"]);
    let tag = ObjectBuilder::new().schema_type(Type::String);
    let tag = HeaderBuilder::new()
        .schema(Some(tag))
        .description(Some("That of the answer"));
    let unchanged = ResponseBuilder::new()
        .description("The answer is still the one whose `ETag` the request has in `If-None-Match`")
        .header("ETag", tag.build());
    [
        (DELETED.to_owned(), json("It is deleted", done)),
        (NOT_MODIFIED.to_owned(), unchanged.build()),
    ]
}

const DELETED: &str = "Deleted";
const NOT_MODIFIED: &str = "304";

fn operation(def: &ModelDef, verb: &str, summary: String) -> OperationBuilder {
    let id = names::operation(def.name, verb);
    OperationBuilder::new()
        .tag(def.name)
        .operation_id(Some(id))
        .summary(Some(summary))
}
