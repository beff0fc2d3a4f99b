//! Constraints of models: what is refused, with which message, at which place.

#[allow(missing_docs, reason = "what the macros make of test models")]
pub(crate) mod concurrency;
mod models;
mod rules;
mod sequences;
pub(crate) mod world;

use orm::error::{Code, Error};
use serde_json::{Value as Json, json};

use world::{World, pointers};

#[track_caller]
fn refused<T: std::fmt::Debug>(result: orm::Result<T>, code: Code, places: &[&str], words: &str) -> Error {
    let error = result.unwrap_err();
    assert_eq!(
        (error.code(), pointers(&error)),
        (code, places.iter().map(ToString::to_string).collect())
    );
    let told: Vec<&str> = error.issues().iter().map(|issue| issue.message.as_str()).collect();
    assert!(
        told.iter().all(|message| message.contains(words)),
        "{told:?} lack {words:?}"
    );
    error
}

#[test]
fn uniqueness_may_hold_among_some_records_only() {
    let mut world = World::new();
    let room = |name: &str, active: bool| json!({"name": name, "code": "A", "active": active});
    let first = world.create("x.room", &room("first", true));
    let hidden = world.create("x.room", &room("hidden", false));
    refused(
        world.try_create("x.room", &room("third", true)),
        Code::Conflict,
        &["/code"],
        "This code is in use (A)",
    );
    // The condition of the unique constraint becomes true.
    let archived = |active: bool| json!({ "active": active });
    refused(
        world.try_update("x.room", hidden, &archived(true)),
        Code::Conflict,
        &["/code"],
        "in use",
    );
    world.try_update("x.room", first, &archived(false)).unwrap();
    world.try_update("x.room", hidden, &archived(true)).unwrap();
    world.create("x.room", &json!({"name": "blank", "code": "A ", "active": true}));
}

/// With `nulls = equal`, empty values count as equal in a unique constraint.
#[test]
fn empty_parts_are_equal_where_that_is_said() {
    let mut world = World::new();
    world.create("x.room", &json!({"name": "hall"}));
    let same = "the same name and floor exists already";
    refused(
        world.try_create("x.room", &json!({"name": "hall"})),
        Code::Conflict,
        &["/name"],
        same,
    );
    let floors = json!([{"name": "hall", "floor": 0}, {"name": "hall", "floor": 1}, {"name": "hall", "floor": 0}]);
    refused(
        world.try_create("x.room", &floors),
        Code::Conflict,
        &["/2/name", "/2/floor"],
        same,
    );
    world.create("x.room", &json!({"name": "hall", "floor": 0}));
    // Without `nulls = equal`, an empty value is equal to no other one.
    world.create("x.room", &json!({"name": "a", "door": 1}));
    world.create("x.room", &json!({"name": "b", "door": 1}));
    world.create("x.room", &json!({"name": "c", "door": 1, "floor": 1}));
    let taken = world.try_create("x.room", &json!({"name": "d", "door": 1, "floor": 1}));
    refused(taken, Code::Conflict, &["/door", "/floor"], "the same door and floor");
}

/// With `ignore_case`, the letters A to Z equal a to z, in the runtime's test and in the database's.
#[test]
fn case_is_ignored_where_that_is_said() {
    let mut world = World::new();
    let room = |name: &str, mail: Json, kind: &str| json!({"name": name, "mail": mail, "kind": kind});
    let first = world.create("x.room", &room("a", json!("Ann@x"), "L"));
    let same = "the same mail and kind, in whatever case, exists already (ANN@x, L)";
    let taken = world.try_create("x.room", &room("b", json!("ANN@x"), "L"));
    refused(taken, Code::Conflict, &["/mail", "/kind"], same);
    world.create("x.room", &room("c", json!("ANN@x"), "l"));
    let both = json!([
        room("d", json!("bob"), "L"),
        room("e", json!("BOB"), "L"),
        room("f", json!("bob"), "l")
    ]);
    let taken = world.try_create("x.room", &both);
    refused(taken, Code::Conflict, &["/1/mail", "/1/kind"], "the same mail and kind");
    // Other letters are compared as they are, and empty values are equal to none.
    for (name, mail) in [
        ("g", json!("é")),
        ("h", json!("É")),
        ("i", json!(null)),
        ("j", json!(null)),
    ] {
        world.create("x.room", &room(name, mail, "L"));
    }
    world.try_update("x.room", first, &json!({"mail": "ANN@X"})).unwrap();
    let nicked = |name: &str, nick: Json| json!({"name": name, "nick": nick, "nicked": true});
    world.create("x.room", &nicked("k", json!("Ox")));
    world.create("x.room", &nicked("l", json!(false)));
    for (nick, words) in [
        (json!("oX"), "This nick is in use (oX)"),
        (json!(false), "This nick is in use"),
    ] {
        let taken = world.try_create("x.room", &nicked("m", nick));
        refused(taken, Code::Conflict, &["/nick"], words);
    }
    for sql in [
        "UPDATE x_room SET mail = 'ann@X', kind = 'l' WHERE name = 'a'",
        "UPDATE x_room SET nick = 'OX' WHERE name = 'l'",
    ] {
        world.session.control(sql).unwrap_err();
    }
}

