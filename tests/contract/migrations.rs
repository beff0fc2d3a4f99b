//! The committed migrations give exactly the tables that the definitions ask for.

use models::catalogue;
use orm::Runtime;
use orm::db::Address;
use orm_schema::{Schema, everything, introspect};
use tests::{Database, Server, execute};

#[test]
fn the_migrations_make_the_tables_of_the_definitions() {
    let registry = Runtime::new(&catalogue()).unwrap_or_else(|error| panic!("{error}"));
    let asked = Schema::of(&registry);
    let tables = |database: &Address| {
        let mut session = database.open(false).unwrap();
        introspect(&mut session, |table| asked.has(table)).unwrap()
    };
    let migrated = Server::empty(|_| {});
    let defined = Database::empty();
    execute(defined.address(), &everything(&registry, defined.address().dialect()));
    let (migrated, defined) = (tables(&migrated.database), tables(defined.address()));
    assert!(defined.len() > 500, "{}", defined.len());
    let differing: Vec<_> = migrated.symmetric_difference(&defined).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}
