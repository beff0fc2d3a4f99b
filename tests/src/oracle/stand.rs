//! The system under test: a server over a database with the recorded rows.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use harness::{TempDir, cluster};
use orm::Runtime;
use orm::db::Address;
use orm::registry::ModelInfo;
use serde_json::{Value, json};
use server::config::DatabaseConfig;

use super::case::Answer;
use super::{Options, PROGRAM};
use crate::client::{Body, Reply, encode};
use crate::server::Server;

/// The password that is set for every user.
const PASSWORD: &str = "for-the-run";
/// The login for requests of cases that name no user.
pub(super) const ADMIN: &str = "admin";

/// The server, its recorded rows and its definitions.
pub(super) struct Stand {
    server: Server,
    database: String,
    tokens: RefCell<BTreeMap<String, String>>,
    dir: PathBuf,
    /// The rows that were loaded.
    pub(super) rows: Value,
    /// The definitions of the models.
    pub(super) registry: Runtime,
    /// Run only sections whose name begins with this.
    pub(super) only: Option<String>,
    _temporary: TempDir,
}

impl Stand {
    /// Loads the rows with `declarest load`, sets the passwords and starts the server.
    pub(super) fn new(options: &Options) -> Result<Self, String> {
        let temporary = TempDir::new();
        let url = match &options.database {
            Some(url) => url.clone(),
            None if options.postgres => {
                let cluster = cluster()?;
                cluster.url(&cluster.database(None))
            }
            None => format!("sqlite://{}", temporary.path().join("oracle.db").display()),
        };
        let file = options.dir.join("rows.json");
        program(&["load", &file.to_string_lossy(), "--database", &url], "")?;
        let rows = read(&file)?.ok_or("there is no rows.json")?;
        for login in logins(&rows) {
            program(&["user", "set-password", &login, "--database", &url], PASSWORD)?;
        }
        let database: DatabaseConfig = url.parse().map_err(|error: server::Failure| error.to_string())?;
        Ok(Stand {
            database: database.name.clone(),
            server: Server::over(database, |_| {}),
            tokens: RefCell::default(),
            dir: options.dir.clone(),
            rows,
            registry: Runtime::new(&models::catalogue()).map_err(|error| error.to_string())?,
            only: None,
            _temporary: temporary,
        })
    }

    /// The database.
    pub(super) fn address(&self) -> &Address {
        &self.server.database
    }

    /// A file of facts, or `None` if it does not exist.
    pub(super) fn read(&self, name: &str) -> Result<Option<Value>, String> {
        read(&self.dir.join(format!("{name}.json")))
    }

    /// Whether this section is to be run.
    pub(super) fn wants(&self, section: &str) -> bool {
        self.only.as_deref().is_none_or(|only| section.starts_with(only))
    }

    /// Sends a request without a token.
    pub(super) fn raw(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let text = body.map(Value::to_string);
        let body = text.as_ref().map_or(Body::None, |text| Body::Json(text.as_bytes()));
        self.server.raw(method, path, &[], body)
    }

    /// Sends a request of the user with this login to a path below `/restful/api/v1/`.
    pub(super) fn call(&self, login: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let token = self.token(login);
        let text = body.map(Value::to_string);
        let body = text.as_ref().map_or(Body::None, |text| Body::Json(text.as_bytes()));
        let path = format!("/restful/api/v1/{path}");
        self.server.raw(method, &path, &[("access-token", &token)], body)
    }

    /// Reads a list.
    pub(super) fn list(&self, model: &str, parameters: &[(&str, &str)]) -> Answer {
        let path = format!("{model}{}", encode(parameters));
        Answer::of(&self.call(ADMIN, "GET", &path, None), |body| body)
    }

    /// Creates a record. The answer is its id.
    pub(super) fn create(&self, login: &str, model: &str, values: &Value) -> Answer {
        Answer::of(&self.call(login, "POST", model, Some(values)), |body| {
            body["id"].clone()
        })
    }

