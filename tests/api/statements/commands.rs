//! Commands on relations to many: a hundred take as many statements as a few.

use serde_json::{Value, json};
use tests::Server;

/// A kind of command: its number and the id of a related record → the command.
type Kind = fn(usize, i64) -> Value;

/// A relation with many records, which each measurement makes anew.
struct Relation<'s> {
    server: &'s Server,
    model: &'static str,
    field: &'static str,
    /// What the record that has the relation is created with, beside the relation.
    owner: Value,
    /// What each related record is created with.
    related: fn(usize) -> Value,
}

/// More related records than commands: the answers of a few and of many commands have more than 16 of them, which are
/// read in the same way on both databases.
const RELATED: usize = 130;

impl Relation<'_> {
    /// The path of a new record and the ids of its related records.
    fn make(&self) -> (String, Vec<i64>) {
        let related: Vec<Value> = (0..RELATED)
            .map(|number| json!([0, 0, (self.related)(number)]))
            .collect();
        let mut body = self.owner.clone();
        body[self.field] = Value::Array(related);
        let made = self.server.send("POST", self.model, &body).ok();
        let path = format!("{}/{}", self.model, made["id"]);
        let fields = format!("{}(id; order=id)", self.field);
        let read = self
            .server
            .get(&path, &[("fields", &fields), ("active_test", "false")])
            .ok();
        let ids = read[self.field].as_array().unwrap().iter();
        (path, ids.map(|record| record["id"].as_i64().unwrap()).collect())
    }

    /// The statements of an update with as many commands.
    fn statements(&self, count: usize, kind: Kind) -> u64 {
        let (path, ids) = self.make();
        assert_eq!(ids.len(), RELATED);
        let commands: Vec<Value> = (0..count).map(|number| kind(number, ids[number])).collect();
        let reply = self.server.send("PUT", &path, &json!({self.field: commands}));
        reply.ok();
        reply.statements()
    }

    fn compare(&self, kinds: &[(&str, Kind)]) {
        let told: Vec<String> = (kinds.iter())
            .map(|(name, kind)| (name, self.statements(6, *kind), self.statements(102, *kind)))
            .filter(|(_, few, many)| many > few)
            .map(|(name, few, many)| format!("{name}: {few} statements for 6 commands, {many} for 102"))
            .collect();
        assert!(told.is_empty(), "{}.{}: {told:#?}", self.model, self.field);
    }
}

const CREATE: Kind = |number, _| json!([0, 0, {"name": format!("new {number}")}]);
const DELETE: Kind = |_, id| json!([2, id]);
const UNLINK: Kind = |_, id| json!([3, id]);
const NAME: Kind = |number, id| json!([1, id, {"name": format!("changed {number}")}]);

#[test]
fn commands_on_lines_are_bounded() {
    let server = Server::demo();
    let lines = Relation {
        server: &server,
        model: "sale.order",
        field: "order_line",
        owner: json!({"partner_id": 11}),
        related: |number| json!({"name": format!("line {number}"), "product_id": 23, "price_unit": 5}),
    };
    lines.compare(&[
        ("update", NAME),
        ("update to one value", |_, id| json!([1, id, {"price_unit": 7}])),
        (
            "update of what totals read",
            |number, id| json!([1, id, {"price_unit": number, "discount": 3}]),
        ),
        ("update of different fields", |number, id| match number % 3 {
            0 => json!([1, id, {"price_unit": number}]),
            1 => json!([1, id, {"product_uom_qty": number, "name": "more"}]),
            _ => json!([1, id, {"product_id": 27, "discount": 1}]),
        }),
        ("update with links below", |_, id| json!([1, id, {"tax_id": [[4, 2]]}])),
        (
            "update with the taxes below",
            |number, id| json!([1, id, {"tax_id": [[6, 0, [1 + number % 2]]]}]),
        ),
        (
            "update with unlinks below",
            |_, id| json!([1, id, {"price_unit": 3, "tax_id": [[5]]}]),
        ),
        (
            "create",
            |number, _| json!([0, 0, {"product_id": 23, "price_unit": number}]),
        ),
        (
            "create with taxes",
            |number, _| json!([0, 0, {"product_id": 23, "tax_id": [[6, 0, [1 + number % 2]]]}]),
        ),
        ("delete", DELETE),
        ("unlink", UNLINK),
        ("mixed", |number, id| match number % 3 {
            0 => json!([1, id, {"price_unit": number}]),
            1 => json!([0, 0, {"product_id": 23, "price_unit": number}]),
            _ => json!([2, id]),
        }),
    ]);
}

