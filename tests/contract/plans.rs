//! Tables that grow are searched by index. The tests ask the databases for the query plans of the runtime's statements.

use std::sync::LazyLock;

use orm::Runtime;
use orm::db::{Dialect, Session};
use orm::def::Kind;
use orm::def::columns::columns;
use orm::env::Switches;
use orm::query::{self, Limits, Request};
use orm::{Env, method, write};
use serde_json::{Value, json};
use tests::{Database, Template, execute};

use super::explain::{Plan, explain};

/// Tables that grow with use; they have thousands of rows in these tests. The other tables are small and may be read
/// whole.
const GROW: [&str; 3] = ["sale_order", "sale_order_line", "account_tax_sale_order_line_rel"];
const ORDERS: &str = "3000";

/// A database with 3,000 orders.
static ORDERED: LazyLock<Template> = LazyLock::new(|| {
    let database = tests::demo();
    let words = ["declarest", "seed", "--orders", ORDERS, "--database", &database.url()];
    let code = server::cli::run_from(tests::declarest(), words.map(Into::into));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
    database.into_template()
});

/// A copy of that database, and a session that records the statements that are run.
struct Asked {
    registry: Runtime,
    session: Session,
    _database: Database,
}

impl Asked {
    /// Opens a copy. On SQLite it has planner statistics only if `statistics` is set, because the program never runs
    /// `ANALYZE` there. On PostgreSQL it always has them, because autovacuum gathers them sooner or later.
    fn new(statistics: bool) -> Self {
        let database = ORDERED.copy();
        if statistics || database.address().dialect() == Dialect::Postgres {
            execute(database.address(), "ANALYZE");
        }
        Asked {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            session: database.address().open(false).unwrap(),
            _database: database,
        }
    }

