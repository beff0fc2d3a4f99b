//! Cases of `rules.json` and `access.json`: what users see and may change. As they were recorded, each is a call in a
//! transaction of its own that is rolled back.

use std::cell::RefCell;
use std::collections::BTreeMap;

use orm::Env;
use orm::env::{Limits, Switches};
use orm::error::{Code, Error};
use serde_json::{Map, Value, json};

use super::case::{Answer, Case};
use super::groups;
use super::stand::Stand;

/// A user: id, full names of the groups.
type User = (i64, Vec<String>);

/// The users of the cases, by login.
struct Users<'s> {
    stand: &'s Stand,
    known: RefCell<BTreeMap<String, User>>,
}

/// Runs the cases of `rules.json`.
pub(super) fn rules(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let users = Users::new(stand);
    let created = &facts["created_user"];
    users.create(created)?;
    let stage = &facts["stage_a"];
    let mut cases = Vec::new();
    for (model, by_user) in members(&stage["rights"]) {
        for (login, rights) in members(&by_user) {
            cases.push(users.rights("rules/rights", &login, &model, &rights)?);
        }
    }
    for case in list(&stage["domains"]) {
        let (model, domain) = (text(case, "model"), &case["domain"]);
        for (section, method) in [("by_user", "search"), ("count_by_user", "search_count")] {
            for (login, recorded) in members(&case[section]) {
                let got = users.call(&login, model, method, &json!([domain]), &Value::Null)?;
                cases.push(answered("rules/domains", case, &login, method, &recorded, &got));
            }
        }
    }
    for case in list(&stage["read_group"]) {
        let model = text(case, "model");
        let label = format!("{model} by {}", case["groupby"]);
        for (login, recorded) in members(&case["by_user"]) {
            let got = users.call(&login, model, "read_group", &json!([]), &groups::arguments(case))?;
            let (expected, got) = groups::comparable(stand, case, &recorded, got);
            let facets = vec![("label", label.clone()), ("user", login.clone())];
            let label = format!("{label} as {login}");
            cases.push(Case::new("rules/groups", label.clone(), label, facets, &expected, &got));
        }
    }
    for section in ["nested", "writes"] {
        for case in list(&stage[section]) {
            let (model, method) = (text(case, "model"), text(case, "method"));
            for (login, recorded) in members(&case["by_user"]) {
                let got = users.call(&login, model, method, &case["args"], &case["kwargs"])?;
                cases.push(answered(
                    &format!("rules/{section}"),
                    case,
                    &login,
                    method,
                    &recorded,
                    &got,
                ));
            }
        }
    }
    Ok(cases)
}

/// Runs the cases of `access.json`: ids and rights of each user and model.
pub(super) fn effective(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let users = Users::new(stand);
    let mut cases = Vec::new();
    for (user, models) in members(&facts["effective_by_user"]) {
        let login = text(&facts["users"][&user], "login").to_owned();
        for (model, effect) in members(&models) {
            if stand.model(&model).is_none() {
                continue; // rights are declared in code, and are no records
            }
            cases.push(users.rights("access/rights", &login, &model, &effect["rights"])?);
            let got = users.call(&login, &model, "search_count", &json!([[]]), &Value::Null)?;
            let recorded = match effect.get("error") {
                Some(error) => json!({"error": {"message": error}}),
                None => json!({"result": effect["count"]}),
            };
            let label = json!({"label": format!("{model} as {login}"), "model": model});
            cases.push(answered(
                "access/counts",
                &label,
                &login,
                "search_count",
                &recorded,
                &got,
            ));
        }
    }
    Ok(cases)
}

impl<'s> Users<'s> {
    fn new(stand: &'s Stand) -> Self {
        Users {
            stand,
            known: RefCell::default(),
        }
    }

    /// Creates the user that exists in these cases only, with the recorded ids.
    fn create(&self, user: &Value) -> Result<(), String> {
        let names = list(&user["groups"]).iter().filter_map(Value::as_str);
        let groups: Vec<Value> = (names.filter_map(full_name))
            .filter_map(|name| {
                let found = self.stand.list("res.groups", &[("full_name", name), ("fields", "id")]);
                match found {
                    Answer::Gives(found) => found[0].get("id").cloned(),
                    _ => None,
                }
            })
            .collect();
        let rows = json!({
            "res.partner": {"fields": ["id", "name"], "rows": [[user["partner_id"], "Own Docs"]]},
            "res.users": {
                "fields": ["id", "partner_id", "login", "company_id", "company_ids", "groups_id"],
                "rows": [[user["id"], user["partner_id"], user["login"], 1, [1], groups]],
            },
        });
        let loaded: Result<(), Error> = self.stand.address().transact(|session| {
            let mut env = Env::system(session, &self.stand.registry, chrono::Utc::now().naive_utc());
            orm::write::load(&mut env, &rows, &mut |_, _| ()).map(|_| ())
        });
        loaded.map_err(|error| error.to_string())
    }

    fn find(&self, login: &str) -> Result<User, String> {
        if let Some(known) = self.known.borrow().get(login) {
            return Ok(known.clone());
        }
        let parameters = [
            ("login", login),
            ("fields", "id,groups_id(full_name)"),
            ("active_test", "false"),
        ];
        let Answer::Gives(found) = self.stand.list("res.users", &parameters) else {
            return Err(format!("the user {login} cannot be read"));
        };
        let id = found[0]["id"]
            .as_i64()
            .ok_or_else(|| format!("there is no user {login}"))?;
        let groups = list(&found[0]["groups_id"]).iter();
        let groups = groups.map(|group| text(group, "full_name").to_owned()).collect();
        let user: User = (id, groups);
        self.known.borrow_mut().insert(login.to_owned(), user.clone());
        Ok(user)
    }

