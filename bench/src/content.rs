//! What the databases under test hold: the demo data, generated orders, and what the workloads need besides.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use harness::{address, rows};
use serde_json::{Value, json};

use crate::servers::Server;
use crate::workload::{CREATE, ORDERS};

/// Fills the database at `url` with the demo data and `orders` more orders. `folder` is for what the program says.
///
/// # Errors
/// When declarest cannot be run or fails.
pub fn seed(declarest: &Path, url: &str, orders: u32, folder: &Path) -> io::Result<()> {
    Server::start(declarest, &["serve", "--demo", "--database", url], folder)?.stop()?;
    let orders = orders.to_string();
    let mut seed = Command::new(declarest);
    seed.args(["seed", "--orders", &orders, "--database", url]);
    let status = seed.stdout(Stdio::null()).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("declarest seed: {status}")))
    }
}

/// How many orders the database at `url` has.
///
/// # Errors
/// When it cannot be counted.
pub fn count_orders(url: &str) -> io::Result<usize> {
    let counted = rows(&address(url), "SELECT CAST(count(*) AS text) FROM sale_order");
    let number = counted.first().and_then(|number| number.parse().ok());
    number.ok_or_else(|| io::Error::other("the orders cannot be counted"))
}

/// Logs in as the administrator of the demo data and returns an access token.
///
/// # Errors
/// When the login fails.
pub fn log_in(server: &Server, url: &str) -> io::Result<String> {
    let name = address(url).default_name();
    let path = format!("/rest/api/login/token?login=admin&password=admin%40123&db={name}");
    let answer = server.client.request("GET", &path, "", None)?;
    let answer: Value = serde_json::from_slice(answer.body())?;
    match answer["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => Err(io::Error::other(format!("the login answered {answer}"))),
    }
}

/// Creates a user who is a member of one group, and logs in; returns his id and an access token. `token` is the
/// administrator's.
///
/// # Errors
/// When the program or the server refuses.
pub fn member(
    declarest: &Path,
    server: &Server,
    url: &str,
    token: &str,
    login: &str,
    group: &str,
) -> io::Result<(i64, String)> {
    const BASE: &str = "/restful/api/v1";
    let mut command = Command::new(declarest);
    command.args(["user", "create", login, "--database", url]);
    let mut create = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let mut input = create
        .stdin
        .take()
        .ok_or_else(|| io::Error::other("no standard input"))?;
    input.write_all(b"a-password\n")?;
    drop(input);
    if !create.wait()?.success() {
        return Err(io::Error::other("`declarest user create` failed"));
    }
    let ask = |method: &str, path: String, body: Option<Value>| -> io::Result<Value> {
        let body = body.map(|body| body.to_string());
        let answer = server.client.request(method, &path, token, body.as_deref())?;
        Ok(serde_json::from_slice(answer.body())?)
    };
    let first = |found: Value| {
        found[0]["id"]
            .as_i64()
            .ok_or_else(|| io::Error::other("it is not there"))
    };
    let user = first(ask("GET", format!("{BASE}/res.users?fields=id&login={login}"), None)?)?;
    let group = group.replace(' ', "%20").replace('/', "%2F");
    let group = first(ask(
        "GET",
        format!("{BASE}/res.groups?fields=id&full_name={group}"),
        None,
    )?)?;
    let values = json!({ "groups_id": [[6, 0, [group]]], "company_id": 1, "company_ids": [[6, 0, [1]]] });
    ask("PUT", format!("{BASE}/res.users/{user}"), Some(values))?;
    let login = json!({ "login": login, "password": "a-password", "db": address(url).default_name() });
    let token = ask("POST", "/rest/api/login/token".to_owned(), Some(login))?;
    let token = token["access_token"].as_str();
    Ok((user, token.ok_or_else(|| io::Error::other("no token"))?.to_owned()))
}

/// Adds 300 partners if there are fewer than the 80 that a workload reads.
///
/// # Errors
/// When the server refuses them.
pub fn add_partners(server: &Server, token: &str) -> io::Result<()> {
    const PATH: &str = "/restful/api/v1/res.partner";
    let page = server
        .client
        .request("GET", &format!("{PATH}?fields=id&limit=80"), token, None)?;
    let page: Vec<Value> = serde_json::from_slice(page.body())?;
    if page.len() < 80 {
        let partner = |number: usize| {
            let city = CITIES[number % CITIES.len()];
            let email = (!number.is_multiple_of(3)).then(|| format!("office{number}@example.com"));
            let name = format!("{city} Trading {}", number * 7919 % 1_000);
            json!({"name": name, "city": city, "email": email.map_or(false.into(), Value::from)})
        };
        let body = Value::from((0..300).map(partner).collect::<Vec<_>>()).to_string();
        server.client.request("POST", PATH, token, Some(&body))?;
    }
    Ok(())
}

/// The orders that the workloads *change of a line* and *update of one field* write, each with the id of one of its
/// lines.
#[derive(Debug, Clone, Default)]
pub struct Changeable(Vec<(i64, i64)>);

impl Changeable {
    /// The ids of the first order and its line.
    pub fn first(&self) -> Option<(i64, i64)> {
        self.0.first().copied()
    }

    /// All pairs as text for `fixtures/change.lua`: `order:line order:line …`
    pub fn text(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(order, line)| format!("{order}:{line}")).collect();
        pairs.join(" ")
    }
}

/// Adds 1,000 orders for the workloads that change orders.
///
/// # Errors
/// When the server refuses them.
pub fn add_changeable(server: &Server, token: &str) -> io::Result<Changeable> {
    const NUMBER: usize = 1_000;
    let body = format!("[{}]", vec![CREATE; NUMBER].join(","));
    let made = server.client.request("POST", ORDERS, token, Some(&body))?;
    let made: Vec<Value> = serde_json::from_slice(made.body())?;
    let pair = |order: &Value| Some((order["id"].as_i64()?, order["order_line"][0]["id"].as_i64()?));
    match made.iter().map(pair).collect::<Option<_>>() {
        Some(pairs) => Ok(Changeable(pairs)),
        None => Err(io::Error::other("the new orders are answered without their ids")),
    }
}

const CITIES: [&str; 7] = ["Aarhus", "Bergen", "Coimbra", "Delft", "Évora", "Fribourg", "Ghent"];
