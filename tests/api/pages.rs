//! Pages of lists: by offset and by cursor, with the addresses of the pages around them, and the number of all records.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::{Body, Reply, Server};

use super::user::User;

const BASE: &str = "/restful/api/v1/";

/// The page that a link of an answer leads to.
fn linked(server: &Server, reply: &Reply, relation: &str) -> Option<Reply> {
    let links = reply.header("link")?.split(", ");
    let ending = format!(">; rel=\"{relation}\"");
    let link = links.filter_map(|link| link.strip_suffix(ending.as_str())).next()?;
    let path = link.strip_prefix('<')?.strip_prefix(BASE)?;
    let page = server.call("GET", path, Body::None);
    page.ok();
    Some(page)
}

fn ids(reply: &Reply) -> Vec<i64> {
    let records = reply.ok();
    let ids = records
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["id"].as_i64().unwrap());
    ids.collect()
}

#[test]
fn pages_by_cursor_are_the_list_in_any_order_and_both_directions() {
    let server = Server::demo();
    for (model, order) in [
        ("sale.order", ""),
        ("sale.order", "partner_id, amount_total desc"),
        ("sale.order", "validity_date"),
        ("sale.order", "validity_date desc, state"),
        ("sale.order", "payment_term_id desc, partner_id.city, user_id.name desc"),
        ("res.partner", ""),
        ("res.partner", "city desc, display_name"),
        ("res.partner", "parent_id desc"),
        ("res.partner", "city nulls first, color desc"),
        ("res.partner", "parent_id desc nulls last, city"),
        ("res.partner", "is_company, color, id desc"),
        ("product.product", "categ_id, list_price desc"),
    ] {
        let read = |page: &[(&str, &str)]| {
            let mut parameters = vec![("fields", "id")];
            if !order.is_empty() {
                parameters.push(("order", order));
            }
            parameters.extend(page);
            server.get(model, &parameters)
        };
        let expected = ids(&read(&[]));
        assert!(expected.len() > 10, "{model}");
        let mut page = read(&[("limit", "7"), ("cursor", "*")]);
        assert!(
            linked(&server, &page, "prev").is_none(),
            "the first page of {model} by {order}"
        );
        let (statements, mut pages) = (page.statements(), vec![ids(&page)]);
        while let Some(next) = linked(&server, &page, "next") {
            pages.push(ids(&next));
            assert_eq!(next.statements(), statements);
            page = next;
        }
        assert_eq!(pages.concat(), expected, "{model} by {order}");
        assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == 7));
        let mut back = vec![ids(&page)];
        while let Some(previous) = linked(&server, &page, "prev") {
            back.insert(0, ids(&previous));
            page = previous;
        }
        assert_eq!(back, pages, "{model} by {order}, backwards");
    }
}

