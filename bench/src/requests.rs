//! The workloads: declarest against the hand-written server, with several numbers of orders and of connections.

use crate::answers::compare;
use crate::measure::{Series, Subject, alternate};
use crate::process::{self, Memory};
use crate::report::{NUMBERS, Table, at_least, at_most, mebibytes, numbers};
use crate::run::{Result, Run};
use crate::workload::{WORKLOADS, Workload};

/// The number of connections with which the honest shares were measured.
const HONEST_WITH: u32 = 16;

/// One thing for each server over the same content.
#[derive(Debug)]
struct Each<T> {
    declarest: T,
    baseline: T,
    /// declarest through a pgbouncer.
    pooled: Option<T>,
    /// The baseline's answers from memory: over the first content only, as they do not depend on it.
    ceiling: Option<T>,
}

impl<T> Each<T> {
    fn map<'t, U>(&'t self, of: impl Fn(&'t T) -> U) -> Each<U> {
        Each {
            declarest: of(&self.declarest),
            baseline: of(&self.baseline),
            pooled: self.pooled.as_ref().map(&of),
            ceiling: self.ceiling.as_ref().map(&of),
        }
    }

    /// With their names; declarest comes first.
    fn all(self) -> impl Iterator<Item = (&'static str, T)> {
        let all = [
            ("declarest", Some(self.declarest)),
            ("the baseline", Some(self.baseline)),
            ("declarest through pgbouncer", self.pooled),
            ("the ceiling", self.ceiling),
        ];
        all.into_iter().filter_map(|(name, one)| Some((name, one?)))
    }
}

/// Prints the table of all workloads, and that of the servers' memory after them. False if an answer is wrong.
///
/// # Errors
/// When a server does not start or has ended.
pub fn measure(run: &Run) -> Result<bool> {
    let pooler = run.options.pgbouncer.then(|| run.databases.pooler()).transpose()?;
    let mut contents = Vec::new();
    for (place, &orders) in run.options.orders.iter().enumerate() {
        let content = run.content(orders)?;
        let copy = |name: &str| run.databases.make(&format!("{name}-{orders}"), Some(&content.url));
        let through = |pooler: &harness::Pgbouncer| -> Result<Subject> {
            let url = pooler.url(&harness::address(&copy("pooled")?).default_name());
            Ok(run.subject(run.declarest(&url)?, &content, pooler.process()))
        };
        let ceiling = || -> Result<Subject> {
            let server = run.baseline(&copy("ceiling")?, &["--ceiling"])?;
            Ok(run.subject(server, &content, None))
        };
        let servers = Each {
            declarest: run.subject(run.declarest(&copy("declarest")?)?, &content, None),
            baseline: run.subject(run.baseline(&copy("baseline")?, &[])?, &content, None),
            pooled: pooler.as_ref().map(through).transpose()?,
            ceiling: (place == 0).then(ceiling).transpose()?,
        };
        contents.push((orders, servers));
    }
    let named = |workload: &&Workload| workload.name.contains(&run.options.only);
    let workloads: Vec<&Workload> = WORKLOADS.iter().filter(named).collect();
    let mut right = true;
    for (_, servers) in &contents {
        for workload in &workloads {
            let servers: Vec<_> = servers.map(|subject| subject).all().collect();
            right &= compare(&servers, workload)?;
        }
    }
    right &= rates(run, &workloads, &contents);
    memory(run, &contents)?;
    Ok(right)
}

