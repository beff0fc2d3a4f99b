//! Several clients send random writes of all kinds to the same few records. Afterwards all stored data are checked.
//!
//! `DECLAREST_RANDOM_WRITES` is the number of writes that each client sends. With the same `DECLAREST_RANDOM_SEED`, the
//! clients choose the same writes; which of them run at the same time depends on the machine.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tests::{Body, Reply, Server, tell, verify};

/// How many writes a client sends by default.
const WRITES: usize = 40;
/// Partners and products of the demo data that orders and lines refer to.
const PARTNERS: [i64; 3] = [11, 12, 13];
const PRODUCTS: [i64; 3] = [23, 27, 28];

/// A model whose records the clients share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Order,
    Line,
    Partner,
    Category,
    Tag,
}

impl Shared {
    const ALL: [Shared; 5] = [
        Shared::Order,
        Shared::Line,
        Shared::Partner,
        Shared::Category,
        Shared::Tag,
    ];

    fn model(self) -> &'static str {
        match self {
            Shared::Order => "sale.order",
            Shared::Line => "sale.order.line",
            Shared::Partner => "res.partner",
            Shared::Category => "product.category",
            Shared::Tag => "res.partner.category",
        }
    }
}

/// The records that the clients share, and statistics of their writes.
struct World<'s> {
    server: &'s Server,
    records: Mutex<BTreeMap<Shared, Vec<i64>>>,
    /// How many writes are running.
    under_way: AtomicI64,
    writes: AtomicUsize,
    met: AtomicUsize,
    answers: Mutex<BTreeMap<u16, usize>>,
}

