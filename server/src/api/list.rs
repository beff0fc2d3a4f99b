//! `GET /{model}`: a list, with the addresses of the pages around it (`Link`) and, where asked for, the number of all
//! matching records.

use std::borrow::Cow;

use axum::http::header::{HeaderName, HeaderValue, LINK};
use orm::Env;
use orm::error::{Error, Result};
use orm::query::{self, Page, Request};
use orm::registry::ModelInfo;
use url::form_urlencoded;

use super::answer::Content;
use super::cursor::Sealer;
use super::{BASE, limits};
use crate::state::App;

/// The number of all matching records.
pub(crate) const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// Answers a list.
///
/// # Errors
/// 400 for mistakes in the parameters; 403 for fields that the caller may not see.
pub(super) fn list(env: &mut Env<'_>, model: &ModelInfo, params: &[(String, String)], app: &App) -> Result<Content> {
    if query::asks_for_groups(params) {
        return query::groups(env, model, params, &limits(app)).map(Content::from);
    }
    let mut opened = Cow::Borrowed(params);
    let mut sealer = None;
    let place = |name: &str| params.iter().position(|(known, _)| known == name);
    if let Some(cursor) = place("cursor") {
        let order = place("order").map_or("", |order| &params[order].1);
        let sealing = Sealer::new(env.session, format!("{} {} {order}", model.def.name, env.user))?;
        opened.to_mut()[cursor].1 = sealing.open(&params[cursor].1)?;
        sealer = Some(sealing);
    }
    let request = Request::parse(env.registry, model, &opened, &limits(app), env.wire)?;
    if request.count != query::Count::None {
        env.session.snapshot()?; // for more than one statement
    }
    let page = query::page(env, model, &request)?;
    let total = query::total(env, model, &request)?;
    let links = match sealer {
        Some(sealer) => by_cursor(&page, &sealer)?,
        None => by_offset(&page, &request, total.filter(|_| request.count == query::Count::Exact)),
    };
    let mut content = Content::from(page.list);
    if !links.is_empty() {
        let links: Vec<String> = links.iter().map(|link| link.text(model, params)).collect();
        content.headers.push((LINK, header(&links.join(", "))?));
    }
    if let Some(total) = total {
        content.headers.push((TOTAL, HeaderValue::from(total)));
    }
    Ok(content)
}

/// A page next to the one that is answered.
struct Link {
    relation: &'static str,
    /// The parameter that leads there, and its value.
    leads: (&'static str, String),
}

impl Link {
    /// `</restful/api/v1/sale.order?limit=80&offset=80>; rel="next"`
    fn text(&self, model: &ModelInfo, params: &[(String, String)]) -> String {
        let kept = params.iter().filter(|(name, _)| name != "offset" && name != "cursor");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair(self.leads.0, &self.leads.1);
        format!(
            "<{BASE}/{}?{}>; rel=\"{}\"",
            model.def.name,
            query.finish(),
            self.relation
        )
    }
}

fn by_cursor(page: &Page, sealer: &Sealer) -> Result<Vec<Link>> {
    let around = [("next", &page.next), ("prev", &page.previous)];
    let around = around
        .into_iter()
        .filter_map(|(relation, place)| Some((relation, place.as_ref()?)));
    around
        .map(|(relation, place)| {
            let leads = ("cursor", sealer.seal(place)?);
            Ok(Link { relation, leads })
        })
        .collect()
}

/// A full page has a next one, unless it is known that there are no more records.
fn by_offset(page: &Page, request: &Request, total: Option<i64>) -> Vec<Link> {
    if !request.limited || request.limit == 0 {
        return Vec::new();
    }
    let behind = request.offset.saturating_add(request.limit);
    let is_last = page.records < request.limit
        || total.is_some_and(|total| u64::try_from(total).is_ok_and(|total| behind as u64 >= total));
    let mut links = Vec::new();
    let mut add = |relation, offset: usize| {
        let leads = ("offset", offset.to_string());
        links.push(Link { relation, leads });
    };
    if !is_last {
        add("next", behind);
    }
    if request.offset > 0 {
        add("prev", request.offset.saturating_sub(request.limit));
        add("first", 0);
    }
    links
}

fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::try_from(text).map_err(|error| Error::internal(error.to_string()))
}
