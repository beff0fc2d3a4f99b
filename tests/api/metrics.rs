//! Metrics and health checks on the admin address.

use tests::{Body, Reply, Server, request};

#[test]
fn numbers_are_on_the_admin_address_only() {
    let server = Server::demo_with(|config| config.network.admin_listen = Some(([127, 0, 0, 1], 0).into()));
    let admin = server.admin.unwrap();
    let ask = |path: &str| -> Reply { request(admin, "GET", path, &[], Body::None).unwrap() };
    for _ in 0..3 {
        server.record("res.partner", 11, "name");
    }
    server.raw("INVENTED", "/livez", &[], Body::None);
    server.raw("GET", "/metrics", &[], Body::None).problem(404, "not_found");
    let numbers = ask("/metrics");
    assert_eq!(numbers.status, 200);
    assert!(numbers.header("content-type").unwrap().starts_with("text/plain"));
    let text = numbers.text();
    for line in [
        "declarest_requests_total{method=\"GET\",status=\"200\"} 3",
        "declarest_requests_total{method=\"GET\",status=\"404\"} 1",
        "declarest_requests_total{method=\"other\",status=\"405\"} 1",
        "declarest_request_seconds_count{method=\"GET\"} 4",
        "declarest_request_seconds_bucket{method=\"GET\",le=\"+Inf\"} 4",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(text.contains("\ndeclarest_connections "), "{text}");
    let levels = [
        ("declarest_connections_limit", 4096),
        ("declarest_memory_bytes{budget=\"answers\"}", 0),
        ("declarest_memory_limit_bytes{budget=\"bodies\"}", 8 * 1024 * 1024),
        ("declarest_waiting{database=\"saleorder_api\",queue=\"stream\"}", 0),
        (
            "declarest_waiting_limit{database=\"saleorder_api\",queue=\"single_write\"}",
            1024,
        ),
        (
            "declarest_waiting_limit{database=\"saleorder_api\",queue=\"read_of_slow_client\"}",
            1024,
        ),
    ];
    for (name, value) in levels {
        assert!(
            text.lines().any(|found| found == format!("{name} {value}")),
            "{name} in {text}"
        );
    }
    assert!(!text.contains("INVENTED") && !text.contains("partner"), "{text}");

    assert_eq!(ask("/readyz").status, 200);
    // The command asks there, whatever the public address is.
    let words = [
        "declarest",
        "healthcheck",
        "--listen",
        "127.0.0.1:1",
        "--admin-listen",
        &admin.to_string(),
    ];
    let code = server::cli::run_from(tests::declarest(), words.map(Into::into));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
    ask("/restful/api/v1/res.partner").problem(404, "not_found");
    assert!(Server::demo().admin.is_none());
}
