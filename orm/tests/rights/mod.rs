//! Rights, rules and fields of groups, and what works around them.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::env::Switches;
use orm::error::Code;
use orm::prelude::*;
use orm::query::{self, Limits, Request};
use orm::registry::ModelInfo;
use orm::{method, write};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::small_world::{SmallWorld, parsed};
use super::template;

/// Users 1 (the program), 2 and 3 (doctors), 4 (chief), 5 (staff).
const ROWS: &str = "INSERT INTO x_users (name) VALUES ('Root'), ('Dora'), ('Don'), ('Cleo'), ('Sam'); \
    INSERT INTO x_patient (name, diagnosis, doctor_id, age, archived, cost) VALUES \
        ('Ada', 'flu', 2, 30, FALSE, 3), ('Ben', 'gout', 3, 40, FALSE, 5), ('Cyn', NULL, NULL, NULL, FALSE, 0), \
        ('Dee', 'flu', 2, 50, TRUE, 0); \
    INSERT INTO x_visit (patient_id, reason, notes, cost) VALUES \
        (1, 'cough', 'n1', 1), (1, 'fever', 'n2', 2), (2, 'toe', 'n3', 5), (NULL, 'lost', NULL, 0); \
    INSERT INTO x_file (name) VALUES ('secret')";

static CLINIC: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn clinic() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), CLINIC.copy())
}

/// The user's groups.
fn groups(user: i64) -> &'static [&'static str] {
    match user {
        2 | 3 => &["Doctor"],
        4 => &["Chief"],
        5 => &["Staff"],
        _ => &[],
    }
}

impl SmallWorld {
    /// Runs a job as this user, under his rights.
    fn by<T>(&mut self, user: i64, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
        let runtime = &self.runtime;
        self.session.begin_write()?;
        let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
        let env = Env::new(&mut self.session, runtime, user, None, now);
        let ran = env
            .under_rights(groups(user).iter().copied(), Vec::new(), Switches::default())
            .and_then(|mut env| job(&mut env));
        self.session.batch(if ran.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        ran
    }

    fn list_by(&mut self, user: i64, model: &str, parameters: &[(&str, &str)]) -> Result<Json> {
        let parameters: Vec<(String, String)> = (parameters.iter())
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.by(user, |env| {
            let model = env.registry.find(model).unwrap();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), env.wire)?;
            query::list(env, model, &request)
        })
        .map(parsed)
    }

    fn method_by(&mut self, user: i64, model: &str, id: Option<i64>, name: &str, arguments: &Json) -> Result<Json> {
        self.by(user, |env| {
            let model = env.registry.find(model).unwrap();
            method::call(env, model, id, name, arguments, &Limits::default())
        })
        .map(parsed)
    }
}

fn model<'r>(env: &Env<'r>, name: &str) -> &'r ModelInfo {
    env.registry.find(name).unwrap()
}

fn names(list: &Json) -> Vec<&str> {
    let records = list.as_array().unwrap().iter();
    records.map(|record| record["name"].as_str().unwrap()).collect()
}

#[test]
fn rules_for_everybody_hold_always_and_one_of_those_for_groups() {
    let mut clinic = clinic();
    for (user, seen) in [
        (2, vec!["Ada", "Cyn"]),
        (3, vec!["Ben", "Cyn"]),
        (4, vec!["Ada", "Ben", "Cyn"]),
        // Of no group with a rule.
        (5, vec!["Ada", "Ben", "Cyn"]),
    ] {
        let list = clinic.list_by(user, "x.patient", &[]).unwrap();
        assert_eq!(names(&list), seen, "user {user}");
    }
    let refused = clinic.list_by(1, "x.patient", &[]).unwrap_err();
    assert_eq!(refused.code(), Code::AccessDenied);
    assert_eq!(
        refused.detail(),
        "you have no right to read x.patient: members of `Staff`, `Doctor`, `Chief` may"
    );
}

/// A computation reads everything, whoever asks; an action finds what its caller may.
#[test]
fn computations_see_everything_and_actions_what_their_caller_sees() {
    let mut clinic = clinic();
    let found = clinic
        .list_by(2, "x.patient", &[("fields", "name,others,visit_ids(id)")])
        .unwrap();
    assert_eq!(
        found[0],
        json!({"id": 1, "name": "Ada", "others": 4, "visit_ids": [{"id": 1}, {"id": 2}]})
    );
    assert_eq!(
        clinic.method_by(2, "x.patient", Some(1), "found", &json!({})).unwrap(),
        json!(2)
    );
    assert_eq!(
        clinic.method_by(4, "x.patient", Some(1), "found", &json!({})).unwrap(),
        json!(3)
    );
    // A stored value counts what its caller may not see: the visit of a patient who is given to him later.
    let body = json!({"visit_ids": [[0, 0, {"reason": "again", "cost": 10}]]});
    clinic
        .by(2, |env| write::update(env, model(env, "x.patient"), 1, &body))
        .unwrap();
    let cost = clinic
        .list_by(4, "x.patient", &[("fields", "cost"), ("id", "1")])
        .unwrap();
    assert_eq!(cost[0]["cost"], 13);
}

