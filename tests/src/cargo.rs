//! Runs Cargo from tests, with the target folder and the profile of the running test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder into which the running test's profile builds programs, such as `target/debug`.
///
/// # Panics
/// When the running program was not built by Cargo.
pub fn target() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of this program");
    let folder = exe.parent().and_then(Path::parent);
    folder.expect("a folder for each profile").to_path_buf()
}

/// A `cargo` command that begins with `words`, with the target folder and the profile of these tests.
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