#[test]
fn each_record_that_stays_is_met_once_whatever_comes_and_goes() {
    let server = Server::demo();
    // Each step: after how many pages, and what happens to partners by then.
    let steps = proptest::collection::vec((any::<bool>(), 0..8_usize, "[a-c]{0,2}"), 0..12);
    let orders = prop::sample::select(vec![
        "city",
        "city desc",
        "color, city desc",
        "name desc",
        "parent_id, city",
    ]);
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let given = |city: &str| json!({"name": format!("P{city}"), "city": city, "ref": "paged", "color": city.len()});
    runner
        .run(&(steps, orders, 1..4_usize), |(steps, order, limit)| {
            for city in ["a", "b", "b", "", "c", "ab", "a"] {
                server.send("POST", "res.partner", &given(city)).ok();
            }
            let all = |server: &Server| server.ids("res.partner", &[("ref", "paged"), ("order", "id")]);
            let before: BTreeSet<i64> = all(&server).into_iter().collect();
            let limit = limit.to_string();
            let first = [
                ("fields", "id"),
                ("ref", "paged"),
                ("order", order),
                ("limit", &limit),
                ("cursor", "*"),
            ];
            let mut page = server.get("res.partner", &first);
            let (mut met, mut steps) = (BTreeMap::<i64, usize>::new(), steps.iter());
            loop {
                for id in ids(&page) {
                    *met.entry(id).or_default() += 1;
                }
                if let Some((comes, at, city)) = steps.next() {
                    let there = all(&server);
                    match comes {
                        true => drop(server.send("POST", "res.partner", &given(city)).ok()),
                        false if there.is_empty() => {}
                        false => {
                            let id = there[at % there.len()];
                            server.call("DELETE", &format!("res.partner/{id}"), Body::None).ok();
                        }
                    }
                }
                match linked(&server, &page, "next") {
                    Some(next) => page = next,
                    None => break,
                }
            }
            let there = all(&server);
            for id in there.iter().filter(|id| before.contains(id)) {
                prop_assert_eq!(met.get(id), Some(&1), "{} of {:?}", id, met);
            }
            prop_assert!(met.values().all(|times| *times == 1));
            for id in there {
                server.call("DELETE", &format!("res.partner/{id}"), Body::None).ok();
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_cursor_is_for_its_list_and_tells_nothing() {
    let server = Server::demo();
    let list = |cursor: &str, order: &str| {
        server.get(
            "res.partner",
            &[("fields", "id"), ("limit", "2"), ("order", order), ("cursor", cursor)],
        )
    };
    let page = list("*", "name");
    let link = page.header("link").unwrap();
    let cursor = link
        .split("cursor=")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap()
        .to_owned();
    list(&cursor, "name").ok();
    for foreign in [
        &cursor[..cursor.len() - 1],
        &format!("{cursor}A"),
        "",
        "null",
        "{}",
        "**",
        "1",
        &cursor.replace(['a', 'b', 'c'], "d"),
    ] {
        let problem = list(foreign, "name").problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], "cursor", "{foreign}: {problem}");
    }
    list(&cursor, "name desc").problem(400, "invalid");
    server
        .get("res.users", &[("order", "name"), ("cursor", &cursor)])
        .problem(400, "invalid");
    let with_offset = [("cursor", cursor.as_str()), ("order", "name"), ("offset", "1")];
    server.get("res.partner", &with_offset).problem(400, "invalid");
    let sofia = User::new(&server, "sofia");
    sofia
        .get(&format!("res.partner?order=name&cursor={cursor}"))
        .problem(400, "invalid");
    // It is another text each time, as what is encrypted is.
    assert_ne!(list("*", "name").header("link"), Some(link));
}

#[test]
fn a_cursor_of_long_values_is_refused() {
    let server = Server::demo();
    let values = json!({"name": "Long", "ref": "long", "comment": format!("<p>{}</p>", "x".repeat(3_000))});
    server.send("POST", "res.partner", &values).ok();
    let page = [
        ("fields", "id"),
        ("order", "comment desc"),
        ("limit", "1"),
        ("cursor", "*"),
        ("ref", "long"),
    ];
    server.get("res.partner", &page).ok(); // there is one page only, which needs none
    server.send("POST", "res.partner", &values).ok();
    let problem = server.get("res.partner", &page).problem(400, "invalid");
    assert_eq!(problem["errors"][0]["parameter"], "order", "{problem}");
}

#[test]
fn pages_by_offset_tell_where_the_others_are() {
    let server = Server::demo();
    let list = |parameters: &[(&str, &str)]| server.get("sale.order", parameters);
    assert_eq!(list(&[("fields", "id")]).header("link"), None, "everything is there");
    assert_eq!(list(&[("limit", "0")]).header("link"), None);
    let page = list(&[
        ("fields", "id,name"),
        ("state", "sale"),
        ("limit", "4"),
        ("offset", "4"),
    ]);
    let of = |offset: usize| format!("<{BASE}sale.order?fields=id%2Cname&state=sale&limit=4&offset={offset}>");
    let expected = format!(
        "{}; rel=\"next\", {}; rel=\"prev\", {}; rel=\"first\"",
        of(8),
        of(0),
        of(0)
    );
    assert_eq!(page.header("link"), Some(expected.as_str()));
    let all = list(&[("fields", "id"), ("state", "sale")]);
    let mut page = list(&[("fields", "id"), ("state", "sale"), ("limit", "4")]);
    let mut found = ids(&page);
    while let Some(next) = linked(&server, &page, "next") {
        found.extend(ids(&next));
        page = next;
    }
    assert_eq!(found, ids(&all));
    let far = u64::MAX.to_string();
    let page = list(&[("limit", "4"), ("offset", &far), ("fields", "id")]);
    assert_eq!(ids(&page), [0; 0]);
    assert!(!page.header("link").unwrap().contains("next"));
}

#[test]
fn the_number_of_all_records_is_told_where_it_is_asked_for() {
    let server = Server::demo();
    let list = |parameters: &[(&str, &str)]| server.get("sale.order", parameters);
    let all = ids(&list(&[("state", "sale"), ("fields", "id")])).len().to_string();
    for page in [
        &[("limit", "3")][..],
        &[("limit", "3"), ("offset", "6")],
        &[("limit", "3"), ("cursor", "*")],
        &[],
    ] {
        let with = |count| {
            let mut parameters = vec![("state", "sale"), ("fields", "id"), ("count", count)];
            parameters.extend(page);
            list(&parameters)
        };
        let exact = with("exact");
        assert_eq!(exact.header("x-total-count"), Some(all.as_str()), "{page:?}");
        let without = with("none");
        assert_eq!(without.header("x-total-count"), None);
        assert_eq!((exact.body, exact.status), (without.body.clone(), 200));
        let expected: i64 = with("estimated").header("x-total-count").unwrap().parse().unwrap();
        assert!(expected >= 0);
    }
    // The last page is known to be the last, where all are counted.
    let all: usize = all.parse().unwrap();
    let last = list(&[
        ("state", "sale"),
        ("limit", "1"),
        ("offset", &(all - 1).to_string()),
        ("count", "exact"),
    ]);
    assert!(linked(&server, &last, "next").is_none());
    list(&[("count", "some")]).problem(400, "invalid");
}

/// The rules of the caller hold for each page, and for the number of all records.
#[test]
fn pages_hold_what_the_caller_may_see() {
    let server = Server::demo();
    let salesman = User::create(&server, "sam", &["Sales / User: Own Documents Only"]);
    let id = server.ids("res.users", &[("login", "sam")])[0];
    let orders = server.ids("sale.order", &[("order", "id"), ("limit", "9")]);
    for (number, order) in orders.iter().enumerate() {
        let user = if number % 2 == 0 { id } else { 3 };
        server
            .send("PUT", &format!("sale.order/{order}"), &json!({"user_id": user}))
            .ok();
    }
    let own = ids(&salesman.get("sale.order?fields=id&order=partner_id"));
    assert!((5..20).contains(&own.len()), "{own:?}");
    let mut found = Vec::new();
    let mut path = "sale.order?fields=id&order=partner_id&limit=2&cursor=*&count=estimated".to_owned();
    loop {
        let page = salesman.get(&path);
        found.extend(ids(&page));
        assert_eq!(page.header("x-total-count"), Some(own.len().to_string().as_str()));
        let links = page.header("link").unwrap_or_default().split(", ");
        let next = links.filter_map(|link| link.strip_suffix(">; rel=\"next\"")).next();
        match next {
            Some(next) => path = next.strip_prefix(&format!("<{BASE}")).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(found, own);
}
