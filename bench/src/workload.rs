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
    /// What share of the ceiling a careful hand-written server reaches.
    pub honest: Honest,
}

/// Shares of the ceiling.
#[derive(Debug, Clone, Copy)]
pub struct Honest {
    /// Over SQLite.
    pub sqlite: f64,
    /// Over PostgreSQL.
    pub postgres: f64,
}

/// All of them, in the order of the table.
pub const WORKLOADS: [Workload; 6] = [
    Workload {
        name: "list of 2",
        path: "/restful/api/v1/sale.order?limit=2",
        body: None,
        honest: Honest {
            sqlite: 0.19,
            postgres: 0.057,
        },
    },
    Workload {
        name: "list of 80",
        path: "/restful/api/v1/sale.order?limit=80",
        body: None,
        honest: Honest {
            sqlite: 0.11,
            postgres: 0.034,
        },
    },
    Workload {
        name: "80 at offset 15,000",
        path: "/restful/api/v1/sale.order?limit=80&offset=15000",
        body: None,
        honest: Honest {
            sqlite: 0.08,
            postgres: 0.020,
        },
    },
    Workload {
        name: "80 partners, 4 fields",
        path: "/restful/api/v1/res.partner?fields=id,name,city,email&limit=80",
        body: None,
        honest: Honest {
            sqlite: 0.24,
            postgres: 0.16,
        },
    },
    Workload {
        name: "one partner",
        path: "/restful/api/v1/res.partner/11?fields=id,name,city,email,phone",
        body: None,
        honest: Honest {
            sqlite: 0.27,
            postgres: 0.20,
        },
    },
    Workload {
        name: "create, 2 lines",
        path: "/restful/api/v1/sale.order",
        body: Some(include_str!("../fixtures/create.json")),
        honest: Honest {
            sqlite: 0.13,
            postgres: 0.022,
        },
    },
];
