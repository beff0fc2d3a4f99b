//! Methods that run before and after records are created, written and deleted.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::error::Code;
use orm::prelude::*;
use orm::write;
use serde_json::json;

use super::constraints::concurrency::until_done;
use super::small_world::SmallWorld;
use super::template;
use models::{Log, LogFilter, Room, RoomFilter, RoomUpdate};

static HOTEL: LazyLock<Template> =
    LazyLock::new(|| template(&models::catalogue(), "INSERT INTO x_users (name) VALUES ('Root')"));

fn hotel() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), HOTEL.copy())
}

impl SmallWorld {
    /// What was logged since the last call.
    fn log(&mut self) -> Vec<String> {
        self.env(|env| {
            let all = Records::<Log>::search(env, LogFilter::default())?;
            let texts = all.load(env, &[])?.into_iter().map(|log| log.text).collect();
            all.unlink(env)?;
            Ok(texts)
        })
        .unwrap()
    }
}

#[test]
fn what_new_records_are_given_is_changed_before() {
    let mut hotel = hotel();
    let made = hotel
        .create("x.room", &json!([{"name": "  Hall "}, {"name": "Den", "price": 70}]))
        .unwrap();
    assert_eq!(
        (&made[0]["name"], &made[0]["price"], &made[1]["tax"]),
        (&json!("Hall"), &json!(10), &json!(7))
    );
    assert_eq!(made[0]["keeper_id"], json!([1, "Root"]));
    assert_eq!(
        hotel.log(),
        ["2 to come", "Hall has come, tax 1", "Den has come, tax 7"]
    );

    // The extension's method gives a field of the model itself, by a value that is given for its own.
    let cellar = hotel
        .create("x.room", &json!({"name": "Cellar", "floor": -1, "price": 70}))
        .unwrap();
    assert_eq!((&cellar["price"], &cellar["floor"]), (&json!(5), &json!(-1)));

    let refused = hotel
        .create("x.room", &json!([{"name": "Attic"}, {"name": " "}]))
        .unwrap_err();
    assert_eq!((refused.code(), refused.detail()), (Code::Invalid, "a room has a name"));
    hotel.log();
    let rooms = hotel
        .env(|env| Records::<Room>::search(env, RoomFilter::default()))
        .unwrap();
    assert_eq!(rooms.len(), 3, "a refused create leaves nothing");
    assert_eq!(hotel.log(), [""; 0]);
}

#[test]
fn children_in_a_body_have_their_own_methods() {
    let mut hotel = hotel();
    let body = json!({"name": "Hall", "booking_ids": [[0, 0, {"guests": 0}], [0, 0, {"guests": 3}]]});
    let hall = hotel.create("x.room", &body).unwrap();
    let guests = |room: &Json| room["booking_ids"].as_array().unwrap().len();
    assert_eq!(guests(&hall), 2);
    // The method reads the room that the same body describes.
    let said = [
        "1 to come",
        "a booking of Hall",
        "a booking of Hall",
        "Hall has come, tax 1",
    ];
    assert_eq!(hotel.log(), said);
    let id = hall["id"].as_i64().unwrap();
    hotel
        .update("x.room", id, &json!({"booking_ids": [[0, 0, {"guests": -5}]]}))
        .unwrap();
    let lowest = hotel.env(|env| {
        let filter = models::BookingFilter::default();
        let all = Records::<models::Booking>::search(env, filter)?.load(env, &[])?;
        Ok(all.iter().map(|booking| booking.guests).collect::<Vec<_>>())
    });
    assert_eq!(lowest.unwrap(), [1, 3, 1]);
}

#[test]
fn what_records_are_given_is_changed_before_an_update() {
    let mut hotel = hotel();
    hotel
        .create(
            "x.room",
            &json!([{"name": "Hall", "price": 20}, {"name": "Den", "price": 40}]),
        )
        .unwrap();
    hotel.log();
    assert_eq!(
        hotel.update("x.room", 1, &json!({"price": -3})).unwrap()["price"],
        json!(0)
    );
    assert_eq!(hotel.log(), ["Hall of Some(\"Root\") to -3", "Hall has changed, tax 0"]);
    let refused = hotel.update("x.room", 2, &json!({"price": 61})).unwrap_err();
    assert_eq!((refused.code(), refused.detail()), (Code::Invalid, "Den costs 40"));
    assert_eq!(hotel.log(), [""; 0]);
    // Several records at once: one call.
    let both = RoomUpdate {
        price: Some(0),
        ..RoomUpdate::default()
    };
    hotel
        .env(|env| Records::<Room>::new(vec![1, 2]).write(env, both))
        .unwrap();
    let said = [
        "Hall of Some(\"Root\") to 0",
        "Den of Some(\"Root\") to 0",
        "Hall has changed, tax 0",
        "Den has changed, tax 0",
    ];
    assert_eq!(hotel.log(), said);
    hotel.update("x.room", 1, &json!({"name": "Foyer"})).unwrap();
    assert_eq!(hotel.log(), ["Foyer has changed, tax 0"]);
    assert_eq!(
        hotel.update("x.room", 9, &json!({"price": 1})).unwrap_err().code(),
        Code::NotFound
    );
}

