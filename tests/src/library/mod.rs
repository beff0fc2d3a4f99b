//! A second, small application. It has models of its own and uses nothing of the crate `models`.

mod models;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use orm::Records;
use server::include_dir::{self, Dir, include_dir};
use server::{Application, Context, Demo};

use models::{Book, BookFilter};

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/library/migrations");

/// A lending library.
pub static LIBRARY: Application = Application {
    name: "library",
    title: "Lending library",
    database: "sqlite://library.db",
    catalogue: models::catalogue,
    migrations: &MIGRATIONS,
    first_records: r#"{"library.member": {"fields": ["id", "name", "login", "active"], "rows": [[1, "-", "-", false]]}}"#,
    demo: Some(Demo {
        files: &[("library", include_str!("demo.json"))],
        login: "ann",
        password: "read more",
    }),
    routes,
    ..Application::EMPTY
};

/// A route beside the generated ones: the number of books.
fn routes(context: Context) -> Router {
    let shelf = move |headers: HeaderMap| {
        let context = context.clone();
        async move {
            let books = |env: &mut orm::Env<'_>| {
                let books = Records::<Book>::search(env, BookFilter::default())?;
                Ok(format!(r#"{{"books":{}}}"#, books.len()).into_bytes())
            };
            context.read(&headers, books).await
        }
    };
    Router::new().route("/shelf", get(shelf))
}
