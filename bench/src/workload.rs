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
    /// `PUT` of another reference of the customer, to one order after the other.
    Update,
}

/// What a careful hand-written server reaches, as a share of the ceiling's requests/s.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedShare {
    /// Over SQLite; NaN where it was not measured.
    pub sqlite: f64,
    /// Over PostgreSQL; NaN where it was not measured.
    pub postgres: f64,
}

/// Of the workloads for which no other hand-written server was measured: the table shows `NaN`.
const NOT_KNOWN: ExpectedShare = ExpectedShare {
    sqlite: f64::NAN,
    postgres: f64::NAN,
};

/// A new order of two lines.
pub const CREATE: &str = include_str!("../fixtures/create.json");

/// All workloads, in the order of the table. Those that write come last, because they change what the lists read.
pub const WORKLOADS: [Workload; 10] = [
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
        name: "search, two levels",
        path: "/restful/api/v1/sale.order?fields=id,name,partner_id(name),amount_total&partner_id.country_id.code=DE&limit=80",
        ask: Ask::Read,
        honest: NOT_KNOWN,
    },
    Workload {
        name: "group by month",
        path: "/restful/api/v1/sale.order?group_by=date_order:month&aggregate=amount_total&currency_id=2",
        ask: Ask::Read,
        honest: NOT_KNOWN,
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
    // After the change of a line: the answer is the same, and the ceiling keeps one answer for both.
    Workload {
        name: "update of one field",
        path: "/restful/api/v1/sale.order",
        ask: Ask::Update,
        honest: NOT_KNOWN,
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
