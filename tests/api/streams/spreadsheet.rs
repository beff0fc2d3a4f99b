//! Tables that spreadsheet programs open.

use std::process::Command;

use serde_json::json;
use tests::{Server, TempDir, skip};

use super::{ask, rows};

/// Names that a table must keep: a line break, quotes, commas, other scripts, and what looks like a formula.
const NAMES: [&str; 9] = [
    "Zürich, \"Süd\"",
    "two\nlines",
    "=1+1",
    "+49 30 1234",
    "-3",
    "@SUM(1;2)",
    "\tindented",
    "日本語 😀",
    "'quoted'",
];

/// A table of partners with these names, for a spreadsheet program or not.
fn table(server: &Server, accept: &str) -> Vec<u8> {
    for name in NAMES {
        server
            .send(
                "POST",
                "res.partner",
                &json!({"name": name, "ref": "table", "color": -7}),
            )
            .ok();
    }
    let parameters = [("fields", "name,color"), ("ref", "table"), ("order", "id")];
    let reply = ask(server, &server.token, accept, "res.partner", &parameters);
    assert_eq!(
        reply.header("content-disposition"),
        Some("attachment; filename=\"res.partner.csv\"")
    );
    reply.body
}

/// As a spreadsheet program sees a text that it would take for a formula.
fn guarded(name: &str) -> String {
    let formula = name.starts_with(['=', '+', '-', '@', '\t']);
    format!("{}{name}", if formula { "'" } else { "" })
}

#[test]
fn a_text_is_no_formula_unless_a_program_reads_it() {
    let server = Server::demo();
    let guarded_table = table(&server, "text/csv");
    let table = guarded_table.strip_prefix("\u{feff}".as_bytes()).unwrap();
    assert!(table.starts_with(b"id,name,color\r\n"), "lines end as RFC 4180 says");
    let names = |table: &[u8]| -> Vec<String> { rows(table)[1..].iter().map(|row| row[1].clone()).collect() };
    assert_eq!(names(table), NAMES.map(guarded));
    assert!(rows(table)[1..].iter().all(|row| row[2] == "-7"), "a number is one");

    let server = Server::demo();
    assert_eq!(names(&self::table(&server, "text/csv;spreadsheet=off")), NAMES);
}

#[test]
fn libreoffice_opens_it() {
    if Command::new("soffice").arg("--version").output().is_err() {
        return skip("no LibreOffice (soffice)");
    }
    let (server, folder) = (Server::demo(), TempDir::new());
    std::fs::write(folder.path().join("partners.csv"), table(&server, "text/csv")).unwrap();
    let converted = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}/profile",
            folder.path().display()
        ))
        // In a window it knows UTF-8 by the byte order mark; here it is told (76).
        .args([
            "--headless",
            "--infilter=CSV:44,34,76,1",
            "--convert-to",
            "fods",
            "--outdir",
        ])
        .arg(folder.path())
        .arg(folder.path().join("partners.csv"))
        .output()
        .unwrap();
    assert!(converted.status.success(), "{converted:?}");
    let sheet = std::fs::read_to_string(folder.path().join("partners.fods")).unwrap();
    assert!(!sheet.contains("table:formula"), "nothing is computed");
    // Each line of a cell is a paragraph.
    for name in NAMES.map(guarded) {
        let text = name
            .replace('"', "&quot;")
            .replace('\'', "&apos;")
            .replace('\t', "<text:tab/>");
        for line in text.lines() {
            assert!(
                sheet.contains(&format!("<text:p>{line}</text:p>")),
                "{name:?} in {}",
                &sheet[sheet.find("<office:body>").unwrap()..]
            );
        }
    }
    assert_eq!(
        sheet.matches("office:value=\"-7\"").count(),
        NAMES.len(),
        "numbers are numbers"
    );
}