#[test]
fn fields_of_groups_are_absent_or_refused() {
    let mut clinic = clinic();
    let doctor = clinic.list_by(2, "x.patient", &[("id", "1")]).unwrap();
    assert_eq!(doctor[0]["diagnosis"], "flu");
    assert_eq!(doctor[0]["visit_ids"][0]["notes"], "n1");
    // Left out of read trees, at every depth.
    let staff = clinic.list_by(5, "x.patient", &[("id", "1")]).unwrap();
    assert_eq!(staff[0].get("diagnosis"), None, "{staff}");
    assert_eq!(staff[0]["visit_ids"][0], json!({"id": 1, "reason": "cough"}));
    let plain = clinic.method_by(5, "x.patient", Some(1), "read", &json!({})).unwrap();
    assert_eq!((plain[0].get("diagnosis"), &plain[0]["name"]), (None, &json!("Ada")));
    let described = clinic
        .method_by(5, "x.patient", None, "fields_get", &json!({}))
        .unwrap();
    assert_eq!(
        (described.get("diagnosis"), described["age"]["type"].as_str()),
        (None, Some("integer"))
    );
    // Refused wherever they are named: nothing can be guessed.
    for parameter in [
        ("fields", "name,diagnosis"),
        ("fields", "visit_ids(notes)"),
        ("fields", "visit_ids(reason; notes=n1)"),
        ("fields", "visit_ids(;order=notes desc;limit=1)"),
        ("fields", "visit_ids(;patient_id.diagnosis=flu)"),
        ("diagnosis", "flu"),
        ("diagnosis__ilike", "f%"),
        ("diagnosis__is_set", "true"),
        ("visit_ids.notes", "n1"),
        (
            "domain",
            r#"["|", ["name", "=", "Ada"], "!", ["diagnosis", "=", "flu"]]"#,
        ),
        ("order", "diagnosis"),
        ("order", "name, diagnosis desc"),
    ] {
        let refused = clinic.list_by(5, "x.patient", &[parameter]).unwrap_err();
        assert_eq!(refused.code(), Code::AccessDenied, "{parameter:?}: {refused}");
        assert!(refused.detail().ends_with("is for members of `Doctor`"), "{refused}");
        clinic.list_by(2, "x.patient", &[parameter]).unwrap();
    }
    for (name, arguments) in [
        ("search", json!({"domain": [["diagnosis", "=", "flu"]]})),
        ("search_count", json!({"domain": [["diagnosis", "=", "flu"]]})),
        ("search_read", json!({"fields": ["diagnosis"]})),
        ("read_group", json!({"groupby": "diagnosis"})),
        ("read_group", json!({"groupby": ["name", "diagnosis"]})),
        ("read_group", json!({"groupby": "name", "fields": ["diagnosis"]})),
        (
            "read_group",
            json!({"groupby": "name", "fields": ["n:count(diagnosis)"]}),
        ),
        (
            "read_group",
            json!({"groupby": "name", "domain": [["diagnosis", "=", "flu"]]}),
        ),
        ("name_search", json!({"domain": [["diagnosis", "=", "flu"]]})),
        ("fields_get", json!({"fields": ["diagnosis"]})),
        ("default_get", json!({"fields": ["diagnosis"]})),
        ("read", json!({"ids": [1], "fields": ["diagnosis"]})),
    ] {
        let refused = clinic.method_by(5, "x.patient", None, name, &arguments).unwrap_err();
        assert_eq!(refused.code(), Code::AccessDenied, "{name}: {refused}");
    }
}

/// No rule restricts who reads files, but not everybody has the right to.
#[test]
fn a_method_takes_no_records_that_the_caller_has_no_right_to_read() {
    let mut clinic = clinic();
    let mut with = |user, id: i64| {
        let arguments = json!({"files": [id]});
        clinic.method_by(user, "x.patient", Some(1), "with_files", &arguments)
    };
    assert_eq!(with(4, 1).unwrap(), json!(1));
    let hidden = with(5, 1).unwrap_err();
    assert_eq!(hidden.detail().replace('1', "2"), with(5, 2).unwrap_err().detail());
    assert_eq!(hidden.code(), with(4, 2).unwrap_err().code());
}

