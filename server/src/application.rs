//! What a server serves: an application. This library contains none; `main.rs` passes one to it.

use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use axum::Router;
use include_dir::Dir;
use orm::db::Session;
use orm::{Entry, Runtime};

use crate::api::Context;
use crate::auth::Users;
use crate::failure::Failure;

/// A catalogue of models with everything that a server needs for it. Take the fields that you do not set from
/// [`Application::EMPTY`].
#[derive(Debug, Clone, Copy)]
pub struct Application {
    /// The program's name on the command line and in messages.
    pub name: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The title of the OpenAPI document.
    pub title: &'static str,
    /// The URL of the database that commands use by default.
    pub database: &'static str,
    /// The models, as `catalogue!` lists them.
    pub catalogue: fn() -> Vec<Entry>,
    /// The folder that `migrate diff` writes (`sqlite`, `postgres`, `changes`, `schema.json`), embedded by `include_dir!`.
    pub migrations: &'static Dir<'static>,
    /// The records that are loaded before the first user is created, in the format of `export`: at least the user with
    /// id 1, who represents the program itself and cannot log in.
    pub first_records: &'static str,
    /// The group whose members may change users and groups: its `name` and `full_name`. `user create` creates the group
    /// when an administrator needs it and it is missing.
    pub administrators: Option<(&'static str, &'static str)>,
    /// The data that `serve --demo` loads into an empty database.
    pub demo: Option<Demo>,
    /// The generator of records behind the command `seed`.
    pub seed: Option<Seed>,
    /// Further routes of the application, merged with the generated ones.
    pub routes: fn(Context) -> Router,
}

/// Demo data: records to try the application with.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// Files as (name, text), in the format of `export`. Their records may refer to records of the other files.
    pub files: &'static [(&'static str, &'static str)],
    /// The login of the user in these files who can log in.
    pub login: &'static str,
    /// The password that this user gets.
    pub password: &'static str,
}

/// Adds the given number of generated records in batches. After each batch it calls the callback with the number of
/// records added so far.
pub type Seed = fn(&mut Session, &Runtime, u64, &mut dyn FnMut(u64)) -> orm::Result<()>;

static NO_MIGRATIONS: Dir<'static> = Dir::new("", &[]);

impl Application {
    /// An application without models, to take the fields from that another one does not set.
    pub const EMPTY: Application = Application {
        name: "declarest",
        version: env!("CARGO_PKG_VERSION"),
        title: "Declarest",
        database: "sqlite://data.db",
        catalogue: Vec::new,
        migrations: &NO_MIGRATIONS,
        first_records: "{}",
        administrators: None,
        demo: None,
        seed: None,
        routes: |_| Router::new(),
    };
}

/// An application whose catalogue is resolved. Dereferences to its [`Runtime`].
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) application: &'static Application,
    runtime: Runtime,
    /// The statements that look up users and their tokens.
    pub(crate) users: Users,
}

impl Program {
    /// Resolves the application's catalogue; later calls return the same program.
    ///
    /// # Errors
    /// When the models do not fit together, or none of them can serve as the model of users ([`Users::new`]).
    pub(crate) fn of(application: &'static Application) -> Result<&'static Self, Failure> {
        static READY: Mutex<Vec<&'static Program>> = Mutex::new(Vec::new());
        let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |program: &&&Program| std::ptr::eq(program.application, application);
        if let Some(program) = ready.iter().find(same) {
            return Ok(program);
        }
        let runtime = Runtime::new(&(application.catalogue)())?;
        let users = Users::new(&runtime, application.administrators.map(|(_, full_name)| full_name))?;
        // Leaked on purpose: there is one program for each application, and it lives as long as the process.
        let program = Box::leak(Box::new(Program {
            application,
            runtime,
            users,
        }));
        ready.push(program);
        Ok(program)
    }
}

impl Deref for Program {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        &self.runtime
    }
}
