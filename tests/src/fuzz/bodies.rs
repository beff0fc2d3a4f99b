//! The bodies of creates, updates and method calls, and the files of `declarest load`.

use orm::query::Limits;
use orm::wire::json;
use orm::{method, write};

use super::judge;
use super::stand::{Caller, Stand};

/// How deeply a file of records may be nested; as `declarest load` has it.
const FILE_DEPTH: usize = 32;

/// A body: `sale.order salesman create`, `sale.order salesman update 20` or `sale.order salesman read 20` is the first
/// line.
pub(super) fn body(stand: &mut Stand, input: &[u8]) {
    let given = stand.given(input);
    let limits = Limits::default();
    let body = match json::parse(given.rest, limits.max_depth) {
        Ok(body) => body,
        Err(error) => {
            judge::refusal(input, &error);
            let place = [" line ", " index "].iter().any(|word| error.detail().contains(word));
            return assert!(place, "no place: {error}");
        }
    };
    let mut words = given.words.iter().copied();
    let (verb, id) = (words.next().unwrap_or("create"), words.next());
    let id = id.and_then(|id| id.parse().ok());
    let answer = stand.run(given.caller, true, |env| match verb {
        "create" if id.is_none() => write::create(env, given.model, &body),
        "update" => write::update(env, given.model, id.unwrap_or(1), &body),
        verb => method::call(env, given.model, id, verb, &body, &limits),
    });
    judge::answer(input, &answer);
    if let Err(error) = answer {
        judge::names_place(&error, &body);
    }
}

/// A file of records.
pub(super) fn import(stand: &mut Stand, input: &[u8]) {
    let Ok(file) = json::read(input, FILE_DEPTH) else {
        return;
    };
    let loaded = stand.run(Caller::System, true, |env| write::load(env, &file, &mut |_, _| {}));
    if let Err(error) = loaded {
        judge::refusal(input, &error);
    }
}
