//! PostgreSQL cannot be reached or is killed, or the database is missing or belongs to another program.

use rustix::process::Signal;
use tests::{Cluster, Database, execute, rows};

use super::load::{Before, Load};
use super::program::{Running, declarest, refuses};

#[test]
fn what_was_acknowledged_survives_the_death_of_the_database() {
    let Ok(cluster) = Cluster::new().map_err(|why| tests::skip(&why)) else {
        return;
    };
    let name = cluster.database(None);
    let (address, url) = (cluster.address(&name), cluster.url(&name));
    let running = Running::start(&url);
    let before = Before::of(&address);
    let load = Load::over(&running, |load| {
        load.wait_for(500);
        cluster.kill();
        // The program reconnects and continues by itself.
        load.wait_for(500);
        load.breaks();
        running.signal(Signal::KILL);
        cluster.kill();
    });
    drop(running);
    let again = Running::start(&url);
    load.assert_kept(&again, &address, &before);
}

#[test]
fn without_its_database_the_program_ends_and_says_why() {
    // The listener is dropped at once, so nothing listens on this port.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let told = refuses(&format!("postgres://tests:geheim@{free}/shop"), "cannot be reached");
    assert!(
        told.contains("Connection refused") && told.contains(&free.port().to_string()),
        "{told}"
    );
    assert!(!told.contains("geheim"), "{told}");
}

#[test]
fn a_database_that_is_not_there_or_not_ours_is_refused_and_left_alone() {
    let database = Database::empty();
    let told = refuses(&format!("{}x", database.url()), "does not exist");
    assert!(told.contains("cannot be reached"), "{told}");
    execute(
        database.address(),
        "CREATE TABLE photos (id BIGINT PRIMARY KEY); INSERT INTO photos VALUES (7);",
    );
    refuses(&database.url(), "photos");
    let tables = rows(
        database.address(),
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
    );
    assert_eq!(tables, ["photos"]);
}

#[test]
fn a_role_that_may_not_install_an_extension_is_told_what_it_needs() {
    let database = Database::empty();
    // Roles are the whole cluster's: this one is no other test's.
    execute(
        database.address(),
        "CREATE ROLE clerk LOGIN; GRANT ALL ON SCHEMA public TO clerk",
    );
    let url = database.url().replace("tests@", "clerk@");
    let told = declarest(&["migrate", "up", "--database", &url]).unwrap_err();
    assert!(
        told.contains("pg_trgm") && told.contains("grant the role CREATE"),
        "{told}"
    );
    assert!(
        told.contains("trigram_indexes was not run") && told.contains("nothing was changed"),
        "{told}"
    );
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(rows(database.address(), tables), [""; 0]);
    execute(database.address(), "CREATE EXTENSION pg_trgm");
    declarest(&["migrate", "up", "--database", &url]).unwrap();
}
