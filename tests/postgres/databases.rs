//! One server with several databases of different kinds.

use orm::db::Address;
use serde_json::{Value, json};
use server::{Config, Server as Program};
use tests::{Body, Reply, Server, TempDir, dump, execute, rows};

use crate::{demo, log_in, named, postgres, runtime};

/// A server with two databases, one on PostgreSQL and one in an SQLite file, and a token for each.
struct Two {
    server: Server,
    other: Address,
    tokens: [String; 2],
    _folder: TempDir,
}

impl Two {
    fn start() -> Option<Self> {
        let cluster = postgres()?;
        let folder = TempDir::new();
        let other = Address::Sqlite(folder.path().join("shop.db").into());
        let second = named("shop", other.clone());
        let server = demo(cluster.address(&cluster.database(None)), |config| {
            config.databases.push(second);
        });
        let tokens = [server.token.clone(), log_in(&server, "shop")];
        Some(Two {
            server,
            other,
            tokens,
            _folder: folder,
        })
    }

    fn send(&self, token: usize, method: &str, path: &str, body: &Value) -> Reply {
        let body = body.to_string();
        let body = match method {
            "GET" | "DELETE" => Body::None,
            _ => Body::Json(body.as_bytes()),
        };
        let path = format!("/restful/api/v1/{path}");
        let headers = [("access-token", self.tokens[token].as_str())];
        self.server.raw(method, &path, &headers, body)
    }

    fn log_out(&self, token: usize) -> Reply {
        let headers = [("access-token", self.tokens[token].as_str())];
        self.server
            .raw("DELETE", "/rest/api/logout/token", &headers, Body::None)
    }
}

#[test]
fn a_token_works_in_its_own_database_only() {
    let Some(two) = Two::start() else { return };
    let databases = [&two.server.database, &two.other];
    let content = || databases.map(dump);
    let unchanged = |before: &[std::collections::BTreeMap<String, Vec<String>>; 2], index: usize| {
        assert_eq!(&before[index], &dump(databases[index]), "database {index}");
    };
    for index in [0, 1] {
        let (own, before) = (format!("database {index}"), content());
        // Both databases have a record with this id. A write to one is read from it and not from the other.
        two.send(index, "PUT", "sale.order/40", &json!({"client_order_ref": own}))
            .ok();
        let created = two.send(index, "POST", "product.category", &json!({"name": own})).ok();
        let id = created["id"].as_i64().unwrap();
        two.send(
            index,
            "PATCH",
            &format!("product.category/{id}/write"),
            &json!({"vals": {"name": own}}),
        )
        .ok();
        two.send(index, "DELETE", "product.category/9999", &json!({}))
            .problem(404, "not_found");
        unchanged(&before, 1 - index);
        let order = two
            .send(index, "GET", "sale.order/40?fields=client_order_ref", &json!({}))
            .ok();
        assert_eq!(order["client_order_ref"], own);
        let found = json!({"domain": [["name", "=", own]]});
        assert_eq!(two.send(index, "POST", "product.category/search_count", &found).ok(), 1);
        assert_eq!(
            two.send(1 - index, "POST", "product.category/search_count", &found)
                .ok(),
            0
        );
        let other = two
            .send(1 - index, "GET", "sale.order/40?fields=client_order_ref", &json!({}))
            .ok();
        assert_ne!(other["client_order_ref"], own);
    }
    for (index, database) in databases.into_iter().enumerate() {
        let kept = rows(database, "SELECT CAST(COUNT(*) AS TEXT) FROM auth_token");
        assert_eq!(kept, ["1"], "of database {index}");
    }
    // Logging out of one database does not affect the other.
    two.log_out(0).ok();
    two.log_out(0).problem(401, "unauthenticated");
    two.send(0, "GET", "sale.order/40", &json!({}))
        .problem(401, "unauthenticated");
    two.send(0, "PUT", "sale.order/40", &json!({"client_order_ref": "x"}))
        .problem(401, "unauthenticated");
    two.send(1, "GET", "sale.order/40", &json!({})).ok();
    assert_eq!(
        rows(&two.server.database, "SELECT hash FROM auth_token"),
        Vec::<String>::new()
    );
    assert_eq!(rows(&two.other, "SELECT CAST(COUNT(*) AS TEXT) FROM auth_token"), ["1"]);
}

#[test]
fn a_login_names_its_database() {
    let Some(two) = Two::start() else { return };
    let log_in = |login: Value| {
        let login = login.to_string();
        two.server
            .raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()))
    };
    let admin = |db: &str| log_in(json!({"login": "admin", "password": "admin@123", "db": db}));
    log_in(json!({"login": "admin", "password": "admin@123"})).problem(400, "invalid");
    admin("saleorder_api").ok();
    admin("shop").ok();
    // A user of the same name in another database is another user, with a password of its own.
    execute(&two.other, "DELETE FROM auth_password");
    admin("saleorder_api").ok();
    admin("shop").problem(401, "unauthenticated");
    admin("sho").problem(401, "unauthenticated");
    let ready = two.server.raw("GET", "/readyz", &[], Body::None);
    assert_eq!(ready.status, 200);
}

#[test]
fn databases_of_one_name_are_refused_before_anything_is_done() {
    let folder = TempDir::new();
    let file = |name: &str| Address::Sqlite(folder.path().join(name).into());
    let mut config = Config::new(named("shop", file("one.db")));
    config.databases.push(named("shop", file("two.db")));
    let refused = runtime()
        .block_on(Program::bind(tests::declarest(), config))
        .err()
        .unwrap()
        .to_string();
    assert!(
        refused.contains("\"shop\"") && refused.contains("NAME=URL"),
        "{refused}"
    );
    assert!(!folder.path().join("one.db").exists());
}