    /// The rights of a user to a model, as `access` tells them.
    fn rights(&self, file: &str, login: &str, model: &str, recorded: &Value) -> Result<Case, String> {
        let got = self
            .call(login, model, "access", &json!([]), &Value::Null)?
            .map(|access| {
                let may = |word: &str| access[word]["allowed"].clone();
                json!({"read": may("read"), "write": may("write"), "create": may("create"), "unlink": may("delete")})
            });
        let label = format!("{model} as {login}");
        let facets = vec![("model", model.to_owned()), ("user", login.to_owned())];
        Ok(Case::new(
            file,
            &label,
            &label,
            facets,
            &Answer::Gives(recorded.clone()),
            &got,
        ))
    }

    /// Calls a method as this user, and undoes what it does.
    fn call(&self, login: &str, model: &str, method: &str, args: &Value, kwargs: &Value) -> Result<Answer, String> {
        let (user, groups) = self.find(login)?;
        let Some(info) = self.stand.model(model) else {
            return Ok(Answer::Refused(format!("there is no model {model}")));
        };
        let (id, method, arguments) = named(method, args, kwargs);
        let administrator = groups.iter().any(|group| group == models::base::ADMINISTRATORS);
        let ran: Result<(), Undone> = self.stand.address().transact(|session| {
            let mut env = Env::new(
                session,
                &self.stand.registry,
                user,
                Some(1),
                chrono::Utc::now().naive_utc(),
            );
            env.administrator = administrator;
            let mut env = env.under_rights(groups.iter().map(String::as_str), vec![1], Switches::default())?;
            let answer = orm::method::call(&mut env, info, id, method, &arguments, &Limits::default())?;
            Err(Undone(Ok(serde_json::from_slice(&answer).unwrap_or_default())))
        });
        Ok(match ran.err().map(|undone| undone.0) {
            Some(Ok(value)) => Answer::Gives(value),
            Some(Err(error)) if error.code() == Code::Internal => Answer::Failed(error.to_string()),
            Some(Err(error)) => Answer::Refused(error.to_string()),
            None => Answer::Failed("it was not undone".to_owned()),
        })
    }
}

/// What a call answered, as the error that rolls it back.
struct Undone(Result<Value, Error>);

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Undone(Err(error))
    }
}

/// The record, the method and the named arguments of a recorded call.
fn named<'m>(method: &'m str, args: &Value, kwargs: &Value) -> (Option<i64>, &'m str, Value) {
    let names: &[&str] = match method {
        "search" | "search_count" => &["domain"],
        "search_read" => &["domain", "fields"],
        "name_search" => &["name"],
        "read" => &["ids", "fields"],
        "write" => &["ids", "vals"],
        "create" => &["vals"],
        "copy" | "unlink" | "name_get" | "check_access_rule" => &["ids"],
        name if name.starts_with("action_") => &["ids"],
        _ => &[],
    };
    let given = names
        .iter()
        .zip(list(args))
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let mut arguments: Map<String, Value> = given.collect();
    arguments.extend(kwargs.as_object().cloned().unwrap_or_default());
    let ids = arguments.get("ids").cloned().unwrap_or_default();
    let one = match &ids {
        Value::Array(ids) if ids.len() == 1 => ids[0].as_i64(),
        id => id.as_i64(),
    };
    let method = match method {
        "name_get" | "check_access_rule" => "read",
        method => method,
    };
    if one.is_some() {
        arguments.remove("ids");
    }
    (one, method, Value::Object(arguments))
}

fn answered(file: &str, case: &Value, login: &str, method: &str, recorded: &Value, got: &Answer) -> Case {
    let label = case["label"]
        .as_str()
        .map_or_else(|| case["domain"].to_string(), str::to_owned);
    let model = text(case, "model");
    let meaning = |value: Value| meaning(model, method, &label, value);
    Case::new(
        file,
        format!("{label} as {login}"),
        format!("{login}: {model}.{method} {} {}", case["args"], case["domain"]),
        vec![
            ("label", label.clone()),
            ("model", model.to_owned()),
            ("method", method.to_owned()),
            ("user", login.to_owned()),
        ],
        &Answer::expected(recorded, |recorded| recorded["result"].clone()).map(meaning),
        &got.clone().map(meaning),
    )
}

/// The part of a result that is compared: of a new record, that it exists; of a check, that it was not refused.
fn meaning(model: &str, method: &str, label: &str, value: Value) -> Value {
    match (method, value) {
        // Partners sort by names that the rows do not tell.
        ("search", Value::Array(mut ids)) if model == "res.partner" => {
            ids.sort_by_key(Value::as_i64);
            ids.into()
        }
        ("create" | "copy" | "check_access_rule", _) => json!(true),
        (_, Value::Array(records)) if label.starts_with("name_get") => {
            let id = |record: &Value| record.get("id").or_else(|| record.get(0)).cloned();
            records.iter().filter_map(id).collect()
        }
        (_, value) => value,
    }
}

/// The full name of a group that is recorded by its key.
fn full_name(key: &str) -> Option<&'static str> {
    Some(match key {
        "base.group_user" => "User types / Internal User",
        "sales_team.group_sale_salesman" => "Sales / User: Own Documents Only",
        "base.group_multi_currency" => "Extra Rights / Multi Currencies",
        "base.group_no_one" => "Extra Rights / Technical Features",
        _ => return None,
    })
}

fn members(value: &Value) -> Vec<(String, Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
