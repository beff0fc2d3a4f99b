//! The program is killed (SIGKILL) while a thousand clients create orders.

use rustix::process::Signal;
use tests::Database;

use super::load::{Before, Load};
use super::program::Running;

#[test]
fn what_was_acknowledged_survives_the_death_of_the_program() {
    let database = Database::empty();
    let running = Running::start(&database.url());
    let before = Before::of(database.address());
    let load = Load::over(&running, |load| {
        load.wait_for(1_000);
        load.breaks();
        running.signal(Signal::KILL);
    });
    drop(running);
    let again = Running::start(&database.url());
    load.assert_kept(&again, database.address(), &before);
}