/// The table of all workloads. A workload that is refused has no row, so that a long run goes on; false if there is one.
fn rates(run: &Run, workloads: &[&Workload], contents: &[(u32, Each<Subject>)]) -> bool {
    let (declarest, baseline) = (format!("declarest: {NUMBERS}"), format!("baseline: {NUMBERS}"));
    let first = run.options.orders.first().copied().unwrap_or_default();
    let growth = format!("time to {first} orders (≤ 1.3) · CPU");
    let mut columns = vec!["workload             ", "orders", "connections", &declarest, &baseline];
    columns.extend([
        "ratio (≥ 0.9)",
        "p99 (≤ 1.3)",
        "CPU",
        "ceiling, req/s",
        "baseline/ceiling (honest)",
    ]);
    if run.options.pgbouncer {
        columns.push("through pgbouncer, req/s (≥ 0.6 of direct)");
    }
    if contents.len() > 1 {
        columns.push(&growth);
    }
    let table = Table::begin(&format!("{}: the workloads", run.database()), &columns);
    let mut answered = true;
    for workload in workloads {
        for &connections in &run.options.connections {
            let series = |subject| Series::new(subject, workload.path, workload.ask);
            let mut measured: Vec<_> = contents.iter().map(|(_, servers)| servers.map(series)).collect();
            let mut turns: Vec<&mut Series<'_>> = measured.iter_mut().flat_map(Each::turns).collect();
            let done = alternate(&mut turns, run.options.rounds, run.load(connections), run.place());
            if let Err(why) = done {
                eprintln!("{} with {connections} connections: {why}", workload.name);
                answered = false;
                continue;
            }
            for ((orders, _), each) in contents.iter().zip(&measured) {
                let mut row = vec![workload.name.to_owned(), orders.to_string(), connections.to_string()];
                row.extend(cells(run, workload, connections, each));
                if contents.len() > 1 {
                    let few = &measured[0].declarest;
                    let time = at_most(few.ratio(&each.declarest, |s| s.rate), 1.3);
                    row.push(format!("{time} · {:.2}", each.declarest.ratio(few, |s| s.cpu)));
                }
                table.row(&row);
            }
        }
    }
    answered
}

impl<'a> Each<Series<'a>> {
    /// In the order in which they are measured: those that are compared right after each other.
    fn turns(&mut self) -> impl Iterator<Item = &mut Series<'a>> {
        let ceiling = self.ceiling.as_mut();
        let pooled = self.pooled.as_mut();
        let turns = [pooled, Some(&mut self.declarest), Some(&mut self.baseline), ceiling];
        turns.into_iter().flatten()
    }
}

/// The cells of a row behind workload, orders and connections.
fn cells(run: &Run, workload: &Workload, connections: u32, each: &Each<Series<'_>>) -> Vec<String> {
    let Each {
        declarest,
        baseline,
        pooled,
        ceiling,
    } = each;
    let honest = workload
        .honest
        .filter(|_| connections == HONEST_WITH)
        .map(|share| match run.options.postgres {
            true => share.postgres,
            false => share.sqlite,
        });
    let none = || "–".to_owned();
    let mut cells = vec![
        numbers(declarest),
        numbers(baseline),
        at_least(declarest.ratio(baseline, |s| s.rate), 0.9),
        at_most(declarest.ratio(baseline, |s| s.p99), 1.3),
        format!("{:.2}", declarest.ratio(baseline, |s| s.cpu)),
        ceiling
            .as_ref()
            .map_or_else(none, |ceiling| format!("{:.0}", ceiling.median(|s| s.rate))),
        ceiling.as_ref().map_or_else(none, |ceiling| {
            let honest = honest.map_or_else(none, |share| share.to_string());
            format!("{:.3} ({honest})", baseline.ratio(ceiling, |s| s.rate))
        }),
    ];
    if run.options.pgbouncer {
        cells.push(pooled.as_ref().map_or_else(none, |pooled| {
            let share = at_least(pooled.ratio(declarest, |s| s.rate), 0.6);
            format!("{:.0} ({share})", pooled.median(|s| s.rate))
        }));
    }
    cells
}

fn memory(run: &Run, contents: &[(u32, Each<Subject>)]) -> Result<()> {
    let columns = [
        "orders",
        "declarest: MiB now · at most",
        "baseline: MiB now · at most",
        "ratio (≤ 1.5)",
    ];
    let table = Table::begin(&format!("{}: memory after the workloads", run.database()), &columns);
    for (orders, servers) in contents {
        let memory = |subject: &Subject| process::memory(subject.server.process());
        let (own, other) = (memory(&servers.declarest)?, memory(&servers.baseline)?);
        let cell = |memory: Memory| format!("{} · {}", mebibytes(memory.resident), mebibytes(memory.peak));
        let ratio = at_most(own.resident as f64 / other.resident as f64, 1.5);
        table.row(&[orders.to_string(), cell(own), cell(other), ratio]);
    }
    Ok(())
}
