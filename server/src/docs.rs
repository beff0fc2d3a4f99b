//! The OpenAPI document and Swagger UI: serves both, prints or writes the document, compares it with the committed one.
//!
//! The document is generated once, at start, from the catalogue and the demo data; it needs no database. Swagger UI is
//! embedded in the program and loads nothing from other hosts.

mod difference;
mod layout;
mod visible;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use orm::Env;
use orm::db::Address;
use orm_openapi::{Examples, LoginExample, document, operations};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::api::{self, Credentials, OptionalToken, Problem};
use crate::application::Program;
use crate::auth::{Scope, TokenHash};
use crate::failure::Failure;
use crate::ops::security::docs_policy;
use crate::state::{App, Shared};

/// The path of the document.
const DOCUMENT: &str = "/openapi/v1.json";
/// The path of Swagger UI.
const UI: &str = "/docs";
/// The names of the committed files, which are in one directory: the document and the table of operations.
const FILES: [&str; 2] = ["v1.json", "operations.txt"];

/// `GET /openapi/v1.json`, and Swagger UI at `/docs`.
pub(crate) fn routes(program: &Program) -> Router<Shared> {
    // Serializing cannot fail: the document has only texts and numbers under text keys.
    let whole = made(program);
    let parsed = Arc::new(serde_json::to_value(&whole).unwrap_or_default());
    let text = Bytes::from(whole.to_json().unwrap_or_default());
    let handler = move |State(app): State<Shared>, OptionalToken(token): OptionalToken| async move {
        answer(&app, token?, text, parsed).await
    };
    Router::new()
        .route(DOCUMENT, get(handler))
        .merge(Router::from(SwaggerUi::new(UI).config(config())).route_layer(docs_policy()))
}

/// The document; with a token, without what the token is not for and its user has no right to. Every token may read it.
async fn answer(
    app: &Shared,
    token: Option<TokenHash>,
    text: Bytes,
    parsed: Arc<serde_json::Value>,
) -> Result<Response, Problem> {
    match token {
        None => Ok(([(CONTENT_TYPE, "application/json")], text).into_response()),
        Some(token) => {
            let own = move |env: &mut Env<'_>, _: &App, scope: &Scope| {
                Ok(visible::visible(&parsed, env, scope).to_string().into_bytes())
            };
            let answer = api::read_if(app, Credentials::of(token), |_| Ok(()), own).await?;
            Ok(answer.into_response())
        }
    }
}

/// `declarest openapi [--check FILE]`: prints the document. With `--check`, compares it with FILE instead, and the
/// table of operations with `operations.txt` beside FILE if that exists.
///
/// # Errors
/// When a file differs, with the differences; when a file cannot be read, or the document not be printed.
pub(crate) fn command(program: &Program, check: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = check else {
        let printed = std::io::stdout().write_all(text(&made(program))?.as_bytes());
        // The reader of a pipe may stop early (`declarest openapi | head`): that is no failure.
        return printed.or_else(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error.into()),
        });
    };
    let document = made(program);
    compare(file, &text(&document)?)?;
    let table = file.with_file_name(FILES[1]);
    if table.exists() {
        compare(&table, &operations(&document))
    } else {
        Ok(())
    }
}

/// `declarest openapi --write DIR`: writes the document and the table of operations, `v1.json` and `operations.txt`.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write(program: &Program, dir: &Path) -> Result<(), Failure> {
    let document = made(program);
    for (name, text) in FILES.into_iter().zip([text(&document)?, operations(&document)]) {
        let file = dir.join(name);
        fs::write(&file, text).map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))?;
    }
    Ok(())
}

fn made(program: &Program) -> OpenApi {
    // If the demo data cannot be parsed, the document has no examples. A test below ensures that ours can be.
    let demo = program.application.demo;
    let files = demo.map_or(&[][..], |demo| demo.files);
    let examples = Examples::parse(files.iter().map(|(_, text)| *text)).unwrap_or_default();
    let login = demo.map(|demo| LoginExample {
        login: demo.login.to_owned(),
        password: demo.password.to_owned(),
        database: Address::parse(program.application.database)
            .map_or_else(|_| String::new(), |address| address.default_name()),
    });
    document(program.application.title, program, &examples.with_login(login))
}

/// The document's text as it is committed.
fn text(document: &OpenApi) -> Result<String, Failure> {
    let json = serde_json::to_value(document);
    let json = json.map_err(|error| Failure::new(format!("the document is no JSON: {error}")))?;
    Ok(layout::text(&json))
}

fn compare(file: &Path, made: &str) -> Result<(), Failure> {
    let kept = fs::read_to_string(file);
    let kept = kept.map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
    if kept == made {
        return Ok(());
    }
    let difference = difference::describe(&kept, made);
    let dir = file
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    Err(Failure::new(format!(
        "{} is not what the models say (-: the file, +: the models):\n{difference}if this is meant, write it again: \
         declarest openapi --write {}",
        file.display(),
        dir.display()
    )))
}

/// The settings of Swagger UI. Operations are collapsed at first, because drawing hundreds of open ones takes seconds.
fn config() -> Config<'static> {
    Config::new([DOCUMENT])
        .doc_expansion("none")
        .filter(true)
        .default_models_expand_depth(-1)
        .persist_authorization(true)
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .use_base_layout()
        // The validator's badge would be loaded from another host.
        .validator_url("none")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::program;

    #[test]
    fn examples_come_from_the_demo_data() {
        assert!(Examples::parse(models::demo::DEMO.iter().map(|(_, text)| *text)).is_ok());
        let document = text(&made(program())).unwrap();
        assert!(document.contains("\"examples\""));
    }

    #[test]
    fn what_is_written_passes_the_check_and_an_edit_does_not() {
        let program = program();
        let dir = std::env::temp_dir().join(format!("declarest-openapi-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        write(program, &dir).unwrap();
        let file = dir.join(FILES[0]);
        command(program, Some(&file)).unwrap();
        let edited = fs::read_to_string(&file)
            .unwrap()
            .replacen("Order Reference", "Number", 1);
        fs::write(&file, edited).unwrap();
        let failure = command(program, Some(&file)).unwrap_err().to_string();
        assert!(
            failure.contains("- \"Number\"") && failure.contains("+ \"Order Reference\""),
            "{failure}"
        );
        fs::remove_dir_all(&dir).unwrap();
    }
}