impl World<'_> {
    fn some(&self, random: &mut StdRng, shared: Shared) -> i64 {
        let records = self.records.lock().unwrap();
        let ids = &records[&shared];
        ids[random.random_range(0..ids.len())]
    }

    /// Adds a record. Only six of each model are kept, so that clients go on to write the same ones.
    fn add(&self, random: &mut StdRng, shared: Shared, id: i64) {
        let mut records = self.records.lock().unwrap();
        let ids = records.entry(shared).or_default();
        match ids.len() < 6 {
            true => ids.push(id),
            false => {
                let place = random.random_range(0..ids.len());
                ids[place] = id;
            }
        }
    }

    /// Removes a record that does not exist any more. The last one stays, so that there is always one to choose.
    fn forget(&self, shared: Shared, id: Option<i64>) {
        let mut records = self.records.lock().unwrap();
        let ids = records.entry(shared).or_default();
        if ids.len() > 1 {
            ids.retain(|known| Some(*known) != id);
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        if self.under_way.fetch_add(1, Ordering::Relaxed) > 0 {
            self.met.fetch_add(1, Ordering::Relaxed);
        }
        let reply = match body {
            Value::Null => self.server.call(method, path, Body::None),
            body => self.server.send(method, path, body),
        };
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        self.writes.fetch_add(1, Ordering::Relaxed);
        *self.answers.lock().unwrap().entry(reply.status).or_default() += 1;
        assert!(
            matches!(reply.status, 200 | 404 | 409 | 422),
            "{method} {path} {body}: {} {}",
            reply.status,
            reply.text()
        );
        reply
    }

    /// Sends one write, chosen at random.
    fn write(&self, random: &mut StdRng) {
        let number = random.random_range(0..1_000);
        let one_of = |random: &mut StdRng, ids: [i64; 3]| ids[random.random_range(0..3)];
        let line = |random: &mut StdRng| {
            json!({"product_id": one_of(random, PRODUCTS), "product_uom_qty": random.random_range(1..5),
                   "price_unit": random.random_range(0..100), "tax_id": [[6, 0, if random.random() { vec![1] } else { vec![] }]]})
        };
        let [order, order_line, partner, category, tag] = Shared::ALL.map(|shared| self.some(random, shared));
        let (method, path, body) = match random.random_range(0..24) {
            0..4 => (
                "PUT",
                format!("sale.order.line/{order_line}"),
                match random.random_range(0..4) {
                    0 => json!({"price_unit": number}),
                    1 => json!({"product_uom_qty": number % 7}),
                    2 => json!({"discount": number % 100}),
                    _ => json!({"tax_id": [[6, 0, [1 + number % 3]]]}),
                },
            ),
            4..6 => {
                let mut line = line(random);
                line["order_id"] = json!(order);
                ("POST", "sale.order.line".to_owned(), line)
            }
            6 => ("DELETE", format!("sale.order.line/{order_line}"), Value::Null),
            7..9 => (
                "PUT",
                format!("sale.order/{order}"),
                match random.random_range(0..4) {
                    0 => json!({"partner_id": one_of(random, PARTNERS)}),
                    1 => json!({"order_line": [[0, 0, line(random)]]}),
                    2 => json!({"order_line": [[1, order_line, {"price_unit": number}]]}),
                    _ => json!({"order_line": [[2, order_line, 0], [0, 0, line(random)]]}),
                },
            ),
            9 => {
                let lines: Vec<Value> = (0..2).map(|_| json!([0, 0, line(random)])).collect();
                (
                    "POST",
                    "sale.order".to_owned(),
                    json!({"partner_id": partner, "order_line": lines}),
                )
            }
            10..12 => {
                let methods = ["quotation_sent", "confirm", "cancel", "draft", "done", "unlock"];
                let method = methods[random.random_range(0..methods.len())];
                ("POST", format!("sale.order/{order}/action_{method}"), json!({}))
            }
            12 => ("DELETE", format!("sale.order/{order}"), Value::Null),
            13 => ("POST", format!("sale.order/{order}/copy"), json!({})),
            kind => {
                let (shared, id) = match kind % 3 {
                    0 => (Shared::Partner, partner),
                    1 => (Shared::Category, category),
                    _ => (Shared::Tag, tag),
                };
                let (model, parent) = (shared.model(), self.some(random, shared));
                let name = format!("{model} {number}");
                match random.random_range(0..8) {
                    0 => ("POST", model.to_owned(), json!({"name": name, "parent_id": parent})),
                    1 => ("DELETE", format!("{model}/{id}"), Value::Null),
                    2 => ("PUT", format!("{model}/{id}"), json!({"parent_id": parent})),
                    3 => ("PUT", format!("{model}/{id}"), json!({"parent_id": null})),
                    4 if shared == Shared::Partner => {
                        let command = [json!([4, tag, 0]), json!([3, tag, 0]), json!([6, 0, [tag]])];
                        let command = &command[random.random_range(0..3)];
                        ("PUT", format!("{model}/{id}"), json!({"category_id": [command]}))
                    }
                    5 if shared == Shared::Partner => (
                        "PUT",
                        format!("{model}/{id}"),
                        json!({"is_company": number % 2 == 0, "name": name}),
                    ),
                    6 if shared == Shared::Tag => (
                        "PUT",
                        format!("{model}/{id}"),
                        json!({"partner_ids": [[6, 0, [partner]]]}),
                    ),
                    _ => ("PUT", format!("{model}/{id}"), json!({"name": name})),
                }
            }
        };
        let reply = self.send(method, &path, &body);
        let (model, id) = path.split_once('/').unwrap_or((&path, ""));
        let shared = Shared::ALL.into_iter().find(|shared| shared.model() == model);
        let shared = shared.expect("one of the models");
        if reply.status == 404 || method == "DELETE" && reply.status == 200 {
            self.forget(shared, id.split('/').next().and_then(|id| id.parse().ok()));
        }
        let made = |value: &Value| value["id"].as_i64().or(value.as_i64());
        if let (200, "POST", Some(id)) = (reply.status, method, made(&reply.json())) {
            self.add(random, shared, id);
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

/// Creates the records that the clients begin with: three orders of two lines each, and three partners, categories and
/// tags.
fn world(server: &Server) -> World<'_> {
    let mut records: BTreeMap<Shared, Vec<i64>> = BTreeMap::new();
    let create = |model: &str, values: &Value| server.send("POST", model, values).ok();
    for index in 0..3 {
        for shared in [Shared::Partner, Shared::Category, Shared::Tag] {
            let made = create(shared.model(), &json!({"name": format!("Shared {index}")}));
            records.entry(shared).or_default().extend(made["id"].as_i64());
        }
        let line = json!([0, 0, {"product_id": 27, "product_uom_qty": 1, "price_unit": 10}]);
        let order = create("sale.order", &json!({"partner_id": 11, "order_line": [line, line]}));
        records.entry(Shared::Order).or_default().extend(order["id"].as_i64());
        let lines = server.ids("sale.order.line", &[("order_id", &order["id"].to_string())]);
        records.entry(Shared::Line).or_default().extend(lines);
    }
    World {
        server,
        records: Mutex::new(records),
        under_way: AtomicI64::new(0),
        writes: AtomicUsize::new(0),
        met: AtomicUsize::new(0),
        answers: Mutex::default(),
    }
}

#[test]
fn nothing_is_wrong_after_random_writes_that_meet() {
    let seed = setting("DECLAREST_RANDOM_SEED").unwrap_or_else(rand::random);
    let writes = setting("DECLAREST_RANDOM_WRITES").map_or(WRITES, |writes| writes as usize);
    tell(&format!("DECLAREST_RANDOM_SEED={seed}"));
    let server = Server::demo();
    let world = world(&server);
    for clients in [2, 4, 8] {
        std::thread::scope(|scope| {
            for client in 0..clients {
                let mut random = StdRng::seed_from_u64(seed ^ (clients << 8 | client));
                let world = &world;
                scope.spawn(move || (0..writes).for_each(|_| world.write(&mut random)));
            }
        });
        let wrong = verify(&server.database);
        assert!(wrong.is_empty(), "after {clients} clients, seed {seed}: {wrong:#?}");
        let wrong = wrong_totals(&server);
        assert!(wrong.is_empty(), "after {clients} clients, seed {seed}: {wrong:#?}");
    }
    tell(&format!(
        "{} writes, {} of them while another one was under way; answers by status: {:?}",
        world.writes.load(Ordering::Relaxed),
        world.met.load(Ordering::Relaxed),
        world.answers.lock().unwrap()
    ));
}

/// Orders whose total is not the sum of their lines, or with a line whose state or customer is not that of the order.
fn wrong_totals(server: &Server) -> Vec<Value> {
    let fields = "name,state,partner_id(id),amount_total,order_line(price_total,order_partner_id(id),state)";
    let orders = server.get("sale.order", &[("fields", fields), ("limit", "1000")]).ok();
    let is_wrong = |order: &Value| {
        let lines = order["order_line"].as_array().map_or(&[][..], Vec::as_slice);
        let sum: f64 = lines.iter().filter_map(|line| line["price_total"].as_f64()).sum();
        (sum - order["amount_total"].as_f64().unwrap_or(f64::NAN)).abs() > 0.001
            || lines
                .iter()
                .any(|line| line["state"] != order["state"] || line["order_partner_id"] != order["partner_id"])
    };
    orders
        .as_array()
        .expect("a list")
        .iter()
        .filter(|order| is_wrong(order))
        .cloned()
        .collect()
}
