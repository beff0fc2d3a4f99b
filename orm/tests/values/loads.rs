//! `write::load`: values that a file lacks are computed, and a broken constraint is reported with row and field.

use orm::error::Code;
use orm::write;
use serde_json::{Value, json};

use super::both;

#[test]
fn what_a_file_lacks_of_a_hierarchy_is_computed() {
    let (mut world, _other, _own, _folder) = both();
    let rows = json!({"x.place": {
        "fields": ["id", "name", "parent_id"],
        "rows": [[901, "R", false], [902, "C", 901], [903, "L", 902], [904, "Z", 905], [905, "Y", false]],
    }});
    world
        .change("COMMIT", |env, _| write::load(env, &rows, &mut |_, _| {}))
        .unwrap();
    let read = |world: &mut super::world::World, fields: &str| {
        world
            .list_of("x.place", &[("fields", fields), ("order", "id")])
            .unwrap()
    };
    let paths: Value = serde_json::from_str(&read(&mut world, "path,depth_below")).unwrap();
    assert_eq!(
        paths,
        json!([
            {"id": 901, "path": "R", "depth_below": 2}, {"id": 902, "path": "R / C", "depth_below": 1},
            {"id": 903, "path": "R / C / L", "depth_below": 0}, {"id": 904, "path": "Y / Z", "depth_below": 0},
            {"id": 905, "path": "Y", "depth_below": 1},
        ])
    );
    // Values that the file gives are kept. Computed values of other records that read them follow.
    let rows = json!({"x.place": {
        "fields": ["id", "name", "parent_id", "path"], "rows": [[910, "N", 903, "given"], [911, "O", 910, "O"]],
    }});
    world
        .change("COMMIT", |env, _| write::load(env, &rows, &mut |_, _| {}))
        .unwrap();
    let paths: Value = serde_json::from_str(&read(&mut world, "path,depth_below")).unwrap();
    assert_eq!(paths[0]["depth_below"], 4);
    assert_eq!((&paths[5]["path"], &paths[6]["path"]), (&json!("given"), &json!("O")));
}

#[test]
fn a_broken_rule_is_named_with_row_and_field() {
    let (mut world, _other, _own, _folder) = both();
    for (rows, code, told) in [
        (
            json!([[90, "x", "b", "ten"]]),
            Code::Conflict,
            "x.sample, row 0, code: ",
        ),
        (
            json!([[90, "x", "c", "d"], [91, "y", "c", "d"]]),
            Code::Conflict,
            "x.sample, row 1, size: ",
        ),
        (
            json!([[90, "x", "c", "e"], [91, "never", "c", "d"]]),
            Code::Invalid,
            "x.sample, row 1, name: the rule",
        ),
    ] {
        let rows = json!({"x.sample": {"fields": ["id", "name", "code", "size"], "rows": rows}});
        let refused = world.change("ROLLBACK", |env, _| write::load(env, &rows, &mut |_, _| {}));
        let error = refused.unwrap_err();
        assert!(error.code() == code && error.detail().contains(told), "{error}");
    }
}

#[test]
fn hierarchies_are_as_deep_on_both_databases() {
    let (mut world, _other, _own, _folder) = both();
    let name = "p".repeat(97);
    let row = |id: i64| json!([id, name, if id == 1 { json!(false) } else { json!(id - 1) }]);
    let rows = |depth: i64| json!({"x.place": {"fields": ["id", "name", "parent_id"], "rows": (1..=depth).map(row).collect::<Vec<_>>()}});
    // Each level adds 100 bytes to the path.
    let mut load = |depth: i64| world.change("ROLLBACK", |env, _| write::load(env, &rows(depth), &mut |_, _| {}));
    assert_eq!(load(26).unwrap().records, 26);
    let error = load(27).unwrap_err();
    assert!(
        error.code() == Code::Invalid && error.detail().contains("`path`"),
        "{error}"
    );
    // If the path does not grow with the depth, the number of levels is limited.
    let deep = |depth: i64| {
        let row = |id: i64| json!([id, "p", if id == 1 { json!(false) } else { json!(id - 1) }, "p", 0]);
        let fields = json!(["id", "name", "parent_id", "path", "depth_below"]);
        json!({"x.place": {"fields": fields, "rows": (1..=depth).map(row).collect::<Vec<_>>()}})
    };
    let mut under = |depth: i64| {
        world.change("ROLLBACK", |env, _| {
            write::load(env, &deep(depth), &mut |_, _| {})?;
            let place = env.registry.find("x.place").unwrap();
            write::create(env, place, &json!({"name": "x", "parent_id": depth}))
        })
    };
    assert!(under(500).is_ok());
    let error = under(1_100).unwrap_err();
    assert!(
        error.code() == Code::Invalid && error.detail().contains("levels"),
        "{error}"
    );
    let deleted = world.change("ROLLBACK", |env, _| {
        write::load(env, &deep(1_100), &mut |_, _| {})?;
        write::delete(env, env.registry.find("x.place").unwrap(), 1)
    });
    assert_eq!(deleted.unwrap_err().code(), Code::Conflict);
}
