//! Requests as other users than `admin`.

use serde_json::{Value, json};
use tests::{Body, Reply, Server, encode, execute};

/// A user who is logged in.
pub(crate) struct User<'s> {
    server: &'s Server,
    pub(crate) token: String,
}

/// Logs in as a user of the database and returns the token. All users without a password get that of `admin`.
pub(crate) fn log_in(server: &Server, login: &str) -> String {
    execute(
        &server.database,
        "INSERT INTO auth_password (user_id, hash) SELECT u.id, p.hash FROM res_users u, auth_password p \
         WHERE p.user_id = 2 AND u.id NOT IN (SELECT user_id FROM auth_password)",
    );
    let parameters = encode(&[("login", login), ("password", "admin@123")]);
    let path = format!("/rest/api/login/token{parameters}");
    let reply = server.raw("GET", &path, &[], Body::None).ok();
    reply["access_token"].as_str().unwrap().to_owned()
}

impl<'s> User<'s> {
    pub(crate) fn new(server: &'s Server, login: &str) -> Self {
        User {
            server,
            token: log_in(server, login),
        }
    }

    /// Creates a user with these groups and logs in.
    pub(crate) fn create(server: &'s Server, login: &str, groups: &[&str]) -> Self {
        let groups: Vec<i64> = (groups.iter())
            .flat_map(|group| server.ids("res.groups", &[("full_name", group)]))
            .collect();
        let values = json!({
            "login": login, "name": login, "company_id": 1, "company_ids": [[6, 0, [1]]],
            "groups_id": [[6, 0, groups]],
        });
        server.send("POST", "res.users", &values).ok();
        User::new(server, login)
    }

    /// Sends a request with a JSON body.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let (path, body) = (format!("/restful/api/v1/{path}"), body.to_string());
        let body = match method {
            "GET" | "DELETE" => Body::None,
            _ => Body::Json(body.as_bytes()),
        };
        self.server.raw(method, &path, &[("access-token", &self.token)], body)
    }

    /// Reads.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &Value::Null)
    }

    /// The ids of a list, sorted.
    pub(crate) fn ids(&self, path: &str) -> Vec<i64> {
        let list = self.get(path).ok();
        let ids = list.as_array().unwrap().iter();
        let mut ids: Vec<i64> = ids.map(|record| record["id"].as_i64().unwrap()).collect();
        ids.sort_unstable();
        ids
    }
}