#[test]
fn commands_on_contacts_are_bounded() {
    let server = Server::demo();
    let contacts = Relation {
        server: &server,
        model: "res.partner",
        field: "child_ids",
        owner: json!({"name": "Firm", "is_company": true}),
        related: |number| json!({"name": format!("contact {number}")}),
    };
    contacts.compare(&[
        ("update", NAME),
        ("create", CREATE),
        ("delete", DELETE),
        ("unlink", UNLINK),
        ("unlink and delete", |number, id| json!([2 + number % 2, id])),
        (
            "create below",
            |number, id| json!([1, id, {"city": "X", "child_ids": [[0, 0, {"name": format!("below {number}")}]]}]),
        ),
        (
            "tags below",
            |number, id| json!([1, id, {"category_id": [[0, 0, {"name": format!("tag {number}")}]]}]),
        ),
    ]);
    // Contacts of nobody, which are linked.
    let link = |count: usize, set: bool| {
        let loose: Vec<Value> = (0..count)
            .map(|number| json!({"name": format!("loose {number}")}))
            .collect();
        let loose = server.send("POST", "res.partner", &Value::Array(loose)).ok();
        let ids = loose.as_array().unwrap().iter().map(|record| record["id"].clone());
        let commands: Vec<Value> = match set {
            true => vec![json!([6, 0, ids.collect::<Vec<_>>()])],
            false => ids.map(|id| json!([4, id])).collect(),
        };
        let (path, _) = contacts.make();
        let reply = server.send("PUT", &path, &json!({"child_ids": commands}));
        reply.ok();
        reply.statements()
    };
    for set in [false, true] {
        assert_eq!(link(20, set), link(100, set), "{set}");
    }
}

#[test]
fn commands_on_tags_are_bounded() {
    let server = Server::demo();
    let tags = Relation {
        server: &server,
        model: "sale.order",
        field: "tag_ids",
        owner: json!({"partner_id": 11}),
        related: |_| json!({"name": next_name()}),
    };
    tags.compare(&[
        ("update", |_, id| json!([1, id, {"name": next_name()}])),
        ("create", |_, _| json!([0, 0, {"name": next_name()}])),
        ("delete", DELETE),
        ("unlink", UNLINK),
        ("link", |number, _| json!([4, 1 + number % 3])),
        ("mixed", |number, id| match number % 4 {
            0 => json!([1, id, {"color": number % 10}]),
            1 => json!([0, 0, {"name": next_name()}]),
            2 => json!([3, id]),
            _ => json!([2, id]),
        }),
    ]);
    let (path, ids) = tags.make();
    let set = |ids: &[i64]| {
        let reply = server.send("PUT", &path, &json!({"tag_ids": [[6, 0, ids]]}));
        reply.ok();
        reply.statements()
    };
    let (fewer, none) = (set(&ids[..128]), set(&ids[..20]));
    assert_eq!(fewer, none, "taken out");
    let (few, many) = (set(&ids[..22]), set(&ids[..122]));
    assert_eq!(few, many, "put in");
}

/// A name that no other tag has.
fn next_name() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static LAST: AtomicUsize = AtomicUsize::new(0);
    format!("tag {}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// What the order of the list decides stays as it was: a value that one record gives up is free for the next, and not
/// before; a record is there until it is deleted.
#[test]
fn commands_on_tags_keep_their_order() {
    let server = Server::demo();
    let names = ["a", "b", "c", "d"].map(|name| format!("{name} of {}", next_name()));
    let new: Vec<Value> = names.iter().map(|name| json!([0, 0, {"name": name}])).collect();
    let body = json!({"partner_id": 11, "tag_ids": new});
    let made = server.send("POST", "sale.order", &body).ok();
    let path = format!("sale.order/{}", made["id"]);
    let tags = || {
        let read = server.get(&path, &[("fields", "tag_ids(id,name; order=id)")]).ok();
        let tags = read["tag_ids"].as_array().unwrap().clone();
        let tag = |tag: Value| (tag["id"].as_i64().unwrap(), tag["name"].as_str().unwrap().to_owned());
        tags.into_iter().map(tag).collect::<Vec<_>>()
    };
    let ids: Vec<i64> = tags().iter().map(|(id, _)| *id).collect();
    let put = |commands: Value| server.send("PUT", &path, &json!({"tag_ids": commands}));
    let name = |id: i64, name: &str| json!([1, id, {"name": name}]);
    let (spare, next) = (next_name(), next_name());
    // The first takes what the second has just given up.
    put(json!([name(ids[1], &spare), name(ids[0], &names[1]), [0, 0, {"name": names[0]}]])).ok();
    let now: Vec<String> = tags().into_iter().map(|(_, name)| name).collect();
    assert_eq!(now, [&*names[1], &spare, &names[2], &names[3], &names[0]]);
    // The first may not take what the second has not given up yet, and the mistake is at the first.
    let before = tags();
    let refused = put(json!([name(ids[2], &names[3]), name(ids[3], &next), name(ids[0], "x")]));
    assert_eq!(
        refused.problem(409, "conflict")["errors"][0]["pointer"],
        "/tag_ids/0/2/name"
    );
    assert_eq!(tags(), before);
    // The last value of a record stays, whatever stands between.
    put(json!([
        name(ids[0], "one"),
        name(ids[1], "two"),
        name(ids[0], "three"),
        [3, ids[2]],
        name(ids[1], "four")
    ]))
    .ok();
    let now: Vec<String> = tags().into_iter().map(|(_, name)| name).collect();
    assert_eq!(now, ["three", "four", &*names[3], &names[0]]);
    // A deleted record is changed no more; a link after that is refused at its place.
    let refused = put(json!([[2, ids[0]], name(ids[1], "five"), name(ids[0], "six")]));
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], "/tag_ids/2/1");
    let refused = put(json!([[2, ids[0]], [0, 0, {"name": next}], [4, ids[0]]]));
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], "/tag_ids/2/1");
    put(json!([name(ids[0], "seven"), [2, ids[0]], [0, 0, {"name": "seven"}], [5], [4, ids[1]]])).ok();
    assert_eq!(tags(), [(ids[1], "four".to_owned())]);
}