#[test]
fn a_deletion_is_told_afterwards_with_the_records_as_they_were() {
    let mut hotel = hotel();
    hotel
        .create(
            "x.room",
            &json!([{"name": "Hall", "booking_ids": [[0, 0, {"guests": 2}]]}, {"name": "Den"}]),
        )
        .unwrap();
    hotel.log();
    hotel.delete("x.room", 1).unwrap();
    assert_eq!(hotel.log(), ["Hall is gone with 1, 1 left"]);
    // A method of records that go along refuses: nothing is deleted.
    hotel
        .update("x.room", 2, &json!({"booking_ids": [[0, 0, {"guests": 101}]]}))
        .unwrap();
    hotel.log();
    let refused = hotel.delete("x.room", 2).unwrap_err();
    assert_eq!(
        (refused.code(), refused.detail()),
        (Code::Conflict, "too many to send away")
    );
    assert_eq!(hotel.log(), [""; 0]);
    assert_eq!(
        hotel
            .env(|env| Records::<Room>::search(env, RoomFilter::default()))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn writes_within_writes_have_an_end() {
    let mut hotel = hotel();
    let error = hotel.create("x.echo", &json!({"number": 1})).unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(
        error.detail().contains("x.echo") && error.detail().contains("levels"),
        "{error:?}"
    );
}

#[test]
fn a_method_finds_and_changes_what_the_same_write_has_made() {
    let mut hotel = hotel();
    let members = json!([[0, 0, {"name": "with Bob"}], [0, 0, {"name": "with Eve"}]]);
    let team = hotel
        .create("x.team", &json!({"name": "Kitchen", "member_ids": members}))
        .unwrap();
    assert_eq!((&team["code"], &team["note"]), (&json!("KITCHEN"), &json!("with Eve")));
    assert_eq!(team["member_ids"].as_array().unwrap().len(), 4, "{team}");
    // Commands of an update, between which methods create records of the same model.
    let more =
        json!({"member_ids": [[0, 0, {"name": "with Ann"}], [0, 0, {"name": "Dan"}], [0, 0, {"name": "with Flo"}]]});
    let team = hotel.update("x.team", team["id"].as_i64().unwrap(), &more).unwrap();
    assert_eq!(team["member_ids"].as_array().unwrap().len(), 9, "{team}");
}

#[test]
fn a_new_record_that_a_method_deletes_is_told_as_such() {
    let mut hotel = hotel();
    hotel.create("x.team", &json!({"name": "Kitchen"})).unwrap();
    let member = |name: &str| json!({"name": name, "team_id": 1});
    for body in [member("gone"), json!([member("Ann"), member("gone"), member("Bob")])] {
        let error = hotel.create("x.member", &body).unwrap_err();
        assert_eq!(
            (error.code(), error.detail()),
            (Code::Conflict, "the create would delete the record itself")
        );
    }
    let bodies = [member("Ann"), member("gone"), member("Bob")];
    let batch = hotel.env(|env| {
        let model = env.registry.find("x.member").unwrap();
        write::create_batch(env, model, &bodies.iter().collect::<Vec<_>>(), &[])
    });
    assert_eq!(
        batch.unwrap_err().code(),
        Code::Conflict,
        "no request gets the answer of another"
    );
}

#[test]
fn a_refusal_that_a_method_swallows_ends_the_write() {
    let mut hotel = hotel();
    hotel.create("x.team", &json!({"name": "Kitchen"})).unwrap();
    let error = hotel
        .create("x.member", &json!({"name": "careless", "team_id": 1}))
        .unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(error.detail().contains("did not pass the error on"), "{error:?}");
    let members = hotel.env(|env| Records::<models::Member>::search(env, models::MemberFilter::default()));
    assert!(members.unwrap().is_empty());
}

#[test]
fn what_goes_along_with_a_deletion_is_what_is_left_after_its_methods() {
    let mut hotel = hotel();
    hotel
        .create(
            "x.team",
            &json!({"name": "Kitchen", "member_ids": [[0, 0, {"name": "Ann"}]]}),
        )
        .unwrap();
    hotel
        .create(
            "x.team",
            &json!({"name": "Bar", "member_ids": [[0, 0, {"name": "Bob"}]]}),
        )
        .unwrap();
    hotel.log();
    hotel.delete("x.team", 1).unwrap();
    assert_eq!(hotel.log(), [""; 0], "its members have moved");
    hotel.delete("x.team", 2).unwrap();
    assert_eq!(hotel.log(), ["Ann is deleted", "Bob is deleted"]);
}

/// How often each of the two clients writes.
const TIMES: i32 = 30;

#[test]
fn of_two_clients_at_once_each_builds_on_what_the_other_wrote() {
    let mut hotel = hotel();
    let door = hotel.new_id("x.door", &json!({"name": "front"})).unwrap();
    let (runtime, database) = (&hotel.runtime, &hotel.database);
    std::thread::scope(|scope| {
        for name in ["open", "shut"] {
            scope.spawn(move || {
                let mut session = database.address().open(false).unwrap();
                for _ in 0..TIMES {
                    until_done(&mut session, runtime, |env| {
                        let model = env.registry.find("x.door").unwrap();
                        write::update(env, model, door, &json!({"name": name})).map(|_| ())
                    });
                }
            });
        }
    });
    let writes = hotel.env(|env| Ok(Records::<models::Door>::from(door).load(env, &[])?[0].writes));
    assert_eq!(writes.unwrap(), 2 * TIMES);
}
