//! Pages of a list by cursor: each goes on from a place in the order, whatever was inserted or deleted meanwhile.

use super::cursor::{Cursor, CursorPlace, text_of};
use super::fetch::see_search;
use super::{Request, read_search, see, tree};
use crate::compute::resolve;
use crate::def::Kind;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::ModelInfo;
use crate::sql::{Place, Search};
use crate::value::Value;

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The records, as a list.
    pub list: Vec<u8>,
    /// How many they are.
    pub records: usize,
    /// The cursor of the page behind this one, if there are more records.
    pub next: Option<String>,
    /// The cursor of the page before this one, if there are more records.
    pub previous: Option<String>,
}

/// Answers the records that a request asks for, with the pages around them if it has a cursor. The cursors in the
/// answer are plain text, which tells the values of the records that they lead to: they are not to be given to a caller
/// as they are.
///
/// # Errors
/// 400 when the cursor is not of this list, and when more rows match than a list without `limit` may have.
pub fn page(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Page> {
    see(env, model, request)?;
    let Some(cursor) = &request.cursor else {
        let rendered = read_search(env, model, request)?;
        return Ok(Page {
            records: rendered.len(),
            list: rendered.into_list(env.wire.layout(), &mut env.budget)?,
            next: None,
            previous: None,
        });
    };
    see_search(env, model, &request.domain, &request.order)?;
    env.session.snapshot()?;
    let cursor = match cursor {
        Cursor::At(place) => Some(place),
        Cursor::Start => None,
    };
    let backward = cursor.is_some_and(|place| place.backward);
    let mut rows = keys(env, model, request, cursor)?;
    let more = rows.len() > request.limit;
    rows.truncate(request.limit);
    if backward {
        rows.reverse();
    }
    let place = |row: Option<&KeyedRow>, backward| match (row, cursor) {
        (Some((_, values)), _) => Some(CursorPlace {
            values: values.clone(),
            backward,
            inclusive: false,
        }),
        // No record is left on this side of the place: the way back begins at the place itself.
        (None, Some(place)) => Some(CursorPlace {
            values: place.values.clone(),
            backward,
            inclusive: !place.inclusive,
        }),
        (None, None) => None,
    };
    let before = if backward { more } else { cursor.is_some() };
    let behind = if backward { true } else { more };
    let text = |place| serde_json::to_string(&place).map_err(|error| Error::internal(error.to_string()));
    let (first, last) = (rows.first(), rows.last());
    let previous = before.then(|| place(first, true)).flatten().map(text).transpose()?;
    let next = behind.then(|| place(last, false)).flatten().map(text).transpose()?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    let links: Vec<(i64, i64)> = ids.iter().map(|id| (*id, *id)).collect();
    let found = tree(env, model, &ids, &request.nodes, request.style(), &request.nested)?.found_by(&links);
    let list = found.into_list(env.wire.layout(), &mut env.budget)?;
    Ok(Page {
        list,
        records: ids.len(),
        next,
        previous,
    })
}

/// The id of a record, and the texts of what it is sorted by.
type KeyedRow = (i64, Vec<Option<String>>);

/// The ids of the page's records, and of one more if there are more, each with the texts of its keys.
fn keys(
    env: &mut Env<'_>,
    model: &ModelInfo,
    request: &Request,
    cursor: Option<&CursorPlace>,
) -> Result<Vec<KeyedRow>> {
    let search = Search {
        limit: request.limit + 1,
        ..request.search()
    };
    let place = |kinds: &[Kind]| cursor.map(|place| place.read(kinds)).transpose();
    let mut rows = Vec::new();
    keyed(env, model, &search, place, |id, values| {
        let texts = values.iter().map(|value| match value {
            Value::Null => Ok(None),
            value => text_of(value).map(Some),
        });
        rows.push((id, texts.collect::<Result<_>>()?));
        Ok(())
    })?;
    Ok(rows)
}

/// Calls `each` with the ids of the records that a search finds behind a place in its order, which `place` reads by the
/// kinds of what the records are sorted by, and with the values of that.
pub(super) fn keyed(
    env: &mut Env<'_>,
    model: &ModelInfo,
    search: &Search<'_>,
    place: impl FnOnce(&[Kind]) -> Result<Option<Place>>,
    mut each: impl FnMut(i64, Vec<Value>) -> Result<()>,
) -> Result<()> {
    let domain = &*resolve(env, model, search.domain)?;
    let (statement, kinds) = env.sql().page(model, &Search { domain, ..*search }, place)?;
    env.stream(&statement.text, &statement.binds, |row| {
        let id = row.int(0)?.ok_or_else(|| Error::internal("a row without its id"))?;
        let values = kinds
            .iter()
            .enumerate()
            .map(|(number, kind)| row.value(number + 1, kind));
        each(id, values.collect::<Result<_>>()?)
    })
}