/// Of several records that are deleted together, the refusal is at the command of the one that is needed.
#[test]
fn a_deletion_among_several_is_refused_at_its_place() {
    let server = Server::demo();
    let contacts: Vec<Value> = (0..3)
        .map(|number| json!([0, 0, {"name": format!("contact {number}")}]))
        .collect();
    let made = server
        .send("POST", "res.partner", &json!({"name": "Firm", "child_ids": contacts}))
        .ok();
    let path = format!("res.partner/{}", made["id"]);
    let read = server.get(&path, &[("fields", "child_ids(id; order=id)")]).ok();
    let children = read["child_ids"].as_array().unwrap().iter();
    let ids: Vec<i64> = children.map(|child| child["id"].as_i64().unwrap()).collect();
    server.send("POST", "sale.order", &json!({"partner_id": ids[1]})).ok();
    let commands: Vec<Value> = ids.iter().map(|id| json!([2, id])).collect();
    let refused = server.send("PUT", &path, &json!({"child_ids": commands}));
    assert_eq!(refused.problem(409, "conflict")["errors"][0]["pointer"], "/child_ids/1");
}

/// What the commands of one record let go, a record or a unique value, those of the next may take.
#[test]
fn commands_of_several_records_are_as_one_after_another() {
    let server = Server::demo();
    let id = |model: &str, values: Value| server.send("POST", model, &values).ok()["id"].as_i64().unwrap();
    let tag = id("crm.tag", json!({"name": "x"}));
    let orders = [0, 1].map(|_| id("sale.order", json!({"partner_id": 11, "tag_ids": [[4, tag]]})));
    let commands = json!({"sale_order_ids": [
        [1, orders[0], {"tag_ids": [[2, tag]]}],
        [1, orders[1], {"tag_ids": [[0, 0, {"name": "x"}]]}],
    ]});
    server.send("PUT", "res.partner/11", &commands).ok();
    let tags = server.record("sale.order", orders[1], "tag_ids(name)");
    assert_eq!(tags["tag_ids"][0]["name"], "x", "{tags}");

    let family = id("res.partner", json!({"name": "F"}));
    let [a, b] = ["A", "B"].map(|name| id("res.partner", json!({"name": name, "parent_id": family})));
    let child = |name: &str, parent: i64| id("res.partner", json!({"name": name, "parent_id": parent}));
    let (x, y, z) = (child("x", a), child("y", b), child("z", a));
    let put = |of_a: Value, of_b: Value| {
        let both = json!({"child_ids": [[1, a, {"child_ids": of_a}], [1, b, {"child_ids": of_b}]]});
        server.send("PUT", &format!("res.partner/{family}"), &both).ok();
        let children = |parent: i64| server.ids("res.partner", &[("parent_id", &parent.to_string()), ("order", "id")]);
        (children(a), children(b))
    };
    assert_eq!(
        put(json!([[6, 0, [x]]]), json!([[6, 0, [y, z]]])),
        (vec![x], vec![y, z])
    );
    assert_eq!(put(json!([[4, x]]), json!([[3, z]])), (vec![x], vec![y]));
    assert_eq!(put(json!([[5]]), json!([[4, x], [4, z]])), (vec![], vec![x, y, z]));
}

/// A line's subtotal, tax, total and reduced prices follow one after the other, and then the amounts of its order. Each of
/// the two rows is updated once for that, and what is known of their taxes is not read again.
#[test]
fn what_follows_from_a_change_is_written_at_once() {
    let server = Server::demo();
    let lines = json!([[0, 0, {"product_id": 23, "product_uom_qty": 2, "price_unit": 10}], [0, 0, {"product_id": 27}]]);
    let body = json!({"partner_id": 11, "order_line": lines});
    let made = server.send("POST", "sale.order", &body).ok();
    let (path, line) = (format!("sale.order/{}", made["id"]), &made["order_line"][0]["id"]);
    let before = made["amount_total"].as_f64().unwrap();
    let reply = server.send(
        "PUT",
        &path,
        &json!({"order_line": [[1, line, {"product_uom_qty": 3}]]}),
    );
    let grown = reply.ok()["amount_total"].as_f64().unwrap() - before;
    assert!(grown >= 10.0, "{grown}");
    assert!(reply.statements() <= 33, "{} statements", reply.statements());
    let reply = server.send("PUT", &path, &json!({"client_order_ref": "PO 1"}));
    reply.ok();
    assert!(reply.statements() <= 11, "{} statements", reply.statements());
}
