//! prints
use orm::db::Dialect;
fn main() {
    let registry = orm::registry::Registry::new(&models::catalogue()).unwrap_or_else(|e| {
        eprintln!("{e}");
        std::process::exit(1)
    });
    let base = std::env::args().nth(1).unwrap();
    for (n, d) in [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)] {
        let dir = format!("{base}/{n}/20260101000000_models");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(format!("{dir}/up.sql"), orm::ddl::create_all(&registry, d)).unwrap();
        std::fs::write(format!("{dir}/down.sql"), orm::ddl::drop_all(&registry, d)).unwrap();
    }
}
