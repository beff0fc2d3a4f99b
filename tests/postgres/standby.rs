//! Reads from a standby (`replica=` in the URL).

use serde_json::json;
use tests::{Body, Cluster, Pgbouncer, Server, address, assert_clean, encode, execute, rows};

use crate::{demo, eventually, log_in, needed};

/// A primary and a standby, and a server that reads from the standby when it may.
struct Pair {
    primary: Cluster,
    standby: Cluster,
    database: String,
    server: Server,
    /// A token with which the tests only read.
    reader: String,
}

impl Pair {
    fn start() -> Option<Self> {
        Pair::with(|primary, standby, name| format!("{}?replica={}", primary.url(name), standby.url(name)))
    }

    fn with(url: impl FnOnce(&Cluster, &Cluster, &str) -> String) -> Option<Self> {
        let primary = needed(Cluster::new())?;
        let database = primary.database(None);
        let standby = needed(primary.standby())?;
        let server = demo(address(&url(&primary, &standby, &database)), |_| {});
        let reader = log_in(&server, "saleorder_api");
        let pair = Pair {
            primary,
            standby,
            database,
            server,
            reader,
        };
        pair.caught_up();
        Some(pair)
    }

    /// Waits until the standby has caught up with the primary and the server reads from it again.
    fn caught_up(&self) {
        for token in [&self.server.token, &self.reader] {
            let before = self.reads();
            eventually("the standby is read from", || {
                self.name_for(token);
                self.reads() > before
            });
        }
    }

    /// How many transactions with several statements have been read from the standby. Such a read ends with a rollback,
    /// and rollbacks are counted.
    fn reads(&self) -> u64 {
        // This query runs in another session. A session reports its counts when it becomes idle.
        let count = "SELECT xact_rollback::text FROM pg_stat_database WHERE datname = current_database()";
        rows(&self.standby.address(&self.database), count)[0].parse().unwrap()
    }

    /// The name of category 1, read with this token. The read takes several statements, so it is a transaction that
    /// [`Self::reads`] counts.
    fn name_for(&self, token: &str) -> String {
        let fields = [("fields", "name,child_id(name)")];
        let path = format!("/restful/api/v1/product.category/1{}", encode(&fields));
        let reply = self.server.raw("GET", &path, &[("access-token", token)], Body::None);
        reply.ok()["name"].as_str().unwrap().to_owned()
    }

    fn rename(&self, name: &str) {
        self.server
            .send("PUT", "product.category/1", &json!({ "name": name }))
            .ok();
    }

    fn pause(&self) {
        execute(&self.standby.address(&self.database), "SELECT pg_wal_replay_pause()");
        let state = "SELECT pg_get_wal_replay_pause_state()";
        eventually("the standby stands still", || {
            rows(&self.standby.address(&self.database), state) == ["paused"]
        });
    }

    fn resume(&self) {
        execute(&self.standby.address(&self.database), "SELECT pg_wal_replay_resume()");
    }
}

/// The standby still has a token that was revoked: the server does not ask it for the reads of that token.
#[test]
fn a_revoked_token_does_not_read_from_the_standby() {
    let Some(pair) = Pair::start() else { return };
    pair.pause();
    let send =
        |token: &str, method: &str, path: &str| pair.server.raw(method, path, &[("access-token", token)], Body::None);
    let list = send(&pair.reader, "GET", "/rest/api/tokens").ok();
    let reader = list
        .as_array()
        .unwrap()
        .iter()
        .find(|token| token["current"] == true)
        .unwrap();
    let path = format!("/rest/api/tokens/{}", reader["id"].as_str().unwrap());
    send(&pair.server.token, "DELETE", &path).ok();
    send(&pair.reader, "GET", "/restful/api/v1/product.category/1").problem(401, "unauthenticated");
    pair.resume();
}

#[test]
fn whoever_wrote_reads_what_it_wrote() {
    let Some(pair) = Pair::start() else { return };
    pair.rename("before");
    let name = "SELECT name FROM product_category WHERE id = 1";
    eventually("the standby follows", || {
        rows(&pair.standby.address(&pair.database), name) == ["before"]
    });
    pair.pause();
    pair.rename("after");
    // A client that only reads is answered by the standby, with old data. A client that has just written never is.
    assert_eq!(pair.name_for(&pair.reader), "before");
    assert_eq!(pair.name_for(&pair.server.token), "after");
    assert_eq!(pair.server.ids("product.category", &[("name", "after")]), [1]);
    let found = json!({"domain": [["name", "=", "after"]]});
    assert_eq!(
        pair.server.send("POST", "product.category/search", &found).ok(),
        json!([1])
    );
    // The same after creates and after methods that write.
    let created = pair
        .server
        .send("POST", "product.category", &json!({"name": "new"}))
        .ok()["id"]
        .clone();
    pair.server.get(&format!("product.category/{created}"), &[]).ok();
    let path = format!("/restful/api/v1/product.category/{created}");
    let unseen = pair
        .server
        .raw("GET", &path, &[("access-token", &pair.reader)], Body::None);
    unseen.problem(404, "not_found");
    let copy = pair
        .server
        .send("POST", &format!("product.category/{created}/copy"), &json!({}))
        .ok();
    pair.server.get(&format!("product.category/{copy}"), &[]).ok();
    pair.resume();
    eventually("the standby follows", || pair.name_for(&pair.reader) == "after");
    pair.caught_up();
    assert_clean(&pair.standby.address(&pair.database));
}

