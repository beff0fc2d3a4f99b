//! The memory after many requests of 20,000 shapes: what is kept by the shape of a request has a bound.

use std::io;
use std::ops::Range;
use std::thread;

use crate::client::Client;
use crate::process::{self, Memory};
use crate::report::{Table, at_most, mebibytes};
use crate::run::{Content, Result, Run};
use crate::servers::Server;
use crate::workload::ORDERS;

/// The connections that send requests at once.
const CONNECTIONS: usize = 8;

/// Parts of `fields`. A shape has some of them.
const FIELDS: [&str; 9] = [
    "name",
    "state",
    "date_order",
    "amount_total",
    "partner_id(name,city)",
    "user_id(name)",
    "order_line(name,price_unit)",
    "tag_ids(name)",
    "payment_term_id(name)",
];
/// How many choices of [`FIELDS`] are shapes: of 2⁹.
const CHOICES: usize = 400;

/// Filters; `{}` stands for a small number.
const FILTERS: [&str; 10] = [
    "id__ge={}",
    "id__ne={}",
    "name__ilike=S{}",
    "partner_id={}",
    "amount_total__gt={}",
    "amount_untaxed__le={}000&state=draft",
    "partner_id.country_id.code=DE&id__gt={}",
    "order_line.price_unit__gt={}",
    "client_order_ref__not_ilike=x{}",
    "user_id__is_set=true&id__gt={}",
];

/// Orders.
const SORTED: [&str; 5] = [
    "id",
    "date_order%20desc",
    "amount_total%20desc,name",
    "partner_id.name",
    "user_id,date_order",
];

/// The number of shapes.
const SHAPES: usize = CHOICES * FILTERS.len() * SORTED.len();

/// Prints the memory after a hundredth, a tenth, a half and all of the requests.
///
/// # Errors
/// When the server does not start, or an answer is not 200.
pub fn measure(run: &Run) -> Result<bool> {
    // The requests are about memory. Over few orders they are fast: one, and those that the workloads change.
    let content = run.content(1)?;
    let server = run.declarest(&content.url)?;
    let title = format!("{}: memory after requests of {SHAPES} shapes", run.database());
    let mut columns = vec![
        "requests",
        "declarest: MiB now · at most since the last row",
        "to the first row (≤ 1.1)",
    ];
    if run.options.postgres {
        columns.push("MiB of PostgreSQL's connections");
    }
    let table = Table::begin(&title, &columns);
    let all = run.options.requests;
    let (mut sent, mut first) = (0, None);
    for until in [100, 10, 2, 1].map(|part| all / part) {
        run.tell(&format!("shapes: to request {until}"));
        send(&server, &content, sent..until)?;
        sent = until;
        let Memory { resident, peak } = process::memory(server.process())?;
        process::forget_peak(server.process())?;
        let first = *first.get_or_insert(resident);
        let mut row = vec![
            until.to_string(),
            format!("{} · {}", mebibytes(resident), mebibytes(peak)),
            at_most(resident as f64 / first as f64, 1.1),
        ];
        if let Some(cluster) = run.databases.process() {
            row.push(mebibytes(process::memory_of_children(cluster)?));
        }
        table.row(&row);
    }
    Ok(true)
}

/// Sends the requests with these numbers, from several connections at once.
fn send(server: &Server, content: &Content, numbers: Range<usize>) -> Result<()> {
    let some = &|from: usize| -> io::Result<()> {
        let client = Client::new(server.address);
        for number in numbers.clone().skip(from).step_by(CONNECTIONS) {
            client.request("GET", &path(number), &content.token, None)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|from| scope.spawn(move || some(from))).collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread has panicked")??;
        }
        Ok(())
    })
}

/// The request with this number. Those that follow each other are of different shapes.
fn path(number: usize) -> String {
    let shape = number * 7_919 % SHAPES; // 7,919 is prime: every shape comes once before the first comes again
    request(shape, number % 97)
}

fn request(shape: usize, value: usize) -> String {
    let choice = 1 + shape % CHOICES;
    let chosen = FIELDS.iter().enumerate().filter(|(bit, _)| choice >> bit & 1 == 1);
    let fields: String = chosen.map(|(_, field)| format!(",{field}")).collect();
    let filter = FILTERS[shape / CHOICES % FILTERS.len()].replace("{}", &value.to_string());
    let order = SORTED[shape / CHOICES / FILTERS.len()];
    format!(
        "{ORDERS}?fields=id{fields}&{filter}&order={order}&limit={}",
        1 + value % 2
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn all_shapes_differ_and_come_in_turn() {
        let shapes: HashSet<String> = (0..SHAPES).map(|shape| request(shape, 7)).collect();
        assert_eq!((SHAPES, shapes.len()), (20_000, SHAPES));
        let sent: HashSet<usize> = (0..SHAPES).map(|number| number * 7_919 % SHAPES).collect();
        assert_eq!(sent.len(), SHAPES);
    }
}
