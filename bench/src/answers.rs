//! Compares the answers of the measured servers, before any time is measured.

use std::io;

use crate::measure::Subject;
use crate::workload::{Ask, Workload};

/// Says on standard error where the answers of these servers to a workload differ; false if they do. `servers` are their
/// names and themselves, each over a copy of the same database.
///
/// # Errors
/// When a server does not answer.
pub fn compare(servers: &[(&str, &Subject)], workload: &Workload) -> io::Result<bool> {
    let ask = |(_, subject): &(&str, &Subject)| -> io::Result<Vec<u8>> {
        let path = workload.path.to_owned();
        let (method, path, body) = match workload.ask {
            Ask::Read => ("GET", path, None),
            Ask::Create(body) => ("POST", path, Some(body.to_owned())),
            Ask::Change(what) => {
                let first = subject.orders.first();
                let (order, line) = first.ok_or_else(|| io::Error::other("no order to change"))?;
                ("PUT", format!("{path}/{order}"), Some(what.body(line)))
            }
        };
        let client = &subject.server.client;
        let mut answer = client
            .request(method, &path, &subject.token, body.as_deref())?
            .into_body();
        if matches!(workload.ask, Ask::Create(_)) {
            without_times(&mut answer);
        }
        Ok(answer)
    };
    let answers = servers.iter().map(ask).collect::<io::Result<Vec<_>>>()?;
    let mut same = true;
    for ((name, _), answer) in servers.iter().zip(&answers) {
        let first = &answers[0];
        if let Some(at) = difference(first, answer) {
            same = false;
            eprintln!("{}: {name} answers otherwise, from byte {at}:", workload.name);
            eprintln!("  {}: {}", servers[0].0, excerpt(first, at));
            eprintln!("  {name}: {}", excerpt(answer, at));
        }
    }
    Ok(same)
}

/// Blanks the values of `date_order` and `create_date`, the time of a creation.
fn without_times(answer: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(answer).into_owned();
    let mut out = String::new();
    let mut rest = text.as_str();
    let next = |rest: &str| {
        let keys = ["\"date_order\":\"", "\"create_date\":\""];
        keys.iter().filter_map(|key| Some(rest.find(key)? + key.len())).min()
    };
    while let Some(at) = next(rest) {
        out.push_str(&rest[..at]);
        rest = rest[at..].trim_start_matches(|c| c != '"');
    }
    out.push_str(rest);
    *answer = out.into_bytes();
}

fn difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let differs = one.iter().zip(other).position(|(a, b)| a != b);
    differs.or((one.len() != other.len()).then_some(one.len().min(other.len())))
}

fn excerpt(answer: &[u8], at: usize) -> String {
    let range = at.saturating_sub(60)..(at + 60).min(answer.len());
    String::from_utf8_lossy(&answer[range]).into_owned()
}
