//! Cargo, asked for more of what the running tests were built with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where programs are built.
///
/// # Panics
/// When this is no test that Cargo built.
pub fn target() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of this program");
    let folder = exe.parent().and_then(Path::parent);
    folder.expect("a folder for each profile").to_path_buf()
}

/// `cargo`, with what comes first of its words, and the same folder and profile as these tests.
///
/// # Panics
/// As [`target`].
pub fn cargo(words: &[&str]) -> Command {
    let target = target();
    let profile = target.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(words).arg("-q").arg("--target-dir").args(target.parent());
    if profile != "debug" {
        cargo.args(["--profile", profile]);
    }
    cargo
}
