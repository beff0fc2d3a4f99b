//! What is refused: mistakes, at their place, and too much.

use serde_json::{Value, json};
use tests::Server;

#[test]
fn mistakes_are_refused_at_their_place() {
    let server = Server::demo();
    let state = ("group_by", "state");
    for (parameters, place, why) in [
        (
            vec![("group_by", "stat")],
            "group_by",
            "has no field `stat`; did you mean `state`?",
        ),
        (
            vec![("group_by", "state:month")],
            "group_by",
            "`state` is no date: leave `:month` out",
        ),
        (
            vec![("group_by", "date_order:moth")],
            "group_by",
            "did you mean `month`?",
        ),
        (
            vec![("group_by", "validity_date:hour")],
            "group_by",
            "which has no hours",
        ),
        (vec![("group_by", "order_line")], "group_by", "it has no single value"),
        (
            vec![("group_by", "order_line.name")],
            "group_by",
            "`order_line` leads to many records",
        ),
        (
            vec![("group_by", "amount_undiscounted")],
            "group_by",
            "is computed when it is read",
        ),
        (vec![("group_by", "state,state")], "group_by", "named twice"),
        (
            vec![(
                "group_by",
                "id,name,state,user_id,team_id,partner_id,company_id,date_order,create_date",
            )],
            "group_by",
            "at most 8",
        ),
        (
            vec![state, ("aggregate", "amount_total:SUM")],
            "aggregate",
            "did you mean `sum`?",
        ),
        (
            vec![state, ("aggregate", "name:sum")],
            "aggregate",
            "`name` is no number",
        ),
        (
            vec![state, ("aggregate", "name")],
            "aggregate",
            "say how, as in `name:count`",
        ),
        (
            vec![state, ("aggregate", "require_signature:max")],
            "aggregate",
            "write `bool_and` or `bool_or`",
        ),
        (
            vec![state, ("aggregate", "amount_total:bool_or")],
            "aggregate",
            "is not true or false",
        ),
        (
            vec![state, ("aggregate", "tag_ids:count")],
            "aggregate",
            "it has no single value",
        ),
        (
            vec![state, ("aggregate", "amount_undiscounted:sum")],
            "aggregate",
            "is computed when it is read",
        ),
        (
            vec![state, ("aggregate", "amount_total:sum,amount_total:max")],
            "aggregate",
            "two values would be called",
        ),
        (
            vec![state, ("aggregate", "state:count")],
            "aggregate",
            "two values would be called",
        ),
        (
            vec![state, ("aggregate", "__n:count(id)")],
            "aggregate",
            "is no name for a value",
        ),
        (
            vec![state, ("aggregate", "a\"b:count(id)")],
            "aggregate",
            "is no name for a value",
        ),
        (
            vec![state, ("order", "name")],
            "order",
            "`name` is neither grouped by nor aggregated",
        ),
        (vec![state, ("order", "state down")], "order", "`down` is no direction"),
        (
            vec![state, ("having", "[[\"state\",\"=\",\"sale\"]]")],
            "having",
            "a condition on it belongs in `domain`",
        ),
        (
            vec![state, ("having", "[[\"__count\",\"like\",1]]")],
            "having",
            "does not compare groups",
        ),
        (
            vec![state, ("having", "[[\"__count\",\">\",\"many\"]]")],
            "having",
            "`__count`: ",
        ),
        (
            vec![state, ("having", "[[\"__count\",\">\",false]]")],
            "having",
            "is compared with nothing",
        ),
        (
            vec![state, ("having", "[\"&\",[\"__count\",\">\",1]]")],
            "having",
            "lacks its condition",
        ),
        (vec![state, ("having", "[")], "having", "not well-formed JSON"),
        (vec![state, ("having", "[[[[[1]]]]]")], "having", "nested too deeply"),
        (
            vec![state, ("time_zone", "Europe/Brusels")],
            "time_zone",
            "did you mean `Europe/Brussels`",
        ),
        (vec![state, ("limit", "10001")], "limit", "at most 10000 groups"),
        (
            vec![state, ("fields", "name")],
            "fields",
            "`aggregate` names the values",
        ),
        (vec![state, state], "group_by", "given twice"),
        (vec![state, ("stat", "draft")], "stat", "no field and no parameter"),
        (vec![("aggregate", "amount_total")], "aggregate", "give `group_by`, too"),
        (vec![("having", "[]")], "having", "give `group_by`, too"),
    ] {
        let problem = server.get("sale.order", &parameters).problem(400, "invalid");
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], place, "{parameters:?}: {problem}");
        assert!(
            error["message"].as_str().unwrap().contains(why),
            "{parameters:?}: {problem}"
        );
    }
    let body = json!({"groupby": ["nope"], "fields": ["x:foo(name)"], "domain": [["no", "=", 1]], "lazi": true});
    let problem = server
        .send("POST", "sale.order/read_group", &body)
        .problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/lazi", "{problem}");
    let body = json!({"groupby": ["nope"], "fields": ["x:foo(name)"], "domain": [["no", "=", 1]]});
    let problem = server
        .send("POST", "sale.order/read_group", &body)
        .problem(422, "invalid");
    let places: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(places, ["/domain", "/groupby", "/fields"]);
    for groupby in [json!(7), json!([1])] {
        let problem = server.send("POST", "sale.order/read_group", &json!({"groupby": groupby}));
        assert_eq!(problem.problem(422, "invalid")["errors"][0]["pointer"], "/groupby");
    }
    let body = json!({"groupby": "state", "fields": [], "orderby": "nope", "tz": "Nowhere", "limit": 10_001});
    let problem = server
        .send("POST", "sale.order/read_group", &body)
        .problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "{problem}");
}

#[test]
fn groups_are_bounded() {
    let server = Server::demo_with(|config| {
        config.limits.max_limit = 5;
        config.limits.max_answer = 2_000;
    });
    let refused = server
        .get("sale.order", &[("group_by", "partner_id")])
        .problem(400, "invalid");
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("more than 5 groups: give `limit`"),
        "{refused}"
    );
    let page = server
        .get("sale.order", &[("group_by", "partner_id"), ("limit", "5")])
        .ok();
    assert_eq!(page.as_array().unwrap().len(), 5);
    let refused = server.send("POST", "sale.order/read_group", &json!({"groupby": "partner_id"}));
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], "/limit");
    let lists =
        "a:array_agg(name),b:array_agg(name),c:array_agg(name),d:array_agg(create_date),e:array_agg(date_order)";
    let long = server.get("sale.order", &[("group_by", "company_id"), ("aggregate", lists)]);
    long.problem(413, "payload_too_large");
}
