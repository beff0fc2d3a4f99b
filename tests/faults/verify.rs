//! The command `declarest verify`: its output and its exit codes.

use std::process::{Command, Output};

use tests::{Database, Server, execute, rows};

use super::program::program;

/// Runs `declarest verify`. Returns its output, its exit code and its error output.
fn verify(words: &[&str], url: &str) -> (String, Option<i32>, String) {
    let output = Command::new(program())
        .arg("verify")
        .args(words)
        .args(["--database", url])
        .output();
    let Output { status, stdout, stderr } = output.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(stdout), status.code(), text(stderr))
}

#[test]
fn the_exit_code_says_whether_anything_is_left() {
    let database = tests::demo();
    let url = format!("shop={}", database.url());
    let clean = "shop: everything is as the models say\n".to_owned();
    // Without a terminal no progress is shown.
    assert_eq!(verify(&[], &url), (clean.clone(), Some(0), String::new()));
    execute(
        database.address(),
        "UPDATE sale_order SET amount_total = 0 WHERE id = 35",
    );
    let line = "sale.order 35 amount_total: stored 0, right 200";
    let (printed, code, _) = verify(&[], &url);
    assert_eq!((printed, code), (format!("{line}\nshop: 1 finding\n"), Some(1)));
    let (printed, code, _) = verify(&["--models", "res.partner,sale.order.line"], &url);
    assert_eq!((printed, code), (clean.clone(), Some(0)));
    let (printed, code, _) = verify(&["--models", "sale.order", "--repair"], &url);
    assert_eq!(
        (printed, code),
        (format!("{line} (mended)\nshop: 1 finding, 1 mended\n"), Some(0))
    );
    assert_eq!(verify(&[], &url), (clean, Some(0), String::new()));
}

/// If the check itself fails, the exit code is 2, not 1 as for findings.
#[test]
fn what_cannot_be_looked_at_is_no_finding() {
    let database = tests::demo();
    let (printed, code, told) = verify(&["--models", "sale.odrer"], &database.url());
    assert_eq!((printed.as_str(), code), ("", Some(2)), "{told}");
    assert!(told.contains("`sale.order`"), "{told}");
    let empty = Database::empty();
    let (printed, code, told) = verify(&[], &empty.url());
    assert_eq!((printed.as_str(), code), ("", Some(2)), "{told}");
    assert!(told.contains("migrate up"), "{told}");
    let (_, code, told) = verify(&[], &format!("{}x", database.url()));
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn it_changes_nothing_unless_it_repairs() {
    let database = tests::demo();
    // The template's `#[after]` method would make this variant again.
    let unused = "id NOT IN (SELECT product_id FROM sale_order_line WHERE product_id IS NOT NULL) \
                  AND product_tmpl_id IN (SELECT product_tmpl_id FROM product_product GROUP BY 1 HAVING COUNT(*) > 1)";
    execute(
        database.address(),
        &format!("DELETE FROM product_product WHERE id = (SELECT MAX(id) FROM product_product WHERE {unused})"),
    );
    let variants = || rows(database.address(), "SELECT id FROM product_product ORDER BY id");
    let before = variants();
    let (printed, code, told) = verify(&[], &database.url());
    assert!(code.is_some_and(|code| code < 2), "{printed}{told}");
    assert_eq!(variants(), before);
}

#[test]
fn it_mends_beside_a_server_that_writes() {
    let server = Server::demo();
    let database = &server.database;
    let (order, lines) = (35, server.ids("sale.order.line", &[("order_id", "35")]));
    std::thread::scope(|scope| {
        let write = scope.spawn(|| {
            for price in 0..60 {
                let path = format!("sale.order.line/{}", lines[price % lines.len()]);
                let reply = server.send("PUT", &path, &serde_json::json!({"price_unit": price}));
                assert_eq!(reply.status, 200, "{}", reply.text());
            }
        });
        while !write.is_finished() {
            execute(
                database,
                &format!("UPDATE sale_order SET amount_total = -1 WHERE id = {order}"),
            );
            tests::repair(database);
        }
    });
    tests::repair(database);
    tests::assert_clean(database);
}
