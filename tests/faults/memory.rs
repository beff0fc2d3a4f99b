//! What the program keeps for requests of ever new shapes is bounded: its memory stops growing.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tests::{Body, demo, encode, execute, request};

use super::program::{Running, memory_of, program};

/// How many clients ask at a time.
const CLIENTS: usize = 4;
/// By how many bytes the memory may be larger at the second look.
const SLACK: usize = 32 * 1024 * 1024;

/// Texts of a partner that an update may set.
const TEXTS: [&str; 8] = ["name", "ref", "website", "function", "street", "street2", "zip", "city"];
/// Other fields of a partner.
const OTHERS: [&str; 16] = [
    "vat",
    "email",
    "phone",
    "mobile",
    "lang",
    "tz",
    "comment",
    "barcode",
    "color",
    "employee",
    "is_company",
    "company_name",
    "company_registry",
    "partner_share",
    "create_date",
    "write_date",
];

/// The first of the names and about half of the others, different ones for each number.
fn chosen<'n>(names: &[&'n str], number: usize) -> Vec<&'n str> {
    let bits = number.wrapping_mul(0x9e37_79b1) >> 3;
    let names = names.iter().enumerate();
    names
        .filter(|(bit, _)| *bit == 0 || bits >> bit & 1 == 1)
        .map(|(_, name)| *name)
        .collect()
}

/// Fields to read, other ones for each number, also of related records.
fn fields(number: usize) -> String {
    let own = chosen(&[&TEXTS[..], &OTHERS].concat(), number).join(",");
    format!("{own},parent_id({own}),child_ids({own}),commercial_partner_id({own})")
}

impl Running {
    /// Sends the requests of these numbers, of several clients at a time.
    fn send(&self, numbers: std::ops::Range<usize>, send: impl Fn(&Running, usize) + Sync) {
        let next = AtomicUsize::new(numbers.start);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= numbers.end {
                            break;
                        }
                        send(self, number);
                    }
                });
            }
        });
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: Body<'_>) {
        let path = format!("/restful/api/v1/{path}");
        let headers = [("access-token", self.token.as_str())];
        request(self.addr, method, &path, &headers, body).unwrap().ok();
    }
}

/// A request of a shape that hardly another number has: a list, a record, a search by a method, an update.
fn mixed(program: &Running, number: usize) {
    let (kind, number, by) = (number % 4, number / 4, TEXTS[number / 4 % TEXTS.len()]);
    match kind {
        0 => {
            let (filter, fields) = (format!("{by}__ilike"), fields(number));
            let parameters = [
                ("fields", fields.as_str()),
                (&filter, "a"),
                ("order", by),
                ("limit", "3"),
            ];
            program.ask("GET", &format!("res.partner{}", encode(&parameters)), Body::None);
        }
        1 => program.ask(
            "GET",
            &format!("res.partner/11?fields=active,{}", fields(number)),
            Body::None,
        ),
        2 => {
            let names = chosen(&[&TEXTS[..], &OTHERS].concat(), number);
            let body = json!({"domain": [[by, "!=", "x"], ["id", ">", 5]], "fields": names, "limit": 2});
            program.ask(
                "POST",
                "res.partner/search_read",
                Body::Json(body.to_string().as_bytes()),
            );
        }
        _ => {
            let texts = chosen(&TEXTS, number).into_iter();
            let values: serde_json::Map<_, _> = texts
                .map(|name| (name.to_owned(), json!(format!("{name} {number}"))))
                .collect();
            let body = json!(values).to_string();
            program.ask("PUT", "res.partner/11", Body::Json(body.as_bytes()));
        }
    }
}

/// A read of thousands of fields, in a long URL.
fn long(program: &Running, number: usize) {
    fn nested(names: &str, depth: usize) -> String {
        match depth {
            0 => names.to_owned(),
            _ => {
                let below = nested(names, depth - 1);
                format!("{names},parent_id({below}),child_ids({below}),commercial_partner_id({below})")
            }
        }
    }
    let names = [&TEXTS[..], &OTHERS].concat();
    let below = nested(&names.join(","), 4);
    let own = chosen(&names, number).join(",");
    let fields = format!("{own},parent_id({below})");
    program.ask("GET", &format!("res.partner/11?fields={fields}"), Body::None);
}

fn assert_bounded(numbers: [usize; 2], send: fn(&Running, usize)) {
    let database = demo();
    let program = Running::start(&database.url());
    let [first, last] = numbers;
    program.send(0..first, send);
    let before = program.memory();
    program.send(first..last, send);
    let after = program.memory();
    tests::tell(&format!("{first} shapes: {before} bytes, {last} shapes: {after} bytes"));
    assert!(
        after < before + SLACK,
        "{before} bytes after {first} shapes, {after} after {last}"
    );
}

#[test]
fn new_shapes_take_the_place_of_old_ones() {
    assert_bounded([2_000, 8_000], mixed);
}

#[test]
fn long_shapes_are_not_kept() {
    assert_bounded([20, 120], long);
}

/// Rows with so long names that a whole list of them is more than 100 MB.
fn long_list(address: &orm::db::Address) {
    let name = "x".repeat(700);
    execute(
        address,
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 150000) \
             INSERT INTO crm_tag (name, color, create_uid) SELECT '{name}' || n, 0, 1 FROM numbers"
        ),
    );
}

#[test]
fn a_list_of_any_size_takes_no_more_memory_than_a_short_one() {
    let database = demo();
    long_list(database.address());
    let program = Running::start(&database.url());
    for accept in ["application/x-ndjson", "text/csv", "application/json"] {
        let bytes = |limit: &str| {
            let path = format!("/restful/api/v1/crm.tag?fields=name,create_uid(login,partner_id(name))&limit={limit}");
            let headers = [("access-token", program.token.as_str()), ("accept", accept)];
            let reply = request(program.addr, "GET", &path, &headers, Body::None).unwrap();
            assert_eq!(reply.status, 200, "{}", reply.text());
            reply.body.len()
        };
        bytes("1000");
        let before = program.memory();
        let length = bytes("all");
        let after = program.memory();
        tests::tell(&format!(
            "{accept}: {length} bytes sent, memory {before}, then {after} bytes"
        ));
        assert!(
            length > 100_000_000 && after < before + SLACK,
            "{before} bytes before, {after} after"
        );
    }
}

#[test]
fn an_export_of_any_size_takes_no_more_memory_than_a_short_one() {
    let database = demo();
    let folder = tests::TempDir::new();
    let file = folder.path().join("rows.json");
    let most = || {
        let url = database.url();
        let mut export = Command::new(program());
        let words = [
            "export",
            file.to_str().unwrap(),
            "--models",
            "crm.tag",
            "--database",
            &url,
        ];
        let mut export = export.args(words).stdout(Stdio::null()).spawn().unwrap();
        let mut most = 0;
        while export.try_wait().unwrap().is_none() {
            most = most.max(memory_of(export.id()).unwrap_or_default());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert!(export.wait().unwrap().success());
        (most, std::fs::metadata(&file).unwrap().len())
    };
    let (short, _) = most();
    long_list(database.address());
    let (long, length) = most();
    tests::tell(&format!(
        "{length} bytes exported, memory {long} bytes, {short} for a few"
    ));
    assert!(
        length > 100_000_000 && long < short + SLACK,
        "{short} bytes for a few, {long} for many"
    );
}
