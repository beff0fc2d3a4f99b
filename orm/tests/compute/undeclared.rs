//! Methods that read relations which they do not declare: the panic names the field or the method, and what to add.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm::db::panic_text;
use serde_json::json;

use super::world::World;

#[test]
fn a_relation_that_is_not_declared_is_told_with_the_reader() {
    let mut world = World::new();
    let partner = world.create("res.partner", &json!({"name": "Ann"}));
    let mut read = |name: &str| {
        let ticket = json!({"name": name, "partner_id": partner});
        let panic = catch_unwind(AssertUnwindSafe(|| world.try_create("x.ticket", &ticket))).unwrap_err();
        panic_text(panic.as_ref()).to_owned()
    };
    let add = "a relation to res.partner was read that is not loaded; add its path to `depends(…)` of the computed field, \
               to what the attribute of the rule names, or in an action to `records.load(env, &[\"…\"])`";
    assert_eq!(read("computed"), format!("x.ticket.customer: {add}"));
    assert_eq!(read("ruled"), format!("x.ticket.has_a_name: {add}"));
}
