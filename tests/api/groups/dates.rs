//! Dates are grouped by periods of the calendar.

use serde_json::{Value, json};
use tests::Server;

use super::{group, read_group, told};

#[test]
fn dates_are_grouped_by_periods_of_a_time_zone() {
    let server = Server::demo();
    let groups = group(&server, "sale.order", &[("group_by", "date_order:month")]);
    assert_eq!(
        groups[0],
        json!({"__count": 3, "date_order:month": "September 2023",
               "__range": {"date_order:month": {"from": "2023-09-01T00:00:00", "to": "2023-10-01T00:00:00"}},
               "__domain": ["&", ["date_order", ">=", "2023-09-01T00:00:00"], ["date_order", "<", "2023-10-01T00:00:00"]]})
    );
    assert_eq!(told(&groups, &["__count"]), json!([[3], [5], [5], [5], [9]]));
    for (period, name, number) in [
        ("hour", "08:00 04 Sep", 27),
        ("day", "04 Sep 2023", 25),
        ("week", "W36 2023", 18),
        ("quarter", "Q3 2023", 3),
        ("year", "2023", 2),
    ] {
        let key = format!("date_order:{period}");
        let groups = group(&server, "sale.order", &[("group_by", &key)]);
        let groups = groups.as_array().unwrap();
        assert_eq!(
            (groups[0][&key].as_str(), groups.len()),
            (Some(name), number),
            "{groups:?}"
        );
    }
    // At 16:21 on 3 October it is the 4th in Auckland. The clock is turned there on 24 September.
    let asked = json!({"domain": [["id", "in", [3, 4]]], "groupby": "date_order:day", "tz": "Pacific/Auckland"});
    let groups = read_group(&server, "sale.order", &asked);
    assert_eq!(
        told(&groups, &["date_order:day"]),
        json!([["28 Sep 2023"], ["04 Oct 2023"]])
    );
    let bounds = json!({"from": "2023-10-03T11:00:00", "to": "2023-10-04T11:00:00"});
    assert_eq!(groups[1]["__range"]["date_order:day"], bounds);
    let zone = [
        ("group_by", "date_order:day"),
        ("id", "4"),
        ("time_zone", "Pacific/Auckland"),
    ];
    assert_eq!(
        group(&server, "sale.order", &zone)[0]["__range"]["date_order:day"],
        bounds
    );
    // A month of a zone begins at another time of the day when the clock is turned in it.
    let asked = json!({"groupby": "date_order:month", "tz": "Pacific/Auckland", "domain": [["id", "=", 1]]});
    let bounds = json!({"from": "2023-08-31T12:00:00", "to": "2023-09-30T11:00:00"});
    assert_eq!(
        read_group(&server, "sale.order", &asked)[0]["__range"]["date_order:month"],
        bounds
    );
    // Dates have no time, whatever the zone; records without one are a group, the last one.
    let asked = json!({"groupby": "validity_date:week", "tz": "Pacific/Auckland"});
    let groups = read_group(&server, "sale.order", &asked);
    let bounds = json!({"from": "2023-12-18", "to": "2023-12-25"});
    assert_eq!(groups[0]["__range"]["validity_date:week"], bounds);
    let last = groups.as_array().unwrap().last().unwrap();
    assert_eq!(last["validity_date:week"], false);
    assert_eq!(last["__domain"], json!([["validity_date", "=", false]]));
}

#[test]
fn periods_without_records_are_added_on_request() {
    let server = Server::demo();
    let asked = |fill: Value, more: &[(&str, Value)]| {
        let mut asked = json!({"groupby": "validity_date:month", "fields": ["id:count", "amount_total"]});
        asked["fill_temporal"] = fill;
        for (name, value) in more {
            asked[*name] = value.clone();
        }
        told(
            &read_group(&server, "sale.order", &asked),
            &["validity_date:month", "validity_date_count"],
        )
    };
    let [december, january, february, none] = [
        json!(["December 2023", 1]),
        json!(["January 2024", 0]),
        json!(["February 2024", 2]),
        json!([false, 24]),
    ];
    assert_eq!(asked(json!(false), &[]), json!([december, february, none]));
    assert_eq!(asked(json!(true), &[]), json!([december, january, february, none]));
    assert_eq!(
        asked(json!(true), &[("orderby", json!("validity_date desc"))]),
        json!([none, february, january, december])
    );
    assert_eq!(
        asked(json!(true), &[("orderby", json!("validity_date nulls first"))]),
        json!([none, december, january, february])
    );
    let page = [("limit", json!(1)), ("offset", json!(1))];
    assert_eq!(asked(json!(true), &page), json!([january]));
    let bounds = json!({"fill_from": "2023-11-30", "fill_to": "2024-01-02"});
    let november = json!(["November 2023", 0]);
    assert_eq!(asked(bounds, &[]), json!([november, december, january, february, none]));
    let march = json!(["March 2024", 0]);
    assert_eq!(
        asked(json!({"min_groups": 4}), &[]),
        json!([december, january, february, march, none])
    );
    // Nothing is told of nothing, and the condition opens nothing.
    let fill = [
        ("group_by", "date_order:day"),
        ("fill_temporal", "true"),
        ("id__le", "2"),
        ("aggregate", "amount_total,id:count"),
    ];
    let groups = group(&server, "sale.order", &fill);
    assert_eq!(groups.as_array().unwrap().len(), 9);
    let domain = json!([
        "&",
        ["date_order", ">=", "2023-09-05T00:00:00"],
        ["date_order", "<", "2023-09-06T00:00:00"]
    ]);
    assert_eq!(
        (&groups[1]["amount_total"], &groups[1]["id"], &groups[1]["__domain"]),
        (&json!(false), &json!(0), &domain)
    );
    let refused = |arguments: Value| {
        let reply = server.send("POST", "sale.order/read_group", &arguments);
        let problem = reply.problem(422, "invalid");
        problem["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    for (name, value, why) in [
        ("groupby", json!(["state"]), "where one date is grouped by"),
        ("orderby", json!("amount_total"), "in the order of the dates only"),
        (
            "having",
            json!([["amount_total", ">", 1]]),
            "those that `having` leaves out",
        ),
        (
            "fill_temporal",
            json!({"fill_form": "2023-01-01"}),
            "did you mean `fill_from`",
        ),
        ("fill_temporal", json!({"fill_from": "soon"}), "`fill_from`: "),
        ("fill_temporal", json!({"min_groups": 10_001}), "at most 10000"),
        (
            "fill_temporal",
            json!({"fill_from": "0001-01-01"}),
            "more than 10000 groups",
        ),
        ("fill_temporal", json!("yes"), "where true, or an object of"),
    ] {
        let mut asked = json!({"groupby": "date_order:month", "fields": ["amount_total"], "fill_temporal": true});
        asked[name] = value;
        let told = refused(asked);
        assert!(told.contains(why), "{name}: {told}");
    }
}
