//! The number of statements of a request follows its shape, not the number of its records.

mod commands;
mod rows;

use orm::Runtime;
use serde_json::json;
use tests::Server;

use self::rows::{COPIES, FIRST};

/// The read tree of every model: a list of 500 records takes as few statements as one of 20, and one of 2 takes no more.
#[test]
fn lists_of_all_models_take_statements_by_their_read_trees() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    // The only models without a record; the second one is of the trail.
    let switch = json!({"model": "crm.tag", "operation": "create"});
    server.send("POST", "api.access", &switch).ok();
    rows::copy_all(&server.database, &runtime);
    let first = FIRST.to_string();
    let asked = runtime.models().iter().filter(|model| model.def.api);
    for model in asked {
        let name = model.def.name;
        let list = |limit: usize| {
            let limit = limit.to_string();
            let parameters = [
                ("id__ge", &*first),
                ("order", "id"),
                ("active_test", "false"),
                ("limit", &limit),
            ];
            let reply = server.get(name, &parameters);
            (reply.ok().as_array().unwrap().len(), reply.statements())
        };
        let (two, twenty, all) = (list(2), list(20), list(COPIES));
        assert_eq!((two.0, twenty.0, all.0), (2, 20, COPIES), "{name}");
        let told = format!("{name}: {two:?}, {twenty:?}, {all:?}");
        assert!(all.1 <= twenty.1, "{told}");
        // On PostgreSQL, a list of at most 16 records joins its to-one targets.
        assert!(two.1 <= twenty.1, "{told}");
    }
}
