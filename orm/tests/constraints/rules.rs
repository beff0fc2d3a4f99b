//! Rules of single fields: `min`, `max`, `pattern`, `email`, `url`.

use chrono::TimeDelta;
use orm::Runtime;
use orm::error::Code;
use orm::method;
use orm::query::Limits;
use orm_openapi::{Examples, document};
use serde_json::{Value as Json, json};

use super::models;
use super::refused;
use super::world::World;

fn with(field: &str, value: Json) -> Json {
    json!({"name": "Ann", field: value})
}

#[test]
fn a_value_beyond_its_limit_is_refused_with_the_limit() {
    let mut world = World::new();
    let id = world.create("x.member", &json!({"name": "Ann", "age": 18, "fee": 0.005}));
    for (field, value, words) in [
        ("age", json!(17), "`age` is at least 18: 17 is less"),
        ("age", json!(131), "`age` is at most 130: 131 is more"),
        (
            "points",
            json!(-9_000_000_001_i64),
            "`points` is at least -9000000000: -9000000001 is less",
        ),
        ("share", json!(0.51), "`share` is at most 0.5: 0.51 is more"),
        ("fee", json!(0.004), "`fee` is at least 0.005: 0.004 is less"),
        (
            "joined",
            json!("1999-12-31"),
            "`joined` is at least 2000-01-01: 1999-12-31 is less",
        ),
        (
            "seen",
            json!("2031-01-01T00:00:00"),
            "`seen` is at most 2030-12-31 23:59:59: 2031-01-01",
        ),
    ] {
        let place = format!("/{field}");
        let body = with(field, value.clone());
        refused(world.try_create("x.member", &body), Code::Invalid, &[&place], words);
        refused(world.try_update("x.member", id, &body), Code::Invalid, &[&place], words);
        let row = json!({"x.member": {"fields": ["id", "name", "login", "ten_fees", "fee", field],
            "rows": [[50, "Bob", "bob", 15, 1.5, value]]}});
        if field != "fee" {
            let error = world.try_load(&row).unwrap_err();
            let limit = words.split(':').next().unwrap();
            assert!(error.detail().contains(&format!("row 0, {field}: {limit}")), "{error}");
        }
    }
    for (field, value) in [
        ("age", json!(130)),
        ("points", json!(-9_000_000_000_i64)),
        ("share", json!(0.5)),
        ("share", json!(0)),
        ("fee", json!(0.0049)),
        ("joined", json!("2000-01-01")),
        ("seen", json!("2030-12-31T23:59:59")),
    ] {
        world.create("x.member", &with(field, value));
    }
}

#[test]
fn a_text_that_breaks_its_rule_is_refused_with_what_belongs_there() {
    let mut world = World::new();
    let id = world.create("x.member", &json!({"name": "Ann", "email": "ann@example.com"}));
    for (field, value, words) in [
        (
            "name",
            "ann",
            r"`ann` is given where a text of the form `\p{Lu}[\w -]*` belongs",
        ),
        ("name", "Ann\n", "belongs"),
        (
            "email",
            "ann",
            "`ann` is given where an e-mail address (name@example.com) belongs",
        ),
        ("email", "", "`` is given where an e-mail address"),
        (
            "website",
            "example.com",
            "`example.com` is given where the address of a web page (https://example.com) belongs",
        ),
        ("website", "javascript:alert(1)", "the address of a web page"),
    ] {
        let place = format!("/{field}");
        let mut body = with(field, json!(value));
        refused(world.try_create("x.member", &body), Code::Invalid, &[&place], words);
        refused(world.try_update("x.member", id, &body), Code::Invalid, &[&place], words);
        // All mistakes together.
        body["age"] = json!("x");
        refused(
            world.try_create("x.member", &body),
            Code::Invalid,
            &[&place, "/age"],
            "",
        );
        let mut row = json!({"x.member": {"fields": ["id", "login", "ten_fees", "fee", "name", "email", "website"],
            "rows": [[50, "bob", 15, 1.5, "Bob", null, null]]}});
        let column = ["name", "email", "website"].iter().position(|name| *name == field);
        row["x.member"]["rows"][0][4 + column.unwrap()] = json!(value);
        let error = world.try_load(&row).unwrap_err();
        let told = error.detail();
        assert!(
            told.contains(&format!("row 0, {field}")) && told.contains(words),
            "{error}"
        );
    }
    world.try_update("x.member", id, &json!({"email": false})).unwrap();
    world.create("x.member", &json!({"name": "Bob", "website": "http://example.com/a?b"}));
}

