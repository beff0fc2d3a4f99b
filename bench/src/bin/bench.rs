//! `bench`: measures declarest and the hand-written baseline, and prints how they compare.

use std::process::ExitCode;

use bench::run::{Options, Part, Result, Run};
use bench::{export, pages, requests, shapes};
use clap::{Parser as _, ValueEnum as _};

fn main() -> ExitCode {
    match measure(Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what is asked for. False if an answer is wrong.
fn measure(options: Options) -> Result<bool> {
    let run = Run::new(options)?;
    let mut right = true;
    for part in Part::value_variants() {
        if run.asks_for(*part) {
            right &= match part {
                Part::Requests => requests::measure(&run),
                Part::Pages => pages::measure(&run),
                Part::Export => export::measure(&run),
                Part::Shapes => shapes::measure(&run),
            }?;
        }
    }
    Ok(right)
}