#[test]
fn what_differs_only_in_case_is_found_where_the_index_is_missing() {
    let mut world = World::new();
    for index in ["x_room_mail_kind_unique", "x_room_nick_unique"] {
        world.session.control(&format!("DROP INDEX {index}")).unwrap();
    }
    world.create(
        "x.room",
        &json!({"name": "a", "mail": "Ann", "nick": "Ox", "nicked": true}),
    );
    world.create("x.room", &json!({"name": "b", "mail": "Bob"}));
    let nick = "UPDATE x_room SET mail = 'aNN', nick = 'oX', nicked = (SELECT nicked FROM x_room WHERE name = 'a') \
                WHERE name = 'b'";
    world.session.control(nick).unwrap();
    assert_eq!(
        world.findings(),
        [
            "x.room 2 mail,kind: stored \"aNN\", \"L\", right what record 1 has not",
            "x.room 2 nick: stored \"oX\", right what record 1 has not",
        ]
    );
}

#[test]
fn a_broken_condition_names_field_rule_and_value() {
    let mut world = World::new();
    let booking = |discount: Json| json!({"name": "x", "discount": discount});
    for (discount, words) in [
        (
            json!(101),
            "A discount is a percentage (`discount <= 100`): `discount` is 101",
        ),
        (
            json!(-0.5),
            "A discount is a percentage (`discount >= 0`): `discount` is -0.5",
        ),
    ] {
        refused(
            world.try_create("x.booking", &booking(discount)),
            Code::Invalid,
            &["/discount"],
            words,
        );
    }
    let id = world.create(
        "x.booking",
        &json!({"name": "x", "discount": 100, "date_end": "2024-05-01"}),
    );
    let later = world.try_update("x.booking", id, &json!({"date_start": "2024-05-02"}));
    let words = "`date_start <= date_end` is broken: `date_start` is 2024-05-02, `date_end` is 2024-05-01";
    refused(later, Code::Invalid, &["/date_start"], words);
    world
        .try_update("x.booking", id, &json!({"date_start": "2024-05-01"}))
        .unwrap();
    world
        .try_update("x.booking", id, &json!({"date_start": "2025-05-01", "date_end": false}))
        .unwrap();
}

#[test]
fn rows_that_are_loaded_keep_the_same_rules_in_the_same_words() {
    let mut world = World::new();
    world.create("x.room", &json!({"name": "hall", "code": "A"}));
    let mut refused = |data: Json, code: Code, places: &[&str], words: &str| {
        let error = world.try_load(&data).unwrap_err();
        assert_eq!(error.code(), code);
        for place in places {
            assert!(error.detail().contains(&format!("{place}: {words}")), "{error}");
        }
    };
    let room =
        |name: &str, code: Json| json!({"x.room": {"fields": ["id", "name", "code"], "rows": [[50, name, code]]}});
    let taken = "This code is in use";
    refused(
        room("other", json!("A")),
        Code::Conflict,
        &["x.room, row 0, code"],
        taken,
    );
    let same = "a record of x.room with the same name and floor exists already";
    let places = ["x.room, row 0, name", "x.room, row 0, floor"];
    refused(room("hall", Json::Null), Code::Conflict, &places, same);
    let booking = json!({"x.booking": {"fields": ["id", "name", "discount"], "rows": [[50, "x", 101]]}});
    let words = "A discount is a percentage";
    refused(booking, Code::Invalid, &["x.booking, row 0, discount"], words);
}

#[test]
fn no_circle_is_loaded() {
    let mut world = World::new();
    let partners = |last: Json| {
        let rows = json!([[50, "a", 52], [51, "b", 50], [52, "c", last]]);
        json!({"res.partner": {"fields": ["id", "name", "parent_id"], "rows": rows}})
    };
    refused(world.try_load(&partners(json!(51))), Code::Invalid, &[], "");
    world.try_load(&partners(json!(1))).unwrap();
}

/// Constraint methods run when everything is computed, also if only a child is written.
#[test]
fn methods_look_at_what_was_computed() {
    let mut world = World::new();
    let priced = |prices: &[i32]| {
        let extras: Vec<Json> = prices.iter().map(|price| json!([0, 0, {"price": price}])).collect();
        json!({"name": "x", "extra_ids": extras})
    };
    let words = "several extras come to at most 1000: `total` is 1200";
    refused(
        world.try_create("x.booking", &priced(&[700, 500])),
        Code::Invalid,
        &["/extra_ids"],
        words,
    );
    let id = world.create("x.booking", &priced(&[1200]));
    let second = world.try_update("x.booking", id, &json!({"extra_ids": [[0, 0, {"price": 1}]]}));
    refused(second, Code::Invalid, &["/extra_ids"], "`total` is 1201");
    // The same through the child: the body has no field of the booking to which the error could point.
    let second = world.try_create("x.extra", &json!({"booking_id": id, "price": 2}));
    refused(second, Code::Invalid, &[""], "several extras");
    // A check of a computed field.
    refused(
        world.try_create("x.booking", &priced(&[5000])),
        Code::Invalid,
        &["/total"],
        "`total < 5000`",
    );
}

#[test]
fn a_deletion_may_be_refused() {
    let mut world = World::new();
    let id = world.create("x.booking", &json!({"name": "x", "closed": true}));
    let error = world.try_delete("x.booking", id).unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert!(error.detail().contains("it is closed"), "{}", error.detail());
    world.try_update("x.booking", id, &json!({"closed": false})).unwrap();
    world.try_delete("x.booking", id).unwrap();
}