#[test]
fn computed_values_and_defaults_follow_the_rules_too() {
    let mut world = World::new();
    let spaced = world.try_create("x.member", &json!({"name": "Ann B"}));
    let words = "`login`: `ann b` is given where a text of the form `[a-z]+` belongs";
    refused(spaced, Code::Invalid, &["/login"], words);
    let dear = world.try_create("x.member", &json!({"name": "Ann", "fee": 51}));
    let words = "`ten_fees` is at most 500: 510 is more";
    refused(dear, Code::Invalid, &["/ten_fees"], words);
    world.now += TimeDelta::hours(1);
    let level = world.try_create("x.member", &json!({"name": "Ann"}));
    refused(level, Code::Invalid, &["/level"], "`level` is at least 0: -1 is less");
    world.now -= TimeDelta::hours(2);
    let nick = world.try_create("x.member", &json!({"name": "Ann"}));
    refused(nick, Code::Invalid, &["/nick"], "`nick`: `nick` is given where");
}

#[test]
fn a_default_may_be_a_day_or_a_time() {
    let mut world = World::new();
    world.create("x.member", &json!({"name": "Ann"}));
    for (column, value) in [("since", "2020-02-29"), ("woken", "2024-01-31 13:30:00")] {
        let stored = world
            .session
            .texts(&format!("SELECT CAST({column} AS TEXT) FROM x_member"));
        assert_eq!(stored.unwrap(), [value]);
    }
}

#[test]
fn rules_hold_through_delegates_and_related_fields() {
    let mut world = World::new();
    let id = world.create("x.owner", &json!({"name": "Ann"}));
    let words = "`an` is given where a text";
    refused(
        world.try_update("x.owner", id, &json!({"name": "an"})),
        Code::Invalid,
        &["/name"],
        words,
    );
    let age = world.try_update("x.owner", id, &json!({"age": 3}));
    refused(age, Code::Invalid, &["/age"], "`age` is at least 18: 3 is less");
    let paid = world.try_update("x.owner", id, &json!({"paid": 101}));
    refused(paid, Code::Invalid, &["/paid"], "`fee` is at most 100: 101 is more");
}

/// What is stored from before a rule is found; the database itself keeps the limits.
#[test]
fn stored_values_are_verified_and_limits_kept_by_the_database() {
    let mut world = World::new();
    world.create("x.member", &json!({"name": "Ann"}));
    let control = |world: &mut World, sql: &str| world.session.control(sql);
    control(&mut world, "UPDATE x_member SET email = 'ann', word = 'Secret'").unwrap();
    assert_eq!(
        world.findings(),
        [
            "x.member 1 email: stored \"ann\", right an e-mail address (name@example.com)",
            "x.member 1 word: stored a secret value, right a text of the form `[a-z]{8,}`",
        ]
    );
    for sql in [
        "UPDATE x_member SET age = 17",
        "UPDATE x_member SET joined = '1999-12-31'",
        "UPDATE x_member SET seen = '2031-01-01 00:00:00'",
    ] {
        control(&mut world, sql).unwrap_err();
    }
}

#[test]
fn the_document_has_the_rules() {
    let registry = Runtime::new(&models::catalogue()).unwrap();
    let document = serde_json::to_value(document("x", &registry, &Examples::default())).unwrap();
    let schemas = &document["components"]["schemas"];
    for model in ["XMemberCreate", "XMemberUpdate", "XOwnerCreate"] {
        let fields = &schemas[model]["properties"];
        let age = &fields["age"]["oneOf"][0];
        assert_eq!((&age["minimum"], &age["maximum"]), (&json!(18), &json!(130)), "{model}");
        assert_eq!(fields["fee"]["minimum"], json!(0.005));
        assert_eq!(fields["share"]["oneOf"][0]["maximum"], json!(0.5));
        assert_eq!(fields["name"]["pattern"], r"^(?:\p{Lu}[\w -]*)$");
        assert_eq!(fields["email"]["oneOf"][0]["format"], "email");
        assert_eq!(fields["website"]["oneOf"][0]["format"], "uri");
        assert_eq!(fields["joined"]["$ref"], "#/components/schemas/DateOrEmpty");
    }
    assert_eq!(schemas["XOwnerCreate"]["properties"]["paid"]["maximum"], json!(100));
    assert_eq!(
        schemas["XMemberRecord"]["properties"]["email"]["$ref"], "#/components/schemas/TextOrEmpty",
        "a record may be older than the rule"
    );
}

