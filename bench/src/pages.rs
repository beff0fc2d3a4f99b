//! Page 10,000 of the orders against page 1, by cursor and by offset.

use crate::client::Client;
use crate::measure::{Series, alternate};
use crate::report::{NUMBERS, Table, at_most, numbers};
use crate::run::{Result, Run};
use crate::workload::{Ask, ORDERS};

/// The page that is measured.
const PAGE: usize = 10_000;
/// The most records that a list may have.
const MOST: usize = 10_000;
/// What the pages show.
const FIELDS: &str = "fields=id,name,date_order,amount_total";

/// Prints the table. A page has 80 orders, or fewer if there are fewer than 800,000. False if the page by cursor has other
/// orders than the one by offset.
///
/// # Errors
/// When there are fewer than 10,000 orders, the server does not start, or an answer is not 2xx.
pub fn measure(run: &Run) -> Result<bool> {
    let content = run.largest()?;
    let server = run.declarest(&content.url)?;
    let subject = run.subject(server, &content, None);
    let client = &subject.server.client;
    let limit = (crate::content::count_orders(&content.url)? / PAGE).min(80);
    if limit == 0 {
        return Err(format!("page {PAGE} needs more orders: --orders").into());
    }
    let before = (PAGE - 1) * limit;
    let first = format!("{ORDERS}?{FIELDS}&limit={limit}&cursor=*");
    let cursor = cursor_behind(client, &content.token, before)?;
    let far = format!("{ORDERS}?{FIELDS}&limit={limit}&cursor={cursor}");
    let offset = format!("{ORDERS}?{FIELDS}&limit={limit}&offset={before}");
    let get = |path: &str| client.request("GET", path, &content.token, None);
    let same = get(&far)?.body() == get(&offset)?.body();
    if !same {
        eprintln!("pages: page {PAGE} by cursor is another one than by offset");
    }
    let page = format!("page {PAGE}");
    let columns = [
        "connections",
        &format!("page 1 by cursor: {NUMBERS}"),
        &format!("{page} by cursor: {NUMBERS}"),
        "cost to page 1 (≤ 1.3)",
        &format!("{page} by offset: {NUMBERS}"),
        "cost to page 1",
    ];
    let table = Table::begin(&format!("{}: {page}, of {limit} orders", run.database()), &columns);
    for &connections in &run.options.connections {
        let series = |path| Series::new(&subject, path, Ask::Read);
        let (mut first, mut far, mut offset) = (series(&first), series(&far), series(&offset));
        let mut turns = [&mut first, &mut far, &mut offset];
        alternate(&mut turns, run.options.rounds, run.load(connections), run.place())?;
        table.row(&[
            connections.to_string(),
            numbers(&first),
            numbers(&far),
            at_most(first.ratio(&far, |s| s.rate), 1.3),
            numbers(&offset),
            format!("{:.1}", first.ratio(&offset, |s| s.rate)),
        ]);
    }
    Ok(same)
}

/// The cursor of the page that begins behind so many orders. A cursor does not depend on the length of pages, so that the
/// way there takes few of them.
fn cursor_behind(client: &Client, token: &str, orders: usize) -> Result<String> {
    let mut cursor = "*".to_owned();
    let mut left = orders;
    while left > 0 {
        let limit = left.min(MOST);
        let path = format!("{ORDERS}?fields=id&limit={limit}&cursor={cursor}");
        let page = client.request("GET", &path, token, None)?;
        let link = page.headers().get("link").and_then(|link| link.to_str().ok());
        cursor = link.and_then(next).ok_or("a page has no next one")?.to_owned();
        left -= limit;
    }
    Ok(cursor)
}

/// The cursor in `<…?fields=id&cursor=CURSOR>; rel="next"`, which may be among links to other pages.
fn next(link: &str) -> Option<&str> {
    let address = link.split(", ").find_map(|link| link.strip_suffix(">; rel=\"next\""))?;
    let cursor = address.split_once("&cursor=")?.1;
    cursor.split('&').next()
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_next_page_is_found() {
        let link = "</o?limit=2&cursor=B>; rel=\"prev\", </o?limit=2&cursor=A>; rel=\"next\"";
        assert_eq!(next(link), Some("A"));
        assert_eq!(next("</o?cursor=B>; rel=\"prev\""), None);
    }
}
