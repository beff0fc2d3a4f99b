//! What a server serves: an application. The library knows none; `main.rs` hands it one.

use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use axum::Router;
use include_dir::Dir;
use orm::db::Session;
use orm::{Entry, Runtime};

use crate::api::Context;
use crate::auth::Users;
use crate::failure::Failure;

/// A catalogue with what belongs to it. What is not said is as in [`Application::EMPTY`].
#[derive(Debug, Clone, Copy)]
pub struct Application {
    /// What the program is called: on the command line, in its messages.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The title of its documents.
    pub title: &'static str,
    /// The models, as `catalogue!` lists them.
    pub catalogue: fn() -> Vec<Entry>,
    /// The folder that `migrate diff` writes: `sqlite`, `postgres` and `schema.json`, embedded by `include_dir!`.
    pub migrations: &'static Dir<'static>,
    /// The records that a database begins with when its first user is made, in the form that `export` writes: at least the user
    /// 1, who stands for the program itself and cannot log in.
    pub first_records: &'static str,
    /// The group whose members may change users and groups: its `name` and `full_name`. It is made where it is missing.
    pub administrators: Option<(&'static str, &'static str)>,
    /// What `serve --demo` fills an empty database with.
    pub demo: Option<Demo>,
    /// What `seed` adds.
    pub seed: Option<Seed>,
    /// Routes of its own, beside the generated ones.
    pub routes: fn(Context) -> Router,
}

/// Records to try things on.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// Files in the form that `export` writes, name and text. They refer to each other.
    pub files: &'static [(&'static str, &'static str)],
    /// The user among them who can log in.
    pub login: &'static str,
    /// Its password.
    pub password: &'static str,
}

/// Adds so many generated records, some at a time; says each time how many there are by now.
pub type Seed = fn(&mut Session, &Runtime, u64, &mut dyn FnMut(u64)) -> orm::Result<()>;

static NO_MIGRATIONS: Dir<'static> = Dir::new("", &[]);

impl Application {
    /// No models.
    pub const EMPTY: Application = Application {
        name: "declarest",
        version: env!("CARGO_PKG_VERSION"),
        title: "Declarest",
        catalogue: Vec::new,
        migrations: &NO_MIGRATIONS,
        first_records: "{}",
        administrators: None,
        demo: None,
        seed: None,
        routes: |_| Router::new(),
    };
}

/// An application ready to run. Dereferences to its [`Runtime`].
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) application: &'static Application,
    runtime: Runtime,
    /// How the server asks for users.
    pub(crate) users: Users,
}

impl Program {
    /// Resolves the application's catalogue, once in a process.
    ///
    /// # Errors
    /// When its models do not fit together, or have no users who could log in.
    pub(crate) fn of(application: &'static Application) -> Result<&'static Self, Failure> {
        static READY: Mutex<Vec<&'static Program>> = Mutex::new(Vec::new());
        let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |program: &&&Program| std::ptr::eq(program.application, application);
        if let Some(program) = ready.iter().find(same) {
            return Ok(program);
        }
        let runtime = Runtime::new(&(application.catalogue)())?;
        let users = Users::new(&runtime, application.administrators.map(|(_, full_name)| full_name))?;
        // They stay for the rest of the process: there are as many as the process has applications.
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
