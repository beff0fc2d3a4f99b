//! Lists of any size, which are sent while they are read: as CSV, as lines of JSON, and as one list.

mod bounds;
mod spreadsheet;
mod table;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::{Body, Reply, Server, encode};

use self::table::table_of;
use super::user::User;

const LINES: &str = "application/x-ndjson";
const TABLE: &str = "text/csv; spreadsheet=off";

/// Asks for a list in a form.
fn ask(server: &Server, token: &str, accept: &str, path: &str, parameters: &[(&str, &str)]) -> Reply {
    let path = format!("/restful/api/v1/{path}{}", encode(parameters));
    let headers = [("access-token", token), ("accept", accept)];
    server.raw("GET", &path, &headers, Body::None)
}

/// The rows of a table.
fn rows(table: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table);
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

/// Whether every form of a list has the same records.
#[track_caller]
fn same_in_all_forms(server: &Server, token: &str, model: &str, parameters: &[(&str, &str)]) {
    let list = ask(server, token, "application/json", model, parameters);
    let records: Vec<Value> = list.ok().as_array().unwrap().clone();

    let lines = ask(server, token, LINES, model, parameters);
    assert_eq!((lines.status, lines.header("content-type")), (200, Some(LINES)));
    let parsed = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect::<Vec<Value>>();
    assert!(parsed == records, "{parameters:?}: {parsed:?}\n{records:?}");

    let limited = parameters.iter().any(|(name, _)| *name == "limit");
    if !limited {
        let whole = ask(server, token, "*/*", model, &[parameters, &[("limit", "all")]].concat());
        whole.ok();
        assert!(whole.body == list.body, "{parameters:?}: {}", whole.text());
    }

    let table = ask(server, token, TABLE, model, parameters);
    assert_eq!(table.status, 200, "{}", table.text());
    let rows = rows(&table.body);
    assert!(
        rows == table_of(&rows[0], &records),
        "{parameters:?}: {rows:#?}\n{records:#?}"
    );
}

