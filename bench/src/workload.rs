//! The requests that are measured.

/// One kind of request.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    /// What it is called in the table.
    pub name: &'static str,
    /// Path and query.
    pub path: &'static str,
    /// The body of a `POST`; `GET` without.
    pub body: Option<&'static str>,
    /// What share of the ceiling a careful hand-written server reaches over SQLite.
    pub honest_share: f64,
}

/// All of them, in the order of the table.
pub const WORKLOADS: [Workload; 6] = [
    Workload {
        name: "list of 2",
        path: "/restful/api/v1/sale.order?limit=2",
        body: None,
        honest_share: 0.19,
    },
    Workload {
        name: "list of 80",
        path: "/restful/api/v1/sale.order?limit=80",
        body: None,
        honest_share: 0.11,
    },
    Workload {
        name: "80 at offset 15,000",
        path: "/restful/api/v1/sale.order?limit=80&offset=15000",
        body: None,
        honest_share: 0.08,
    },
    Workload {
        name: "80 partners, 4 fields",
        path: "/restful/api/v1/res.partner?fields=id,name,city,email&limit=80",
        body: None,
        honest_share: 0.24,
    },
    Workload {
        name: "one partner",
        path: "/restful/api/v1/res.partner/11?fields=id,name,city,email,phone",
        body: None,
        honest_share: 0.27,
    },
    Workload {
        name: "create, 2 lines",
        path: "/restful/api/v1/sale.order",
        body: Some(include_str!("../fixtures/create.json")),
        honest_share: 0.13,
    },
];
