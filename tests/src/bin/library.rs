//! The program of the second application: what a project with models of its own has as its `main.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run(&tests::LIBRARY)
}
