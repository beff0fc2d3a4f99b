//! The servers under test: starts and stops them, and creates the data that the workloads need.

use std::fs;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client;
use crate::databases::address;
use crate::workload::CREATE;

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts `program` with `arguments` and `--listen` on a free port, and waits until it accepts connections. Its
    /// output goes to the file `log`.
    ///
    /// # Errors
    /// When it cannot be started, ends early, or does not listen within a minute.
    pub fn start(program: &Path, arguments: &[&str], log: &Path) -> io::Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let output = fs::File::create(log)?;
        let child = Command::new(program)
            .args(arguments)
            .args(["--listen", &address.to_string()])
            .env("DECLAREST_LOG", "warn")
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .spawn()
            .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let mut server = Server { address, child };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            if server.child.try_wait()?.is_some() || started.elapsed() > Duration::from_secs(60) {
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(io::Error::other(format!("{} did not start: {said}", program.display())));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// The address as the beginning of a URL.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks the server to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// When `kill` cannot be run.
    pub fn stop(mut self) -> io::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if the server has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Fills the database at `url` with the demo data and `orders` more orders.
///
/// # Errors
/// When declarest cannot be run or fails.
pub fn seed(declarest: &Path, url: &str, orders: u32, log: &Path) -> io::Result<()> {
    Server::start(declarest, &["serve", "--demo", "--database", url], log)?.stop()?;
    let orders = orders.to_string();
    let status = Command::new(declarest)
        .args(["seed", "--orders", &orders, "--database", url])
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("declarest seed: {status}")))
    }
}

/// Logs in as the administrator of the demo data and returns an access token.
///
/// # Errors
/// When the login fails.
pub fn log_in(server: &Server, url: &str) -> io::Result<String> {
    let name = address(url).default_name();
    let path = format!("/rest/api/login/token?login=admin&password=admin%40123&db={name}");
    let answer = client::request(server.address, "GET", &path, "", None)?;
    let answer: Value = serde_json::from_slice(&answer)?;
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
        let answer = client::request(server.address, method, &path, token, body.as_deref())?;
        Ok(serde_json::from_slice(&answer)?)
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
    let page = client::request(
        server.address,
        "GET",
        &format!("{PATH}?fields=id&limit=80"),
        token,
        None,
    )?;
    let page: Vec<Value> = serde_json::from_slice(&page)?;
    if page.len() < 80 {
        let partner = |number: usize| {
            let city = CITIES[number % CITIES.len()];
            let email = (!number.is_multiple_of(3)).then(|| format!("office{number}@example.com"));
            let name = format!("{city} Trading {}", number * 7919 % 1_000);
            serde_json::json!({"name": name, "city": city, "email": email.map_or(false.into(), Value::from)})
        };
        let body = Value::from((0..300).map(partner).collect::<Vec<_>>()).to_string();
        client::request(server.address, "POST", PATH, token, Some(&body))?;
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
    const ORDERS: usize = 1_000;
    let body = format!("[{}]", vec![CREATE; ORDERS].join(","));
    let made = client::request(server.address, "POST", "/restful/api/v1/sale.order", token, Some(&body))?;
    let made: Vec<Value> = serde_json::from_slice(&made)?;
    let pair = |order: &Value| Some((order["id"].as_i64()?, order["order_line"][0]["id"].as_i64()?));
    match made.iter().map(pair).collect::<Option<_>>() {
        Some(pairs) => Ok(Changeable(pairs)),
        None => Err(io::Error::other("the new orders are answered without their ids")),
    }
}

const CITIES: [&str; 7] = ["Aarhus", "Bergen", "Coimbra", "Delft", "Évora", "Fribourg", "Ghent"];
