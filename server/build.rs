//! Rebuilds the program when a migration comes or changes: they are embedded in it.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
