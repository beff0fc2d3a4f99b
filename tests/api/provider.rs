//! The identity provider of the tests, and how a browser logs in there.

use std::net::SocketAddr;
use std::sync::OnceLock;

use serde_json::json;
use server::config::{ClientSecret, OidcClient, OidcConfig};
use tests::{Body, Provider, Reply, Server, request, skip};

const START: &str = "/rest/api/login/oidc";
/// The public URL, which the provider knows. The browser of these tests finds the server itself.
const PUBLIC: &str = "https://api.example";

/// The provider of this binary; none, after saying so, where it cannot be started.
pub(crate) fn provider() -> Option<&'static Provider> {
    static PROVIDER: OnceLock<Result<Provider, String>> = OnceLock::new();
    match PROVIDER.get_or_init(|| Provider::start(0, "client_secret_basic")) {
        Ok(provider) => Some(provider),
        Err(why) => {
            skip(why);
            None
        }
    }
}

/// Settings for logins of browsers as the client `declarest`, by this provider.
pub(crate) fn settings(issuer: &str) -> OidcConfig {
    OidcConfig {
        client: Some(client("declarest", Some("the secret of the test"))),
        ..OidcConfig::new(issuer)
    }
}

pub(crate) fn client(id: &str, secret: Option<&str>) -> OidcClient {
    OidcClient {
        id: id.to_owned(),
        secret: secret.map(|secret| ClientSecret(secret.to_owned())),
        public_url: PUBLIC.parse().unwrap(),
        scopes: vec!["email".to_owned(), "profile".to_owned()],
        return_to: vec!["https://app.example/in".parse().unwrap()],
    }
}

/// A server with the demo data whose users may log in by the provider as these settings say. `ann@example.com` is one.
pub(crate) fn serve(config: OidcConfig) -> Server {
    let server = Server::demo_with(|all| all.oidc = Some(config));
    add_user(&server, "ann@example.com");
    server
}

/// Creates a user without a password, who may read partners.
pub(crate) fn add_user(server: &Server, login: &str) -> i64 {
    let groups = server.ids("res.groups", &[("full_name", "User types / Internal User")]);
    let values = json!({
        "login": login, "name": login, "company_id": 1, "company_ids": [[6, 0, [1]]], "groups_id": [[6, 0, groups]],
    });
    server.send("POST", "res.users", &values).ok()["id"].as_i64().unwrap()
}

/// A browser that has begun a login.
pub(crate) struct Browser {
    /// The cookie that the server has set, `name=value`.
    pub(crate) cookie: String,
    /// The provider's URL to which it is sent.
    pub(crate) url: String,
}

impl Browser {
    /// Begins a login; `query` is the query string with its `?`, or empty.
    #[track_caller]
    pub(crate) fn begin(server: &Server, query: &str) -> Self {
        let reply = server.raw("GET", &format!("{START}{query}"), &[], Body::None);
        assert_eq!(reply.status, 303, "{}", reply.text());
        let cookie = reply.header("set-cookie").unwrap();
        for property in ["HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600", "Path=/"] {
            assert!(cookie.contains(&format!("; {property}")), "{cookie}");
        }
        Browser {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            url: reply.header("location").unwrap().to_owned(),
        }
    }

    /// Logs in at the provider as `name`. Returns the path and query with which the provider sends it back.
    #[track_caller]
    pub(crate) fn log_in(&self, name: &str) -> String {
        let mut cookies: Vec<String> = Vec::new();
        let form = format!("prompt=login&login={name}&password=x");
        let mut url = self.url.clone();
        for _ in 0..5 {
            if let Some(back) = url.strip_prefix(PUBLIC) {
                return back.to_owned();
            }
            let (addr, path) = split(&url);
            let (method, body) = match path.starts_with("/interaction/") {
                true => (
                    "POST",
                    Body::Typed("application/x-www-form-urlencoded", form.as_bytes()),
                ),
                false => ("GET", Body::None),
            };
            let reply = request(addr, method, &path, &[("cookie", &cookies.join("; "))], body).unwrap();
            assert_eq!(reply.status, 303, "{method} {path}: {}", reply.text());
            let set = reply.headers.iter().filter(|(name, _)| name == "set-cookie");
            cookies.extend(set.map(|(_, value)| value.split(';').next().unwrap().to_owned()));
            let location = reply.header("location").unwrap();
            url = match location.starts_with('/') {
                true => format!("http://{addr}{location}"),
                false => location.to_owned(),
            };
        }
        panic!("the provider does not send the browser back, but to {url}");
    }

    /// Comes back to the server.
    #[track_caller]
    pub(crate) fn come_back(&self, server: &Server, path: &str) -> Reply {
        server.raw("GET", path, &[("cookie", &self.cookie)], Body::None)
    }
}

/// Logs in at the provider as `name`, and comes back.
#[track_caller]
pub(crate) fn log_in(server: &Server, name: &str) -> Reply {
    let browser = Browser::begin(server, "");
    browser.come_back(server, &browser.log_in(name))
}

/// The address of a URL, and its path with the query.
pub(crate) fn split(url: &str) -> (SocketAddr, String) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    (host.parse().unwrap(), format!("/{path}"))
}
