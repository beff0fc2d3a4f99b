//! Migrations: several programs that start at once run them once; they run completely or not at all; a database that is
//! behind or ahead is not served.

use orm::db::{Address, Dialect};
use orm_schema::introspect;
use tests::{Database, execute, rows};

use super::program::{Running, declarest, refuses};

/// The name of a migration, and the index that its last statement creates.
const LAST: &str = "create_date_indexes";
const LAST_INDEX: &str = "sale_order_line_create_date_index";

fn count(database: &Address, table: &str) -> String {
    rows(database, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).remove(0)
}

/// Runs `declarest migrate …` on a database. Returns what it prints, or its error message.
fn migrate(database: &Database, words: &[&str]) -> Result<String, String> {
    let url = database.url();
    let words: Vec<&str> = ["migrate"]
        .iter()
        .chain(words)
        .copied()
        .chain(["--database", &url])
        .collect();
    declarest(&words)
}

fn schema(database: &Address) -> std::collections::BTreeSet<String> {
    let mut session = database.open(false).unwrap();
    introspect(&mut session, |_| true).unwrap()
}

#[test]
fn programs_that_start_at_once_migrate_and_fill_once() {
    let database = Database::empty();
    let url = database.url();
    std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| Running::start(&url))).collect();
        let running: Vec<Running> = starting.into_iter().map(|one| one.join().unwrap()).collect();
        for one in &running {
            assert_eq!(one.get("sale.order?limit=2&fields=name").as_array().unwrap().len(), 2);
        }
    });
    let applied = rows(database.address(), "SELECT version FROM __diesel_schema_migrations");
    let status = migrate(&database, &["status"]).unwrap();
    assert_eq!(status.matches("  applied ").count(), applied.len(), "{status}");
    assert!(!status.contains("pending"), "{status}");
    assert_eq!(count(database.address(), "res_users WHERE login = 'admin'"), "1");
}

#[test]
fn a_migration_that_fails_in_the_middle_leaves_the_former_state() {
    let database = Database::empty();
    let everything = migrate(&database, &["up"]).unwrap();
    assert!(everything.contains(LAST), "{everything}");
    let up_to_date = schema(database.address());
    assert!(migrate(&database, &["up"]).unwrap().contains("up to date"));

    while !migrate(&database, &["down"]).unwrap().contains(LAST) {}
    let behind = schema(database.address());
    assert_ne!(behind, up_to_date);
    // An index of the same name makes the migration's last statement fail.
    let in_the_way = format!("CREATE INDEX {LAST_INDEX} ON sale_order_line (name)");
    execute(database.address(), &in_the_way);
    let why = migrate(&database, &["up"]).unwrap_err();
    assert!(
        why.contains(LAST) && why.contains(LAST_INDEX) && why.contains("nothing was changed"),
        "{why}"
    );
    execute(database.address(), &format!("DROP INDEX {LAST_INDEX}"));
    assert_eq!(schema(database.address()), behind);
    migrate(&database, &["up"]).unwrap();
    assert_eq!(schema(database.address()), up_to_date);
}

#[test]
fn a_database_that_is_behind_or_ahead_is_not_served() {
    let database = Database::empty();
    let url = database.url();
    drop(Running::start(&url));
    migrate(&database, &["down", "--allow-destructive"]).unwrap();
    let told = refuses(&url, "is behind this program");
    assert!(
        told.contains("declarest migrate up") && told.contains("--migrate"),
        "{told}"
    );
    let file = std::env::temp_dir().join(format!("declarest-behind-{}.json", std::process::id()));
    let why = declarest(&["export", file.to_str().unwrap(), "--database", &url]).unwrap_err();
    assert!(why.contains("is behind this program") && !file.exists(), "{why}");
    let running = Running::start_with(&url, &["--migrate"]);
    assert_eq!(
        running.get("sale.order?limit=1&fields=name").as_array().unwrap().len(),
        1
    );
    drop(running);

    execute(
        database.address(),
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')",
    );
    let told = refuses(&url, "is ahead of this program");
    assert!(told.contains("29990101000000"), "{told}");
    for words in [&["up"][..], &["down"]] {
        let why = migrate(&database, words).unwrap_err();
        assert!(why.contains("is ahead of this program"), "{why}");
    }
    let status = migrate(&database, &["status"]).unwrap();
    assert!(status.contains("unknown 29990101000000"), "{status}");
}

/// A migration that would lose data runs only with `--allow-destructive`.
#[test]
fn what_loses_data_wants_to_be_allowed() {
    let database = Database::empty();
    migrate(&database, &["up"]).unwrap();
    let all = migrate(&database, &["status"]).unwrap().matches("  applied ").count();
    assert!(all > 2, "{all}");
    let all = all.to_string();
    // Without rows, no data can be lost.
    migrate(&database, &["down", "--steps", &all]).unwrap();
    drop(Running::start(&database.url()));
    let orders = count(database.address(), "sale_order");
    assert_ne!(orders, "0");
    let why = migrate(&database, &["down", "--steps", &all]).unwrap_err();
    assert!(
        why.contains("would lose data of ") && why.contains("--allow-destructive"),
        "{why}"
    );
    assert_eq!(count(database.address(), "sale_order"), orders);
    let why = migrate(&database, &["down", "--steps", "99"]).unwrap_err();
    assert!(why.contains("migrations ran"), "{why}");
    migrate(&database, &["down", "--steps", &all, "--allow-destructive"]).unwrap();
    let tables = match database.address().dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_schema WHERE name LIKE 'sale%'",
        Dialect::Postgres => "SELECT relname::text FROM pg_class WHERE relname LIKE 'sale%'",
    };
    assert_eq!(rows(database.address(), tables), [""; 0]);
    drop(Running::start(&database.url()));
}

#[test]
fn models_and_migrations_agree() {
    let checked = declarest(&["migrate", "check"]).unwrap();
    assert!(checked.contains("give what the models ask for"), "{checked}");
}
