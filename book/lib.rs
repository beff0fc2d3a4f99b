//! The pages of the book, so that `cargo test` compiles and runs their examples, and what an example's hidden `main`
//! calls.

use harness::{Database, execute};
use orm::prelude::*;
use orm::{Entry, Runtime};

/// User
#[model("book.user", role = user)]
pub struct User {
    /// Name
    pub name: String,
}

/// Whether the models of an example fit together, and can have tables; then runs `example` on these.
///
/// # Panics
/// If not, or if `example` fails.
pub fn run(mut models: Vec<Entry>, mut example: impl FnMut(&mut Env<'_>) -> Result<()>) {
    models.push(orm::typed::entry::<User>());
    let runtime = Runtime::new(&models).expect("models that fit together");
    let database = Database::empty();
    let address = database.address();
    execute(address, &orm_schema::everything(&runtime, address.dialect()));
    execute(address, "INSERT INTO book_user (name) VALUES ('Root')");
    let now = "2026-01-31T10:00:00".parse().expect("a time");
    let ran = address.transact(|session| example(&mut Env::system(session, &runtime, now)));
    ran.expect("an example that runs");
}

/// The `main` of an example: its models, and what to do with them: `book::run!(Book, Shelf; |env| …)`.
#[macro_export]
macro_rules! run {
    ($($model:path),+ $(,)?) => { $crate::run!($($model),+; |_env| Ok(())) };
    ($($model:path),+; $example:expr) => { $crate::run(vec![$(orm::typed::entry::<$model>()),+], $example) };
}

macro_rules! pages {
    ($($page:ident: $file:literal,)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("src/", $file))]
            mod $page {}
        )*
    };
}

pages! {
    introduction: "introduction.md",
    first_model: "first-model.md",
    fields: "fields.md",
    relations: "relations.md",
    computing: "computing.md",
    constraints: "constraints.md",
    actions: "actions.md",
    rights: "rights.md",
    audit: "audit.md",
    extending: "extending.md",
    migrations: "migrations.md",
    testing: "testing.md",
    wire: "wire.md",
    application: "application.md",
    operations: "operations.md",
}
