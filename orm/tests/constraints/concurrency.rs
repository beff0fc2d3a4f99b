//! Two transactions at the same time.

use orm::Runtime;
use orm::db::Session;
use orm::{Result, write};
use serde_json::json;

use super::world::{World, in_transaction};

/// How often each of the two threads writes.
const TIMES: i64 = 40;

/// Runs `job` in a transaction, and again if the database ends it because of another transaction, up to 20 times.
pub(crate) fn until_done(session: &mut Session, registry: &Runtime, job: impl Fn(&mut orm::Env<'_>) -> Result<()>) {
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
    for _ in 0..20 {
        match in_transaction(session, registry, now, true, &job) {
            Err(_) if session.gives_way() => {}
            done => return done.unwrap(),
        }
    }
    panic!("it had to give way each time");
}

/// If stored values are computed again (`compute_all`) while another transaction writes what they follow, they are
/// right afterwards.
#[test]
fn what_is_computed_anew_beside_a_write_is_right_afterwards() {
    let mut world = World::new();
    let booking = world.create(
        "x.booking",
        &json!({"name": "One", "extra_ids": [[0, 0, {"price": 1}]]}),
    );
    let extra = world.create("x.extra", &json!({"booking_id": booking, "price": 1}));
    let (registry, address) = (&world.registry, world.address());
    let model = registry.find("x.booking").unwrap();
    let total = [(model.id, model.field("total").unwrap())];
    let open = || address.open(false).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = open();
            for price in 0..TIMES {
                until_done(&mut session, registry, |env| {
                    let model = env.registry.find("x.extra").unwrap();
                    write::update(env, model, extra, &json!({"price": price})).map(|_| ())
                });
            }
        });
        scope.spawn(|| {
            let mut session = open();
            for _ in 0..TIMES {
                until_done(&mut session, registry, |env| write::compute_all(env, &total));
            }
        });
    });
    let right = "SELECT name FROM x_booking WHERE total = (SELECT SUM(price) FROM x_extra)";
    assert_eq!(
        world.session.texts(right).unwrap(),
        ["One"],
        "the total is the sum of the extras"
    );
}
