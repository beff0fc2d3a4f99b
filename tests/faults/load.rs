//! A thousand clients that create orders at the same time, and a check of what is stored afterwards.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use orm::db::Address;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tests::{Body, assert_clean, request, rows, tell};

use super::program::Running;

/// The number of clients. Each sends one request after another.
const CLIENTS: usize = 1_000;
/// The total of a line: two pieces for 50 each, with taxes of 15 % and 5 %.
const LINE: u64 = 120;

/// The body of an order with `lines` lines. Its `client_order_ref` holds the number of lines.
pub(crate) fn order(lines: usize) -> Value {
    let taxes = json!([[6, 0, [1, 3]]]);
    let line = json!([0, 0, {"product_id": 27, "product_uom_qty": 2, "price_unit": 50, "tax_id": taxes}]);
    json!({"partner_id": 11, "client_order_ref": lines.to_string(), "order_line": vec![line; lines]})
}

/// How many orders the clients have sent, and which were acknowledged.
#[derive(Default)]
pub(crate) struct Load {
    sent: AtomicUsize,
    acknowledged: Mutex<Vec<i64>>,
    /// Connections may break, because the program is about to be killed.
    breaking: AtomicBool,
    stop: AtomicBool,
}

/// Ends the clients when dropped, also when a test fails.
struct Stop<'a>(&'a Load);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.breaks();
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// Raises the limit of open files to the maximum. Each client needs a socket here and another one in the program, which
/// inherits the limit.
pub(crate) fn most_sockets() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, most).unwrap();
}

impl Load {
    /// Lets the clients send orders to the program until `during` returns.
    pub(crate) fn over(running: &Running, during: impl FnOnce(&Load)) -> Self {
        most_sockets();
        let load = Load::default();
        let (addr, token) = (running.addr, running.token.as_str());
        std::thread::scope(|scope| {
            let load = &load;
            let stop = Stop(load);
            for number in 0..CLIENTS {
                scope.spawn(move || load.client(addr, token, 1 + number % 3));
            }
            during(load);
            drop(stop);
        });
        load
    }

    fn client(&self, addr: SocketAddr, token: &str, lines: usize) {
        let (body, headers) = (order(lines).to_string(), [("access-token", token)]);
        let body = Body::Json(body.as_bytes());
        while !self.stop.load(Ordering::Relaxed) {
            self.sent.fetch_add(1, Ordering::Relaxed);
            match request(addr, "POST", "/restful/api/v1/sale.order", &headers, body) {
                Ok(reply) if reply.status == 200 => {
                    let id = reply.ok()["id"].as_i64().unwrap();
                    self.acknowledged().push(id);
                }
                Ok(reply) => drop(reply.problem(503, "unavailable")),
                Err(_) if self.breaking.load(Ordering::Relaxed) => return,
                Err(error) => panic!("a request broke off: {error}"),
            }
        }
    }

    fn acknowledged(&self) -> std::sync::MutexGuard<'_, Vec<i64>> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `more` further orders are acknowledged.
    pub(crate) fn wait_for(&self, more: usize) {
        let (before, started) = (self.acknowledged().len(), Instant::now());
        while self.acknowledged().len() < before + more {
            assert!(
                started.elapsed() < Duration::from_secs(120),
                "nothing is acknowledged any more"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Allows connections to break from now on.
    pub(crate) fn breaks(&self) {
        self.breaking.store(true, Ordering::Relaxed);
    }

    /// Asserts that every acknowledged order is stored, and that every stored order is complete.
    pub(crate) fn assert_kept(&self, running: &Running, database: &Address, before: &Before) {
        let fields = "name,client_order_ref,amount_untaxed,amount_total,order_line(price_total,tax_id(id))";
        let path = format!(
            "sale.order?fields={fields}&order=id&id__gt={}&limit=10000",
            before.order
        );
        let (mut ids, mut names, mut all) = (BTreeSet::new(), BTreeSet::new(), 0);
        let orders = running.get(&path);
        for order in orders.as_array().unwrap() {
            let wanted: u64 = order["client_order_ref"].as_str().unwrap().parse().unwrap();
            let lines = order["order_line"].as_array().unwrap();
            assert_eq!(lines.len() as u64, wanted, "{order}");
            for line in lines {
                assert_eq!(line["price_total"], json!(LINE as f64), "{order}");
                assert_eq!(line["tax_id"], json!([{"id": 1}, {"id": 3}]), "{order}");
            }
            assert_eq!(order["amount_untaxed"], json!((100 * wanted) as f64), "{order}");
            assert_eq!(order["amount_total"], json!((LINE * wanted) as f64), "{order}");
            ids.insert(order["id"].as_i64().unwrap());
            names.insert(order["name"].as_str().unwrap());
            all += lines.len();
        }
        let (sent, acknowledged) = (self.sent.load(Ordering::Relaxed), self.acknowledged());
        let kind = database.dialect();
        tell(&format!(
            "{kind:?}: {sent} orders sent, {} acknowledged, {} found",
            acknowledged.len(),
            ids.len()
        ));
        let lost: Vec<&i64> = acknowledged.iter().filter(|id| !ids.contains(id)).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        assert!(ids.len() <= sent, "more than were sent");
        assert_eq!(names.len(), ids.len(), "a number was given twice");
        // There are no lines or pairs that belong to no order.
        let now = Before::of(database);
        assert_eq!(now.lines - before.lines, all);
        assert_eq!(now.taxes - before.taxes, 2 * all);
        assert_clean(database);
    }
}

/// What the database holds before the clients begin: the last order's id, and the numbers of lines and of their taxes.
pub(crate) struct Before {
    order: i64,
    lines: usize,
    taxes: usize,
}

impl Before {
    pub(crate) fn of(database: &Address) -> Self {
        let number = |sql: &str| rows(database, &format!("SELECT CAST({sql} AS TEXT)"))[0].clone();
        Before {
            order: number("(SELECT MAX(id) FROM sale_order)").parse().unwrap(),
            lines: number("(SELECT COUNT(*) FROM sale_order_line)").parse().unwrap(),
            taxes: number("(SELECT COUNT(*) FROM account_tax_sale_order_line_rel)")
                .parse()
                .unwrap(),
        }
    }
}
