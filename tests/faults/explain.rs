//! The command `declarest explain`.

use orm::db::Dialect;
use server::config::DatabaseConfig;
use tests::{Body, Server, demo};

use super::program::declarest;

const ORDERS: &str = "/restful/api/v1/sale.order?limit=80&state=sale";

#[test]
fn statements_are_printed_with_their_plans() {
    let database = demo();
    let (name, address) = ("saleorder_api".to_owned(), database.address().clone());
    let server = Server::over(DatabaseConfig { name, address }, |_| {});
    let login = "/rest/api/login/token?login=admin&password=admin@123&db=saleorder_api";
    let token = server.raw("GET", login, &[], Body::None).ok()["access_token"].clone();
    let headers = [("access-token", token.as_str().unwrap())];
    let one = "/restful/api/v1/res.partner/11?fields=name,country_id(name)";
    let groups = "/restful/api/v1/sale.order?group_by=partner_id&aggregate=amount_total";
    for path in [ORDERS, one, groups] {
        let count = server.raw("GET", path, &headers, Body::None).statements();
        for url in [path.to_owned(), format!("https://shop.example:8069{path}")] {
            let printed = declarest(&["explain", &url, "--user", "admin", "--database", &database.url()]).unwrap();
            for number in 1..=count {
                assert!(printed.contains(&format!("{number} of {count}: SELECT ")), "{printed}");
            }
            let last = printed.lines().last().unwrap();
            assert!(last.starts_with(&format!("statements: {count}, ")), "{last}");
            let (plan, measured) = match database.address().dialect() {
                Dialect::Sqlite => ("  SEARCH ", "  rows: "),
                Dialect::Postgres => (" (cost=", "  Execution Time: "),
            };
            for told in [plan, measured] {
                let lines = printed.lines().filter(|line| line.contains(told)).count() as u64;
                assert!(lines >= count, "{told}: {printed}");
            }
        }
    }
}

#[test]
fn values_are_told_by_their_kinds() {
    let database = demo();
    let printed = declarest(&["explain", ORDERS, "--database", &database.url()]).unwrap();
    let (statement, rest) = printed.split_once('\n').unwrap();
    assert!(
        statement.contains(r#"t1."state" = ?"#) && !statement.contains("sale'"),
        "{statement}"
    );
    assert!(rest.starts_with("  ?: text, integer, integer\n"), "{rest}");
    assert!(rest.contains("  ?: 10 ids\n"), "{rest}");
}

#[test]
fn the_read_is_that_of_its_user() {
    let database = demo();
    let text = |user: &[&str]| {
        let url = database.url();
        let words = [&["explain", ORDERS, "--database", &url], user].concat();
        declarest(&words).unwrap().lines().next().unwrap().to_owned()
    };
    let [all, own] = [text(&[]), text(&["--user", "admin"])];
    assert!(!all.contains("company_id"), "{all}");
    assert!(own.contains("company_id"), "by the rule of companies: {own}");
}

#[test]
fn what_is_no_read_is_refused() {
    let database = demo();
    for (url, why) in [
        ("/nowhere", "`/nowhere` is no read of records"),
        ("http://host", "is no read of records"),
        ("/restful/api/v1/res.partner/name_get", "is no read of records"),
        ("/restful/api/v1/res.partner/11/access", "is no read of records"),
        ("/restful/api/v1/res.partnr", "`res.partner`"),
        ("/restful/api/v1/res.partner?limit=x", "\"limit\""),
        ("/restful/api/v1/res.partner?nme=x", "`name`"),
        ("/restful/api/v1/res.partner/99999", "there is no record 99999"),
        ("/restful/api/v1/res.users?fields=password", "password"),
    ] {
        let refused = declarest(&["explain", url, "--database", &database.url()]).unwrap_err();
        assert!(refused.contains(why), "{url}: {refused}");
    }
    let refused = declarest(&["explain", ORDERS, "--user", "nobody", "--database", &database.url()]).unwrap_err();
    assert!(refused.contains("there is no user `nobody`"), "{refused}");
}