/// Bodies too: a member of another group may write the record, and not this field.
#[test]
fn fields_of_groups_are_not_written_by_others() {
    let mut clinic = clinic();
    let write = |clinic: &mut SmallWorld, groups: &[&str], body: &Json| {
        let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
        clinic.session.begin_write().unwrap();
        let env = Env::new(&mut clinic.session, &clinic.runtime, 2, None, now);
        let ran = env
            .under_rights(groups.iter().copied(), Vec::new(), Switches::default())
            .and_then(|mut env| {
                let model = env.registry.find("x.patient").unwrap();
                env.administrator = false;
                write::create(&mut env, model, body)
            });
        clinic.session.batch("ROLLBACK").unwrap();
        ran
    };
    let body = json!({"name": "Eva", "visit_ids": [[0, 0, {"reason": "x", "notes": "y"}]]});
    write(&mut clinic, &["Doctor"], &body).unwrap();
    let refused = write(&mut clinic, &["Staff"], &body).unwrap_err();
    assert_eq!(refused.code(), Code::AccessDenied);
}

#[test]
fn a_child_of_a_hidden_record_is_hidden_by_its_own_rule() {
    let mut clinic = clinic();
    let reasons = |list: Json| {
        let records = list.as_array().unwrap().clone();
        records
            .iter()
            .map(|record| record["reason"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(reasons(clinic.list_by(2, "x.visit", &[]).unwrap()), ["cough", "fever"]);
    assert_eq!(reasons(clinic.list_by(3, "x.visit", &[]).unwrap()), ["toe"]);
    // Moving a visit to another doctor's patient takes it out of one's reach: refused, and nothing is kept.
    let refused = clinic
        .by(2, |env| {
            write::update(env, model(env, "x.visit"), 1, &json!({"patient_id": 2}))
        })
        .unwrap_err();
    assert_eq!(
        refused.code(),
        Code::Invalid,
        "the patient does not exist for her: {refused}"
    );
    let refused = clinic
        .by(2, |env| {
            write::update(env, model(env, "x.visit"), 3, &json!({"cost": 0}))
        })
        .unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let refused = clinic
        .by(5, |env| write::delete(env, model(env, "x.visit"), 1))
        .unwrap_err();
    assert_eq!(refused.code(), Code::AccessDenied);
    clinic
        .by(2, |env| write::delete(env, model(env, "x.visit"), 1))
        .unwrap();
}

/// A condition on the fields and relations of patients and visits.
fn conditions() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        (0..5i64).prop_map(|id| json!([["doctor_id", "=", id]])),
        (0..5i64).prop_map(|id| json!([["id", "!=", id]])),
        Just(json!([["doctor_id", "=", false]])),
        (20..60).prop_map(|age| json!([["age", ">", age]])),
        "[A-D]".prop_map(|name| json!([["name", "ilike", name]])),
        Just(json!([["age", "=", false]])),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let joined = |op: &'static str| {
            (inner.clone(), inner.clone()).prop_map(move |(left, right)| {
                let parts = [
                    &[json!(op)],
                    left.as_array().unwrap().as_slice(),
                    right.as_array().unwrap(),
                ]
                .concat();
                json!(parts)
            })
        };
        let not = inner
            .clone()
            .prop_map(|part| json!([&[json!("!")], part.as_array().unwrap().as_slice()].concat()));
        prop_oneof![joined("&"), joined("|"), not]
    })
}

/// What a user finds is what everybody would find among the records that he may read.
#[test]
fn a_search_finds_the_readable_ones_of_what_there_is() {
    let mut clinic = clinic();
    let mut runner = TestRunner::new(Config::with_cases(60));
    let clinic = std::cell::RefCell::new(&mut clinic);
    let ids = |list: &Json| -> Vec<i64> {
        let records = list.as_array().unwrap().iter();
        records.map(|record| record["id"].as_i64().unwrap()).collect()
    };
    runner
        .run(&(conditions(), 2..5i64), |(domain, user)| {
            let mut clinic = clinic.borrow_mut();
            let domain = domain.to_string();
            let parameters = [("domain", domain.as_str()), ("fields", "id")];
            let found = ids(&clinic.list_by(user, "x.patient", &parameters).unwrap());
            let readable = ids(&clinic.list_by(user, "x.patient", &[("fields", "id")]).unwrap());
            let everything = clinic.env(|env| {
                let model = env.registry.find("x.patient").unwrap();
                let parameters = [
                    ("domain".to_owned(), domain.clone()),
                    ("fields".to_owned(), "id".to_owned()),
                ];
                let request = Request::parse(env.registry, model, &parameters, &Limits::default(), env.wire)?;
                query::list(env, model, &request)
            });
            let mut expected = ids(&parsed(everything.unwrap()));
            expected.retain(|id| readable.contains(id));
            prop_assert_eq!(found, expected, "{}", domain);
            Ok(())
        })
        .unwrap();
}
