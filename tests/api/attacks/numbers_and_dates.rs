//! Numbers and dates that are too large, too small, too long, or none: in every field, every filter and every method.

use orm::Runtime;
use orm::def::Kind;
use orm::registry::ModelInfo;
use tests::{Body, Reply, Server, encode};

/// Numbers as JSON has them, which no field can hold as they are.
const NUMBERS: [&str; 12] = [
    "1e400000000",
    "-1e400000000",
    "1e-400000000",
    "0.1e99999999999999999999",
    "1e9223372036854775808",
    "9223372036854775808",
    "-9223372036854775809",
    "179769313486231570000000000000000000000000000000000000e300",
    "0.00000000000000000000000000000000000000000000000000001",
    "-0",
    "-0.0",
    "1E+2",
];

/// Texts where a number or a date belongs.
const TEXTS: [&str; 20] = [
    "NaN",
    "Infinity",
    "-inf",
    "1e400000000",
    "0x10",
    "1_000",
    "1,5",
    "\u{ff11}",
    "\u{661}",
    "1e",
    "99999-12-31",
    "0000-01-01",
    "-0001-01-01",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "99999-12-31T00:00:00",
    "9999-12-31T23:59:59.9999999999",
    "2024-01-01T24:00:00",
    "2024-01-01T00:00:00+99:99",
];

fn is_number_or_date(kind: &Kind) -> bool {
    use Kind::{BigInt, Date, DateTime, Decimal, Float, Int, Many2one, Monetary};
    matches!(
        kind,
        Int | BigInt | Float | Decimal { .. } | Monetary { .. } | Date | DateTime | Many2one { .. }
    )
}

fn models(runtime: &Runtime) -> impl Iterator<Item = &ModelInfo> {
    runtime.models().iter().filter(|model| model.def.api)
}

#[track_caller]
fn answered(reply: &Reply, said: &str) {
    let status = reply.status;
    assert!(
        matches!(status, 200 | 400 | 403 | 409 | 422),
        "{said}: {status} {}",
        reply.text()
    );
    // The answer is JSON of its own: no `NaN`, no `inf`.
    reply.json();
}

/// Each number and each text in each field of an update. What is taken can be read, listed and sorted by.
#[test]
fn fields_take_what_they_hold_and_refuse_the_rest() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let long = format!("1{}", "0".repeat(100_000));
    let (mut taken, mut refused) = (0, 0);
    for model in models(&runtime) {
        let name = model.def.name;
        let Some(id) = server
            .ids(name, &[("limit", "1"), ("active_test", "false")])
            .first()
            .copied()
        else {
            continue;
        };
        let writable = model
            .fields
            .iter()
            .filter(|field| !field.def.readonly && !field.def.secret);
        for field in writable.filter(|field| is_number_or_date(&field.def.kind)) {
            let texts = TEXTS.iter().map(|text| format!("\"{text}\""));
            let numbers = NUMBERS.iter().map(|number| (*number).to_owned());
            for value in numbers
                .chain(texts)
                .chain([long.clone(), format!("0.{long}"), format!("\"{long}\"")])
            {
                let field = field.def.name;
                let body = format!("{{\"{field}\": {value}}}");
                let reply = server.call("PUT", &format!("{name}/{id}"), Body::Json(body.as_bytes()));
                let said = format!("{name} {}", &body[..body.len().min(80)]);
                answered(&reply, &said);
                match reply.status {
                    200 => {
                        taken += 1;
                        server.get(&format!("{name}/{id}"), &[("fields", field)]).ok();
                        server
                            .get(name, &[("order", field), ("fields", field), ("active_test", "false")])
                            .ok();
                    }
                    _ => refused += 1,
                }
            }
        }
    }
    assert!(taken > 20 && refused > 2_000, "{taken} taken, {refused} refused");
}

/// As above, where a field is compared with the value.
#[test]
fn filters_compare_with_what_they_understand() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let mut asked = 0;
    for model in models(&runtime) {
        let fields = model
            .fields
            .iter()
            .filter(|field| !field.def.secret && is_number_or_date(&field.def.kind));
        for field in fields.filter(|field| !field.unstored) {
            let name = field.def.name;
            for value in NUMBERS.iter().chain(&TEXTS) {
                for suffix in ["", "__ge", "__in"] {
                    let query = encode(&[(&format!("{name}{suffix}"), value), ("fields", "id"), ("limit", "1")]);
                    let path = format!("{}{query}", model.def.name);
                    answered(&server.call("GET", &path, Body::None), &path);
                    asked += 1;
                }
            }
            let terms = NUMBERS.map(|value| format!("[\"{name}\",\"!=\",{value}]"));
            for term in terms {
                let body = format!("{{\"domain\": [{term}], \"limit\": 1}}");
                let reply = server.call(
                    "POST",
                    &format!("{}/search", model.def.name),
                    Body::Json(body.as_bytes()),
                );
                answered(&reply, &format!("{} {body}", model.def.name));
            }
        }
    }
    assert!(asked > 5_000, "{asked} requests");
}

/// Numbers that are no values of fields: ids in paths, limits, offsets, arguments of methods, commands.
#[test]
fn numbers_elsewhere_are_checked() {
    let server = Server::demo();
    for number in NUMBERS.iter().chain(&["1.5", "1e1", "0.1e1"]) {
        for (path, body) in [
            ("sale.order/search", format!("{{\"limit\": {number}}}")),
            ("sale.order/search", format!("{{\"offset\": {number}}}")),
            ("sale.order/read", format!("{{\"ids\": [{number}]}}")),
            (
                "sale.order/20/write",
                format!("{{\"vals\": {{\"order_line\": [[{number}, 1, {{}}]]}}}}"),
            ),
            (
                "sale.order/20/write",
                format!("{{\"vals\": {{\"order_line\": [[4, {number}]]}}}}"),
            ),
            (
                "sale.order/20/write",
                format!("{{\"vals\": {{\"tag_ids\": [[6, 0, [{number}]]]}}}}"),
            ),
        ] {
            let reply = server.call("POST", path, Body::Json(body.as_bytes()));
            answered(&reply, &format!("{path} {body}"));
        }
        for (name, value) in [
            ("limit", number),
            ("offset", number),
            ("id", number),
            ("id__in", number),
        ] {
            answered(&server.get("sale.order", &[(name, value)]), &format!("{name}={value}"));
        }
        let status = server.call("GET", &format!("sale.order/{number}"), Body::None).status;
        assert!(matches!(status, 400 | 404), "{number}: {status}");
    }
    server.is_alive();
}
