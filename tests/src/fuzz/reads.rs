//! The parameters of a list.

use std::collections::BTreeSet;

use orm::domain::Domain;
use orm::error::Result;
use orm::query::{self, Limits, Request};
use orm::wire::V1;
use server::parsers;

use super::judge;
use super::stand::{Given, Stand};

/// A query string: every parameter of a list, and filters.
pub(super) fn filters(stand: &mut Stand, input: &[u8]) {
    let given = stand.given(input);
    let Ok(text) = std::str::from_utf8(given.rest) else {
        return;
    };
    match parsers::query(text) {
        Ok(parameters) => list(stand, &given, &parameters),
        Err(error) => judge::refusal(input, &error),
    }
}

/// The parameter `fields`.
pub(super) fn fields(stand: &mut Stand, input: &[u8]) {
    one(stand, input, |value| vec![("fields", value), ("limit", "5")]);
}

/// The parameter `order`.
pub(super) fn order(stand: &mut Stand, input: &[u8]) {
    one(stand, input, |value| {
        vec![("order", value), ("fields", "id"), ("limit", "20")]
    });
}

/// What a cursor is when it is decrypted, in the model's own order.
pub(super) fn cursor(stand: &mut Stand, input: &[u8]) {
    one(stand, input, |value| {
        vec![("cursor", value), ("fields", "id"), ("limit", "5")]
    });
}

/// The parameter `domain`. What it finds and what its negation finds are all records, and none is found by both.
pub(super) fn domain(stand: &mut Stand, input: &[u8]) {
    let given = stand.given(input);
    let Ok(text) = std::str::from_utf8(given.rest) else {
        return;
    };
    let parameters = owned(&[("domain", text), ("fields", "id"), ("active_test", "false")]);
    let request = parse(stand, &given, &parameters);
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            judge::refusal(input, &error);
            return judge::names_parameter(&error, &parameters);
        }
    };
    let mut ids = |domain: Domain| {
        let mut request = request.clone();
        request.domain = domain;
        let answer = stand.run(given.caller, false, |env| query::list(env, given.model, &request));
        judge::answer(input, &answer);
        let records: Vec<serde_json::Value> = serde_json::from_slice(&answer.ok()?).expect("a list");
        let id = |record: &serde_json::Value| record["id"].as_i64().expect("an id");
        Some(records.iter().map(id).collect::<BTreeSet<i64>>())
    };
    let found = ids(request.domain.clone());
    let others = ids(Domain::Not(Box::new(request.domain.clone())));
    assert_eq!(found.is_some(), others.is_some(), "only one of them is refused");
    if let (Some(found), Some(others)) = (found, others) {
        let all = ids(Domain::TRUE).expect("all records can be listed");
        assert!(found.is_disjoint(&others), "found by a condition and by its negation");
        assert_eq!(
            &found | &others,
            all,
            "found neither by a condition nor by its negation"
        );
    }
}

fn one<'v>(stand: &mut Stand, input: &'v [u8], parameters: impl Fn(&'v str) -> Vec<(&'static str, &'v str)>) {
    let given = stand.given(input);
    if let Ok(value) = std::str::from_utf8(given.rest) {
        list(stand, &given, &owned(&parameters(value)));
    }
}

fn list(stand: &mut Stand, given: &Given<'_>, parameters: &[(String, String)]) {
    let answer = parse(stand, given, parameters)
        .and_then(|request| stand.run(given.caller, false, |env| query::list(env, given.model, &request)));
    judge::answer(given.rest, &answer);
    if let Err(error) = answer {
        judge::names_parameter(&error, parameters);
    }
}

fn parse(stand: &Stand, given: &Given<'_>, parameters: &[(String, String)]) -> Result<Request> {
    Request::parse(stand.runtime, given.model, parameters, &Limits::default(), &V1)
}

fn owned(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    parameters.iter().map(owned).collect()
}