#[test]
fn a_token_is_known_at_once_and_forgotten_at_once() {
    let Some(mut pair) = Pair::start() else { return };
    pair.pause();
    // The standby has received neither the login nor the logout.
    let token = log_in(&pair.server, "saleorder_api");
    pair.name_for(&token);
    let logged_out = std::mem::replace(&mut pair.reader, token);
    let headers = [("access-token", logged_out.as_str())];
    pair.server
        .raw("DELETE", "/rest/api/logout/token", &headers, Body::None)
        .ok();
    let path = "/restful/api/v1/product.category/1";
    pair.server
        .raw("GET", path, &headers, Body::None)
        .problem(401, "unauthenticated");

    // Another server does not know of this login, and the standby has not received it. Before a token is refused, the
    // primary is asked.
    let url = format!(
        "{}?replica={}",
        pair.primary.url(&pair.database),
        pair.standby.url(&pair.database)
    );
    let other = demo(address(&url), |_| {});
    let known = |token: &str| other.raw("GET", path, &[("access-token", token)], Body::None).status;
    assert_eq!(known(&pair.reader), 200);
    assert_eq!(known("access_token_0"), 401);
}

#[test]
fn a_standby_that_is_away_is_done_without() {
    let Some(pair) = Pair::start() else { return };
    let ready = || pair.server.raw("GET", "/readyz", &[], Body::None).status;
    for round in 0..2 {
        pair.standby.stop();
        for attempt in 0..20 {
            let name = format!("{round} {attempt}");
            pair.rename(&name);
            assert_eq!(pair.name_for(&pair.server.token), name);
            assert_eq!(pair.name_for(&pair.reader), name);
        }
        assert_eq!(ready(), 200);
        pair.standby.start_again();
        pair.caught_up();
    }
}

#[test]
fn a_standby_that_hangs_is_done_without() {
    let Some(pair) = Pair::start() else { return };
    pair.standby.hang();
    pair.rename("meanwhile");
    assert_eq!(pair.name_for(&pair.reader), "meanwhile");
    assert_eq!(pair.name_for(&pair.server.token), "meanwhile");
    pair.standby.go_on();
    pair.caught_up();
}

#[test]
fn a_standby_that_became_a_server_of_its_own_is_not_read_from() {
    let Some(pair) = Pair::start() else { return };
    execute(&pair.standby.address(&pair.database), "SELECT pg_promote()");
    execute(
        &pair.standby.address(&pair.database),
        "UPDATE product_category SET name = 'elsewhere' WHERE id = 1",
    );
    pair.rename("here");
    assert_eq!(pair.name_for(&pair.server.token), "here");
    eventually("the primary answers everybody", || {
        pair.name_for(&pair.reader) == "here"
    });
}

/// A `replica` that is not a standby is never read from.
#[test]
fn a_primary_is_no_standby() {
    let Some(primary) = needed(Cluster::new()) else {
        return;
    };
    let (one, other) = (primary.database(None), primary.database(None));
    drop(demo(primary.address(&other), |_| {}));
    execute(&primary.address(&other), "DELETE FROM sale_order_line");
    let url = format!("{}?replica={}", primary.url(&one), primary.url(&other));
    let server = demo(address(&url), |_| {});
    for _ in 0..10 {
        assert!(!server.ids("sale.order.line", &[]).is_empty());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn both_may_stand_behind_poolers() {
    let mut poolers = None;
    let pair = Pair::with(|primary, standby, name| {
        let [first, second] = [primary, standby].map(|cluster| Pgbouncer::start(cluster, 2).unwrap());
        let replica = second.url(name).replace('?', "%3F").replace('=', "%3D");
        let url = format!("{}&replica={replica}", first.url(name));
        poolers = Some((first, second));
        url
    });
    let Some(pair) = pair else { return };
    pair.pause();
    pair.rename("after");
    assert_ne!(pair.name_for(&pair.reader), "after");
    assert_eq!(pair.name_for(&pair.server.token), "after");
    pair.resume();
    pair.caught_up();
}