#[test]
fn streams_are_the_list_whatever_is_asked_for() {
    let server = Server::demo();
    let salesman = User::create(&server, "seller", &["Sales / User: Own Documents Only"]);
    let asked = [
        (
            "sale.order",
            &[
                "",
                "name,state,amount_total",
                "name,partner_id(name,is_company,country_id(code)),order_line(name,price_unit,tax_id(name,amount))",
                "order_line(product_id(name,active);limit=2;order=price_unit desc),partner_id",
                "order_line,tag_ids(name),date_order,amount_undiscounted",
            ][..],
            &["", "partner_id, amount_total desc", "validity_date desc nulls last"][..],
            &[
                ("", ""),
                ("state", "sale"),
                ("order_line.product_id__ilike", "a"),
                ("id", "0"),
            ][..],
        ),
        (
            "res.partner",
            &[
                "",
                "name,active,color,comment",
                "name,child_ids(name,city,category_id(name)),category_id(name,color),parent_id(name,child_ids(id))",
                "display_name,commercial_partner_id,user_ids,is_company,partner_latitude",
            ],
            &["", "city desc, display_name", "parent_id desc"],
            &[
                ("", ""),
                ("is_company", "true"),
                ("name__ilike", "e"),
                ("child_ids.active", "true"),
            ],
        ),
    ];
    let case = (0..asked.len(), any::<[prop::sample::Index; 3]>(), any::<bool>());
    let numbers = (prop::option::of(0..12_usize), prop::option::of(0..5_usize));
    let config = Config {
        cases: 60,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&(case, numbers), |((model, index, own), (limit, offset))| {
            let (model, fields, orders, filters) = asked[model];
            let (fields, order, filter) = (index[0].get(fields), index[1].get(orders), index[2].get(filters));
            let (limit, offset) = (limit.map(|n| n.to_string()), offset.map(|n| n.to_string()));
            let all = [
                ("fields", Some(*fields)),
                ("order", Some(*order)),
                (filter.0, Some(filter.1)),
                ("limit", limit.as_deref()),
                ("offset", offset.as_deref()),
            ];
            let given = all.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
            let parameters: Vec<(&str, &str)> = given.filter(|(_, value)| !value.is_empty()).collect();
            let token = if own { &salesman.token } else { &server.token };
            same_in_all_forms(&server, token, model, &parameters);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_form_is_the_media_type_that_the_client_likes_best() {
    let server = Server::demo();
    let form = |accept: &str, limit: &str| {
        let reply = ask(
            &server,
            &server.token,
            accept,
            "res.country",
            &[("fields", "code"), ("limit", limit)],
        );
        assert_eq!(reply.status, 200, "{accept}: {}", reply.text());
        let kind = reply
            .header("content-type")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(
            reply.header("content-length").is_none(),
            kind != "application/json" || limit == "all",
            "{accept}"
        );
        assert!(reply.header("vary").unwrap().starts_with("accept,"), "{accept}");
        assert_eq!(
            reply.header("content-disposition").is_some(),
            kind == "text/csv",
            "{accept}"
        );
        kind
    };
    for (accept, expected) in [
        ("text/csv", "text/csv"),
        ("TEXT/CSV;header=present", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("*/*;q=0.1, text/csv;q=0.2", "text/csv"),
        ("text/csv;q=0, */*", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/json;q=0.9,application/ndjson", "application/x-ndjson"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "application/json"),
        ("", "application/json"),
        ("nonsense", "application/json"),
        ("text/csv;q=x", "application/json"),
    ] {
        assert_eq!(form(accept, "3"), expected, "{accept}");
        assert_eq!(form(accept, "all"), expected, "{accept}");
    }
}

#[test]
fn a_stream_has_more_rows_than_a_list_may_have() {
    let server = Server::demo_with(|config| config.limits.max_limit = 10);
    let token = &server.token;
    let countries = server.ids("res.country", &[("limit", "10"), ("count", "exact")]).len();
    assert_eq!(countries, 10);
    let get = |accept: &str, parameters: &[(&str, &str)]| ask(&server, token, accept, "res.country", parameters);
    let refused = get("application/json", &[]).problem(400, "invalid");
    assert!(refused["detail"].as_str().unwrap().contains("`limit=all`"), "{refused}");
    get("application/json", &[("limit", "11")]).problem(400, "invalid");
    let all = get(LINES, &[("fields", "id"), ("count", "exact")]);
    let total: usize = all.header("x-total-count").unwrap().parse().unwrap();
    assert!(total > 11, "{total}");
    assert_eq!(all.text().lines().count(), total);
    assert_eq!(get(LINES, &[("limit", "11")]).text().lines().count(), 11);
    assert_eq!(get("", &[("limit", "all")]).ok().as_array().unwrap().len(), total);
    assert_eq!(
        rows(&get("text/csv", &[("fields", "id"), ("offset", "5")]).body).len(),
        1 + total - 5
    );
}

#[test]
fn what_a_stream_cannot_be_is_refused_before_it_begins() {
    let server = Server::demo();
    let token = &server.token;
    let get = |model: &str, parameters: &[(&str, &str)]| ask(&server, token, LINES, model, parameters);
    for (parameters, place) in [
        (&[("fields", "nam")][..], "fields"),
        (&[("group_by", "state")], "group_by"),
        (&[("cursor", "*")], "cursor"),
        (&[("limit", "al")], "limit"),
        (&[("limit", "all"), ("limit", "all")], "limit"),
        (&[("order", "display_nam")], "order"),
        (&[("state", "unknown")], "state"),
    ] {
        let refused = get("sale.order", parameters).problem(400, "invalid");
        assert_eq!(refused["errors"][0]["parameter"], place, "{refused}");
    }
    get("sale.orde", &[]).problem(404, "not_found");
    ask(&server, "wrong", LINES, "sale.order", &[]).problem(401, "unauthenticated");
    let portal = User::create(&server, "portal", &[]);
    ask(&server, &portal.token, LINES, "sale.order", &[]).problem(403, "access_denied");
    // A method takes a number.
    let search = json!({"limit": "all"});
    server
        .send("POST", "sale.order/search_read", &search)
        .problem(422, "invalid");
    // In HTTP/1.0 the end of the connection is the end of an answer, also of one that breaks off.
    let old = format!("GET /restful/api/v1/crm.tag HTTP/1.0\r\naccept: {LINES}\r\naccess-token: {token}\r\n\r\n");
    let refused = tests::exchange(server.addr, old.as_bytes(), 1).unwrap().remove(0);
    let refused = refused.problem(400, "invalid");
    assert!(refused["detail"].as_str().unwrap().contains("HTTP/1.1"), "{refused}");
    // Nothing of this is left over: as many streams as ever can begin.
    for _ in 0..10 {
        assert_eq!(get("sale.order", &[]).status, 200);
    }
}