/// Clients learn the rules before they send a value.
#[test]
fn fields_get_tells_the_rules() {
    let mut world = World::new();
    let of = json!({"attributes": ["size", "min", "max", "pattern", "format"]});
    let mut told = |model: &str| -> Json {
        let answer = world.change(model, |env, model| {
            method::call(env, model, None, "fields_get", &of, &Limits::default())
        });
        serde_json::from_slice(&answer.unwrap()).unwrap()
    };
    let member = told("x.member");
    for (field, rules) in [
        ("name", json!({"pattern": r"\p{Lu}[\w -]*"})),
        ("age", json!({"min": 18, "max": 130})),
        ("points", json!({"min": -9_000_000_000_i64})),
        ("share", json!({"min": 0.0, "max": 0.5})),
        ("fee", json!({"min": 0.005, "max": 100.0})),
        ("joined", json!({"min": "2000-01-01"})),
        ("seen", json!({"max": "2030-12-31T23:59:59"})),
        ("email", json!({"format": "email"})),
        ("website", json!({"format": "url"})),
        ("ten_fees", json!({"max": 500.0})),
        ("woken", json!({})),
    ] {
        assert_eq!(member[field], rules, "{field}");
    }
    assert_eq!(member["word"], Json::Null, "a secret field");
    // An inherited field follows the rules of the delegate's, a related one those of the field at the end of its path.
    let owner = told("x.owner");
    assert_eq!(owner["age"], json!({"min": 18, "max": 130}));
    assert_eq!(owner["paid"], json!({"min": 0.005, "max": 100.0}));
}

/// An example can be tried on a database with the rows that it is made from.
#[test]
fn examples_of_unique_texts_have_their_form() {
    let registry = Runtime::new(&unique::catalogue()).unwrap();
    let rows = json!({
        "x.hall": {
            "fields": ["id", "name", "code", "short", "sole"],
            "rows": [[1, "Hall", "HA1", "QR1", "one"], [2, "Den", "HA2", "QR2", false]],
        },
        "x.sole": {"fields": ["id", "word"], "rows": [[1, "one"]]},
    });
    let examples = Examples::parse([rows.to_string().as_str()]).unwrap();
    let document = serde_json::to_value(document("x", &registry, &examples)).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["XHallCreate"]["examples"][0],
        json!({"name": "Hall-2", "code": "HA0", "short": "QR0"}),
        "a text of which there is only one is left out"
    );
    assert!(schemas["XSoleCreate"].get("examples").is_none(), "it is required");
    assert!(schemas["XSoleUpdate"].get("examples").is_none());
}

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod unique {
    use orm::prelude::*;

    orm::catalogue! { Users, Hall, Sole }

    /// User
    #[model("x.users", role = user)]
    pub(crate) struct Users {
        /// Name
        pub name: String,
    }

    /// Hall
    #[model("x.hall")]
    #[api]
    #[unique(name)]
    #[unique(code)]
    #[unique(short)]
    #[unique(sole)]
    pub(crate) struct Hall {
        /// Name
        pub name: String,
        /// Code
        #[field(pattern = "[A-Z]{2}[0-9]")]
        pub code: String,
        /// Short
        #[field(size = 3, pattern = "[A-Z]{2}[0-9]")]
        pub short: String,
        /// Sole
        #[field(pattern = "one")]
        pub sole: Option<String>,
    }

    /// Sole
    #[model("x.sole")]
    #[api]
    #[unique(word)]
    pub(crate) struct Sole {
        /// Word
        #[field(pattern = "one")]
        pub word: String,
    }
}