    /// Creates a record that a case needs. A refusal is an error of the run, not an answer to compare.
    pub(super) fn make(&self, model: &str, values: &Value) -> Result<i64, String> {
        match self.create(ADMIN, model, values) {
            Answer::Gives(Value::Number(id)) => id.as_i64().ok_or_else(|| format!("{model}: the id {id}")),
            other => Err(format!("{model} {values}: {other:?}")),
        }
    }

    /// Updates a record.
    pub(super) fn write(&self, model: &str, id: i64, values: &Value) -> Answer {
        let reply = self.call(ADMIN, "PATCH", &format!("{model}/{id}"), Some(values));
        Answer::of(&reply, |_| Value::Bool(true))
    }

    /// Updates a record as preparation for a case. A refusal is an error of the run.
    pub(super) fn change(&self, model: &str, id: i64, values: &Value) -> Result<(), String> {
        match self.write(model, id, values) {
            Answer::Gives(_) => Ok(()),
            other => Err(format!("{model} {id} {values}: {other:?}")),
        }
    }

    /// Calls a method of a record.
    pub(super) fn method(&self, login: &str, model: &str, id: i64, method: &str, arguments: &Value) -> Answer {
        let reply = self.call(login, "PATCH", &format!("{model}/{id}/{method}"), Some(arguments));
        Answer::of(&reply, |body| body)
    }

    /// Calls a method of a model.
    pub(super) fn model_method(&self, login: &str, model: &str, method: &str, arguments: &Value) -> Answer {
        let reply = self.call(login, "POST", &format!("{model}/{method}"), Some(arguments));
        Answer::of(&reply, |body| body)
    }

    /// Reads fields of a record with the method `read`.
    pub(super) fn fields(&self, model: &str, id: i64, fields: &[&str]) -> Answer {
        self.method(ADMIN, model, id, "read", &json!({"fields": fields}))
            .map(|records| records[0].clone())
    }

    /// The definition of a model.
    pub(super) fn model(&self, model: &str) -> Option<&ModelInfo> {
        self.registry.find(model)
    }

    /// Whether the model has a field that a caller may read.
    pub(super) fn has(&self, model: &str, field: &str) -> bool {
        let Some(model) = self.model(model) else { return false };
        model.field(field).is_some_and(|field| !model.fields[field].def.secret)
    }

    /// The names among these that are readable fields of the model.
    pub(super) fn known<'n>(&self, model: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
        names.into_iter().filter(|name| self.has(model, name)).collect()
    }

    /// The fields that the rows give for a model.
    pub(super) fn given(&self, model: &str) -> BTreeSet<&str> {
        let fields = self.rows[model]["fields"].as_array();
        fields.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn token(&self, login: &str) -> String {
        if let Some(token) = self.tokens.borrow().get(login) {
            return token.clone();
        }
        let body = json!({"login": login, "password": PASSWORD, "db": self.database});
        let reply = self.raw("POST", "/rest/api/login/token", Some(&body));
        let token = match reply.status {
            200 => reply.json()["access_token"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(), // requests without a token are refused, and the report shows it
        };
        self.tokens.borrow_mut().insert(login.to_owned(), token.clone());
        token
    }
}

/// Runs a command of `declarest` in another process.
fn program(words: &[&str], input: &str) -> Result<(), String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(this)
        .arg(PROGRAM)
        .args(words)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        let written = stdin.write_all(input.as_bytes());
        written.map_err(|error| error.to_string())?;
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{PROGRAM} {}` failed", words.join(" "))),
    }
}

fn read(file: &Path) -> Result<Option<Value>, String> {
    match std::fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", file.display())),
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| format!("{}: {error}", file.display())),
    }
}

/// The logins of the active users in the rows.
fn logins(rows: &Value) -> Vec<String> {
    let table = &rows["res.users"];
    let column = |name: &str| {
        let fields = table["fields"].as_array();
        fields.and_then(|fields| fields.iter().position(|field| field == name))
    };
    let (Some(login), Some(active)) = (column("login"), column("active")) else {
        return Vec::new();
    };
    let rows = table["rows"].as_array().map_or(&[][..], Vec::as_slice);
    rows.iter()
        .filter(|row| row[active] == true)
        .filter_map(|row| row[login].as_str().map(str::to_owned))
        .collect()
}
