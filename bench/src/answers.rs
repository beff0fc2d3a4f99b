//! Compares the answers of the measured servers, before any time is measured.

use std::io;

use crate::client;
use crate::servers::{Changeable, Server};
use crate::workload::{Ask, Workload};

/// Prints for each workload whether declarest, the baseline and the ceiling give the same answer; false if any differs.
///
/// # Errors
/// When a server does not answer.
pub fn compare(servers: &[Server; 3], token: &str, orders: &Changeable, workloads: &[&Workload]) -> io::Result<bool> {
    let mut same = true;
    for workload in workloads {
        let path = workload.path.to_owned();
        let (method, path, body) = match workload.ask {
            Ask::Read => ("GET", path, None),
            Ask::Create(body) => ("POST", path, Some(body.to_owned())),
            Ask::Change(what) => {
                let (order, line) = orders.first().ok_or_else(|| io::Error::other("no order to change"))?;
                ("PUT", format!("{path}/{order}"), Some(what.body(line)))
            }
        };
        let ask = |server: &Server| client::request(server.address, method, &path, token, body.as_deref());
        let mut answers = servers.iter().map(ask).collect::<io::Result<Vec<_>>>()?;
        if matches!(workload.ask, Ask::Create(_)) {
            // The answer contains the time of creation.
            answers.iter_mut().for_each(without_times);
        }
        let mut differs = false;
        let (own, others) = answers
            .split_first()
            .ok_or_else(|| io::Error::other("nobody answers"))?;
        for (name, answer) in ["the baseline", "the ceiling"].iter().zip(others) {
            if let Some(at) = difference(own, answer) {
                differs = true;
                println!("{}: {name} answers otherwise, from byte {at}:", workload.name);
                println!("  declarest: {}", excerpt(own, at));
                println!("  {name}: {}", excerpt(answer, at));
            }
        }
        let length = own.len();
        println!(
            "{}: {length} bytes{}",
            workload.name,
            if differs { "" } else { ", the same from all" }
        );
        same &= !differs;
    }
    println!();
    Ok(same)
}

/// Blanks the values of `date_order` and `create_date`.
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
