//! All orders at once: as streams of the API and by `declarest export`, beside what the database's own program does.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::content::count_orders;
use crate::databases::file_of;
use crate::process;
use crate::report::{Table, mebibytes_at_most};
use crate::run::{Content, Result, Run};
use crate::servers::Server;
use crate::workload::ORDERS;

/// What the streams have of an order.
const FIELDS: &str = "id,name,date_order,state,partner_id(id,name),amount_untaxed,amount_tax,amount_total";

/// The same columns in the same order, as the database's own program reads them.
const SELECT: &str = "SELECT o.id, o.name, o.date_order, o.state, p.id, p.name, o.amount_untaxed, o.amount_tax, \
                      o.amount_total FROM sale_order o JOIN res_partner p ON p.id = o.partner_id \
                      ORDER BY o.date_order DESC, o.id DESC";

/// What one way to read all orders took.
struct Took {
    time: Duration,
    /// Bytes of memory above those of an idle program; none for programs that are not ours.
    memory: Option<u64>,
}

/// Prints the table. False if a stream is not answered, or not with all orders.
///
/// # Errors
/// When a program cannot be run.
pub fn measure(run: &Run) -> Result<bool> {
    let content = run.largest()?;
    let orders = count_orders(&content.url)?;
    let title = format!("{}: {orders} orders at once", run.database());
    let columns = [
        "what                                ",
        "orders/s",
        "MiB above idle (≤ 64)",
    ];
    let table = Table::begin(&title, &columns);
    let row = |what: &str, took: &Took| {
        let rate = format!("{:.0}", orders as f64 / took.time.as_secs_f64());
        let memory = took
            .memory
            .map_or("–".to_owned(), |bytes| mebibytes_at_most(bytes, 64.0));
        table.row(&[what.to_owned(), rate, memory]);
    };
    let mut complete = true;
    for kind in ["application/x-ndjson", "text/csv"] {
        match stream(&run.declarest(&content.url)?, &content, kind, orders) {
            Ok(took) => row(&format!("`Accept: {kind}`"), &took),
            Err(why) => {
                complete = false;
                eprintln!("export: {kind}: {why}");
                table.row(&[format!("`Accept: {kind}`"), "**none**".to_owned(), "–".to_owned()]);
            }
        }
    }
    row(
        "the database's own, the same columns",
        &database(run, &content, SELECT)?,
    );
    row("`declarest export`, all columns", &export(run, &content)?);
    row(
        "the database's own, all columns",
        &database(run, &content, "SELECT * FROM sale_order")?,
    );
    Ok(complete)
}

/// Reads all orders as a stream of the API. The server has answered something before.
fn stream(server: &Server, content: &Content, kind: &str, orders: usize) -> Result<Took> {
    let path = |limit: &str| format!("{ORDERS}?fields={FIELDS}{limit}");
    server.client.request("GET", &path("&limit=80"), &content.token, None)?;
    let idle = process::memory(server.process())?.resident;
    process::forget_peak(server.process())?;
    let begun = Instant::now();
    let mut answer = server.client.send("GET", &path(""), &content.token, kind, None)?;
    let status = answer.status();
    let typed = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if status != 200 || !typed.is_some_and(|typed| typed.starts_with(kind)) {
        return Err(format!("answered {status}, {}", typed.unwrap_or("without a type")).into());
    }
    let mut lines = BufReader::new(answer.body_mut().as_reader());
    let (mut number, mut line) = (0, Vec::new());
    while lines.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        line.clear();
    }
    let time = begun.elapsed();
    let expected = orders + usize::from(kind == "text/csv"); // its head
    if number != expected {
        return Err(format!("{number} lines instead of {expected}").into());
    }
    let peak = process::memory(server.process())?.peak;
    Ok(Took {
        time,
        memory: Some(peak.saturating_sub(idle)),
    })
}

/// `declarest export`, compared with the export of a small model.
fn export(run: &Run, content: &Content) -> Result<Took> {
    let file = run.place().join("export.json");
    let export = |model: &str| -> Result<Took> {
        let mut command = Command::new(&run.options.declarest);
        command
            .args(["export", "--database", &content.url, "--models", model])
            .arg(&file);
        finished(command)
    };
    let (idle, all) = (export("res.currency")?, export("sale.order")?);
    std::fs::remove_file(file)?;
    let above = |all: u64| all.saturating_sub(idle.memory.unwrap_or_default());
    Ok(Took {
        memory: all.memory.map(above),
        ..all
    })
}

/// `COPY … TO STDOUT` of PostgreSQL, or sqlite3 with `-csv`.
fn database(run: &Run, content: &Content, select: &str) -> Result<Took> {
    let mut command;
    if run.options.postgres {
        command = Command::new("psql");
        let copy = format!("COPY ({select}) TO STDOUT (FORMAT csv)");
        command.args(["-q", "-X", "-c", &copy, &content.url]);
    } else {
        command = Command::new("sqlite3");
        command.arg("-csv").arg(file_of(&content.url)).arg(select);
    }
    Ok(Took {
        memory: None,
        ..finished(command)?
    })
}

/// Runs a program to its end. Its output is not kept.
fn finished(mut command: Command) -> Result<Took> {
    let begun = Instant::now();
    let spawned = command.stdin(Stdio::null()).stdout(File::create("/dev/null")?).spawn();
    let mut child = spawned.map_err(|error| io::Error::other(format!("{command:?}: {error}")))?;
    let memory = peak(&mut child)?;
    let status = child.wait()?;
    match status.success() {
        true => Ok(Took {
            time: begun.elapsed(),
            memory,
        }),
        false => Err(format!("{command:?}: {status}").into()),
    }
}

/// Waits for the end of a program; the most memory that it had.
fn peak(child: &mut Child) -> Result<Option<u64>> {
    let mut peak = None;
    while child.try_wait()?.is_none() {
        // It fails when the program has just ended.
        peak = process::memory(child.id()).map(|memory| memory.peak).ok().or(peak);
        sleep(Duration::from_millis(1));
    }
    Ok(peak)
}
