use std::time::Instant;
use orm::db::{Session,Statement, Dialect};
use orm::registry::Registry;
use orm::query::{self, Limits, Request};
use orm::Env;

#[test]
fn look() {
    let database = tests::demo();
    let url = database.url();
    let started = Instant::now();
    let words = ["declarest", "seed", "--orders", "3000", "--database", &url];
    server::cli::run_from(words.map(Into::into));
    println!("{:?}", started.elapsed());
    tests::execute(database.address(), "ANALYZE");
    let registry = Registry::new(&models::catalogue()).unwrap();
    let mut session = Session::new(database.address().open(false).unwrap());
    for (model, parameters) in [("sale.order", vec![("limit", "80")]), ("sale.order", vec![("partner_id","11")]),
      ("sale.order", vec![("date_order_start","2020-05-01"),("date_order_end","2020-05-02")]),
      ("sale.order", vec![("create_date_start","2020-05-01"),("create_date_end","2020-05-02")]),
      ("sale.order.line", vec![("product_id","999999")]),
      ("sale.order.line", vec![("limit","10")]),
      ("sale.order.line", vec![("order_id.partner_id","11")]),
      ] {
        let model = registry.find(model).unwrap();
        let parameters: Vec<(String,String)> = parameters.iter().map(|(a,b)| (a.to_string(), b.to_string())).collect();
        let request = Request::parse(&registry, model, &parameters, &Limits::default()).unwrap();
        session.record();
        let mut env = Env::system(&mut session, &registry, "2024-03-01T00:00:00".parse().unwrap());
        query::list(&mut env, model, &request).unwrap();
        let statements = session.recorded();
        println!("\n#### {parameters:?}");
        for statement in statements {
            println!("\n{}", statement.text);
            let (prefix, column) = match session.dialect() { Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", 3), Dialect::Postgres => ("EXPLAIN ", 0) };
            let explain = Statement { text: format!("{prefix}{}", statement.text), binds: statement.binds };
            session.query(&explain, |row| { println!("   | {}", row.text(column)?.unwrap()); Ok(()) }).unwrap();
        }
    }
}