    /// The plans of the statements that `job` runs.
    fn plans(&mut self, job: impl FnOnce(&mut Env<'_>)) -> Vec<Plan> {
        self.plans_of(None, job)
    }

    /// As [`Asked::plans`], with the rights of a member of the group.
    fn plans_of(&mut self, group: Option<&str>, job: impl FnOnce(&mut Env<'_>)) -> Vec<Plan> {
        let env = Env::new(
            &mut self.session,
            &self.registry,
            2,
            Some(1),
            "2024-03-01T00:00:00".parse().unwrap(),
        );
        let mut env = match group {
            Some(group) => env.under_rights([group], vec![1], Switches::default()).unwrap(),
            None => env,
        };
        env.session.record();
        job(&mut env);
        let statements = self.session.recorded();
        statements
            .into_iter()
            .filter_map(|statement| explain(&mut self.session, statement))
            .collect()
    }

    /// The plans of the statements that read a list.
    fn list(&mut self, model: &str, parameters: &[(&str, &str)]) -> Vec<Plan> {
        self.list_of(None, model, parameters)
    }

    /// As [`Asked::list`], for a member of the group.
    fn list_of(&mut self, group: Option<&str>, model: &str, parameters: &[(&str, &str)]) -> Vec<Plan> {
        self.plans_of(group, |env| {
            let model = env.registry.find(model).unwrap();
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let parameters: Vec<(String, String)> = parameters.iter().map(owned).collect();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1).unwrap();
            query::list(env, model, &request).unwrap();
        })
    }

    /// Keeps PostgreSQL from sequential scans, which are the right choice only because these tables are small.
    fn without_scans(mut self) -> Self {
        if self.session.dialect() == Dialect::Postgres {
            self.session.batch("SET enable_seqscan = off").unwrap();
        }
        self
    }
}

#[test]
fn the_newest_orders_are_found_without_sorting_all() {
    for statistics in [false, true] {
        let mut asked = Asked::new(statistics);
        for page in [&[("limit", "80")][..], &[("limit", "80"), ("offset", "800")]] {
            let plan = &asked.list("sale.order", page)[0];
            assert!(!plan.sorts, "{plan}");
            let [access] = plan.accesses.as_slice() else {
                panic!("{plan}")
            };
            assert!(access.table == "sale_order" && access.by_index, "{plan}");
            if !statistics && asked.session.dialect() == Dialect::Sqlite {
                continue; // without statistics, SQLite does not see that beginning at the orders is better
            }
            // Lines are sorted by their orders: the orders are read in their order, and their lines are looked up.
            let plan = &asked.list("sale.order.line", page)[0];
            assert!(!plan.sorts, "{plan}");
            assert!(
                plan.accesses[0].table == "sale_order" && plan.accesses[0].by_index,
                "{plan}"
            );
            assert!(plan.searches("sale_order_line", "order_id"), "{plan}");
        }
    }
}

/// The rule of companies, which holds for nearly every record, does not make the database find all of them first.
#[test]
fn the_newest_orders_of_the_own_companies_are_found_without_sorting_all() {
    for statistics in [false, true] {
        let group = Some("Sales / User: All Documents");
        let plan = &Asked::new(statistics).list_of(group, "sale.order", &[("limit", "80")])[0];
        assert!(!plan.sorts && plan.accesses[0].by_index, "{plan}");
    }
}

/// A page by cursor begins in the index at its place: however far it is, the records before it are not read.
#[test]
fn a_cursor_s_page_begins_at_its_place() {
    for statistics in [false, true] {
        let mut asked = Asked::new(statistics).without_scans();
        let middle = "SELECT CAST(date_order AS TEXT) FROM sale_order ORDER BY date_order LIMIT 1 OFFSET 1500";
        let middle = asked.session.texts(middle).unwrap().remove(0);
        for backward in [false, true] {
            let place = json!({"values": [middle, "100"], "backward": backward, "inclusive": false});
            let plan = &asked.list("sale.order", &[("limit", "80"), ("cursor", &place.to_string())])[0];
            let [access] = plan.accesses.as_slice() else {
                panic!("{plan}")
            };
            assert!(
                !plan.sorts && access.by_index && access.condition.contains("date_order"),
                "{plan}"
            );
        }
    }
}

/// A rule of the lines that their orders fulfil is not asked of each line again.
#[test]
fn the_lines_of_own_orders_are_read_without_asking_for_their_orders_again() {
    let own = Some("Sales / User: Own Documents Only");
    let mut asked = Asked::new(true);
    let asking = |plans: &[Plan]| {
        let orders = |plan: &&Plan| plan.accesses.iter().any(|access| access.table == "sale_order");
        plans.iter().filter(orders).count()
    };
    assert_eq!(
        asking(&asked.list_of(own, "sale.order", &[("limit", "80")])),
        1,
        "the list itself"
    );
    let lines = asked.list_of(own, "sale.order.line", &[("fields", "name"), ("order", "id")]);
    assert_eq!(asking(&lines), 1, "on their own, lines may be of anybody's orders");
}

#[test]
fn every_many2one_finds_its_records_by_an_index() {
    let mut asked = Asked::new(false);
    let mut count = 0;
    for name in ["sale.order", "sale.order.line"] {
        let def = asked.registry.find(name).unwrap().def;
        // These two have no index: they are rarely searched by and written with every record.
        let fields = columns(def).filter(|field| !["create_uid", "write_uid"].contains(&field.name));
        for field in fields.filter(|field| matches!(field.kind, Kind::Many2one { .. })) {
            // An id that no record refers to. The plan is the same for an id that few records refer to.
            let plan = &asked.list(name, &[(field.name, "999999")])[0];
            assert!(plan.searches(def.table, field.name), "{name}: {}: {plan}", field.name);
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn times_are_ranges_of_an_index() {
    let mut asked = Asked::new(true);
    let (day, end) = (("date_order_start", "2021-05-01"), ("date_order_end", "2021-05-02"));
    let (last, first) = (("date_order_start", "2023-12-20"), ("date_order_end", "2020-01-09"));
    for parameters in [&[day, end][..], &[day, end, ("state", "sale")], &[last], &[first]] {
        let plan = &asked.list("sale.order", parameters)[0];
        assert!(plan.searches("sale_order", "date_order"), "{plan}");
    }
    let entered = [("create_date_start", "2021-05-01"), ("create_date_end", "2021-05-02")];
    for (model, table) in [("sale.order", "sale_order"), ("sale.order.line", "sale_order_line")] {
        let plan = &asked.list(model, &entered)[0];
        assert!(plan.searches(table, "create_date"), "{plan}");
    }
}

#[test]
fn a_read_tree_searches_every_table_that_grows() {
    for statistics in [false, true] {
        let mut asked = Asked::new(statistics).without_scans();
        let plans = asked.list("sale.order", &[("limit", "80")]);
        let (first, related) = plans.split_first().unwrap();
        assert!(first.accesses[0].by_index, "{first}");
        assert_eq!(related.len(), 8, "one for each relation");
        assert!(related.iter().any(|plan| plan.searches("sale_order_line", "order_id")));
        assert!(
            related
                .iter()
                .any(|plan| plan.searches("account_tax_sale_order_line_rel", "sale_order_line_id"))
        );
        related.iter().for_each(assert_searched);
    }
}

#[test]
fn orders_before_a_page_are_skipped_in_the_index_alone() {
    let mut asked = Asked::new(true);
    let alone = match asked.session.dialect() {
        Dialect::Sqlite => "USING COVERING INDEX sale_order_default_order",
        Dialect::Postgres => {
            asked.session.batch("VACUUM sale_order").unwrap(); // as autovacuum does sooner or later
            "\"Node Type\": \"Index Only Scan\""
        }
    };
    // A salesman's own rule asks for the seller, which is not in the index; that of companies is.
    let page = [("limit", "80"), ("offset", "2000")];
    let plan = &asked.list_of(Some("Sales / Administrator"), "sale.order", &page)[0];
    assert!(plan.to_string().contains(alone), "{plan}");
}

#[test]
fn a_write_searches_every_table_that_grows() {
    for statistics in [false, true] {
        let mut asked = Asked::new(statistics).without_scans();
        let line = json!({"product_id": 27, "product_uom_qty": 2});
        let body = json!({"partner_id": 11, "order_line": [[0, 0, line]]});
        let mut order = Value::Null;
        let created = asked.plans(|env| {
            let model = env.registry.find("sale.order").unwrap();
            order = serde_json::from_slice(&write::create(env, model, &body).unwrap()).unwrap();
        });
        let (id, line) = (order["id"].as_i64().unwrap(), &order["order_line"][0]["id"]);
        let body =
            json!({"partner_id": 12, "order_line": [[1, line, {"product_uom_qty": 3}], [0, 0, {"product_id": 23}]]});
        let updated = asked.plans(|env| {
            let model = env.registry.find("sale.order").unwrap();
            write::update(env, model, id, &body).unwrap();
        });
        let deleted = asked.plans(|env| write::delete(env, env.registry.find("sale.order").unwrap(), id).unwrap());
        for plans in [created, updated, deleted] {
            assert!(plans.len() > 5);
            plans.iter().for_each(assert_searched);
        }
    }
}

#[track_caller]
fn assert_searched(plan: &Plan) {
    let whole = plan
        .accesses
        .iter()
        .find(|access| GROW.contains(&access.table.as_str()) && access.condition.is_empty());
    assert!(whole.is_none(), "all of {} is read: {plan}", whole.unwrap().table);
}

/// A pattern that ignores case is answered from the index of trigrams where the field has one, also through a relation.
#[test]
fn patterns_are_found_by_an_index_of_trigrams() {
    for statistics in [false, true] {
        let mut asked = Asked::new(statistics).without_scans();
        let mut first = |model, filter| asked.list(model, &[filter, ("order", "id")]).remove(0);
        let plan = first("sale.order", ("name__ilike", "S00123"));
        assert_by_trigrams(&plan, "sale_order", &["sale_order_name_trigram"]);
        let plan = first("sale.order.line", ("order_id.name__eq_ilike", "s00123"));
        assert_by_trigrams(&plan, "sale_order", &["sale_order_name_trigram"]);
        assert!(plan.searches("sale_order_line", "order_id"), "{plan}");
        for filter in [("name__like", "S00123"), ("name__not_ilike", "S00123")] {
            let plan = first("sale.order", filter);
            assert!(!plan.to_string().contains("trigram"), "{plan}");
        }
    }
}

/// A search by name looks into the indexes of all its fields.
#[test]
fn names_are_found_by_the_indexes_of_all_their_fields() {
    let mut asked = Asked::new(true);
    let partner = asked.registry.find("res.partner").unwrap().def;
    let fields = columns(partner).filter(|field| field.name != "id");
    let fields: Vec<String> = fields.map(|field| format!("\"{}\"", field.name)).collect();
    let fields = fields.join(", ");
    for _ in 0..7 {
        let again = format!("INSERT INTO res_partner ({fields}) SELECT {fields} FROM res_partner");
        asked.session.batch(&again).unwrap();
    }
    let gather = match asked.session.dialect() {
        Dialect::Sqlite => "ANALYZE",
        Dialect::Postgres => "VACUUM ANALYZE res_partner", // as autovacuum does sooner or later
    };
    asked.session.batch(gather).unwrap();
    let indexes = ["complete_name", "email", "ref", "vat", "company_registry"];
    let indexes = indexes.map(|field| format!("res_partner_{field}_trigram"));
    let plans = asked.plans(|env| {
        let (model, arguments) = (
            env.registry.find("res.partner").unwrap(),
            json!({"name": "azure int", "limit": 1000}),
        );
        method::call(env, model, None, "name_search", &arguments, &Limits::default()).unwrap();
    });
    assert_by_trigrams(&plans[0], "res_partner", &indexes.each_ref().map(String::as_str));
}

/// Asserts that the rows of a table are found by these indexes alone.
#[track_caller]
fn assert_by_trigrams(plan: &Plan, table: &str, indexes: &[&str]) {
    for index in indexes {
        assert!(plan.to_string().contains(index), "{index}: {plan}");
    }
    let of_table: Vec<_> = plan.accesses.iter().filter(|access| access.table == table).collect();
    assert!(
        !of_table.is_empty() && of_table.iter().all(|access| access.by_index),
        "{plan}"
    );
}
