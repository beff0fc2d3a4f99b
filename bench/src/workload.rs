//! The requests that are measured.

/// One kind of request.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    /// The name in the table.
    pub name: &'static str,
    /// Path and query.
    pub path: &'static str,
    /// The method and the body.
    pub ask: Ask,
    /// The share of the ceiling's requests/s that a careful hand-written server reaches.
    pub honest: ExpectedShare,
}

/// The method of a request and its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// `GET`.
    Read,
    /// `POST` of this body.
    Create(&'static str),
    /// `PUT` of a new quantity of one line, to one order after the other.
    Change,
}

/// What a careful hand-written server reaches, as a share of the ceiling's requests/s.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedShare {
    /// Over SQLite.
    pub sqlite: f64,
    /// Over PostgreSQL.
    pub postgres: f64,
}

/// A new order of two lines.
pub const CREATE: &str = include_str!("../fixtures/create.json");

/// All workloads, in the order of the table. Those that write come last, because they change what the lists read.
pub const WORKLOADS: [Workload; 7] = [
    Workload {
        name: "list of 2",
        path: "/restful/api/v1/sale.order?limit=2",
        ask: Ask::Read,
        honest: ExpectedShare {
            sqlite: 0.19,
            postgres: 0.057,
        },
    },
    Workload {
        name: "list of 80",
        path: "/restful/api/v1/sale.order?limit=80",
        ask: Ask::Read,
        honest: ExpectedShare {
            sqlite: 0.11,
            postgres: 0.034,
        },
    },
    Workload {
        name: "80 at offset 15,000",
        path: "/restful/api/v1/sale.order?limit=80&offset=15000",
        ask: Ask::Read,
        honest: ExpectedShare {
            sqlite: 0.08,
            postgres: 0.020,
        },
    },
    Workload {
        name: "80 partners, 4 fields",
        path: "/restful/api/v1/res.partner?fields=id,name,city,email&limit=80",
        ask: Ask::Read,
        honest: ExpectedShare {
            sqlite: 0.24,
            postgres: 0.16,
        },
    },
    Workload {
        name: "one partner",
        path: "/restful/api/v1/res.partner/11?fields=id,name,city,email,phone",
        ask: Ask::Read,
        honest: ExpectedShare {
            sqlite: 0.27,
            postgres: 0.20,
        },
    },
    Workload {
        name: "change of a line",
        path: "/restful/api/v1/sale.order",
        ask: Ask::Change,
        honest: ExpectedShare {
            sqlite: 0.41,
            postgres: 0.031,
        },
    },
    Workload {
        name: "create, 2 lines",
        path: "/restful/api/v1/sale.order",
        ask: Ask::Create(CREATE),
        honest: ExpectedShare {
            sqlite: 0.13,
            postgres: 0.022,
        },
    },
];
