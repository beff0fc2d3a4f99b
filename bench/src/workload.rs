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
    /// The share of the ceiling's requests/s that a careful hand-written server reaches, where one was measured.
    pub honest: Option<ExpectedShare>,
}

/// The method of a request and its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// `GET`.
    Read,
    /// `POST` of this body.
    Create(&'static str),
    /// `PUT` of a change, to one order after the other.
    Change(Changed),
}

/// What of an order is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The quantity of one line.
    Line,
    /// The customer's reference.
    Reference,
}

impl Changed {
    /// The name for `fixtures/change.lua`.
    pub fn name(self) -> &'static str {
        match self {
            Changed::Line => "line",
            Changed::Reference => "reference",
        }
    }

    /// A change of the order that has this line.
    pub fn body(self, line: i64) -> String {
        match self {
            Changed::Line => format!(r#"{{"order_line":[[1,{line},{{"product_uom_qty":3}}]]}}"#),
            Changed::Reference => r#"{"client_order_ref":"PO 1"}"#.to_owned(),
        }
    }
}

/// What a careful hand-written server reaches, as a share of the ceiling's requests/s.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedShare {
    /// Over SQLite.
    pub sqlite: f64,
    /// Over PostgreSQL.
    pub postgres: f64,
}

/// The path of the orders.
pub const ORDERS: &str = "/restful/api/v1/sale.order";

/// A new order of two lines.
pub const CREATE: &str = include_str!("../fixtures/create.json");

/// All workloads, in the order of the table. Those that write come last, because they change what the lists read.
pub const WORKLOADS: [Workload; 10] = [
    Workload {
        name: "list of 2",
        path: "/restful/api/v1/sale.order?limit=2",
        ask: Ask::Read,
        honest: Some(ExpectedShare {
            sqlite: 0.19,
            postgres: 0.057,
        }),
    },
    Workload {
        name: "list of 80",
        path: "/restful/api/v1/sale.order?limit=80",
        ask: Ask::Read,
        honest: Some(ExpectedShare {
            sqlite: 0.11,
            postgres: 0.034,
        }),
    },
    Workload {
        name: "80 at offset 15,000",
        path: "/restful/api/v1/sale.order?limit=80&offset=15000",
        ask: Ask::Read,
        honest: Some(ExpectedShare {
            sqlite: 0.08,
            postgres: 0.020,
        }),
    },
    Workload {
        name: "80 partners, 4 fields",
        path: "/restful/api/v1/res.partner?fields=id,name,city,email&limit=80",
        ask: Ask::Read,
        honest: Some(ExpectedShare {
            sqlite: 0.24,
            postgres: 0.16,
        }),
    },
    Workload {
        name: "one partner",
        path: "/restful/api/v1/res.partner/11?fields=id,name,city,email,phone",
        ask: Ask::Read,
        honest: Some(ExpectedShare {
            sqlite: 0.27,
            postgres: 0.20,
        }),
    },
    Workload {
        name: "search, two levels",
        path: "/restful/api/v1/sale.order?fields=id,name,partner_id(name),amount_total&partner_id.country_id.code=DE&limit=80",
        ask: Ask::Read,
        honest: None,
    },
    Workload {
        name: "group by month",
        path: "/restful/api/v1/sale.order?group_by=date_order:month&aggregate=amount_total&currency_id=2",
        ask: Ask::Read,
        honest: None,
    },
    Workload {
        name: "change of a line",
        path: ORDERS,
        ask: Ask::Change(Changed::Line),
        honest: Some(ExpectedShare {
            sqlite: 0.41,
            postgres: 0.031,
        }),
    },
    // After the change of a line: the answer is the same, and the ceiling keeps one answer for both.
    Workload {
        name: "update of one field",
        path: ORDERS,
        ask: Ask::Change(Changed::Reference),
        honest: None,
    },
    Workload {
        name: "create, 2 lines",
        path: ORDERS,
        ask: Ask::Create(CREATE),
        honest: Some(ExpectedShare {
            sqlite: 0.13,
            postgres: 0.022,
        }),
    },
];
