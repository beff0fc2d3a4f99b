//! Has Cargo build the program again when a migration is added or changed, since the migrations are embedded in it.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
